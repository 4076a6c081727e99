import os
import signal
import socket
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from voice import wav, wire
from voice.client import Voice
from voice.errors import Silent, TooLong, Unspeakable, VoiceError

Start = Callable[..., subprocess.Popen[str]]
Until = Callable[..., None]
SECRET = "Amina a signalé une fuite dans sa cuisine."


def files_of(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*") if not path.is_dir()}


def test_french_and_arabic_are_heard(voice: Voice) -> None:
    assert {"fr", "ar", "en"} <= voice.languages()
    for text, lang in [("L’ascenseur est en panne.", "fr"), ("المصعد معطل.", "ar")]:
        assert wav.seconds(voice.speak(text, lang)) > 1


def test_a_faster_rate_takes_less_time(voice: Voice) -> None:
    slow, fast = (voice.speak("Demain, il pleut à Marseille.", "fr", rate) for rate in (0.7, 1.5))
    assert wav.seconds(fast) < 0.7 * wav.seconds(slow)


@pytest.mark.parametrize("lang", ["xx", "kab", "", "fr-simple", "roa/fr", "../fr", "FR"])
def test_a_language_without_a_voice_is_never_spoken_with_another(voice: Voice, lang: str) -> None:
    with pytest.raises(Unspeakable):
        voice.speak("Bonjour", lang)


@pytest.mark.parametrize("text", ["", "…", " — ", "\u200f\u202e", "\ud800", "!!!"])
def test_a_text_without_a_word_is_an_error(voice: Voice, text: str) -> None:
    with pytest.raises(Unspeakable):
        voice.speak(text, "fr")


def test_texts_that_are_strange_are_still_spoken(voice: Voice) -> None:
    for text in ["<script>oui</script>", "non\x00 oui", "oui\ud800", "-v en oui", "[[fR]] oui"]:
        assert wav.audible(voice.speak(text, "fr"))


@pytest.mark.parametrize("unit", ["a.", "W.", "s'", "م.", "beep.."])
def test_words_that_break_espeak_do_not_end_the_worker(voice: Voice, unit: str) -> None:
    text = (unit * 500)[:500]
    for lang in ("fr", "en"):
        assert wav.audible(voice.speak(text, lang))


def test_what_is_too_long_is_said_to_be(voice: Voice) -> None:
    with pytest.raises(TooLong):
        voice.speak("a" * (wire.MAX_TEXT + 1), "fr")
    with pytest.raises(TooLong):
        voice.speak("€" * wire.MAX_TEXT, "fr")
    assert voice.speak("Oui. " * (wire.MAX_TEXT // 5), "fr")


@pytest.mark.parametrize("rate", [0.0, 9.0, float("nan"), "fast", True])
def test_a_rate_without_sense_is_refused(voice: Voice, rate: float) -> None:
    with pytest.raises(VoiceError, match="rate"):
        voice.speak("Bonjour", "fr", rate)


def test_public_text_is_kept_and_private_text_is_not(voice: Voice) -> None:
    # espeak's audio differs from run to run: equal bytes come from memory.
    assert voice.speak(SECRET, "fr") == voice.speak(SECRET, "fr")
    before = [voice.speak("Une lettre pour Lucien.", "fr", private=True) for _ in range(8)]
    assert len(set(before)) > 1


def test_no_word_spoken_is_left_in_a_file(voice: Voice, place: Path, until: Until) -> None:
    until(lambda: (place / "prompts/ar/outage.wav").exists())
    voice.speak(SECRET, "fr", private=True)
    prompts = {f"prompts/{lang}/outage.wav" for lang in ("fr", "ar")}
    assert files_of(place) == {"voice.sock", "voice.lock"} | prompts


def test_socket_and_directory_are_closed_to_others(voice: Voice, place: Path) -> None:
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "voice.sock").stat().st_mode) == 0o600


def test_three_screens_at_once_each_get_their_own_words(voice: Voice) -> None:
    texts = {f"{'mot ' * count}": count for count in range(1, 25)}
    lengths: dict[int, float] = {}

    def listen(text: str, count: int) -> None:
        lengths[count] = wav.seconds(voice.speak(text, "fr"))

    threads = [threading.Thread(target=listen, args=item) for item in texts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(lengths) == sorted(lengths, key=lengths.__getitem__)
    assert len(lengths) == len(texts)


@pytest.mark.parametrize(
    "frame",
    [
        b"\n",
        b"[]\n",
        b"{}\n",
        b"[" * 9000 + b"\n",
        b'{"ask": "speak", "text": 5, "lang": "fr", "rate": 1}\n',
        b'{"ask": "speak", "bytes": 99999999999}\n',
        b'{"bytes": -1}\n',
        b"x" * 20_000,
    ],
)
def test_a_malformed_question_gets_a_refusal_and_the_next_an_answer(
    voice: Voice, place: Path, frame: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(place / "voice.sock"))
        sock.sendall(frame)
        assert wire.receive(sock, 1000, 5)[0]["error"] == "malformed"
    assert voice.speak("Bonjour", "fr")


def test_silent_connections_do_not_keep_others_from_speaking(voice: Voice, place: Path) -> None:
    idle = [socket.socket(socket.AF_UNIX) for _ in range(20)]
    for sock in idle:
        sock.connect(str(place / "voice.sock"))
    assert voice.speak("Bonjour", "fr")
    for sock in idle:
        sock.close()


def test_a_second_worker_leaves_the_first_alone(voice: Voice, start: Start, log: Path) -> None:
    second = start(wait=False)
    assert second.wait(10) == 3
    assert "Another voice worker" in log.read_text()
    assert voice.speak("Bonjour", "fr")


def test_a_directory_that_cannot_be_used_is_named(start: Start, place: Path, log: Path) -> None:
    place.write_text("a file")
    worker = start(wait=False)
    assert worker.wait(10) == 4
    assert str(place) in log.read_text()


def test_sigterm_ends_it_and_takes_the_socket_away(start: Start, place: Path) -> None:
    worker = start()
    worker.terminate()
    assert worker.wait(5) == 0
    assert not (place / "voice.sock").exists()
    assert Voice(place / "voice.sock").languages() == frozenset()


def test_after_a_kill_prompts_play_and_the_next_start_speaks(
    start: Start, place: Path, until: Until
) -> None:
    worker, voice = start(), Voice(place / "voice.sock")
    until(lambda: voice.prompt("outage", "ar"))
    worker.kill()
    worker.wait()
    with pytest.raises(Silent):
        voice.speak("Bonjour", "fr")
    assert voice.prompt("outage", "fr")
    start()
    assert voice.speak("Bonjour", "fr")


def test_killed_in_the_middle_of_sentences_it_leaves_nothing(start: Start, place: Path) -> None:
    for _ in range(5):
        worker, voice = start({}), Voice(place / "voice.sock")
        asking = [
            threading.Thread(target=pytest.raises, args=(Silent, babble, voice)) for _ in range(3)
        ]
        for thread in asking:
            thread.start()
        worker.kill()
        for thread in asking:
            thread.join()
        assert files_of(place) <= {"voice.sock", "voice.lock"}


def babble(voice: Voice) -> None:
    while True:
        voice.speak(SECRET, "fr", private=True)


HANGS = """
import voice.drivers, time
ordinary = voice.drivers.Espeak.render
def render(self, text, *rest):
    time.sleep(60 if 'panne' in text else 0)
    return ordinary(self, text, *rest)
voice.drivers.Espeak.render = render
"""


def test_an_engine_that_hangs_ends_the_process(start: Start, place: Path, log: Path) -> None:
    worker = start({}, HANGS)
    voice = Voice(place / "voice.sock")
    assert voice.speak("Bonjour", "fr")
    with pytest.raises(Silent):
        voice.speak("Une panne.", "fr")
    assert worker.wait(10) == 5
    assert "hangs" in log.read_text()
    assert "panne" not in log.read_text()


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("sys.modules['espeakng_loader'] = None", "espeakng-loader is not installed"),
        (
            "import espeakng_loader as e; e.get_library_path = lambda: '/nowhere.so'",
            "espeak-ng cannot be loaded",
        ),
    ],
)
def test_without_the_library_it_says_why_and_speaks_no_language(
    start: Start, place: Path, log: Path, before: str, reason: str
) -> None:
    worker, voice = start(before=before), Voice(place / "voice.sock")
    assert voice.languages() == frozenset()
    with pytest.raises(Silent, match=reason):
        voice.speak("Bonjour", "fr")
    worker.send_signal(signal.SIGINT)
    assert worker.wait(5) == 0
    assert reason in log.read_text()


def test_nobody_else_may_use_its_directory(start: Start, place: Path) -> None:
    target = place.parent / "elsewhere"
    target.mkdir()
    os.symlink(target, place)
    assert start(wait=False).wait(10) == 4
    assert not any(target.iterdir())
