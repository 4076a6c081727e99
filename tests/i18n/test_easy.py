"""Easy French (FALC): few words, every sentence there, and not French by another name."""

import re
from typing import Final

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from i18n.languages import CATALOGS, LANGUAGES

EASY: Final = LANGUAGES["fr-simple"]
MOST: Final = 12
"""Words of a sentence: the house's bound for residents, and a usual one for FALC."""

OFFICES: Final = (" afin ", " lorsque ", " veuillez ", " ainsi que ", " concernant ", ";")


def easy() -> list[Message]:
    path = CATALOGS / EASY.folder / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [str(message.string)]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]


def words(sentence: str) -> list[str]:
    """What is said of a sentence; a day put into it is three words: "mardi 24 novembre"."""
    named = re.sub(r"%\((day|first|last)\)s", "mardi 24 novembre", sentence)
    return re.findall(r"[^\W_](?:[\w’.,/-]*\w)?", named.replace("\u00a0", " "))


def test_no_sentence_has_more_than_twelve_words() -> None:
    said = [part for message in easy() for form in forms(message) for part in sentences(form)]
    assert len(said) > 400
    assert [sentence for sentence in said if len(words(sentence)) > MOST] == []


def test_the_count_sees_a_sentence_that_is_too_long() -> None:
    long = "Vous lisez ici les réponses de HMP et le jour de la réparation."
    assert len(words(long)) == 13
    assert [len(words(part)) for part in sentences("Relisez. Puis envoyez !")] == [1, 2]


def test_no_word_of_offices_is_in_it() -> None:
    said = [f" {form} ".lower() for message in easy() for form in forms(message)]
    assert [(word, text) for word in OFFICES for text in said if word in text] == []


def test_it_is_easier_than_french_where_french_has_sentences() -> None:
    whole = [message for message in easy() if isinstance(message.id, str)]
    said = [message for message in whole if len(words(message.id)) > 4]
    same = [message.id for message in said if message.string == message.id]
    assert len(same) <= len(said) / 5, same
