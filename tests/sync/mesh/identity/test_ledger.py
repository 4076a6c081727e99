"""The estate's book, changed by several at once, and files that are whole or not there."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sync.mesh.identity import ledger
from sync.mesh.identity.errors import Unreadable
from sync.mesh.identity.ledger import Entry, Ledger
from sync.mesh.identity.pem import save

HALL = Entry("n-0000000b", "Hall B", "kiosk", "figuiers", "figuiers-b", serials=("1f",))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    ledger.begin(tmp_path, Ledger("e-figuiers", "Les Figuiers", {HALL.id: HALL}))
    return tmp_path


def test_what_is_written_is_read_back(book: Path) -> None:
    again = ledger.read(book)
    assert (again.id, again.name, again.nodes) == ("e-figuiers", "Les Figuiers", {HALL.id: HALL})


def test_a_node_is_found_by_its_name_or_id(book: Path) -> None:
    known = ledger.read(book)
    assert known.named(" hall b ") == known.named("n-0000000b") == HALL
    assert known.named("Hall C") is None


def test_those_who_write_at_once_lose_nothing_of_each_other(book: Path) -> None:
    def add(number: int) -> None:
        with ledger.changing(book) as known:
            known.put(Entry(f"n-{number:08x}", f"Hall {number}", "kiosk"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(100, 140)))
    assert len(ledger.read(book).nodes) == 41


def test_a_change_that_breaks_off_changes_nothing(book: Path) -> None:
    def change() -> None:
        with ledger.changing(book) as known:
            known.revoke(HALL, "2026-11-28T09:00:00Z")
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        change()
    assert ledger.read(book).nodes[HALL.id] == HALL


@pytest.mark.parametrize("content", ["", "{", "[]", '{"id": "e", "name": "E"}', '{"nodes": [1]}'])
def test_a_damaged_book_says_so(book: Path, content: str) -> None:
    (book / ledger.BOOK).write_text(content)
    with pytest.raises(Unreadable, match="damaged"):
        ledger.read(book)


def test_a_file_is_nobody_elses_from_its_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    sync = os.fsync

    def look(handle: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        sync(handle)

    monkeypatch.setattr(os, "fsync", look)
    before = os.umask(0)
    try:
        save(tmp_path / "identity" / "key.pem", "secret")
    finally:
        os.umask(before)
    assert seen == [0o600, 0o700]


def test_a_file_that_cannot_be_kept_leaves_the_old_one_and_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "chain.pem", "old")

    def full(handle: int) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(tmp_path / "chain.pem", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["chain.pem"]
    assert (tmp_path / "chain.pem").read_text() == "old"
