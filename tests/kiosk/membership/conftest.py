"""Commands that run in the tests' own process leave its clock as it was."""

from collections.abc import Iterator

import pytest

from sync import clock


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    clock.follow(None)
