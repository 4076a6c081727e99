"""Pages aloud."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from i18n.languages import LANGUAGES
from kiosk.pages.listen import shown
from kiosk.pages.listen.routes import MOST_BYTES
from kiosk.pages.listen.sayings import MOST, Saying, Sayings
from kiosk.prompts import PROMPTS, spoken
from sync import clock
from voice import wav
from voice.errors import Silent
from voice.spoken import Sound, Word


class Speaker:
    """What stands in for the worker's client where none runs: it says how it was asked."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, float, bool]] = []

    def say(self, text: str, lang: str, rate: float = 1.0, private: bool = False) -> Sound:
        if "muet" in text:
            raise Silent("no")
        self.said.append((text, lang, rate, private))
        words = (Word(0, 0, 1), Word(7 * len(self.said), 1, len(text)))
        return Sound(wav.join([wav.header(4) + b"\x01\x00\x02\x00"]), words)

    def speak(self, text: str, lang: str, rate: float = 1.0, private: bool = False) -> bytes:
        return self.say(text, lang, rate, private).wav

    def prompt(self, name: str, lang: str) -> bytes | None:
        if not re.fullmatch("[a-z]+", name):
            raise ValueError(name)
        return f"{name}.{lang}".encode() if name in PROMPTS else None

    def languages(self) -> frozenset[str]:
        return frozenset({"fr", "ar"})


@pytest.fixture
def speaker(portal: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speaker]:
    services, voice = portal.services(), Speaker()
    real = services.voice
    object.__setattr__(services, "voice", voice)
    yield voice
    object.__setattr__(services, "voice", real)


def ask(screen: Any, blocks: Any) -> Any:
    headers = {"Origin": screen.url, "X-CSRF-Token": screen.csrf}
    path = "/listen/blocks"
    return screen.client.post(path, base_url=screen.url, json=blocks, headers=headers)


