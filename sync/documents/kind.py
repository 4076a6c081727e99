"""What every kind of document declares: where it lives, what it holds, how long, how it merges.

The schemas are JSON Schema 2020-12 (https://json-schema.org), so that any node, or any program
beside us, can judge a document without our pages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

from sync.errors import Invalid

Document = dict[str, Any]
Schema = Mapping[str, Any]

STAMP: Final[Schema] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}(:[0-5][0-9]){2}(\.[0-9]{1,6})?Z$",
}
"""An instant of the calendar, from the year 1000 to 2999, so that time may be added to it."""

DAY: Final[Schema] = {
    "type": "string",
    "format": "date",
    "pattern": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$",
}
LANGUAGE: Final[Schema] = {"type": "string", "pattern": r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}
PLACE: Final[Schema] = {"type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60}
PERSON: Final[Schema] = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9:-]{0,40}$"}
BASE64URL: Final[Schema] = {"type": "string", "pattern": r"^[A-Za-z0-9_-]+$", "maxLength": 128}
"""A key or what wraps one, in base64url without padding (RFC 4648 section 5)."""

FLAG: Final[Schema] = {"type": "boolean"}
AUDIENCE: Final[Schema] = {"enum": ["public", "residents"]}


def text(most: int, least: int = 0) -> Schema:
    """A string of ``least`` to ``most`` characters."""
    return {"type": "string", "minLength": least, "maxLength": most}


def one_of(values: Sequence[str]) -> Schema:
    """One of these words."""
    return {"enum": list(values)}


def whole(least: int, most: int) -> Schema:
    """A whole number from ``least`` to ``most``."""
    return {"type": "integer", "minimum": least, "maximum": most}


def listing(of: Schema, most: int) -> Schema:
    """At most ``most`` different items, each ``of``."""
    return {"type": "array", "items": dict(of), "maxItems": most, "uniqueItems": True}


def record(**fields: Schema) -> Schema:
    """An object that holds all of ``fields``, and may hold more."""
    return {"type": "object", "properties": dict(fields), "required": sorted(fields)}


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    ``name`` stands in the document's ``kind``, ``database`` is where it lives. ``fields`` it must
    hold, ``optional`` it may; others survive untouched. In a household's database (``private``,
    ``private-media``) the id is ``<household>:<name>:<key>``, elsewhere ``<name>:<key>``.

    ``origin`` says whether it carries ``at`` and ``from``: "always"; "never", for what has a
    natural key; "either", for what is both imported, then without ``from``, and written by hand.
    ``expires`` gives the instant from which nobody serves it, or None; a pure function of it.
    ``merge`` makes one document of several leaves at an instant of estate time, for the kinds that
    are edited; commutative, associative and idempotent.
    ``newest`` version of the kind that this code understands.
    ``longest``: the characters of its id at most, so that what names it by its id has room for it.
    """

    name: str
    database: str
    fields: Mapping[str, Schema]
    optional: Mapping[str, Schema]
    origin: str = "always"
    newest: int = 1
    longest: int = 120
    expires: Callable[[Document], datetime | None] = lambda _: None
    merge: Callable[[Sequence[Document], datetime], Document] | None = None

    @property
    def of_household(self) -> bool:
        """Whether the household is the first part of the id."""
        return self.database.startswith("private")

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The kind's JSON Schema, envelope included."""
        prefix = "[a-z0-9]+:" if self.of_household else ""
        envelope: dict[str, Schema] = {
            "_id": {
                "type": "string",
                "pattern": f"^{prefix}{self.name}:[0-9A-Za-z._:-]+$",
                "maxLength": self.longest,
            },
            "kind": {"const": self.name},
            "v": whole(1, 1_000_000),
        }
        stamped: dict[str, Schema] = {"at": STAMP, "from": text(60, 1)}
        required = [*envelope, *self.fields]
        required += {"always": ["at", "from"], "either": ["at"], "never": []}[self.origin]
        return {
            "type": "object",
            "properties": {**envelope, **stamped, "by": PERSON, **self.optional, **self.fields},
            "required": required,
        }

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator(self.schema, validate_formats=True)

    def validate(self, document: Document) -> None:
        """Raise :class:`sync.errors.Invalid`, with its faulty fields, if it is not of this kind."""
        faults = {
            "/" + "/".join(map(str, fault.instance_path)): fault.message
            for fault in self._validator.iter_errors(document)
        }
        if faults:
            raise Invalid(self.name, faults)

    def is_valid(self, document: Document) -> bool:
        """Whether the document is one of this kind."""
        return self._validator.is_valid(document)

    def id(self, key: str, household: str = "") -> str:
        """The id of the document with this key, in a household's range where the kind has one."""
        if self.of_household != bool(household):
            raise ValueError(f"{self.name}: household {household!r}")
        return ":".join(filter(None, [household, self.name, key]))

    def new(
        self,
        key: str,
        *,
        household: str = "",
        at: str = "",
        by: str = "",
        origin: str = "",
        **fields: Any,
    ) -> Document:
        """A valid document of this kind; empty or missing optional fields are left out.

        ``household``: whose range it is in or, where the kind says so, a field like others.
        ``at`` is a stamp, ``by`` a person's opaque id, ``origin`` the node that made it with its
        incarnation ("n-3f2a91c0.8d41"). Raises :class:`sync.errors.Invalid`.
        """
        envelope = {"at": at, "by": by, "from": origin}
        named = "household" in self.fields
        given = {**envelope, **({"household": household} if named else {}), **fields}
        kept = {k: v for k, v in given.items() if v is not None and v != "" and v != []}
        id = self.id(key, "" if named else household)
        document = {"_id": id, "kind": self.name, "v": self.newest, **kept}
        self.validate(document)
        return document
