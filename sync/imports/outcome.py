"""What an import did, in numbers and in a plain line of French."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

NAMED: Final = 5
"""How many are named one by one; the rest are counted."""


class Noun(NamedTuple):
    """What is counted: one, several, and whether it is feminine."""

    one: str
    several: str
    feminine: bool = False


@dataclass(frozen=True)
class Tally:
    """Of one sort of things: how many are new, were changed, stood there already."""

    noun: Noun
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.created + self.changed + self.unchanged

    def __str__(self) -> str:
        new, changed = ("nouvelle", "changée") if self.noun.feminine else ("nouveau", "changé")
        plural = "x" if new.endswith("u") else "s"
        return (
            f"{self.total} {self.noun.several if self.total > 1 else self.noun.one}\u00a0: "
            f"{self.created} {new}{plural if self.created > 1 else ''}, "
            f"{self.changed} {changed}{'s' if self.changed > 1 else ''}, "
            f"{self.unchanged} déjà là."
        )


@dataclass(frozen=True)
class Left:
    """Something that was set aside: ``what`` it is, and ``why``, both in French."""

    what: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """What one import did.

    ``left``: what was set aside. ``remarks``: plain sentences on what the import found beside the
    source, such as residents who are no longer in it. ``str()`` says it all, for a terminal.
    """

    tallies: tuple[Tally, ...]
    left: tuple[Left, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def created(self) -> int:
        """How many things are new."""
        return sum(tally.created for tally in self.tallies)

    @property
    def changed(self) -> int:
        """How many things stood there, other."""
        return sum(tally.changed for tally in self.tallies)

    @property
    def unchanged(self) -> int:
        """How many things stood there, the same."""
        return sum(tally.unchanged for tally in self.tallies)

    def __str__(self) -> str:
        said = [str(tally) for tally in self.tallies if tally.total] or ["Rien de nouveau."]
        if self.left:
            reasons = Counter(item.why for item in self.left).most_common()
            words = ", ".join(f"{why} ({count})" for why, count in reasons)
            one = len(self.left) == 1
            said.append(f"{len(self.left)} {'laissée' if one else 'laissées'}\u00a0: {words}.")
        return " ".join([*said, *self.remarks])


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" et {more} de plus" if more > 0 else "")
