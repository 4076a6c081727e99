"""The three main tasks without seeing: keys alone, chosen by what the voice was asked to say.

Nothing of the page is looked at. A recorder stands between the portal and the real voice worker.
"""

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.config import runtime_dir
from tests.browser.conftest import issue, stand
from voice import wire

pytestmark = pytest.mark.browser

QUIET: Final = 0.2
"""Seconds without a new sentence after which all has been said."""

LATE: Final = 20.0


class Recorder:
    """Listens at the worker's socket, notes each sentence asked for, and hands it to the worker."""

    def __init__(self, runtime: Path) -> None:
        self.said: list[str] = []
        self.last = 0.0
        self._front, self._worker = runtime / "voice.sock", runtime / "worker.sock"
        self._front.rename(self._worker)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self._front))
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Put the worker's socket back."""
        self._server.close()
        self._worker.rename(self._front)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._hand_on, args=(caller,), daemon=True).start()

    def _hand_on(self, caller: socket.socket) -> None:
        with caller, socket.socket(socket.AF_UNIX) as worker:
            question, _ = wire.receive(caller, wire.MAX_REQUEST, 5)
            if question.get("ask") == "speak":
                self.said.append(str(question["text"]))
                self.last = time.monotonic()
            worker.connect(str(self._worker))
            wire.send(worker, question)
            wire.send(caller, *wire.receive(worker, wire.MAX_ANSWER, 6))


class Walker:
    """Someone who sees nothing: presses keys, hears, decides."""

    def __init__(self, page: Any, recorder: Recorder) -> None:
        self._page, self._recorder = page, recorder

    def press(self, key: str) -> str:
        """Press a key; all that is said of it."""
        before = len(self._recorder.said)
        self._page.keyboard.press(key)
        return self._hear(before)

    def type(self, text: str) -> str:
        """Type signs one after the other; all that is said meanwhile."""
        before = len(self._recorder.said)
        for sign in text:
            self._page.keyboard.press(sign)
            self._page.wait_for_timeout(30)
        return self._hear(before)

    def seek(self, wanted: str, key: str = "Tab", most: int = 40) -> str:
        """Go on with a key until what is said matches; every step has to say something."""
        for _ in range(most):
            said = self.press(key)
            if re.search(wanted, said):
                return said
        raise AssertionError(f"never heard {wanted!r}: {self._recorder.said[-most:]}")

    def wait(self, wanted: str, among: int = 1) -> None:
        """Press nothing until what is said matches, one of the last ``among``."""
        self._until(lambda: re.search(wanted, " ".join(self._recorder.said[-among:])))

    def open(self, title: str) -> str:
        """Press Enter: the page that comes says its title."""
        before = len(self._recorder.said)
        self._page.keyboard.press("Enter")
        self._until(lambda: re.search(title, " ".join(self._recorder.said[before:])))
        return self._hear(before)

    def listen(self, wanted: str) -> None:
        """Have the page read, and go on sentence by sentence until one is heard."""
        self.press("Enter")
        self.seek("Phrase d’après, bouton", "Shift+Tab")
        self.skip(wanted)

    def skip(self, wanted: str) -> None:
        """Press the key one stands on, again and again, until what is said matches."""
        for _ in range(60):
            if re.search(wanted, self.press("Enter")):
                return
        raise AssertionError(f"never heard {wanted!r}: {self._recorder.said[-24:]}")

    def _hear(self, before: int) -> str:
        self._until(lambda: len(self._recorder.said) > before)
        self._until(lambda: time.monotonic() - self._recorder.last > QUIET)
        return " ".join(self._recorder.said[before:])

    def _until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + LATE
        while not holds():
            assert time.monotonic() < deadline, f"only heard {self._recorder.said[-24:]}"
            self._page.wait_for_timeout(20)


@pytest.fixture(scope="module")
def hall(
    estate: Path, start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """A kiosk at Les Figuiers, and Lucien's code."""
    data = tmp_path_factory.mktemp("blind") / "data"
    shutil.copytree(estate, data)
    stand(data)
    node = start_node(data, "--mode", "kiosk")
    return node, issue(data, "figuiers-a-12", "Lucien Martin")


@pytest.fixture
def recorder(hall: Any) -> Iterator[Recorder]:
    runtime = runtime_dir(hall[0].data)
    for _ in range(200):
        if (runtime / "voice.sock").exists():
            break
        time.sleep(0.05)
    recorder = Recorder(runtime)
    yield recorder
    recorder.close()


@pytest.fixture
def context_options() -> dict[str, Any]:
    return {"viewport": {"width": 1080, "height": 1920}, "locale": "fr-FR"}


@pytest.fixture
def walker(page: Any, hall: Any, recorder: Recorder) -> Walker:
    """Before the first page, with one key pressed: from then on the screen says what is touched."""
    page.goto(hall[0].url)
    walker = Walker(page, recorder)
    said = walker.press("F8")
    assert "Je dis ce que vous touchez" in said
    assert "Que voulez-vous faire" in said
    return walker


def enter(walker: Walker, code: str) -> None:
    """Sign in as Lucien: staircase, door, code, without one sign of the code being said."""
    walker.seek("Entrer, lien")
    walker.open("C’est vous")
    walker.seek("Escalier A.*lien, 1 sur")
    assert "champ" in walker.open("Quelle porte")
    assert "1" in walker.type("12")
    assert "champ secret" in walker.open("Votre code")
    said = walker.type(code.replace(" ", ""))
    assert set(re.findall(r"[^\W\d_]+", said)) == {"un", "caractère", "caractères"}
    walker.wait("11 caractères", among=12)  # fast as it was typed, one may come after the next
    walker.open("Bonjour Lucien")


def test_hear_the_works(walker: Walker) -> None:
    assert re.search(r"lien, \d sur \d", walker.seek("Travaux", "Tab"))
    walker.open("Travaux")
    title = walker.seek(r"lien, 1 sur \d").partition(",")[0]
    assert title in walker.open(re.escape(title))
    walker.seek("Écouter, bouton", "Tab")
    walker.listen(r"de \d+\sh")


def test_report_a_broken_lift(walker: Walker, hall: Any) -> None:
    enter(walker, hall[1])
    walker.seek("Signaler un problème")
    walker.open("Qu’est-ce qui ne va pas")
    walker.seek("Ascenseur.*lien, . sur")
    walker.open("C’est où")
    walker.seek("Ascenseur A, lien")
    walker.open("Une photo")
    walker.wait("n’a pas de caméra.*Continuer sans photo, lien")
    walker.open("Quelques mots")
    walker.seek("case, pas coché")
    assert "coché" in walker.press("Space")
    walker.seek("Continuer, bouton")
    walker.open("C’est bien ça")
    walker.seek("Envoyer à HMP, bouton")
    walker.open("gardé|parti|reçu")


def test_read_an_answer(walker: Walker, hall: Any) -> None:
    enter(walker, hall[1])
    walker.seek("Mes demandes.*lien")
    walker.open("Mes demandes")
    said = walker.seek("vos mots")
    assert "lampe" not in said
    walker.wait("Lire ici, tout haut")
    assert "lampe" not in walker.open("vos mots.*lien")  # the focus stood on "no"
    if "Réparation prévue" not in said:
        walker.seek("vos mots, Réparation prévue")
    walker.open("Lumière")
    walker.seek("Écouter, bouton")
    walker.listen("Lire ici, tout haut")
    walker.seek("J’ai un casque, bouton")
    walker.skip("le gardien laisse une lampe")
