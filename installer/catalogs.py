"""What pybabel does not check: that every catalog has its .mo, and no sentence without words.

    python installer/catalogs.py compiled|translated CATALOGS

`pybabel compile` skips a catalog whose header is fuzzy and still succeeds: a language vanishes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po


def languages(catalogs: Path) -> list[Path]:
    """Every catalog's .po; a folder without one counts too, it is named by the checks."""
    return [folder / "LC_MESSAGES" / "messages.po" for folder in sorted(catalogs.iterdir())]


def uncompiled(catalogs: Path) -> Iterator[str]:
    """A line for every catalog without a .mo as young as its .po."""
    for path in languages(catalogs):
        made = path.with_suffix(".mo")
        if not path.exists():
            yield f"{path}: missing"
        elif not made.exists():
            yield f"{made}: missing (is the header of the .po fuzzy?)"


def untranslated(catalogs: Path) -> Iterator[str]:
    """A line for every message that is fuzzy or has an empty form."""
    for path in languages(catalogs):
        if not path.exists():
            yield f"{path}: missing"
            continue
        with path.open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and (message.fuzzy or not all(forms)):
                yield f"{path}:{message.lineno}: not translated: {message.id}"


def main() -> int:
    """0 when nothing is amiss; the lines go to standard error."""
    check = {"compiled": uncompiled, "translated": untranslated}[sys.argv[1]]
    catalogs = Path(sys.argv[2])
    lines = list(check(catalogs)) if any(catalogs.glob("*")) else [f"{catalogs}: no catalog"]
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
