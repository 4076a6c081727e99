"""`residacoeur estate`, as the landlord uses it, and what its files make of other machines."""

import json
import shutil
import stat
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import app
from kiosk import config, doctor
from kiosk.errors import Stopped
from kiosk.membership.settling import settle
from sync.clock import now, stamp
from sync.database import Database
from sync.documents.account import HOME
from sync.mesh.identity import ledger, nodefile
from sync.mesh.identity.identity import Identity, read
from sync.mesh.identity.revocation import revoked
from sync.time import kept

Say = Callable[..., tuple[int, str, str]]


def identity_of(data: Path) -> Identity:
    found = read(data)
    assert found is not None
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """A function say(*words): what `residacoeur WORDS` ends with, prints and complains of."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = app.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the landlord's data in `office` and the file of Hall B."""
    place = tmp_path_factory.mktemp("estate")
    office = ["--data", str(place / "office")]
    hall = ["--role", "kiosk", "--staircase", "figuiers-b", "-o", str(place / "hall-b.node")]
    assert app.main(["estate", "new", "Les Figuiers", *office]) == 0
    assert app.main(["estate", "add", "Hall B", *hall, *office]) == 0
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """The same, for one test alone."""
    return Path(shutil.copytree(made, tmp_path / "estate"))


@pytest.fixture
def office(place: Path) -> Path:
    return place / "office"


def test_a_new_estate_makes_this_machine_its_landlord_and_leaves_its_screen_alone(
    office: Path,
) -> None:
    own, node = identity_of(office), config.read_node(office)
    assert (own.node.node, own.node.role) == (node.id, "landlord")
    assert node.roles == ("kiosk", "landlord")
    assert own.authority is not None
    assert own.can_make_homes


def test_an_estate_is_made_once(office: Path, say: Say) -> None:
    before = contents(office)
    code, _, complaint = say("estate", "new", "--data", office)
    assert code == 2
    assert "déjà partie d’un quartier" in complaint
    assert contents(office) == before


def test_an_estate_whose_making_was_broken_off_is_made_anew(office: Path, say: Say) -> None:
    (office / "estate" / ledger.BOOK).unlink()
    assert say("estate", "new", "--data", office)[0] == 0
    assert identity_of(office).authority is not None


def test_a_hall_that_stands_nowhere_is_told_that_it_warns_nobody(place: Path, say: Say) -> None:
    words = ("estate", "add", "Hall Z", "--role", "kiosk", "-o", place / "z.node")
    for more, told in (([], True), (["--staircase", "figuiers-b"], False)):
        (place / "z.node").unlink(missing_ok=True)
        name = "Hall Z" if told else "Hall Y"
        out = say(*words[:2], name, *words[3:], *more, "--data", place / "office")[1]
        assert ("ne publie pas de message d’urgence" in out) is told


def test_a_hall_of_an_estate_makes_none_of_its_own(place: Path, say: Say) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    assert say("estate", "new", "--data", place / "kiosk")[0] == 2
    code, _, complaint = say("estate", "list", "--data", place / "kiosk")
    assert code == 2
    assert "Il n’y a pas le secret d’un quartier" in complaint


