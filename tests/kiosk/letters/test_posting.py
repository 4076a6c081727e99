"""Codes and cards on paper: what the PDF holds really opens, or nothing was issued."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from kiosk.access.codes import show
from kiosk.access.issue import Issued
from kiosk.access.verify import Entrance, Verifier
from kiosk.letters.addressees import Addressee, living, named
from kiosk.letters.posting import Unsure, Unwritten, post, summary
from sync.database import Database
from sync.documents.account import VERIFIER
from sync.documents.kind import Document
from sync.errors import Unreachable

KEY = bytes(range(32))
ORIGIN = "n-3f2a91c0.8d41"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def send(database: Database, people: list[Addressee], path: Path) -> list[Issued]:
    return post(database, KEY, people, path, NOON, ORIGIN)


def written(database: Database) -> list[str]:
    rows = database.range("accounts", "a", "z")
    return [row["_id"] for row in rows if row["kind"] in ("card", "verifier")]


def squares(page: str) -> Image.Image:
    """The QR of a page, painted from the PDF's own black rectangles."""
    factor, lines = 4, page.split("\n")
    picture = Image.new("L", (int(595 * factor), int(842 * factor)), 255)
    black = False
    for line in lines:
        words = line.split()
        if words[-1:] in (["g"], ["rg"]):
            black = set(words[:-1]) == {"0"}
        if black and words[-2:] == ["re", "f"]:
            x, y, width, height = (float(word) * factor for word in words[:4])
            low, high = sorted((842 * factor - y, 842 * factor - y - height))
            picture.paste(0, (round(x), round(low), round(x + width), round(high)))
    return picture


def test_the_code_and_the_card_of_a_letter_open_the_door(estate: Database, tmp_path: Path) -> None:
    people = living(estate, "figuiers")
    issued = send(estate, people, tmp_path / "letters.pdf")
    verifier = Verifier(estate, KEY, ORIGIN)
    for to, secret in zip(people, issued, strict=True):
        by_code = verifier.by_code(to.account, secret.code, NOON)
        by_card = verifier.by_card(secret.card, NOON)
        assert isinstance(by_code, Entrance)
        assert by_card == by_code
        assert by_code.who.person == to.person


