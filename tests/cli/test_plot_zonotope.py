"""`relupoly plot zonotope` at the command line: files, families, what is refused."""

import re

import pytest
from command import run

pytest.importorskip("matplotlib", reason="pictures need matplotlib")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder on a machine without a display."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (tmp_path / "g.csv").write_text("1,0\n0,1\n1,1\n")
    (tmp_path / "four.csv").write_text("1,0,0,0\n0,1,0,0\n0,0,1,0\n0,0,0,1\n")
    return tmp_path


def words(file):
    """The texts of a picture, which matplotlib writes as comments."""
    return re.findall(r"<!-- (.*?) -->", file.read_text())


@pytest.mark.parametrize("arguments", [["g.csv"], ["g.csv", "g.csv"], ["--family", "permutohedron", "--n", "4", "--dark"]])
def test_the_same_bytes_twice(folder, arguments):
    for form in ("png", "svg", "pdf"):
        for name in ("one", "two"):
            result = run("plot", "zonotope", *arguments, "-o", f"{name}.{form}")
            assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert (folder / f"one.{form}").read_bytes() == (folder / f"two.{form}").read_bytes()


def test_several_stand_side_by_side(folder):
    arguments = ["--family", "moment", "--n", "2", "--generators", "2..5", "--title", "Sums of segments", "-o", "a.svg"]
    assert run("plot", "zonotope", *arguments).exit_code == 0
    found = words(folder / "a.svg")
    for number in range(2, 6):
        assert f"moment: {number} generators" in found
        assert f"{2 * number} vertices, {2 * number} facets" in found
    assert "Sums of segments" in found
    assert run("plot", "zonotope", "g.csv", "--title", "One", "-o", "b.svg").exit_code == 0
    assert "One" in words(folder / "b.svg")
    assert "6 vertices, 6 facets" not in words(folder / "b.svg")


def test_from_standard_input(folder):
    assert run("plot", "zonotope", "-", "-o", "a.svg", stdin="1,0\n0,1\n").exit_code == 0
    assert "4 vertices, 4 facets" in words(folder / "a.svg")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "give either FILE or --family"),
        (["g.csv", "--family", "cube", "--n", "2"], 2, "give either FILE or --family"),
        (["--family", "cube"], 2, "--n, the dimension"),
        (["--family", "moment", "--n", "2", "--generators", "5..3"], 2, "M1..M2 with M1 <= M2"),
        (["--family", "moment", "--n", "2", "--generators", "1..13"], 2, "12 at most"),
        (["g.csv", "--generators", "3"], 2, "go with --family"),
        (["-", "-"], 2, "standard input"),
        (["four.csv"], 3, "four.csv: the zonotope has dimension 4, and a picture at most 3"),
        (["nothing.csv"], 3, "nothing.csv: there is no such file"),
    ],
)
def test_what_is_refused(folder, arguments, code, told):
    result = run("plot", "zonotope", *arguments, "-o", "a.png", stdin="1,0\n")
    assert result.exit_code == code, result.stderr
    assert told in " ".join(result.stderr.split())
    assert not (folder / "a.png").exists()


def test_stopped_without_a_picture(folder):
    arguments = ["--family", "moment", "--n", "3", "--generators", "400", "--deadline", "0.3", "-o", "a.png"]
    result = run("plot", "zonotope", *arguments)
    assert (result.exit_code, result.stderr.count("there is no picture")) == (4, 1)
    assert not (folder / "a.png").exists()
