"""A sentence on its way from the page to the ear: its words, where they stand, when they sound."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


class Word(NamedTuple):
    """What sounds from `at` (milliseconds) on: the characters `start` to `end` of the text shown.

    A number said as several words is one of these; so is an elided pair (l’ascenseur).
    """

    at: int
    start: int
    end: int


class Sound(NamedTuple):
    """A sentence as WAV, and its words in the order in which they sound."""

    wav: bytes
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Said:
    """What is said of a text shown; `origins`: for each character, where in it that came from.

    Origins never go back: words are said in the order in which they are shown.
    """

    text: str
    origins: tuple[int, ...]

    def apply(self, rules: Sequence[Rule]) -> "Said":
        """What is said after every rule, in order."""
        said = self
        for pattern, replacement in rules:
            said = said._replace(pattern, replacement)
        return said

    def words(self, shown: str, begins: Iterable[tuple[int, int]]) -> tuple[Word, ...]:
        """The words of the text `shown`, given (milliseconds, offset in what is said) of each.

        Each reaches to the next one's beginning, blanks apart: together they are all of it.
        """
        starts: list[tuple[int, int]] = []
        for at, offset in begins:
            if not starts:
                starts.append((at, 0))
            elif at >= starts[-1][0] and self._follows(starts[-1][1], offset):
                starts.append((at, self.origins[offset]))
        ends = [*[start for _, start in starts[1:]], len(shown)][: len(starts)]
        cut = [
            (at, *_trim(shown, start, end)) for (at, start), end in zip(starts, ends, strict=True)
        ]
        return tuple(Word(*word) for word in cut if word[1] < word[2])

    def _follows(self, start: int, offset: int) -> bool:
        """Whether another word begins here: espeak tells the parts of long numbers too."""
        if not 0 < offset < len(self.text) or self.origins[offset] <= start:
            return False
        return not (self.text[offset - 1].isalnum() and self.text[offset].isalnum())

    def _replace(
        self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]
    ) -> "Said":
        parts: list[str] = []
        origins: list[int] = []
        end = 0
        for match in pattern.finditer(self.text):
            made = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            parts += self.text[end : match.start()], made
            origins += self.origins[end : match.start()]
            origins += self._origins_of(match, made)
            end = match.end()
        if not parts:
            return self
        parts.append(self.text[end:])
        return Said("".join(parts), (*origins, *self.origins[end:]))

    def _origins_of(self, match: re.Match[str], made: str) -> list[int]:
        """All of what is made comes from where the match began, unless only blanks were added."""
        own = list(self.origins[match.start() : match.end()])
        if made.rstrip() == match[0]:
            return own + own[-1:] * (len(made) - len(own))
        return own[:1] * len(made)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
