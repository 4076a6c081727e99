"""The words of a page, in the order and the languages in which it shows them (HTML in, text out).

The script in the browser reads them from the page itself; this serves browsers without scripts.
"""

from html.parser import HTMLParser
from typing import Final, NamedTuple

INLINE: Final = frozenset({"a", "abbr", "bdi", "em", "kbd", "mark", "q", "strong", "sub", "sup"})
"""Elements that a sentence runs through; every other one begins a new block."""

SILENT: Final = frozenset({"script", "style", "svg", "template", "audio", "dialog"})
VOID: Final = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})


class Block(NamedTuple):
    """Words that stand together, in one language (a BCP 47 tag)."""

    text: str
    lang: str


class _Reader(HTMLParser):
    def __init__(self, lang: str) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._words: list[str] = []
        self._open: list[tuple[str, str, bool]] = []  # tag, language, whether it is heard
        self._lang = lang

    @property
    def _state(self) -> tuple[str, str, bool]:
        return self._open[-1] if self._open else ("", self._lang, False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE:
            self._end_block()
        if tag in VOID:
            return
        _, lang, heard = self._state
        begins = tag == "main" or given.get("id") == "alarms"
        quiet = (
            tag in SILENT
            or "hidden" in given
            or given.get("aria-hidden") == "true"
            or "step" in (given.get("class") or "").split()
        )
        if given.get("lang", lang) != lang:
            self._end_block()
        self._open.append((tag, given.get("lang") or lang, (heard or begins) and not quiet))

    def handle_endtag(self, tag: str) -> None:
        if all(tag != name for name, *_ in self._open):
            return  # "</br>", "<br/>": nothing that was opened
        if tag not in INLINE or self._changes_language():
            self._end_block()
        while self._open.pop()[0] != tag:
            pass

    def _changes_language(self) -> bool:
        return len(self._open) > 1 and self._open[-1][1] != self._open[-2][1]

    def handle_data(self, data: str) -> None:
        if self._state[2]:
            self._words.append(data)

    def _end_block(self) -> None:
        text = " ".join("".join(self._words).split(" ")).strip()
        text = " ".join(text.split("\n")).strip()
        self._words.clear()
        if any(character.isalnum() for character in text):
            self.blocks.append(Block(text, self._state[1]))


def blocks(html: str, lang: str) -> list[Block]:
    """What a page says: its alarms, then its main part; ``lang`` where no element names one."""
    reader = _Reader(lang)
    reader.feed(html)
    reader.close()
    return reader.blocks
