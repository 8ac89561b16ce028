"""`relupoly demo`: examples in a folder, of which nothing is overwritten."""

import json
import shlex
from pathlib import Path

import pytest
from command import assert_refused, run

DATA = Path(__file__).resolve().parents[2] / "data"


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_writes_the_data_of_the_checkout(tmp_path):
    answer = json.loads(run("demo", tmp_path / "new", "--json").stdout)
    found = files(tmp_path / "new")
    assert found == {name: content for name, content in files(DATA).items() if name.endswith((".json", ".csv"))}
    assert (sorted(answer["written"]), answer["kept"]) == (sorted(found), [])


@pytest.mark.slow
def test_the_commands_to_try_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = run("demo").stdout.splitlines()
    commands = shown[shown.index("Try:") + 1 :]
    assert commands[0] == "  relupoly count-pieces relupoly-demo/iris.json"
    assert len(commands) == 3
    for command in commands:
        assert run(*shlex.split(command)[1:]).exit_code == 0


def test_a_name_with_blanks_is_quoted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [first, *_] = json.loads(run("demo", "two words", "--json").stdout)["commands"]
    assert shlex.split(first) == ["relupoly", "count-pieces", "two words/iris.json"]


def test_what_is_there_and_the_same_is_kept(tmp_path):
    run("demo", tmp_path)
    (tmp_path / "iris.json").unlink()
    found = run("demo", tmp_path)
    assert found.exit_code == 0
    assert found.stdout.splitlines()[:2] == [f"{tmp_path}: 1 file written, 8 kept, which were there", "  iris.json"]


@pytest.mark.parametrize("name", ["iris.json", "samples/linnerud.csv"])
def test_another_file_is_not_overwritten_and_nothing_is_written(tmp_path, name):
    (tmp_path / "samples").mkdir()
    (tmp_path / name).write_text("mine")
    assert_refused(run("demo", tmp_path), f"{tmp_path / name}: another file is there")
    assert files(tmp_path) == {name: b"mine"}


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "iris.json").symlink_to(DATA / "iris.json")
    assert_refused(run("demo", tmp_path), str(tmp_path / "iris.json"), "link")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    assert_refused(run("demo", tmp_path / "file"), str(tmp_path / "file"))
    assert_refused(run("demo", tmp_path / "file" / "below"), str(tmp_path / "file"))


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "net.json").write_text("{}")
    assert_refused(run("demo", tmp_path / "net.json"), "net.json: it is a file; give a folder")
