"""A4 paper and the places on it: lengths in millimetres from where one begins to read."""

from typing import Final, Literal, cast
from unicodedata import normalize

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from kiosk.drawing import STATIC
from kiosk.letters.ink import picture

WIDTH: Final = 210.0
FONTS: Final = {"latin": "atkinson-hyperlegible", "more": "atkinson-hyperlegible-ext"}
ARABIC: Final = "noto-sans-arabic"
WEIGHTS: Final[tuple[tuple[Literal["", "B"], int], ...]] = (("", 400), ("B", 700))
LEADING: Final = {"ltr": 1.3, "rtl": 1.6}  # Arabic letters need more room above and below
MM: Final = 25.4 / 72  # of a point
VOWELS: Final = dict.fromkeys((*range(0x64B, 0x653), 0x670))
"""Arabic vowel signs, which everyday writing leaves out: fpdf2 2.8 would part the letters there."""


class Sheet(FPDF):
    """The document that letters are drawn in, with the fonts of the pages."""

    def __init__(self) -> None:
        super().__init__(unit="mm", format="A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        for family, file in {**FONTS, "arabic": ARABIC}.items():
            for style, weight in WEIGHTS:
                path = STATIC / "vendor" / "fonts" / f"{file}-{weight}.woff2"
                self.add_font(family, style, path)
        self.set_fallback_fonts(["latin", "more", "arabic"])
        self._wrapped: dict[tuple[str, float, float, str], list[str]] = {}

    def close(self) -> None:
        """Close the fonts' files, which fpdf2 2.8 leaves open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def write_in(self, text: str, size: float, bold: bool, direction: str) -> None:
        """Take the font for ``text``: Arabic letters are joined, which costs too much for all."""
        family = "arabic" if direction == "rtl" else "latin"
        self.set_font(family, "B" if bold else "", size)
        joined = any("\u0590" <= c <= "\u08ff" for c in text)
        self.set_text_shaping(joined, direction=direction)

    def lines(self, text: str, width: float) -> list[str]:
        """``text`` cut where it must be in the font taken."""
        key = (text, width, self.font_size_pt, f"{self.font_family}{self.font_style}")
        if key not in self._wrapped:
            found = self.multi_cell(
                width, text=text, align="L", dry_run=True, output=MethodReturnValue.LINES
            )
            self._wrapped[key] = cast(list[str], found)
        return self._wrapped[key]


class Area:
    """A part of a sheet; ``x`` counts from the edge where a line begins, left or right."""

    def __init__(
        self, sheet: Sheet, direction: Literal["ltr", "rtl"], x: float, y: float, width: float
    ) -> None:
        self.sheet, self.direction, self.width = sheet, direction, width
        self._left, self._top = x, y

    def part(self, x: float, y: float, width: float) -> "Area":
        """An area within this one."""
        return Area(self.sheet, self.direction, self.left(x, width), self._top + y, width)

    def left(self, x: float, width: float) -> float:
        """How far from the sheet's left edge lies what is ``width`` wide and begins at ``x``."""
        return self._left + (x if self.direction == "ltr" else self.width - x - width)

    def top(self, y: float) -> float:
        """How far below the sheet's upper edge."""
        return self._top + y

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "",
        line: str = "",
        round: float = 0,
        thick: float = 0.3,
    ) -> None:
        """A rectangle, filled or outlined or both; ``round``: the radius of its corners."""
        sheet = self.sheet
        if fill:
            sheet.set_fill_color(fill)
        if line:
            sheet.set_draw_color(line)
            sheet.set_line_width(thick)
        style = ("D" if line else "") + ("F" if fill else "")
        sheet.rect(
            self.left(x, width),
            self.top(y),
            width,
            height,
            style=style,
            round_corners=bool(round),
            corner_radius=round,
        )

    def disc(self, x: float, y: float, size: float, fill: str) -> None:
        """A filled circle, ``size`` wide."""
        self.sheet.set_fill_color(fill)
        self.sheet.ellipse(self.left(x, size), self.top(y), size, size, style="F")

    def say(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        colour: str,
        bold: bool = False,
        align: Literal["start", "centre", "end"] = "start",
        direction: Literal["", "ltr"] = "",
        most: int = 9,
        tall: float = 0,
    ) -> float:
        """Write ``text`` in ``size`` points from ``y`` down; returns where it ends.

        ``direction`` "ltr" for what is never mirrored, as numbers. What is longer than ``most``
        lines is set smaller until it fits; with ``tall`` it stands in the middle of that height.
        """
        sheet, way = self.sheet, direction or self.direction
        text = normalize("NFC", text).translate(VOWELS)
        sheet.write_in(text, size, bold, way)
        while len(lines := sheet.lines(text, width)) > most and size > 6:
            size -= 0.5
            sheet.write_in(text, size, bold, way)
        sheet.set_text_color(colour)
        height = size * MM * LEADING[self.direction]
        ends = ("L", "R") if self.direction == "ltr" else ("R", "L")
        y += max(0.0, tall - len(lines) * height) / 2
        side = {"start": ends[0], "end": ends[1], "centre": "C"}[align]
        for line in lines:
            sheet.set_xy(self.left(x, width), self.top(y))
            sheet.cell(width, height, line, align=side)
            y += height
        return y

    def picture(self, name: str, x: float, y: float, size: float, line: str = "") -> None:
        """A pictogram; those that turn with the direction of writing do."""
        turned = self.direction == "rtl" and name in ("door", "leave")
        picture(name, size, line, turned).draw_to_page(
            self.sheet, x=self.left(x, size), y=self.top(y)
        )
