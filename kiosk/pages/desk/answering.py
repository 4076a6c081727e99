"""One report or fault at the desk, and the landlord's answer to it, over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, g, redirect, request
from werkzeug.wrappers import Response

from kiosk.access.people import resident_name
from kiosk.pages.desk import answer as answers
from kiosk.pages.desk import labels, model, unfinished
from kiosk.pages.desk.answer import Answer
from kiosk.pages.desk.desk import (
    blueprint,
    board,
    session,
    shelves,
    show,
    trail,
)
from kiosk.services import now, said, services
from sync import album, faults, stories
from sync.clock import stamp, today
from sync.documents import sound
from sync.documents.account import HOUSEHOLD, PERSON, STAFF
from sync.documents.fault import FAULT
from sync.documents.kind import Document
from sync.documents.report import REPORT, Story, acknowledge, household_of, number

Answered = str | tuple[str, int] | Response


@dataclass(frozen=True)
class People:
    """The names behind a report's ids: they live in the estate's list alone."""

    who: str
    door: str
    phone: str
    staff: dict[str, str]


@blueprint.get("/desk/<household>/<key>")
def open_report(household: str, key: str) -> str:
    """One report with its whole story; that it is read is told to its household."""
    story = _story(household, key)
    photos = album.photos(services().database, story.report["_id"])
    if services().is_landlord:
        story = _acknowledged(story, photos)
    promised = story.promised if story.promised and story.promised >= today(now()) else None
    state = story.states[0] if len(story.states) == 1 else ""
    answer = unfinished.resumed(story.report) or answers.blank(story.events, state, promised)
    return _report(story, answer, {})


@blueprint.post("/desk/<household>/<key>")
def answer_report(household: str, key: str) -> Answered:
    """Keep an answer, or fill the form from a template and show it again."""
    story = _story(household, key)
    answer = answers.typed(request.form)
    g.here = f"/desk/{household}/{key}{trail()}"
    if "template" in request.form:
        return _report(story, _filled(answer), {}, filled=True)
    wrong = answers.faults(answer, today(now()))
    if wrong:
        return _report(story, answer, labels.sentences(wrong)), 422
    answers.write(
        services().database,
        story.report,
        story.events,
        answer,
        at=stamp(said()),
        by=session().person,
        origin=services().origin,
    )
    unfinished.finished(story.report)
    return redirect(f"/desk/{household}/{key}{trail(sent='1')}", 303)


def _story(household: str, key: str) -> Story:
    story = stories.one(services().database, REPORT.id(key, household), now())
    if story is None:
        abort(404)
    return story


def _acknowledged(story: Story, photos: Sequence[Document]) -> Story:
    """The story, once its household is told that the landlord has it all, and has read it."""
    missing = [word for word in ("reached", "read") if getattr(story, word) is None]
    id, at = story.report["_id"], stamp(said())
    items = [(id, word) for word in missing] + [(photo["_id"], "reached") for photo in photos]
    told = {(receipt["item"], receipt["state"]) for receipt in story.receipts}
    fresh = [item for item in items if item not in told]
    receipts = [acknowledge(x, word, at=at, origin=services().origin) for x, word in fresh]
    services().database.bulk("private", receipts)
    return replace(story, reached=story.reached or at, read=story.read or at)


def _filled(answer: Answer) -> Answer:
    """The answer with the words and the state of the template that was touched."""
    chosen = request.form["template"]
    if not chosen.isdecimal() or len(chosen) > 3 or int(chosen) >= len(labels.TEMPLATES):
        abort(400)
    state, _, text = labels.TEMPLATES[int(chosen)]
    return replace(answer, state=state, words=text)


def _report(story: Story, answer: Answer, wrong: dict[str, str], filled: bool = False) -> str:
    known, report, places = shelves(), story.report, services().estate.places()
    case = known.case(report["_id"])
    return show(
        "report",
        known,
        story=story,
        report=report,
        answer=answer,
        owner=unfinished.mark(report),
        wrong=wrong,
        filled=filled,
        number=number(report, places),
        people=_people(story),
        photos=[album.number_of(d) for d in album.photos(services().database, report["_id"])],
        household=household_of(report["_id"]),
        households=board().households(case) if case else 1,
        left=labels.left(case, today(now())) if case else "",
        late=bool(case and case.is_late(today(now()))),
        home=places.get(model.residence_of(report, places)),
        back=f"/desk/{trail()}",
        sent="sent" in request.args,
    )


def _people(story: Story) -> People:
    """Whoever appears in a story, asked of the estate's list at once."""
    report = story.report
    home, who = HOUSEHOLD.id(household_of(report["_id"])), PERSON.id(report["by"])
    others = {event["by"] for event in story.events} - {report["by"]}
    ids = [home, who, *(STAFF.id(id) for id in sorted(others))]
    found = services().database.many("accounts", ids)
    known: dict[str, Document] = {d["_id"]: d for d in sound(filter(None, found))}
    person = known.get(who)
    return People(
        who=resident_name(person) if person else "",
        door=str(known[home]["door"]) if home in known else "",
        phone=str(person.get("phone", "")) if person else "",
        staff={d["_id"].partition(":")[2]: str(d["name"]) for d in known.values() if "role" in d},
    )


@blueprint.get("/desk/fault/<key>")
def open_fault(key: str) -> str:
    """A fault that nobody has reported: a passer-by's."""
    fault = _fault(key)
    return _show_fault(fault, answers.blank((), fault.state or ""), {})


@blueprint.post("/desk/fault/<key>")
def advance(key: str) -> Answered:
    """Tell all who have the fault what becomes of it."""
    fault = _fault(key)
    answer = answers.typed(request.form)
    wrong = answers.faults(answer, today(now()))
    if wrong:
        g.here = f"/desk/fault/{key}"
        return _show_fault(fault, answer, labels.sentences(wrong)), 422
    answers.advance(
        services().database,
        fault.id,
        answer,
        at=stamp(said()),
        by=session().person,
        origin=services().origin,
    )
    return redirect(f"/desk/fault/{key}?sent=1", 303)


def _fault(key: str) -> faults.Fault:
    fault = faults.one(services().database, FAULT.id(key))
    if fault is None:
        abort(404)
    return fault


def _show_fault(fault: faults.Fault, answer: Answer, wrong: dict[str, str]) -> str:
    known, places = shelves(), services().estate.places()
    return show(
        "fault",
        known,
        fault=fault,
        answer=answer,
        wrong=wrong,
        number=number(fault.document, places),
        reports=_reports(known, fault.id),
        sent="sent" in request.args,
    )


def _reports(known: model.Shelves, fault: str) -> list[dict[str, Any]]:
    """Reports of the same fault, to be answered there."""
    found = known.reports(fault)
    return [{"url": f"/desk/{c.household}/{c.key}", "at": c.document["at"]} for c in found]
