"""What a hostile neighbour, another site or a broken peer sends: no page breaks."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import live
from kiosk.live import Live
from kiosk.paths import before, local
from sync import clock
from sync.documents.key import fresh
from sync.documents.kind import Document
from sync.documents.report import REPORT

SCRIPT = "<script>alert(1)</script>"
NAMES = "page next n who what place at key fault photos residence staircase door staff queue q kind"
ODD = st.sampled_from(
    (
        *("//[", "http://[", "/\t/e.example", "/\\e", "/%6Cive", "/%6Cisten/page", "9" * 5000, "²"),
        *("..", "_all_docs", "a:b", SCRIPT, "\r\nX: y", "/static/pictograms.svg", "\x00", "-1"),
    )
)


def routes(portal: Any) -> list[str]:
    """Every address one can open, the endless stream and the files apart."""
    rules = portal.app().url_map.iter_rules()
    return sorted(
        rule.rule
        for rule in rules
        if "GET" in rule.methods and rule.endpoint not in ("live.stream", "static")
    )


def test_no_address_and_no_query_breaks_a_page(portal: Any) -> None:
    known = routes(portal)
    screens = [portal.visit(), portal.sign_in("Amina"), portal.sign_in("Claire")]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(screens),
        st.sampled_from(known),
        ODD | st.text(max_size=20),
        st.dictionaries(st.sampled_from(NAMES.split()), ODD | st.text(max_size=20), max_size=3),
    )
    def opens(screen: Any, rule: str, word: str, query: dict[str, str]) -> None:
        named = re.sub(r"<int:[^>]*>", "1", rule)
        path = re.sub(r"<[^>]*>", quote(word[:300], safe="").replace("%2F", "-"), named)
        with screen.get(f"{path}?{urlencode(query)}", headers={"X-Live": "1"}) as answer:
            assert answer.status_code < 500 or (path.startswith("/listen") and not answer.data)
            assert SCRIPT.encode() not in answer.data

    opens()


@pytest.mark.parametrize("odd", ["/\t/e.example", "//e.example", "/\\e.example", "//[", "http://["])
def test_the_way_back_never_leads_to_another_site(portal: Any, odd: str) -> None:
    visitor = portal.visit()
    for area in ("/help", "/help/people", "/language/", "/listen"):
        page = visitor.get(f"{area}?page={quote(odd, safe='')}")
        assert page.status_code == 200
        assert "e.example" not in page.text


def test_a_way_back_through_pages_of_help_leads_to_the_page_before_them() -> None:
    assert before("/help/enter?page=/news/%3Fn%3D2", "/help") == "/news/?n=2"
    assert before("/help?page=/help/enter", "/help") == "/"
    assert before("/helpless", "/help") == "/helpless"
    assert local("//e.example") == "/"
    assert local("http://e.example", "") == ""


@pytest.mark.parametrize(
    "page", ["/%6Cive", "/%6Cisten/page", "/static/pictograms.svg", "/healthz"]
)
def test_only_a_page_is_said(portal: Any, page: str) -> None:
    with portal.visit().get(f"/listen/page?page={quote(page, safe='')}") as answer:
        assert answer.status_code == 200


def test_a_question_too_deep_to_read_is_refused(portal: Any) -> None:
    visitor = portal.visit()
    headers = {"Origin": visitor.url, "X-CSRF-Token": visitor.csrf}
    asked = {"base_url": visitor.url, "headers": headers, "content_type": "application/json"}
    assert visitor.client.post("/listen/blocks", data="[" * 100_000, **asked).status_code == 400
    half = visitor.client.post("/listen/blocks", data='[{"text": "\\ud800 Oui"}]', **asked)
    assert half.status_code == 200


@pytest.mark.parametrize("path", ["/live", "/listen/page?page=/", "/"])
def test_another_site_cannot_hold_our_threads(portal: Any, path: str) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert portal.visit().get(path, headers=foreign).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert portal.visit().get("/", headers=link).status_code == 200


def test_pages_left_long_ago_do_not_take_the_streams_of_others() -> None:
    streams = Live(lambda: None)
    left = [streams.stream("", "amina") for _ in range(live.MOST)]
    for lines in left:
        next(lines)
    ended = left[: live.MOST - live.EACH]
    assert [list(lines) for lines in ended] == [[]] * len(ended)
    assert not streams.is_full


def test_an_hour_before_the_calendar_is_no_hour(portal: Any, hidden: Any) -> None:
    claire = portal.sign_in("Claire")
    fields = hidden(claire.get("/desk/publish/works"))
    hours = {"starts": "0001-01-01T00:00", "ends": "2999-01-01T00:00"}
    sent = {**fields, **hours, "title": "Coupure", "touched": "water", "audience": "public"}
    assert claire.post("/desk/publish/works", sent).status_code == 422
    assert (
        claire.post("/desk/publish/notice", {**sent, "until": hours["starts"]}).status_code == 422
    )


def test_an_address_that_is_none_crosses_no_threshold(portal: Any) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert portal.sign_in("Claire").get("/desk/", headers=headers).status_code == 200


def hostile(portal: Any) -> Iterator[tuple[str, Document]]:
    """Documents as a broken or hostile peer would send them, by their database."""
    now = clock.now()
    at, house = clock.stamp(now), portal.cast["Amina"].account
    meta = {"v": 1, "at": at, "from": "n-9.z"}
    said = {"audience": "public", "title": SCRIPT, "channel": "landlord", "lang": "fr"}
    hours = {"starts": clock.stamp(now + timedelta(hours=5)), "ends": clock.stamp(now)}
    yield "estate", {"_id": "works:back", "kind": "works", "what": "water", **meta, **said, **hours}
    odd = {"source": {"name": SCRIPT, "url": {"a": 1}}, "text": SCRIPT, "v": 99, "more": [1]}
    yield "estate", {"_id": "notice:odd", "kind": "notice", **meta, **said, **odd}
    yield "estate", {"_id": "notice:bad", "kind": "notice", **meta, **said, "to": "figuiers"}
    hall = {"kind": "place", "v": 1, "type": "townhall", "name": SCRIPT, "source": "http://["}
    yield "estate", {"_id": "place:hall", **hall, "parent": "marseille", "url": "javascript:x"}
    yield "estate", {"_id": "place:UPPER.case", **hall, "type": "shared", "parent": "figuiers"}
    yield "estate", {"_id": f"place:{'9' * 5000}", **hall, "parent": "marseille"}
    report = {"kind": "report", "category": "light", "place": "figuiers-b", "words": SCRIPT}
    by = {"by": portal.cast["Amina"].person}
    for key in ("ODD", "L" * 300):
        yield "private", {"_id": f"{house}:report:{key}", **report, **meta, **by}
    photo = {"kind": "photo", "owner": f"{house}:report:ODD", "width": 9, "height": 9}
    yield "private-media", {"_id": f"{house}:photo:ODD.abc", **photo, **meta, **by}
    yield "private", {"_id": f"{house}:event:ODD.{fresh()}", "kind": "event", "state": {}, **meta}


LISTS = "/ /news/ /works/ /townhall/ /help/people /emergency/ /report/ /report/where?what=light"


def test_what_a_hostile_peer_sends_breaks_no_page(portal: Any) -> None:
    for db, document in hostile(portal):
        assert portal.database.bulk(db, [document])[0].error is None
    portal.services().estate.forget()
    house = portal.cast["Amina"].account
    own = "/reports/ /reports/ODD /report/sent/ODD"
    desk = f"/desk/ /desk/?queue=all&q=B+31 /desk/{house}/ODD /desk/published /desk/_all_docs/x"
    more = "/works/back /news/odd /news/bad /townhall/hall /townhall/UPPER.case"
    for who, paths in (("Amina", own), ("Claire", desk), (None, more)):
        screen = portal.sign_in(who, "ar") if who else portal.visit("fr")
        for path in f"{LISTS} {paths}".split():
            page = screen.get(path)
            assert page.status_code in (200, 404), path
            assert SCRIPT not in page.text, path
            assert 'href="javascript' not in page.text, path


def test_an_id_too_long_to_be_named_is_no_report(portal: Any) -> None:
    document = dict(hostile(portal))["private"]
    assert not REPORT.is_valid({**document, "_id": f"h1:report:{'L' * 80}"})


def test_telephones_and_addresses_keep_their_order_in_arabic(portal: Any) -> None:
    page = portal.visit("ar").get("/townhall/").text
    assert re.search(r'<small><bdi dir="ltr">0\d( \d\d){4}</bdi></small>', page)
    assert re.search(r'<small><bdi lang="fr">\d+ [^<]*</bdi></small>', page)
