"""The emergency numbers stand on the screen, whatever is broken."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.pages.emergency import model
from kiosk.pages.emergency.numbers import NUMBERS
from kiosk.pages.listen.shown import blocks
from kiosk.portal import create_app
from sync.documents.account import STAFF

CANNOT = "Cet écran ne peut pas téléphoner."
ALL = ["15", "17", "18", "112", "114", "115", "119", "39 19"]


def shown(page: str) -> list[str]:
    """The large numbers of a page, in order."""
    return re.findall(r'<span class="big number" dir="ltr">([^<]*)</span>', page)


def test_every_number_is_shown_with_its_picture_and_when_to_call(portal: Any) -> None:
    page = portal.visit().get("/emergency/").text
    assert shown(page) == ALL
    for number in NUMBERS:
        assert f"#{number.picto}" in page
        assert str(number.when) in page


def test_only_a_home_computer_offers_to_call(portal: Any) -> None:
    assert 'href="tel:3919"' in portal.visit().get("/emergency/").text
    kiosk = portal.visit(mode="kiosk").get("/emergency/").text
    assert "tel:" not in kiosk
    assert "Prenez un téléphone" in kiosk


def test_the_numbers_stand_without_a_database(portal: Any) -> None:
    config = replace(portal.config, couch_url="http://127.0.0.1:9")
    client = create_app(config).test_client()
    answer = client.get("/emergency/", base_url=f"http://127.0.0.1:{config.port}")
    assert answer.status_code == 200
    assert shown(answer.text) == ALL


def test_the_caretaker_s_number_stands_where_he_works(portal: Any) -> None:
    gérard = portal.cast["Gérard"].account
    known = portal.database.get("accounts", STAFF.id(gérard))
    portal.database.put("accounts", {**known, "phone": "06 39 98 10 11"})
    here = portal.visit(staircase="figuiers-b").get("/emergency/").text
    assert "Gérard Rossi" in here
    assert 'href="tel:0639981011"' in here
    assert "Gérard" not in portal.visit(staircase="gabians-c").get("/emergency/").text


def test_an_office_without_a_telephone_is_left_out() -> None:
    office = {"type": "office", "name": "HMP"}
    assert model.offices({"hmp": office}) == []
    assert model.offices({"hmp": {**office, "phone": "04 91 00 00 00"}}) == [
        model.Line("04 91 00 00 00", "HMP", "")
    ]


def test_a_shared_screen_says_that_it_cannot_telephone(portal: Any) -> None:
    for mode in ("kiosk", "tv"):
        assert CANNOT in portal.visit(mode=mode, staircase="figuiers-b").get("/emergency/").text
    assert CANNOT not in portal.visit().get("/emergency/").text


def test_while_the_line_is_cut_it_says_which_telephone_may_still_work(
    portal: Any, tmp_path: Path
) -> None:
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/route").write_text("Iface\n")  # no way out
    for mode in ("home", "kiosk", "tv"):
        config = replace(portal.config, mode=mode, data=tmp_path, system=tmp_path)
        client = create_app(config).test_client()
        page = client.get("/emergency/", base_url=f"http://127.0.0.1:{config.port}").text
        assert "prenez un téléphone portable." in page, mode
        heard = " ".join(block.text for block in blocks(page, "fr"))
        assert "La ligne est coupée" in heard, mode
    assert "téléphone portable" not in portal.visit().get("/emergency/").text


def test_every_number_is_heard_with_when_to_call_it(portal: Any) -> None:
    page = portal.visit(mode="kiosk").get("/emergency/").text
    heard = [block.text for block in blocks(page, "fr")]
    for number in NUMBERS:
        assert number.shown in heard
        assert str(number.when) in heard
