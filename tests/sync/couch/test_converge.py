"""Three databases, whatever happens in each and whenever they meet, come to say the same."""

from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

PLACES = st.sampled_from([0, 1, 2])
IDS = st.sampled_from(["a", "b", "c"])


class Halls(RuleBasedStateMachine):
    """People edit, delete and contradict each other in three halls that sometimes meet."""

    server: Any
    kind: Any

    @initialize()
    def open_halls(self) -> None:
        self.halls = [self.kind(self.server, f"t-{uuid4().hex}") for _ in range(3)]
        for hall in self.halls:
            assert self.server.ask("PUT", f"/{hall.name}").ok
        self.told: set[tuple[str, str]] = set()

    @rule(place=PLACES, id=IDS, words=st.integers(0, 3))
    def edit(self, place: int, id: str, words: int) -> None:
        hall = self.halls[place]
        known = hall.ask("GET", f"/{id}")
        base = {"_rev": known.json()["_rev"]} if known.ok else {}
        self.told.add((id, hall.put(id, {**base, "words": words})))

    @rule(place=PLACES, id=IDS)
    def delete(self, place: int, id: str) -> None:
        hall = self.halls[place]
        known = hall.ask("GET", f"/{id}")
        if known.ok:
            answer = hall.ask("DELETE", f"/{id}?rev={known.json()['_rev']}")
            self.told.add((id, answer.json()["rev"]))

    @rule(place=PLACES, id=IDS, choice=st.integers(0, 5))
    def resolve(self, place: int, id: str, choice: int) -> None:
        """Delete one of the leaves that stand beside each other."""
        hall = self.halls[place]
        found = hall.ask("GET", f"/{id}?conflicts=true")
        others = found.json().get("_conflicts", []) if found.ok else []
        if others:
            answer = hall.ask("DELETE", f"/{id}?rev={others[choice % len(others)]}")
            self.told.add((id, answer.json()["rev"]))

    @rule(here=PLACES, there=PLACES, ids=st.none() | st.lists(IDS, min_size=1))
    def meet(self, here: int, there: int, ids: list[str] | None) -> None:
        """All, or only some documents, go over."""
        if here != there:
            picked = {"doc_ids": ids} if ids else {}
            self.carry(self.halls[here], self.halls[there], **picked)

    def carry(self, source: Any, target: Any, **options: Any) -> None:
        body = {"source": source.name, "target": target.name, **options}
        answer = self.server.ask("POST", "/_replicate", json=body)
        assert answer.ok, answer.text

    def teardown(self) -> None:
        for _ in range(2):
            for source, target in permutations(self.halls, 2):
                self.carry(source, target)
        states = [leaves(hall) for hall in self.halls]
        assert states[0] == states[1] == states[2]
        for id, rev in self.told:
            assert rev in history(self.halls[0], id), (id, rev)
        for hall in self.halls:
            self.server.ask("DELETE", f"/{hall.name}")


def leaves(db: Any) -> dict[str, tuple[str, list[str]]]:
    """By document its winner and all its leaves."""
    rows = db.get("/_changes?style=all_docs")["results"]
    found = {row["id"]: [change["rev"] for change in row["changes"]] for row in rows}
    return {id: (revs[0], sorted(revs)) for id, revs in found.items()}


def history(db: Any, id: str) -> set[str]:
    """Every revision of a document that is a leaf or came before one."""
    answer = db.get(f"/{id}?open_revs=all&revs=true", headers={"Accept": "application/json"})
    known: set[str] = set()
    for row in answer:
        start, ids = (row["ok"]["_revisions"][name] for name in ("start", "ids"))
        known |= {f"{start - age}-{rev}" for age, rev in enumerate(ids)}
    return known


@pytest.mark.parametrize("examples", [12, pytest.param(300, marks=pytest.mark.full)])
def test_whatever_happens_all_halls_come_to_say_the_same(own: Any, examples: int) -> None:
    class Here(Halls):
        server, kind = own.server, type(own)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
