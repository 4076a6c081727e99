"""Who stands before the screen, and how they want it: read from the request, once."""

from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

from flask import Request, Response
from werkzeug.wrappers import Response as BaseResponse

from i18n.languages import LANGUAGES, Language, choose
from kiosk import cookies
from kiosk.access.sessions import Session
from kiosk.config import Mode

Size = Literal["normal", "large", "huge"]
Theme = Literal["light", "dark", "contrast"]
Say = Literal["off", "on"]
Layout = Literal["whole", "low"]

KEPT: Final = 365 * 24 * 3600
"""Seconds a home computer remembers how its screen was set; a kiosk forgets with the visit."""

STEPS: Final = tuple(str(hundredths) for hundredths in range(70, 151, 10))
"""Rates of speech in hundredths of the ordinary one, from the slowest to the fastest."""

RATES: Final[dict[str, float]] = {
    **{"slow": 0.75, "normal": 1.0, "fast": 1.3},
    **{step: int(step) / 100 for step in STEPS},
}


LANDLORD: Final = frozenset({"agent", "administrator", "caretaker"})
"""Roles that act in the landlord's name; no other member of the staff reads a report."""


@dataclass(frozen=True)
class Look:
    """How the screen is set: a language's code, size, theme, rate of speech (a key of RATES).

    ``theme`` is empty until one is chosen: then a home computer's own wish counts.
    ``say``: whether what is touched is said. ``layout``: on a kiosk "low" keeps every key in the
    lower half of the screen, for who sits or is small.
    """

    language: str = ""
    size: Size = "normal"
    theme: Theme | Literal[""] = ""
    rate: str = "normal"
    say: Say = "off"
    layout: Layout = "whole"

    def __str__(self) -> str:
        return ".".join(getattr(self, name) for name in CHOICES)

    def with_values(self, values: dict[str, str]) -> "Look":
        """This look with the known values taken over; unknown names and words are passed over."""
        known = {
            name: values[name]
            for name, words in CHOICES.items()
            if name in values and values[name] in words
        }
        return replace(self, **cast(dict[str, object], known))  # type: ignore[arg-type]


CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "language": tuple(LANGUAGES),
    "size": get_args(Size),
    "theme": get_args(Theme),
    "rate": tuple(RATES),
    "say": get_args(Say),
    "layout": get_args(Layout),
}


def look_of(text: str) -> Look:
    """The look a cookie holds; what it says wrong is passed over."""
    return Look().with_values(dict(zip(CHOICES, text.split("."), strict=False)))


@dataclass(frozen=True)
class Visitor:
    """The person of this request.

    ``session`` is None for who has not signed in. ``places`` are the slugs of where they are,
    innermost first: their own staircase, residence, sector, else the kiosk's.
    """

    look: Look
    language: Language
    mode: Mode
    session: Session | None
    places: tuple[str, ...]

    @property
    def is_resident(self) -> bool:
        """Whether a household stands behind this session."""
        return bool(self.session and self.session.household)

    @property
    def is_landlord(self) -> bool:
        """Whether the person reads and answers what residents tell the landlord."""
        return bool(self.session and self.session.role in LANDLORD)

    @property
    def is_administrator(self) -> bool:
        """Whether the person looks after machines and registers."""
        return bool(self.session and self.session.role == "administrator")

    @property
    def rate(self) -> float:
        """The rate of speech, 1 being the voice's own."""
        return RATES[self.look.rate]


def wished(request: Request, session: Session | None) -> tuple[Look, Language]:
    """The look and the language of a request: chosen here, else the person's own, else sent."""
    look = look_of(request.cookies.get(cookies.look_name(), ""))
    own = session.language if session else None
    accepted = request.headers.get("Accept-Language", "")
    return look, choose(look.language, own, accepted=accepted)


def remember(response: Response, look: Look, mode: Mode) -> Response:
    """Keep the look with the screen: for the visit on a shared one, for a year at home."""
    response.set_cookie(
        cookies.look_name(),
        str(look),
        max_age=KEPT if mode == "home" else None,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: BaseResponse) -> None:
    """Leave the screen as it was before anyone set it."""
    response.delete_cookie(cookies.look_name(), httponly=True, samesite="Lax")
