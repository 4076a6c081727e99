"""What a query asks of the documents in an answer."""

from sync.couch.errors import bad_request
from sync.couch.request import Request
from sync.couch.revision import format_rev, parse_rev
from sync.couch.wire import Json

_OPTIONS = (
    "revs",
    "revs_info",
    "conflicts",
    "deleted_conflicts",
    "local_seq",
    "attachments",
    "att_encoding_info",
)

LISTED = ("conflicts", "attachments", "att_encoding_info")
"""Those that `_all_docs` and `_changes` take."""

MAX_REVISIONS = 10_000
"""Of one document in one request."""


def options_of(request: Request) -> list[str]:
    """The options of `render` that the query asks for. Raises CouchError 400."""
    wanted = [name for name in _OPTIONS if name in request.query and request.flag(name)]
    if request.query.get("meta") == "true":
        wanted += ["conflicts", "deleted_conflicts", "revs_info"]
    return wanted


def asked(request: Request) -> tuple[list[str], list[str]]:
    """The options of `render`, and the revisions that the asker has attachments of. These ask
    for those that came later. Raises CouchError 400."""
    options = options_of(request)
    if "atts_since" not in request.query:
        return options, []
    options += [] if "attachments" in options else ["attachments"]
    return options, rev_list(request.value("atts_since"))


def rev_list(value: Json) -> list[str]:
    """Raises CouchError 400 for what is no list of revisions."""
    if not isinstance(value, list):
        raise bad_request("Invalid list of revisions")
    if len(value) > MAX_REVISIONS:
        raise bad_request("Exceeded maximum number of revisions.")
    return [format_rev(parse_rev(rev)) for rev in value]
