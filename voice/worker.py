"""The speech worker: one process, one engine, asked over a Unix-domain socket."""

import fcntl
import logging
import os
import resource
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from voice import prompts as advance
from voice.cache import Cache
from voice.drivers import Espeak
from voice.errors import VoiceError
from voice.server import Server
from voice.speaker import Speaker

ALREADY, UNUSABLE, HUNG = 3, 4, 5  # exit codes
CACHE = 12 * 1024 * 1024  # bytes: 4½ minutes of speech, within the worker's 60 MB
log = logging.getLogger("voice")


def run(directory: Path, prompts: advance.Prompts) -> int:
    """Serve `directory/voice.sock` until SIGTERM or SIGINT; call it in the main thread.

    `directory` lies in memory (/dev/shm), is made if missing and becomes 0700. Returns 0, 3 when
    another live worker has it, 4 when it cannot be used. The process ends with 5 when the engine
    hangs: whoever supervises starts it again. Without any voice it serves all the same, and says
    why in the log. Raises ValueError when a prompt or its language has no possible file name.
    """
    for name, sentences in prompts.items():
        for lang in sentences:
            advance.find(directory, name, lang)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold private words
    try:
        with _own(directory):
            _serve(directory, prompts, stopped)
    except BlockingIOError:
        log.error("Another voice worker already serves %s.", directory)
        return ALREADY
    except OSError as error:
        log.error("The voice worker cannot use %s: %s", directory, error)
        return UNUSABLE
    return 0


def diagnose(seconds: float = 10.0) -> str | None:
    """Why this machine cannot speak, as a plain sentence; None when it can. Beside any worker."""
    found = ["The speech engine does not answer."]
    thread = threading.Thread(target=_try_voices, args=(found,), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None


def _try_voices(found: list[str]) -> None:
    try:
        driver = Espeak()
        for lang, word in {"fr": "Bonjour", "ar": "مرحبا"}.items():
            driver.render(word, lang, 1.0)
    except VoiceError as error:
        found[:] = [str(error)]
    else:
        found.clear()


def _serve(directory: Path, prompts: advance.Prompts, stopped: threading.Event) -> None:
    speaker = Speaker(Espeak, Cache(CACHE), partial(os._exit, HUNG))
    path = directory / "voice.sock"
    path.unlink(missing_ok=True)  # of a worker that was killed: the lock says it is gone
    server = Server(path, speaker)
    for work in (server.serve_forever, partial(_prepare, directory, prompts, speaker)):
        threading.Thread(target=work, daemon=True).start()
    log.info("The voice worker serves %s.", path)
    stopped.wait()
    path.unlink(missing_ok=True)


def _prepare(directory: Path, prompts: advance.Prompts, speaker: Speaker) -> None:
    try:
        advance.prepare(directory, prompts, speaker)
    except Exception:  # the edge of the thread: speech goes on without prompts
        log.exception("The prompts could not be prepared.")


@contextmanager
def _own(directory: Path) -> Iterator[None]:
    """Make the directory ours alone, and be its only worker. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError("it is not a directory of this user")
    directory.chmod(0o700)
    with (directory / "voice.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # released by any death
        yield
