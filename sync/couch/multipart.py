"""Multipart bodies (RFC 2046, §5.1) taken apart as they come, in bounded memory."""

from collections.abc import Iterator
from email.message import Message
from enum import Enum, auto

from sync.couch.errors import bad_request

MAX_HEAD = 16 * 1024
"""Bytes of the headers of one part."""
MAX_BOUNDARY = 70

Head = dict[str, str]
"""The headers of a part, names in lower case."""


class End(Enum):
    """The end of a part."""

    PART = auto()


Event = Head | bytes | End


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names. Raises CouchError 400."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= MAX_BOUNDARY:
        raise bad_request("the multipart body has no boundary")
    return boundary.encode("latin-1", "replace")


class _State(Enum):
    BODY = auto()
    DELIMITER = auto()
    HEAD = auto()
    DONE = auto()


class Parts:
    """Feed it a body; it tells of each part: its Head, pieces of its bytes, End."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        # What stands before the first delimiter is no part; a body may begin with its dashes.
        self._buffer = bytearray(b"\r\n")
        self._state = _State.BODY
        self._preamble = True

    def feed(self, data: bytes) -> Iterator[Event]:
        """What `data` adds. Raises CouchError 400 for what is not multipart."""
        self._buffer += data
        steps = {
            _State.BODY: self._body,
            _State.DELIMITER: self._after_delimiter,
            _State.HEAD: self._head,
        }
        while self._state is not _State.DONE:
            before = self._state
            yield from steps[before]()
            if self._state is before:
                return
        self._buffer.clear()

    def end(self) -> None:
        """Raises CouchError 400 when the last part is not closed."""
        if self._state is not _State.DONE:
            raise bad_request("the multipart body is cut short")

    def _body(self) -> Iterator[Event]:
        at = self._buffer.find(self._delimiter)
        # Bytes that may begin a delimiter stay until more is known.
        length = at if at >= 0 else max(len(self._buffer) - len(self._delimiter) + 1, 0)
        if length and not self._preamble:
            yield bytes(self._buffer[:length])
        del self._buffer[:length]
        if at < 0:
            return
        if not self._preamble:
            yield End.PART
        del self._buffer[: len(self._delimiter)]
        self._preamble, self._state = False, _State.DELIMITER

    def _after_delimiter(self) -> Iterator[Event]:
        yield from ()
        if self._buffer.startswith(b"--"):
            self._state = _State.DONE
            return
        at = self._buffer.find(b"\r\n")
        if (at > 0 and self._buffer[:at].strip(b" \t")) or (
            at < 0 and len(self._buffer) > MAX_HEAD
        ):
            raise bad_request("the multipart body has a broken boundary")
        if at >= 0:
            # The line's end stays: it is also the one before an empty head.
            del self._buffer[:at]
            self._state = _State.HEAD

    def _head(self) -> Iterator[Event]:
        at = self._buffer.find(b"\r\n\r\n")
        if at > MAX_HEAD or (at < 0 and len(self._buffer) > MAX_HEAD):
            raise bad_request("the headers of a part are too long")
        if at < 0:
            return
        lines = bytes(self._buffer[:at]).decode("latin-1").split("\r\n")
        del self._buffer[: at + 4]
        self._state = _State.BODY
        yield _fields(lines)


def _fields(lines: list[str]) -> Head:
    fields = (line.partition(":") for line in lines if line)
    return {name.strip().lower(): value.strip() for name, _, value in fields}
