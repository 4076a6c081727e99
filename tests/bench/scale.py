"""What ten times the documents cost a page: two nodes, each page asked of both in turn.

    python -m tests.bench.scale [--small 20000] [--large 200000] [--rounds 40]

Prints medians in milliseconds, and their ratio.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import requests

from tests.bench.node import DESK, OWN, PUBLIC, ROOT, entered, fill, serving

PORTS: Final = (18490, 18492)


def main() -> None:
    """Make the two estates, fill them, ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("small", "large")]
        for place in places:
            make = [sys.executable, "installer/estate.py", "--data", str(place)]
            subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with serving(places[0], PORTS[0]), serving(places[1], PORTS[1]):
            wanted = (options.small, options.large)
            for place, port, many in zip(places, PORTS, wanted, strict=True):
                print(f"{fill(place, many, port)} documents on port {port}", flush=True)
            compare("anyone", [requests.Session() for _ in PORTS], PUBLIC, options.rounds)
            for who, door, person, paths in (
                ("resident", "figuiers-b-31", "Amina Benali", OWN),
                ("agent", "Claire Ferrand", "", DESK),
            ):
                browsers = [
                    entered(place, door, person, f"http://127.0.0.1:{port}")
                    for place, port in zip(places, PORTS, strict=True)
                ]
                compare(who, browsers, paths, options.rounds)


def compare(who: str, browsers: list[requests.Session], paths: tuple[str, ...], n: int) -> None:
    """Ask both nodes for each page ``n`` times, in turn."""
    for path in paths:
        times: list[list[float]] = [[], []]
        for turn in range(n + 3):
            for browser, port, found in zip(browsers, PORTS, times, strict=True):
                answer = browser.get(f"http://127.0.0.1:{port}{path}", timeout=60)
                assert answer.status_code == 200, (path, answer.status_code)
                if turn >= 3:
                    found.append(answer.elapsed.total_seconds() * 1000)
        small, large = map(statistics.median, times)
        print(
            f"  {who:9} {path:28} {small:6.1f} {large:6.1f}   ratio {large / small:.2f}", flush=True
        )


if __name__ == "__main__":
    main()
