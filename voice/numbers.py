"""Numbers that are said in groups, in any language: telephones, receipts, short numbers."""

import re
from datetime import date

from voice.spoken import Rule

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>»]*[\w/]|\b[\w.+-]+@[\w-]+(?:\.\w+)+")
# The French short numbers that people say two by two (ARCEP numbering plan, 3BPQ).
_SHORT = "3018|3020|3110|3114|3117|3133|3179|3230|3237|3631|3639|3646|3919|3939|3949|3960|3977"
_PAIRED = re.compile(rf"\b(?:{_SHORT})\b")
_PHONE = re.compile(r"(?<![\d+])(\+33 ?(?:\(0\) ?)?|0)([1-9])((?:[ .-]?\d\d){4})(?!\d)")
_FREEPHONE = re.compile(r"(?<!\d)0 ?(8\d\d) (\d{3}) (\d{3})(?!\d)")
_RECEIPT = re.compile(r"\b([A-Z]) (\d\d(?: \d\d)+)\b")
_EUROPEAN = re.compile(r"\b116 ?(0\d\d|1\d\d)\b")  # 116 006, 116 117 (Commission 2007/116/EC)


def rules(zero: str, plus: str, single: bool = False) -> list[Rule]:
    """How groups of digits are said, given the words for 0 and +.

    `04 91` is `zéro 4, 91`: each group a pause apart, its leading zeros said. `single`: digit by
    digit, as English has it.
    """

    def group(digits: str) -> str:
        value = digits.lstrip("0")
        said = [*value] if single else [value]
        return " ".join([*[zero] * (len(digits) - len(value)), *said]).strip()

    def pairs(digits: str) -> str:
        return ", ".join(group(digits[at : at + 2]) for at in range(0, len(digits), 2))

    def phone(match: re.Match[str]) -> str:
        rest = pairs(re.sub(r"\D", "", match[3]))
        first = f"{zero} {match[2]}" if match[1] == "0" else f"{plus} 33, {match[2]}"
        return f"{first}, {rest}"

    return [
        (_FREEPHONE, lambda match: ", ".join([zero, *map(group, match.groups())])),
        (_PHONE, phone),
        (_RECEIPT, lambda match: f"{match[1]}, {pairs(match[2].replace(' ', ''))}"),
        (_EUROPEAN, lambda match: f"{group('116')}, {group(match[1])}"),
        (_PAIRED, lambda match: f"{group(match[0][:2])} {group(match[0][2:])}"),
    ]


def day(year: str | None, month: str, number: str) -> tuple[int, int] | None:
    """(day, month) when it is a real date; a year left out allows 29 February."""
    try:
        found = date(int(year or 2024), int(month), int(number))
    except ValueError:
        return None
    return found.day, found.month
