"""One letter: a page of A4 that says whose it is, their code, what to do, and who helps."""

from collections.abc import Iterable
from contextlib import closing
from typing import Final

from i18n.languages import language_of
from kiosk.access.codes import show
from kiosk.access.issue import Issued
from kiosk.drawing import colour, has_picture
from kiosk.letters import card
from kiosk.letters.addressees import Addressee
from kiosk.letters.ink import home_colour
from kiosk.letters.sheet import WIDTH, Area, Sheet
from kiosk.letters.words import say, staircase

MARGIN: Final = 20.0
INSIDE: Final = WIDTH - 2 * MARGIN
CARD_TOP: Final = 219.0
TILE: Final = 10.4  # millimetres for one character of a code
GAP: Final = 7.6  # between its groups


def draw(letters: Iterable[tuple[Addressee, Issued]]) -> bytes:
    """A PDF with one page for each, in this order."""
    with closing(Sheet()) as sheet:
        sheet.set_title("Résidacœur")
        for to, issued in letters:
            sheet.add_page()
            _page(Area(sheet, language_of(to.language).direction, MARGIN, 0, INSIDE), to, issued)
        return bytes(sheet.output())


def _page(area: Area, to: Addressee, issued: Issued) -> None:
    _head(area, to)
    _code(area.part(0, 67.5, INSIDE), to, issued.code)
    _steps(area.part(0, 117, INSIDE), to)
    _help(area.part(0, 181, INSIDE), to)
    _cut_out(area, to, issued.card)


def _head(area: Area, to: Addressee) -> None:
    """The residence's plaque, the greeting, and the door."""
    home, pale = home_colour(to.emblem), colour("on-home")
    name = to.residence or say("landlord", to.language)
    emblem = to.emblem if has_picture(to.emblem) else "building"
    area.box(0, 14, 82, 19, fill=home, round=2)
    area.box(1.2, 15.2, 79.6, 16.6, line=pale, round=1.2, thick=0.25)
    area.picture(emblem, 5, 17, 13, line=pale)
    area.say(name, 22, 14, 56, 17, pale, bold=True, most=2, tall=19)
    area.say("Résidacœur", INSIDE - 70, 16, 70, 16, colour("act"), bold=True, align="end")
    area.say(say("portal", to.language), INSIDE - 70, 23.6, 70, 11, colour("soft"), align="end")
    hello = say("hello", to.language, name=to.name)
    area.say(hello, 0, 39, INSIDE, 25, colour("ink"), bold=True, most=1, tall=13)
    area.say(_where(to), 0, 53, INSIDE, 13, colour("soft"), most=1)


def _where(to: Addressee) -> str:
    """ "Les Figuiers, Escalier B, porte 31"; nothing for who works here."""
    if not to.door:
        return ""
    comma = "، " if language_of(to.language).direction == "rtl" else ", "
    door = say("door", to.language, door=to.door)
    return comma.join([to.residence, staircase(to.staircase, to.language), door])


def _code(area: Area, to: Addressee, code: str) -> None:
    """The code in its groups, a tile a character, never mirrored; and that it is a secret."""
    area.box(0, 0, INSIDE, 43, fill=colour("act-tint"), round=5)
    area.say(say("code", to.language), 8, 3, 100, 14, colour("act"), bold=True, tall=8)
    groups = show(code).split()
    width = len(code) * TILE + (len(groups) - 1) * GAP
    tiles = Area(area.sheet, "ltr", area.left((INSIDE - width) / 2, width), area.top(13), width)
    x = 0.0
    for group in groups:
        tiles.box(x - 1.8, 0, len(group) * TILE + 3.6, 15.2, fill="#FFFFFF", round=2.4)
        for character in group:
            tiles.say(character, x, 1.6, TILE, 27, colour("ink"), bold=True, align="centre", most=1)
            x += TILE
        x += GAP
    secret = say("secret", to.language)
    area.say(secret, 8, 32, INSIDE - 16, 12, colour("urgent"), bold=True, most=1, tall=9)


