"""What lies over the page while there is none: drawn by the program, without browser or portal."""

from typing import Any, Final

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QWidget

from kiosk.drawing import STATIC, colour, draw
from kiosk.shell import words
from kiosk.shell.words import Number, Said

FONTS: Final = ("atkinson-hyperlegible-400", "atkinson-hyperlegible-700", "noto-sans-arabic-700")
FAMILIES: Final = ("Atkinson Hyperlegible", "Noto Sans Arabic", "DejaVu Sans")
TALL: Final = (1080.0, 1920.0)  # the drawing's own size on an upright screen …
WIDE: Final = (1920.0, 1080.0)  # … and on a lying one; scaled to fit
SEA: Final = 250.0
MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
LEFT: Final = Qt.AlignmentFlag.AlignLeft | MIDDLE
RIGHT: Final = Qt.AlignmentFlag.AlignRight | MIDDLE
CENTRE: Final = Qt.AlignmentFlag.AlignCenter
ONE_LINE: Final = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip  # Arabic tails hang low
RTL: Final = "\u200f"  # keeps a full stop at the end of an Arabic line


class Cover(QWidget):
    """Fills its parent; shows a calm word to wait, or the emergency numbers and the caretaker."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self._still = False
        self._keepers: list[str] = []
        for name in FONTS:
            QFontDatabase.addApplicationFont(str(STATIC / "vendor" / "fonts" / f"{name}.woff2"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def say(self, still: bool, keepers: list[str]) -> None:
        """Choose the face, and whom it names."""
        if (still, keepers) != (self._still, self._keepers) or not self.accessibleName():
            self._still, self._keepers = still, keepers
            self.setAccessibleName(words.aloud(still, keepers))
            self.update()

    def paintEvent(self, event: Any) -> None:
        """Draw the wall, what is said, and the sea below."""
        size = TALL if self.height() > self.width() else WIDE
        scale = min(self.width() / size[0], self.height() / size[1])
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(colour("ground")))
            painter.scale(scale, scale)
            width, height = self.width() / scale, self.height() / scale
            brush = Brush(painter)
            brush.fill(QRectF(0, height - SEA, width, SEA), "sea")
            if self._still:
                self._draw_still(brush, width, height)
            else:
                self._draw_wait(brush, width, height)

    def _draw_wait(self, brush: "Brush", width: float, height: float) -> None:
        middle = (height - SEA) / 2
        brush.picture("clock", QRectF(width / 2 - 90, middle - 330, 180, 180))
        for top, size, said in ((-110, 76, words.WAIT), (110, 44, words.WAIT_MORE)):
            rows = ((top, said.french), (top + 1.25 * size, said.arabic + RTL))
            for y, text in rows:
                brush.write(QRectF(0, middle + y, width, 1.4 * size), text, size, CENTRE)

    def _draw_still(self, brush: "Brush", width: float, height: float) -> None:
        tall = height > width
        column = QRectF(56, 60, width - 112, 170) if tall else QRectF(96, 70, 620, 160)
        brush.both(column, words.STILL, 64, stacked=True)
        below = column.translated(0, column.height() + 16)
        below.setHeight(120)
        brush.both(below, words.STILL_MORE, 40, stacked=True)
        numbers = (
            QRectF(56, 440, width - 112, height - SEA - 480)
            if tall
            else QRectF(780, 70, width - 876, height - SEA - 110)
        )
        self._draw_numbers(brush, numbers)
        self._draw_keepers(brush, QRectF(56, height - SEA, width - 112, SEA))

    def _draw_numbers(self, brush: "Brush", area: QRectF) -> None:
        title = QRectF(area.left(), area.top(), area.width(), 70)
        brush.both(title, words.URGENT, 40)
        step = (area.height() - 80) / len(words.NUMBERS)
        for place, number in enumerate(words.NUMBERS):
            top = area.top() + 80 + place * step
            row = QRectF(area.left(), top, area.width(), step - 16)
            self._draw_number(brush, row, number)

    def _draw_number(self, brush: "Brush", row: QRectF, number: Number) -> None:
        brush.fill(row, "raised", round_by=18)
        side = min(110.0, row.height() - 24)
        icon = QRectF(row.left() + 24, row.center().y() - side / 2, side, side)
        brush.picture(number.picture, icon)
        digits = QRectF(icon.right() + 24, row.top(), 210, row.height())
        brush.write(digits, number.digits, min(100, row.height() * 0.75), LEFT, "urgent")
        said = QRectF(digits.right(), row.top() + 8, row.right() - digits.right() - 28, 0)
        said.setHeight(row.height() - 16)
        brush.both(said, number.who, min(42, row.height() * 0.37), stacked=True)

    def _draw_keepers(self, brush: "Brush", sea: QRectF) -> None:
        brush.picture("keeper", QRectF(sea.left(), sea.top() + 60, 130, 130), line="on-sea")
        area = sea.adjusted(170, 30, 0, -30)
        if not self._keepers:
            brush.both(area, words.TELL, 50, ink="on-sea", stacked=True)
            return
        brush.both(QRectF(area.left(), area.top(), area.width(), 70), words.KEEPER, 40, ink="foam")
        for place, line in enumerate(self._keepers):
            size = 60 if len(self._keepers) == 1 else 46
            top = area.top() + 72 + place * 60
            brush.write(QRectF(area.left(), top, area.width(), 66), line, size, LEFT, "on-sea")


class Brush:
    """Draws words and pictures in the pages' colours and letters."""

    def __init__(self, painter: Any) -> None:
        self._painter = painter

    def fill(self, area: QRectF, name: str, round_by: float = 0) -> None:
        """A plain area, perhaps with round corners."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(colour(name)))
        self._painter.drawRoundedRect(area, round_by, round_by)

    def picture(self, name: str, area: QRectF, line: str = "") -> None:
        """A pictogram; ``line``: a colour's name, to draw it by lines alone."""
        drawing = draw(name, line=colour(line) if line else "")
        QSvgRenderer(QByteArray(drawing.encode())).render(self._painter, area)

    def write(self, area: QRectF, text: str, size: float, where: Any, ink: str = "ink") -> None:
        """A bold line; made smaller until it fits."""
        self._take(self._fitting(area.width(), size, text))
        self._painter.setPen(QColor(colour(ink)))
        self._painter.drawText(area, int(where | ONE_LINE), text)

    def both(
        self, area: QRectF, said: Said, size: float, ink: str = "ink", stacked: bool = False
    ) -> None:
        """French and Arabic: one above the other, or each beginning at its own side."""
        width = area.width() if stacked else area.width() / 2 - 12
        size = min(self._fitting(width, size, text) for text in said)
        if stacked:
            row = min(1.4 * size, area.height() / 2)
            upper = QRectF(area.left(), area.center().y() - row, width, row)
            lower = upper.translated(0, row)
        else:
            upper = QRectF(area.left(), area.top(), width, area.height())
            lower = upper.translated(area.width() - width, 0)
        self.write(upper, said.french, size, LEFT, ink)
        self.write(lower, said.arabic + RTL, size, RIGHT, ink)

    def _fitting(self, width: float, size: float, text: str) -> float:
        """The size at which a line is no wider than this."""
        self._take(size)
        wide: float = QFontMetricsF(self._painter.font()).horizontalAdvance(text)
        return size * min(1.0, width / max(wide, 1))

    def _take(self, size: float) -> None:
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setWeight(QFont.Weight.Bold)
        font.setPixelSize(max(8, int(size)))
        self._painter.setFont(font)
