"""What is shown, turned into what is said."""

import re
import unicodedata

from voice import arabic, french, numbers
from voice.numbers import Rule

_RULES: dict[str, list[Rule]] = {"fr": french.RULES, "ar": arabic.RULES}
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

    Numbers, times, telephones and abbreviations become what people say (French and Arabic; other
    languages only lose what is not spoken). Marks of direction, control characters and lone
    surrogates are gone. Empty when nothing is left to say.
    """
    shown = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    shown = re.sub(r" {2,}", " ", shown)
    rules = _RULES.get(lang.partition("-")[0], [])
    return numbers.apply([*rules, *_SIGNS], shown)


def _plain(character: str) -> str:
    """Blanks of every kind to a space; what is neither seen nor heard to nothing."""
    kind = unicodedata.category(character)
    if kind == "Nd":  # a voice only knows its own language's digits, and these
        return str(unicodedata.digit(character))
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if kind in ("Cc", "Cf", "Cs", "Cn", "Co") else character
