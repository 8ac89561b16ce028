"""What `relupoly regions` writes into files, read back: graphs, blocks of cddlib, meshes; and formulas."""

import json
import os
import re
from fractions import Fraction

import pytest
from command import assert_refused, lines, random_layers, run, save, start
from flint import fmpq

from relupoly.files import read_domain, read_network
from relupoly.run import Run
from relupoly_cli.commands.region_exports import Exports

NETS = {
    "cross": [([[1, 0], [0, 1]], None), ([[1, 2]], None)],
    # |x| + |y| + |z|, whose level sets are octahedra
    "ball": [
        ([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], None),
        ([[1, 1, 1, 1, 1, 1]], None),
    ],
    "two": [([[1, 0], [0, 1]], None), ([[1, 2], [0, 1]], None)],
    "deep": random_layers([2, 6, 6, 1]),
    "many": random_layers([5, 3, 1]),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, layers in NETS.items():
        save(tmp_path / f"{name}.json", *layers)
    return tmp_path


def regions(*arguments, exit_code=0):
    result = run("regions", *arguments)
    assert result.exit_code == exit_code, result.output
    return result


def records(*arguments):
    return lines(regions(*arguments).stdout)


BOX = ["--box", "-1", "1"]


class TestGraphs:
    def test_nodes_and_edges(self, here):
        networkx = pytest.importorskip("networkx")
        result = regions("deep.json", *BOX, "--cells", "--graph", "g.graphml")
        assert (result.stdout, result.stderr) == ("", "wrote g.graphml\n")
        graph = networkx.read_graphml("g.graphml")
        cells = records("deep.json", *BOX, "--cells")
        numbers = {tuple(cell["pattern"]): str(cell["number"]) for cell in cells}
        assert set(graph.nodes) == set(numbers.values())
        assert {frozenset(edge) for edge in graph.edges} == {
            frozenset((str(cell["number"]), numbers[tuple(beyond)]))
            for cell in cells
            for beyond in filter(None, cell["neighbours"])
        }

    def test_of_pieces(self, here):
        regions("cross.json", "--graph", "g.json", "--quiet")
        graph = json.loads((here / "g.json").read_text())
        assert len(graph["nodes"]) == 4
        assert sorted(edge["neurons"] for edge in graph["edges"]) == [[[1, 1]], [[1, 1]], [[1, 2]], [[1, 2]]]

    def test_other_suffixes(self, here):
        assert_refused(run("regions", "cross.json", "--graph", "g.svg"), "--graph: g.svg: unknown suffix")


class TestBlocks:
    def test_one_file(self, here):
        regions("deep.json", *BOX, "--cells", "--ine", "cells.ine", "--ext", "cells.ext", "--quiet")
        cells = records("deep.json", *BOX, "--cells")
        assert (here / "cells.ine").read_text().count("H-representation") == len(cells)
        assert (here / "cells.ext").read_text().count("V-representation") == len(cells)

    def test_a_folder(self, here):
        """Counted in the sets of the files, each cell has one piece."""
        regions("deep.json", *BOX, "--ine", "cells", "--quiet")
        cells = records("deep.json", *BOX, "--cells")
        assert len(os.listdir("cells")) == len(cells)
        for cell in cells:
            domain = read_domain(f"cells/cell_{cell['number']:06}.ine")
            point = [fmpq(*Fraction(entry).as_integer_ratio()) for entry in cell["point"]]
            assert min(domain.polyhedron.slacks(point)) > 0
            assert domain.polyhedron.matrix.nrows() == len(cell["facets"])
        assert_refused(run("regions", "deep.json", *BOX, "--ine", "cells"), "--ine: cells: cell_000001.ine is there already")
        assert regions("cross.json", *BOX, "--ine", "cells", "--force", "--quiet").stdout == ""
        assert len(os.listdir("cells")) == 4


REFUSED = {
    (
        "many.json",
        *BOX,
        "--obj",
        "x.obj",
    ): "--obj draws in 1 or 2 inputs, and there are 5 inputs; choose some with --through",
    ("many.json", *BOX, "--ply", "x.ply", "--level", "0"): "--ply draws in 2 or 3 inputs, and there are 5",
    ("many.json", *BOX, "--vtu", "x.vtu"): "--vtu draws in 1 or 2 or 3 inputs, and there are 5",
    ("cross.json", "--obj", "x.obj"): "cell 1 is unbounded, and a mesh has to end somewhere; give a box (--box)",
    ("cross.json", *BOX, "--stl", "x.stl", "--level", "0"): "x.stl: .stl files hold no segments",
    ("two.json", *BOX, "--obj", "x.obj"): "the network has 2 outputs; say which, as in --output-number 1",
    ("two.json", *BOX, "--obj", "x.obj", "--output-number", "3"): "--output-number 3: the network has 2 outputs",
    (
        "two.json",
        *BOX,
        "--obj",
        "x.obj",
        "--level",
        "0",
    ): "--level 0: the network has 2 outputs; say which, as in --level 1:0",
    ("cross.json", *BOX, "--obj", "no/x.obj"): "there is no folder",
    ("cross.json", *BOX, "--obj", "x", "--ply", "x"): "it is the same file as --obj",
}


def test_vertices_of_many_inputs_have_to_be_asked_for(here):
    save(here / "wide.json", *random_layers([9, 1, 1]))
    words = ["wide.json", *BOX, "--ext", "cells.ext"]
    assert_refused(run("regions", *words), "vertices of cells of so many inputs are not known; find them with --cells")
    assert not (here / "cells.ext").exists()
    pytest.importorskip("cdd")
    regions(*words, "--cells", "--vertices")
    sizes = [int(size) for size in re.findall(r"begin\n(\d+) ", (here / "cells.ext").read_text())]
    assert sizes == [len(cell["vertices"]) for cell in records("wide.json", *BOX, "--cells", "--vertices")]


class TestMeshes:
    @pytest.fixture(autouse=True)
    def needed(self):
        pytest.importorskip("meshio")

    def test_a_level_surface(self, here):
        import meshio

        regions("ball.json", *BOX, "--ply", "ball.ply", "--level", "1/2", "--quiet")
        mesh = meshio.read("ball.ply")
        assert {tuple(point) for point in mesh.points.tolist()} == {
            tuple(sign * 0.5 if axis == place else 0.0 for place in range(3)) for axis in range(3) for sign in (1, -1)
        }
        assert sum(len(block.data) for block in mesh.cells) == 8

    def test_a_graph_and_cells(self, here):
        import meshio

        result = regions("cross.json", *BOX, "--obj", "cross.obj", "--stl", "cross.stl", "--vtu", "cross.vtu")
        assert result.stdout == ""
        assert result.stderr.splitlines() == [f"wrote cross.{suffix}" for suffix in ("obj", "stl", "vtu")]
        for x, y, z in meshio.read("cross.obj").points.tolist():
            assert z == max(x, 0) + 2 * max(y, 0)
        assert sum(len(block.data) for block in meshio.read("cross.vtu").cells) == 4

    def test_one_of_several_outputs(self, here):
        import meshio

        regions("two.json", *BOX, "--obj", "two.obj", "--output-number", "2", "--quiet")
        for _, y, z in meshio.read("two.obj").points.tolist():
            assert z == max(y, 0)
        regions("two.json", *BOX, "--ply", "two.ply", "--level", "2:1/2", "--quiet")
        assert {point[1] for point in meshio.read("two.ply").points.tolist()} == {0.5}

    @pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
    def test_what_is_refused(self, here, arguments):
        before = sorted(os.listdir())
        assert_refused(run("regions", *arguments), REFUSED[arguments])
        assert sorted(os.listdir()) == before


class TestFormulas:
    @pytest.mark.parametrize("more", [[], ["--cells"], ["--notion", "affine"], BOX])
    def test_python_evaluates_to_the_net(self, here, more):
        text = regions("deep.json", "--formula", "python", *more).stdout
        space = {}
        exec(text, space)
        net = read_network("deep.json")
        for point in (["1/3", "-1/2"], ["0", "0"], ["-1", "7/9"]):
            [value] = net(point)
            assert space["f"](*map(Fraction, point)) == Fraction(str(value))

    def test_text(self, here):
        assert regions("cross.json", "--formula", "text").stdout.splitlines()[-1].split() == ["x1", "+", "2*x2", "otherwise"]
        filtered = regions("cross.json", "--formula", "text", "--crossing", "1").stdout
        assert "undefined" in filtered.splitlines()[-1]

    @pytest.mark.parametrize("form", ["text", "latex", "sympy", "python", "c"])
    def test_it_goes_to_a_file(self, here, form):
        printed = regions("cross.json", "--formula", form).stdout
        assert regions("cross.json", "--formula", form, "--output", "f").stdout == ""
        assert (here / "f").read_text() == printed

    def test_nothing_is_left(self, here):
        assert_refused(
            run("regions", "cross.json", "--formula", "text", "--bounded"), "there is no cell, so there is no formula"
        )


class TestWhatIsPrintedBesides:
    @pytest.mark.parametrize("more", [["--jsonl"], ["--json"], ["--csv"], ["--fields", "pattern"]])
    def test_records_where_they_are_asked_for(self, here, more):
        expected = regions("cross.json", *more).stdout
        result = regions("cross.json", *more, "--ine", "cells.ine")
        assert (result.stdout, result.stderr) == (expected, "wrote cells.ine\n")

    def test_records_in_a_file_and_a_formula(self, here):
        regions("cross.json", "--ine", "cells.ine", "--output", "list.jsonl")
        assert lines((here / "list.jsonl").read_text()) == records("cross.json")
        result = regions("cross.json", "--ine", "again.ine", "--formula", "text")
        assert result.stdout == regions("cross.json", "--formula", "text").stdout
        assert (here / "again.ine").read_text() == (here / "cells.ine").read_text()

    def test_filters_hold_for_files(self, here):
        regions("cross.json", "--cells", "--crossing", "1", "--ine", "cells.ine")
        assert (here / "cells.ine").read_text().count("begin") == len(records("cross.json", "--cells", "--crossing", "1"))


class TestWhatIsNotWhole:
    @pytest.mark.parametrize("words", [["--limit", "2"], ["--deadline", "0"]])
    def test_no_file_is_written(self, here, words):
        before = sorted(os.listdir())
        result = regions("cross.json", "--ine", "cells.ine", "--ext", "folder", "--formula", "text", *words, exit_code=4)
        assert result.stdout == ""
        assert result.stderr.splitlines()[1:] == [
            f"{name} is not written, since the list is not complete" for name in ("cells.ine", "folder")
        ]
        assert sorted(os.listdir()) == before

    def test_a_file_that_exists(self, here):
        (here / "cells.ine").write_text("mine")
        assert_refused(run("regions", "cross.json", "--ine", "cells.ine"), "--ine cells.ine: the file exists")
        assert (here / "cells.ine").read_text() == "mine"
        regions("cross.json", "--ine", "cells.ine", "--force")
        assert (here / "cells.ine").read_text() != "mine"

    def test_a_file_that_finds_no_room(self, here, monkeypatch):
        """The others are written, the records are printed, and the error is said."""

        def fsync(descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fsync)
        result = regions("cross.json", "--ine", "cells.ine", "--jsonl", exit_code=3)
        assert lines(result.stdout) == records("cross.json")
        assert "cells.ine: it cannot be written" in result.stderr
        assert not (here / "cells.ine").exists()

    def test_an_error_about_a_record_does_not_speak_of_the_list(self, here):
        pytest.importorskip("meshio")
        result = run("regions", "cross.json", "--obj", "x.obj", "--output", "list.jsonl")
        assert_refused(result, "Error: cell 1 is unbounded")
        assert not (here / "list.jsonl").exists()

    def test_a_deadline_while_files_are_written(self, here, monkeypatch):
        from relupoly.pieces.listing import graph
        from relupoly.run import Stopped

        def graph_of(*arguments, **options):
            raise Stopped("deadline")

        monkeypatch.setattr(graph, "graph_of", graph_of)
        result = regions("cross.json", "--graph", "g.json", "--ine", "cells.ine", exit_code=4)
        assert result.stderr == "Error: g.json is not written, stopped by the deadline\nwrote cells.ine\n"

    def test_a_deadline_while_what_is_written_is_made(self, here, monkeypatch):
        write, formula = Exports.write, Exports.formula
        monkeypatch.setattr(Exports, "write", lambda self, kept, run, answers: write(self, kept, Run(deadline=0), answers))
        monkeypatch.setattr(Exports, "formula", lambda self, kept, whole, run: formula(self, kept, whole, Run(deadline=0)))
        words = ["--ine", "cells.ine", "--ext", "folder", "--vtu", "cells.vtu", "--obj", "cells.obj", "--formula", "text"]
        result = regions("cross.json", *BOX, *words, exit_code=4)
        assert (result.stdout, result.stderr) == (
            "",
            "Error: cells.ine is not written, stopped by the deadline\n"
            "Error: folder is not written, stopped by the deadline\n"
            "Error: cells.obj is not written, stopped by the deadline\n"
            "Error: cells.vtu is not written, stopped by the deadline\n"
            "Error: there is no formula, stopped by the deadline\n",
        )
        assert not any(file.suffix in (".ine", ".ext", ".vtu", ".obj") for file in here.rglob("*"))

    def test_a_package_that_is_missing(self, here, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        assert_refused(run("regions", "cross.json", *BOX, "--obj", "x.obj"), "pip install relupoly[mesh]")

    def test_nobody_reads_what_is_printed_besides(self, here):
        process = start("regions", "cross.json", "--ine", "cells.ine", "--jsonl", program=GONE)
        assert process.stderr.readline() == "listed\n"
        process.stdout.close()
        assert process.wait(60) == 141
        process.stderr.close()
        assert not (here / "cells.ine").exists()


# Waits for its reader to go, after the first record.
GONE = """
import itertools, sys
import relupoly.pieces.listing.pieces as pieces
from relupoly_cli.entry import main

list_pieces = pieces.list_pieces

def one(*arguments, run, **options):
    yield from itertools.islice(list_pieces(*arguments, run=run, **options), 1)
    print("listed", file=sys.stderr, flush=True)
    while True:
        run.tick()

pieces.list_pieces = one
sys.argv[0] = "relupoly"
sys.exit(main())
"""