def test_a_page_is_said_sentence_by_sentence(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit()
    text = "🙂 L’eau est coupée. Elle revient à midi."
    sentences = ask(screen, [{"text": text, "lang": "fr"}, {"text": "مرحبا", "lang": "ar"}]).json
    heard = [text[s["start"] : s["end"]] for s in sentences if s["block"] == 0]
    assert heard == ["🙂 L’eau est coupée.", "Elle revient à midi."]
    sounds = [screen.get(sentence["url"]) for sentence in sentences]
    assert {sound.mimetype for sound in sounds} == {"audio/wav"}
    assert speaker.said[-1] == ("مرحبا", "ar", 1.0, False)


def test_the_rate_is_the_visitors_and_a_residents_words_are_private(
    portal: Any, speaker: Speaker
) -> None:
    screen = portal.sign_in("Lucien")
    screen.get("/?rate=slow")
    (sentence,) = ask(
        screen, [{"text": "Votre demande pour la chambre est reçue", "lang": "fr"}]
    ).json
    screen.get(sentence["url"])
    assert speaker.said == [("Votre demande pour la chambre est reçue", "fr", 0.75, True)]


def test_no_word_of_the_page_stands_in_an_address(portal: Any, speaker: Speaker) -> None:
    (sentence,) = ask(portal.visit(), [{"text": "secret", "lang": "fr"}]).json
    assert re.fullmatch(r"/listen/[\w-]{16}", sentence["url"])


@pytest.mark.parametrize("asked", [{}, "x", 7, [1], ["x"], [None]])
def test_what_is_no_page_is_refused(portal: Any, asked: Any) -> None:
    assert ask(portal.visit(), asked).status_code == 400


def test_of_a_page_without_end_the_beginning_is_said(portal: Any) -> None:
    found = ask(portal.visit(), [{"text": "Mot. " * 3000, "lang": "fr"}] * 3).json
    assert {sentence["block"] for sentence in found} == {0}
    many = ask(portal.visit(), [{"text": "Mot", "lang": "fr"}] * 500)
    assert len(many.json) == 400


def test_a_question_too_large_for_a_page_is_not_read(portal: Any) -> None:
    assert ask(portal.visit(), [{"text": "a" * MOST_BYTES}]).status_code == 413


def test_a_strange_block_is_said_as_far_as_it_goes(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit()
    found = ask(screen, [{}, {"text": None}, {"text": "Bonjour \ud800", "lang": ["x"]}])
    assert found.status_code == 200
    assert all(screen.get(s["url"]).status_code == 200 for s in found.json)


def test_without_a_voice_the_prompt_says_so(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit("ar")
    (sentence,) = ask(screen, [{"text": "muet", "lang": "fr"}]).json
    assert screen.get(sentence["url"]).status_code == 503
    assert screen.get("/listen/prompt/silent").data == b"silent.ar"
    assert screen.get("/listen/prompt/nothing").status_code == 404
    assert screen.get("/listen/prompt/..").status_code == 404
    assert screen.get("/listen/unknown").status_code == 404


def test_without_a_script_a_page_is_one_sound(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit()
    assert 'src="/listen/page?page=/nothing"' in screen.get("/listen?page=/nothing").text
    sound = screen.get("/listen/page?page=/nothing")
    assert sound.mimetype == "audio/wav"
    assert sound.data[:4] == b"RIFF"
    said = [text for text, *_ in speaker.said]
    assert "Cette page n’existe pas" in said
    assert "Écouter" not in said


def test_without_a_script_one_hears_ones_own_page(portal: Any, speaker: Speaker) -> None:
    screen = portal.sign_in("Lucien")
    screen.get("/listen/page?page=/")
    assert ("Bonjour Lucien Martin", "fr", 1.0, True) in speaker.said


@pytest.mark.parametrize(
    "page",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/listen/x"],
)
def test_a_sound_leads_back_to_this_portal_alone(portal: Any, page: str) -> None:
    answer = portal.visit().get("/listen", query_string={"page": page})
    assert '<a class="key act" href="/">' in answer.text


def test_what_is_shown_is_said_in_its_order_and_language() -> None:
    page = """<header>non</header><div id="alarms"><h2 lang="ar">حريق</h2></div>
      <main><nav class="step wide">non</nav><h1>Bonjour <b>Amina</b>,<br/>ça va</h1>
      <p>Un <strong>mot</strong> <bdi lang="ar">عربي</bdi> puis</p><svg><title>non</title></svg>
      <p hidden>non</p><p aria-hidden="true">non</p><ul><li>un<li>deux</ul></p>
      <p>fin &amp; suite</p></main><footer>non</footer>"""
    assert [block[:2] for block in shown.blocks(page, "fr")] == [
        ("حريق", "ar"),
        ("Bonjour", "fr"),
        ("Amina", "fr"),
        ("ça va", "fr"),
        ("Un mot", "fr"),
        ("عربي", "ar"),
        ("puis", "fr"),
        ("un", "fr"),
        ("deux", "fr"),
        ("fin & suite", "fr"),
    ]


def test_an_end_that_nothing_began_ends_nothing() -> None:
    page = "<main><p>Un</p></b></p><p>deux<br/>trois</p></main>"
    assert [block.text for block in shown.blocks(page, "fr")] == ["Un", "deux", "trois"]


def test_sentences_are_forgotten_from_the_oldest_on() -> None:
    kept = Sayings()
    names = [kept.add(Saying(str(n), "fr", 1.0, False)) for n in range(MOST + 1)]
    assert kept.get(names[0]) is None
    last = kept.get(names[-1])
    assert last is not None
    assert last.text == str(MOST)


def test_sentences_may_be_kept_by_many_at_once() -> None:
    kept, names = Sayings(), []

    def add() -> None:
        names.extend(kept.add(Saying("x", "fr", 1.0, False)) for _ in range(100))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 800


def test_every_prompt_is_said_by_every_voice() -> None:
    voiced = {language.voice for language in LANGUAGES.values()}
    assert {name: set(words) for name, words in spoken().items()} == dict.fromkeys(PROMPTS, voiced)
    assert spoken()["repair"]["fr"] == PROMPTS["repair"]


def test_the_times_of_words_belong_to_the_sound_that_was_given_last(
    portal: Any, speaker: Speaker
) -> None:
    screen = portal.visit()
    (sentence,) = ask(screen, [{"text": "Il pleut", "lang": "fr"}]).json
    times = f"{sentence['url']}/words"
    assert screen.get(times).status_code == 404
    screen.get(sentence["url"])
    assert screen.get(times).json == [[0, 0, 1], [7, 1, 8]]
    screen.get(sentence["url"])
    assert screen.get(times).json[1] == [14, 1, 8]
    assert screen.get("/listen/unknown/words").status_code == 404


def test_sentences_and_their_times_are_forgotten_with_the_visit(portal: Any, speaker: Any) -> None:
    screen = portal.sign_in("Lucien")
    (sentence,) = ask(screen, [{"text": "Accueil", "lang": "fr"}]).json
    assert screen.get(sentence["url"]).status_code == 200
    screen.services.visits.end(screen.token, clock.now())
    for url in (sentence["url"], f"{sentence['url']}/words"):
        assert screen.get(url).status_code == 404
