"""`residacoeur card`: a code and a card for one person, or letters with them for many."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager

from kiosk import config
from kiosk.access.cards import picture
from kiosk.access.codes import show
from kiosk.access.verify import Verifier
from kiosk.errors import REFUSED, Stopped
from kiosk.holder import NotFound, find
from sync.clock import now
from sync.database import Database

Opening = Callable[[], AbstractContextManager[Database]]


def run(options: argparse.Namespace, opened: Opening) -> int:
    """Issue as the options say; `opened` gives the node's database. Raises Stopped."""
    if options.output and options.output.suffix.lower() == ".pdf":
        return letters(options, opened)
    if options.residence or options.staircase or len(options.door) != 1:
        raise Stopped("Dites une porte\xa0; à plusieurs, il faut -o LETTRES.pdf.", REFUSED)
    return card(options, opened)


def card(options: argparse.Namespace, opened: Opening) -> int:
    """Issue a code and a card to one person, who perhaps had others; told this once."""
    with opened() as database:
        try:
            holder = find(database, options.door[0], options.person)
        except NotFound as error:
            raise Stopped(str(error), REFUSED) from error
        origin = config.read_node(options.data).origin
        verifier = Verifier(database, config.read_key(options.data / "estate.key"), origin)
        issued = verifier.issue(holder.account, holder.person, now(), origin)
    print(f"Pour\xa0: {holder.name}\nCode\xa0: {show(issued.code)}\nCarte\xa0: {issued.card}")
    if options.output:
        image = picture(issued.card, "svg" if options.output.suffix == ".svg" else "png")
        try:
            options.output.write_bytes(image)
        except OSError as error:
            said = f"L’image ne peut pas être écrite\xa0: {error.strerror}."
            raise Stopped(f"{said} Le code est bon.") from error
    return 0


def letters(options: argparse.Namespace, opened: Opening) -> int:
    """Issue a code and a card to each of many, on paper; codes are told only of one alone."""
    from kiosk.letters import addressees, posting

    origin = config.read_node(options.data).origin
    key = config.read_key(options.data / "estate.key")
    with opened() as database:
        try:
            people = addressees.chosen(database, options)
            issued = posting.post(database, key, people, options.output, now(), origin)
        except addressees.NotFound as error:
            raise Stopped(f"{error} Personne n’a de nouveau code.", REFUSED) from error
        except (posting.Unwritten, posting.Unsure) as error:
            raise Stopped(str(error)) from error
    print(posting.summary(people, issued, options.output))
    return 0
