"""Sentences rendered in advance, so that they can be heard when worker or database are dead."""

import hashlib
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path

from voice import wav
from voice.errors import VoiceError
from voice.pronounce import pronounce
from voice.speaker import Phrase, Speaker, Turn

Prompts = Mapping[str, Mapping[str, str]]
"""Name of a prompt -> language code -> sentence."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
log = logging.getLogger("voice")


def find(directory: Path, name: str, lang: str) -> Path:
    """Where the prompt of this name lies under the runtime directory. Raises ValueError."""
    for part in (name, lang):
        if not NAME.fullmatch(part):
            raise ValueError(f"not a name for a prompt: {part!r}")
    return directory / "prompts" / lang / f"{name}.wav"


def read(path: Path) -> bytes | None:
    """A prompt's sound; None when it is not there or not whole."""
    try:
        sound = path.read_bytes()
        wav.pcm(sound)
    except (OSError, VoiceError):
        return None
    return sound


def prepare(directory: Path, prompts: Prompts, speaker: Speaker) -> None:
    """Render what is missing or said otherwise than before; remove what nobody asks for.

    One sentence at a time, each behind whatever people wait to hear. A file is replaced whole,
    and carries in itself what it was made from: a kill at any moment leaves nothing to mend.
    Without any voice the files of before stay.
    """
    wanted = {
        find(directory, name, lang): (lang, sentence)
        for name, sentences in prompts.items()
        for lang, sentence in sentences.items()
    }
    for path in (directory / "prompts").rglob("*.*"):
        if path not in wanted:
            path.unlink(missing_ok=True)
    if not speaker.languages(wait=10.0):
        return
    for path, (lang, sentence) in wanted.items():
        try:
            _prepare_one(path, lang, sentence, speaker)
        except (VoiceError, OSError) as error:
            log.warning("No prompt %s in %s: %s", path.stem, lang, error)


def _prepare_one(path: Path, lang: str, sentence: str, speaker: Speaker) -> None:
    made_from = json.dumps([speaker.version, lang, pronounce(sentence, lang)])
    digest = hashlib.sha256(made_from.encode()).hexdigest()
    present = read(path)
    if present is not None and wav.label(present) == digest:
        return
    path.unlink(missing_ok=True)
    # Not kept in the cache: it is on disk, and the cache is for pages.
    sound = speaker.say(Phrase(sentence, lang, private=True), Turn.PROMPT).result().wav
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(wav.labelled(sound, digest))
    os.replace(part, path)
