"""How what is written in Arabic, with French names and numbers in it, is said."""

import re

from voice import numbers
from voice.spoken import Rule

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
_ORDINALS = [
    "الأول",
    "الثاني",
    "الثالث",
    "الرابع",
    "الخامس",
    "السادس",
    "السابع",
    "الثامن",
    "التاسع",
]
_ORDINALS += ["العاشر", "الحادي عشر", "الثاني عشر", "الثالث عشر", "الرابع عشر", "الخامس عشر"]
_ORDINALS += ["السادس عشر"]  # Marseille has sixteen arrondissements
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


def _ordinal(match: re.Match[str]) -> str:
    number = int(match[1])
    return _ORDINALS[number - 1] if 1 <= number <= len(_ORDINALS) else match[1]


def _euros(match: re.Match[str]) -> str:
    cents = int(match[2] or 0)
    return f"{match[1]} يورو" + (f" و {cents} سنتيم" if cents else "")


def _address(match: re.Match[str]) -> str:
    plain = re.sub(r"^https?://", "", match[0]).rstrip("/")
    said = {".": " نقطة ", "/": " شرطة مائلة ", "@": " آت ", "-": " شرطة "}
    return "".join(said.get(sign, sign) for sign in plain)


def _letters(match: re.Match[str]) -> str:
    return " ".join(_LETTERS[letter] for letter in match[0])


RULES: list[Rule] = [
    (re.compile(r"[٫٬ـ]+"), _marks),
    (numbers.ADDRESS, _address),
    *numbers.rules("صفر", "زائد"),
    (re.compile(r"(?<=\d)[ ,](?=\d{3}(?!\d))"), ""),
    (re.compile(r"\b(\d\d?)[/.](\d\d?)[/.](\d{4})\b"), _date),
    (re.compile(r"(?:الساعة )?\b(\d\d?):([0-5]\d)(?: ?([صم])(?!\w))?"), _hour),
    (re.compile(r"(?:الساعة )?\b(\d\d?) ?h(?: ?([0-5]\d))?\b()"), _hour),
    (re.compile(r"(?<=\d دقيقة) ?[–-] ?(?=الساعة)|(?<=الساعة \d) ?[–-] ?(?=الساعة)"), " إلى "),
    (re.compile(r"\b(\d+)(?:[.,](\d\d))? ?€"), _euros),
    (re.compile(r"€"), " يورو"),
    (re.compile(r"\b(\d\d?)(?:er|re|e|ème|eme|ᵉ)\b"), _ordinal),
    (re.compile(r"(?<=\d) ?(?:m²|م²)"), " متر مربع"),
    (re.compile(r"(?<=\d) ?(?:km|كم)\b"), " كيلومتر"),
    (re.compile(r"\bRDC\b|\bRdc\b"), "الطابق الأرضي"),
    (re.compile(r"\bRDV\b"), "موعد"),
    (re.compile(r"\bM\. (?=[A-ZÀ-Ý])"), "السيد "),
    (re.compile(r"\bMme\b\.?"), "السيدة"),
    (re.compile(r"٪|%"), " بالمئة"),
    (re.compile(r"[Nn][°º] ?"), "رقم "),
    (re.compile(r"\b(?:HMP|HLM|EDF|RTM|TV|QR)\b"), _letters),
    (re.compile(r"(?<![\w’'-])[A-Z](?![\w’'-])"), _letters),
]
