"""Who lives where, as the mesh has to know: asked of `accounts`, remembered for a while."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sync.documents.account import HOME, HOUSEHOLD, PERSON
from sync.mesh.identity.claims import subject_of
from sync.mesh.identity.homes import record
from sync.mesh.identity.identity import Identity
from sync.mesh.identity.pem import read_chain
from sync.mesh.local import Local

REMEMBERED: Final = 60.0
"""Seconds for which an answer is believed: people seldom move."""


class People:
    """``residence``: where this machine stands, None where that is nowhere."""

    def __init__(self, local: Local, residence: str | None) -> None:
        self._local, self._residence = local, residence
        self._persons: dict[tuple[str, ...], tuple[float, frozenset[str]]] = {}
        self._homes: dict[str, tuple[float, str]] = {}

    async def of(self, households: tuple[str, ...]) -> frozenset[str]:
        """The ids of those who live in these households, without "person:"."""
        known = self._persons.get(households)
        if known and time.monotonic() - known[0] < REMEMBERED:
            return known[1]
        selector = {"kind": PERSON.name, "household": {"$in": list(households)}}
        _, found = await self._local.ask(
            "POST", "/accounts/_find", {"selector": selector, "limit": 200, "fields": ["_id"]}
        )
        ids = frozenset(row["_id"].partition(":")[2] for row in found.get("docs", []))
        self._persons[households] = (time.monotonic(), ids)
        return ids

    def ours(self, identity: Identity) -> Callable[[str], Awaitable[bool]]:
        """Whether this machine stands for a household: lives there, or stands in its residence."""
        households = identity.node.households

        async def stands_for(household: str) -> bool:
            if identity.node.role == "home":
                return household in households
            return self._residence is not None and await self._lives(household) == self._residence

        return stands_for

    async def _lives(self, household: str) -> str:
        known = self._homes.get(household)
        if known and time.monotonic() - known[0] < REMEMBERED:
            return known[1]
        path = f"/accounts/{quote(HOUSEHOLD.id(household), safe=':')}"
        status, found = await self._local.ask("GET", path)
        residence = str(found.get("residence", "")) if status == 200 else ""
        self._homes[household] = (time.monotonic(), residence)
        return residence


async def register(local: Local, chain: str, at: datetime, origin: str) -> str:
    """Note a home's new ``chain`` (PEM), so that it can be revoked; the id of the document."""
    id = HOME.id(subject_of(read_chain(chain)[0]).node)
    status, known = await local.ask("GET", f"/accounts/{id}")
    home = record(chain, at, origin, known if status == 200 else None)
    await local.ask("PUT", f"/accounts/{id}", home)
    return id
