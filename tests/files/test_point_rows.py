"""Points of files, one by one: what they are, that they come as soon as they are there, and what is refused."""

import io
import json
import os
import threading
import types
from contextlib import closing

import numpy as np
import pytest
from flint import fmpq
from hypothesis import example, given
from hypothesis import strategies as st
from refusal import npy, npz

from relupoly.disk.sizes import size_limit
from relupoly.errors import FileFormatError
from relupoly.files import stream_points
from relupoly.files.point_rows import point_of
from relupoly.files.streams import opened
from relupoly.files.tables.csv_lines import csv_rows, stream_rows
from relupoly.files.tables.line_stream import stream_lines
from relupoly.files.tables.point_columns import Layout, PointColumns


def archive(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


TEXTS = [("0.1", "1/3"), ("1", "-2"), ("1e-3", "+4")]
POINTS = [(fmpq(1, 10), fmpq(1, 3)), (fmpq(1), fmpq(-2)), (fmpq(1, 1000), fmpq(4))]

GOOD = {
    "plain.csv": "0.1,1/3\n1,-2\n1e-3,+4\n",
    "open.csv": "0.1,1/3\n1,-2\n1e-3,+4",
    "carriage.csv": "0.1,1/3\r\n1,-2\r\n1e-3,+4\r\n",
    "old.csv": "0.1,1/3\r1,-2\r1e-3,+4",
    "comments.csv": "# three\n\n0.1, 1/3\n  # more\n1 ,-2\n\n1e-3,+4\n\n",
    "bom.csv": "\ufeff0.1,1/3\n1,-2\n1e-3,+4\n",
    "quoted.csv": '"0.1","1/3"\n"1","-2"\n1e-3,+4\n',
    "tabs.tsv": "0.1\t1/3\n1\t-2\n1e-3\t+4\n",
    "blanks.txt": "  0.1   1/3\n1 -2\n1e-3 +4\n",
    "semicolons.dat": "0.1;1/3\n1;-2\n1e-3;+4\n",
    "rows.json": '[[0.1, "1/3"], ["1", -2], [1e-3, "+4"]]',
    "points.json": '{"points": [["0.1", "1/3"], [1, -2], ["1e-3", "+4"]]}',
}
NAMED = {
    "header.csv": "height, my weight\n0.1,1/3\n1,-2\n1e-3,+4\n",
    "semicolons.csv": 'height;"my weight"\n0.1;1/3\n1;-2\n1e-3;+4\n',
    "records.json": """[{"height": 0.1, "my weight": "1/3"}, {"my weight": -2, "height": 1},
        {"height": 1e-3, "my weight": "+4"}]""",
}


def read(path, dimension=2, **options):
    table = stream_points(path, dimension, **options)
    return table.names, list(table.rows)


@pytest.mark.parametrize("name", [*GOOD, *NAMED])
def test_points_and_how_they_were_written(name, tmp_path):
    path = tmp_path / name
    path.write_text((GOOD | NAMED)[name], encoding="utf-8", newline="")
    names, rows = read(path)
    assert names == (("height", "my weight") if name in NAMED else None)
    assert [row.texts for row in rows] == TEXTS
    assert [row.point for row in rows] == POINTS


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16"])
def test_arrays_are_exact(dtype, tmp_path):
    points = np.array([[0.1, -2], [3, 4]]).astype(dtype)
    np.save(tmp_path / "points.npy", points)
    _, rows = read(tmp_path / "points.npy")
    assert [row.point for row in rows] == [tuple(fmpq(*map(int, x.as_integer_ratio())) for x in row) for row in points.tolist()]
    assert [row.texts for row in rows] == [tuple(map(str, row.point)) for row in rows]


def test_the_format_may_be_named(tmp_path):
    (tmp_path / "points").write_text(GOOD["rows.json"])
    assert [row.point for row in read(tmp_path / "points", format="json")[1]] == POINTS


SAMPLES = [
    ("samples.json", '{"X": [[0.1, "1/3"], [1, -2]], "y": ["1/7", null], "weights": [2, 3]}'),
    ("alone.json", '{"X": [[0.1, "1/3"], [1, -2]]}'),
    ("samples.npz", {"X": [[0.5, 3], [1, -2]], "y": [4, 5]}),
    ("columns.npz", {"X": [[0.5, 3], [1, -2]], "y": [[4], [5]], "weights": [2, 3]}),
    ("alone.npz", {"X": [[0.5, 3], [1, -2]]}),
]


@pytest.mark.parametrize(("name", "parts"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_samples_are_points_with_what_stands_beside_them(name, parts, tmp_path):
    path = tmp_path / name
    path.write_text(parts) if isinstance(parts, str) else path.write_bytes(archive(**parts))
    table = stream_points(path, 2)
    rows = list(table.rows)
    first = (fmpq(1, 10), fmpq(1, 3)) if name.endswith("json") else (fmpq(1, 2), fmpq(3))
    assert [row.point for row in rows] == [first, (fmpq(1), fmpq(-2))]
    beside = {
        "samples.json": [("1/7", "2"), ("", "3")],
        "samples.npz": [("4",), ("5",)],
        "columns.npz": [("4", "2"), ("5", "3")],
    }
    if "alone" in name:
        assert table.names is None
    else:
        assert table.names == ("x1", "x2", "y", "weights")[: 2 + len(beside[name][0])]
        assert [row.texts[2:] for row in rows] == beside[name]


@pytest.mark.parametrize(("inputs", "exclude", "point"), [((2,), (), (5,)), ((), (1,), (5,)), (("2,1",), (), (5, 4))])
def test_columns_of_samples_are_those_of_x(inputs, exclude, point, tmp_path):
    (tmp_path / "samples.json").write_text('{"X": [[4, 5]], "y": [6]}')
    [row] = stream_points(tmp_path / "samples.json", len(point), chosen=PointColumns(inputs=inputs, exclude=exclude)).rows
    assert (row.point, row.texts) == (tuple(map(fmpq, point)), ("4", "5", "6"))


def test_the_target_is_no_input(tmp_path):
    (tmp_path / "samples.json").write_text('{"X": [[4, 5]], "y": [6]}')
    for chosen in (PointColumns(), PointColumns(inputs=(3, 1))):
        with pytest.raises(FileFormatError, match="but the network has"):
            stream_points(tmp_path / "samples.json", 3 if not chosen.inputs else 2, chosen=chosen)


REFUSED = {
    ("csv", ""): "it holds no point; write one on each line",
    ("csv", "# nothing\n\n"): "it holds no point",
    ("csv", "a,b\n"): "it holds no point",
    ("csv", "a,b,c\n1,2,3\n"): "the header has 3 names, but the network has 2 inputs; give 2",
    ("csv", "a\n1\n"): "the header has 1 name, but",
    ("csv", "1,2\n\n1,2,3\n"): "line 3 has 3 numbers, but the network has 2 inputs; give 2",
    ("csv", "a,b\n1\n"): "line 2 has 1 number, but",
    ("csv", "1,2\n1,\n"): "line 2, column 2: it is missing; write a number",
    ("csv", "a,b\n1, \n"): 'line 2, column 2 ("b"): it is missing',
    ("csv", "a,b\n1,nan\n"): 'line 2, column 2 ("b"): it is missing ("nan"); write a number, or give --dropna',
    ("csv", "a,b\n-inf,1\n"): 'line 2, column 1 ("a"): "-inf" is not a number',
    ("csv", "nan,inf\n1,2\n"): 'line 1, column 1: it is missing ("nan"); write a number',
    ("csv", "1,2\n3,1/0\n"): 'line 2, column 2: "1/0" has the denominator 0',
    ("csv", "1,2\nx,y\n"): 'line 2, column 1: "x" is not a number',
    ("csv", "1,2\n1;2\n"): "line 1 has commas between entries, but line 2 has semicolons",
    ("csv", "1 2\n1,2\n"): "line 1 has blanks between entries, but line 2 has commas",
    ("csv", "1;2\n1,5;2\n"): "line 2 has semicolons and commas between entries",
    ("csv", "a,b\n1,1e99999999\n"): 'line 2, column 2 ("b"): "1e99999999" has an exponent beyond',
    ("json", "[]"): "it holds no point",
    ("json", "[[1, 2], [1, null]]"): "row 2, column 2: it is missing",
    ("json", "[[1, 2], [1, true]]"): "row 2, column 2: True is not a number",
    ("json", "[[1, 2], [1, NaN]]"): "row 2, column 2: it is missing; write a number",
    ("json", "[[1, 2], [1]]"): "row 2 has 1 number, but",
    ("json", "[[1, 2], 3]"): "row 2 of points is not a list of numbers",
    ("json", '{"point": [[1, 2]]}'): 'unknown key "point"; did you mean "points"?',
    ("json", '[{"a": 1, "b": 2}, {"a": 1}]'): 'record 2: the key "b" is missing',
    ("json", '[{"a": 1, "b": 2}, {"a": 1, "b": ""}]'): 'record 2, column 2 ("b"): it is missing',
    ("json", '[{"a": 1}]'): "the header has 1 name",
    ("npy", npy(np.array([[1, 2], [3, np.inf]]))): "row 2, column 2: inf is not a finite number",
    ("npy", npy(np.array([[1.5, np.nan]]))): "row 1, column 2: it is missing; write a number",
    ("npy", npy(np.zeros((0, 2)))): "it holds no point",
    ("npy", npy(np.zeros((2, 3)))): "row 1 has 3 numbers, but the network has 2 inputs",
    ("npy", npy(np.zeros(2))): "the array has 1 axes; give it 2",
    ("npy", npz(np.zeros((1, 2)))): "it is an archive of arrays; save one array with np.save, or name the file .npz",
    ("npz", npy(np.zeros((1, 2)))): "it is a single array (.npy); save an archive with np.savez(file, X=...)",
    ("npz", archive(Z=[[1, 2]])): 'unknown key "Z"',
    ("npz", archive(X=[1, 2])): "X has 1 axes; give it 2",
    ("npz", archive(X=[[1, 2]], y=[[1, 2]])): "y[1] has 2 targets",
    ("npz", archive(X=[[1, 2]], y=[1, 2])): "X has 1 rows, but y has 2; give one for each sample",
    ("npz", archive(X=[[1, 2]], y=[1], weights=[])): "X has 1 rows, but weights has 0; give one for each sample",
    ("npz", archive(X=[[1, 2], [3, np.nan]])): "row 2 of X, column 2: it is missing; write a number",
    ("npz", archive(X=[[1, 2, 3]])): "row 1 of X has 3 numbers, but the network has 2 inputs; give 2",
    ("json", '{"y": [1]}'): 'unknown key "y"',
    ("json", '{"X": [], "y": []}'): "it holds no point",
    ("json", '{"X": [[1, 2]], "z": [1]}'): 'unknown key "z"; known keys are "X", "y", "weights"',
    ("json", '{"X": [[1, 2], [3]], "y": [1, 2]}'): "row 2 of X has length 1, but row 1 has 2; give all rows one length",
    ("json", '{"X": [[1, 2]], "y": 3}'): "y is not a list of numbers",
    ("json", '{"X": [[1, 2], 3]}'): "row 2 of X is not a list of numbers",
    ("csv", b"1,2\n\xff,2\n"): "line 2: byte 5 of the file is not UTF-8; save it as UTF-8 text",
    ("pdf", "1,2"): 'unknown suffix ".pdf"',
}


@pytest.mark.parametrize(("suffix", "data"), REFUSED)
def test_what_is_refused(suffix, data, tmp_path):
    path = tmp_path / f"points.{suffix}"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(FileFormatError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: {REFUSED[suffix, data]}")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("header", [True, False])
def test_only_tables_have_a_line_of_names(header, tmp_path):
    (tmp_path / "points.json").write_text("[[1, 2]]")
    with pytest.raises(FileFormatError, match=r"points\.json: json files have no line of names; leave --header"):
        stream_points(tmp_path / "points.json", 2, chosen=PointColumns(header=header))


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(FileFormatError, match="there is no such file"):
        read(tmp_path / "points.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileFormatError, match="it is a directory"):
        read(tmp_path / "folder.csv")


@pytest.fixture
def pipe(monkeypatch):
    """Standard input that a test writes to."""
    here, there = os.pipe()
    with open(here, "rb") as stream, open(there, "wb", buffering=0) as writer:
        monkeypatch.setattr("relupoly.files.tables.line_stream.opened", lambda source: opened(f"/dev/fd/{stream.fileno()}"))
        yield writer


def test_rows_come_as_soon_as_they_are_there(pipe):
    pipe.write(b"a,b\n1,2\n3")
    with closing(stream_points("-", 2).rows) as rows:
        assert next(rows).texts == ("1", "2")
        pipe.write(b",4\n5,6\n7,8\n")
        assert [next(rows).texts for _ in range(3)] == [("3", "4"), ("5", "6"), ("7", "8")]


def test_who_waits_is_asked_meanwhile(pipe):
    class Enough(Exception):
        pass

    asked = []

    def waiting():
        asked.append(len(asked))
        if len(asked) == 2:
            pipe.write(b"1,2\n")
        if len(asked) == 4:
            raise Enough

    rows = stream_points("-", 2, waiting=waiting).rows
    assert next(rows).texts == ("1", "2")
    with pytest.raises(Enough):
        next(rows)


def test_a_stream_may_be_longer_than_a_file(pipe):
    def write():
        for _ in range(3000):
            pipe.write(b"0.5,2\n" * 10)
        pipe.close()

    writer = threading.Thread(target=write)
    with size_limit(1000):
        writer.start()
        assert sum(1 for _ in stream_points("-", 2).rows) == 30_000
    writer.join()


def test_a_line_may_not(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("1,2\n" + "0" * 200_000)
    with size_limit(100_000), pytest.raises(FileFormatError, match="one of its lines holds more than 100000 bytes"):
        read(path)


LINE = st.text(alphabet='01,;\t a."#/', max_size=7)


@given(st.lists(LINE, max_size=4).map("\n".join))
@example("1\n2;3")
@example("1;2\n")
@example("height, cm;a b\n1.0;2\n")
@example("a b\n1,0\n")
def test_lines_one_by_one_are_those_of_the_whole(text):
    """Where all rows have one length above 1, and no entry is missing; else a separator may be seen too late."""
    lines = list(enumerate(text.splitlines(), 1))
    try:
        expected = csv_rows(text.encode())
    except FileFormatError:
        expected = None
    try:
        found = list(stream_rows(lines))
    except FileFormatError:
        found = None
    names = next((header for header, _ in found or () if header is not None), None)
    rows = [row for _, row in found or () if row is not None]
    if expected is not None and len(lengths(*expected)) == 1 != min(lengths(*expected)) and all_given(expected[1]):
        assert (names, stripped(rows)) == (expected[0], stripped(expected[1]))
    elif expected is None:
        # Lines of one entry show no separator: a later one that has some is no number.
        assert found is None or len(lengths(names, rows)) > 1 or lengths(names, rows) <= {1}


def all_given(rows):
    return all(all(row) for _, row in stripped(rows))


def stripped(rows):
    return [(number, [entry.strip() for entry in row]) for number, row in rows]


def lengths(names, rows):
    return {len(row) for _, row in rows} | ({len(names)} if names is not None else set())


@given(st.lists(st.text(alphabet="aé\r\n\x0b\u2028,", max_size=6), max_size=5).map("".join))
def test_lines_are_numbered_as_python_does(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("lines") / "text.csv"
    path.write_bytes(text.encode())
    assert list(stream_lines(path, lambda: None)) == list(enumerate(text.splitlines(), 1))


def test_one_column(tmp_path):
    path = tmp_path / "column.csv"
    path.write_text("the height, in cm\n1/3\n\n 2 \n")
    with pytest.raises(FileFormatError, match="the header has 2 names, but the network has 1 input; give 1"):
        read(path, 1)
    path.write_text("height\n1/3\n\n 2 \n")
    names, rows = read(path, 1)
    assert (names, [row.point for row in rows]) == (("height",), [(fmpq(1, 3),), (fmpq(2),)])
    path.write_text("1\n2;3\n")
    with pytest.raises(FileFormatError, match='line 2, column 1: "2;3" is not a number'):
        read(path, 1)


def test_standard_input_that_cannot_be_read(monkeypatch):
    class Broken(io.RawIOBase):
        def read1(self, size):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=Broken()))
    with pytest.raises(FileFormatError, match=r"standard input: it cannot be read \(Input/output error\)"):
        read("-")


def test_a_point_of_numbers():
    row = point_of([0.5, 2], "here", Layout.plain(None, 2))
    assert (row.texts, row.point) == (("1/2", "2"), (fmpq(1, 2), fmpq(2)))


def test_json_texts_are_kept(tmp_path):
    path = tmp_path / "points.json"
    path.write_text(json.dumps([["1/3", 2**70]]))
    assert read(path)[1][0].texts == ("1/3", str(2**70))
