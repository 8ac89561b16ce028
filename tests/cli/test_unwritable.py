"""An answer once found is printed, whatever happens to its file; what can be seen before the work is refused before it."""

import errno
import json
import os

import pytest
from command import assert_refused, run, save

from relupoly.constructions.hard import hard
from relupoly.files import read_network, write_network

HAT = [([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)]
FULL = "it cannot be written (No space left on device); give another place"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "net.json", *HAT)
    write_network(hard("sawtooth", width=2, depth=1).network, tmp_path / "saw.json")
    (tmp_path / "rows.csv").write_text("1,0\n-1,0\n")
    (tmp_path / "box.json").write_text('{"A": [[1], [-1]], "b": [1, 1]}')
    return tmp_path


@pytest.fixture
def full_disk(folder, monkeypatch):
    def fsync(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)


ANSWERS = {
    "count-pieces": ["count-pieces", "net.json"],
    "part": ["count-pieces", "net.json", "--shard", "1/1"],
    "info": ["info", "net.json"],
    "bounds": ["bounds", "net.json"],
    "gap": ["gap", "--width", "3", "--depth", "2"],
    "equal": ["equal", "net.json", "net.json"],
    "evaluate": ["evaluate", "net.json", "--at", "1", "--at", "1/3"],
    "zonotope": ["zonotope", "rows.csv"],
    "arrangement": ["arrangement", "rows.csv"],
    "symbolic": ["hard", "sawtooth", "--width", "2", "--depth", "1", "--symbolic"],
    "verify": ["hard", "verify", "saw.json"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_finds_no_room_is_printed(name, folder, full_disk):
    direct = run(*ANSWERS[name])
    assert (direct.exit_code, direct.stderr) == (0, "")
    result = run(*ANSWERS[name], "--output", "out")
    assert (result.exit_code, result.stderr) == (3, f"Error: out: {FULL}\n")
    assert len(result.stdout.splitlines()) == len(direct.stdout.splitlines()) > 0
    assert result.stdout.splitlines()[0][:20] == direct.stdout.splitlines()[0][:20]
    assert sorted(os.listdir(folder)) == ["box.json", "net.json", "rows.csv", "saw.json"]


NETWORKS = {
    "univariate": ["represent", "univariate", "--breakpoints", "0,1", "--slopes", "1,3,-2"],
    "max-affine": ["represent", "max-affine", "rows.csv"],
    "net": ["represent", "net", "net.json"],
    "hard": ["hard", "sawtooth", "--width", "2", "--depth", "1"],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_that_finds_no_room_is_printed(name, folder, full_disk):
    direct = run(*NETWORKS[name])
    result = run(*NETWORKS[name], "--output", "out.json", "--quiet")
    assert (result.exit_code, result.stderr) == (3, f"Error: out.json: {FULL}\n")
    assert result.stdout == direct.stdout
    (folder / "printed.json").write_text(result.stdout)
    assert read_network(folder / "printed.json").input_dim == 1
    report = json.loads(run(*NETWORKS[name], "--output", "out.json", "--quiet", "--json").stdout)
    assert report["network"] == json.loads(direct.stdout)
    assert report["file" if name == "hard" else "output"] is None
    assert not (folder / "out.json").exists()


@pytest.mark.parametrize("command", ["zonotope", "arrangement"])
def test_a_network_beside_the_answer(command, folder, full_disk):
    result = run(command, "rows.csv", "--net", "out.json")
    assert (result.exit_code, result.stderr) == (3, f"Error: out.json: {FULL}\n")
    assert result.stdout.startswith("rows.csv: ")


def test_a_smaller_network_beside_the_answer(folder, full_disk):
    result = run("analyze", "net.json", "--box", "0", "1", "--compress", "out.json")
    assert (result.exit_code, result.stderr) == (3, f"Error: out.json: {FULL}\n")
    assert "neurons 3 -> none, proved equal; not written" in result.stdout
    assert not (folder / "out.json").exists()


def test_a_checkpoint(folder, full_disk):
    result = run("count-pieces", "net.json", "--checkpoint", "a.part")
    assert (result.exit_code, result.stderr) == (3, f"Error: a.part: {FULL}\n")
    assert result.stdout.startswith("net.json: 4 affine pieces\n")
    result = run("count-pieces", "net.json", "--checkpoint", "a.part", "--limit", 1)
    assert (result.exit_code, result.stdout.splitlines()[0][:10]) == (3, "net.json: ")
    assert "goes on from" not in result.stderr


WRITERS = {
    "count-pieces": (["count-pieces", "net.json"], "--output"),
    "checkpoint": (["count-pieces", "net.json"], "--checkpoint"),
    "represent": (NETWORKS["net"], "--output"),
    "hard": (NETWORKS["hard"], "--output"),
    "zonotope": (ANSWERS["zonotope"], "--net"),
    "arrangement": (ANSWERS["arrangement"], "--net"),
    "analyze": (["analyze", "net.json", "--box", "0", "1"], "--compress"),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("place", "message"),
    [("none/out.json", "there is no folder"), ("folder.json", "it is a directory"), ("link.json", "it is a symbolic link")],
)
def test_what_can_be_seen_before_the_work_is_refused_before(name, place, message, folder, monkeypatch):
    (folder / "folder.json").mkdir()
    (folder / "link.json").symlink_to("elsewhere")
    for work in (
        "relupoly.pieces.walk.driver.Walk.roots",
        "relupoly.analysis.equality.equality.difference",
        "relupoly.constructions.hard.hard",
    ):
        monkeypatch.setattr(work, None)
    command, option = WRITERS[name]
    assert_refused(run(*command, option, place), message)


COLLISIONS = [
    (["count-pieces", "net.json", "--output", "net.json"], "--output net.json: it is the same file as NET net.json"),
    (
        ["count-pieces", "other.json", "net.json", "-o", "./net.json"],
        "--output ./net.json: it is the same file as NET net.json",
    ),
    (["count-pieces", "net.json", "--domain", "box.json", "-o", "box.json"], "it is the same file as --domain"),
    (["count-pieces", "net.json", "--through", "rows.csv", "-o", "rows.csv"], "it is the same file as --through"),
    (["count-pieces", "net.json", "--checkpoint", "net.json"], "net.json: it is not a part of a count"),
    (["count-pieces", "net.json", "--domain", "box.json", "--checkpoint", "box.json"], "box.json: it is not a part of a count"),
    (["count-pieces", "net.json", "--checkpoint", "new", "-o", "new"], "--output new: it is the same file as --checkpoint"),
    (["merge", "a.part", "net.json", "--force", "-o", "net.json"], "it is the same file as PART net.json"),
    (["merge", "a.part", "net.json", "-o", "net.json"], "net.json: "),
    (["equal", "net.json", "other.json", "-o", "other.json"], "it is the same file as NET other.json"),
    (["info", "net.json", "-o", "net.json"], "it is the same file as NET"),
    (["bounds", "net.json", "--box", "0", "1", "-o", "net.json"], "it is the same file as NET"),
    (["check", "net.json", "rows.csv", "-o", "rows.csv"], "it is the same file as DATA"),
    (["convert", "net.json", "net.json"], "OUT net.json: it is the same file as IN"),
    (["represent", "net", "net.json", "-o", "net.json"], "it is the same file as NET"),
    (["represent", "max-affine", "rows.csv", "-o", "rows.csv"], "it is the same file as FILE"),
    (["represent", "univariate", "rows.csv", "-o", "rows.csv"], "it is the same file as FILE"),
    (["zonotope", "rows.csv", "-o", "rows.csv"], "it is the same file as FILE"),
    (["zonotope", "rows.csv", "--net", "rows.csv"], "--net rows.csv: it is the same file as FILE"),
    (["zonotope", "rows.csv", "--net", "new.json", "-o", "new.json"], "--net new.json: it is the same file as --output"),
    (["arrangement", "rows.csv", "--net", "rows.csv"], "it is the same file as FILE"),
    (["arrangement", "rows.csv", "--net", "new.json", "-o", "new.json"], "it is the same file as --output"),
    (["hard", "zonotope", "--generators", "rows.csv", "-o", "rows.csv"], "it is the same file as --generators"),
    (["hard", "zonotope", "--generators", "rows.csv", "--symbolic", "-o", "rows.csv"], "it is the same file as --generators"),
    (["hard", "verify", "net.json", "-o", "net.json"], "it is the same file as FILE net.json"),
    (["hard", "verify", ".", "-o", "net.json"], "it is the same file as FILE net.json"),
    (["hard", "verify", ".", "-o", "verified.jsonl"], "it is the same file as what is kept in ."),
]


@pytest.mark.parametrize(
    ("command", "message"), COLLISIONS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_outputs_over_inputs(command, message, folder):
    save(folder / "other.json", *HAT)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    force = [] if "--checkpoint" in command else ["--force"]
    for more in ([], force):
        assert_refused(run(*command, *more), message)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
