"""Cards: drawn as a QR code, typed by a scanner whose layout is not the host's."""

import math
from io import BytesIO

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.access.cards import ALPHABET, LENGTH, PREFIX, new_card, normalise, picture

# The same keys, row by row, without Shift.
US = "qwertyuiopasdfghjkl;zxcvbnm,./1234567890"
FRENCH = "azertyuiopqsdfghjklmwxcvbn,;:!&é\"'(-è_çà"
GERMAN = "qwertzuiopasdfghjklöyxcvbnm,.-1234567890"
CARDS = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH).map(lambda text: PREFIX + text)


def typed(text: str, scanner: str, host: str) -> str:
    """What a host reads from a scanner that sends the keys of its own layout."""
    keys = str.maketrans(scanner + scanner.upper(), host + host.upper())
    return text.translate(keys)


def test_a_card_is_beyond_guessing() -> None:
    assert LENGTH * math.log2(len(set(ALPHABET))) >= 112
    assert len({new_card() for _ in range(200)}) == 200


@pytest.mark.parametrize("scanner", [US, FRENCH, GERMAN])
@pytest.mark.parametrize("host", [US, FRENCH, GERMAN])
def test_a_card_survives_a_scanner_of_another_layout(scanner: str, host: str) -> None:
    for card in (new_card(), PREFIX + (ALPHABET * 2)[:LENGTH]):
        assert normalise(typed(card, scanner, host)) == card


def test_the_letters_left_out_would_not_survive() -> None:
    lost = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(ALPHABET)
    moved = {letter for letter in lost if typed(letter, US, FRENCH) != letter}
    assert lost - moved == {"Y"}
    assert typed("Y", US, GERMAN) != "Y"


@given(CARDS, st.sampled_from(["\n", "\r\n", "\t", " "]), st.text("K7R2FM9T ", max_size=20))
def test_caps_lock_enter_and_what_stood_before_do_not_matter(
    card: str, end: str, before: str
) -> None:
    assert normalise(card.swapcase() + end) == card
    assert normalise(before + card + end) == card
    assert normalise(card + card + end) == card


@pytest.mark.parametrize("scan", ["", "RESI", "K7R 2FM 9TX B", PREFIX + "B" * 25, "é" * 30])
def test_what_is_no_card_is_none(scan: str) -> None:
    assert normalise(scan) is None


def test_the_picture_is_an_ordinary_qr_in_its_compact_mode() -> None:
    code = segno.make_qr(new_card(), error="h")
    assert (code.mode, code.is_micro, code.version, code.error) == ("alphanumeric", False, 3, "H")
    with Image.open(BytesIO(picture(new_card(), scale=10))) as image:
        assert image.format == "PNG"
        assert image.size == ((29 + 2 * 4) * 10, (29 + 2 * 4) * 10)


def test_the_picture_can_be_drawn_for_print() -> None:
    drawing = picture(new_card(), "svg").decode()
    assert "<svg" in drawing
    assert "style=" not in drawing