def test_a_page_holds_what_was_issued_and_no_other_page_does(
    estate: Database, tmp_path: Path
) -> None:
    people = named(estate, ["figuiers-b-42", "figuiers-c-21"])
    issued = send(estate, people, tmp_path / "letters.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "letters.pdf").pages]
    assert len(pages) == len(people) == 3
    for to, secret, page in zip(people, issued, pages, strict=True):
        assert f"Bonjour {to.name}" in page
        assert "Gérard Rossi" in page
        assert [secret.code in "".join(each.split()) for each in pages].count(True) == 1
        assert secret.code in "".join(page.split())


def test_the_qr_on_the_paper_is_the_card(estate: Database, tmp_path: Path) -> None:
    people = named(estate, ["figuiers-b-31", "figuiers-c-21"])
    issued = send(estate, people, tmp_path / "letters.pdf")
    for secret, page in zip(issued, PdfReader(tmp_path / "letters.pdf").pages, strict=True):
        contents = page.get_contents()
        assert contents is not None
        read = zxingcpp.read_barcodes(squares(contents.get_data().decode("latin-1")))
        assert [found.text for found in read] == [secret.card]


def test_an_arabic_letter_has_its_letters_joined(estate: Database, tmp_path: Path) -> None:
    [amina] = named(estate, ["figuiers-b-31"])
    send(estate, [amina], tmp_path / "letter.pdf")
    [page] = PdfReader(tmp_path / "letter.pdf").pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    arabic = [font for font in fonts if "Arabic" in font["/BaseFont"]]
    assert arabic
    assert "Amina Benali" in page.extract_text()


def test_a_new_letter_ends_the_one_before(estate: Database, tmp_path: Path) -> None:
    people = named(estate, ["figuiers-b-42"])
    [old, _] = send(estate, people, tmp_path / "first.pdf")
    [new, _] = send(estate, people, tmp_path / "second.pdf")
    verifier = Verifier(estate, KEY, ORIGIN)
    assert verifier.by_card(old.card, NOON) is None
    assert verifier.by_card(new.card, NOON) is not None


def test_a_letter_ends_every_leaf_that_halls_apart_had_written(
    estate: Database, tmp_path: Path
) -> None:
    people = named(estate, ["figuiers-b-31"])
    send(estate, people, tmp_path / "first.pdf")
    id = VERIFIER.id(f"{people[0].account}:{people[0].person}")
    [standing] = estate.leaves("accounts", id)
    rival = {**standing, "_rev": "1-" + "f" * 32, "at": "2026-11-01T10:00:00Z"}
    estate.client.post_bulk_docs(
        db="accounts", bulk_docs={"docs": [rival], "new_edits": False}
    ).get_result()
    assert len(estate.leaves("accounts", id)) == 2
    [secret] = send(estate, people, tmp_path / "second.pdf")
    assert len(estate.leaves("accounts", id)) == 1
    assert Verifier(estate, KEY, ORIGIN).by_card(secret.card, NOON) is not None


def test_only_its_owner_reads_the_file_and_nothing_lies_beside_it(
    estate: Database, tmp_path: Path
) -> None:
    path = tmp_path / "letters.pdf"
    path.write_text("an older file, open to all")
    path.chmod(0o644)
    send(estate, living(estate, "figuiers"), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["letters.pdf"]


@pytest.mark.parametrize("name", ["missing/letters.pdf", "."])
def test_a_path_that_cannot_be_written_issues_nothing(
    estate: Database, tmp_path: Path, name: str
) -> None:
    with pytest.raises(Unwritten, match="marchent toujours"):
        send(estate, living(estate, "figuiers"), tmp_path / name)
    assert written(estate) == []
    assert os.listdir(tmp_path) == []


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file of this process may grow beyond ``room`` bytes: writing fails half way."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [20_000, 200_000])  # too little for a font, for the letters
def test_a_full_disk_issues_nothing_and_leaves_the_older_file(
    estate: Database, tmp_path: Path, room: int
) -> None:
    path = tmp_path / "letters.pdf"
    path.write_text("older")
    with full_disk(room), pytest.raises(Unwritten):
        send(estate, living(estate, "figuiers") * 10, path)
    assert written(estate) == []
    assert os.listdir(tmp_path) == ["letters.pdf"]
    assert path.read_text() == "older"


class Dying(Database):
    """A database that no longer answers after so many bulk writes."""

    left = 0

    def bulk(self, db: str, documents: list[Document]) -> list:  # type: ignore[override,type-arg]
        if self.left == 0:
            raise Unreachable("killed")
        self.left -= 1
        return super().bulk(db, documents)


@pytest.fixture
def dying(estate: Database) -> Dying:
    estate.__class__ = Dying
    assert isinstance(estate, Dying)
    return estate


def test_a_database_that_fails_first_leaves_no_file(dying: Dying, tmp_path: Path) -> None:
    people = living(dying, "figuiers")
    with pytest.raises(Unreachable):
        send(dying, people, tmp_path / "letters.pdf")
    assert os.listdir(tmp_path) == []


def test_a_database_that_fails_later_is_told_and_the_paper_kept(
    dying: Dying, tmp_path: Path
) -> None:
    people = living(dying, "figuiers")
    dying.left = 1
    with pytest.raises(Unsure, match="Recommencez"):
        send(dying, people, tmp_path / "letters.pdf")
    assert len(PdfReader(tmp_path / "letters.pdf").pages) == len(people)


def test_the_codes_of_many_are_not_told_at_the_terminal(estate: Database, tmp_path: Path) -> None:
    people = living(estate, "figuiers")
    issued = send(estate, people, tmp_path / "letters.pdf")
    said = summary(people, issued, tmp_path / "letters.pdf")
    assert "4 lettres" in said
    assert not any(show(secret.code) in said for secret in issued)
    assert show(issued[0].code) in summary(people[:1], issued[:1], tmp_path / "letters.pdf")


def test_the_paper_is_a_pdf_of_a4_pages(estate: Database, tmp_path: Path) -> None:
    send(estate, living(estate, "figuiers"), tmp_path / "letters.pdf")
    reader = PdfReader(BytesIO((tmp_path / "letters.pdf").read_bytes()))
    sizes = {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages}
    assert sizes == {(595, 842)}
