"""Sounds of public texts, kept in memory only."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from voice.spoken import Sound

WORD = 160  # bytes of a word's times and offsets, as Python holds them


class Cache:
    """The most recently heard sounds, at most `limit` bytes of them together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._sounds: OrderedDict[Hashable, Sound] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Sound | None:
        """The sound kept under `key`, or None."""
        with self._lock:
            sound = self._sounds.get(key)
            if sound is not None:
                self._sounds.move_to_end(key)
            return sound

    def put(self, key: Hashable, sound: Sound) -> None:
        """Keep it; the least recently heard go. One larger than a quarter of all is not kept."""
        if _size(sound) > self._limit // 4:
            return
        with self._lock:
            self._held -= _size(self._sounds.pop(key, Sound(b"")))
            self._sounds[key] = sound
            self._held += _size(sound)
            while self._held > self._limit:
                self._held -= _size(self._sounds.popitem(last=False)[1])

    @property
    def held(self) -> int:
        """Bytes of sound kept now."""
        return self._held


def _size(sound: Sound) -> int:
    return len(sound.wav) + WORD * len(sound.words)
