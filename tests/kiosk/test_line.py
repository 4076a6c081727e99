"""What the machine knows of its line, by the kernel's own files, and over a restart."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import line
from kiosk.line import Line, Weather, is_up
from kiosk.portal import create_app
from sync import clock

ROUTES = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
{default}eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
DEFAULT = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
ROUTES6 = """\
{default}00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
"""
DEFAULT6 = (
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n"
)


def machine(root: Path, *, carrier: str = "1", default: str = DEFAULT, default6: str = "") -> Path:
    """The files of a kernel that has one cable."""
    for name, text in (
        ("sys/class/net/eth0/carrier", f"{carrier}\n"),
        ("sys/class/net/lo/carrier", "1\n"),
        ("proc/net/route", ROUTES.format(default=default)),
        ("proc/net/ipv6_route", ROUTES6.format(default=default6)),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "LOOK", 0.0)


@pytest.mark.parametrize(
    ("told", "up"),
    [
        ({}, True),
        ({"carrier": "0"}, False),
        ({"default": ""}, False),
        ({"default": "", "default6": DEFAULT6}, True),
        ({"carrier": "0", "default": "", "default6": DEFAULT6}, False),
        ({"default": DEFAULT.replace("\t0003\t", "\t0002\t")}, False),
    ],
)
def test_the_line_is_up_when_a_way_out_has_something_that_carries_it(
    tmp_path: Path, told: dict[str, str], up: bool
) -> None:
    assert is_up(machine(tmp_path, **told)) is up


def test_where_the_kernel_does_not_say_nobody_claims_to_know(tmp_path: Path) -> None:
    assert is_up(tmp_path) is None
    assert Line(tmp_path / "line.json", tmp_path).weather(clock.now()) is None


def test_since_when_the_line_is_cut_survives_a_restart(tmp_path: Path) -> None:
    kept, cut_at = tmp_path / "line.json", clock.instant("2026-11-23T13:05:00.000Z")
    machine(tmp_path)
    assert Line(kept, tmp_path).weather(cut_at - timedelta(hours=1)) == Weather(
        True, cut_at - timedelta(hours=1)
    )
    machine(tmp_path, carrier="0")
    assert Line(kept, tmp_path).weather(cut_at) == Weather(False, cut_at)
    later = cut_at + timedelta(hours=3)
    assert Line(kept, tmp_path).weather(later) == Weather(False, cut_at)
    machine(tmp_path)
    assert Line(kept, tmp_path).weather(later) == Weather(True, later)


def test_a_file_that_cannot_be_read_loses_the_hour_and_nothing_else(tmp_path: Path) -> None:
    kept, now = tmp_path / "line.json", clock.now()
    kept.write_text("half of it {")
    assert Line(kept, machine(tmp_path)).weather(now) == Weather(True, now)


def test_a_clock_put_back_never_says_that_the_line_is_cut_since_tomorrow(tmp_path: Path) -> None:
    kept, now = tmp_path / "line.json", clock.instant("2026-11-23T13:05:00.000Z")
    cut = Line(kept, machine(tmp_path, carrier="0"))
    cut.weather(now)
    earlier = now - timedelta(days=1)
    assert cut.weather(earlier) == Weather(False, earlier)


def test_whoever_watches_is_told_of_a_change(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(line, "LOOK", 0.02)
    told: list[int] = []
    Line(tmp_path / "line.json", machine(tmp_path)).watch(lambda: told.append(1))
    time.sleep(0.1)
    assert told == []
    machine(tmp_path, carrier="0")
    deadline = time.monotonic() + 10
    while not told and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told


def test_every_page_says_since_when_the_line_is_cut_and_leads_to_what_works(
    portal: Any, tmp_path: Path
) -> None:
    config = replace(portal.config, data=tmp_path, system=machine(tmp_path, carrier="0"))
    client = create_app(config).test_client()
    url = f"http://127.0.0.1:{config.port}"
    hour = f"{clock.now().astimezone(clock.ESTATE).hour}\u00a0h"
    for path in ("/", "/works/", "/emergency/", "/signin"):
        page = client.get(path, base_url=url).text
        assert 'href="/line"' in page, path
        assert f"La ligne est coupée depuis {hour}" in page, path
    told = client.get("/line", base_url=url).text
    assert "Marche ici" in told
    assert "Rien n’est perdu." in told
    assert client.get("/line?lang=ar", base_url=url).status_code == 303


def test_while_the_line_is_up_no_page_speaks_of_it(portal: Any, tmp_path: Path) -> None:
    config = replace(portal.config, data=tmp_path, system=machine(tmp_path))
    client = create_app(config).test_client()
    url = f"http://127.0.0.1:{config.port}"
    assert 'href="/line"' not in client.get("/", base_url=url).text
    assert "La ligne de cet écran marche." in client.get("/line", base_url=url).text
