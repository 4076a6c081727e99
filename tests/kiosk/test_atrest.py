"""Whether the disk is encrypted, on machines as their kernels tell of them."""

import os
from pathlib import Path

import pytest

from kiosk import doctor
from kiosk.atrest import is_encrypted

CRYPT, PLAIN = "CRYPT-LUKS2-0123-root\n", "LVM-4567\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def system(place: Path, *, kind: str = "ext4", source: str = "/dev/x") -> tuple[Path, Path]:
    """A machine whose data lie on one disk: its root, and that disk in its sysfs."""
    device = place.stat().st_dev
    name = f"{os.major(device)}:{os.minor(device)}"
    root = place.parent / "system"
    (root / "proc/self").mkdir(parents=True)
    row = f"29 1 {name} / / rw,relatime shared:1 - {kind} {source} rw\n"
    (root / "proc/self/mountinfo").write_text(f"22 1 0:21 / /sys rw - sysfs sysfs rw\n{row}")
    return root, root / "sys/dev/block" / name


def mapped(block: Path, uuid: str, *under: str) -> None:
    (block / "dm").mkdir(parents=True)
    (block / "dm/uuid").write_text(uuid)
    for each in under:
        mapped(block / "slaves" / each, CRYPT if each.startswith("luks") else PLAIN)


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has, its data lie on a disk and not in memory."""
    monkeypatch.setattr("kiosk.atrest._is_flagged", lambda place: False)
    monkeypatch.setattr("kiosk.atrest.os.major", lambda device: 8)


def test_a_luks_disk_is_encrypted(place: Path) -> None:
    root, block = system(place)
    mapped(block, CRYPT)
    assert is_encrypted(place, root) is True


def test_a_bare_disk_is_not(place: Path) -> None:
    root, block = system(place)
    block.mkdir(parents=True)
    assert is_encrypted(place, root) is False


@pytest.mark.parametrize(
    ("under", "told"), [(("luks-a", "luks-b"), True), (("luks-a", "bare"), False)]
)
def test_a_volume_is_encrypted_when_all_its_disks_are(
    place: Path, under: tuple[str, ...], told: bool
) -> None:
    root, block = system(place)
    mapped(block, PLAIN, *under)
    assert is_encrypted(place, root) is told


def test_a_folder_that_encrypts_by_itself_is_encrypted(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, _ = system(place, kind="fuse.gocryptfs", source="/srv/closed")
    assert is_encrypted(place, root) is True
    monkeypatch.setattr("kiosk.atrest._is_flagged", lambda place: True)
    assert is_encrypted(place, place.parent / "nowhere") is True


def test_where_the_kernel_does_not_tell_nobody_can(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_encrypted(place, place.parent / "nowhere") is None
    monkeypatch.setattr("kiosk.atrest.os.major", lambda device: 0)
    root, _ = system(place, kind="overlay", source="overlay")
    assert is_encrypted(place, root) is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (True, "✔ Chiffrement\xa0: le disque des données est chiffré."),
        (False, "lit tout"),
        (None, "on ne peut pas savoir"),
    ],
)
def test_doctor_says_it_in_plain_words(
    place: Path, monkeypatch: pytest.MonkeyPatch, told: bool | None, words: str
) -> None:
    monkeypatch.setattr(doctor, "is_encrypted", lambda place: told)
    finding = doctor._sealing(place / "not" / "made" / "yet")
    assert words in str(finding)
    assert not finding.needed
