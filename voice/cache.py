"""Sounds of public texts, kept in memory only."""

import threading
from collections import OrderedDict
from collections.abc import Hashable


class Cache:
    """The most recently heard sounds, at most `limit` bytes of them together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._sounds: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """The sound kept under `key`, or None."""
        with self._lock:
            sound = self._sounds.get(key)
            if sound is not None:
                self._sounds.move_to_end(key)
            return sound

    def put(self, key: Hashable, sound: bytes) -> None:
        """Keep it; the least recently heard go. One larger than a quarter of all is not kept."""
        if len(sound) > self._limit // 4:
            return
        with self._lock:
            self._held -= len(self._sounds.pop(key, b""))
            self._sounds[key] = sound
            self._held += len(sound)
            while self._held > self._limit:
                self._held -= len(self._sounds.popitem(last=False)[1])

    @property
    def held(self) -> int:
        """Bytes of sound kept now."""
        return self._held
