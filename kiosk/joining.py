"""Bringing a resident's own computer into the estate: what pages ask of whoever can do it.

The mesh can, where it runs; a portal without one has nobody to ask (``Services.joining`` is None).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from kiosk.errors import KioskError

LENGTH: Final = 10
"""Characters of a joining code, of the alphabet of access codes; it has no check character."""

Reason = Literal["code", "over", "silent", "stranger", "other", "failed"]
"""The code is wrong; it is too old or was tried too often; nobody answers at the address; what
answers there is no hall of ours; this computer holds another household's documents; anything
else."""


class NotJoined(KioskError):
    """It did not come about; ``reason`` says why, for the page."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Invitation:
    """A code that lets one computer join, until it ends; ``address`` is what the hall is typed as,
    "192.168.1.20:6984", or "" where that is not known."""

    code: str
    until: datetime
    address: str = ""


class Joining(Protocol):
    """Who makes invitations on a hall's screen, and uses them on a computer at home."""

    @property
    def is_free(self) -> bool:
        """Whether this computer may join: of no estate yet, or a home that reaches no hall."""

    def invite(self, household: str) -> Invitation:
        """A fresh invitation for one more computer of a household. Raises NotJoined."""

    def join(self, address: str, code: str) -> None:
        """Join the estate of the hall at ``address`` with its ``code``, normalised.

        Returns once this computer belongs to it. Raises NotJoined.
        """
