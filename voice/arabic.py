"""How what is written in Arabic, with French names and numbers in it, is said."""

import re

from voice import numbers
from voice.numbers import Rule

_MONTHS = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
# The letters of staircases and receipts by their French names: espeak would say the English ones.
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "آ",
            "بي",
            "سي",
            "دي",
            "أو",
            "إف",
            "جي",
            "آش",
            "إي",
            "جي",
            "كا",
            "إل",
            "إم",
            "إن",
            "أو",
            "بي",
            "كو",
            "إر",
            "إس",
            "تي",
            "أو",
            "في",
            "دوبلفي",
            "إكس",
            "إيغريك",
            "زاد",
        ],
        strict=True,
    )
)
_HALVES = {"ص": " صباحا", "م": " مساء"}
_MARKS = str.maketrans("٫", ".", "٬ـ")


def _marks(match: re.Match[str]) -> str:
    return match[0].translate(_MARKS)


def _hour(match: re.Match[str]) -> str:
    minutes = int(match[2] or 0)
    said = match[1].lstrip("0") or "0"
    if minutes:
        said += f" و {minutes} دقيقة"
    return "الساعة " + said + _HALVES.get(match[3] or "", "")


def _date(match: re.Match[str]) -> str:
    found = numbers.day(match[3], match[2], match[1])
    return f"{found[0]} {_MONTHS[found[1] - 1]} {match[3]}" if found else match[0]


def _letters(match: re.Match[str]) -> str:
    return " ".join(_LETTERS[letter] for letter in match[0])


RULES: list[Rule] = [
    (re.compile(r"[٫٬ـ]+"), _marks),
    *numbers.rules("صفر", "زائد"),
    (re.compile(r"(?<=\d)[ ,](?=\d{3}(?!\d))"), ""),
    (re.compile(r"\b(\d\d?)[/.](\d\d?)[/.](\d{4})\b"), _date),
    (re.compile(r"(?:الساعة )?\b(\d\d?):([0-5]\d)(?: ?([صم])(?!\w))?"), _hour),
    (re.compile(r"(?:الساعة )?\b(\d\d?) ?h(?: ?([0-5]\d))?\b()"), _hour),
    (re.compile(r"€"), " يورو"),
    (re.compile(r"٪|%"), " بالمئة"),
    (re.compile(r"[Nn][°º] ?"), "رقم "),
    (re.compile(r"\b(?:HMP|HLM|EDF|RTM|TV|QR)\b"), _letters),
    (re.compile(r"(?<![\w’'-])[A-Z](?![\w’'-])"), _letters),
]
