"""`relupoly regions` where sets lie in several subspaces: each record tells in which, and how its coordinates become inputs."""

import csv
import io
import json
from fractions import Fraction

import pytest
from command import assert_refused, count, lines, random_layers, run, save

from relupoly.files import read_network

# Two segments on parallel lines, a segment on a third line, and one more on the first: none touches one of another line.
SETS = {
    "low": {"A": [[1, 0], [-1, 0]], "b": [1, 1], "C": [[0, 1]], "d": [0]},
    "high": {"A": [[1, 0], [-1, 0]], "b": [1, 1], "C": [[0, 1]], "d": [1]},
    "steep": {"A": [[1, 0], [-1, 0]], "b": [4, -2], "C": [["1/2", -1]], "d": [0]},
    "lower": {"A": [[1, 0], [-1, 0]], "b": [0, 3], "C": [[0, 2]], "d": [0]},
    "across": {"A": [[0, 1], [0, -1]], "b": [2, 2], "C": [[1, 0]], "d": [0]},
}
EQUATIONS = [lambda x, y: y, lambda x, y: y - 1, lambda x, y: x / 2 - y]
DOMAINS = [word for name in ("low", "high", "steep", "lower") for word in ("--domain", f"{name}.json")]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "deep.json", *random_layers([2, 6, 6, 1]))
    save(tmp_path / "cross.json", ([[1, 0], [0, 1]], None), ([[1, 2]], None))
    for name, document in SETS.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    return tmp_path


def regions(*arguments, exit_code=0):
    result = run("regions", *arguments)
    assert result.exit_code == exit_code, result.output
    return result


def records(*arguments):
    return lines(regions(*arguments).stdout)


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def inputs(coordinates, t):
    """The point of the space of inputs that has parameters."""
    return [
        Fraction(start) + sum(Fraction(slope) * Fraction(entry) for slope, entry in zip(row, t, strict=True))
        for start, row in zip(coordinates["origin"], coordinates["basis"], strict=True)
    ]


@pytest.mark.parametrize("notion", ["open", "activation", "closed"])
def test_as_many_as_count_pieces_counts(here, notion):
    found = records("deep.json", *DOMAINS, "--notion", notion, "--fields", "notion")
    assert len(found) == json.loads(count("deep.json", *DOMAINS, "--notion", notion, "--json").stdout)["pieces"]
    assert [record["number"] for record in found] == list(range(1, len(found) + 1))
    assert {record["subspace"] for record in found} == {1, 2, 3}
    assert list(found[0]) == ["number", "subspace", "notion"]


def test_affine_functions_are_refused_as_in_counting(here):
    why = "the sets lie in different subspaces, where the same affine function cannot be told from others; choose among open, "
    for words in (["regions"], ["regions", "--json"], ["regions", "--csv"], ["count-pieces"]):
        assert_refused(run(*words, "deep.json", *DOMAINS, "--notion", "affine"), why)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_coordinates_lead_to_inputs(here, jobs):
    """All vertices lie on the lines, where the network has the values that records tell."""
    net = read_network("deep.json")
    document = json.loads(regions("deep.json", *DOMAINS, "--cells", "--json", "--jobs", jobs).stdout)
    assert (document["inputs"], len(document["subspaces"])) == (1, 3)
    told = records("deep.json", *DOMAINS, "--cells", "--fields", "coordinates,vertices", "--jobs", jobs)
    assert [(one["number"], one["vertices"]) for one in told] == [
        (one["number"], one["vertices"]) for one in document["records"]
    ]
    for record, beside in zip(document["records"], told, strict=True):
        coordinates = document["subspaces"][record["subspace"] - 1]
        assert beside["coordinates"] == coordinates
        assert inputs(coordinates, record["point"]) == list(map(Fraction, record["input"]))
        for vertex in record["vertices"]:
            x = inputs(coordinates, vertex)
            assert EQUATIONS[record["subspace"] - 1](*x) == 0
            [value] = net(x)
            assert Fraction(str(value)) == Fraction(record["gradient"][0]) * Fraction(vertex[0]) + Fraction(record["constant"])
    assert (
        sum(Fraction(record["volume"]) for record in document["records"])
        == 4 + 2 + Fraction(document["subspaces"][2]["basis"][0][0]) ** -1 * 2
    )


def test_one_subspace_is_told_in_the_document_alone(here):
    document = json.loads(regions("cross.json", "--domain", "high.json", "--json", "--fields", "coordinates").stdout)
    assert document["subspaces"] == [{"origin": ["0", "1"], "basis": [["1"], ["0"]]}]
    assert document["records"][0] == {"number": 1, "coordinates": document["subspaces"][0]}
    plain = json.loads(regions("cross.json", "--json", "--fields", "coordinates").stdout)
    assert "subspaces" not in plain
    assert plain["records"][0] == {"number": 1, "coordinates": None}


def test_a_table(here):
    rows = table(regions("cross.json", *DOMAINS, "--cells", "--csv", "--fields", "gradient,point,coordinates").stdout)
    assert list(rows[0]) == [
        *("number", "subspace", "dy/dt", "t", "x1", "x2", "origin_x1", "dx1/dt", "origin_x2", "dx2/dt"),
    ]
    for row in rows:
        for x in ("x1", "x2"):
            assert Fraction(row[f"origin_{x}"]) + Fraction(row[f"d{x}/dt"]) * Fraction(row["t"]) == Fraction(row[x])
    [row] = table(regions("cross.json", *DOMAINS, "--at", "1/2,1", "--csv", "--fields", "point").stdout)
    assert (row["at"], row["number"], row["subspace"]) == ("1/2", "1", "2")


