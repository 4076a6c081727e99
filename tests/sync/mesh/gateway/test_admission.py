"""Who comes in at all, and who is put out while a feed is open."""

import ssl
from contextlib import closing
from datetime import timedelta
from http.client import HTTPException, HTTPSConnection
from typing import Any

import pytest

from sync.mesh.identity import authority as estates
from sync.mesh.identity.identity import Identity


def test_who_shows_no_certificate_gets_nothing(gate: Any) -> None:
    assert gate.ask(None, "GET", "/private/_changes")[0] == 403


def test_another_estate_gets_no_word_in(gate: Any, tmp_path: Any) -> None:
    other = type(gate.estate)(tmp_path / "other", estates.found("e-x", "Les Figuiers", gate.now))
    with pytest.raises((ssl.SSLError, OSError)):
        gate.ask(other.hall("Hall B"), "GET", "/private")
    impostor = other.hall("Hall B").client_context()
    impostor.verify_mode = ssl.CERT_NONE
    connection = gate.connect(None)
    connection._context = impostor
    with pytest.raises((ssl.SSLError, OSError)), closing(connection):
        _spoken(connection)


def _spoken(connection: HTTPSConnection) -> None:
    connection.request("GET", "/private")
    connection.getresponse()


def test_dates_are_judged_by_estate_time(gate: Any) -> None:
    old = gate.estate.hall("Hall C", at=gate.now - timedelta(days=4000))
    early = gate.estate.hall("Hall D", at=gate.now + timedelta(days=30))
    assert gate.ask(old, "GET", "/private")[1]["reason"].startswith("expired")
    assert gate.ask(early, "GET", "/private")[1]["reason"].startswith("early")
    gate.now += timedelta(days=31)
    assert gate.ask(early, "GET", "/private")[0] == 200


def test_revoking_a_kiosk_revokes_the_homes_it_made(gate: Any, amina: Identity) -> None:
    assert gate.ask(amina, "GET", "/private")[0] == 200
    gate.revoke(amina.node.serials[1])
    assert gate.ask(amina, "GET", "/private")[1]["reason"].startswith("revoked")


def test_an_open_feed_ends_with_a_revocation(gate: Any, hall: Identity) -> None:
    connection = gate.connect(hall)
    connection.request("GET", "/private/_changes?feed=continuous&heartbeat=60000&since=now")
    answer = connection.getresponse()
    gate.revoke(hall.node.serials[0])
    with pytest.raises((OSError, HTTPException)):
        answer.read()  # torn, not ended
    connection.close()
    assert gate.ask(hall, "GET", "/private")[0] == 403


def test_a_home_that_says_it_is_a_hall_stays_a_home(gate: Any, amina: Identity) -> None:
    assert amina.node.role == "home"
    assert gate.ask(amina, "GET", "/accounts")[0] == 404
