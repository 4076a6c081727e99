"""The record of accessibility: 106 criteria, each with a proof, and what the pages say of it."""

import ast
import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from kiosk import conformity
from tests.browser import examples

ROOT: Final = Path(__file__).resolve().parent.parent
RECORD: Final = ROOT / "docs" / "rgaa.csv"
THEMES: Final = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many criteria each theme of RGAA 4.1.2 has."""

STATES: Final = ("conforms", "not", "not applicable")


def criteria() -> list[str]:
    return [f"{theme}.{n}" for theme, most in enumerate(THEMES, 1) for n in range(1, most + 1)]


def lines(path: Path = RECORD) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


@cache
def named_in(file: Path) -> frozenset[str]:
    """The tests that a file holds; none for a file that is not there."""
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def wrong_proof(proof: str, root: Path = ROOT) -> str:
    """What is wrong with a proof; "" for nothing."""
    if re.fullmatch(r"look: \S.{9,}", proof):
        return ""
    path, _, name = proof.partition("::")
    if not path.startswith("tests/") or not name.startswith("test_"):
        return "neither a test nor a look"
    return "" if name in named_in(root / path) else "there is no such test"


def test_every_criterion_stands_in_the_record_once() -> None:
    assert sum(THEMES) == 106
    assert [line["criterion"] for line in lines()] == criteria()


def test_every_line_has_a_title_a_state_and_a_proof() -> None:
    wrong = [
        (line["criterion"], why)
        for line in lines()
        if (
            why := wrong_proof(line["proof"])
            or ("" if line["state"] in STATES else f"no state: {line['state']}")
            or ("" if line["title"] and line["note"] is not None else "no title")
        )
    ]
    assert wrong == []


def test_what_is_not_kept_says_what_to_do() -> None:
    failing = [line for line in lines() if line["state"] == "not"]
    assert [line["criterion"] for line in failing if "to do: " not in line["note"]] == []


def test_the_pages_say_what_the_record_says() -> None:
    of = {state: [x["criterion"] for x in lines() if x["state"] == state] for state in STATES}
    assert sorted(conformity.FAILING) == sorted(of["not"])
    assert len(of["conforms"]) == conformity.CONFORMING
    assert conformity.rate() == len(of["conforms"]) / (106 - len(of["not applicable"]))


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        ("", "neither a test nor a look"),
        ("look: yes", "neither a test nor a look"),
        ("tests/test_record.py", "neither a test nor a look"),
        ("tests/test_record.py::test_nothing", "there is no such test"),
        ("tests/test_nothing.py::test_a_proof_that_proves_nothing_is_found", "no such test"),
        ("tests/test_record.py::test_a_proof_that_proves_nothing_is_found", ""),
        ("look: every page of the report, in French", ""),
    ],
)
def test_a_proof_that_proves_nothing_is_found(proof: str, wrong: str) -> None:
    assert wrong in (found := wrong_proof(proof))
    assert bool(wrong) == bool(found)


@pytest.mark.parametrize(
    ("kept", "failing", "words"),
    [(70, 0, "totalement"), (70, 2, "partiellement"), (5, 5, "partiellement"), (5, 6, "non")],
)
def test_the_mention_follows_the_law(
    monkeypatch: pytest.MonkeyPatch, kept: int, failing: int, words: str
) -> None:
    monkeypatch.setattr(conformity, "CONFORMING", kept)
    monkeypatch.setattr(conformity, "FAILING", dict.fromkeys(range(failing), ""))
    assert words in conformity.mention()._args[0]  # its French: no request, no language


def test_views_looked_at_elsewhere_name_tests_that_exist() -> None:
    gone = [path for path in examples.ELSEWHERE.values() if not named_in(ROOT / path)]
    assert gone == []
