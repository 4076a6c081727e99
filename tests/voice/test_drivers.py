"""What every speech driver holds to."""

import threading

import pytest

from voice import wav
from voice.drivers import DRIVERS, Driver
from voice.errors import Unspeakable

# The languages spoken on the estates that espeak-ng has a voice for.
NEEDED = "fr en ar tr it es pt ro hy vi cmn sw ru uk fa hi bn ta ka sq sr"


@pytest.fixture(scope="module", params=sorted(DRIVERS))
def driver(request: pytest.FixtureRequest) -> Driver:
    return DRIVERS[request.param]()


def test_the_languages_of_the_estate_have_a_voice(driver: Driver) -> None:
    assert set(NEEDED.split()) <= driver.languages()


def test_every_language_it_names_is_heard(driver: Driver) -> None:
    for lang in sorted(driver.languages()):
        assert wav.seconds(driver.render("47 a", lang, 1.0).wav) > 0.3


def test_a_language_without_voice_is_refused_before_any_sound(driver: Driver) -> None:
    for lang in ["kab", "wo", "xx", "", "roa/fr", "fr-zz"]:
        assert lang not in driver.languages()
        with pytest.raises(Unspeakable):
            driver.render("Bonjour", lang, 1.0)


def test_two_languages_in_turn_are_each_said_in_their_own(driver: Driver) -> None:
    text = "2026"  # a number has another length in each language
    alone = {lang: wav.seconds(driver.render(text, lang, 1.0).wav) for lang in ("fr", "ar", "en")}
    assert len({round(length, 1) for length in alone.values()}) == 3
    for lang in ["fr", "ar", "en", "ar", "fr", "en"]:
        assert wav.seconds(driver.render(text, lang, 1.0).wav) == pytest.approx(
            alone[lang], abs=0.1
        )


def test_no_sentence_is_cut_short_while_the_machine_is_busy(driver: Driver) -> None:
    text = "L'ascenseur de l'escalier B est en panne depuis ce matin."
    whole = wav.seconds(driver.render(text, "fr", 1.0).wav)
    stop = threading.Event()
    busy = threading.Thread(target=lambda: [sum(range(9999)) for _ in iter(stop.is_set, True)])
    busy.start()
    lengths = [wav.seconds(driver.render(text, "fr", 1.0).wav) for _ in range(60)]
    stop.set()
    busy.join()
    assert lengths == pytest.approx([whole] * 60, rel=0.02)


def test_a_higher_rate_is_shorter(driver: Driver) -> None:
    lengths = [wav.seconds(driver.render("Il pleut demain.", "fr", r).wav) for r in (0.5, 1.0, 2.0)]
    assert lengths[0] > 1.5 * lengths[1] > 2 * lengths[2]
