"""What people type first: file names for nets and domains, Ctrl-C at a prompt, short representations, types that users see."""

import json
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import random_layers
from flint import fmpq_mat

import relupoly as rp
from relupoly.errors import DomainError, FileFormatError, InputError, NetworkError
from relupoly.networks.network import Layer

ROOT = Path(__file__).resolve().parents[1]
HAT = rp.Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])


@pytest.fixture
def files(tmp_path):
    rp.save(HAT, tmp_path / "hat.json")
    (tmp_path / "right.json").write_text('{"lower": [0.5], "upper": [2]}')
    (tmp_path / "two.vnnlib").write_text(
        "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (or (<= -2 X_0 0) (<= 0 X_0 2)))"
    )
    return tmp_path


def test_paths_stand_for_what_they_hold(files):
    assert rp.load(files / "hat.json") == HAT
    assert rp.count_pieces(str(files / "hat.json")).pieces == rp.count_pieces(HAT).pieces == HAT.count_pieces().pieces == 4
    assert rp.count_pieces(HAT, files / "right.json").pieces == HAT.count_pieces(rp.Domain.box(["1/2"], [2])).pieces == 2
    assert rp.count_pieces(HAT, files / "two.vnnlib", "all").counts["open"] == 4
    assert rp.equal(files / "hat.json", HAT)
    assert rp.equal(HAT, files / "hat.json", files / "two.vnnlib")
    flat = rp.Network.from_rows([([[0]], None)])
    assert not rp.equal(flat, files / "hat.json")
    graph = rp.region_graph(files / "hat.json", files / "two.vnnlib", "open", ["gradient"])
    assert [values for _, values in graph.nodes(data=True)] == [{"gradient": ((slope,),)} for slope in (0, 1, -1, 0)]
    assert (graph.number_of_edges(), graph.graph["domain"][:13]) == (3, "union of 2 se")
    [[zero], [other]] = rp.difference(flat, HAT, files / "right.json").values
    assert zero == 0 < other


WITHOUT_DOMAIN = ["analyze", "lipschitz", "maximum", "minimum", "shape", "stable_layers", "compress", "topology"]


@pytest.mark.parametrize("name", [*WITHOUT_DOMAIN, "decision_boundary", "cell_volumes", "moments", "integral", "distribution"])
def test_an_analysis_takes_paths_and_a_deadline(files, name):
    question = getattr(rp, name)
    places, objects = (files / "hat.json", str(files / "right.json")), (HAT, rp.Domain.box(["1/2"], [2]))
    found, same = question(*places), question(*objects, deadline=100)
    if name == "analyze":
        found, same = (found.lipschitz, found.maximum, found.minimum), (same.lipschitz, same.maximum, same.minimum)
        assert question(HAT, deadline=0).stopped == "deadline"
    elif name not in ("shape", "maximum", "minimum"):  # which are known at once, on such a box
        with pytest.raises(rp.Stopped):
            question(*objects, deadline=0)
    assert found == same
    with pytest.raises(ValueError, match="one of deadline and run"):
        question(*objects, deadline=1, run=rp.Run())


def test_what_is_neither_a_file_nor_what_it_should_hold():
    with pytest.raises(NetworkError, match="a HardNet is no network; give a Network"):
        rp.count_pieces(rp.hard("sawtooth", width=2, depth=1))
    with pytest.raises(DomainError, match=r"a list is no domain; give a Domain, such as Domain\.box"):
        rp.analyze(HAT, [[0], [1]])


def test_questions_about_points_and_properties_take_paths(files):
    (files / "high.vnnlib").write_text((files / "two.vnnlib").read_text() + "(assert (>= Y_0 1))")
    verdict = rp.decide(files / "hat.json", files / "high.vnnlib")
    assert (verdict.word, verdict.point) == ("sat", (0,))
    assert rp.decide(HAT, files / "high.vnnlib", deadline=0).word == "timeout"
    radius = rp.robustness(files / "hat.json", [0], domain=files / "two.vnnlib", level="1/2")
    assert radius.value * 2 == 1
    assert rp.robustness(HAT, [0], level="1/2", deadline=0).stopped == "deadline"


def test_quantities_as_one_text():
    assert rp.analyze(HAT, only="max, min").maximum[0].value == 1
    with pytest.raises(InputError, match="there is no quantity maximum"):
        rp.analyze(HAT, only="maximum")


def test_a_net_saves_itself(tmp_path):
    HAT.save(tmp_path / "net.npz")
    assert rp.load(tmp_path / "net.npz") == HAT
    with pytest.raises(FileFormatError, match="exists"):
        HAT.save(tmp_path / "net.npz")
    HAT.save(tmp_path / "net.npz", force=True)


