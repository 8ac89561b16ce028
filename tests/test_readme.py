"""What the README shows is what happens."""

import doctest
import re
import shlex
from importlib.util import find_spec

import pytest
from command import run
from readme import README, ROOT, assert_shown, session


def test_the_python_examples_run(tmp_path):
    (tmp_path / "README.md").write_text(without_absent(README))
    failures, tried = doctest.testfile(str(tmp_path / "README.md"), module_relative=False)
    assert (failures, tried > 3) == (0, True)


def without_absent(text):
    """The text without the examples of packages that are not installed."""
    blocks = re.split(r"(```python\n.*?```)", text, flags=re.DOTALL)
    return "".join(block for block in blocks if "from sklearn" not in block or find_spec("sklearn"))


@pytest.mark.parametrize(("command", "shown"), session())
def test_the_opening_session(command, shown, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = run(*shlex.split(command)[1:])
    assert result.exit_code == 0
    assert_shown(result.stdout, shown)


def test_the_session_about_hard_functions(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    block = re.search(r"## Hard functions\n\n```console\n(.*?)```", README, re.DOTALL)[1]
    for part in block.removeprefix("$ ").split("\n$ "):
        command, shown = part.split("\n", 1)
        result = run(*shlex.split(command)[1:])
        assert (result.exit_code, (result.stdout + result.stderr).strip()) == (0, shown.strip())


def test_the_session_about_evaluation(monkeypatch):
    monkeypatch.chdir(ROOT)
    block = re.search(r"## Evaluate\n\n```console\n(.*?)```", README, re.DOTALL)[1]
    command, shown = block.removeprefix("$ ").split("\n", 1)
    result = run(*shlex.split(command)[1:])
    assert (result.exit_code, result.output) == (0, shown)


def test_the_session_about_many_jobs(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    block = re.search(r"## Many jobs\n\n```console\n(.*?)```", README, re.DOTALL)[1]
    for part in block.removeprefix("$ ").split("\n$ "):
        command, shown = part.split("\n", 1)
        result = run(*shlex.split(command)[1:])
        assert (result.exit_code, result.stdout, result.stderr.strip()) == (0, "", shown.strip())
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3


@pytest.mark.slow
def test_the_session_about_onnx(monkeypatch, tmp_path, shared):
    """Its first command loads a file from the network, which is here."""
    pytest.importorskip("onnx", reason="the package onnx is not installed")
    block = re.search(r"## ONNX models\n.*?```console\n(.*?)```", README, re.DOTALL)[1]
    download, *parts = block.removeprefix("$ ").split("\n$ ")
    name = download.split("/")[-1].strip()
    (tmp_path / name).symlink_to(shared / "nets" / "onnx" / name)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    for part in parts:
        command, shown = part.split("\n", 1)
        result = run(*shlex.split(command)[1:])
        assert result.exit_code == 0
        assert_shown(result.stdout, shown)


def test_the_readme_opens_with_a_count_on_a_real_net():
    first = README.index("```console")
    assert "$ relupoly count-pieces data/" in README[first : first + 60]
    assert "##" not in README[:first]


def test_every_linked_file_exists():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_session_about_training(monkeypatch, tmp_path):
    block = re.search(r"## Train\n\n```console\n(.*?)```", README, re.DOTALL)[1]
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    for part in block.removeprefix("$ ").split("\n$ "):
        command, shown = part.split("\n", 1)
        result = run(*shlex.split(command)[1:])
        assert result.exit_code == 0
        lines = [line for line in shown.splitlines() if line != "  ..."]
        assert result.stdout.splitlines()[: len(lines)] == lines
