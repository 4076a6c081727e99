"""Makes static/vendor/ from what npm fetched: htmx, keyboard, arrows and fonts, small as can be.

    python installer/assets.py NODE_MODULES TARGET

TARGET appears whole or not at all. A font keeps the letters named here and every layout feature,
without which Arabic letters stand apart.
"""

import re
import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font

FRENCH = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152,U+0153,U+2010-2015,U+2018-201E,U+2022,U+2026,"
    "U+2039,U+203A,U+20AC,U+2212"
)
EUROPEAN = "U+0100-017F,U+0192,U+0218-021B,U+1E80-1E85,U+1E9E"  # Turkish, Polish, Romanian names …
ARABIC = "U+0600-06FF,U+200C-200F,U+25CC"  # the block, joiners and marks, the dotted circle
NAMES = "U+0627,U+0628,U+0629,U+0631,U+0639,U+064A,U+0644"  # العربية, on the key of every page
WEIGHTS = (400, 700)
FONTS = {  # name in TARGET/fonts: package, subset in the package, letters kept
    "atkinson-hyperlegible": ("atkinson-hyperlegible", "latin", FRENCH),
    "atkinson-hyperlegible-ext": ("atkinson-hyperlegible", "latin-ext", EUROPEAN),
    "noto-sans-arabic": ("noto-sans-arabic", "arabic", ARABIC),
    "language-names": ("noto-sans-arabic", "arabic", NAMES),
}


def make_font(source: Path, target: Path, letters: str) -> None:
    """Write the `letters` of `source` to `target`, both WOFF2."""
    options = Options(flavor="woff2", layout_features=["*"])
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(letters))
    subsetter.subset(font)
    save_font(font, str(target), options)


def make_fonts(modules: Path, target: Path) -> None:
    """Write every font of FONTS, both weights, and the licence each must travel with."""
    target.mkdir()
    for name, (package, subset, letters) in FONTS.items():
        origin = modules / "@fontsource" / package
        for weight in WEIGHTS:
            source = origin / "files" / f"{package}-{subset}-{weight}-normal.woff2"
            make_font(source, target / f"{name}-{weight}.woff2", letters)
        shutil.copy(origin / "LICENSE", target / f"{package}.LICENSE")


def make_keyboard(package: Path, target: Path) -> None:
    """Copy the build for modern browsers without its banner, which names the licence beside it."""
    script = (package / "build" / "index.modern.esm.js").read_text(encoding="utf-8")
    code = re.sub(r"^/\*!.*?\*/|^//# source.*", "", script, flags=re.DOTALL | re.MULTILINE)
    (target / "simple-keyboard.js").write_text(code.strip() + "\n", encoding="utf-8")
    shutil.copy(package / "LICENSE", target / "simple-keyboard.LICENSE")


def make_arrows(package: Path, target: Path) -> None:
    """Copy the module as it is written, but for one line: only what is marked is a container.

    It takes every ``nav`` and ``section`` for one and enters them at their first key; ours are
    there for those who listen, and the key that lies nearest is what one means.
    """
    script = (package / "lib" / "lrud.js").read_text(encoding="utf-8")
    ours = script.replace("'nav, section, .lrud-container'", "'.lrud-container'")
    if ours == script:
        raise ValueError("lrud.js names its containers otherwise than it did.")
    note = "// Changed for Résidacœur: containers are marked, see installer/assets.py.\n"
    (target / "lrud.js").write_text(note + ours, encoding="utf-8")
    shutil.copy(package / "LICENSE", target / "lrud.LICENSE")


def make(modules: Path, target: Path) -> None:
    """Write all of it beside `target` first, then put it in its place."""
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    shutil.copy(modules / "htmx.org" / "dist" / "htmx.min.js", draft)
    make_keyboard(modules / "simple-keyboard", draft)
    make_arrows(modules / "@bbc" / "tv-lrud-spatial", draft)
    make_fonts(modules, draft / "fonts")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
