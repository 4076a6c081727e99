"""News, over HTTP."""

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request

from kiosk import words
from kiosk.pager import begin, pager, room
from kiosk.pages.news import model
from kiosk.reader import reader
from kiosk.services import services, visitor

blueprint = Blueprint("news", __name__)


@blueprint.get("/news/")
def show() -> str:
    """The news, newest first, of everyone or of one who speaks."""
    who, look = model.speaker(request.args.get("who", "")), visitor()
    limit = room(look.mode, look.look.size)
    skip = begin(request, limit)
    news, more = model.listed(services().database, reader(), who, skip=skip, limit=limit)
    return render_template(
        "pages/news/list.html",
        news=news,
        who=who,
        speakers=_speakers(),
        pager=pager(request, skip, limit, more=more),
        trail=_trail(),
    )


def _speakers() -> list[tuple[str, str]]:
    """Who may speak, by query and name; one's residence only where it is known which that is."""
    names = [(name, str(word)) for name, word in words.CHANNEL.items()]
    return names if _homes() else [pair for pair in names if pair[0] != model.OWN]


def _homes() -> list[str]:
    places = services().estate.places()
    own = (slug for slug in visitor().places if slug in places)
    return [slug for slug in own if places[slug]["type"] == "residence"]


def _trail() -> str:
    """Where in the list one is, so that the way back leads there again."""
    kept = {name: request.args[name] for name in ("who", "n") if request.args.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


@blueprint.get("/news/<key>")
def read(key: str) -> str:
    """One of the news, whole."""
    notice = model.find(services().database, key, reader())
    if notice is None:
        abort(404)
    return render_template(
        "pages/news/notice.html",
        notice=notice,
        paragraphs=model.paragraphs(notice),
        for_you=words.for_you(notice, services().estate.places(), visitor().places),
        back=f"/news/{_trail()}",
    )
