"""What a request may ask of the node, and who asks: typed ways to Flask's current things."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g

from kiosk.access.sessions import Sessions
from kiosk.access.verify import Verifier
from kiosk.config import Config
from kiosk.drafts import Drafts
from kiosk.joining import Joining
from kiosk.line import Line
from kiosk.live import Live
from kiosk.signing import Signing
from kiosk.visitor import Visitor
from kiosk.visits import Visits
from sync.database import Database
from sync.estate import Estate
from sync.mesh.identity.witness import Witness
from sync.reach import Lookout
from sync.time.hybrid import Hybrid
from voice.client import Voice


@dataclass(frozen=True)
class Services:
    """All that pages are built upon; made once, in :mod:`kiosk.portal`.

    ``pen`` signs for this node and ``witness`` knows who signed: in an estate alone.
    """

    config: Config
    database: Database
    estate: Estate
    sessions: Sessions
    verifier: Verifier
    voice: Voice
    live: Live
    visits: Visits
    drafts: Drafts
    line: Line
    stamps: Hybrid
    lookout: Lookout
    joining: Joining | None = None
    pen: Signing | None = None
    witness: Witness | None = None

    @property
    def is_landlord(self) -> bool:
        """Whether this is the landlord's own node: what is kept here has reached them."""
        return "landlord" in self.config.node.roles

    @property
    def origin(self) -> str:
        """What documents made here carry as ``from``."""
        return f"{self.config.node.id}.{self.config.node.incarnation}"


def services() -> Services:
    """The services of the running portal."""
    return cast(Services, current_app.extensions["residacoeur"])


def visitor() -> Visitor:
    """Who stands before the screen in this request."""
    return cast(Visitor, g.visitor)


def said() -> datetime:
    """When what this request writes is said, one instant for all of it: after everything that this
    node has seen, at most an hour past :func:`now` (:mod:`sync.time.hybrid`)."""
    if "said" not in g:
        g.said = services().stamps.tick()
    return cast(datetime, g.said)


def now() -> datetime:
    """The instant of this request: one for all that is done in it."""
    return cast(datetime, g.now)