def test_secrets_are_for_their_owner_alone(place: Path, office: Path) -> None:
    secrets = [office / "estate" / "root-key.pem", office / "estate.key", place / "hall-b.node"]
    for path in (*secrets, *(office / "identity").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_no_key_is_printed(office: Path, place: Path, say: Say) -> None:
    for words in (
        ["list"],
        ["add", "Hall C", "--role", "kiosk", "-o", place / "c.node"],
        ["renew", "Hall B", "-o", place / "b.node"],
    ):
        code, out, err = say("estate", *words, "--data", office)
        assert code == 0
        assert "KEY" not in out + err


def test_a_node_file_makes_a_machine_that_node(
    place: Path, start_node: Callable[..., Any], free_port: Callable[[], int]
) -> None:
    ports = ["--gateway", f"127.0.0.1:{free_port()}", "--egress-port", str(free_port())]
    node = start_node(place / "kiosk", "--node", str(place / "hall-b.node"), *ports)
    own, here = identity_of(node.data), config.read_node(node.data)
    assert (own.node.name, own.node.role, own.can_make_homes) == ("Hall B", "kiosk", True)
    assert own.authority is None
    assert own.root == identity_of(place / "office").root
    assert (here.id, here.name, here.roles) == (own.node.node, "Hall B", ("kiosk",))
    assert (here.residence, here.staircase) == ("figuiers", "figuiers-b")
    pepper = config.read_key(place / "office" / "estate.key")
    assert config.read_key(node.data / "estate.key") == pepper


def test_a_machine_made_of_a_file_is_a_new_incarnation(place: Path) -> None:
    config.prepare(place / "kiosk")
    before = config.read_node(place / "kiosk").incarnation
    settle(place / "kiosk", place / "hall-b.node")
    assert config.read_node(place / "kiosk").incarnation != before


def test_the_same_file_again_or_gone_changes_nothing(place: Path) -> None:
    assert "«\xa0Hall B\xa0»" in settle(place / "kiosk", place / "hall-b.node")
    before = contents(place / "kiosk")
    assert settle(place / "kiosk", place / "hall-b.node") == ""
    (place / "hall-b.node").unlink()
    assert settle(place / "kiosk", place / "hall-b.node") == ""
    assert contents(place / "kiosk") == before


def test_a_machine_stays_the_node_that_it_is(place: Path, office: Path, say: Say) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    before = contents(place / "kiosk")
    say("estate", "add", "Hall C", "--role=kiosk", "-o", place / "c.node", "--data", office)
    say("estate", "new", "--data", place / "other")
    say("estate", "add", "Hall", "--role=kiosk", "-o", place / "d.node", "--data", place / "other")
    for file, why in (("c.node", "déjà «\xa0Hall B\xa0»"), ("d.node", "d’un autre quartier")):
        with pytest.raises(Stopped, match=why):
            settle(place / "kiosk", place / file)
    assert contents(place / "kiosk") == before


def test_a_machine_takes_newer_keys_from_a_file_and_not_older_ones(
    place: Path, office: Path, say: Say
) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    before = identity_of(place / "kiosk")
    time.sleep(1.1)  # certificates count whole seconds
    say("estate", "renew", "Hall B", "-o", place / "new.node", "--data", office)
    assert "a pris les clés" in settle(place / "kiosk", place / "new.node")
    after = identity_of(place / "kiosk")
    assert after.node.node == before.node.node
    assert after.key.public_key() != before.key.public_key()
    assert settle(place / "kiosk", place / "hall-b.node") == ""
    assert identity_of(place / "kiosk").node == after.node


def test_a_damaged_identity_is_made_whole_by_the_nodes_file_alone(
    place: Path, office: Path, say: Say
) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    (place / "kiosk" / "identity" / "key.pem").write_text("x")
    say("estate", "add", "Hall C", "--role=kiosk", "-o", place / "c.node", "--data", office)
    with pytest.raises(Stopped, match="Hall B"):
        settle(place / "kiosk", place / "c.node")
    settle(place / "kiosk", place / "hall-b.node")
    assert identity_of(place / "kiosk").node.name == "Hall B"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "n’est pas là"),
        ("{", "abîmé"),
        ("[]", "abîmé"),
        ('{"v": 1}', "abîmé"),
        ('{"v": 2}', "plus récente"),
    ],
)
def test_a_bad_file_is_said_and_nothing_is_made(
    tmp_path: Path, say: Say, free_port: Callable[[], int], content: str | None, why: str
) -> None:
    file = tmp_path / "x.node"
    if content is not None:
        file.write_text(content)
    names = ("--port", "--couch-port", "--egress-port")
    ports = [f"{name}={free_port()}" for name in names]
    code, _, complaint = say("serve", "--data", tmp_path / "data", "--node", file, *ports)
    assert code == 2
    assert why in complaint
    assert not (tmp_path / "data").exists()


def test_a_file_with_the_key_of_another_node_is_refused(place: Path) -> None:
    one = json.loads((place / "hall-b.node").read_text())
    one["key"] = one["homes"]["key"]
    (place / "hall-b.node").write_text(json.dumps(one))
    with pytest.raises(Stopped, match="abîmé"):
        settle(place / "kiosk", place / "hall-b.node")


