from hypothesis import given
from hypothesis import strategies as st

from voice.cache import Cache


def test_what_was_heard_longest_ago_goes_first() -> None:
    cache = Cache(100)
    for name in "abcd":
        cache.put(name, bytes(25))
    cache.get("a")
    cache.put("e", bytes(25))
    assert cache.get("b") is None
    assert cache.get("a") == bytes(25)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=60))
def test_it_never_holds_more_than_its_bound(puts: list[tuple[int, int]]) -> None:
    cache = Cache(100)
    for key, size in puts:
        cache.put(key, bytes(size))
        assert cache.held <= 100
    assert cache.held == sum(len(cache.get(key) or b"") for key in range(6))
