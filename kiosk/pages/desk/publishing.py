"""What the landlord announces and withdraws, over HTTP."""

from dataclasses import replace
from typing import Final

from flask import abort, g, redirect, request

from kiosk.pager import begin, pager
from kiosk.pages.desk import announce, labels
from kiosk.pages.desk.answering import Answered
from kiosk.pages.desk.desk import blueprint, session, shelves, show
from kiosk.pages.desk.keep import keep
from kiosk.reader import reader
from kiosk.services import now, said, services
from kiosk.signing import NotSigned
from sync.announcements import notices, works
from sync.clock import stamp
from sync.documents.kind import Document
from sync.documents.withdrawal import withdraw
from sync.errors import Conflict
from sync.mesh.identity.witness import is_signed

ROWS: Final = 10
REASON: Final = 300


@blueprint.get("/desk/publish/<kind>")
def write(kind: str) -> str:
    """An empty form."""
    return _form(announce.blank(_known(kind)), {})


@blueprint.post("/desk/publish/<kind>")
def publish(kind: str) -> Answered:
    """Publish what was typed; it is on every screen of this node at once."""
    draft = announce.typed(_known(kind), request.form, request.form.getlist("to"))
    within = _within(kind)
    if within:
        draft = replace(draft, to=draft.to or (within,))
    wrong = announce.faults(draft, services().estate.places(), now(), within)
    g.here = f"/desk/publish/{kind}"
    if wrong:
        return _form(draft, labels.sentences(wrong)), 422
    who = session()
    document = announce.document(
        draft,
        channel="residence" if who.role == "caretaker" else "landlord",
        at=stamp(said()),
        by=who.person,
        origin=services().origin,
    )
    try:
        keep(services().database, "estate", _signed(document))
    except NotSigned:
        return _form(draft, {"sent": str(labels.UNSIGNED)}), 503
    services().estate.forget()
    return redirect(f"/desk/published?kind={kind}&sent=1", 303)


def _within(kind: str) -> str:
    """The residence that this node may warn, where it is a hall of an estate; else ""."""
    node, known = services().config.node, services()
    bound = kind == "emergency" and known.pen is not None and not known.is_landlord
    return node.residence or "" if bound else ""


def _signed(document: Document) -> Document:
    """With this node's signature, where it is one that nobody believes without.

    Raises NotSigned. A machine of no estate has none to give, and shows what it is told.
    """
    pen = services().pen
    return pen.sign(document) if pen and is_signed(document) else document


def _known(kind: str) -> str:
    if kind not in announce.KINDS:
        abort(404)
    return kind


def _form(draft: announce.Draft, wrong: dict[str, str]) -> str:
    within = _within(draft.kind)
    every = announce.homes(services().estate.places())
    homes = {slug: every[slug] for slug in every if slug == within or not within}
    return show("publish", shelves(), draft=draft, wrong=wrong, homes=homes, within=within)


@blueprint.get("/desk/published")
def published() -> str:
    """What stands, newest first, with a way to withdraw it."""
    asked = request.args.get("kind", "")
    kind = asked if asked in announce.KINDS else "notice"
    skip = begin(request, ROWS)
    found = _standing(kind, skip)
    return show(
        "published",
        shelves(),
        kind=kind,
        documents=found[:ROWS],
        pager=pager(request, skip, ROWS, more=len(found) > ROWS),
        sent="sent" in request.args,
        gone="gone" in request.args,
        unsigned=labels.UNSIGNED if "unsigned" in request.args else "",
    )


def _standing(kind: str, skip: int) -> list[Document]:
    """One more than a page holds of what stands of a kind."""
    if kind == "emergency":
        return services().estate.all_emergencies(now())[skip : skip + ROWS + 1]
    find = notices if kind == "notice" else works
    return find(services().database, reader(), skip=skip, limit=ROWS + 1)


@blueprint.post("/desk/published/<kind>/<key>")
def take_back(kind: str, key: str) -> Answered:
    """Withdraw what was announced: it stays as it was said, and nobody sees it any more."""
    target = announce.KINDS[_known(kind)].id(key)
    database = services().database
    if database.get("estate", target) is None:
        abort(404)
    reason = request.form.get("reason", "").strip()[:REASON]
    fact = withdraw(
        target, at=stamp(said()), by=session().person, origin=services().origin, reason=reason
    )
    try:
        _retract(_signed(fact))
    except NotSigned:
        return redirect(f"/desk/published?kind={kind}&unsigned=1", 303)
    services().estate.forget()
    return redirect(f"/desk/published?kind={kind}&gone=1", 303)


def _retract(fact: Document) -> None:
    """Write a withdrawal. What a colleague wrote first is all that was asked; but one that needs a
    signature is written over what stands there, which may not count."""
    database = services().database
    try:
        database.put("estate", fact)
    except Conflict:
        standing = database.get("estate", fact["_id"])
        if standing is None:
            raise
        if "signed" in fact:
            database.put("estate", {**fact, "_rev": standing["_rev"]})
