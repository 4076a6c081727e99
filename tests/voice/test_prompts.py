import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from voice import wav
from voice.client import Voice

Start = Callable[..., subprocess.Popen[str]]
Until = Callable[..., None]


def test_prompts_are_rendered_again_only_when_their_words_change(
    start: Start, place: Path, until: Until
) -> None:
    voice = Voice(place / "voice.sock")
    worker = start(
        {"away": {"fr": "La panne dure.", "ar": "العطل مستمر."}, "old": {"fr": "Avant."}}
    )
    until(lambda: voice.prompt("old", "fr") and voice.prompt("away", "ar"))
    first = {lang: voice.prompt("away", lang) for lang in ("fr", "ar")}
    end(worker)
    start({"away": {"fr": "La panne est finie.", "ar": "العطل مستمر."}})
    until(lambda: voice.prompt("away", "fr") not in (None, first["fr"]))
    assert voice.prompt("away", "ar") == first["ar"]
    assert voice.prompt("old", "fr") is None


def test_a_prompt_cut_in_the_middle_is_not_played_and_is_made_again(
    start: Start, place: Path, until: Until
) -> None:
    voice, prompts = Voice(place / "voice.sock"), {"away": {"fr": "La panne dure."}}
    worker = start(prompts)
    until(lambda: voice.prompt("away", "fr"))
    path = place / "prompts/fr/away.wav"
    path.write_bytes(path.read_bytes()[:5000])
    path.with_suffix(".part").write_bytes(b"half")
    assert voice.prompt("away", "fr") is None
    end(worker)
    start(prompts)
    until(lambda: voice.prompt("away", "fr"))
    until(lambda: not path.with_suffix(".part").exists())


def test_a_prompt_without_voice_is_left_out_and_the_others_are_made(
    start: Start, place: Path, until: Until
) -> None:
    voice = Voice(place / "voice.sock")
    start({"a": {"kab": "Azul."}, "b": {"fr": "Bonjour."}})
    until(lambda: voice.prompt("b", "fr"))
    assert voice.prompt("a", "kab") is None


def test_many_prompts_do_not_delay_what_is_asked_now(start: Start, place: Path) -> None:
    voice = Voice(place / "voice.sock")
    start({f"p{number}": {"fr": f"Phrase numéro {number}."} for number in range(300)})
    assert voice.speak("Bonjour, Lucien.", "fr")
    assert len(list(place.glob("prompts/fr/*.wav"))) < 250


@pytest.mark.parametrize("name", ["../voice", "", "a/b", "."])
def test_a_name_that_leaves_the_directory_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Voice(tmp_path / "voice.sock").prompt(name, "fr")


def test_a_prompt_is_an_ordinary_sound(start: Start, place: Path, until: Until) -> None:
    voice = Voice(place / "voice.sock")
    start({"away": {"fr": "La panne dure."}})
    until(lambda: voice.prompt("away", "fr"))
    sound = voice.prompt("away", "fr")
    assert sound is not None
    assert 0.5 < wav.seconds(wav.join([sound, sound])) < 5


def end(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.wait()
