"""How a screen is set."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.visitor import CHOICES, Look, look_of

LOOKS = st.builds(Look, **{name: st.sampled_from(words) for name, words in CHOICES.items()})


@given(LOOKS)
def test_a_cookie_gives_back_the_look_it_was_made_of(look: Look) -> None:
    assert look_of(str(look)) == look


@given(st.text())
def test_whatever_a_cookie_holds_is_some_look(text: str) -> None:
    look = look_of(text)
    assert all(getattr(look, name) in (*words, "") for name, words in CHOICES.items())


@given(LOOKS, st.dictionaries(st.text(max_size=10), st.text(max_size=10)))
def test_strange_wishes_change_nothing(look: Look, wishes: dict[str, str]) -> None:
    assert look.with_values({**wishes, "size": "gigantic", "language": "xx"}) == look