def test_faults_name_the_file(files):
    with pytest.raises(FileFormatError, match=r"none\.json: there is no such file"):
        rp.count_pieces(files / "none.json")
    with pytest.raises(FileFormatError, match=r"none\.json: there is no such file"):
        rp.count_pieces(HAT, files / "none.json")
    with pytest.raises(ValueError, match="give one of deadline and run"):
        rp.count_pieces(HAT, deadline=1, run=rp.Run())
    with pytest.raises(ValueError, match="give one of deadline and run"):
        rp.equal(HAT, HAT, deadline=1, run=rp.Run())


def test_a_deadline():
    assert rp.count_pieces(HAT, deadline=0).stopped == "deadline"
    assert rp.count_pieces(HAT, deadline=1000).complete
    bent = rp.Network.from_rows([([[1], [-1]], None), ([[-1, -1]], [1]), ([[1]], None)])
    assert rp.equal(bent, HAT)
    with pytest.raises(rp.Stopped):
        rp.difference(bent, HAT, deadline=0)
    with pytest.raises(rp.Stopped):
        rp.region_graph(HAT, deadline=0)


def test_the_version():
    assert rp.__version__ == version("relupoly")
    assert not hasattr(rp, "no_such_name")


class TestShown:
    def test_small_nets_are_shown_whole(self):
        assert repr(HAT) == "Network(Layer([[1], [1], [1]], [1, 0, -1]), Layer([[1, -2, 1]], [0]))"
        linear = Layer(fmpq_mat([[1], [2]]), fmpq_mat(2, 1), (1,))
        assert repr(linear) == "Layer([[1], [2]], [0, 0], linear=(1,))"

    def test_large_ones_in_short(self):
        net = rp.Network.from_rows(random_layers([3, 8, 8, 2]))
        assert repr(net) == "Network(3 inputs, hidden layers: 8, 8, 2 outputs)"
        assert repr(net.layers[1]) == "Layer(8 x 8)"
        assert len(net) == 3

    def test_tables_for_notebooks(self):
        assert "<td>1</td><td>1</td><td>3</td><td>0</td><td>3</td>" in HAT._repr_html_()
        box = rp.Domain(rp.Polyhedron.box([0], [1]), None, "<b>")
        table = rp.count_pieces(HAT, box)._repr_html_()
        assert "<td>open</td><td>1</td>" in table
        assert "&lt;b&gt;; 1 cells, complete; every sign proved" in table

    def test_an_analysis(self):
        box = rp.Domain.box([0], ["1000000/3000001"])
        found = rp.analyze(HAT, box, "lipschitz,max,moments")
        table = found._repr_html_()
        assert "<th>Lipschitz constant</th><td>1 (2-norm)</td>" in table
        assert "<th>maximum</th><td>1 at (0)</td>" in table
        assert "<th>integral</th><td>about 0.277778</td>" in table
        assert "<td>about 0.277778</td>" in found.moments._repr_html_()
        assert "<td>1 (2-norm)</td></tr><tr><th>in the cell</th><td>++-</td>" in found.lipschitz._repr_html_()
        assert found.maximum[0]._repr_html_() == "<code>1 at (0)</code>"
        steep = rp.lipschitz(rp.Network.from_rows([([[1]], None), ([["1000000000001/3000000"]], None)]))
        assert steep.summary.endswith("(2-norm), rounded up")
        assert float(steep.summary.split()[0]) * 3000000 >= 1000000000001
        part = rp.analyze(HAT, box, deadline=0)
        assert "; 0 cells, stopped: deadline</caption>" in part._repr_html_()
        assert "the best so far; no bound is known yet" in part.maximum[0].summary


PROMPT = """
import sys
import relupoly as rp
{prompt}
net = rp.load(sys.argv[1])
print("ready", flush=True)
found = rp.count_pieces(net, run=rp.Run(progress=lambda cells: print(cells, flush=True)))
print(found.stopped, found.complete, 0 < found.pieces <= found.cells, flush=True)
import signal
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""


def test_at_a_prompt_ctrl_c_leaves_what_an_analysis_knows(tmp_path):
    rp.save(rp.Network.from_rows(random_layers([6, 40, 40, 1])), tmp_path / "net.json")
    program = (
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nimport relupoly as rp\n"
        'sys.ps1 = "> "\nrun = rp.Run(progress=lambda cells: print("ready", flush=True))\n'
        'print(rp.analyze(sys.argv[1], only="lipschitz", run=run).stopped)\n'
    )
    command = [sys.executable, "-c", program, str(tmp_path / "net.json")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert out.splitlines()[-1] == "interrupted", err


@pytest.mark.parametrize("interactive", [True, False])
def test_ctrl_c(tmp_path, interactive):
    """At a prompt a count ends with what is known; in a script the exception goes on."""
    rp.save(rp.Network.from_rows(random_layers([6, 40, 40, 1])), tmp_path / "net.json")
    program = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n" + PROMPT.format(
        prompt='sys.ps1 = "> "' if interactive else ""
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "net.json")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    assert int(process.stdout.readline()) >= 0
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    if interactive:
        assert out.splitlines()[-1] == "interrupted False True", err
        assert process.returncode == 0
    else:
        assert err.splitlines()[-1] == "KeyboardInterrupt"
        assert process.returncode != 0


USER = """
import relupoly as rp