def test_two_nodes_have_two_names(place: Path, office: Path, say: Say) -> None:
    code, _, complaint = say(
        "estate", "add", "hall b", "--role", "kiosk", "-o", place / "x.node", "--data", office
    )
    assert code == 2
    assert "déjà un nœud" in complaint
    assert not (place / "x.node").exists()


def test_a_node_whose_file_cannot_be_written_is_not_in_the_book(office: Path, say: Say) -> None:
    nowhere = office / "nowhere" / "c.node"
    code, _, complaint = say(
        "estate", "add", "Hall C", "--role", "kiosk", "-o", nowhere, "--data", office
    )
    assert code == 1
    assert "Rien n’est changé" in complaint
    assert not nowhere.parent.exists()
    assert ledger.read(office / "estate").named("Hall C") is None


def test_certificates_are_made_by_estate_time(place: Path, office: Path, say: Say) -> None:
    later = now() + timedelta(days=100)
    kept.write(office / kept.NAME, kept.Kept(stamp(later)))
    say("estate", "add", "Hall C", "--role=kiosk", "-o", place / "c.node", "--data", office)
    assert nodefile.read(place / "c.node").node.starts > later - timedelta(days=1)


def test_the_list_says_who_is_where_and_until_when(office: Path, say: Say) -> None:
    _, out, _ = say("estate", "list", "--data", office)
    title, landlord, hall = out.splitlines()
    assert title.startswith("Les Figuiers (e-")
    assert "\tbailleur\t" in landlord
    ends = f"{now() + timedelta(days=730):%Y}"
    assert hall.split("\t")[:3] == ["Hall B", "borne", "figuiers-b"]
    assert hall.endswith(ends)


