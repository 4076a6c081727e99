"""Access codes: drawn, printed, typed again by tired eyes and fingers."""

from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.access.codes import ALPHABET, check, is_code, new_code, normalise, show

BODIES = st.text(ALPHABET, min_size=10, max_size=10)
CODES = BODIES.map(lambda body: body + check(body))


def test_a_new_code_is_a_code_and_never_the_same() -> None:
    drawn = {new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(is_code(code) and len(code) == 11 for code in drawn)


def test_a_code_is_printed_in_groups_that_one_can_keep_in_mind() -> None:
    assert show("K7R2FM9TXCB") == "K7R 2FM 9TXC B"


@given(CODES)
def test_what_is_printed_is_read_back(code: str) -> None:
    assert normalise(show(code)) == code
    assert normalise(show(code).lower().replace(" ", "-")) == code


@given(CODES)
def test_look_alikes_are_taken_for_what_they_look_like(code: str) -> None:
    for digit, letter in (("1", "I"), ("1", "l"), ("0", "o")):
        assert normalise(code.replace(digit, letter)) == code


def test_digits_of_arabic_and_wide_letters_are_read() -> None:
    assert normalise("٠١٢ ＡＢＣ") == "012ABC"


@given(CODES, st.integers(0, 10), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(code: str, place: int, other: str) -> None:
    assume(code[place] != other)
    assert not is_code(code[:place] + other + code[place + 1 :])


@given(CODES, st.integers(0, 9))
def test_two_neighbours_exchanged_are_noticed_but_for_zero_and_z(code: str, place: int) -> None:
    pair = code[place : place + 2]
    assume(pair[0] != pair[1])
    exchanged = code[:place] + pair[::-1] + code[place + 2 :]
    assert is_code(exchanged) == (set(pair) == {"0", "Z"})


@given(st.text(max_size=200))
def test_whatever_is_typed_gets_an_answer(typed: str) -> None:
    assert is_code(normalise(typed)) in (True, False)


def test_what_is_no_code_is_none() -> None:
    code = "0" * 10 + check("0" * 10)
    assert is_code(code)
    for wrong in ("", "0", code + "0", code[:-1], code[:-1] + "U", "é" * 11):
        assert not is_code(normalise(wrong))
