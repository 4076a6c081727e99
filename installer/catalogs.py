"""What pybabel does not check: that every catalog has its .mo, and no sentence without words.

    python installer/catalogs.py compiled|translated CATALOGS [FOLDER…]

FOLDERs must be there: one for each language of the portal but French.
`pybabel compile` skips a catalog whose header is fuzzy and still succeeds: a language vanishes.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.pofile import read_po


def languages(catalogs: Path, wanted: Sequence[str]) -> list[Path]:
    """The .po of every folder, and of every one ``wanted``, whether there is one or not."""
    folders = {folder.name for folder in catalogs.iterdir()}.union(wanted)
    return [catalogs / name / "LC_MESSAGES" / "messages.po" for name in sorted(folders)]


def uncompiled(paths: Sequence[Path]) -> Iterator[str]:
    """A line for every catalog without a .mo."""
    for path in paths:
        made = path.with_suffix(".mo")
        if not path.exists():
            yield f"{path}: missing"
        elif not made.exists():
            yield f"{made}: missing (is the header of the .po fuzzy?)"


def untranslated(paths: Sequence[Path]) -> Iterator[str]:
    """A line for every message that is fuzzy or has an empty form."""
    for path in paths:
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
    paths = languages(catalogs, sys.argv[3:])
    lines = list(check(paths)) if paths else [f"{catalogs}: no catalog"]
    for line in lines:
        print(line, file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
