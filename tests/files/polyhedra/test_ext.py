"""Domains by vertices and rays: .ext files of cddlib and lrs."""

import signal
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from command import document, run, save, start, until
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_domain, read_domains
from relupoly.files.polyhedra import ext
from relupoly.geometry.polyhedron import Polyhedron
from relupoly_cli.process import time_limit

SQUARE = """\
the square of the corners (+-1, +-1), with its centre
V-representation
begin
 5 3 rational
 1  1  1
 1 -1  1
 1  1 -1
 1 -1 -1
 1  0  0
end
"""


def written(tmp_path, text, name="set.ext"):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_a_square(tmp_path):
    domain = read_domain(written(tmp_path, SQUARE))
    assert (domain.name, domain.kind) == ("polyhedron of set.ext", "polyhedron")
    assert domain.polyhedron.vertices() == Polyhedron.box([-1, -1], [1, 1]).vertices()
    assert domain.polyhedron.matrix.nrows() == 4


def test_the_format_can_be_named(tmp_path):
    assert len(read_domains(written(tmp_path, SQUARE, "set.txt"), "ext")) == 1


@pytest.mark.parametrize("text", ["V-representation\n", "", "hull\n"])
def test_numbers_are_exact_decimals_and_fractions(text):
    data = f"{text}begin\n3 2 real\n1 0.1\n1 1e-1\n1 1/3\nend\n".encode()
    assert ext.decode(data, "a.ext").polyhedron.vertices().vertices.tolist() == [[fmpq(1, 10)], [fmpq(1, 3)]]


@pytest.mark.parametrize("option", ["linearity 1 2\n{}", "{}linearity 1 2\n"])
def test_lines(option):
    matrix = "begin\n2 3 integer\n1 1 0\n0 2 -2\nend\n"
    domain = ext.decode(f"V-representation\n{option.format(matrix)}".encode(), "a.ext")
    assert (domain.name, domain.polyhedron) == ("1-dimensional polyhedron of a.ext", None)
    # The line x + y = 1.
    assert (domain.subspace.origin.tolist(), domain.subspace.basis.tolist()) == ([[1], [0]], [[-1], [1]])


def test_rays_without_a_point_are_a_cone():
    data = b"V-representation\nbegin\n2 3 integer\n0 1 0\n0 1 2\nend\n"
    found = ext.decode(data, "a.ext").polyhedron.vertices()
    assert (found.vertices.tolist(), found.rays.tolist()) == ([[0, 0]], [[1, 0], [1, 2]])


def test_points_in_a_plane_are_a_domain_of_dimension_two(tmp_path):
    triangle = "V-representation\nbegin\n3 4 integer\n1 1 0 0\n1 0 1 0\n1 0 0 1\nend\n"
    domain = read_domain(written(tmp_path, triangle))
    assert (domain.name, domain.dimension) == ("2-dimensional polyhedron of set.ext", 2)
    assert domain.polyhedron.matrix.nrows() == 3


ENTRIES = st.integers(-3, 3).map(Fraction) | st.fractions(-3, 3, max_denominator=5)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3), st.data())
def test_what_is_written_is_read(dimension, data):
    """The generators of a set, redundant ones among them, are that set."""
    row = st.lists(ENTRIES, min_size=dimension, max_size=dimension)
    lower = data.draw(row)
    upper = [entry + data.draw(st.integers(1, 3)) for entry in lower]
    cut = data.draw(row)
    middle = sum(a * (x + y) / 2 for a, x, y in zip(cut, lower, upper, strict=True))
    box = Polyhedron.box(lower, upper)
    rows = [*box.matrix.tolist(), cut]
    polyhedron = Polyhedron.from_inequalities(rows, [*box.bound.entries(), middle + Fraction(1, 4)])
    found = polyhedron.vertices()
    points = found.vertices.tolist()
    points.append([sum(column, fmpq(0)) / len(points) for column in zip(*points, strict=True)])
    lines = [" ".join(map(str, [1, *point])) for point in data.draw(st.permutations(points))]
    text = "\n".join(["V-representation", "begin", f"{len(lines)} {dimension + 1} rational", *lines, "end"])
    assert ext.decode(text.encode(), "a.ext").polyhedron.vertices() == found


