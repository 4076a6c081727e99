"""HMP's office keeps its documents in the Apache CouchDB that `COUCH_REF_URL` names (administrator
admin:secret); its halls in the embedded database. Collected only where there is one."""

import os
from collections.abc import Callable

import pytest
import requests

from sync.indexes import INDEXES
from tests.sync.mesh.member import AMINA, holds, until
from tests.sync.mesh.whole.estate import LUCIEN, Estate, photograph, private_to

REFERENCE = os.environ.get("COUCH_REF_URL", "").rstrip("/")

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def estate(make_estate: Callable[[], Estate]) -> Estate:
    made = make_estate()
    made.couch = REFERENCE.replace("://", "://admin:secret@")
    for name in (*INDEXES, "_replicator"):
        requests.delete(f"{made.couch}/{name}", timeout=20)
    requests.put(f"{made.couch}/_replicator", timeout=20)
    made.found("a", "b")
    made.linked("office", "a", "b")
    until(lambda: made["a"].get("accounts", "person:pamina"))
    made.join("home", "a")
    return made


if REFERENCE:

    def test_an_office_on_apache_couchdb_is_cut_off_and_has_what_halls_wrote(
        estate: Estate,
    ) -> None:
        office, a, b = estate["office"], estate["a"], estate["b"]
        first = a.report()
        until(lambda: holds(office, [first]))
        estate.yard.unplug("office")
        made = [a.report(), b.report(LUCIEN), office.report(LUCIEN)]
        photo = photograph(a, made[0], 300_000)
        until(lambda: a.reach()["landlord"]["up"] is False)
        estate.yard.plug("office")
        estate.settled(seconds=200)
        assert all(holds(each, made) for each in (office, a, b))
        assert holds(office, [photo], "private-media")
        receipt = made[0]["_id"].replace(":report:", ":receipt:") + f".reached.{office.id}"
        until(lambda: a.get("private", receipt))
        private_to(estate["home"], AMINA)

    def test_the_landlords_databases_have_one_shard(estate: Estate) -> None:
        """A hall compares places in their feeds."""
        for db in INDEXES:
            told = estate["office"].ask("GET", f"/{db}").json()
            assert told["cluster"]["q"] == 1, db
