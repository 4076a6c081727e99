"""A letter in each of our languages: its words, and a card that is read back."""

from io import BytesIO

import pytest
import zxingcpp
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
def pages() -> dict[str, PageObject]:
    """Lucien's letter in every language, one PDF."""
    home = ("Les Figuiers", "Escalier A", "12", "figuiers", GERARD)
    letters = [
        (Addressee("h1", "p1", "Lucien Martin", language, *home), Issued(new_code(), card))
        for language, card in CARDS.items()
    ]
    return dict(zip(CARDS, PdfReader(BytesIO(letter.draw(letters))).pages, strict=True))


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
def test_the_card_of_a_letter_is_read_back(pages: dict[str, PageObject], language: str) -> None:
    contents = pages[language].get_contents()
    assert contents is not None
    found = zxingcpp.read_barcodes(squares(contents.get_data().decode("latin-1")))
    assert [barcode.text for barcode in found] == [CARDS[language]]
