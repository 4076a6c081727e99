"""A hall whose line carries 64 kbit/s, with photos waiting: how soon words pass.

    python -m tests.bench.mesh --narrow 64 [--by proxy|kernel] [--photos 300]

Two whole nodes. ``proxy``: a line of ours between them, which holds little and shares in turn.
``kernel``: as root, two network namespaces and a token bucket (tc-tbf(8)) with a queue of two
seconds, as a box at home has. Prints medians, with the machine's load.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.conftest import begin_node
from tests.sync.mesh.conftest import said
from tests.sync.mesh.member import holds, until
from tests.sync.mesh.whole.estate import Estate, photograph, warn
from tests.sync.mesh.whole.proxy import Manner

SIZE = 100_000


def timed(there: Callable[[], bool]) -> float:
    begun = time.perf_counter()
    until(there, 120)
    return time.perf_counter() - begun


def measure(estate: Estate, photos: int, rounds: int, narrow: Callable[[], None]) -> None:
    office, hall = estate["office"], estate["a"]
    first = hall.report()
    until(lambda: holds(office, [first]))
    narrow()
    reports = [hall.report() for _ in range(photos)]
    for each in reports:
        photograph(hall, each, SIZE)
    until(lambda: holds(office, reports), 600)
    time.sleep(20)  # photos fill the line
    told: dict[str, list[float]] = {"report": [], "emergency": []}
    for _ in range(rounds):
        made = hall.report()
        told["report"].append(timed(lambda made=made: holds(office, [made])))
        made = warn(office)
        told["emergency"].append(timed(lambda made=made: holds(hall, [made], "estate")))
    passed = office.ask("GET", "/private-media").json()["doc_count"]
    for name, took in told.items():
        print(f"  {name}: median {statistics.median(took):.1f} s, slowest {max(took):.1f} s")
    print(f"  photos passed meanwhile: {passed} of {photos}")


@contextmanager
def nodes(place: Path) -> Iterator[Estate]:
    with ExitStack() as stack:
        made = Estate(place, partial(begin_node, stack), said)
        stack.callback(made.close)
        yield made


def show(rate: int, by: str, photos: int, rounds: int = 9) -> None:
    """Measure on a line of ``rate`` kbit/s, and print."""
    print(f"{rate} kbit/s by {by}, {photos} photos of {SIZE // 1000} KB waiting")
    with tempfile.TemporaryDirectory() as scratch, nodes(Path(scratch)) as estate:
        estate.found("a", lines=[("a", "office")] if by == "proxy" else [])
        estate.linked("office", "a")

        def narrow() -> None:
            if by == "proxy":
                estate.behave("a", "office", Manner(rate=rate * 125))
            else:
                estate.yard.narrow("a", f"{rate}kbit")

        measure(estate, photos, rounds, narrow)
