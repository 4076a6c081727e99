"""WAV files as the voice makes them: 22,050 Hz, mono, 16 bits, little-endian PCM (RIFF/WAVE)."""

import itertools
import struct
from collections.abc import Iterable, Iterator

from voice.errors import Silent

RATE = 22_050  # samples a second: what espeak gives and pyttsx3 writes
WIDTH = 2  # bytes a sample
UNKNOWN = 0xFFFFFFFF  # the size ffmpeg writes, and browsers accept, where the end is not known yet
AUDIBLE = 200  # of 32,767: espeak's pauses are exact zeros, its softest vowel is above 2,000
_FORMAT = struct.pack("<HHIIHH", 1, 1, RATE, RATE * WIDTH, WIDTH, 8 * WIDTH)


def header(size: int | None = None) -> bytes:
    """The 44 bytes before `size` bytes of PCM; None for a stream whose end is not known."""
    total, data = (UNKNOWN, UNKNOWN) if size is None else (36 + size, size)
    head = struct.pack("<4sI4s4sI", b"RIFF", total, b"WAVE", b"fmt ", len(_FORMAT))
    return head + _FORMAT + struct.pack("<4sI", b"data", data)


def pcm(sound: bytes) -> bytes:
    """The samples of a whole WAV file. Raises Silent when it is cut, empty or of another format."""
    chunks = _chunks(sound)
    if chunks.get(b"fmt ", b"")[: len(_FORMAT)] != _FORMAT:
        raise Silent("The sound is not 22,050 Hz mono 16-bit WAV.")
    samples = chunks.get(b"data", b"")
    if not samples or len(samples) % WIDTH:
        raise Silent("The sound is empty or cut.")
    return samples


def seconds(sound: bytes) -> float:
    """How long a WAV file plays. Raises Silent as `pcm`."""
    return len(pcm(sound)) / (RATE * WIDTH)


def audible(sound: bytes) -> bool:
    """Whether it is a whole WAV file in which something can be heard."""
    try:
        # Native order: every machine this runs on is little-endian, as WAV is.
        samples = memoryview(pcm(sound)).cast("h")
    except Silent:
        return False
    return any(abs(sample) > AUDIBLE for sample in samples[::8])


def join(parts: Iterable[bytes], pause: float = 0.0) -> bytes:
    """One WAV file of several, `pause` seconds of silence between them. Raises Silent as `pcm`."""
    gap = bytes(int(pause * RATE) * WIDTH)
    samples = gap.join(pcm(part) for part in parts)
    return header(len(samples)) + samples


def stream(parts: Iterable[bytes]) -> Iterator[bytes]:
    """A WAV file of unknown length, piece by piece: each part is asked for when its turn comes.

    For an `<audio>` that plays while later sentences are still being rendered.
    The header leaves together with the first samples. Raises Silent as `pcm`.
    """
    heads = itertools.chain([header()], itertools.repeat(b""))
    for head, part in zip(heads, parts, strict=False):
        yield head + pcm(part)


def labelled(sound: bytes, label: str) -> bytes:
    """The same sound, with `label` (ASCII) in a trailing LIST/INFO comment that players skip."""
    samples = pcm(sound)
    text = label.encode("ascii") + b"\0"
    text += b"\0" * (len(text) % 2)
    info = struct.pack("<4s4sI", b"INFO", b"ICMT", len(text)) + text
    chunk = struct.pack("<4sI", b"LIST", len(info)) + info
    whole = header(len(samples)) + samples + chunk
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def label(sound: bytes) -> str | None:
    """What `labelled` wrote; None when there is none or the file is cut."""
    try:
        info = _chunks(sound).get(b"LIST", b"")
    except Silent:
        return None
    if info[:8] != b"INFOICMT":
        return None
    return info[12:].rstrip(b"\0").decode("ascii", "replace")


def _chunks(sound: bytes) -> dict[bytes, bytes]:
    if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
        raise Silent("The sound is not a WAV file.")
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(sound):
        name, size = struct.unpack_from("<4sI", sound, at)
        at += 8
        if at + size > len(sound):
            raise Silent("The sound is cut.")
        found.setdefault(name, sound[at : at + size])
        at += size + size % 2
    return found
