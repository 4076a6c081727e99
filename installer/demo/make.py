"""Write residents.csv: 700 invented households, the same ones at every run.

    python installer/demo/make.py

It follows the staircases of places.csv and puts the names of names.csv together by chance.
The people of the stories (STORY) have their fixed doors.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent
COLUMNS = ["reference", "residence", "staircase", "floor", "door"]
COLUMNS += ["title", "first_name", "last_name", "language"]

# Lowest floor with flats, and flats on each floor. The highest floor stands in places.csv.
FLATS = {
    "figuiers": (1, 5),
    "gabians": (1, 5),
    "amandiers": (1, 4),
    "tuiliere": (0, 4),
    "crique": (1, 5),
}

# Chances of households of 1, 2, 3, 4, 5 and 6 people.
SIZES = (42, 26, 15, 10, 5, 2)


class Person(NamedTuple):
    title: str
    first: str
    last: str
    language: str


class Origin(NamedTuple):
    """A line of names.csv: its weight in the draw, and what is drawn for adults and children."""

    share: int
    languages: list[str]
    women: list[str]
    men: list[str]
    surnames: list[str]


STORY = {
    ("figuiers", "A", "12"): [Person("M.", "Lucien", "Martin", "fr")],
    ("figuiers", "B", "31"): [Person("Mme", "Amina", "Benali", "ar")],
    ("gabians", "B", "52"): [
        Person("Mme", "Fatou", "Diallo", "fr"),
        Person("", "Awa", "Diallo", "fr"),
        Person("", "Ibrahima", "Diallo", "fr"),
    ],
}


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def origins() -> list[Origin]:
    lists = ("languages", "women", "men", "surnames")
    return [
        Origin(int(row["share"]), *(row[name].split() for name in lists))
        for row in read("names.csv")
    ]


def doors(residence: str, highest: int) -> Iterator[tuple[int, str]]:
    """Floor and door label of every flat of a staircase: `31` is the first of the third floor."""
    lowest, flats = FLATS[residence]
    for floor in range(lowest, highest + 1):
        for number in range(1, flats + 1):
            yield floor, f"{floor}{number}"


def household(origin: Origin, random: Random) -> list[Person]:
    """One or two adults, then children of one of their names, without title, who read French."""
    size = random.choices(range(1, 7), SIZES)[0]
    adults = 1 if size == 1 or random.random() < 0.2 else 2
    surname = random.choice(origin.surnames)
    sexes = random.sample(["Mme", "M."], 2)
    left = {"Mme": list(origin.women), "M.": list(origin.men)}
    people: list[Person] = []
    for rank in range(size):
        sex = sexes[rank] if rank < adults else random.choice(sexes)
        first = left[sex].pop(random.randrange(len(left[sex])))
        if rank >= adults:
            people.append(Person("", first, surname, "fr"))
            continue
        own = rank == 1 and random.random() < 0.3
        last = random.choice(origin.surnames) if own else surname
        people.append(Person(sex, first, last, random.choice(origin.languages)))
    return people


def rows(random: Random) -> Iterator[tuple[object, ...]]:
    """The rows of residents.csv; leases are numbered from 200001 in the order of the doors."""
    lease = 200_000
    choices = origins()
    shares = [origin.share for origin in choices]
    for place in read("places.csv"):
        if place["type"] != "staircase":
            continue
        residence, letter = place["parent"], place["name"].rsplit(" ", 1)[-1]
        for floor, door in doors(residence, int(place["floors"])):
            lease += 1
            drawn = household(random.choices(choices, shares)[0], random)
            for rank, person in enumerate(STORY.get((residence, letter, door), drawn), 1):
                yield f"{lease}-{rank}", residence, letter, floor, door, *person


def main() -> None:
    with (HERE / "residents.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        # Not a secret: the same seed makes the same neighbours.
        writer.writerows(rows(Random(2011)))


if __name__ == "__main__":
    main()
