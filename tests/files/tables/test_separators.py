"""What separates the entries of a table: one rule for every reader of tables, whatever its suffix."""

from pathlib import Path

import pytest
from command import run
from hypothesis import given
from hypothesis import strategies as st
from refusal import check_refused

from relupoly.errors import FileFormatError
from relupoly.files import read_arrangement, read_generators, read_points, read_samples, read_vectors
from relupoly.files.formats import TABLES
from relupoly.files.rows import read_rows
from relupoly.files.tables.csv_lines import csv_rows

CASES = Path(__file__).parents[1] / "cases"
READERS = [read_arrangement, read_generators, read_points, read_samples, read_vectors, read_rows]
NUMBERS = st.fractions().map(str) | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)


@pytest.mark.parametrize("suffix", TABLES)
@pytest.mark.parametrize("separator", [",", ";", "\t", " ", "   ", " , ", "; "])
@pytest.mark.parametrize("read", READERS)
def test_every_reader_takes_every_separator_and_suffix(read, separator, suffix, tmp_path):
    rows = [["1", "1/3", "-2"], ["0.5", "4", "1e-3"], ["7", "8", "9"]]
    plain = tmp_path / "plain.csv"
    plain.write_text("".join(",".join(row) + "\n" for row in rows))
    other = tmp_path / f"other.{suffix.upper()}"
    other.write_text("# a comment, with; all\tof them\n" + "".join(separator.join(row) + "\r\n" for row in rows))
    assert read(other) == read(plain)


@given(
    st.lists(st.lists(NUMBERS, min_size=2, max_size=4), min_size=1, max_size=4),
    st.sampled_from([",", ";", "\t", " ", "  "]),
    st.sampled_from(["", " "]),
    st.booleans(),
)
def test_what_is_joined_is_split(rows, separator, padding, quoting):
    mark = '"' if quoting else ""
    lines = [padding + separator.join(f"{mark}{entry}{mark}" for entry in row) for row in rows]
    header, found = csv_rows("\n".join(lines).encode())
    assert header is None
    assert [[entry.strip() for entry in row] for _, row in found] == rows


HEADERS = {
    "dose mg, age \n1,2\n": ["dose mg", "age"],
    "weight, kg;height\n1;2\n": ["weight, kg", "height"],
    "dose mg\tage; years\n1\t2\n": ["dose mg", "age; years"],
    '"dose, mg","age"\n1,2\n': ["dose, mg", "age"],
    '"dose mg" age\n 1  2 \n': ["dose mg", "age"],
    "dose mg\n1\n2\n": ["dose mg"],
    "a;b\n": ["a", "b"],
}


@pytest.mark.parametrize("text", HEADERS)
def test_names_may_hold_blanks_and_other_separators(text):
    assert csv_rows(text.encode())[0] == HEADERS[text]


def test_a_column_alone_needs_no_separator():
    assert csv_rows(b"1\n2\n") == (None, [(1, ["1"]), (2, ["2"])])
    assert csv_rows(b"") == (None, [])


REFUSED = {
    "1,2\n3;4\n": "line 1 has commas between entries, but line 2 has semicolons; use one separator in all lines",
    "a;b\n1,2\n": "line 1 has semicolons between entries, but line 2 has commas",
    "1 2 3\n1,2,3\n": "line 1 has blanks between entries, but line 2 has commas",
    "1,2\n1 2\n": "line 1 has commas between entries, but line 2 has blanks",
    "x,y\n1 2\n3\t4\n": "line 2 has blanks between entries, but line 3 has tabs",
    "1;2\n1;2;3,4\n": "line 2 has semicolons and commas between entries; use one separator and a point in decimals (1.5",
    "1,5\t2,5\n": "line 1 has tabs and commas between entries; use one separator and a point in decimals",
    "1,5;2,5\n": "line 1 has semicolons and commas between entries",
    "1;2 3\n4;5\n": "line 1 has semicolons and blanks between entries; use one separator",
    "x,y\n1,2 3\n": "line 2 has commas and blanks between entries",
    '"1,5";"2,5"\n': 'line 1: "1,5" has a decimal comma; write a point, 1.5',
    '"1,5" 2\n': 'line 1: "1,5" has a decimal comma',
    '"1,5"\n2\n': 'line 1: "1,5" has a decimal comma',
    'x;y\n"-0,25e-3";2\n': 'line 2: "-0,25e-3" has a decimal comma; write a point, -0.25e-3',
}


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("read", READERS)
def test_two_separators_are_refused(read, text, tmp_path):
    check_refused(read, tmp_path / "a.csv", text, REFUSED[text], FileFormatError)


def test_samples_between_blanks():
    assert read_samples(CASES / "ws.csv").points == ((1, 2), (2, 3), (0, 1))
    result = run("train", CASES / "ws.csv", "--width", "2", "--json")
    assert result.exit_code == 0
    assert '"width": 2' in result.stdout


def test_generators_between_semicolons():
    assert read_rows(CASES / "zsemi.csv") == [[1, 0], [0, 1], [1, 1]]
    result = run("zonotope", CASES / "zsemi.csv")
    assert "vertices  6" in result.stdout


def test_standard_input_is_a_table_too():
    result = run("zonotope", "-", stdin="1 0\n0 1\n1 1\n")
    assert "vertices  6" in result.stdout