class TestAPoint:
    def test_it_is_one_of_the_space_of_inputs(self, here):
        for record in records("deep.json", *DOMAINS):
            [found] = records("deep.json", *DOMAINS, f"--at={','.join(record['input'])}")
            assert (found["subspace"], found["at"]) == (record["subspace"], record["point"])
            kept = ("gradient", "constant", "volume", "convex", "bounded", "patterns")
            assert [found[key] for key in kept] == [record[key] for key in kept]

    def test_on_a_border(self, here):
        found = records("cross.json", *DOMAINS, "--at", "0,1", "--at=-2,0", "--fields", "patterns")
        assert [(one["subspace"], one["at"], one["patterns"]) for one in found] == [
            (2, ["0"], [["-+"]]),
            (2, ["0"], [["++"]]),
            (1, ["-2"], [["-0"], ["-0"]]),
        ]

    @pytest.mark.parametrize("place", ["0,1/2", "2,0", "1,1/2"])
    def test_outside(self, here, place):
        """On no line, or on one beside its sets."""
        result = regions("cross.json", *DOMAINS, "--at", place, exit_code=3)
        assert result.stderr.startswith(f"Error: --at {place}: it lies outside of the domain, union of 4 sets: ")

    def test_parameters_alone_say_too_little(self, here):
        why = "--at 1/2 has 1 number, but the network has 2 inputs; give 2"
        assert_refused(run("regions", "cross.json", *DOMAINS, "--at", "1/2"), why)

    def test_in_words(self, here):
        text = regions("cross.json", *DOMAINS, "--at", "1/2,1", "--at", "3,3/2", "--explain").stdout
        assert "cross.json at t = (1/2) of subspace 2: inside of a cell\n  value     5/2\n" in text
        assert "map       y = t + 2\n" in text
        assert "of subspace 3: inside of a cell\n  value     6\n" in text


def test_filters(here):
    every = records("deep.json", *DOMAINS)
    chosen = sorted(Fraction(one["volume"]) for one in every)[len(every) // 2]
    found = records("deep.json", *DOMAINS, "--min-volume", str(chosen), "--bounded")
    assert found == [one for one in every if Fraction(one["volume"]) >= chosen]
    whole = ["--domain", "whole.json", "--domain", "high.json"]
    (here / "whole.json").write_text('{"C": [[0, 1]], "d": [0]}')
    unbounded = [one for one in records("cross.json", *whole) if not one["bounded"]]
    assert [one["subspace"] for one in unbounded] == [1, 1]
    assert len(records("cross.json", *whole, "--bounded")) == 2
    # x+ + 2 y+ is 5/2 at (5/2, 0) and (1/2, 1).
    crossing = records("cross.json", *whole, "--crossing", "5/2", "--fields", "patterns")
    assert [(one["subspace"], one["patterns"]) for one in crossing] == [(1, [["+0"]]), (2, [["++"]])]
    result = regions("deep.json", *DOMAINS, "--limit", str(len(every) - 1), exit_code=4)
    assert lines(result.stdout) == every[:-1]


class TestFiles:
    def test_the_graph(self, here):
        regions("deep.json", *DOMAINS, "--cells", "--graph", "g.json")
        graph = json.loads((here / "g.json").read_text())
        subspaces = {node["id"]: node["subspace"] for node in graph["nodes"]}
        cells = records("deep.json", *DOMAINS, "--cells", "--fields", "neighbours")
        assert subspaces == {cell["number"]: cell["subspace"] for cell in cells}
        assert all(subspaces[edge["source"]] == subspaces[edge["target"]] for edge in graph["edges"])
        # Each edge is an end of two cells.
        assert 2 * len(graph["edges"]) == sum(one is not None for cell in cells for one in cell["neighbours"])

    @pytest.mark.parametrize("name", ["ine", "ext"])
    def test_blocks_tell_the_subspace(self, here, name):
        regions("cross.json", *DOMAINS, "--cells", f"--{name}", f"cells.{name}")
        cells = records("cross.json", *DOMAINS, "--cells", "--fields", "number")
        told = [line for line in (here / f"cells.{name}").read_text().splitlines() if line.startswith("*")]
        assert told == [f"*cell_{cell['number']}_of_subspace_{cell['subspace']}" for cell in cells]

    @pytest.mark.parametrize("name", ["obj", "ply", "stl", "vtu"])
    def test_no_mesh(self, here, name):
        pytest.importorskip("meshio")
        why = f"--{name}: the sets lie in different subspaces, each with coordinates of its own, and a mesh has those of one; "
        assert_refused(run("regions", "cross.json", *DOMAINS, f"--{name}", f"mesh.{name}"), why)
        assert not (here / f"mesh.{name}").exists()

    def test_no_formula(self, here):
        why = (
            "--formula: the sets lie in different subspaces, each with coordinates of its own, and a formula has those of one; "
        )
        assert_refused(run("regions", "cross.json", *DOMAINS, "--formula", "text"), why)


def test_sets_that_cross(here):
    why = "sets 1 and 5 touch or cross, but lie in different subspaces, so their union has no cells; give one file for each"
    for command in ("regions", "count-pieces"):
        assert_refused(run(command, "cross.json", *DOMAINS, "--domain", "across.json"), why)
    assert_refused(run("regions", "cross.json", *DOMAINS, "--domain", "across.json", "--at", "0,0"), why)


def test_analyses_are_refused(here):
    why = "the sets lie in different subspaces, each with coordinates of its own, and an analysis has those of one; "
    assert_refused(run("analyze", "cross.json", *DOMAINS, "--only", "max"), why)