@pytest.mark.parametrize(
    "words",
    [
        ["add", "Hall C", "-o", "c.node"],
        ["add", "Hall C", "--role", "home", "-o", "c.node"],
        ["add", "Hall C", "--role", "kiosk"],
        ["add", "", "--role", "kiosk", "-o", "c.node"],
        ["add", "x" * 61, "--role", "kiosk", "-o", "c.node"],
        ["add", "Hall C", "--role", "kiosk", "--residence", "Les Figuiers", "-o", "c.node"],
        [],
    ],
)
def test_words_that_make_no_sense_are_refused(office: Path, say: Say, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        say("estate", *words, "--data", office)
    assert ended.value.code == 2


def test_the_data_may_be_named_before_the_action(office: Path, say: Say) -> None:
    assert say("estate", "--data", office, "list") == say("estate", "list", "--data", office)


def standing(office: Path, read: Callable[[Database], Any]) -> Any:
    options = app.parse(["estate", "list", "--data", str(office)])
    with app.opened(options) as database:
        return read(database)


def test_a_revoked_node_is_known_to_all_who_read_the_estate(
    place: Path, office: Path, say: Say
) -> None:
    hall = nodefile.read(place / "hall-b.node").credentials
    assert hall.homes is not None
    code, out, _ = say("estate", "revoke", "hall b", "--data", office)
    assert code == 0
    assert "«\xa0Hall B\xa0» est révoqué" in out

    def serials(database: Database) -> frozenset[int]:
        facts = database.range("estate", "revocation:", "revocation;")
        return revoked(facts, identity_of(office).root)

    gone = {hall.chain[0].serial_number, hall.homes.chain[0].serial_number}
    assert standing(office, serials) == gone
    assert "révoqué le" in say("estate", "list", "--data", office)[1]
    assert say("estate", "revoke", "Hall B", "--data", office)[0] == 0
    assert standing(office, serials) == gone


def test_a_home_is_listed_and_revoked_by_the_name_it_joined_with(office: Path, say: Say) -> None:
    hall = ledger.read(office / "estate").named("Hall B")
    assert hall is not None
    salon = {"name": "Salon", "household": "hamina23456", "at": stamp(now()), "origin": "n-1.1"}
    home = HOME.new("h-abcdefgh", serials=["1f", "20", hall.serials[0]], **salon)
    standing(office, lambda database: database.put("accounts", home))
    assert (
        "Salon\tmaison\thamina23456\th-abcdefgh\tmembre"
        in say("estate", "list", "--data", office)[1]
    )
    assert say("estate", "revoke", "salon", "--data", office)[0] == 0
    facts = standing(office, lambda d: d.range("estate", "revocation:", "revocation;"))
    assert revoked(facts, identity_of(office).root) == {0x1F, 0x20}, "never a hall's"


def test_of_two_homes_of_one_name_the_id_says_which(office: Path, say: Say) -> None:
    salon = {"name": "Salon", "household": "hamina23456", "at": stamp(now()), "origin": "n-1.1"}
    homes = [HOME.new(f"h-abcdefg{n}", serials=[f"{n}"], **salon) for n in (1, 2)]
    standing(office, lambda database: database.bulk("accounts", homes))
    code, _, complaint = say("estate", "revoke", "Salon", "--data", office)
    assert code == 2
    assert "h-abcdefg1, h-abcdefg2" in complaint
    assert say("estate", "revoke", "h-abcdefg2", "--data", office)[0] == 0


def test_neither_a_stranger_nor_this_machine_can_be_revoked(office: Path, say: Say) -> None:
    assert "n’a pas de nœud" in say("estate", "revoke", "Hall Z", "--data", office)[2]
    own = config.read_node(office).name
    code, _, complaint = say("estate", "revoke", own, "--data", office)
    assert code == 2
    assert "ce poste-ci" in complaint


def test_a_revoked_node_comes_back_with_other_keys_alone(
    place: Path, office: Path, say: Say
) -> None:
    with ledger.changing(office / "estate") as book:
        hall = book.named("Hall B")
        assert hall is not None
        book.revoke(hall, "2026-11-28T09:00:00Z")
    code, _, complaint = say("estate", "renew", "Hall B", "--data", office)
    assert code == 2
    assert "Avec -o" in complaint
    again = place / "again.node"
    assert say("estate", "renew", "Hall B", "-o", again, "--data", office)[0] == 0
    old, new = nodefile.read(place / "hall-b.node"), nodefile.read(again)
    assert new.node.node == old.node.node
    assert not set(new.node.serials) & set(old.node.serials)
    assert new.credentials.key.public_key() != old.credentials.key.public_key()
    entry = ledger.read(office / "estate").named("Hall B")
    assert entry is not None
    assert (entry.revoked, len(entry.serials)) == ("", 4)


def test_this_machine_renews_itself_at_once(office: Path, say: Say) -> None:
    before = identity_of(office)
    code, _, _ = say("estate", "renew", config.read_node(office).name, "--data", office)
    after = identity_of(office)
    assert code == 0
    assert after.node.serials != before.node.serials
    assert after.key.public_key() == before.key.public_key()


@pytest.mark.parametrize(
    ("left", "words", "needed"), [(-1, "C’est passé", True), (30, "C’est bientôt", False)]
)
def test_doctor_says_when_an_identity_ends(
    place: Path, monkeypatch: pytest.MonkeyPatch, left: int, words: str, needed: bool
) -> None:
    settle(place / "kiosk", place / "hall-b.node")
    ends = identity_of(place / "kiosk").node.ends
    monkeypatch.setattr(doctor, "now", lambda: ends - timedelta(days=left))
    finding = doctor._identity(place / "kiosk")
    assert (finding.well, finding.needed) == (False, needed)
    assert words in finding.words


def test_doctor_says_to_which_estate_a_machine_belongs(place: Path, say: Say) -> None:
    ports = ["--port", "65000", "--couch-port", "65001"]
    beyond = ["--egress-port", "65002", "--gateway", "127.0.0.1:65003"]
    kiosk = ["doctor", "--data", place / "kiosk", *ports, *beyond]
    assert "Port 65003" not in say(*kiosk)[1]
    assert "✔ Identité\xa0: cette machine est seule" in say(*kiosk)[1]
    settle(place / "kiosk", place / "hall-b.node")
    said = say(*kiosk)[1]
    assert "✔ Identité\xa0: «\xa0Hall B\xa0», jusqu’au" in said
    assert "✔ Port 65002\xa0: libre." in said
    assert "✔ Port 65003\xa0: libre." in said
    (place / "kiosk" / "identity" / "key.pem").unlink()
    code, out, _ = say(*kiosk)
    assert code == 1
    assert "✘ Identité\xa0: elle est abîmée (missing" in out
