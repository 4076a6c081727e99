"""An answer that was being typed when its writer's visit ended: theirs, to go on with."""

from contextlib import suppress
from typing import Final

from flask import g, request

from kiosk.drafts import Mark
from kiosk.pages.desk import answer as answers
from kiosk.pages.desk.answer import Answer
from kiosk.pages.desk.desk import session
from kiosk.services import now, services
from sync.documents.kind import Document
from sync.documents.report import household_of, key_of
from sync.errors import SyncError

FORM: Final = "answer"
"""What an answer is called among a person's drafts: one at a time."""


def way(report: Document) -> str:
    """Where the answer to a report is taken up again."""
    return f"/desk/{household_of(report['_id'])}/{key_of(report['_id'])}?draft=1"


def mark(report: Document) -> Mark:
    """What the form of an answer carries."""
    return services().drafts.mark(session(), g.visit, FORM, way(report), now())


def resumed(report: Document) -> Answer | None:
    """What its writer had typed for this report, where the address asks for it."""
    kept = services().drafts.of(g.visit, session().person, FORM, now())
    if "draft" not in request.args or kept is None or kept.way != way(report):
        return None
    return answers.typed(kept.fields)


def finished(report: Document) -> None:
    """The answer to this report is sent: its draft goes."""
    with suppress(SyncError):  # sending goes before tidying up
        kept = services().drafts.of(g.visit, session().person, FORM, now())
        if kept and kept.way == way(report):
            services().drafts.drop(session().person, FORM)
