"""Numbers that are said in groups, in any language: telephones, receipts, short numbers."""

import re
from collections.abc import Callable, Sequence
from datetime import date

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

# The French short numbers that people say two by two (ARCEP numbering plan, 3BPQ).
_SHORT = "3018|3020|3110|3114|3117|3133|3179|3230|3237|3631|3639|3646|3919|3939|3949|3960|3977"
_PAIRED = re.compile(rf"\b(?:{_SHORT})\b")
_PHONE = re.compile(r"(?<![\d+])(\+33 ?(?:\(0\) ?)?|0)([1-9])((?:[ .-]?\d\d){4})(?!\d)")
_FREEPHONE = re.compile(r"(?<!\d)0 ?(8\d\d) (\d{3}) (\d{3})(?!\d)")
_RECEIPT = re.compile(r"\b([A-Z]) (\d\d(?: \d\d)+)\b")
_EUROPEAN = re.compile(r"\b116 ?(0\d\d|1\d\d)\b")  # 116 006, 116 117 (Commission 2007/116/EC)


def apply(rules: Sequence[Rule], text: str) -> str:
    """The text after every rule, in order."""
    for pattern, said in rules:
        text = pattern.sub(said, text)
    return text


def in_pairs(digits: str, zero: str) -> str:
    """`0491` -> `zéro 4, 91`: each pair a pause apart, a leading zero said as `zero`."""
    pairs = (digits[at : at + 2] for at in range(0, len(digits), 2))
    return ", ".join(_group(pair, zero) for pair in pairs)


def rules(zero: str, plus: str) -> list[Rule]:
    """How groups of digits are said, given the words for 0 and +."""

    def phone(match: re.Match[str]) -> str:
        rest = in_pairs(re.sub(r"\D", "", match[3]), zero)
        first = f"{zero} {match[2]}" if match[1] == "0" else f"{plus} 33, {match[2]}"
        return f"{first}, {rest}"

    def receipt(match: re.Match[str]) -> str:
        return f"{match[1]}, {in_pairs(match[2].replace(' ', ''), zero)}"

    def groups(match: re.Match[str]) -> str:
        return ", ".join([zero, *(_group(part, zero) for part in match.groups())])

    return [
        (_FREEPHONE, groups),
        (_PHONE, phone),
        (_RECEIPT, receipt),
        (_EUROPEAN, lambda match: f"116, {_group(match[1], zero)}"),
        (_PAIRED, lambda match: f"{match[0][:2]} {match[0][2:]}"),
    ]


def day(year: str | None, month: str, number: str) -> tuple[int, int] | None:
    """(day, month) when it is a real date; a year left out allows 29 February."""
    try:
        found = date(int(year or 2024), int(month), int(number))
    except ValueError:
        return None
    return found.day, found.month


def _group(digits: str, zero: str) -> str:
    """A group as it is said: `04` -> `zéro 4`, `00` -> `zéro zéro`, `47` -> `47`."""
    value = digits.lstrip("0")
    return " ".join([*[zero] * (len(digits) - len(value)), value]).strip()
