"""The frame spoken over `voice.sock`, the same both ways: one JSON line, then counted bytes."""

import json
import socket
import time
from collections.abc import Mapping

from voice.errors import VoiceError

MAX_TEXT = 500  # characters in one request; sentences.split never gives more than 220
MAX_REQUEST = 8_192  # bytes: MAX_TEXT characters at 12 bytes (JSON \ud83d\ude00) and the rest
MAX_ANSWER = 16 * 1024 * 1024  # bytes: MAX_TEXT characters give 11 MB of sound at worst

Header = dict[str, object]


def send(sock: socket.socket, header: Mapping[str, object], body: bytes = b"") -> None:
    """Send one frame; `bytes` is added to the header. Raises OSError."""
    sock.sendall(json.dumps({**header, "bytes": len(body)}).encode() + b"\n")
    if body:  # apart: a sound is not copied to be sent
        sock.sendall(body)


def receive(sock: socket.socket, limit: int, seconds: float) -> tuple[Header, bytes]:
    """Read one whole frame of at most `limit` bytes within `seconds`, however slowly it comes.

    Raises VoiceError when it is not a frame or too large, TimeoutError or another OSError when
    the connection fails or ends inside it.
    """
    deadline = time.monotonic() + seconds
    data = bytearray()
    while (end := data.find(b"\n")) < 0:
        if len(data) > MAX_REQUEST:
            raise VoiceError("A header line without an end.")
        data += _read(sock, deadline)
    header = _parse(bytes(data[:end]))
    size = header.get("bytes", 0)
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= limit - end:
        raise VoiceError("A frame larger than allowed.")
    del data[: end + 1]
    while len(data) < size:
        data += _read(sock, deadline)
    return header, bytes(data[:size])


def _read(sock: socket.socket, deadline: float) -> bytes:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The frame did not come in time.")
    sock.settimeout(left)
    part = sock.recv(65_536)
    if not part:
        raise ConnectionResetError("The connection ended inside a frame.")
    return part


def _parse(line: bytes) -> Header:
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise VoiceError("A header that is not JSON.") from error
    if not isinstance(header, dict):
        raise VoiceError("A header that is not an object.")
    return header