def _steps(area: Area, to: Addressee) -> None:
    """Three windows, as on the screen: a picture, a number, one sentence."""
    steps = (
        ("card", "scan"),
        ("door", "type") if to.door else ("person", "type-name"),
        ("leave", "leave"),
    )
    gap = 6.0
    width = (INSIDE - 2 * gap) / 3
    for number, (picture, word) in enumerate(steps):
        window = area.part(number * (width + gap), 0, width)
        _window(window, picture, str(number + 1))
        told = say(word, to.language)
        ink = colour("ink")
        window.say(told, 3, 36, width - 6, 12, ink, bold=True, align="centre", tall=21)


def _window(area: Area, picture: str, number: str) -> None:
    """A pane of sky under a low arch, on its sill."""
    sheet, width, left, top = area.sheet, area.width, area.left(0, area.width), area.top(0)
    area.box(0, 28, width, 30, fill=colour("raised"), line=colour("sill"), round=3.5, thick=0.25)
    sheet.set_fill_color(colour("pane"))
    sheet.ellipse(left, top, width, 14, style="DF")
    sheet.rect(left, top + 7, width, 27, style="F")
    for side in (left, left + width):
        sheet.line(side, top + 7, side, top + 34)
    area.box(-0.8, 33.4, width + 1.6, 2, fill=colour("sill"), round=0.8)
    area.picture(picture, (width - 25) / 2, 5.4, 25)
    area.disc(3, 23, 8, colour("act"))
    area.say(number, 3, 23, 8, 13, colour("on-act"), bold=True, align="centre", tall=8)


def _help(area: Area, to: Addressee) -> None:
    """Who helps, in the sea: the caretaker of the residence, or the town's number."""
    pale = colour("on-sea")
    area.box(0, 0, INSIDE, 24, fill=colour("sea"), round=5)
    area.picture("help", 6, 5, 14, line=pale)
    area.say(say("help", to.language), 25, 3, 110, 11.5, colour("foam"), tall=6)
    if to.helper is None:
        area.say(say("townhall", to.language), 25, 9, 138, 16, pale, bold=True, most=1, tall=10)
        return
    name, phone = to.helper
    room = 72 if phone else 138
    area.say(name, 25, 8.6, room, 16, pale, bold=True, most=1, tall=8)
    area.say(say("keeper", to.language), 25, 16.2, room, 11, colour("foam"), tall=5)
    if phone:
        area.picture("phone", 100, 7, 10, line=pale)
        area.say(phone, 113, 0, INSIDE - 119, 18, pale, True, direction="ltr", most=1, tall=24)


def _cut_out(area: Area, to: Addressee, secret: str) -> None:
    """The card, its edge a line to cut along, and what to do with it."""
    frame = area.part(0, CARD_TOP, card.WIDTH)
    card.draw(frame, to, secret)
    sheet, left, top = area.sheet, frame.left(0, card.WIDTH), frame.top(0)
    sheet.set_draw_color(colour("edge"))
    sheet.set_line_width(0.3)
    sheet.set_dash_pattern(dash=2, gap=1.6)
    sheet.rect(left, top, card.WIDTH, card.HEIGHT)
    sheet.set_dash_pattern()
    _scissors(sheet, left + 12, top + card.HEIGHT)
    beside = area.part(card.WIDTH + 12, CARD_TOP, INSIDE - card.WIDTH - 12)
    beside.picture("card", 0, 5, 16)
    beside.say(say("cut", to.language), 0, 23, beside.width, 14, colour("ink"), bold=True)


def _scissors(sheet: Sheet, x: float, y: float) -> None:
    """A pair of scissors on the line to cut along, its blades to the right."""
    sheet.set_line_width(0.45)
    sheet.set_fill_color("#FFFFFF")
    for side in (-1, 1):
        sheet.line(x - 1.2, y + side * 1.1, x + 5.5, y - side * 1.3)
        sheet.ellipse(x - 4, y + side * 1.7 - 1.1, 3.1, 2.2, style="DF")
