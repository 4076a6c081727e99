"""CSV files: read whole, each fault said with its line and its column."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sync.imports.errors import ImportRefused, quoted
from sync.imports.source import Source, read

MEGABYTES: Final = 10
ROWS: Final = 20_000
CELL: Final = 500
"""Characters a cell may hold, unless its column says otherwise."""

UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters and marks that turn the direction of what follows."""


@dataclass(frozen=True)
class Columns:
    """What a file's header may hold: names that must be there, names that may."""

    required: Sequence[str]
    optional: Sequence[str] = ()
    long: Mapping[str, int] = field(default_factory=dict)

    @property
    def all(self) -> list[str]:
        """Every name, in the order of the documentation."""
        return [*self.required, *self.optional]


@dataclass(frozen=True)
class Row:
    """One row: its values by column, stripped; "" where there is none."""

    source: str
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def refuse(self, column: str, sentence: str) -> ImportRefused:
        """The refusal to raise for a value of this row."""
        return ImportRefused(sentence, line=self.line, column=column, source=self.source)

    def filled(self, column: str) -> str:
        """The value, which must be there."""
        if not self[column]:
            raise self.refuse(column, f"Il manque {quoted(column)}.")
        return self[column]

    def matching(self, column: str, pattern: str, wanted: str) -> str:
        """The value, "" or whole as ``pattern`` says; ``wanted`` says it in words."""
        if self[column] and not re.fullmatch(pattern, self[column]):
            raise self.refuse(column, f"{quoted(self[column])} n’est pas {wanted}.")
        return self[column]

    def one_of(self, column: str, words: Iterable[str], noun: str) -> str:
        """The value, which must be one of ``words``; ``noun`` says what they are ("un rôle")."""
        value, known = self.filled(column), list(words)
        if value not in known:
            list_ = ", ".join(known)
            said = f"{quoted(value)} n’est pas {noun}. On peut écrire\u00a0: {list_}."
            raise self.refuse(column, said)
        return value

    def number(self, column: str, least: int, most: int) -> int | None:
        """The value as a whole number from ``least`` to ``most``; None where there is none."""
        if not self[column]:
            return None
        if not re.fullmatch(r"[-−+]?[0-9]{1,6}", self[column]):
            raise self.refuse(column, f"{quoted(self[column])} n’est pas un nombre entier.")
        value = int(self[column].replace("−", "-"))
        if not least <= value <= most:
            raise self.refuse(column, f"{value} n’est pas entre {least} et {most}.")
        return value


@dataclass(frozen=True)
class Table:
    """A file's rows, with the columns its header names."""

    source: str
    header: Sequence[str]
    rows: Sequence[Row]


def load_table(source: str, columns: Columns) -> Table:
    """Read a CSV file whose header is as ``columns`` says. Raises :class:`ImportRefused`."""
    return parse(read(source, MEGABYTES), columns)


def header_of(source: str) -> list[str]:
    """The names in a file's first line, whatever they are: tells which of two formats it is."""
    content = read(source, MEGABYTES)
    return next((cells for _, cells in _records(content)), [])


def parse(source: Source, columns: Columns) -> Table:
    """The table in ``source``. Raises :class:`ImportRefused`."""
    records = _records(source)
    line, header = next(records, (1, []))
    _check_header(header, columns, source.name, line)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) >= ROWS:
            raise ImportRefused(f"Ce fichier a plus de {ROWS} lignes.", source=source.name)
        if any(cells):
            rows.append(_row(source.name, line, header, cells, columns))
    return Table(source.name, header, rows)


def _row(
    source: str, line: int, header: Sequence[str], cells: Sequence[str], columns: Columns
) -> Row:
    if len(cells) != len(header):
        said = f"Cette ligne a {len(cells)} cases. Il en faut {len(header)}."
        raise ImportRefused(said, line=line, source=source)
    row = Row(source, line, dict(zip(header, cells, strict=True)))
    for column, value in row.values.items():
        most = columns.long.get(column, CELL)
        if len(value) > most:
            raise row.refuse(column, f"Ce texte est trop long\u00a0: {most} caractères au plus.")
        if UNSEEN.search(value):
            raise row.refuse(column, "Ce texte contient un caractère invisible interdit.")
    return row


def _check_header(header: Sequence[str], columns: Columns, source: str, line: int) -> None:
    def refuse(column: str, sentence: str) -> ImportRefused:
        return ImportRefused(sentence, line=line, column=column, source=source)

    found, known = ", ".join(header), ", ".join(columns.all)
    if len(header) == 1 and ";" in header[0]:
        said = "Les colonnes sont séparées par «\u00a0;\u00a0». Il faut des virgules."
        raise ImportRefused(said, line=line, source=source)
    for name in columns.required:
        if name not in header:
            said = f"Il manque la colonne {quoted(name)}. On a trouvé\u00a0: {found or 'rien'}."
            raise refuse(name, said)
    for name in header:
        if name not in columns.all:
            said = f"La colonne {quoted(name)} n’existe pas. Les colonnes sont\u00a0: {known}."
            raise refuse(name, said)
        if header.count(name) > 1:
            raise refuse(name, f"La colonne {quoted(name)} est là deux fois.")


def _records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on, its cells stripped; empty lines are passed over."""
    reader = csv.reader(io.StringIO(_decoded(source), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        said = "Cette ligne a un guillemet de trop, ou qui manque."
        raise ImportRefused(said, line=line, source=source.name) from error


def _decoded(source: Source) -> str:
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place_of(source.data, error.start)
        said = (
            "Ce fichier n’est pas en UTF-8. Ouvrez-le dans votre tableur, puis enregistrez-le "
            "en «\u00a0CSV UTF-8\u00a0»."
        )
        raise ImportRefused(said, line=line, column=column, source=source.name) from error


def _place_of(data: bytes, offset: int) -> tuple[int, str]:
    """The line of a byte, and the name of its column as far as the header can be read."""
    lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    before = data[:offset].decode("latin-1").replace("\r\n", "\n").split("\n")
    try:
        header = next(csv.reader(lines[:1]))
        index = len(next(csv.reader(before[-1:]), [""])) - 1
    except csv.Error:
        return len(before), ""
    inside = 0 <= index < len(header) and len(before) > 1
    return len(before), header[index].strip() if inside else ""