net = rp.load("net.onnx")
found = rp.count_pieces(net, rp.Domain.box([0], [1]), "all", deadline=3.0)
pieces: int | None = found.pieces
same: bool = rp.equal("one.json", net, "box.json")
other: rp.Network = rp.compose(net, net)
other.save("other.json", force=True)
reveal_type(rp.count_pieces)
reveal_type(rp.Network.evaluate)
wrong: str = found.pieces
"""


@pytest.mark.slow
def test_types_that_a_user_sees(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", tmp_path / "user.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    [error] = [line for line in done.stdout.splitlines() if " error: " in line]
    assert "user.py:12: error: Incompatible types in assignment" in error, done.stdout
    assert "PieceCount" in done.stdout


SCRIPT = ROOT / "tests" / "data" / "user.py"


def test_what_a_user_writes_runs(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].startswith("PieceCount({'open': 3, ")
    assert done.stderr == ""


@pytest.mark.slow
def test_mypy_accepts_what_a_user_writes(tmp_path):
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("Success: "), done.stdout


@pytest.mark.slow
def test_mypy_accepts_what_a_user_of_scikit_learn_writes(tmp_path):
    (tmp_path / "user.py").write_text(
        "import relupoly as rp\n"
        "from sklearn.neural_network import MLPRegressor\n"
        "net: rp.Network = rp.from_sklearn(MLPRegressor((3,)).fit([[0.0], [1.0]], [0.0, 1.0]))\n"
        "wrong: int = rp.from_sklearn(None)\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", tmp_path / "user.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    [error] = [line for line in done.stdout.splitlines() if " error: " in line]
    assert "user.py:4: error: Incompatible types in assignment" in error, done.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None or find_spec("pyright") is None, reason="pyright is not installed")
def test_pyright_accepts_what_a_user_writes(tmp_path):
    settings = {"include": [str(SCRIPT)], "extraPaths": [str(ROOT)], "typeCheckingMode": "strict"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--project", tmp_path, "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "0 errors" in done.stdout, done.stdout


def test_regions_of_files(files):
    net, right = files / "hat.json", files / "right.json"
    assert list(rp.list_pieces(net, right)) == list(HAT.pieces(rp.Domain.box(["1/2"], [2]))) == list(HAT.pieces(right))
    assert [cell.pattern for cell in rp.list_cells(str(net))] == [cell.pattern for cell in rp.list_cells(HAT)]
    assert rp.cells_at(net, [0.75], right) == rp.cells_at(HAT, ["3/4"], rp.Domain.box(["1/2"], [2]))
    assert [piece.gradient for piece in rp.pieces_at(net, [1], right)] == [((-1,),), ((0,),)]
    assert HAT.piece_at([1.5], right).value(["3/2"]) == [0]
    with pytest.raises(DomainError, match=r"the point lies outside of the domain, .*right\.json; give one inside"):
        HAT.piece_at([5], right)


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        (lambda: HAT.pieces(notion="patterns"), "pieces of the notion patterns are not listed; choose among open, "),
        (lambda: HAT.pieces(fields=["area"]), '"area" is no field of a piece; choose from number, notion, cells, '),
        (lambda: rp.list_cells(HAT, fields=["convex"]), '"convex" is no field of a cell; choose from number, pattern, piece, '),
        (
            lambda: rp.cells_at(HAT, [0], fields="volume"),
            r'fields is the text "volume"; give a list of names, such as \["volume"\]',
        ),
        (lambda: rp.pieces_at(HAT, [0], notion="all"), "pieces of the notion all are not listed"),
        (lambda: rp.region_graph(HAT, fields=["area"]), '"area" is no field of a cell'),
        (lambda: rp.region_graph(HAT, None, "open", ["vertices"]), '"vertices" is no field of a piece'),
        (lambda: rp.list_pieces("none.json"), "none.json: there is no such file"),
    ],
)
def test_lists_refuse_at_once(ask, fault):
    with pytest.raises(InputError, match=fault):
        ask()


def test_a_deadline_of_a_list():
    with pytest.raises(rp.Stopped):
        list(rp.list_cells(HAT, deadline=0))
    with pytest.raises(ValueError, match="one of deadline and run"):
        HAT.pieces(deadline=1, run=rp.Run())


def test_vertices_of_the_cells_of_pieces():
    [piece] = rp.pieces_at(HAT, ["1/2"], rp.Domain.box([0], [2]), fields=["vertices"])
    assert sorted(piece.cells[0].vertices) == [(0,), (1,)]
