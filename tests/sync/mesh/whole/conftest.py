"""Estates of whole nodes, one for the module or one for a test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

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
