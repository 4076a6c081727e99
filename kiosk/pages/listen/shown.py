"""The words of a page, in the order and the languages in which it shows them (HTML in, text out).

The script in the browser reads them from the page itself; this serves browsers without scripts.
"""

from html.parser import HTMLParser
from typing import Final, NamedTuple

INLINE: Final = frozenset({"a", "abbr", "bdi", "em", "kbd", "mark", "q", "strong", "sub", "sup"})
"""Elements that a sentence runs through; every other one begins a new block."""

SILENT: Final = frozenset({"script", "style", "svg", "template", "audio", "dialog"})
VOID: Final = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})


SAID: Final = ("aria-label", "alt", "title", "placeholder", "data-stop", "data-word", "data-over")
"""Attributes whose words are shown, said or put in place by a script."""


class Block(NamedTuple):
    """Words that stand together, in one language (a BCP 47 tag).

    ``own``: in a part marked ``data-private``, or in what one types.
    """

    text: str
    lang: str
    own: bool = False


class _State(NamedTuple):
    tag: str
    lang: str
    heard: bool
    own: bool


class _Reader(HTMLParser):
    def __init__(self, lang: str) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.public: list[str] = []
        self.labels: list[str] = []
        self._words: list[str] = []
        self._open: list[_State] = []
        self._lang = lang

    @property
    def _state(self) -> _State:
        return self._open[-1] if self._open else _State("", self._lang, False, False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE:
            self._end_block()
        own = self._state.own or "data-private" in given or tag == "textarea"
        if not own:
            self.labels += [given[name] or "" for name in SAID if name in given]
        if tag in VOID:
            return
        _, lang, heard, _ = self._state
        begins = tag == "main" or given.get("id") == "alarms"
        quiet = (
            tag in SILENT
            or "hidden" in given
            or given.get("aria-hidden") == "true"
            or "step" in (given.get("class") or "").split()
        )
        if given.get("lang", lang) != lang:
            self._end_block()
        heard = (heard or begins) and not quiet
        self._open.append(_State(tag, given.get("lang") or lang, heard, own))

    def handle_endtag(self, tag: str) -> None:
        if all(tag != name for name, *_ in self._open):
            return  # "</br>", "<br/>": nothing that was opened
        if tag not in INLINE or self._changes_language():
            self._end_block()
        while self._open.pop()[0] != tag:
            pass

    def _changes_language(self) -> bool:
        return len(self._open) > 1 and self._open[-1].lang != self._open[-2].lang

    def handle_data(self, data: str) -> None:
        if self._state.heard:
            self._words.append(data)
        self.public.append("\0" if self._state.own else data)

    def _end_block(self) -> None:
        text = " ".join("".join(self._words).split(" ")).strip()
        text = " ".join(text.split("\n")).strip()
        self._words.clear()
        if any(character.isalnum() for character in text):
            self.blocks.append(Block(text, self._state.lang, self._state.own))


def blocks(html: str, lang: str) -> list[Block]:
    """What a page says: its alarms, then its main part; ``lang`` where no element names one."""
    return _read(html, lang).blocks


def public(html: str) -> str:
    """All that a page shows or says to anyone, as ``squeezed``: what is private is left out."""
    reader = _read(html, "")
    return squeezed("\0".join(["".join(reader.public), *reader.labels]))


def squeezed(text: str) -> str:
    """The text without its blanks: pages and scripts break lines each in their own way."""
    return "".join(text.split())


def _read(html: str, lang: str) -> _Reader:
    reader = _Reader(lang)
    reader.feed(html)
    reader.close()
    return reader
