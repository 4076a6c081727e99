"""What ends on this node when people have moved out: their codes, their cards, their visits.

What they wrote stays as long as its kind says: the landlord has three years to answer for it. Who
lives there next may have codes before the day: those named as leaving lose theirs, nobody else.
"""

from collections.abc import Iterable, Iterator

from sync import upkeep
from sync.database import Database
from sync.documents.account import CARD, VERIFIER
from sync.documents.kind import Document
from sync.mesh.here import Here, has_left


def carry_out(database: Database, here: Here) -> int:
    """Purge what is over of those who have left by now; how many documents went.

    Purged rather than deleted: each node does it by the same fact, and takes none of it back.
    """
    if not here.left:
        return 0
    went = 0
    for db, kind in (("accounts", VERIFIER.name), ("accounts", CARD.name), ("node", "session")):
        for page in upkeep.walk(database, db, f"{kind}:", f"{kind};"):
            went += upkeep.forget(database, db, list(_over(page, here)))
    return went


def _over(page: Iterable[Document], here: Here) -> Iterator[str]:
    return (document["_id"] for document in page if has_left(document, here))
