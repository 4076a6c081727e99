"""A portal that also speaks a language nobody does: every sentence 40 % longer, right to left.

    python -m tests.browser.pseudo CATALOGS DATA PORT COUCH_URL MODE

CATALOGS holds the portal's own catalogs and one of this language; see :func:`write`.
"""

import math
import re
import shutil
import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from i18n import languages

CODE: Final = "qps"
LONGER: Final = 1.4
PARTS: Final = re.compile(r"(%\(\w+\)s|\s+)")
"""What is not stretched: what will be filled in, and the spaces words may be parted at."""


def stretch(text: str) -> str:
    """The text with letters said twice, evenly, until each word is 40 % longer."""
    return "".join(
        part if PARTS.fullmatch(part) else longer(part) for part in PARTS.split(text) if part
    )


def longer(word: str) -> str:
    """A word of n letters as one of at least 1.4 n."""
    times = [math.ceil(LONGER * (n + 1)) - math.ceil(LONGER * n) for n in range(len(word))]
    return "".join(letter * time for letter, time in zip(word, times, strict=True))


def write(catalogs: Path) -> Path:
    """Make ``catalogs``: a copy of the portal's, and this language from the same sentences."""
    shutil.copytree(languages.CATALOGS, catalogs)
    with (languages.CATALOGS / "ar" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        source = read_po(file)
    made = Catalog(locale="fr")
    for message in source:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            said = tuple(stretch(text) for text in ids)
            made.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    folder = catalogs / CODE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as out:
        write_mo(out, made)
    return catalogs


def run(catalogs: str, data: str, port: str, couch_url: str, mode: str) -> int:
    """Serve the pages of the node on ``data`` with one language more."""
    languages.CATALOGS = Path(catalogs)  # type: ignore[misc]
    languages.LANGUAGES[CODE] = languages.Language(
        CODE, stretch("Pseudonyme"), "fr", CODE, "fr", "rtl"
    )
    from kiosk import config, server  # after: what one may choose is read when it is loaded

    return server.run(config.read(Path(data), int(port), couch_url, mode))  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
