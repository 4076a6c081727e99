"""Answers kept while a database does not change."""

from typing import Any

import pytest

from sync.database import Database
from sync.kept import Kept


def test_an_answer_is_read_again_only_after_a_write(database: Database) -> None:
    read: list[str] = []

    def ask(question: str) -> int:
        return database.kept("estate", question, lambda: read.append(question) or len(read))

    assert [ask("news"), ask("news"), ask("works"), ask("news")] == [1, 1, 2, 1]
    database.put("estate", {"_id": "note:a"})
    assert [ask("news"), ask("news")] == [3, 3]
    database.put("private", {"_id": "h1:note:a"})
    assert ask("news") == 3


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    kept, read = Kept(2), list[Any]()

    def ask(question: str) -> None:
        kept.get(question, "1", lambda: read.append(question))

    for question in "abacab":
        ask(question)
    assert read == ["a", "b", "c", "b"]


def test_a_question_that_fails_is_asked_again() -> None:
    kept, answers = Kept(), iter([None, 2])

    def read() -> int:
        found = next(answers)
        if found is None:
            raise LookupError
        return found

    with pytest.raises(LookupError):
        kept.get("a", "1", read)
    assert kept.get("a", "1", read) == 2
