"""Words on paper: joined where their script joins, each in a font that has its letters."""

import re
from contextlib import closing
from io import BytesIO

import pytest
from pypdf import PdfReader

from kiosk.letters.sheet import Area, Sheet


def drawn(text: str, width: float = 100, most: int = 9) -> tuple[bytes, float]:
    """What draws ``text`` on a page written from the right, and where it ends."""
    with closing(Sheet()) as sheet:
        sheet.add_page()
        end = Area(sheet, "rtl", 20, 20, width).say(text, 0, 0, width, 20, "#000000", most=most)
        [page] = PdfReader(BytesIO(bytes(sheet.output()))).pages
    contents = page.get_contents()
    assert contents is not None
    return contents.get_data(), end


def glyphs(text: str) -> list[bytes]:
    return re.findall(rb"\((.*?)\) Tj", drawn(text)[0], re.DOTALL)


def test_an_arabic_letter_has_the_form_its_neighbours_ask_for() -> None:
    alone, joined = glyphs("ب"), glyphs("ببب")
    assert len(set(joined)) == len(set(alone)) + 2, "first, middle and last differ"


def test_vowel_signs_do_not_part_the_letters() -> None:
    assert glyphs("مرحبًا") == glyphs("مرحبا")


@pytest.mark.parametrize("name", ["Çağla Öztürk", "Łukasz", "Ștefan", "أمينة", "Zoé"])
def test_a_name_finds_a_font_that_has_its_letters(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    drawn(name)
    assert "missing" not in caplog.text


def test_what_is_too_long_is_set_smaller_until_it_fits() -> None:
    _, one = drawn("Les Figuiers", width=60, most=1)
    _, long = drawn("Les Amandiers de la Grande Bastide", width=60, most=1)
    assert 0 < long < one
