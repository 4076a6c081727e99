"""Cards: drawn as a QR code, typed by a scanner whose layout is not the host's."""

import math
import string
from io import BytesIO

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.access.cards import ALPHABET, LENGTH, PREFIX, SIZE, new_card, normalise, picture

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


LAYOUTS = st.sampled_from([US, FRENCH, GERMAN])


@given(CARDS, LAYOUTS, LAYOUTS, st.booleans(), st.booleans())
def test_every_card_is_read_whatever_the_layouts_and_caps_lock(
    card: str, scanner: str, host: str, minding: bool, caps: bool
) -> None:
    sent = card.lower() if minding else card  # a scanner that minds the host's Caps Lock
    read = typed(sent, scanner, host)
    assert normalise((read.swapcase() if caps else read) + "\n") == card


@given(st.text(string.ascii_uppercase, max_size=SIZE - len(PREFIX)), LAYOUTS, LAYOUTS)
def test_a_text_is_never_taken_for_another_one_s_card(text: str, scanner: str, host: str) -> None:
    text = PREFIX + text
    assert normalise(typed(text, scanner, host)) in (None, text)
    assert (normalise(typed(text, scanner, host)) is None) == (normalise(text) is None)


@given(CARDS, st.integers(0, SIZE), st.sampled_from("AQZWMY,;:!&é\"'(-è_çà 0123456789"))
def test_a_sign_too_many_or_one_lost_makes_it_no_card(card: str, at: int, sign: str) -> None:
    inside = max(1, min(at, SIZE - 1))
    assert normalise(card[:inside] + sign + card[inside:]) is None
    assert normalise(card[:inside] + card[inside + 1 :]) is None


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