REFUSED = {
    "inequalities": (SQUARE.replace("V-", "H-"), "it lists inequalities; give a V-representation"),
    "no generator": (SQUARE.replace(" 1  1  1", " 2  1  1"), "row 1 begins with 2; begin it with 0 or 1"),
    "negative": (SQUARE.replace(" 1  1  1", "-1  1  1"), "row 1 begins with -1; begin it with 0 or 1"),
    "strict": (SQUARE + "strict_inequality 1 2\n", "strict_inequality is about inequalities"),
    "nonnegative": (SQUARE + "nonnegative\n", "nonnegative is about inequalities"),
    "a point as a line": (SQUARE + "linearity 1 5\n", "linearity names row 5, which is a point; name rays only"),
    "an unknown option": (SQUARE + "fuzzy\n", 'line 11: "fuzzy" is no known option'),
    "too few": (SQUARE.replace("5 3", "6 3"), "there are 15 numbers before end, but 6 rows of 3 need 18"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_faults_are_named(name, tmp_path):
    text, message = REFUSED[name]
    with pytest.raises(FileFormatError, match=message) as raised:
        read_domain(written(tmp_path, text))
    assert str(raised.value).startswith(f"{tmp_path / 'set.ext'}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("begin\n0 3 integer\nend\n", "there is no vertex"),
        ("begin\n2 3 integer\n1 1 1\n1 1 1\nend\n", "its points are one and the same"),
    ],
)
def test_what_is_no_domain(text, message, tmp_path):
    with pytest.raises(DomainError, match=message):
        read_domain(written(tmp_path, text))


def endless(tmp_path):
    """A net on 22 inputs, and the cross-polytope there: 44 points, and four million facets."""
    rows = [" ".join(map(str, [1, *(sign * int(i == j) for j in range(22))])) for i in range(22) for sign in (1, -1)]
    place = written(tmp_path, "\n".join(["begin", "44 23 integer", *rows, "end"]))
    return save(tmp_path / "net.json", ([[1] * 22], [0]), ([[1]], [0])), place


NET = [([[1, 0], [0, 1], [1, 1], [1, -2]], ["1/2", 0, "-1/3", 0]), ([[1, 1, 1, -1]], [0])]


class TestCommands:
    def test_the_count_is_that_on_the_same_set_of_inequalities(self, tmp_path):
        net = save(tmp_path / "net.json", *NET)
        triangle = written(tmp_path, "begin\n3 3 rational\n1 -1 -1\n1 2 0\n1 0 3/2\nend\n")
        inequalities = Polyhedron.from_vertices([[-1, -1], [2, 0], [0, "3/2"]])
        rows = [
            " ".join(map(str, [bound, *(-entry for entry in row)]))
            for row, bound in zip(inequalities.matrix.tolist(), inequalities.bound.entries(), strict=True)
        ]
        same = written(tmp_path, "\n".join(["begin", "3 3 rational", *rows, "end"]), "set.ine")
        expected = document(net, "--domain", same, "--check")
        found = document(net, "--domain", triangle, "--check")
        assert (found["pieces"], found["check"]) == (expected["pieces"], expected["check"])
        assert found["domain"] == "polyhedron of set.ext"
        assert document(net, "--domain", written(tmp_path, SQUARE))["pieces"] == document(net, "--box", -1, 1)["pieces"]

    def test_on_the_parameters_of_a_plane(self, tmp_path):
        net = save(tmp_path / "net.json", *NET)
        (tmp_path / "plane.csv").write_text("1,0\n0,2\n")
        segment = written(tmp_path, "begin\n2 2 integer\n1 -1\n1 2\nend\n")
        found = document(net, "--through", tmp_path / "plane.csv", "--domain", segment)
        assert found["pieces"] == document(net, "--through", tmp_path / "plane.csv", "--box", -1, 2)["pieces"]

    @pytest.mark.parametrize("command", ["count-pieces", "info"])
    def test_a_deadline_ends_the_conversion(self, command, tmp_path, monkeypatch):
        monkeypatch.setattr(time_limit, "_GRACE", 0.05)
        net, place = endless(tmp_path)
        result = run(command, net, "--domain", place, "--deadline", 0.5)
        assert result.exit_code == 4, result.output
        assert f"{place}: the deadline struck while it was read" in result.stderr

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks at /proc")
    def test_ctrl_c_ends_the_conversion(self, tmp_path):
        net, place = endless(tmp_path)
        process = start("count-pieces", net, "--domain", place)
        [child] = until(lambda: Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
        until(lambda: "cdd/gmp" in Path(f"/proc/{child}/maps").read_text())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (130, "", "Interrupted.\n")
        assert not Path(f"/proc/{child}").exists()
