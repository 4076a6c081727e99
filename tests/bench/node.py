"""What a whole node costs: start, memory, pages with much in the database, weight of a first view.

    python -m tests.bench.node [--documents 20000] [--rounds 60]

Prints medians and 95th percentiles in milliseconds, with what machine and load; and the processor's
time that the node itself took, which others on the machine do not move.
"""

import argparse
import gzip
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import requests

from sync import clock
from sync.database import Database
from sync.documents import fault, notice, report, works
from sync.documents.category import CATEGORIES, CHANNELS, STATES
from sync.documents.key import fresh, household, person
from sync.documents.kind import Document

ROOT: Final = Path(__file__).resolve().parents[2]
PORT: Final = 18480
URL: Final = f"http://127.0.0.1:{PORT}"
PUBLIC: Final = (
    "/",
    "/news/",
    "/news/?who=sector",
    "/works/",
    "/report/",
    "/report/where?what=lift",
    "/signin",
    "/emergency/",
    "/settings/",
    "/help",
    "/townhall/",
)
AMINA: Final = (household("figuiers", "figuiers-b", "31"), person("200051-1"))
"""Her household and herself, in the demonstration estate: her own reports are many too."""
OWN: Final = ("/", "/reports/", "/report/", "/news/", "/works/")
WARMING: Final = 3
"""Rounds that are not counted."""
DESK: Final = ("/desk/", "/desk/published", "/desk/publish/notice")


def main() -> None:
    """Make an estate, fill it, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        make = [sys.executable, "installer/estate.py", "--data", str(data)]
        subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        start(data)
        with serving(data) as node:
            count = fill(data, options.documents)
            print(f"\n{count} documents; server time as a browser on this machine sees it, ms")
            pages(data, options.rounds, node.pid)
            weight()
            memory(node.pid)


@contextmanager
def serving(data: Path, port: int = PORT) -> Iterator[subprocess.Popen[bytes]]:
    """A node on this data directory, from the moment it shows a page; its database one port on."""
    arguments = ["serve", "--data", data, "--port", port, "--couch-port", port + 1]
    command = [sys.executable, "-m", "app", *map(str, arguments), "--no-window"]
    node = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                if requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 200:
                    break
            except requests.RequestException:
                time.sleep(0.01)
        yield node
    finally:
        node.terminate()
        node.wait()


def start(data: Path) -> None:
    """From `serve` to the first page."""
    seconds, own = [], []
    for _ in range(5):
        begun = time.perf_counter()
        with serving(data) as node:
            seconds.append(time.perf_counter() - begun)
            own.append(spent(node.pid))
    print(
        f"serve to first page: median {statistics.median(seconds):.2f} s, max {max(seconds):.2f} s;"
        f" its processes took {statistics.median(own):.2f} s of the processor"
    )


def spent(supervisor: int) -> float:
    """Seconds of the processor that a node has taken, its children included (proc(5), stat)."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    stats = [Path(f"/proc/{pid}/stat").read_text() for pid in (supervisor, *children)]
    ticks = [stat.rpartition(")")[2].split()[11:13] for stat in stats]  # utime, stime
    return sum(int(each) for pair in ticks for each in pair) / os.sysconf("SC_CLK_TCK")


