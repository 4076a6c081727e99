"""News and works from RSS and Atom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sync.clock import instant, local
from sync.database import Database
from sync.documents import sound
from sync.imports import feed
from sync.imports.errors import ImportRefused

Write = Callable[[str, str | bytes], str]
SEALED = {"from", "fetched"}


def rss(*items: str, head: str = "<link>https://hmp.example/</link>") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/">'
        f"<channel><title>HMP</title>{head}{''.join(items)}</channel></rss>"
    )


def item(
    title: str = "Bonjour",
    text: str = "Un texte.",
    guid: str = "g1",
    categories: tuple[str, ...] = (),
    more: str = "",
    date: str = "Thu, 19 Nov 2026 09:00:00 +0100",
) -> str:
    tags = "".join(f"<category>{category}</category>" for category in categories)
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    known = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    said = f"<title>{title}</title><description>{text}</description>"
    return f"<item>{said}{known}{dated}{tags}{more}</item>"


def when(start: str, end: str = "") -> str:
    ends = f"<ev:enddate>{end}</ev:enddate>" if end else ""
    return f"<ev:startdate>{start}</ev:startdate>{ends}"


def announced(database: Database) -> list[dict[str, object]]:
    return database.range("estate", "notice:", "notice;") + database.range(
        "estate", "works:", "works;"
    )


def test_the_demonstration_feeds_are_read_whole(
    estate: Database, demo: Path, now: datetime
) -> None:
    for path in sorted(demo.glob("*.xml")):
        outcome = feed.load(estate, str(path), now=now, shift_from=date(2026, 11, 23))
        assert outcome.created > 0
        assert {left.why for left in outcome.left} <= {"date passée"}
    assert {doc["kind"] for doc in announced(estate)} == {"notice", "works"}
    assert {doc["channel"] for doc in announced(estate)} == {"landlord", "sector", "commune"}
    assert len(list(sound(announced(estate)))) == len(announced(estate))


def test_works_say_what_where_and_when(estate: Database, write: Write, now: datetime) -> None:
    entry = item(
        categories=("travaux", "Résidence:figuiers", "escalier:FIGUIERS-B", "quoi:électricité"),
        more=when("2026-12-02T09:00:00+01:00", "2026-12-02T11:00:00+01:00"),
    )
    feed.load(estate, write("a.xml", rss(entry)), now=now, origin="bailleur")
    [works] = announced(estate)
    assert (works["kind"], works["what"]) == ("works", "electricity")
    assert works["to"] == ["figuiers-b"]
    assert (works["starts"], works["ends"]) == (
        "2026-12-02T08:00:00.000Z",
        "2026-12-02T10:00:00.000Z",
    )
    assert (works["at"], works["channel"]) == ("2026-11-19T08:00:00.000Z", "landlord")
    assert works["source"] == {"name": "HMP"}
    assert not SEALED & set(works)


def test_a_second_import_and_another_file_name_make_the_same_documents(
    estate: Database, write: Write, now: datetime
) -> None:
    content = rss(item(), item(guid="g2"))
    feed.load(estate, write("a.xml", content), now=now)
    before = announced(estate)
    outcome = feed.load(estate, write("b.xml", content), now=now + timedelta(days=3))
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 2)
    assert announced(estate) == before


def test_an_edited_entry_becomes_a_new_revision(
    estate: Database, write: Write, now: datetime
) -> None:
    feed.load(estate, write("a.xml", rss(item())), now=now)
    outcome = feed.load(estate, write("a.xml", rss(item(text="Un autre texte."))), now=now)
    assert (outcome.created, outcome.changed) == (0, 1)
    [notice] = announced(estate)
    assert notice["text"] == "Un autre texte."
    assert str(notice["_rev"]).startswith("2-")
    assert len(estate.leaves("estate", str(notice["_id"]))) == 1


def test_what_an_agent_edited_since_stays(estate: Database, write: Write, now: datetime) -> None:
    feed.load(estate, write("a.xml", rss(item())), now=now)
    [notice] = announced(estate)
    estate.put("estate", {**notice, "text": "Corrigé.", "edited": "2026-11-24T08:00:00Z"})
    outcome = feed.load(estate, write("a.xml", rss(item(text="Un autre."))), now=now)
    assert outcome.changed == 0
    assert announced(estate)[0]["text"] == "Corrigé."


def test_an_entry_that_becomes_works_stands_once(
    estate: Database, write: Write, now: datetime
) -> None:
    feed.load(estate, write("a.xml", rss(item(categories=("travaux",)))), now=now)
    assert [doc["kind"] for doc in announced(estate)] == ["notice"]
    dated = item(categories=("travaux",), more=when("2026-12-02"))
    feed.load(estate, write("a.xml", rss(dated)), now=now)
    [works] = announced(estate)
    assert (works["kind"], works["all_day"]) == ("works", True)
    assert works["ends"] == "2026-12-02T23:00:00.000Z"


def test_scripts_go_and_entities_are_decoded_once(
    estate: Database, write: Write, now: datetime
) -> None:
    bad = (
        "&lt;p&gt;Un &amp;eacute;t&amp;eacute; &amp;amp; deux&lt;/p&gt;"
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p{}&lt;/style&gt;"
        "&lt;img src=x onerror=alert(2)&gt;&lt;ul&gt;&lt;li&gt;a&lt;/li&gt;&lt;li&gt;b&lt;/li&gt;"
        "&lt;/ul&gt;&lt;p&gt;&amp;amp;lt;b&amp;amp;gt; \u202edroite&lt;/p&gt;"
    )
    title = "&lt;b&gt;Gras&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;"
    feed.load(estate, write("a.xml", rss(item(title=title, text=bad))), now=now)
    [notice] = announced(estate)
    assert notice["title"] == "Gras"
    assert notice["text"] == "Un été & deux\n\n– a\n– b\n\n&lt;b&gt; droite"


def test_html_names_of_characters_are_read(estate: Database, write: Write, now: datetime) -> None:
    feed.load(
        estate, write("a.xml", rss(item(text="L&rsquo;eau&nbsp;: d&eacute;j&agrave;"))), now=now
    )
    assert announced(estate)[0]["text"] == "L’eau\u00a0: déjà"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html><html><body><p>Bonjour</p></body></html>", "une page web, pas un fil"),
        ("", "Ce n’est pas un fil"),
        ("reference,door\n1,2\n", "Ce n’est pas un fil"),
        (rss(item(), item(guid="g2"))[:-60], "s’arrête au milieu"),
        (rss(item(text="<p>ouvert")), "s’arrête au milieu"),
        ('<!DOCTYPE r [<!ENTITY a "b">]>' + rss(item()), "définitions interdites"),
        (rss(*(item(guid=f"g{n}") for n in range(501))), "plus de 500"),
        (rss(item()) + " " * 5_000_001, "5\u00a0Mo au plus"),
        (rss(item(), head="<category>secteur:lune</category>"), "lieu inconnu"),
    ],
)
def test_what_is_not_a_whole_feed_is_refused_and_nothing_written(
    estate: Database, write: Write, now: datetime, content: str, words: str
) -> None:
    with pytest.raises(ImportRefused, match=words):
        feed.load(estate, write("a.xml", content), now=now)
    assert announced(estate) == []


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (item(date=""), "sans date"),
        (item(date="demain"), "sans date"),
        (item(title=""), "sans titre"),
        (item(categories=("escalier:nord-z",)), "lieu inconnu «\u00a0nord-z\u00a0»"),
        (item(categories=("escalier:figuiers",)), "lieu inconnu «\u00a0figuiers\u00a0»"),
        (item(categories=("travaux", "quoi:lune")), "mot inconnu «\u00a0lune\u00a0»"),
        (item(more=when("2026-12-02T09:00:00", "2026-12-01T09:00:00")), "finit avant de commencer"),
        (item(more=when("mardi")), "date illisible"),
        (item(date="Thu, 19 Mar 2026 09:00:00 +0100"), "date passée"),
    ],
)
def test_one_bad_entry_is_set_aside_and_the_others_stay(
    estate: Database, write: Write, now: datetime, entry: str, why: str
) -> None:
    outcome = feed.load(estate, write("a.xml", rss(entry, item(guid="good"))), now=now)
    assert [left.why for left in outcome.left] == [why]
    assert str(outcome).endswith(f"1 laissée\u00a0: {why} (1).")
    assert len(announced(estate)) == 1


def test_without_guid_the_link_then_title_and_date_tell_entries_apart(
    estate: Database, write: Write, now: datetime
) -> None:
    link = "<link>https://hmp.example/a</link>"
    content = rss(item(guid="", more=link), item(guid="", title="Un"), item(guid="", title="Deux"))
    feed.load(estate, write("a.xml", content), now=now)
    assert len(announced(estate)) == 3
    assert feed.load(estate, write("a.xml", content), now=now).unchanged == 3


def test_an_entry_said_twice_is_written_once(estate: Database, write: Write, now: datetime) -> None:
    outcome = feed.load(estate, write("a.xml", rss(item(), item())), now=now)
    assert (outcome.created, len(outcome.left)) == (1, 1)


def test_what_the_entry_says_itself_counts_over_its_feed(
    estate: Database, write: Write, now: datetime
) -> None:
    head = "<category>secteur:mairie-1-7</category><category>residents</category>"
    head += "<category>origine:mairie</category>"
    own = item(categories=("résidence:figuiers", "public"))
    feed.load(estate, write("a.xml", rss(own, item(guid="g2"), head=head)), now=now, origin="ville")
    found = {str(doc["to"]): (doc["audience"], doc["channel"]) for doc in announced(estate)}
    assert found == {
        "['figuiers']": ("public", "sector"),
        "['mairie-1-7']": ("residents", "sector"),
    }


def test_dates_move_by_whole_weeks_and_keep_their_hour(
    estate: Database, write: Write, now: datetime
) -> None:
    summer = item(
        date="Thu, 16 Jul 2026 09:00:00 +0200",
        categories=("travaux",),
        more=when("2026-07-17T09:00:00+02:00", "2026-07-17T11:00:00+02:00"),
    )
    feed.load(estate, write("a.xml", rss(summer)), now=now, shift_from=date(2026, 7, 13))
    [works] = announced(estate)
    assert local(str(works["starts"])).isoformat() == "2026-11-27T09:00:00+01:00"
    assert local(str(works["at"])).isoformat() == "2026-11-26T09:00:00+01:00"


def test_latin_1_declared_as_such_is_read(estate: Database, write: Write, now: datetime) -> None:
    content = rss(item(title="Été")).replace("UTF-8", "ISO-8859-1").encode("latin-1")
    feed.load(estate, write("a.xml", content), now=now)
    assert announced(estate)[0]["title"] == "Été"


def test_what_is_too_long_is_cut(estate: Database, write: Write, now: datetime) -> None:
    feed.load(estate, write("a.xml", rss(item(title="mot " * 90, text="mot " * 3000))), now=now)
    [notice] = announced(estate)
    assert len(str(notice["title"])) <= 200
    assert str(notice["text"]).endswith(" mot…")
    assert instant(str(notice["at"])).tzinfo == UTC


def test_a_place_named_for_a_whole_feed_must_exist(estate: Database, tmp_path: Path) -> None:
    source = tmp_path / "bus.xml"
    source.write_text(
        "<rss version='2.0'><channel><title>Bus</title><link>https://bus.example</link>"
        "<item><guid>1</guid><title>Dévié</title>"
        "<pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate></item></channel></rss>"
    )
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with pytest.raises(ImportRefused, match="nulle-part"):
        feed.load(estate, str(source), now=now, to="nulle-part")
    assert feed.load(estate, str(source), now=now, to="figuiers").created == 1
    (found,) = estate.range("estate", "notice:", "notice;")
    assert found["to"] == ["figuiers"]
