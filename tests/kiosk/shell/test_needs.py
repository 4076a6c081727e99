"""What the window says that it needs, on machines that lack something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.shell import needs
from kiosk.shell.opening import child, opens

NEEDS = Path(needs.__file__)


def machine(place: Path, **programs: str) -> dict[str, str]:
    """An environment in which these programs say these words."""
    for name, words in programs.items():
        (place / name).write_text(f"#!/bin/sh\ncat <<'END'\n{words}\nEND\n")
        (place / name).chmod(0o755)
    return {"PATH": f"{place}:/usr/bin:/bin"}


def test_a_library_that_qt_does_not_find_is_named_by_its_package(tmp_path: Path) -> None:
    told = "\tlibnss3.so => not found\n\tlibsmime3.so => not found\n\tlibc.so.6 => /lib/libc.so.6"
    env = machine(tmp_path, ldd=told)
    words = subprocess.check_output([sys.executable, NEEDS], env=env, text=True)
    assert words == "libnss3\n"


def test_without_qt_every_library_that_is_not_there_is_named(tmp_path: Path) -> None:
    known = "\n".join(f"\t{name} (libc6,x86-64) => /lib" for name in sorted(needs.LIBRARIES)[1:])
    env = machine(tmp_path, ldconfig=known)
    words = subprocess.check_output([sys.executable, "-S", NEEDS], env=env, text=True)
    assert words == f"{needs.LIBRARIES[sorted(needs.LIBRARIES)[0]]}\n"


def test_this_machine_lacks_nothing() -> None:
    assert needs.missing_packages() == []


def test_without_a_screen_the_node_starts_without_a_window(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not opens(wanted=False)
    assert capsys.readouterr().err == ""
    assert not opens(wanted=True)
    assert "pas d’écran" in capsys.readouterr().err


def test_the_window_is_for_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv(needs.UNLOCKED, raising=False)
    assert ("root" in needs.refusal()) == (os.getuid() == 0)
    monkeypatch.setenv(needs.UNLOCKED, "1")
    assert needs.refusal() == ""


def test_a_window_that_was_closed_or_cannot_open_is_not_opened_again(tmp_path: Path) -> None:
    command = child(["residacoeur"], tmp_path)
    assert command.arguments[:2] == ["residacoeur", "window"]
    assert command.last == {0, 2}