def fill(data: Path, wanted: int, port: int = PORT) -> int:
    """Documents as an estate gathers them, by a fixed seed; returns how many there are then."""
    name, _, password = (data / "couch.secret").read_text().strip().partition(":")
    database = Database(f"http://127.0.0.1:{port + 1}", name, password)
    chance = random.Random(2026)
    homes = [
        household(f"{place}", f"{place}-{letter}", f"{floor}{door}")
        for place in ("figuiers", "gabians")
        for letter in "abc"
        for floor in range(1, 7)
        for door in range(1, 5)
    ]
    public = [announced(chance) for _ in range(wanted // 2)]
    private = [document for _ in range(wanted // 8) for document in told(chance, homes)]
    for db, documents in (("estate", public), ("private", private)):
        for first in range(0, len(documents), 500):
            database.bulk(db, documents[first : first + 500])
    sizes = [database.client.get_database_information(db=d).get_result() for d in
             ("estate", "private", "accounts")]  # fmt: skip
    return sum(size["doc_count"] for size in sizes)


def announced(chance: random.Random) -> Document:
    """A notice, works or a fault, of the last two months or the next two weeks."""
    at = clock.now() - timedelta(hours=chance.randrange(60 * 24))
    common = {"at": clock.stamp(at), "origin": "n-bench.0", "by": "sbench"}
    words = {"title": "Le marché change de jour", "lang": "fr", "audience": "public"}
    to = chance.choice([[], [], ["figuiers"], ["gabians"], ["figuiers-b"]])
    draw = chance.random()
    if draw < 0.7:
        return notice.NOTICE.new(
            fresh(), **common, **words, channel=chance.choice(CHANNELS), text="Mots. " * 60, to=to
        )
    if draw < 0.8:
        starts = at + timedelta(days=chance.randrange(14))
        return works.WORKS_KIND.new(
            fresh(), **common, **words, channel="landlord", what="water", to=to,
            starts=clock.stamp(starts), ends=clock.stamp(starts + timedelta(hours=3)),
        )  # fmt: skip
    day = clock.today(at)
    return fault.declare(chance.choice(CATEGORIES), "gabians-c", day, origin="n-bench.0")


def told(chance: random.Random, homes: list[str]) -> list[Document]:
    """A report, what was answered, and its receipts."""
    home, at = chance.choice(homes), clock.now() - timedelta(hours=chance.randrange(60 * 24))
    stamp, key = clock.stamp(at), fresh()
    common = {"household": home, "at": stamp, "origin": "n-bench.0"}
    said = report.REPORT.new(
        key, **common, by=AMINA[1] if home == AMINA[0] else "pbench",
        category=chance.choice(CATEGORIES), place="figuiers-b",
        words="Cela ne marche plus depuis hier soir. " * 3, lang="fr",
    )  # fmt: skip
    answer = report.EVENT.new(
        f"{key}.{fresh()}", **common, by="sbench", report=said["_id"],
        state=chance.choice(STATES), words="Le réparateur vient mardi.", lang="fr",
    )  # fmt: skip
    receipts = [
        report.acknowledge(said["_id"], state, at=stamp, origin="n-bench.0")
        for state in report.REACHES
    ]
    return [said, answer, *receipts]


def pages(data: Path, rounds: int, supervisor: int) -> None:
    """Every page, as a passer-by, as a resident, as the agent."""
    for who, browser, paths in (
        ("anyone", requests.Session(), PUBLIC),
        ("resident", entered(data, "figuiers-b-31", "Amina Benali"), OWN),
        ("agent", entered(data, "Claire Ferrand"), DESK),
    ):
        measure(who, browser, paths, WARMING, quiet=True)
        before = spent(supervisor)
        measure(who, browser, paths, rounds)
        own = (spent(supervisor) - before) / len(paths) / rounds * 1000
        print(f"  {who:9} {'a page, of the processor':28} mean   {own:5.1f}")


def entered(data: Path, door: str, person: str = "", url: str = URL) -> requests.Session:
    """A browser in which someone has signed in by card."""
    name = ["--person", person] if person else []
    command = [sys.executable, "-m", "app", "card", door, *name, "--data", str(data)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = re.search(r"RESI[A-Z]{26}", said)
    assert found, said
    browser = requests.Session()
    form = browser.get(f"{url}/signin").text
    word = re.search(r'name="csrf" value="([^"]+)"', form)
    assert word, form
    answer = browser.post(
        f"{url}/signin",
        data={"csrf": word[1], "scan": found[0]},
        headers={"Origin": url},
        allow_redirects=False,
    )
    assert answer.status_code == 303, answer.status_code
    return browser


def measure(
    who: str, browser: requests.Session, paths: tuple[str, ...], rounds: int, quiet: bool = False
) -> None:
    """Ask for each page ``rounds`` times, in turn; print how long each took, unless ``quiet``."""
    times: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(rounds):
        for path in paths:
            answer = browser.get(URL + path, timeout=30)
            assert answer.status_code == 200, (path, answer.status_code)
            times[path].append(answer.elapsed.total_seconds() * 1000)
    if quiet:
        return
    for path, found in times.items():
        found.sort()
        p95 = found[int(len(found) * 0.95)]
        print(f"  {who:9} {path:28} median {statistics.median(found):5.1f}   p95 {p95:5.1f}")


def weight() -> None:
    """What the first view of home takes, compressed as gzip -6 would; fonts are so already."""
    print("\nfirst view of home, bytes compressed")
    for lang in ("fr", "ar"):
        browser = requests.Session()
        html = browser.get(f"{URL}/?lang={lang}").text
        urls = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html))
        sheets = [url for url in urls if ".css" in url]
        css = "".join(browser.get(URL + url).text for url in sheets)
        fonts = {f"/static{path}" for path in re.findall(r'url\("\.\.(/vendor/[^"]+)"\)', css)}
        fonts = {url for url in fonts if "ext" not in url and (lang == "ar" or "arabic" not in url)}
        text = sum(packed(browser, url) for url in urls if ".css" in url or ".js" in url)
        text += len(gzip.compress(html.encode(), 6))
        pictures = sum(packed(browser, url) for url in urls if ".svg" in url)
        letters = sum(len(browser.get(URL + url).content) for url in fonts)
        print(f"  {lang}: HTML + CSS + JS {text}, pictures {pictures}, fonts {letters}, "
              f"all {text + pictures + letters}")  # fmt: skip


def packed(browser: requests.Session, url: str) -> int:
    """The size of a file, compressed."""
    return len(gzip.compress(browser.get(URL + url).content, 6))


def memory(supervisor: int) -> None:
    """Resident memory of the node's processes; what they share is counted in each (RSS)."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,rss=,args=", "--pid", str(supervisor), "--ppid", str(supervisor)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    print("\nresident memory, MB")
    total = 0
    for line in listed.splitlines():
        pid, rss, words = line.split(None, 2)
        total += int(rss)
        print(f"  {int(rss) / 1024:6.1f}  {pid} {words[words.find('-m app') :][:40]}")
    print(f"  {total / 1024:6.1f}  all")


if __name__ == "__main__":
    main()
