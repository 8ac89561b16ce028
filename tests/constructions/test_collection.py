"""Grids and paths: which members they have, and what a folder holds after a run, a stopped run, and another one."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.constructions.collection import write_collection
from relupoly.constructions.grid import parse_grid, parse_path
from relupoly.constructions.hard import hard
from relupoly.constructions.manifest import Listing, content_hash, read_manifest
from relupoly.constructions.results import Results
from relupoly.errors import InputError
from relupoly.files import read_network
from relupoly.run import Run


@given(st.integers(2, 40), st.integers(0, 40), st.integers(1, 9), st.integers(0, 5))
def test_a_grid_is_a_product(low, more, first, others):
    grid = parse_grid("sawtooth", f"width={low}..{low + more},depth={first}..{first + others}", {})
    assert grid.size == (more + 1) * (others + 1)
    members = list(grid)
    assert len({member.name for member in members}) == len(members) == grid.size
    assert members[-1].varied == {"width": low + more, "depth": first + others}


def test_alternatives():
    grid = parse_grid("zonotope", "generators=3|4,height=1|1/2", {"inputs": 2, "width": 2, "depth": 1})
    assert [member.name for member in grid] == [
        "zonotope_generators-3_height-1",
        "zonotope_generators-3_height-1over2",
        "zonotope_generators-4_height-1",
        "zonotope_generators-4_height-1over2",
    ]
    widths = parse_grid("serra", "widths=6x2|7x6x1", {"inputs": 2})
    assert [hard("serra", **member.parameters).network.widths for member in widths] == [(6, 2), (7, 6, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "says no values"),
        ("width", '"width" says no values'),
        ("width=", "says no values"),
        ("width=2..3,,depth=1", "says no values"),
        ("width=3..2", "the range width=3..2 is empty"),
        ("width=2|2", "has an empty value or one twice"),
        ("width=2|", "has an empty value"),
        ("width=2..3,width=4..5", '"width" is given twice'),
        ("height=1..3", '"height" is given twice'),
        ("widht=2..3", 'no parameter "widht"; did you mean "width"?'),
        ("width=2..3..4,depth=1", "width: 2..3..4 is not an integer"),
        ("width=1..3,depth=1", "sawtooth_width-1_depth-1: width: 1 is too small"),
    ],
)
def test_bad_grids(text, message, tmp_path):
    with pytest.raises(InputError) as error:
        write_collection(parse_grid("sawtooth", text, {"height": "2"}), tmp_path / "nets")
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "nets").exists()


def test_a_path_is_exact():
    path = parse_path("sawtooth", "breakpoint.2.1=1/5:1/2:4", {"width": 2, "depth": 2})
    assert [member.parameters["breakpoints"][1] for member in path] == [["1/5"], ["3/10"], ["2/5"], ["1/2"]]
    assert next(iter(path)).name == "sawtooth_breakpoint.2.1_1"
    [only] = parse_path("sawtooth", "height=2:3:1", {"width": 2, "depth": 1})
    assert only.parameters["height"] == "2"
    scales = parse_path("random", "bias_scale=0:1:3", {"inputs": 1, "widths": [2]})
    assert [member.varied["bias_scale"] for member in scales] == ["0", "1/2", "1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("height", "is no path; write PARAM=a:b:steps"),
        ("height=1:2", "is no path"),
        ("height=1:2:0", "is no path"),
        ("height=1:2:x", "is no path"),
        ("height=1:y:3", '"y" is not a number'),
        ("width=2:3:2", 'no number "width" here; give breakpoint.1.1 to breakpoint.2.1 or height'),
        ("breakpoint.3.1=1/4:1/2:3", 'no number "breakpoint.3.1"'),
        ("breakpoint.0.1=1/4:1/2:3", 'no number "breakpoint.0.1"'),
        ("breakpoint.1=1/4:1/2:3", 'no number "breakpoint.1"'),
        ("breakpoint.1.1=1/4:1:3", "breakpoint.1.1_3: the height 1 is not above breakpoint.1.1 = 1"),
        ("height=1:0:3", "height: 0 is not positive"),
    ],
)
def test_bad_paths(text, message, tmp_path):
    with pytest.raises(InputError) as error:
        write_collection(parse_path("sawtooth", text, {"width": 2, "depth": 2}), tmp_path / "nets")
    assert message in str(error.value)
    assert not (tmp_path / "nets").exists()


@pytest.fixture
def grid():
    return parse_grid("sawtooth", "width=2..4,depth=1..2", {})


def test_what_a_folder_holds(grid, tmp_path):
    done = write_collection(grid, tmp_path / "a" / "b")
    folder = tmp_path / "a" / "b"
    assert (len(done.rows), done.written, done.kept, done.complete) == (6, 6, 0, True)
    rows = read_manifest(folder)
    assert list(done.rows) == rows == [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    assert {path.name for path in folder.iterdir()} == {*(row["file"] for row in rows), "manifest.jsonl"}
    for row in rows:
        assert row["sha256"] == content_hash((folder / row["file"]).read_bytes())
        net = read_network(folder / row["file"])
        assert (net.metadata["parameters"], net.metadata["claims"]) == (row["parameters"], row["claims"])
        assert row["varied"] == {"width": row["claims"]["width"], "depth": row["claims"]["hidden_layers"]}


def test_a_stopped_run_goes_on(grid, tmp_path):
    asked = iter([False, False, True])
    stopped = write_collection(grid, tmp_path, run=Run(interrupted=lambda: next(asked)))
    assert (stopped.written, stopped.complete) == (2, False)
    assert len(read_manifest(tmp_path)) == 2
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.json")}
    done = write_collection(grid, tmp_path)
    assert (done.written, done.kept, done.complete) == (4, 2, True)
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    assert write_collection(grid, tmp_path).kept == 6


def test_a_run_that_was_killed_goes_on_from_its_files(grid, tmp_path):
    write_collection(grid, tmp_path)
    (tmp_path / "manifest.jsonl").unlink()
    (tmp_path / "sawtooth_width-2_depth-1.json").unlink()
    done = write_collection(grid, tmp_path)
    assert (done.written, done.kept) == (1, 5)
    assert len(read_manifest(tmp_path)) == 6


def test_another_net_in_the_way_is_not_lost(grid, tmp_path):
    write_collection(grid, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    other = parse_grid("sawtooth", "width=2..4,depth=1..2", {"height": "2"})
    with pytest.raises(InputError, match=r"sawtooth_width-2_depth-1\.json: it is there, but it is another net"):
        write_collection(other, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert write_collection(other, tmp_path, force=True).written == 6


def test_two_grids_share_a_folder(grid, tmp_path):
    write_collection(grid, tmp_path)
    write_collection(parse_grid("telgarsky", "iterations=1..3", {}), tmp_path)
    assert len(read_manifest(tmp_path)) == 9
    (tmp_path / "sawtooth_width-2_depth-1.json").unlink()
    write_collection(parse_grid("telgarsky", "iterations=2..4", {}), tmp_path)
    assert sorted(row["file"].partition("_")[0] for row in read_manifest(tmp_path)) == ["sawtooth"] * 5 + ["telgarsky"] * 4


def test_rounded_nets_claim_nothing(tmp_path):
    grid = parse_grid("sawtooth", "width=2..3,depth=2", {})
    with pytest.raises(InputError, match="would be rounded"):
        write_collection(grid, tmp_path, "npz")
    [exact, rounded] = write_collection(grid, tmp_path, "npz", round=True).rows
    assert (exact["claims"]["pieces"], rounded["claims"]["pieces"]) == (6, None)
    assert "rounded" in rounded["claims"]["theorem"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: it is not an object"),
        ("[]", "line 2: it is not an object"),
        ("{}", 'line 2: "file" names no file'),
        ('{"file": "../x.json"}', 'line 2: "file" names no file'),
        ('{"file": 3}', 'line 2: "file" names no file'),
    ],
)
def test_a_damaged_manifest(grid, tmp_path, line, message):
    (tmp_path / "manifest.jsonl").write_text('{"file": "a.json"}\n' + line + "\n")
    with pytest.raises(InputError) as error:
        write_collection(grid, tmp_path)
    assert message in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.jsonl"]


def test_a_folder_without_manifest(tmp_path):
    with pytest.raises(InputError, match="there is no network in it"):
        Listing(tmp_path)
    for name in ("b.json", "a.nnet", "c.txt", "d.npz"):
        (tmp_path / name).touch()
    assert [path.name for path in Listing(tmp_path).files] == ["a.nnet", "b.json", "d.npz"]


def test_results_survive_a_line_that_was_cut_off(tmp_path):
    results = Results(tmp_path)
    results.add({"sha256": "1", "n": 1})
    place = tmp_path / "verified.jsonl"
    place.write_bytes(place.read_bytes() + b'{"sha256": "2", "n"')
    again = Results(tmp_path)
    assert (again.get("1"), again.get("2")) == ({"sha256": "1", "n": 1}, None)
    again.add({"sha256": "3", "n": 3})
    assert [json.loads(line)["n"] for line in place.read_text().splitlines()] == [1, 3]


def test_a_folder_that_cannot_be_made(grid, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="no folder can be made there"):
        write_collection(grid, tmp_path / "file")


def test_a_grid_of_any_size_begins_at_once():
    grid = parse_grid("sawtooth", "width=2..999999999999,height=1|1/2", {"depth": 2})
    assert grid.size == 2 * (10**12 - 2)
    assert [member.name for member in itertools.islice(grid, 3)] == [
        "sawtooth_width-2_height-1",
        "sawtooth_width-2_height-1over2",
        "sawtooth_width-3_height-1",
    ]
