"""Files of samples: CSV, JSON and .npz, exact; what is wrong with them is said in one line that names row and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from refusal import npz

from relupoly.errors import FileFormatError
from relupoly.files.samples import read_samples
from relupoly.files.tables.sample_columns import Samples

POINTS = ((fmpq(1, 10), fmpq(1, 3)), (fmpq(-2), fmpq(1, 1000)))
TARGETS = (fmpq(3), fmpq(-1, 2))
PLAIN = Samples(POINTS, TARGETS)
NAMED = Samples(POINTS, TARGETS, None, ("age", "dose"), "effect")

GOOD = {
    "plain.csv": ("0.1,1/3,3\n-2,1e-3,-0.5\n", PLAIN),
    "header.csv": ("# samples\nage, dose ,effect\n\n0.1, 1/3, 3\n-2,1e-3,-.5", NAMED),
    "quoted.csv": ('"age","dose","effect"\r\n"0.1","1/3","3"\r\n-2,0.001,-0.5\r\n', NAMED),
    "semicolons.csv": ("age;dose;effect\n0.1;1/3;3\n-2;1e-3;-0.5\n", NAMED),
    "tabs.csv": ("\ufeffage\tdose\teffect\n0.1\t1/3\t3\n-2\t1e-3\t-0.5\n", NAMED),
    "records.json": ('[{"age": 0.1, "dose": "1/3", "effect": 3}, {"effect": -0.5, "dose": 1e-3, "age": -2}]', NAMED),
    "rows.json": ('[[0.1, "1/3", 3], [-2, 0.001, "-1/2"]]', PLAIN),
    "object.JSON": ('{"X": [[0.1, "1/3"], [-2, 0.001]], "y": [3, -0.5]}', PLAIN),
    "column.json": ('{"X": [[0.1, "1/3"], [-2, 0.001]], "y": [[3], [-0.5]]}', PLAIN),
}


@pytest.mark.parametrize("name", GOOD)
def test_decimals_are_exact_and_the_last_column_is_the_target(name: str, tmp_path: Path) -> None:
    text, expected = GOOD[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_samples(tmp_path / name) == expected


TABLE = "age,dose,count,effect\n1,2,3,4\n5,6,7,8\n"


def written(folder: Path, text: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("target", ["dose", "2", 2, ["dose"], [2]])
def test_columns_are_named_or_numbered_from_one(target: Any, tmp_path: Path) -> None:
    found = read_samples(written(tmp_path, TABLE), target=target)
    assert found == Samples(((1, 3, 4), (5, 7, 8)), (2, 6), None, ("age", "count", "effect"), "dose")


def test_weights_are_no_inputs(tmp_path: Path) -> None:
    path = written(tmp_path, TABLE)
    assert read_samples(path, weights="count") == Samples(((1, 2), (5, 6)), (4, 8), (3, 7), ("age", "dose"), "effect")
    # The last column that does not hold weights is the target.
    assert read_samples(path, weights=4) == Samples(((1, 2), (5, 6)), (3, 7), (4, 8), ("age", "dose"), "count")
    assert read_samples(path, target=1, weights="dose").inputs == ("count", "effect")


def test_a_name_that_is_a_number_comes_first(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"2": 1, "b": 5, "c": 7}]', "data.json")
    assert read_samples(path, target="2").targets == (1,)
    assert read_samples(path, target=2).targets == (5,)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16"])
def test_arrays_are_exact(dtype: str, tmp_path: Path) -> None:
    points, targets = np.array([[0.1, -2], [3, 4]]).astype(dtype), np.array([1, -1])
    expected = Samples(
        tuple(tuple(fmpq(*float(entry).as_integer_ratio()) for entry in row) for row in points), (fmpq(1), fmpq(-1)), (1, 2)
    )
    path = written(tmp_path, npz(X=points, y=targets, weights=np.array([1, 2])), "data.npz")
    assert read_samples(path) == expected
    assert read_samples(path, target="y", weights="weights") == expected
    assert read_samples(written(tmp_path, npz(X=points, y=targets[:, None], weights=[1, 2]), "data.npz")) == expected


REFUSED: list[tuple[str, str | bytes, dict[str, Any], str]] = [
    ("a.csv", "", {}, "there is no sample; give at least one row of numbers"),
    ("a.csv", "x,y\n", {}, "there is no sample; give at least one row of numbers"),
    ("a.csv", "x,y\n1,2\n\n3,four\n", {}, 'line 4, column 2 ("y"): "four" is not a number; write an integer, a decimal'),
    (
        "a.csv",
        "1,2\n3,nan\n",
        {},
        'line 2, column 2: the value is missing ("nan"); --dropna',
    ),
    (
        "a.csv",
        "x,y\nNaN,2\n",
        {},
        'line 2, column 1 ("x"): the value is missing ("NaN"); --dropna',
    ),
    ("a.csv", "x,y\n1,\n", {}, 'line 2, column 2 ("y"): the value is missing; --dropna'),
    ("a.csv", "x,2\n1,2\n", {}, 'line 1, column 1: "x" is not a number'),
    ("a.csv", "x,y\n1,2,3\n", {}, "line 2 has 3 entries, but the header has 2; give all the same number"),
    ("a.csv", "1,2\n1,2\n1\n", {}, "line 3 has 1 entries, but line 1 has 2; give all the same number"),
    ("a.csv", "y\n1\n", {}, "no column is left for inputs; give at least one besides the target and the weights"),
    ("a.csv", "w,y\n1,2\n", {"weights": "w"}, "no column is left for inputs"),
    ("a.csv", TABLE, {"target": "effct"}, 'there is no column "effct"; did you mean "effect"?'),
    ("a.csv", TABLE, {"weights": "zz"}, 'there is no column "zz"; known are "age", "dose", "count", "effect"'),
    ("a.csv", "1,2\n", {"target": "y"}, 'there is no column "y"; the file has no header: give a number from 1 to 2'),
    ("a.csv", TABLE, {"target": 5}, "there is no column 5; columns are numbered from 1 to 4"),
    ("a.csv", TABLE, {"target": "0"}, "there is no column 0; columns are numbered from 1 to 4"),
    ("a.csv", TABLE, {"target": 1, "weights": "age"}, 'column 1 ("age") cannot be both the target and the weights'),
    ("a.csv", "a,a,b\n1,2,3\n", {"target": "a"}, '2 columns have the name "a"; give the number of one'),
    ("a.csv", TABLE, {"target": ["dose", "effect"]}, "2 targets are asked for; only one output is supported, because optimal"),
    ("a.csv", TABLE, {"target": "dose, effect"}, "2 targets are asked for; only one output is supported, because optimal"),
    ("a.csv", b"\xff", {}, "line 1: byte 1 of the file is not UTF-8"),
    ("a.json", "", {}, "the file is empty; it is not JSON"),
    ("a.json", "[]", {}, "there is no sample"),
    ("a.json", "[{}]", {}, "no column is left; give at least one for the inputs"),
    ("a.json", "3", {}, "it is not an object"),
    ("a.json", "[1, 2]", {}, "row 1 of the samples is not a list of numbers"),
    ("a.json", '[{"x": 1, "y": 2}, {"x": 1}]', {}, 'record 2: the key "y" is missing; add it'),
    ("a.json", '[{"x": 1, "y": 2}, {"x": 1, "yy": 3}]', {}, 'record 2: unknown key "yy"; did you mean "y"?'),
    ("a.json", '[{"x": 1, "y": NaN}]', {}, 'record 1, column 2 ("y"): the value is missing; --dropna'),
    ("a.json", '[{"x": 1, "y": null}]', {}, 'record 1, column 2 ("y"): the value is missing; --dropna'),
    ("a.json", '{"X": [[1]]}', {}, 'the key "y" is missing; add it'),
    ("a.json", '{"X": [], "y": []}', {}, "there is no sample; give X at least one row"),
    ("a.json", '{"X": [[]], "y": [1]}', {}, "row 1 of X is empty; give at least one input"),
    ("a.json", '{"X": [[1], [2, 3]], "y": [1, 2]}', {}, "row 2 of X has 2 entries, but row 1 of X has 1"),
    ("a.json", '{"X": [[1], [2]], "y": [1]}', {}, "X has 2 rows, but y has 1; give one for each sample"),
    ("a.json", '{"X": [[1]], "y": [1], "weights": [1, 2]}', {}, "X has 1 rows, but weights has 2; give one for each sample"),
    ("a.json", '{"X": [[1]], "y": 1}', {}, "y is not a list of numbers"),
    ("a.json", '{"X": [[1, "b"]], "y": [1]}', {}, 'column 2 (texts, such as "b") holds no numbers; --exclude 2 leaves it out'),
    ("a.json", '{"X": [[1, 2], [1, "b"]], "y": [1, 2]}', {}, 'X[2][2]: "b" is not a number'),
    (
        "a.json",
        '{"X": [[1, null]], "y": [1]}',
        {},
        "X[1][2]: the value is missing; --dropna",
    ),
    ("a.json", '{"X": [[1]], "y": [[1, 2]]}', {}, "y[1] has 2 targets; only one output is supported, because optimal weights"),
    ("a.json", '{"X": [[1]], "y": [1]}', {"target": "z"}, 'there is no column "z": here the target is called y'),
    ("a.json", '{"X": [[1]], "y": [1]}', {"weights": "w"}, 'there is no column "w": here the weights are called weights'),
    ("a.json", '{"X": [[1]], "y": [1]}', {"weights": "weights"}, "there are no weights; add them, or ask for none"),
    ("a.npz", b"nonsense", {}, "it is not a numpy file"),
    ("a.npz", npz(X=np.eye(2)), {}, 'the key "y" is missing; add it'),
    ("a.npz", npz(X=np.eye(2), y=np.eye(2)), {}, "y[1] has 2 targets; only one output is supported"),
    ("a.npz", npz(X=np.ones(2), y=np.ones(2)), {}, "X has 1 axes; give it 2"),
    ("a.npz", npz(X=np.array([["a"]]), y=np.ones(1)), {}, "X has entries of type <U1; give integers, float32 or float64"),
    ("a.npz", npz(X=np.array([[np.inf]]), y=np.ones(1)), {}, "X[1][1]: inf is not a finite number"),
    ("a.npz", npz(X=np.array([[None]]), y=np.ones(1)), {}, 'the array "X" is damaged or holds Python objects; save it'),
    ("a.xls", "1,2", {}, 'unknown suffix ".xls"; known are .csv, .tsv, .txt, .dat, .json, .npz'),
    ("a.csv", TABLE, {"format": "jsn"}, 'unknown format "jsn"; did you mean "json"?'),
]


@pytest.mark.parametrize(("name", "data", "options", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_refused(name: str, data: str | bytes, options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_samples(written(tmp_path, data, name), **options)
    assert str(caught.value).startswith(f"{tmp_path / name}: {message}")
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"none.csv: there is no such file"):
        read_samples(tmp_path / "none.csv")


def test_an_array_alone_is_no_archive(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.eye(2))
    with pytest.raises(FileFormatError, match="it is a single array"):
        read_samples(tmp_path / "one.npy", format="npz")
