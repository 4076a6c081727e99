"""When each word of a sentence sounds, and where it stands in the text shown."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voice import wav
from voice.drivers import Espeak
from voice.pronounce import trace
from voice.spoken import Sound, Word

TEXTS = {
    "fr": "l’ascenseur du 3e est en panne M. Dupont vient à 9 h 30 04 91 12 34 56 12,50 € n° B 47",
    "ar": "المصعد معطل منذ 22/11/2026 في الطابق 3 اتصلوا على 04 91 12 34 56 الساعة 9:30 HMP",
    "en": "the lift won’t work until 9:30 pm call 04 91 12 34 56 or Mr Martin, 3rd floor £5.20",
}
NUMBERS = [
    ("Appelez le 04 91 12 34 56 demain.", "fr", "04 91 12 34 56"),
    ("Il y a 6\u00a0000 logements.", "fr", "6\u00a0000"),
    ("Rendez-vous à 19\u00a0h\u00a030 ici.", "fr", "19\u00a0h\u00a030"),
    ("C’est 1\u00a0234,50\u00a0€ par an.", "fr", "1\u00a0234,50\u00a0€"),
    ("اتصلوا على 04 91 12 34 56 غدا.", "ar", "04 91 12 34 56"),
    ("Call 04 91 12 34 56 now.", "en", "04 91 12 34 56"),
]


@pytest.fixture(scope="module")
def engine() -> Espeak:
    return Espeak()


def say(engine: Espeak, text: str, lang: str, rate: float = 1.0) -> Sound:
    said = trace(text, lang)
    sound, begins = engine.render(said.text, lang, rate)
    return Sound(sound, said.words(text, begins))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_words_sound_in_their_order_within_the_sound_and_cover_the_text(
    engine: Espeak, data: st.DataObject
) -> None:
    lang = data.draw(st.sampled_from(sorted(TEXTS)))
    rate = data.draw(st.sampled_from([0.7, 1.0, 1.5]))
    parts = data.draw(st.lists(st.sampled_from([*TEXTS[lang].split(), "«", "🙂", "e\u0301", "…"])))
    text = " ".join([*parts, TEXTS[lang].split()[0]])
    sound = say(engine, text, lang, rate)
    times = [word.at for word in sound.words]
    assert times == sorted(times)
    assert times[-1] < 1000 * wav.seconds(sound.wav)
    for before, after in itertools.pairwise(sound.words):
        assert before.start < before.end <= after.start
    shown = "".join(text[word.start : word.end] for word in sound.words)
    assert shown.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(("text", "lang", "whole"), NUMBERS)
def test_a_number_said_as_several_words_is_one(
    engine: Espeak, text: str, lang: str, whole: str
) -> None:
    words = [text[word.start : word.end] for word in say(engine, text, lang).words]
    assert whole in [word.rstrip(".") for word in words]
    assert len(words) == len(text.replace(whole, "x").split())


def test_an_elided_pair_is_one_word(engine: Espeak) -> None:
    text = "L’ascenseur de l’escalier B est en panne."
    words = [text[word.start : word.end] for word in say(engine, text, "fr").words]
    assert words == ["L’ascenseur", "de", "l’escalier", "B", "est", "en", "panne."]


def test_a_slower_voice_says_each_word_later(engine: Espeak) -> None:
    text = "Le réparateur vient demain matin."
    slow, fast = (say(engine, text, "fr", rate).words for rate in (0.7, 1.5))
    assert [word[1:] for word in slow] == [word[1:] for word in fast]
    assert all(late.at > early.at for late, early in zip(slow[1:], fast[1:], strict=True))


@given(st.text(max_size=120), st.sampled_from(["fr", "ar", "en"]))
def test_each_character_said_comes_from_the_text_and_none_goes_back(text: str, lang: str) -> None:
    said = trace(text, lang)
    assert len(said.origins) == len(said.text)
    assert list(said.origins) == sorted(said.origins)
    assert all(0 <= origin < len(text) for origin in said.origins)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 99), st.integers(-5, 99))))
def test_events_without_sense_give_words_with_sense(
    text: str, begins: list[tuple[int, int]]
) -> None:
    words = trace(text, "fr").words(text, begins)
    for before, after in itertools.pairwise(words):
        assert before.at <= after.at
        assert before.end <= after.start
    assert all(isinstance(word, Word) and word.start < word.end <= len(text) for word in words)
