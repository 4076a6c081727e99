"""What is shown, turned into what is said."""

import re
import unicodedata
from collections.abc import Iterator

from voice import arabic, english, french
from voice.spoken import Rule, Said

_RULES: dict[str, list[Rule]] = {"fr": french.RULES, "ar": arabic.RULES, "en": english.RULES}
_BLANKS: Rule = (re.compile(r" {2,}"), " ")
_SIGNS: list[Rule] = [
    (re.compile(r"[‘’ʼ]"), "'"),
    (re.compile(r"[«»“”„\"*_#|<>~^`=\\]"), " "),
    (re.compile(r"\s[–—•·→-](?=\s)|^[–—•·→-]\s"), ","),
    (re.compile(r"\s+"), " "),
    (re.compile(r" ([?!;:,.…؟،؛])"), r"\1"),
    (re.compile(r"^[\s,]+|\s+$"), ""),
    # espeak-ng 1.52 writes past its buffers on words of a hundred signs (espeak-ng#1913, #2495) and
    # reads past the text after two dots (#1761): any neighbour could end the worker with a message.
    (re.compile(r"\.{2,}"), "…"),
    (re.compile(r"([^\w\s])\1+"), r"\1"),
    (re.compile(r"(\S{40})(?=\S)"), r"\1 "),
    (re.compile(r"(?<![^\W\d_])([^\W\d_])\.(?=[^\W\d_](?![^\W\d_]))"), r"\1 "),  # S.N.C.F.
]


def pronounce(text: str, lang: str) -> str:
    """The words to give to a voice of language `lang` for a text as shown.

    Numbers, times, telephones and abbreviations become what people say (French, Arabic, English;
    other languages only lose what is not spoken). Marks of direction, control characters and lone
    surrogates are gone. Empty when nothing is left to say.
    """
    return trace(text, lang).text


def trace(text: str, lang: str) -> Said:
    """What `pronounce` makes of a text, and from where in it each character came."""
    plain = [
        (said, start)
        for start, cluster in _composed(text)
        for character in cluster
        for said in _plain(character)
    ]
    shown = Said("".join(said for said, _ in plain), tuple(start for _, start in plain))
    rules = _RULES.get(lang.partition("-")[0], [])
    return shown.apply([_BLANKS, *rules, *_SIGNS])


def _composed(text: str) -> Iterator[tuple[int, str]]:
    """(offset, characters) of the text in NFC: an accent written apart goes with its letter."""
    if unicodedata.is_normalized("NFC", text):
        yield from enumerate(text)
        return
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text[start:end], text[end]):
            continue
        yield start, unicodedata.normalize("NFC", text[start:end])
        start = end


def _joins(cluster: str, character: str) -> bool:
    """Whether a character composes, or changes places, with those before it."""
    apart = unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", character)
    together = unicodedata.normalize("NFC", cluster + character)
    return bool(unicodedata.combining(character)) or together != apart


def _plain(character: str) -> str:
    """Blanks of every kind to a space; what is neither seen nor heard to nothing."""
    kind = unicodedata.category(character)
    if kind == "Nd":  # a voice only knows its own language's digits, and these
        return str(unicodedata.digit(character))
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if kind in ("Cc", "Cf", "Cs", "Cn", "Co") else character
