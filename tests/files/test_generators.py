"""Files of generators in every format."""

import numpy as np
import pytest
from flint import fmpq
from refusal import npy

from relupoly.errors import FileFormatError, InputError, ZonotopeError
from relupoly.files import read_generators

ROWS = ((fmpq(1, 2), fmpq(-1)), (fmpq(0), fmpq(3)))

EXT = """\
a hexagon
V-representation
begin
 2 3 rational
 0 1/2 -1
 1 0 3
end
"""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("z.csv", b"x,y\n# two generators\n0.5, -1\n0,3\n"),
        ("z.json", b'[[0.5, -1], ["0", 3]]'),
        ("z.json", b'{"generators": [["1/2", -1], [0, 3]]}'),
        ("z.ext", EXT.encode()),
        ("z.EXT", EXT.encode()),
        ("z.npy", npy(np.array([[0.5, -1], [0, 3]]))),
    ],
)
def test_every_format(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert read_generators(tmp_path / name).generators == ROWS


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("z.csv", "1,0\n0,1,2\n", ZonotopeError, "z.csv: generator 2 has 3 entries, but 2 are needed"),
        ("z.csv", "", ZonotopeError, "z.csv: there is no generator"),
        ("z.csv", "1,a\n", FileFormatError, 'z.csv: line 1, column 2: "a" is not a number'),
        ("z.json", "[[1, 2], 3]", FileFormatError, "row 2 of generators is not a list of numbers"),
        ("z.json", '{"points": [[1]]}', FileFormatError, "generators"),
        ("z.json", "[]", ZonotopeError, "there is no generator"),
        ("z.json", "[[]]", ZonotopeError, "the space has no dimension"),
        ("z.ext", EXT.replace("0 1/2", "2 1/2"), FileFormatError, "row 1 begins with 2; begin it with 0 or 1"),
        ("z.ext", EXT.replace("V-rep", "H-rep"), FileFormatError, "it lists inequalities; give a V-representation"),
        ("z.ext", EXT.replace("end", ""), FileFormatError, "the file ends without a line that says end"),
        ("z.xls", "1,0\n", FileFormatError, 'unknown suffix ".xls"'),
    ],
)
def test_what_is_no_list_of_generators(tmp_path, name, text, error, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read_generators(tmp_path / name)
    assert isinstance(caught.value, error)
    assert message in str(caught.value)
    assert str(caught.value).count(name) == 1 or name == "z.xls"
