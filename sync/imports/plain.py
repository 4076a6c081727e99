"""Plain text out of whatever a feed or a calendar holds: our documents hold nothing else."""

import html
import re
from typing import Final

import nh3

BLOCKS: Final = {
    *("p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "section"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "article", "blockquote", "pre", "header", "footer"),
    *("figure", "figcaption"),
}
"""The tags that part paragraphs or lines."""

MARKUP: Final = re.compile(
    r"</?(?:p|br|a|b|i|u|em|strong|ul|ol|li|div|span|h[1-6]|table|tr|td|script|style|img)\b[^>]*>",
    re.IGNORECASE,
)
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters, marks that turn the direction of text, and what no eye can see."""

LONE: Final = re.compile("[\ud800-\udfff]")


def from_markup(markup: str, most: int) -> str:
    """The text of HTML, paragraphs apart by an empty line, at most ``most`` characters.

    Scripts and styles go with all they hold, entities are decoded once.
    """
    cleaned = nh3.clean(markup, tags=BLOCKS, attributes={}, link_rel=None)
    spaced = re.sub(r"[ \t\r\n]+", " ", cleaned)
    listed = re.sub(r"</?ul>|</?ol>|<hr>", "\n\n", re.sub(r"<li>", "\n– ", spaced))
    parted = re.sub(r"<br>|</?(?:tr|dt|dd)>", "\n", listed.replace("</li>", ""))
    return tidy(html.unescape(re.sub(r"<[^>]*>", "\n\n", parted)), most)


def has_markup(text: str) -> bool:
    """Whether ``text`` is meant as HTML though nothing says so (DESCRIPTION of many calendars)."""
    return bool(MARKUP.search(text))


def tidy(text: str, most: int) -> str:
    """``text`` with its lines and paragraphs kept, spaces cut, nothing invisible, cut to length."""
    seen = LONE.sub("\ufffd", UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", " ")))
    lines = [re.sub(r"[ \u00a0]*\n|^ +| +$", "", line) for line in seen.split("\n")]
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(re.sub(r" {2,}", " ", line) for line in lines))
    return cut(kept.strip(), most)


def line(text: str, most: int) -> str:
    """``text`` on one line."""
    return cut(" ".join(tidy(text, most * 10).split("\n")).strip(), most)


def cut(text: str, most: int) -> str:
    """``text``, or its beginning up to a word and "…"."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rpartition(" ")[0] or head).rstrip() + "…"
