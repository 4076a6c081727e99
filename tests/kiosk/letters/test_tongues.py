"""A letter in each of our languages: its words, and a card that is read back from the paper."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pypdf import PageObject, PdfReader

from i18n.languages import LANGUAGES
from kiosk.access.cards import new_card
from kiosk.access.codes import new_code
from kiosk.access.issue import Issued
from kiosk.letters import letter
from kiosk.letters.addressees import Addressee, Helper
from kiosk.letters.words import say
from tests.kiosk.letters.test_posting import squares

TOLD = ("hello", "code", "secret", "scan", "type", "leave", "help", "keeper", "cut", "found")
GERARD = Helper("Gérard Rossi", "04 65 71 10 21")
CARDS = {language: new_card() for language in LANGUAGES}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """Lucien's letter in every language, one PDF."""
    home = ("Les Figuiers", "Escalier A", "12", "figuiers", GERARD)
    letters = [
        (Addressee("h1", "p1", "Lucien Martin", language, *home), Issued(new_code(), card))
        for language, card in CARDS.items()
    ]
    return letter.draw(letters)


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> dict[str, PageObject]:
    """The letter's page in each language."""
    return dict(zip(CARDS, PdfReader(BytesIO(pdf)).pages, strict=True))


@pytest.fixture(scope="module")
def printed(pdf: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages as a modest printer would leave them: 150 dots an inch, no colours (poppler)."""
    folder = tmp_path_factory.mktemp("printed")
    (folder / "letters.pdf").write_bytes(pdf)
    paint = ["pdftoppm", "-r", "150", "-gray", "-png", "letters.pdf", "page"]
    subprocess.run(paint, cwd=folder, check=True, timeout=60)
    return dict(zip(CARDS, sorted(folder.glob("page-*.png")), strict=True))


def read(picture: Path) -> list[str]:
    """What a scanner finds there (zbar)."""
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", "--nodbus", picture], capture_output=True, text=True, timeout=60
    )
    return done.stdout.split()


def plain(text: str) -> str:
    """Text as one line."""
    return " ".join(text.split())


def told(language: str) -> list[str]:
    """What a letter says in a language."""
    return [plain(say(word, language) % {"name": "Lucien Martin"}) for word in TOLD]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"ar"}))
def test_a_letter_says_all_in_its_reader_s_language(
    pages: dict[str, PageObject], language: str
) -> None:
    text = plain(pages[language].extract_text())
    assert [sentence for sentence in told(language) if sentence not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_nothing_in_another_language(
    pages: dict[str, PageObject], language: str
) -> None:
    text = plain(pages[language].extract_text())
    strange = {sentence for other in LANGUAGES for sentence in told(other)} - set(told(language))
    assert [sentence for sentence in strange if sentence in text] == []
    assert "Lucien Martin" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_reader_reads_the_card_from_the_printed_page(
    printed: dict[str, Path], language: str
) -> None:
    assert read(printed[language]) == [CARDS[language]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_does_from_a_worn_card_askew_too(printed: dict[str, Path], language: str) -> None:
    worn = printed[language].with_name(f"worn-{language}.png")
    with Image.open(printed[language]) as page:
        askew = (
            page.convert("L")
            .rotate(7, expand=True, fillcolor=200)
            .filter(ImageFilter.GaussianBlur(1))
        )
    askew.point(lambda tone: 60 + tone // 2).save(worn)
    assert read(worn) == [CARDS[language]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_printed_beyond_the_edge(printed: dict[str, Path], language: str) -> None:
    with Image.open(printed[language]) as page:
        paper = page.convert("L")
        edge = round(page.width * 10 / 210)  # printers leave up to 10 mm white
        paper.paste(255, (edge, edge, page.width - edge, page.height - edge))
        assert paper.getextrema() == (255, 255)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_letter_is_read_back(pages: dict[str, PageObject], language: str) -> None:
    contents = pages[language].get_contents()
    assert contents is not None
    found = zxingcpp.read_barcodes(squares(contents.get_data().decode("latin-1")))
    assert [barcode.text for barcode in found] == [CARDS[language]]
