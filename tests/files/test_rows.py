"""Files of rows."""

import numpy as np
import pytest
from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.files.rows import read_rows


def test_formats(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n# comment\n0.1,1/3\n2\n")
    (tmp_path / "a.json").write_text('[[0.1, "1/3"], [2]]')
    assert read_rows(tmp_path / "a.csv") == read_rows(tmp_path / "a.json") == [[fmpq(1, 10), fmpq(1, 3)], [2]]
    np.save(tmp_path / "a.npy", np.array([[0.5, 2.0]]))
    assert read_rows(tmp_path / "a.npy") == [[fmpq(1, 2), 2]]
    assert read_rows(tmp_path / "a.csv", format="csv") == read_rows(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "1,x\n", r"a\.csv: line 1, column 2"),
        ("a.json", '{"rows": []}', 'unknown key "rows"'),
        ("a.xls", "1,2\n", "unknown suffix"),
    ],
)
def test_errors_name_the_place(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileFormatError, match=message):
        read_rows(tmp_path / name)
