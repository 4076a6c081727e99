"""Text without markup, places by their words, dates moved by weeks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import ESTATE
from sync.documents.kind import Document
from sync.imports.errors import SetAside
from sync.imports.plain import UNSEEN, cut, from_markup, line, tidy
from sync.imports.shift import Shift, monday, shift_to
from sync.imports.targets import Words, narrowest, read_words

ATLAS: dict[str, Document] = {
    "mairie": {"type": "townhall"},
    "figuiers": {"type": "residence", "parent": "mairie"},
    "figuiers-b": {"type": "staircase", "parent": "figuiers"},
    "figuiers-c": {"type": "staircase", "parent": "figuiers"},
}
INSTANTS = st.datetimes(
    datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.sampled_from([UTC, ESTATE])
)


@given(st.text(max_size=400))
def test_what_comes_out_of_markup_holds_nothing_to_run_and_nothing_unseen(text: str) -> None:
    said = from_markup(f"<p>{text}</p><script>evil()</script>", 200)
    assert "evil" not in said or "evil" in text
    assert not UNSEEN.search(said)
    assert len(said) <= 200


@given(st.text(max_size=300), st.integers(5, 100))
def test_tidying_twice_is_tidying_once(text: str, most: int) -> None:
    once = tidy(text, most)
    assert tidy(once, most) == once
    assert once == once.strip()
    assert "\n" not in line(text, most)
    once.encode()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("un<br>deux<br/>trois", "un\ndeux\ntrois"),
        ("<div>un</div><div>deux</div>", "un\n\ndeux"),
        ("<ul><li>a</li><li>b</li></ul>fin", "– a\n– b\n\nfin"),
        ("<a href='javascript:x()'>lien</a> <b>gras</b>", "lien gras"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
        ("<p>ouvert <b>jamais fermé", "ouvert jamais fermé"),
        ("<!-- caché --><iframe src=x>dedans</iframe>vu", "dedansvu"),
        ("مرحبا\u200f <b>بكم</b>", "مرحبا\u200f بكم"),
    ],
)
def test_markup_becomes_paragraphs_and_lines(markup: str, text: str) -> None:
    assert from_markup(markup, 100) == text


def test_a_long_text_is_cut_at_a_word() -> None:
    assert cut("Un deux trois", 10) == "Un deux…"
    assert cut("Un deux", 10) == "Un deux"


def test_accents_and_case_of_categories_do_not_matter() -> None:
    words = read_words(["TRAVAUX", "Résidence: figuiers", "quoi:Électricité", "fête"], ATLAS)
    assert words == Words(works=True, what="electricity", to=("figuiers",))


@given(st.lists(st.sampled_from(sorted(ATLAS)), max_size=6))
def test_only_the_narrowest_places_are_kept_in_whatever_order(slugs: list[str]) -> None:
    kept = narrowest(slugs, ATLAS)
    assert set(kept) <= set(slugs)
    assert narrowest(slugs[::-1], ATLAS) == kept == narrowest(list(kept), ATLAS)
    assert not ("figuiers" in kept and {"figuiers-b", "figuiers-c"} & set(kept))


@pytest.mark.parametrize("word", ["escalier:figuiers", "résidence:", "quoi:lune", "origine:roi"])
def test_a_known_word_with_an_unknown_value_sets_the_entry_aside(word: str) -> None:
    with pytest.raises(SetAside):
        read_words([word], ATLAS)


def test_who_says_both_public_and_residents_means_residents() -> None:
    assert read_words(["residents", "public"], ATLAS).audience == "residents"


@given(INSTANTS, st.integers(-200, 200))
def test_a_moved_instant_keeps_its_day_of_the_week_and_its_hour(at: datetime, weeks: int) -> None:
    before, after = (
        moved.astimezone(ESTATE).replace(tzinfo=None, fold=0) for moved in (at, Shift(weeks).at(at))
    )
    assert after == before + timedelta(weeks=weeks)


@given(INSTANTS, st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_week_of_the_reference_becomes_this_week(now: datetime, reference: date) -> None:
    shift = shift_to(now, reference)
    assert monday(shift.day(reference)) == monday(now.astimezone(ESTATE).date())


def test_without_reference_nothing_moves() -> None:
    at = datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert shift_to(at, None).at(at) is at
