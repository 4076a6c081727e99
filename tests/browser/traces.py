"""Where a secret was left: in text or bytes, in the clear, however it was written."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

GAP = rb"[\s.\-\x00]{0,3}"
"""What may stand between two signs of a code that is written in groups, or in UTF-16."""

Pattern = re.Pattern[bytes]


def of_code(code: str) -> list[Pattern]:
    """How a code may be written: in groups or not, in capitals or not, in UTF-8 or UTF-16."""
    signs = [re.escape(sign.encode()) for sign in code if sign.isalnum()]
    return [re.compile(GAP.join(signs), re.IGNORECASE), *_encoded("".join(code.split()))]


def of_words(words: str) -> list[Pattern]:
    """How words may be written: UTF-8, UTF-16, as in an address, in JSON, in HTML, in base64."""
    written = {words, quote(words), quote(words, safe=""), escape(words), json.dumps(words)[1:-1]}
    written |= {text.replace("%20", "+") for text in written}
    found = [re.compile(re.escape(text.encode()), re.IGNORECASE) for text in sorted(written)]
    wide = [words.encode(name) for name in ("utf-16-le", "utf-16-be")]
    return [*found, *(re.compile(re.escape(text)) for text in wide), *_encoded(words)]


def of_bytes(data: bytes) -> list[Pattern]:
    """A long piece of a sound that no other sound shares: the liveliest one, silence is alike."""
    pieces = (data[start : start + 256] for start in range(44, len(data) - 256, 256))
    return [re.compile(re.escape(max(pieces, key=lambda piece: len(set(piece)))))]


def _encoded(text: str) -> Iterator[Pattern]:
    """In base64, wherever it begins within a longer text."""
    for lead in range(3):
        whole = base64.b64encode(b"\0" * lead + text.encode())
        inner = whole[(0, 2, 3)[lead] : len(whole) - 4]
        yield re.compile(re.escape(inner))
        yield re.compile(re.escape(inner.translate(bytes.maketrans(b"+/", b"-_"))))


def within(data: bytes, patterns: Iterable[Pattern]) -> str:
    """The first of the patterns that the bytes hold, or a gzip that lies in them; "" for none."""
    wanted = list(patterns)
    for part in (data, *_unpacked(data)):
        for pattern in wanted:
            if pattern.search(part):
                return repr(pattern.pattern)
    return ""


def _unpacked(data: bytes) -> Iterator[bytes]:
    for start in re.finditer(rb"\x1f\x8b\x08", data):
        try:
            yield zlib.decompressobj(31).decompress(data[start.start() :], 2**24)
        except zlib.error:
            continue


def left_in(folder: Path, patterns: Iterable[Pattern]) -> dict[str, str]:
    """The files below a folder that hold any of the patterns, in content or name, and which."""
    wanted = list(patterns)
    found = {}
    for path in sorted(folder.rglob("*")):
        trace = within(str(path).encode(), wanted) or within(_read(path), wanted)
        if trace:
            found[str(path.relative_to(folder))] = trace
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:  # gone meanwhile
        return b""
