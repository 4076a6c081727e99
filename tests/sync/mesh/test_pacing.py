"""Photos give way to words."""

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from sync.mesh.pacing import LEAST, MOST, TARGET, Pacing, Way, Window


@given(st.lists(st.tuples(st.integers(0, 10**7), st.floats(0, 5), st.floats(0, 5)), max_size=50))
def test_what_is_on_its_way_stays_within_bounds(looks: list[tuple[int, float, float]]) -> None:
    window = Window()
    for flying, trip, least in looks:
        window.told(Way(flying, trip, least))
        assert LEAST <= window.bytes <= MOST


def test_a_free_line_is_filled_in_a_few_looks() -> None:
    window = Window()
    for _ in range(10):
        window.told(Way(window.bytes, 0.001, 0.001))
    assert window.bytes > 10**6


def test_a_line_that_fills_makes_photos_small() -> None:
    window = Window()
    for _ in range(10):
        window.told(Way(window.bytes, 0.001, 0.001))
    for _ in range(12):
        window.told(Way(window.bytes, 0.001 + 2 * TARGET, 0.001))
    assert window.bytes == LEAST


def test_what_is_not_used_says_nothing() -> None:
    window = Window()
    window.told(Way(0, 0.001, 0.001))
    assert window.bytes == LEAST


def test_a_photo_waits_while_words_are_on_their_way() -> None:
    async def scene() -> list[str]:
        pacing, order = Pacing(), []

        async def photo() -> None:
            async for _ in pacing.media("n-1", None, pieces()):
                order.append("photo")

        with pacing.word("n-1"):
            sending = asyncio.create_task(photo())
            await asyncio.sleep(0.1)
            order.append("word")
        await sending
        return order

    assert asyncio.run(scene()) == ["word", "photo"]


async def pieces() -> AsyncIterator[bytes]:
    yield b"x"


def test_every_byte_arrives_in_order() -> None:
    async def scene() -> bytes:
        async def long() -> AsyncIterator[bytes]:
            yield bytes(range(256)) * 100
            yield b"end"

        return b"".join([piece async for piece in Pacing().media("n-1", None, long())])

    assert asyncio.run(scene()) == bytes(range(256)) * 100 + b"end"
