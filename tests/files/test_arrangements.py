"""Arrangements in files."""

from pathlib import Path

import pytest

from relupoly.errors import ArrangementError, FileFormatError
from relupoly.files import read_arrangement
from relupoly.geometry.arrangement import Arrangement

LINES = Arrangement.of([[1, 0, 0], ["1/3", 2, "0.5"], [1, 1, -1]])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "a1,a2,b\n1,0,0\n1/3, 2, 0.5\n# a comment\n\n2,2,-2\n1,0,0\n"),
        ("a.json", '{"hyperplanes": [[1, 0, 0], ["1/3", 2, 0.5], [1, 1, -1]]}'),
        ("a.json", '[[1, 0, 0], ["1/3", 2, 0.5], [1, 1, -1]]'),
        ("a.ine", "H-representation\nbegin\n3 3 rational\n0 1 0\n-1/2 1/3 2\n1 1 1\nend\n"),
        ("a.ine", "H-representation\nlinearity 1 1\nbegin\n3 3 rational\n0 1 0\n-1/2 1/3 2\n1 1 1\nend\n"),
    ],
)
def test_formats(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_arrangement(tmp_path / name) == LINES


def test_nonnegative_coordinates_are_hyperplanes_too(tmp_path: Path) -> None:
    (tmp_path / "a.ine").write_text("begin\n1 3 integer\n1 1 1\nend\nnonnegative\n")
    assert read_arrangement(tmp_path / "a.ine") == Arrangement.of([[1, 1, -1], [1, 0, 0], [0, 1, 0]])


def test_the_format_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("1,0,0\n1/3,2,0.5\n1,1,-1\n")
    assert read_arrangement(tmp_path / "lines.txt", "csv") == LINES


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("a.csv", "1,2\n0,3\n", ArrangementError, "a.csv: row 2 is no hyperplane"),
        ("a.csv", "1,2\n1,2,3\n", ArrangementError, "row 2 has 3 entries, but 2 are needed"),
        ("a.csv", "1,2\n1,x\n", FileFormatError, "line 2, column 2"),
        ("a.csv", "", FileFormatError, "there is no hyperplane"),
        ("a.csv", "5\n", ArrangementError, "no dimension"),
        ("a.json", '{"hyperplane": [[1, 2]]}', FileFormatError, 'did you mean "hyperplanes"'),
        ("a.json", '{"hyperplanes": [1, 2]}', FileFormatError, "row 1 of hyperplanes is not a list"),
        ("a.json", '{"hyperplanes": [[1, true]]}', ArrangementError, "row 1, entry 2"),
        ("a.json", '{"hyperplanes": []}', FileFormatError, "there is no hyperplane"),
        ("a.json", "{", FileFormatError, "not JSON"),
        (
            "a.ine",
            "begin\n0 3 integer\nend\n",
            FileFormatError,
            "there is no hyperplane in it; write rows b a_1",
        ),
        ("a.ine", "begin\n1 2 integer\n1\nend\n", FileFormatError, "1 rows of 2 need 2"),
        ("a.xls", "1,2\n", FileFormatError, "unknown suffix"),
    ],
)
def test_damaged_files(tmp_path: Path, name: str, text: str, error: type[Exception], message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(error, match=message):
        read_arrangement(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="there is no such file"):
        read_arrangement(tmp_path / "none.csv")
