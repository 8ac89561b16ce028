"""Tables as they are found, with texts, categories and missing values; read again by Python's own csv and fractions."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from refusal import npz

from relupoly.errors import FileFormatError
from relupoly.files.samples import read_samples
from relupoly.files.tables.input_columns import InputColumn

HOMES = """\
id,price,city,rooms,sold,agent,day
1,100,"Oslo, west",3,yes,NA,2020-01-02
2,1/3,Bergen,,no,Ada,2020-02-03
3,0.5,"Oslo, west",2,yes,?,2020-03-04
4,7,Oslo,1,no,Bob,
"""


def read(folder: Path, text: str | bytes, name: str = "data.csv", **options: Any) -> Any:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_samples(path, **options)


def test_what_is_not_used_may_hold_anything(tmp_path: Path) -> None:
    found = read(tmp_path, HOMES, target="price", inputs="id")
    assert (found.points, found.targets) == (((1,), (2,), (3,), (4,)), (100, fmpq(1, 3), fmpq(1, 2), 7))
    assert (found.inputs, found.target) == (("id",), "price")
    assert read(tmp_path, HOMES, target="price", exclude="3-7") == found
    assert read(tmp_path, HOMES, target=2, inputs="1:rooms", exclude=["2-4"]) == found
    # The last column that is left is the target.
    assert read(tmp_path, HOMES, exclude="city:day") == found


def test_inputs_keep_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, HOMES, target="id", inputs=["rooms,price"], dropna=True)
    assert found.inputs == ("rooms", "price")
    assert found.points == ((3, 100), (2, fmpq(1, 2)), (1, 7))
    assert found.origin.columns == (InputColumn("rooms", 4), InputColumn("price", 2))
    assert (found.origin.left_out, found.origin.width, found.origin.target) == (1, 7, InputColumn("id", 1))
    assert found.origin.sha256 == hashlib.sha256(HOMES.encode()).hexdigest()


def test_categories(tmp_path: Path) -> None:
    found = read(tmp_path, HOMES, target="price", inputs="city,sold,id", one_hot=True)
    assert found.inputs == ("city=Bergen", "city=Oslo", "city=Oslo, west", "sold=no", "sold=yes", "id")
    assert found.points[0] == (0, 0, 1, 0, 1, 1)
    assert found.points[3] == (0, 1, 0, 1, 0, 4)
    # A number is a category where somebody says so, as it is written.
    found = read(tmp_path, "1,2\n1.0,3\n1,4\n", categories="1")
    assert (found.inputs, found.points) == (("x1=1", "x1=1.0"), ((1, 0), (0, 1), (1, 0)))


def test_categories_are_those_of_the_rows_that_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, HOMES, target="price", inputs="agent", one_hot=True, dropna=True)
    assert (found.inputs, found.origin.left_out) == (("agent=Ada", "agent=Bob"), 2)


@pytest.mark.parametrize("mark", ["", "NA", "n/a", "NaN", "null", "None", "?", " NA ", "#N/A", "<NA>"])
def test_marks_of_missing_values(mark: str, tmp_path: Path) -> None:
    text = f"a,w,y\n1,1,2\n{mark},1,3\n4,{mark},5\n6,1,{mark}\n7,1,8\n"
    found = read(tmp_path, text, weights="w", dropna=True)
    assert (found.points, found.targets, found.weights, found.origin.left_out) == (((1,), (7,)), (2, 8), (1, 1), 3)
    with pytest.raises(FileFormatError, match=r"line 3, column 1 \(\"a\"\): the value is missing.*in 3 of 5 rows: column 1"):
        read(tmp_path, text, weights="w")


def test_headers(tmp_path: Path) -> None:
    years = "city,2019,2020\nOslo,1,2\nBergen,3,4\n"
    with pytest.raises(FileFormatError, match='line 1 has numbers, and texts such as "city"; give --header'):
        read(tmp_path, years, inputs="2")
    found = read(tmp_path, years, target="2020", inputs="2019", header=True)
    assert (found.points, found.targets, found.inputs) == (((1,), (3,)), (2, 4), ("2019",))
    assert read(tmp_path, years, inputs="2", header=False).points == ((2019,), (1,), (3,))
    with pytest.raises(FileFormatError, match="if line 1 holds the names of the columns, give --header"):
        read(tmp_path, "x,2\n1,2\n")
    assert read(tmp_path, "nan,1\n2,3\n", header=False, dropna=True).points == ((2,),)
    assert read(tmp_path, "#,b\n1,2\n").inputs == ("#",)
    with pytest.raises(FileFormatError, match="json files have no line of names; leave --header"):
        read(tmp_path, "[[1, 2]]", "a.json", header=True)


def test_entries_with_line_breaks_and_other_separators(tmp_path: Path) -> None:
    text = 'note,a,y\n"two\n# lines\n\n""quoted""; and, more",1,2\nb;c\td,3,4\n"e",5,6\n'
    found = read(tmp_path, text, exclude="note")
    assert (found.points, found.targets) == (((1,), (3,), (5,)), (2, 4, 6))
    found = read(tmp_path, text, one_hot=True)
    assert found.inputs == ("note=b;c\td", "note=e", 'note=two\n# lines\n\n"quoted"; and, more', "a")
    with pytest.raises(FileFormatError, match=r"line 5, column 3 \(\"y\"\): \"z\" is not a number"):
        read(tmp_path, 'note,a,y\n"\n\n",1,2\nx,1,z\n', exclude="note")


def test_records_and_arrays(tmp_path: Path) -> None:
    records = [
        {"a": 1.5, "b": True, "c": "x", "y": 1},
        {"a": None, "b": False, "c": "z", "y": 2},
        {"a": 2, "b": True, "c": "x", "y": 3},
    ]
    found = read(tmp_path, json.dumps(records), "a.json", one_hot=True, dropna=True)
    assert found.inputs == ("a", "b=true", "c=x")
    assert found.points == ((fmpq(3, 2), 1, 1), (2, 1, 1))
    array = npz(X=np.array([[1, np.nan, 3], [4, 5, 6]]), y=np.array([7, 8]))
    assert read(tmp_path, array, "a.npz", dropna=True).points == ((4, 5, 6),)
    assert read(tmp_path, array, "a.npz", inputs="3,1").points == ((3, 1), (6, 4))
    assert read(tmp_path, array, "a.npz", exclude=[2], categories="3").inputs == ("x1", "x3=3", "x3=6")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        HOMES,
        {"target": "price"},
        'columns 3 ("city": texts, such as "Oslo, west"), 5 ("sold": true or false, such as "yes"), '
        '6 ("agent": texts, such as "Ada"), 7 ("day": dates, such as "2020-01-02") hold no numbers; --exclude 3,5-7 leaves '
        "them out, --one-hot makes each of the values an input of 0 and 1",
    ),
    (
        HOMES,
        {"target": "price", "exclude": "5:day"},
        'column 3 ("city": texts, such as "Oslo, west") holds no numbers; --exclude 3 ',
    ),
    (
        HOMES,
        {"target": "sold", "inputs": "id"},
        'column 5 ("sold") is the target, and holds true or false, such as "yes"; write '
        "numbers, such as -1 and 1 for --loss hinge",
    ),
    (HOMES, {"inputs": "id"}, 'column 7 ("day") is the target, and holds dates'),
    (HOMES, {"target": "id", "inputs": "price", "weights": "city"}, 'column 3 ("city") is the weights, and holds texts'),
    (
        HOMES,
        {"target": "price", "inputs": "1-3"},
        'column 2 ("price") cannot be both an input and the target; name another one by '
        "--target, or add --exclude 2 to take it out of --inputs",
    ),
    (
        HOMES,
        {"inputs": "1,7"},
        'column 7 ("day") cannot be both an input and the target; it is the target because it is the last',
    ),
    (HOMES, {"target": "price", "inputs": "id", "categories": "city"}, 'column 3 ("city") is no input, so that --categories'),
    (HOMES, {"target": "price", "exclude": "1-7"}, "no column is left for inputs"),
    (HOMES, {"exclude": "1-7"}, "no column is left; give at least one for the inputs, and one for the target"),
    (HOMES, {"target": "price", "inputs": "rooms"}, 'line 3, column 4 ("rooms"): the value is missing; --dropna (dropna=True)'),
    (
        HOMES,
        {"target": "price", "inputs": "agent", "one_hot": True},
        'line 2, column 6 ("agent"): the value is missing ("NA"), as '
        'values are in 2 of 4 rows: column 6 ("agent") in 2; --dropna',
    ),
    (
        "a,y\n1,2\n3x,4\n5,6\n",
        {},
        'line 3, column 1 ("a"): "3x" is not a number; write an integer, a decimal or a fraction "p/q"; '
        "1 of 3 entries of the column are no numbers: --exclude 1 leaves it out, --categories 1 encodes its values",
    ),
    ("a,y\n1,2\n3x,4\n", {"one_hot": True}, 'line 3, column 1 ("a"): "3x" is not a number'),
    (
        "a,y\nNA,1\n?,2\n",
        {"dropna": True},
        "a value is missing in each row, so that none is left; --exclude columns, such as 1, which",
    ),
    ("a;y\n1;2\n3,5;4\n", {}, 'line 3: "3,5" has a decimal comma; write a point, 3.5'),
    ("a,y\n1,2\n3;5,4\n", {}, "line 3 has commas and semicolons between entries"),
    ("a,b,y\n1,2,3\n4;5,6\n", {}, "line 2 has commas between entries, but line 3 has semicolons"),
    ('a,y\n"x,1\n2,3\n', {}, "line 2: a quotation mark begins an entry, and none ends it"),
    ("a,y\n1/0,1\n", {"one_hot": True}, 'line 2, column 1 ("a"): "1/0" has the denominator 0'),
    ("a,y\ninf,1\n", {"one_hot": True}, 'line 2, column 1 ("a"): "inf" is not a number'),
    ("a,y\n1,2,3\n", {"inputs": "a"}, "line 2 has 3 entries, but the header has 2; give all the same number"),
]


@pytest.mark.parametrize(("text", "options", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_is_refused(text: str, options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read(tmp_path, text, **options)
    assert str(caught.value).startswith(f"{tmp_path / 'data.csv'}: {message}")
    assert len(str(caught.value).splitlines()) == 1


def test_many_columns_make_no_long_message(tmp_path: Path) -> None:
    names = ",".join(f"n{number}" for number in range(200))
    text = f"{names}\n" + ",".join(["word"] * 199 + ["1"]) + "\n"
    with pytest.raises(FileFormatError) as caught:
        read(tmp_path, text)
    assert "and 193 more hold no numbers; --exclude 1-199 leaves them out" in str(caught.value)
    assert len(str(caught.value)) < 600 + len(str(tmp_path))


NUMBERS = st.sampled_from(["1", "-2", "0.25", "1e-2", "7/3", " 4 "])
TEXTS = st.text(alphabet='xyz é,;"\n', min_size=1, max_size=6).filter(lambda text: bool(text.strip()))
MISSING = st.sampled_from(["", "NA", "?"])


@given(
    rows=st.lists(st.tuples(NUMBERS | MISSING, TEXTS | MISSING, NUMBERS | MISSING, NUMBERS), min_size=1, max_size=5),
    separator=st.sampled_from([",", ";", "\t"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_tables_against_pythons_csv(rows: Any, separator: str, quoting: Any, tmp_path_factory: Any) -> None:
    """Columns: a number, a text, a number, the target; what is kept, and how it is encoded, is worked out anew."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, quoting=quoting)
    writer.writerows([["a", "the text", "b", "y"], *rows])
    path = tmp_path_factory.mktemp("wild") / "data.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    with open(path, encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file, delimiter=separator))
    kept = [row for row in known if not {row["a"], row["the text"], row["b"]} & {"", "NA", "?"}]
    if not kept:
        with pytest.raises(FileFormatError, match="a value is missing in each row"):
            read_samples(path, target="y", categories=2, dropna=True)
        return
    found = read_samples(path, target="y", categories=2, dropna=True)
    texts = sorted({row["the text"].strip() for row in kept})
    assert found.inputs == ("a", *(f"the text={text}" for text in texts), "b")
    expected = [
        (Fraction(row["a"]), *(Fraction(row["the text"].strip() == text) for text in texts), Fraction(row["b"])) for row in kept
    ]
    assert [tuple(Fraction(str(entry)) for entry in point) for point in found.points] == expected
    assert [Fraction(str(entry)) for entry in found.targets] == [Fraction(row["y"]) for row in kept]
    assert found.origin.left_out == len(rows) - len(kept)
