"""Files of points: CSV, JSON and .npy."""

import numpy as np
import pytest
from refusal import check_refused, npy, npz

from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_points
from relupoly.geometry.subspace import AffineSubspace

POINTS = [["0.1", "1/3", -2], [1, 0, "1e-3"], [0, 0, 0]]
PLANE = AffineSubspace.through(POINTS)

GOOD = {
    "plain.csv": "0.1,1/3,-2\n1,0,1e-3\n0,0,0\n",
    "header.csv": "\n# three points\nheight, weight ,age\n0.1, 1/3, -2\n\n1,0,1e-3\n  # more\n0,0,0",
    "quoted.csv": '"0.1","1/3","-2"\r\n1,0,1e-3\r\n0,0,0\r\n',
    "bom.csv": "\ufeff0.1,1/3,-2\n1,0,1e-3\n0,0,0\n",
    "list.json": '[[0.1, "1/3", -2], [1, 0, 0.001], [0, 0, 0]]',
    "object.JSON": '{"points": [[0.10, "1/3", -2], [1, 0, 1e-3], [0, 0, 0]]}',
}


@pytest.mark.parametrize("name", GOOD)
def test_decimals_are_exact(name, tmp_path):
    path = tmp_path / name
    path.write_text(GOOD[name], encoding="utf-8")
    assert read_points(path) == PLANE


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16"])
def test_arrays_are_exact(dtype, tmp_path):
    points = np.array([[0.1, -2], [3, 4]]).astype(dtype)
    np.save(tmp_path / "points.npy", points)
    assert read_points(tmp_path / "points.npy") == AffineSubspace.through(points.tolist())


def test_a_single_precision_array_is_not_its_decimals(tmp_path):
    np.save(tmp_path / "points.npy", np.array([[0.1], [1]], dtype=np.float32))
    assert read_points(tmp_path / "points.npy") != AffineSubspace.through([["0.1"], [1]])


def test_points_of_mnist(shared):
    plane = read_points(shared / "nets" / "mnistfc" / "three_points.csv")
    assert (plane.dimension, plane.ambient_dimension) == (2, 784)


REFUSED = {
    ("csv", "empty"): (b"", "no point is given"),
    ("csv", "header alone"): (b"x,y\n", "no point is given"),
    ("csv", "one point"): (b"1,2\n", "a single point spans no subspace"),
    ("csv", "a word"): (b"x,y\n1,2\n\n3,four\n", 'line 4, column 2: "four" is not a number'),
    ("csv", "a half header"): (b"x,2\n1,2\n", 'line 1, column 1: "x" is not a number'),
    ("csv", "NaN first"): (b"nan,inf\n1,2\n", 'line 1, column 1: "nan" is not a number'),
    ("csv", "denominator 0"): (b"1/0,1/0\n1,2\n", 'line 1, column 1: "1/0" has the denominator 0'),
    ("csv", "a hole"): (b"1,2\n1,\n", 'line 2, column 2: "" is not a number'),
    ("csv", "ragged"): (b"1,2\n1,2,3\n", "point 2 has 3 coordinates, but point 1 has 2"),
    ("csv", "two separators"): (b"1;2\n3,4\n", "line 1 has semicolons between entries, but line 2 has commas"),
    ("csv", "twice the same"): (b"1,2\n1,2\n", "2 points span only dimension 0"),
    ("csv", "on a line"): (b"0,0\n1,2\n2,4\n", "3 points span only dimension 1"),
    ("csv", "too many"): (b"0\n1\n2\n", "3 points span only dimension 1"),
    ("csv", "not UTF-8"): (b"1,2\n\xe9,1\n", "line 2: byte 5 of the file is not UTF-8"),
    ("csv", "endless field"): (b"1" * 200_000, "it is not CSV"),
    ("csv", "endless number"): (b"1" * 101_000 + b"\n2", "line 1, column 1: a number of 101000 characters is too long"),
    ("json", "not JSON"): (b"[[1, 2],]", "line 1, column 9: not JSON"),
    ("json", "a number"): (b"3", 'it is not an object; write {"points": ...}'),
    ("json", "misspelt"): (b'{"point": [[1], [2]]}', 'unknown key "point"; did you mean "points"?'),
    ("json", "flat"): (b"[1, 2]", "row 1 of points is not a list of numbers"),
    ("json", "a text"): (b'["12", "34"]', "row 1 of points is not a list of numbers"),
    ("json", "NaN"): (b"[[1, 2], [3, NaN]]", "row 2, column 2: nan is not a finite number"),
    ("json", "null"): (b"[[1, null], [3, 4]]", "row 1, column 2: None is not a number"),
    ("json", "no coordinate"): (b"[[], []]", "2 points span only dimension 0"),
    ("json", "deep"): (b"[" * 100_000, "it is nested too deeply"),
    ("npy", "text"): (b"1,2", "it is not a numpy file"),
    ("npy", "archive"): (npz(a=np.eye(2)), "it is an archive of arrays"),
    ("npy", "flat"): (npy(np.ones(3)), "the array has 1 axes; give it 2"),
    ("npy", "complex"): (npy(np.eye(2) * 1j), "the array has entries of type complex128"),
    ("npy", "infinite"): (npy(np.array([[0, 1], [np.inf, 1]])), "row 2, column 1: inf is not a finite number"),
    ("npy", "no point"): (npy(np.zeros((0, 3))), "no point is given"),
    ("npy", "cut off"): (npy(np.eye(20))[:-100], "it is not a numpy file, or it is damaged"),
}


@pytest.mark.parametrize(("suffix", "name"), REFUSED)
def test_what_is_refused(suffix, name, tmp_path):
    data, message = REFUSED[suffix, name]
    check_refused(read_points, tmp_path / f"points.{suffix}", data, message, (FileFormatError, DomainError))
