"""The bytes of a file or of an address, within bounds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

from sync.imports.errors import ImportRefused

PATIENCE: Final = (5.0, 10.0)
"""Seconds to wait for a connection, and between two pieces of an answer."""

DEADLINE: Final = 60.0
"""Seconds for a whole answer: a server that drips is left alone."""

REDIRECTS: Final = 3
PIECE: Final = 16 * 1024
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Source:
    """What was read: ``name`` is the file's name, or the address."""

    name: str
    data: bytes


def is_address(source: str) -> bool:
    """Whether ``source`` is an http(s) address rather than a file."""
    return source.lower().startswith(("http://", "https://"))


def read(source: str, megabytes: int) -> Source:
    """The content of a file, or of an http(s) address, of at most ``megabytes``.

    Raises :class:`ImportRefused` when it is not there, does not come in time, or is larger.
    """
    if is_address(source):
        return Source(source, _fetch(source, megabytes))
    return Source(Path(source).name, _open(source, megabytes))


def _open(path: str, megabytes: int) -> bytes:
    name = Path(path).name
    try:
        with open(path, "rb") as file:
            data = file.read(megabytes * MEGABYTE + 1)
    except FileNotFoundError as error:
        raise ImportRefused("Ce fichier n’est pas là.", source=name) from error
    except OSError as error:
        raise ImportRefused("Ce fichier ne peut pas être lu.", source=name) from error
    return _bounded(data, megabytes, name)


def _bounded(data: bytes, megabytes: int, name: str) -> bytes:
    if len(data) > megabytes * MEGABYTE:
        said = f"Ce fichier est trop gros\u00a0: {megabytes}\u00a0Mo au plus."
        raise ImportRefused(said, source=name)
    return data


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    try:
        yield
    except requests.Timeout as error:
        said = "Cette adresse ne répond pas à temps."
        raise ImportRefused(said, source=url, silent=True) from error
    except requests.TooManyRedirects as error:
        raise ImportRefused("Cette adresse renvoie sans fin vers une autre.", source=url) from error
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        said = "On ne peut pas joindre cette adresse. Internet est peut-être coupé."
        reached = isinstance(error, requests.exceptions.SSLError)
        raise ImportRefused(said, source=url, silent=not reached) from error
    except (requests.RequestException, ValueError) as error:
        raise ImportRefused("Cette adresse n’est pas bonne.", source=url) from error


def _fetch(url: str, megabytes: int) -> bytes:
    with _in_words(url), requests.Session() as session:
        session.max_redirects = REDIRECTS
        with session.get(url, stream=True, timeout=PATIENCE) as answer:
            if not answer.ok:
                raise ImportRefused(f"Cette adresse répond {answer.status_code}.", source=url)
            return _bounded(_pieces(answer, megabytes, url), megabytes, url)


def _pieces(answer: requests.Response, megabytes: int, url: str) -> bytes:
    started, data = time.monotonic(), bytearray()
    for piece in answer.iter_content(PIECE):
        data += piece
        if len(data) > megabytes * MEGABYTE:
            break
        if time.monotonic() - started > DEADLINE:
            raise ImportRefused("Cette adresse est trop lente.", source=url)
    return bytes(data)
