"""How what is written in English, with French names and numbers in it, is said."""

import re

from voice import numbers
from voice.spoken import Rule

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SPELLED = "HMP|HLM|EDF|RTM|CCAS|PMI|RSA|APL|PMR|TNT|TV|SMS|QR|WC|CPAM|SNCF"
_HALVES = {"a": " ay em", "p": " pee em"}


def _hour(match: re.Match[str]) -> str:
    hours, minutes, half = str(int(match[1])), match[2] or "00", (match[3] or "")[:1].lower()
    if minutes != "00":
        said = f"{hours} {'oh ' if minutes < '10' else ''}{int(minutes)}"
    elif half:
        said = hours
    else:
        said = f"{hours} o'clock" if 1 <= int(hours) <= 12 else f"{hours} hundred hours"
    return said + _HALVES.get(half, "")


def _date(match: re.Match[str]) -> str:
    found = numbers.day(match[3], match[2], match[1])
    return f"{found[0]} {_MONTHS[found[1] - 1]} {match[3]}" if found else match[0]


def _iso(match: re.Match[str]) -> str:
    found = numbers.day(match[1], match[2], match[3])
    return f"{found[0]} {_MONTHS[found[1] - 1]} {match[1]}" if found else match[0]


def _euros(match: re.Match[str]) -> str:
    euros, cents = match[1], int(match[2] or 0)
    said = f"{euros} euro{'' if euros == '1' else 's'}"
    return f"{said} {cents}" if cents else said


def _ordinal(match: re.Match[str]) -> str:
    number = int(match[1])
    last = 0 if number % 100 in (11, 12, 13) else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def _address(match: re.Match[str]) -> str:
    plain = re.sub(r"^https?://", "", match[0]).rstrip("/")
    said = {".": " dot ", "/": " slash ", "@": " at ", "-": " dash ", "_": " underscore "}
    return "".join(said.get(sign, sign) for sign in plain)


RULES: list[Rule] = [
    (numbers.ADDRESS, _address),
    *numbers.rules("zero", "plus", single=True),
    (re.compile(r"(?<=\d)[ ,](?=\d{3}(?!\d))"), ""),
    (re.compile(r"\b24 ?/ ?7\b"), "24 hours, 7 days"),
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), _iso),
    (re.compile(r"\b(\d\d?)[/.](\d\d?)[/.](\d{4})\b"), _date),
    (re.compile(r"(?<=[\dhm]) ?[–-] ?(?=\d\d? ?[h:])"), " to "),
    (re.compile(r"\b([01]?\d|2[0-4])[:.]([0-5]\d) ?(?:([ap])\.?m\b\.?)"), _hour),
    (re.compile(r"\b(1?\d)() ?(?:([ap])\.?m\b\.?)"), _hour),
    (re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)()\b"), _hour),
    (re.compile(r"\b([01]?\d|2[0-4]) ?h(?: ?([0-5]\d))?()\b"), _hour),
    (re.compile(r"€ ?(\d+)(?:[.,](\d\d))?\b"), _euros),
    (re.compile(r"\b(\d+)(?:[.,](\d\d))? ?€"), _euros),
    (re.compile(r"\b(\d{1,3})(?:er|re|e|ème|ᵉ)\b"), _ordinal),
    (re.compile(r"(?<=\d) ?m²"), " square metres"),
    (re.compile(r"(?<=\d) ?km\b"), " kilometres"),
    (re.compile(r"(?<=\d) ?min\b\.?"), " minutes"),
    (re.compile(r"(?<=\d) ?°C?(?!\w)"), " degrees"),
    (re.compile(r"[Nn][°ºo]\.? ?(?=\d)"), "number "),
    (re.compile(r"\bRDC\b|\bRdc\b"), "ground floor"),
    (re.compile(r"\bMme\b\.?"), "Mrs"),
    (re.compile(r"\bM\. (?=[A-ZÀ-Ý])"), "Mr "),
    (re.compile(r"\b[Tt]el\."), "telephone"),
    (re.compile(r"&"), " and "),
    (re.compile(rf"\b(?:{_SPELLED})\b"), lambda match: " ".join(match[0])),
]
