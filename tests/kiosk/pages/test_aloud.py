"""Private words on a shared screen: said only with leave, which ends with the visit."""

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.pages.listen import shown
from sync import clock
from voice.spoken import Sound, Word

WORDS = "Chez Lucien, la cuisine est inondée."
STAIRS = {"mode": "kiosk", "staircase": "figuiers-a"}


class Speaker:
    """Stands in for the worker's client: says what it was asked to say."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.private: list[str] = []

    def say(self, text: str, lang: str, rate: float = 1.0, private: bool = False) -> Sound:
        self.said.append(text)
        self.private += [text] * private
        return Sound(b"RIFF", (Word(0, 0, len(text)),))

    def speak(self, text: str, lang: str, rate: float = 1.0, private: bool = False) -> bytes:
        self.say(text, lang, rate, private)
        return bytes(46)

    def prompt(self, name: str, lang: str) -> bytes | None:
        return None

    def languages(self) -> frozenset[str]:
        return frozenset({"fr", "ar"})


@pytest.fixture
def speaker(portal: Any) -> Iterator[Speaker]:
    voice, before = Speaker(), []
    for which in (STAIRS, {"mode": "tv"}, {"mode": "home"}):
        services = portal.services(**which)
        before.append((services, services.voice))
        object.__setattr__(services, "voice", voice)
    yield voice
    for services, real in before:
        object.__setattr__(services, "voice", real)


def post(screen: Any, path: str, parts: Any, page: str = "/reports/") -> Any:
    headers = {"Origin": screen.url, "X-CSRF-Token": screen.csrf}
    url = f"{path}?page={page}"
    return screen.client.post(url, base_url=screen.url, json=parts, headers=headers).json


def blocks(screen: Any, *texts: str, page: str = "/reports/") -> Any:
    return post(screen, "/listen/blocks", [{"text": t, "lang": "fr"} for t in texts], page)


def touched(screen: Any, *parts: Any, page: str = "/reports/") -> Any:
    return post(screen, "/listen/touched", list(parts), page)


def hear(screen: Any, answer: Any) -> None:
    for url in answer["sounds"]:
        assert screen.get(url).status_code == 200


def allow(screen: Any, answer: str, page: str = "/reports/") -> Any:
    return screen.post("/listen/aloud", {"answer": answer, "page": page})


def test_on_a_kiosk_what_is_not_known_to_be_for_anyone_is_asked_about(
    portal: Any, speaker: Speaker
) -> None:
    screen = portal.sign_in("Lucien", **STAIRS)
    title, own = blocks(screen, "Mes demandes", WORDS)
    assert "url" in title
    assert own == {"block": 1, "start": 0, "end": len(WORDS), "ask": True}


def test_the_public_words_of_a_page_are_read_without_a_question(
    portal: Any, speaker: Speaker
) -> None:
    screen = portal.sign_in("Lucien", **STAIRS)
    assert all(
        "url" in found
        for found in blocks(screen, "Escalier A", "Bonjour  Lucien\nMartin", page="/")
    )


@pytest.mark.parametrize("mode", ["kiosk", "tv"])
def test_a_yes_is_for_the_page_and_a_headset_for_the_visit(
    portal: Any, speaker: Speaker, mode: str
) -> None:
    screen = portal.sign_in("Lucien", **(STAIRS if mode == "kiosk" else {"mode": mode}))
    allow(screen, "yes")
    (own,) = blocks(screen, WORDS)
    assert screen.get(own["url"]).status_code == 200
    assert speaker.private == [WORDS]
    assert "ask" in blocks(screen, WORDS, page="/")[0]
    allow(screen, "headset")
    assert "url" in blocks(screen, WORDS, page="/")[0]
    allow(screen, "no")
    assert "ask" in blocks(screen, WORDS)[0]


def test_leave_taken_back_silences_what_was_already_prepared(portal: Any, speaker: Any) -> None:
    screen = portal.sign_in("Lucien", **STAIRS)
    allow(screen, "headset")
    (own,) = blocks(screen, WORDS)
    allow(screen, "no")
    assert screen.get(own["url"]).status_code == 403
    assert speaker.said == []


def test_leave_ends_with_the_visit(portal: Any, speaker: Speaker) -> None:
    screen = portal.sign_in("Lucien", **STAIRS)
    allow(screen, "headset")
    screen.services.visits.end(screen.token, clock.now())
    again = portal.sign_in("Lucien", **STAIRS)
    assert "ask" in blocks(again, WORDS)[0]


def test_at_home_nothing_is_asked(portal: Any, speaker: Speaker) -> None:
    screen = portal.sign_in("Lucien")
    assert "url" in blocks(screen, WORDS)[0]


def test_a_passer_by_has_no_words_to_guard(portal: Any, speaker: Speaker) -> None:
    assert "url" in blocks(portal.visit(**STAIRS), WORDS, page="/")[0]


def test_what_one_has_typed_is_never_kept_by_the_voice(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit(**STAIRS)
    (found,) = post(screen, "/listen/blocks", [{"text": WORDS, "lang": "fr", "own": True}], "/")
    screen.get(found["url"])
    hear(screen, touched(screen, {"value": "Ma cuisine", "lang": "fr"}, page="/"))
    assert speaker.private == [WORDS, "Ma cuisine"]


def test_an_answer_that_is_none_is_refused(portal: Any) -> None:
    screen = portal.visit(**STAIRS)
    assert allow(screen, "maybe").status_code == 400
    assert screen.post("/listen/volume", {"step": "-1"}).status_code == 400


def test_without_a_script_the_page_asks_and_reads_the_rest(portal: Any, speaker: Speaker) -> None:
    page = "<main><h1>Mes demandes</h1><p data-private>Ma fuite</p><textarea>Moi</textarea></main>"
    assert [block.own for block in shown.blocks(page, "fr")] == [False, True, True]
    assert shown.public(page).strip("\0") == "Mesdemandes"
    screen = portal.sign_in("Lucien", **STAIRS)
    answer = allow(screen, "no", "/reports/?p=1")
    assert answer.headers["Location"] == "/listen?page=%2Freports%2F%3Fp%3D1&answer=no"
    assert "<audio" in screen.get(answer.headers["Location"]).text


def test_a_thing_is_said_by_name_role_state_and_place(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit(**STAIRS)
    parts = [{"text": " Écouter\n", "lang": "fr"}, {"word": "button"}, {"word": "pressed"}]
    hear(screen, touched(screen, *parts, {"at": 2, "of": 6}))
    assert speaker.said == ["Écouter, bouton, activé, 2 sur 6"]


def test_each_language_is_said_by_its_own_voice(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit(**STAIRS)
    hear(screen, touched(screen, {"text": "العربية", "lang": "ar"}, {"word": "link"}))
    assert speaker.said == ["العربية", "lien"]


def test_a_private_name_is_left_out_until_it_may_be_said(portal: Any, speaker: Speaker) -> None:
    screen = portal.sign_in("Lucien", **STAIRS)
    parts = [{"text": WORDS, "lang": "fr"}, {"word": "link"}, {"at": 1, "of": 3}]
    answer = touched(screen, *parts)
    hear(screen, answer)
    assert answer["asks"]
    assert speaker.said == ["vos mots, lien, 1 sur 3"]
    allow(screen, "headset")
    answer = touched(screen, *parts)
    hear(screen, answer)
    assert not answer["asks"]
    assert speaker.private == [f"{WORDS} lien, 1 sur 3"]


@pytest.mark.parametrize(
    "part",
    [{}, {"word": "x"}, {"at": 3, "of": 2}, {"at": "1", "of": 2}, {"text": [" … "]}, {"signs": -1}],
)
def test_a_part_without_sense_is_not_said(portal: Any, speaker: Speaker, part: Any) -> None:
    assert touched(portal.visit(**STAIRS), part) == {"sounds": [], "asks": False}


def test_the_signs_of_a_code_are_counted_and_not_said(portal: Any, speaker: Speaker) -> None:
    screen = portal.visit(**STAIRS)
    hear(screen, touched(screen, {"word": "sign"}, {"signs": 4}, page="/signin/code"))
    assert speaker.said == ["un caractère, 4 caractères"]


def test_the_volume_is_the_visits_and_usual_again_after_it(portal: Any) -> None:
    screen = portal.visit(**STAIRS)
    assert 'data-volume="4"' in screen.get("/").text
    assert screen.post("/listen/volume", {"step": "9"}).status_code == 303
    assert 'data-volume="5"' in screen.get("/").text
    screen.services.visits.end(screen.token, clock.now())
    assert 'data-volume="4"' in screen.get("/").text
