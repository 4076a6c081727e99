"""`residacoeur estate keep`, `rebuild` and `leave`: the landlord's machine is lost."""

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from kiosk import config
from kiosk.membership.settling import settle
from sync.mesh.absence import CONTACT
from sync.mesh.carrying import carried
from sync.mesh.identity import ledger
from sync.mesh.identity.identity import Identity, read

Say = Callable[..., tuple[int, str, str]]
PHRASE = "quatre figuiers bleus"


def identity_of(data: Path) -> Identity:
    found = read(data)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESIDACOEUR_PASSPHRASE", PHRASE)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """A function say(*words): what `residacoeur WORDS` ends with, prints and complains of."""

    def run(*words: str | Path, phrase: str = PHRASE) -> tuple[int, str, str]:
        monkeypatch.setenv("RESIDACOEUR_PASSPHRASE", phrase)
        code = app.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the landlord's data in `office`, Hall B's file, and the estate's secret."""
    place = tmp_path_factory.mktemp("estate")
    office = ["--data", str(place / "office")]
    hall = ["--role", "kiosk", "--staircase", "figuiers-b", "-o", str(place / "hall-b.node")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RESIDACOEUR_PASSPHRASE", PHRASE)
        assert app.main(["estate", "new", "Les Figuiers", *office]) == 0
        assert app.main(["estate", "add", "Hall B", *hall, *office]) == 0
        assert app.main(["estate", "keep", "-o", str(place / "secret"), *office]) == 0
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """The same, for one test alone."""
    return Path(shutil.copytree(made, tmp_path / "estate"))


def test_a_new_estate_says_that_its_secret_is_to_be_kept_elsewhere(
    tmp_path: Path, say: Say
) -> None:
    office = ["--data", tmp_path / "office"]
    assert "residacoeur estate keep -o" in say("estate", "new", *office)[1]
    hall = ["add", "Hall B", "--role", "kiosk", "-o", tmp_path / "b.node"]
    assert "residacoeur estate keep -o" in say("estate", *hall, *office)[1]


def test_the_secret_is_sealed_and_for_its_owner_alone(place: Path) -> None:
    raw = (place / "secret").read_bytes()
    assert stat.S_IMODE((place / "secret").stat().st_mode) == 0o600
    assert not [word for word in (b"PRIVATE", b"Figuiers", b"Hall B") if word in raw]


def test_an_empty_machine_becomes_the_landlords_node_that_was_lost(place: Path, say: Say) -> None:
    before, was = identity_of(place / "office"), config.read_node(place / "office")
    shutil.move(place / "office", place / "burnt")
    words = ["rebuild", place / "secret", "--peer", "192.168.1.20:6984"]
    code, out, err = say("estate", *words, "--data", place / "office")
    assert (code, err) == (0, "")
    assert "«\xa0Les Figuiers\xa0»" in out
    own, here = identity_of(place / "office"), config.read_node(place / "office")
    assert (own.node.node, own.node.role, own.root) == (was.id, "landlord", before.root)
    assert own.key.public_key() != before.key.public_key()
    assert (own.authority is not None, own.can_make_homes) == (True, True)
    assert (here.id, here.name, here.roles) == (was.id, was.name, was.roles)
    assert here.incarnation != was.incarnation
    assert here.peers == ("192.168.1.20:6984",)
    pepper = config.read_key(place / "burnt" / "estate.key")
    assert config.read_key(place / "office" / "estate.key") == pepper


def test_a_rebuilt_landlord_makes_renews_and_revokes_as_before(place: Path, say: Say) -> None:
    office, at = ["--data", place / "new"], place / "c.node"
    say("estate", "rebuild", place / "secret", *office)
    assert say("estate", "add", "Hall C", "--role=kiosk", "-o", at, *office)[0] == 0
    assert say("estate", "renew", "Hall B", *office)[0] == 0
    assert say("estate", "revoke", "Hall B", *office)[0] == 0
    settle(place / "kiosk", at)
    assert identity_of(place / "kiosk").root == identity_of(place / "office").root
    before, after = (ledger.read(place / name / "estate") for name in ("office", "new"))
    assert set(before.nodes) < set(after.nodes)


def test_what_was_broken_off_is_rebuilt_anew(place: Path, say: Say) -> None:
    office = ["--data", place / "new"]
    say("estate", "rebuild", place / "secret", *office)
    (place / "new" / "identity" / "chain.pem").unlink()  # it is written last
    assert say("estate", "rebuild", place / "secret", *office)[0] == 0
    assert say("estate", "list", *office)[0] == 0


@pytest.mark.parametrize("what", ["phrase", "torn", "other", "gone"])
def test_a_secret_that_does_not_open_makes_no_node(place: Path, say: Say, what: str) -> None:
    phrase = "une autre phrase entière" if what == "phrase" else PHRASE
    file = place / "secret"
    if what == "torn":
        file.write_bytes(file.read_bytes()[:-20])
    elif what == "other":
        file = place / "hall-b.node"
    elif what == "gone":
        file.unlink()
    code, out, err = say("estate", "rebuild", file, "--data", place / "new", phrase=phrase)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (place / "new").exists()


def test_a_machine_of_an_estate_is_rebuilt_as_no_other(place: Path, say: Say) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    code, _, err = say("estate", "rebuild", place / "secret", "--data", place / "kiosk")
    assert code == 2
    assert "fait déjà partie d’un quartier" in err


def test_a_hall_alone_has_no_secret_to_keep_and_no_file_is_replaced(place: Path, say: Say) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    assert say("estate", "keep", "-o", place / "x", "--data", place / "kiosk")[0] == 2
    assert not (place / "x").exists()
    before = (place / "secret").read_bytes()
    assert say("estate", "keep", "-o", place / "secret", "--data", place / "office")[0] == 2
    assert (place / "secret").read_bytes() == before


def test_a_hall_leaves_with_its_documents_and_another_estate_takes_it_in(
    place: Path, say: Say
) -> None:
    kiosk, other = ["--data", place / "kiosk"], ["--data", place / "other"]
    settle(place / "kiosk", place / "hall-b.node")
    with app.opened(app.parse(["estate", "leave", *map(str, kiosk)])) as database:
        database.put("private", {"_id": "h1:report:1", "words": "La minuterie est morte"})
        database.put("node", {"_id": CONTACT, "kind": "contact", "v": 1, "at": "2026-01-01"})
        carried(database, "private", 7)
    say("estate", "new", *other)
    say("estate", "add", "Hall B", "--role", "kiosk", "-o", place / "new.node", *other)
    assert say("estate", "leave", *kiosk)[0] == 0
    assert read(place / "kiosk") is None
    settle(place / "kiosk", place / "new.node")
    assert identity_of(place / "kiosk").root == identity_of(place / "other").root
    with app.opened(app.parse(["estate", "leave", *map(str, kiosk)])) as database:
        assert database.get("private", "h1:report:1")
        assert database.get("node", CONTACT) is None  # else it might be emptied for its absence
        assert database.get("node", "carried:private") is None


def test_neither_the_landlord_nor_a_machine_of_no_estate_leaves_one(place: Path, say: Say) -> None:
    for name in ("office", "nobody"):
        assert say("estate", "leave", "--data", place / name)[0] == 2
    assert identity_of(place / "office").node.role == "landlord"
    assert not (place / "nobody").exists()
