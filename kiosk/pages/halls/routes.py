"""All halls, over HTTP: the list, one of them."""

from typing import Final

from flask import Blueprint, abort, g, render_template, request

from kiosk.pager import begin, pager
from kiosk.pages.halls import labels, model
from kiosk.services import now, services, visitor
from sync.mesh.erasing import share

blueprint = Blueprint("halls", __name__)

ROOM: Final = {"kiosk": 6, "home": 8, "tv": 4}
"""How many machines stand on one screen, by mode."""

FEWER: Final = {"normal": 0, "large": 1, "huge": 2}


def _halls() -> list[model.Hall]:
    return model.halls(services().database, services().lookout.reach(), now())


@blueprint.get("/halls/")
def show_all() -> str:
    """Every machine, what needs somebody first."""
    found, who = _halls(), visitor()
    limit = max(1, ROOM[who.mode] - FEWER[who.look.size])
    skip = begin(request, limit)
    return render_template(
        "pages/halls/list.html",
        halls=found[skip : skip + limit],
        ailing=sum(bool(hall.troubles) for hall in found),
        count=len(found),
        labels=labels,
        here_id=services().config.node.id,
        pager=pager(request, skip, limit, more=len(found) > skip + limit),
    )


@blueprint.get("/halls/<node>")
def show(node: str) -> str:
    """One machine: what it says of itself, what it reaches."""
    found = next((hall for hall in _halls() if hall.id == node), None)
    if found is None:
        abort(404)
    g.here = f"/halls/{node}"
    return render_template(
        "pages/halls/hall.html",
        hall=found,
        labels=labels,
        ours=node == services().config.node.id,
        erased=_erased(node),
        reason=labels.reason(found),
    )


def _erased(node: str) -> tuple[int, int]:
    """How many of the estate's erasures a machine has carried out; (0, 0) where there is none."""
    witness = services().witness
    if witness is None:
        return 0, 0
    return share(services().database, lambda fact: witness.author(fact) is not None, node)
