"""What the documents name is there: tests, modules."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
LOST: Final = ROOT / "docs" / "what-is-lost-if.md"
MESH: Final = ROOT / "sync" / "mesh"
TEST: Final = re.compile(r"`([\w/]+\.py)::(\w+)`")
MODULE: Final = re.compile(r"`([\w/]+\.py)`")


@cache
def held_in(file: Path) -> frozenset[str]:
    """The tests that a file holds; none for a file that is not there."""
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def missing(text: str) -> list[str]:
    """The tests that a text names and that are not there."""
    named = TEST.findall(text)
    return [f"{path}::{name}" for path, name in named if name not in held_in(ROOT / path)]


def mapped(text: str) -> list[str]:
    """The modules in the first column of the map of a README."""
    plan = text.partition("## Where things are")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in plan.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in MODULE.findall(row)]


def test_every_test_that_shows_what_is_lost_is_there() -> None:
    text = LOST.read_text(encoding="utf-8")
    assert len(TEST.findall(text)) > 20
    assert text.count("::") == len(TEST.findall(text))
    assert missing(text) == []


@pytest.mark.parametrize("named", ["tests/test_docs.py::test_nothing", "tests/no.py::test_app"])
def test_a_test_that_is_not_there_is_noticed(named: str) -> None:
    assert missing(f"shown by `{named}`") == [named]


def test_the_map_of_the_mesh_has_each_of_its_modules_once() -> None:
    there = [path for path in MESH.rglob("*.py") if path.name != "__init__.py"]
    names = [str(path.relative_to(MESH)) for path in there]
    assert sorted(mapped((MESH / "README.md").read_text(encoding="utf-8"))) == sorted(names)
