"""The resident's side of a cut, in a hall that is not the landlord's: told as it is, as it happens.

What the mesh and the landlord's node would write, the test writes; the page stays open throughout.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from sync import clock
from sync.clock import stamp
from sync.database import Database
from sync.documents.departure import departed
from sync.documents.reach import HERE, REACH
from sync.documents.report import acknowledge
from tests.browser.checks import built, faults, small
from tests.browser.conftest import Stage, issue, stand
from tests.browser.opening import DOOR, enter

LATE: Final = 20_000

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hall(
    estate: Path, start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A hall's node, apart from the landlord's."""
    data = tmp_path_factory.mktemp("hall") / "data"
    shutil.copytree(estate, data)
    stand(data)
    node = json.loads((data / "node.json").read_text())
    (data / "node.json").write_text(json.dumps({**node, "name": "Hall B", "roles": ["kiosk"]}))
    running = start_node(data, "--mode", "kiosk")
    yield Stage(running, {"Amina": issue(data, "figuiers-b-31", "Amina Benali")})
    running.process.terminate()
    running.process.wait(10)


class Mesh:
    """Writes what the mesh finds and notes."""

    def __init__(self, stage: Stage) -> None:
        secret = (stage.node.data / "couch.secret").read_text().strip()
        url = f"http://127.0.0.1:{stage.node.couch_port}"
        self.database = Database(url, *secret.split(":"))

    def reaches(self, *, landlord: bool, internet: bool = False, alone: bool = False) -> None:
        """Say what this hall reaches; another one is reached where it is not ``alone``."""
        since = stamp(clock.now() - timedelta(minutes=5))
        told = {"landlord": landlord, "internet": internet, "alone": alone}
        facts: dict[str, Any] = {k: {"up": up, "since": since} for k, up in told.items()}
        peer = {"id": "n-a", "name": "Hall A", "role": "kiosk", "state": "reachable", "why": ""}
        document = REACH.new(
            HERE,
            at=stamp(clock.now()),
            waiting={"urgent": 0, "words": 1, "media": 0},
            peers=[] if alone else [{**peer, "since": since}],
            next=stamp(clock.now() + timedelta(minutes=1)),
            **facts,
        )
        standing = self.database.get("node", document["_id"])
        revision = {"_rev": standing["_rev"]} if standing else {}
        self.database.put("node", {**document, **revision})

    def leaves(self, item: str) -> None:
        """Note that something has left this hall."""
        self.database.put("node", departed(item, at=stamp(clock.now()), peer="n-a"))

    def receipt(self, item: str, state: str) -> None:
        """Bring what the landlord's node says of something."""
        receipt = acknowledge(item, state, at=stamp(clock.now()), origin="n-landlord.1")
        self.database.put("private", receipt)


def report(page: Any, url: str) -> str:
    """Report a lamp in the flat; the report's key."""
    page.goto(f"{url}/report/check?what=light&place=flat")
    page.click("main form button.act >> nth=-1")
    page.wait_for_url("**/report/sent/**")
    return str(page.url).rpartition("/")[2].partition("?")[0]


def test_a_report_made_in_a_cut_is_followed_until_it_is_read(browser: Any, hall: Stage) -> None:
    mesh = Mesh(hall)
    page = browser.new_context(viewport={"width": 1080, "height": 1920}).new_page()
    page.set_default_timeout(LATE)
    enter(page, hall.url, DOOR, hall.codes["Amina"])
    page.goto(f"{hall.url}/?lang=fr")
    mesh.reaches(landlord=False)
    key = report(page, hall.url)
    found = mesh.database.find("private", {"_id": {"$regex": f":report:{key}$"}})
    id = found[0]["_id"]

    page.wait_for_selector("#truth:has-text('Merci. C’est gardé ici.')")
    page.wait_for_selector("#line .cut:has-text('La ligne vers HMP est coupée depuis')")
    page.wait_for_selector("#line .cut:has-text('Un de vos messages attend ici.')")
    mesh.leaves(id)
    page.wait_for_selector("#truth:has-text('Merci. C’est parti.')")
    page.wait_for_selector(".path .past:has-text('Parti de ce hall')")
    page.wait_for_selector("#line .cut:not(:has-text('attend ici'))")
    mesh.reaches(landlord=True, internet=True)
    page.wait_for_selector("#line .cut", state="detached")
    assert "HMP répond cinq jours après l’avoir reçu." in page.inner_text("#promise")
    mesh.receipt(id, "reached")
    page.wait_for_selector("#truth:has-text('HMP l’a reçu.')")
    page.wait_for_selector("#promise:has-text('HMP répond avant')")
    mesh.receipt(id, "read")
    page.wait_for_selector("#truth:has-text('HMP l’a lu.')")
    assert page.locator(".path .past").count() == 4
    page.context.close()


FACES: Final[dict[str, dict[str, bool]]] = {
    "internet": {"landlord": True},
    "landlord": {"landlord": False},
    "hall": {"landlord": False, "alone": True},
}


@pytest.mark.parametrize("lang", ["fr", "ar"])
@pytest.mark.parametrize("face", FACES)
def test_each_face_of_a_cut_is_without_fault(
    browser: Any, hall: Stage, face: str, lang: str
) -> None:
    Mesh(hall).reaches(**FACES[face])
    page = browser.new_page(viewport={"width": 1080, "height": 1920}, reduced_motion="reduce")
    page.set_default_timeout(LATE)
    page.goto(f"{hall.url}/?lang={lang}")
    for path in ("/", "/line"):
        page.goto(hall.url + path)
        assert page.locator(".cut" if path == "/" else ".map .torn").count() == 1
        assert faults(page) + built(page, lang) + small(page) == [], path
    page.close()
