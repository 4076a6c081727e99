"""What the voice takes: `python -m tests.bench.voice`. Prints medians, the machine and its load.

A real worker process, asked through the client, each sentence never heard before.
"""

import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import requests

from voice.client import Voice
from voice.errors import Silent

CODE = (
    "import pathlib, sys; from voice.worker import run; "
    "prompts = {f'p{n}': {'fr': f'Phrase {n}.', 'ar': f'جملة {n}.'} for n in range(20)}; "
    "sys.exit(run(pathlib.Path(sys.argv[1]), prompts))"
)
TAIL = "l’ascenseur de l’escalier B est en panne depuis ce matin, le réparateur vient demain."


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def first_answer(voice: Voice) -> None:
    while True:
        try:
            voice.speak("Bonjour.", "fr")
            return
        except Silent:
            time.sleep(0.002)


def report(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"{name:52} median {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms")


def memory(process: int, field: str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split(field + ":")[1].split()[0]) / 1024


def screens(voice: Voice, count: int) -> list[float]:
    times: list[float] = []

    def listen(screen: int) -> None:
        for number in range(40):
            text = f"Écran {screen}, {number}, {TAIL}"
            times.append(timed(partial(voice.speak, text, "fr")))

    together(listen, count)
    return times


def things(voice: Voice) -> None:
    """What is said of a thing one touches, never said before, by three screens at once."""
    times: list[float] = []

    def touch(screen: int) -> None:
        for number in range(60):
            text = f"Travaux {screen} {number}, lien, {number % 6 + 1} sur 6"
            times.append(timed(partial(voice.speak, text, "fr")))

    together(touch, 3)
    report("a thing one touches, three screens at once", times)


def together(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def first_sound(url: str, screen: int, times: list[float]) -> None:
    """From the focus that moves to the first sound, through the portal, as a page asks."""
    with requests.Session() as browser:
        found = re.search(r'"X-CSRF-Token": "([^"]+)"', browser.get(url, timeout=10).text)
        assert found
        headers = {"X-CSRF-Token": found[1], "Origin": url}
        for number in range(60):
            parts = [{"text": f"Objet {screen} {number}", "lang": "fr"}, {"word": "link"}]
            parts += [{"at": number % 6 + 1, "of": 6}]  # type: ignore[dict-item]

            def touch(parts: object = parts) -> None:
                path = f"{url}/listen/touched?page=/"
                said = browser.post(path, json=parts, headers=headers, timeout=10).json()
                assert browser.get(url + said["sounds"][0], timeout=10).content[:4] == b"RIFF"

            times.append(timed(touch))


def through_the_portal() -> None:
    """A whole node, three screens that touch things at once."""
    ports = [free_port() for _ in range(2)]
    url = f"http://127.0.0.1:{ports[0]}"
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "app", "serve", "--data", f"{data}/node", "--no-window"]
        command += ["--port", str(ports[0]), "--couch-port", str(ports[1])]
        node = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_voice(url)
            times: list[float] = []
            together(lambda screen: first_sound(url, screen, times), 3)
            report("the same through the portal, focus to sound", times)
        finally:
            node.terminate()
            node.wait()


def wait_for_voice(url: str) -> None:
    while True:
        try:
            if "voiceless" not in requests.get(url, timeout=5).text:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Run everything."""
    print(platform.platform(), f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        voice = Voice(Path(place) / "voice.sock")
        worker = subprocess.Popen([sys.executable, "-c", CODE, place])
        ready = timed(lambda: first_answer(voice))
        print(f"{'start to first sentence, 40 prompts to render':52} {ready:14.0f} ms")
        hear = [partial(voice.speak, f"Jour {number}, {TAIL}", "fr") for number in range(100)]
        report("15 words never heard", list(map(timed, hear)))
        report("the same, heard before", list(map(timed, hear[-20:])))
        report("15 words never heard, three screens at once", screens(voice, 3))
        things(voice)
        for number in range(60):  # fill the cache to its bound
            voice.speak(f"{number} " + "Oui, le travail continue. " * 15, "fr")
        report(
            "500 characters, 150 s of sound",
            [timed(lambda: voice.speak("77 " * 166, "fr", 1.0, True))],
        )
        rss, peak = memory(worker.pid, "VmRSS"), memory(worker.pid, "VmHWM")
        print(f"{'memory with a full cache / at most':52} {rss:.0f} / {peak:.0f} MB")
        worker.terminate()
        worker.wait()
    through_the_portal()


if __name__ == "__main__":
    main()
