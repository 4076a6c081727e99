"""The fonts and scripts that pages load: whole, small, and nothing else."""

import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from i18n.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
FONTS = VENDOR / "fonts"
FRENCH = (
    "aàâæbcçdeéèêëfghiîïjklmnoôœpqrstuùûüvwxyÿzÀÂÆÇÉÈÊËÎÏÔŒÙÛÜ0123456789’‘“”«»…€–—·°\u00a0-.,;:!?()"
)
ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ،؛؟٠١٢٣٤٥٦٧٨٩پچڤگ"


def weigh(pattern: str) -> int:
    files = list(FONTS.glob(pattern))
    assert len(files) == 2, "both weights"
    return sum(path.stat().st_size for path in files)


@pytest.mark.parametrize("weight", [400, 700])
def test_french_is_written_whole(weight: int) -> None:
    letters = TTFont(FONTS / f"atkinson-hyperlegible-{weight}.woff2").getBestCmap()
    assert [letter for letter in FRENCH if ord(letter) not in letters] == []


@pytest.mark.parametrize("weight", [400, 700])
def test_arabic_is_written_whole_and_joined(weight: int) -> None:
    font = TTFont(FONTS / f"noto-sans-arabic-{weight}.woff2")
    letters = font.getBestCmap()
    assert [letter for letter in ARABIC if ord(letter) not in letters] == []
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert features >= {"init", "medi", "fina", "rlig"}  # rlig: lam-alef


def test_the_names_of_languages_are_written_without_the_whole_of_their_letters() -> None:
    letters = TTFont(FONTS / "language-names-400.woff2").getBestCmap()
    names = "".join(language.name for language in LANGUAGES.values() if language.direction == "rtl")
    assert names
    assert [letter for letter in names if ord(letter) not in letters] == []


def test_fonts_are_small_enough_for_a_slow_line() -> None:
    assert weigh("atkinson-hyperlegible-[47]*.woff2") + weigh("language-names-*.woff2") <= 60_000
    assert weigh("noto-sans-arabic-*.woff2") <= 110_000


def test_fonts_travel_with_their_licence() -> None:
    for name in ("atkinson-hyperlegible", "noto-sans-arabic"):
        assert "SIL Open Font License" in (FONTS / f"{name}.LICENSE").read_text()


def test_the_keyboard_travels_with_its_licence_and_names_no_other_file() -> None:
    assert "MIT License" in (VENDOR / "simple-keyboard.LICENSE").read_text()
    script = (VENDOR / "simple-keyboard.js").read_text()
    assert "export{" in script
    assert "sourceMappingURL" not in script


def test_the_arrows_travel_with_their_licence_and_know_marked_containers_alone() -> None:
    assert "Apache License" in (VENDOR / "lrud.LICENSE").read_text()
    script = (VENDOR / "lrud.js").read_text()
    assert "export const getNextFocus" in script
    assert "containerSelector = '.lrud-container'" in script


def test_htmx_is_the_pinned_one() -> None:
    pinned = json.loads((ROOT / "installer" / "package.json").read_text())["dependencies"]
    assert f'version:"{pinned["htmx.org"]}"' in (VENDOR / "htmx.min.js").read_text()


@pytest.mark.parametrize("lock", ["requirements.lock", "test.lock", "package-lock.json"])
def test_lock_files_name_no_registry(lock: str) -> None:
    text = (ROOT / "installer" / lock).read_text()
    for word in ("registry.", "resolved", "--index-url", "pypi.org"):
        assert word not in text
