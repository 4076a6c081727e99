"""Yesterday's backup of a hall, brought back among nodes that went on."""

import os
import shutil
from collections.abc import Callable

import pytest

from tests.sync.mesh.member import AMINA, holds, until
from tests.sync.mesh.whole.estate import LUCIEN, Estate, photograph, private_to

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def estate(make_estate: Callable[[], Estate]) -> Estate:
    made = make_estate()
    made.found("a", "b")
    made.linked("office", "a", "b")
    until(lambda: made["a"].get("accounts", "person:pamina"))
    made.join("home", "a")
    return made


def test_a_hall_restored_from_yesterday_has_today_again(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had written itself since then comes back too, from the others; it is another
    incarnation, so that nobody takes it for the one that went."""
    monkeypatch.setenv("RESIDACOEUR_PASSPHRASE", "les figuiers sous la neige de Marseille")
    a, file = estate["a"], estate.place / "a.saved"
    yesterday = [a.report(), a.report(LUCIEN)]
    pictures = [photograph(a, yesterday[0])]
    estate.settled()
    estate.run("a", "backup", file, "--with-keys")
    today = [a.report(), estate["b"].report(LUCIEN), estate["office"].report()]
    pictures.append(photograph(a, today[0]))
    estate.settled()
    before = a.origin

    estate.stop("a")
    shutil.rmtree(a.node.data)
    estate.run("a", "restore", file)
    assert file.stat().st_mode & 0o077 == 0, os.fspath(file)
    a = estate.restart("a")
    estate.linked("office", "a", "b")
    after = a.report()
    estate.settled()
    assert a.origin.partition(".")[0] == before.partition(".")[0]
    assert a.origin != before
    for member in (a, estate["b"], estate["office"]):
        assert holds(member, [*yesterday, *today, after])
        assert holds(member, pictures, "private-media")
    until(lambda: holds(estate["home"], [yesterday[0], today[0], after]))
    private_to(estate["home"], AMINA)
