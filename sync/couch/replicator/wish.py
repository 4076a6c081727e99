"""What is asked of a replication: its options, and the id under which it is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5
from typing import Final

from sync.couch.replicator.endpoint import Endpoint, endpoint
from sync.couch.replicator.errors import BadWish
from sync.couch.wire import Json, dumps

INTERVAL: Final = 5.0
"""Seconds between checkpoints of a continuous replication, unless it says otherwise."""


@dataclass(frozen=True)
class Wish:
    """A replication that is wanted.

    ``picked``: the query of ``_changes`` that chooses documents; ``body``: what goes with it.
    ``since``: the sequence from which it begins where there is no checkpoint; "0" is all.
    """

    source: Endpoint
    target: Endpoint
    continuous: bool = False
    create_target: bool = False
    winning_only: bool = False
    picked: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Json] = field(default_factory=dict)
    since: str = ""
    checkpoints: bool = True
    interval: float = INTERVAL

    def id(self, node: str) -> str:
        """The same for the same replication, whenever it is asked for, on the server ``node``.

        The target is part of it: a checkpoint tells of one pair.
        """
        told = {
            "node": node,
            "source": self.source.url,
            "target": self.target.url,
            "picked": dict(sorted(self.picked.items())),
            "body": dict(sorted(self.body.items())),
            "winning": self.winning_only,
            "since": self.since,
        }
        return md5(dumps(told), usedforsecurity=False).hexdigest()

    def task(self, node: str) -> str:
        """The id that `_scheduler/jobs` shows: with the options, as CouchDB writes it."""
        words = ("+continuous" * self.continuous) + ("+create_target" * self.create_target)
        return self.id(node) + words


def wished(asked: Mapping[str, Json], here: Endpoint) -> Wish:
    """The wish in the body of `_replicate` or a `_replicator` document. Raises BadWish.

    https://docs.couchdb.org/en/stable/api/server/common.html#post--_replicate
    """
    for side in ("source", "target"):
        if side not in asked:
            raise BadWish(f"Missing `{side}` field")
    picked, body = _picked(asked)
    since = asked.get("since_seq")
    interval = asked.get("checkpoint_interval", INTERVAL * 1000)
    if not isinstance(interval, int | float) or isinstance(interval, bool) or interval <= 0:
        raise BadWish("`checkpoint_interval` must be a number of milliseconds")
    return Wish(
        source=endpoint(asked["source"], here),
        target=endpoint(asked["target"], here),
        continuous=_flag(asked, "continuous"),
        create_target=_flag(asked, "create_target"),
        winning_only=_flag(asked, "winning_revs_only"),
        picked=picked,
        body=body,
        since="" if since is None else str(since),
        checkpoints=_flag(asked, "use_checkpoints", True),
        interval=interval / 1000,
    )


def _picked(asked: Mapping[str, Json]) -> tuple[dict[str, str], dict[str, Json]]:
    given = [name for name in ("doc_ids", "selector", "filter") if asked.get(name) is not None]
    if len(given) > 1:
        raise BadWish(f"`{given[0]}` is incompatible with `{given[1]}`")
    if not given:
        return {}, {}
    value = asked[given[0]]
    if given == ["doc_ids"]:
        if not isinstance(value, list) or not all(isinstance(id, str) for id in value):
            raise BadWish("`doc_ids` must be a list of ids")
        return {"filter": "_doc_ids"}, {"doc_ids": sorted(set(map(str, value)))}
    if given == ["selector"]:
        if not isinstance(value, dict):
            raise BadWish("`selector` must be an object")
        return {"filter": "_selector"}, {"selector": value}
    return {"filter": str(value), **_query(asked.get("query_params"))}, {}


def _query(given: Json) -> dict[str, str]:
    if given is not None and not isinstance(given, dict):
        raise BadWish("`query_params` must be an object")
    return {str(name): str(value) for name, value in (given or {}).items()}


def _flag(asked: Mapping[str, Json], name: str, default: bool = False) -> bool:
    value = asked.get(name, default)
    if not isinstance(value, bool):
        raise BadWish(f"`{name}` must be a boolean")
    return value
