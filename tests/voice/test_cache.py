from hypothesis import given
from hypothesis import strategies as st

from voice.cache import Cache
from voice.spoken import Sound, Word


def test_what_was_heard_longest_ago_goes_first() -> None:
    cache = Cache(100)
    for name in "abcd":
        cache.put(name, Sound(bytes(25)))
    cache.get("a")
    cache.put("e", Sound(bytes(25)))
    assert cache.get("b") is None
    assert cache.get("a") == Sound(bytes(25))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=60))
def test_it_never_holds_more_than_its_bound(puts: list[tuple[int, int]]) -> None:
    cache = Cache(100)
    for key, size in puts:
        cache.put(key, Sound(bytes(size)))
        assert cache.held <= 100
    assert cache.held == sum(len((cache.get(key) or Sound(b"")).wav) for key in range(6))


def test_the_times_of_words_count_too() -> None:
    cache = Cache(1000)
    cache.put("a", Sound(bytes(50), (Word(0, 0, 4),)))
    assert 50 < cache.held < 1000
