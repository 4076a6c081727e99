"""Estates of whole nodes, one for the module or one for a test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.sync.mesh.member import until
from tests.sync.mesh.whole.estate import Estate


@pytest.fixture(scope="module")
def make_estate(
    start_node: Callable[..., Any],
    command: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], Estate]]:
    """A function make_estate() that gives an estate without a node, ended with the module."""
    with ExitStack() as stack:

        def make() -> Estate:
            place: Path = tmp_path_factory.mktemp("whole")
            made = Estate(place, start_node, command)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture(scope="module")
def estate(make_estate: Callable[[], Estate]) -> Estate:
    """HMP's office, halls A and B, Amina's home; A and the office by a line of ours."""
    made = make_estate()
    made.found("a", "b", lines=[("a", "office")])
    made.linked("office", "a", "b")
    until(lambda: made["a"].get("accounts", "person:pamina"))
    made.join("home", "a")
    return made
