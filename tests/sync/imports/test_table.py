"""CSV files, and what is said of those that cannot be read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.imports.errors import ImportRefused
from sync.imports.source import Source
from sync.imports.table import ROWS, Columns, Table, parse

COLUMNS = Columns(required=("reference", "door"), optional=("name",), long={"name": 900})
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")))


def table(data: str | bytes) -> Table:
    return parse(Source("a.csv", data if isinstance(data, bytes) else data.encode()), COLUMNS)


def refusal(data: str | bytes) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        table(data)
    return caught.value


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bom_line_ends_and_the_order_of_columns_do_not_matter(bom: str, end: str) -> None:
    rows = table(f"{bom}door,reference{end}31, 2001-1 {end}{end},{end}12,2002-1").rows
    assert [(row.line, row["reference"], row["door"]) for row in rows] == [
        (2, "2001-1", "31"),
        (5, "2002-1", "12"),
    ]


def test_a_quoted_cell_may_hold_several_lines_and_the_next_row_knows_its_line() -> None:
    rows = table('reference,door,name\n1,2,"un\ndeux"\n3,4,x\n').rows
    assert [(row.line, row["name"]) for row in rows] == [(2, "un\ndeux"), (4, "x")]


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("reference", "door", "name"), *rows])
    read = [(row["reference"], row["door"], row["name"]) for row in table(file.getvalue()).rows]
    cut = [(a.strip(), b.strip(), c.strip()) for a, b, c in rows]
    assert read == [row for row in cut if any(row)]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_there_is_a_table_or_a_sentence(data: bytes) -> None:
    refused: ImportRefused | None = None
    try:
        table(data)
    except ImportRefused as caught:
        refused = caught
    assert refused is None or (refused.sentence.endswith(".") and (refused.line or 1) >= 1)


def test_latin_1_is_refused_with_its_line_and_column() -> None:
    refused = refusal("reference,door,name\n1,2,Ana\n3,4,René\n".encode("latin-1"))
    assert (refused.line, refused.column) == (3, "name")
    assert "«\u00a0CSV UTF-8\u00a0»" in str(refused)
    assert str(refused).startswith("a.csv, ligne 3, colonne «\u00a0name\u00a0»\u00a0: ")


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        ("", 1, "reference", "Il manque la colonne «\u00a0reference\u00a0». On a trouvé"),
        ("reference,name\n", 1, "door", "On a trouvé\u00a0: reference, name."),
        ("reference,door,telefone\n", 1, "telefone", "Les colonnes sont\u00a0: reference, door"),
        ("reference,door,door\n", 1, "door", "deux fois"),
        ("reference;door\n1;2\n", 1, "", "Il faut des virgules"),
        ("reference,door\n1,2,3\n", 2, "", "Cette ligne a 3 cases. Il en faut 2."),
        ('reference,door\n1,"2\n', 2, "", "guillemet"),
        ("reference,door\n1,2\u202e\n", 2, "door", "caractère invisible"),
        ("reference,door\n1,2\x00\n", 2, "door", "caractère invisible"),
        ("reference,door\n1," + "2" * 501 + "\n", 2, "door", "500 caractères au plus"),
    ],
)
def test_a_bad_file_is_refused_in_words(data: str, line: int, column: str, words: str) -> None:
    refused = refusal(data)
    assert words in refused.sentence
    assert (refused.line, refused.column) == (line, column)


def test_too_many_rows_are_refused() -> None:
    assert "20000 lignes" in str(refusal("reference,door\n" + "1,2\n" * (ROWS + 1)))
