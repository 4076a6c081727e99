"""The kinds of documents: what each holds, for whom, for how long, how it merges."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from sync.documents import (
    account,
    departure,
    draft,
    emergency,
    erasure,
    fault,
    node,
    notice,
    photo,
    place,
    preference,
    reach,
    renewal,
    report,
    revocation,
    withdrawal,
    works,
)
from sync.documents.kind import Document, Kind
from sync.errors import Invalid

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        place.PLACE_KIND,
        notice.NOTICE,
        works.WORKS_KIND,
        emergency.EMERGENCY,
        withdrawal.WITHDRAWAL,
        revocation.REVOCATION,
        renewal.RENEWAL,
        fault.FAULT,
        fault.METOO,
        fault.PROGRESS,
        report.REPORT,
        report.EVENT,
        report.RECEIPT,
        photo.PHOTO,
        preference.PREFERENCE,
        account.HOUSEHOLD,
        account.PERSON,
        account.STAFF,
        account.VERIFIER,
        account.CARD,
        account.FAILURE,
        account.HOME,
        draft.DRAFT,
        node.NODE,
        reach.REACH,
        departure.DEPARTURE,
        erasure.ERASURE,
        erasure.ERASED,
        erasure.MOVEOUT,
    )
}
"""Every kind by name. A page or a peer that meets another name leaves the document alone."""


def kind_of(document: Document) -> Kind:
    """The document's kind. :class:`sync.errors.Invalid` when it has none that we know."""
    kind = KINDS.get(str(document.get("kind")))
    if kind is None:
        raise Invalid(str(document.get("kind")), {"/kind": "unknown"})
    return kind


def validate(document: Document) -> None:
    """Raise :class:`sync.errors.Invalid` unless the document is what its kind asks.

    A document of a newer version is judged by what this version knows of it.
    """
    kind_of(document).validate(document)


def is_expired(document: Document, at: datetime) -> bool:
    """Whether nobody may serve the document any more at ``at``."""
    end = kind_of(document).expires(document)
    return end is not None and end <= at


def sound(documents: Iterable[Document], at: datetime | None = None) -> Iterator[Document]:
    """The documents that are valid and, where ``at`` is given, not expired then.

    Whatever a peer sent, a page gets only these: a bad document is passed over, never a page
    that breaks.
    """
    for document in documents:
        kind = KINDS.get(str(document.get("kind")))
        if kind and kind.is_valid(document) and not (at and is_expired(document, at)):
            yield document
