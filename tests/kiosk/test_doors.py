"""The ports of a node: free, taken, or at an address that is not this machine's."""

import argparse
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import main
from kiosk import config
from kiosk.command import parse
from kiosk.doors import Door, doors, lost
from kiosk.running import Running


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        probe.listen()
        yield probe.getsockname()[1]


def serve(data: Path, *words: str) -> argparse.Namespace:
    return parse(["serve", "--data", str(data), *words])


def belonging(data: Path, *roles: str) -> Path:
    """A data directory of a node that is of an estate, as far as ports go."""
    config.prepare(data)
    config.settle(data, roles=list(roles))
    (data / "identity").mkdir()
    (data / "identity" / "chain.pem").touch()
    return data


def test_a_machine_alone_opens_no_door_to_others(tmp_path: Path) -> None:
    found = doors(serve(tmp_path))
    assert [(each.option, each.port) for each in found] == [
        ("--port", 8080),
        ("--couch-port", 5984),
    ]


@pytest.mark.parametrize(
    ("role", "beyond"),
    [("kiosk", ["--egress-port", "--gateway"]), ("home", ["--egress-port"])],
)
def test_a_hall_listens_to_others_and_a_home_does_not(
    tmp_path: Path, role: str, beyond: list[str]
) -> None:
    found = doors(serve(belonging(tmp_path / "data", role)))
    assert [each.option for each in found[2:]] == beyond


def test_who_is_given_a_nodes_file_needs_its_doors_at_once(tmp_path: Path) -> None:
    found = doors(serve(tmp_path, "--node", "hall-b.node", "--gateway", "[::1]:7000"))
    assert found[-1] == Door("--gateway", 7000, "::1")


def test_a_port_that_somebody_has_is_named_with_its_option(taken: int) -> None:
    said = Door("--gateway", taken, "0.0.0.0").trouble
    assert said == f"Le port {taken} est déjà pris. Choisissez-en un autre avec --gateway."


def test_an_address_of_another_machine_is_said(taken: int) -> None:
    said = Door("--gateway", taken, "192.0.2.1").trouble
    assert "192.0.2.1" in said
    assert "déjà pris" not in said


def test_serve_does_not_start_where_the_gateways_port_is_taken(
    tmp_path: Path, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(belonging(tmp_path / "data", "kiosk"))
    words = ["--gateway", f"127.0.0.1:{taken}", "--port", "65000", "--couch-port", "65001"]
    code = main(["serve", "--data", data, "--egress-port", "65002", "--no-window", *words])
    assert (code, capsys.readouterr().err.count("--gateway")) == (3, 1)


def test_each_process_that_loses_its_port_has_words_for_it(tmp_path: Path) -> None:
    said = lost(serve(tmp_path))
    assert all(3 in said[name] for name in ("portal", "couch", "mesh"))
    assert "--egress-port" in said["mesh"][3]


def test_a_running_node_knows_its_ports() -> None:
    there = Running("http://127.0.0.1:5984", 8080, egress=6985, gateway="0.0.0.0:6984")
    assert there.ports == {5984, 6984, 6985, 8080}
