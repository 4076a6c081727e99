"""What a machine reads again by itself: kept, read, said, and nobody else's affair."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import app
from kiosk import doctor
from sync import internet
from sync.clock import stamp
from sync.database import Database
from sync.imports import feed
from sync.imports.followed import NAME, Followed, follow, followed, forget, read_again, readings
from sync.mesh import reading
from sync.mesh.reading import Reading
from sync.mesh.settings import Settings

NEWS = """\
<rss version="2.0"><channel><title>Mairie</title><link>https://mairie.invalid/</link>
<item><guid>n-1</guid><title>{title}</title><description>Samedi, au parc.</description>
<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""


class Town:
    """A town hall's server: what it has to say may change."""

    def __init__(self) -> None:
        self.url = ""
        self.title = "La fête du parc"


@pytest.fixture
def town() -> Iterator[Town]:
    said = Town()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/feed":
                return self.send_error(404)
            body = NEWS.format(title=said.title).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    said.url = f"http://127.0.0.1:{server.server_port}"
    yield said
    server.shutdown()
    thread.join()
    server.server_close()


def titles(database: Database) -> list[str]:
    return [document["title"] for document in database.range("estate", "notice:", "notice;")]


def test_an_address_is_followed_once_until_it_is_forgotten(tmp_path: Path) -> None:
    assert followed(tmp_path) == ()
    mairie, ville = (Followed("feed", f"https://{name}.fr/rss") for name in ("mairie", "ville"))
    for source in (mairie, ville, mairie._replace(origin="mairie", to="figuiers-b")):
        follow(tmp_path, source)
    assert followed(tmp_path) == (ville, Followed("feed", mairie.address, "mairie", "figuiers-b"))
    assert forget(tmp_path, ville.address)
    assert not forget(tmp_path, ville.address)
    assert [source.address for source in followed(tmp_path)] == [mairie.address]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"sources": 3}',
        '{"sources": [3, {}, {"kind": "feed", "address": "/etc/passwd"}]}',
        '{"sources": [{"kind": "residents", "address": "https://mairie.fr/rss"}]}',
    ],
)
def test_what_makes_no_sense_is_not_followed(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    assert followed(tmp_path) == ()


def test_what_is_read_again_is_written_once_and_follows_its_source(
    estate: Database, town: Town, tmp_path: Path, now: datetime
) -> None:
    follow(tmp_path, Followed("feed", f"{town.url}/feed", "mairie", "figuiers"))
    read_again(estate, tmp_path, now)
    assert titles(estate) == ["La fête du parc"]
    (notice,) = estate.range("estate", "notice:", "notice;")
    assert (notice["channel"], notice["to"]) == ("sector", ["figuiers"])
    written = estate.update_seq("estate")
    read_again(estate, tmp_path, now + timedelta(hours=1))
    assert estate.update_seq("estate") == written
    town.title = "La fête est à dimanche"
    read_again(estate, tmp_path, now + timedelta(hours=2))
    assert titles(estate) == ["La fête est à dimanche"]
    told = readings(tmp_path)[f"{town.url}/feed"]
    assert (told.at, told.well) == (stamp(now + timedelta(hours=2)), True)


def test_an_address_that_fails_is_said_and_stops_no_other(
    estate: Database,
    town: Town,
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    load = feed.load

    def fragile(database: Database, source: str, **said: Any) -> Any:
        if source.endswith("/breaks"):
            raise RuntimeError("a parser")
        return load(database, source, **said)

    monkeypatch.setattr(feed, "load", fragile)
    for path in ("/breaks", "/gone", "/feed"):
        follow(tmp_path, Followed("feed", town.url + path))
    read_again(estate, tmp_path, now)
    assert titles(estate) == ["La fête du parc"]
    assert app.main(["sources", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "25/11/2026 à 10:30\xa0: Cette adresse répond 404." in said
    assert "1 actualité" in said
    found = [str(finding) for finding in doctor._sources(tmp_path)]
    assert [line.rpartition("/")[2] for line in found] == [
        "breaks\xa0: Ce qui en vient ne peut pas être lu.",
        "gone\xa0: Cette adresse répond 404.",
    ]
    for path in ("/breaks", "/gone"):
        assert app.main(["sources", "--forget", town.url + path, "--data", str(tmp_path)]) == 0
    assert [str(finding) for finding in doctor._sources(tmp_path)] == [
        "✔ Nouvelles du dehors\xa0: 1 adresse est relue toutes les heures."
    ]
    assert app.main(["sources", "--forget", "https://a.fr", "--data", str(tmp_path)]) == 2


class Clock:
    """Estate time, beyond doubt or not."""

    def __init__(self, at: datetime, certain: bool) -> None:
        self.at, self.certain = at, certain

    def now(self) -> datetime:
        return self.at

    def sure(self) -> datetime | None:
        return self.at if self.certain else None


@pytest.fixture
def mesh(couch: Any, tmp_path: Path, now: datetime) -> Callable[[bool], Reading]:
    """A function mesh(certain): what the mesh does with feeds, by a clock like that."""
    settings = Settings(
        tmp_path, couch.url, couch.name, couch.password, "n-1.a", "Hall A", None,
        ("127.0.0.1", 0), 0, (), "2026.11",
    )  # fmt: skip
    return lambda certain: Reading(settings, Clock(now, certain))  # type: ignore[arg-type]


def test_the_mesh_reads_by_itself_and_again(
    estate: Database,
    town: Town,
    tmp_path: Path,
    mesh: Callable[[bool], Reading],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "FIRST", 0.0)
    monkeypatch.setattr(reading, "EVERY", 0.1)

    async def follow_along() -> None:
        work = asyncio.create_task(mesh(True).run())
        await asyncio.sleep(0.3)
        assert titles(estate) == []
        follow(tmp_path, Followed("feed", f"{town.url}/feed"))
        async with asyncio.timeout(20):
            while titles(estate) != ["La fête du parc"]:
                await asyncio.sleep(0.05)
            town.title = "La fête est à dimanche"
            while titles(estate) != [town.title]:
                await asyncio.sleep(0.05)
        work.cancel()

    asyncio.run(follow_along())


def test_without_a_sure_time_nothing_is_read(
    estate: Database, town: Town, tmp_path: Path, mesh: Callable[[bool], Reading]
) -> None:
    follow(tmp_path, Followed("feed", f"{town.url}/feed"))
    mesh(False).read()
    assert titles(estate) == []
    mesh(True).read()
    assert titles(estate) == ["La fête du parc"]


def test_where_there_is_no_way_out_it_is_tried_again_sooner(
    tmp_path: Path, mesh: Callable[[bool], Reading], now: datetime
) -> None:
    reader = mesh(True)
    for host in ("mairie.fr", "ville.fr"):
        internet.note(tmp_path / internet.NAME, host, now, answered=False)
    assert reader.pause() > 3000  # nothing is followed: nobody would find out
    follow(tmp_path, Followed("feed", "https://mairie.fr/rss"))
    assert reader.pause() < 400
    internet.note(tmp_path / internet.NAME, "mairie.fr", now, answered=True)
    assert reader.pause() > 3000


@pytest.mark.parametrize(
    "arguments",
    [
        ["residents", "https://a.fr/r.csv", "--hourly"],
        ["feed", "news.xml", "--hourly"],
        ["feed", "https://a.fr/rss", "--hourly", "--shift-from", "2026-11-23"],
    ],
)
def test_only_feeds_and_calendars_of_others_are_followed_on_their_own_days(
    tmp_path: Path, arguments: list[str]
) -> None:
    assert app.main(["import", *arguments, "--data", str(tmp_path / "data")]) == 2
    assert not (tmp_path / "data").exists()


def test_what_is_imported_hourly_is_followed_once_it_was_read(
    node: Any, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["import", "feed", f"{town.url}/feed", "--hourly", "--origin", "mairie"]
    said = node.run(*words)
    assert "1 actualité" in said
    assert "toutes les heures" in said
    assert followed(node.data) == (Followed("feed", f"{town.url}/feed", "mairie"),)
    assert app.main(["import", "feed", f"{town.url}/gone", "--hourly", "--data", str(node.data)])
    assert len(followed(node.data)) == 1
    assert json.loads((node.data / NAME).read_text())["sources"][0]["kind"] == "feed"
