"""`relupoly count-pieces`: what network on what domain."""

import json
import time

import numpy as np
import pytest
from command import assert_refused, count, document, random_layers, run, save


def test_a_format_overrides_the_suffix(nets, tmp_path):
    odd = tmp_path / "hat.npz"
    odd.write_bytes((nets / "hat.json").read_bytes())
    assert document(odd, "--format", "json")["pieces"] == 4
    assert_refused(count(odd), "hat.npz: it is not a numpy file")


def test_normalize(nets, tmp_path):
    assert run("convert", nets / "hat.json", tmp_path / "hat.nnet").exit_code == 0
    text = (tmp_path / "hat.nnet").read_text()
    assert document(tmp_path / "hat.nnet", "--normalize")["pieces"] == 4
    [mean_line] = [number for number, line in enumerate(text.splitlines()) if line.replace(" ", "") in ("0,0,", "0.0,0.0,")][:1]
    moved = text.splitlines()
    moved[mean_line] = "10,0,"
    (tmp_path / "moved.nnet").write_text("\n".join(moved) + "\n")
    box = ["--box", "9.5", "10.5"]
    assert document(tmp_path / "moved.nnet", *box)["pieces"] == 1
    assert document(tmp_path / "moved.nnet", "--normalize", *box)["pieces"] == 2


class TestBoxes:
    @pytest.fixture
    def tenth(self, tmp_path):
        """relu(x - 1/10), and relu(x - y) where y is the double nearest to 1/10, which is greater."""
        save(tmp_path / "exact.json", ([[1]], ["-0.1"]), ([[1]], None))
        save(tmp_path / "double.json", ([[1]], [-0.1]), ([[1]], None))
        return tmp_path

    @pytest.mark.parametrize("low", ["0.1", "1/10", "1e-1", ".1", "+0.10", "10/100", " 0.1 "])
    def test_decimals_are_exact(self, tenth, low):
        assert document(tenth / "exact.json", "--box", low, "1")["pieces"] == 1
        assert document(tenth / "exact.json", "--box", "0", low)["pieces"] == 1
        assert document(tenth / "double.json", "--box", low, "1")["pieces"] == 2
        assert document(tenth / "double.json", "--box", "0", low)["pieces"] == 1

    def test_a_little_less_than_a_decimal(self, tenth):
        assert document(tenth / "exact.json", "--box", "0.09999999999999999999999999", "1")["pieces"] == 2

    @pytest.mark.parametrize(
        ("low", "high", "pieces", "name"),
        [
            ("-1", "1", 4, "box -1 1"),
            ("-1,0", "1", 2, "box -1,0 1"),
            ("0", "1/3,2", 1, "box 0 1/3,2"),
            ("-1/3, 0.5", "1, 1", 2, "box -1/3,0.5 1"),
            ("-1e400", "1e400", 4, "box -1.00000e+400 1.00000e+400"),
            ("-1e-400", "1e-400", 4, "box -1.00000e-400 1.00000e-400"),
        ],
    )
    def test_forms(self, nets, low, high, pieces, name):
        answer = document(nets / "cross.json", "--box", low, high)
        assert (answer["pieces"], answer["domain"]) == (pieces, name)

    def test_a_box_and_a_domain_exclude_each_other(self, nets):
        result = count(nets / "hat.json", "--box", "0", "1", "--domain", "missing.json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "--box and --domain exclude each other" in result.stderr


class TestDomainFiles:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("half.json", '{"A": [[-1, 0], [1, 1]], "b": ["-1/3", 9.5]}'),
            ("half.ine", "H-representation\nbegin\n2 3 rational\n-1/3 1 0\n19/2 -1 -1\nend\n"),
            (
                "half.vnnlib",
                "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)"
                "(assert (>= X_0 0.5)) (assert (<= X_0 2)) (assert (>= X_1 -1)) (assert (<= X_1 1)) (assert (<= Y_0 0))",
            ),
        ],
    )
    def test_formats(self, nets, tmp_path, name, text):
        (tmp_path / name).write_text(text)
        answer = document(nets / "cross.json", "--domain", tmp_path / name, "--check")
        assert (answer["pieces"], answer["check"]["agrees"]) == (2, True)
        assert name in answer["domain"]


class TestSubspaces:
    @pytest.fixture(params=["csv", "json", "npy"])
    def diagonal(self, request, tmp_path):
        """The line x = -1 + 2t, y = t, where relu(x) and relu(y) have breakpoints at t = 1/2 and 0."""
        path = tmp_path / f"diagonal.{request.param}"
        if request.param == "npy":
            np.save(path, np.array([[-1, 0], [1, 1]]))
        else:
            path.write_text({"csv": "x,y\n-1,0\n1,1\n", "json": '[[-1, 0], ["2/2", 1]]'}[request.param])
        return path

    def test_the_whole_line(self, nets, diagonal):
        answer = document(nets / "cross.json", "--through", diagonal, "--check")
        assert (answer["pieces"], answer["input_dim"], answer["domain"]) == (3, 2, "1-dimensional subspace of R^2")

    @pytest.mark.parametrize(("low", "high", "pieces"), [("0", "1", 2), ("-1", "1/2", 2), ("1/2", "9", 1), ("-1", "1", 3)])
    def test_a_box_is_on_the_parameters(self, nets, diagonal, low, high, pieces):
        assert document(nets / "cross.json", "--through", diagonal, "--box", low, high)["pieces"] == pieces

    def test_a_polyhedron_is_on_the_parameters(self, nets, diagonal, tmp_path):
        (tmp_path / "ray.json").write_text('{"A": [[-1]], "b": [-0.25]}')
        assert document(nets / "cross.json", "--through", diagonal, "--domain", tmp_path / "ray.json")["pieces"] == 2


@pytest.fixture(scope="module")
def image_net(tmp_path_factory):
    return save(tmp_path_factory.mktemp("large") / "net.json", *random_layers([784, 64, 10]))


class TestLargeNetworks:
    def test_too_many_cells_are_refused_at_once(self, image_net):
        began = time.monotonic()
        assert_refused(count(image_net), "at least 2^64 cells", "--through")
        assert time.monotonic() - began < 10

    def test_on_a_plane_it_is_a_small_net(self, image_net, tmp_path):
        points = np.zeros((2, 784))
        points[1, 300:400] = 0.5
        np.save(tmp_path / "line.npy", points)
        assert document(image_net, "--through", tmp_path / "line.npy", "--box", "0", "1")["complete"]

    @pytest.mark.parametrize("box", [[], ["--box", "0", "1"]])
    def test_a_deadline_in_20_dimensions(self, tmp_path, box):
        net = save(tmp_path / "net.json", *random_layers([20, 40, 1]))
        began = time.monotonic()
        assert document(net, *box, "--deadline", "1", exit_code=4)["stopped"] == "deadline"
        assert time.monotonic() - began < 10

    def test_a_box_with_more_vertices_than_memory_holds(self, tmp_path):
        net = save(tmp_path / "net.json", *random_layers([30, 40, 1]))
        assert document(net, "--box", "0", "1", "--limit", "9", exit_code=4)["cells"] == 9
        assert_refused(count(net, "--box", "0", "1", "--notion", "patterns"), "has 2^30 vertices", "--through")

    @pytest.mark.parametrize("options", [["--box", "0", "1"], []])
    def test_a_recount_that_would_have_no_end_is_refused_before_anything_is_counted(self, tmp_path, options):
        net = save(tmp_path / "net.json", *random_layers([501, 1, 1]))
        assert count(net, *options).exit_code == 0
        assert_refused(count(net, *options, "--check"), "501 coordinates, 500 are the most", "--through")


class TestSeparateSets:
    """Breakpoints of the hat are -1, 0, 1."""

    @pytest.fixture
    def sets(self, tmp_path):
        file = tmp_path / "sets.vnnlib"
        file.write_text("(declare-const X_0 Real) (assert (or (<= -2 X_0 0.5) (and (<= 0.75 X_0 2) (>= Y_0 0))))")
        return file

    def test_counts_are_added_and_checked(self, nets, sets):
        found = document(nets / "hat.json", "--domain", sets, "--check")
        assert found["pieces"] == 3 + 2
        assert found["check"]["agrees"] is True
        assert found["domain"] == "2 separate sets: box of sets.vnnlib, part 1 of 2; box of sets.vnnlib, part 2 of 2"
        assert "5 affine pieces" in count(nets / "hat.json", "--domain", sets, "--expect", "5").stdout

    def test_limits_are_for_all_sets(self, nets, sets):
        assert document(nets / "hat.json", "--domain", sets, "--limit", "4", exit_code=4)["cells"] == 4

    def test_notions_that_do_not_add_up(self, nets, sets):
        """On [-2, 1/2] the hat is 0, rises and falls; on [3/4, 2] it falls, and is 0 again."""
        found = document(nets / "hat.json", "--domain", sets, "--notion", "all")["counts"]
        assert (found["affine"], found["open"]) == (3, 5)
        for notion in ("affine", "patterns"):
            assert document(nets / "hat.json", "--domain", sets, "--notion", notion)["pieces"] == found[notion]

    @pytest.mark.parametrize("notion", ["affine", "patterns", "all"])
    def test_a_check_adds_up(self, nets, sets, notion):
        result = count(nets / "hat.json", "--domain", sets, "--notion", notion, "--check")
        assert_refused(result, "--check counts set by set, so the sets must not touch", "(open, activation, closed, strict)")

    def test_a_checkpoint_takes_one_set(self, nets, sets, tmp_path):
        result = count(nets / "hat.json", "--domain", sets, "--checkpoint", tmp_path / "a.part")
        assert_refused(result, "--shard, --checkpoint and --scheduler take one input set; give one file for each")
        assert not (tmp_path / "a.part").exists()

    def test_sets_on_a_subspace(self, nets, sets, tmp_path):
        (tmp_path / "line.tsv").write_text("0\n-1\n")
        assert document(nets / "hat.json", "--domain", sets, "--through", tmp_path / "line.tsv")["pieces"] == 3 + 2

    def test_sets_of_several_dimensions(self, nets, tmp_path):
        file = tmp_path / "sets.vnnlib"
        names = "(declare-const X_0 Real) (declare-const X_1 Real)"
        file.write_text(f"{names} (assert (<= 0 X_1 1)) (assert (or (<= 0 X_0 1) (and (= X_0 3) (<= 0 X_1 1))))")
        assert_refused(count(nets / "cross.json", "--domain", file), "sets.vnnlib: the separate sets have dimensions 1 and 2")

    @pytest.mark.parametrize("command", ["info", "bounds"])
    def test_other_commands_take_one_set(self, nets, sets, command):
        result = run(command, nets / "hat.json", "--domain", sets)
        assert_refused(result, "sets.vnnlib: it allows 2 input sets, and this takes one; give one file for each")


class TestUnions:
    """Breakpoints of the hat are -1, 0, 1."""

    @pytest.fixture
    def left(self, tmp_path):
        (tmp_path / "left.json").write_text('{"A": [[-1], [1]], "b": [2, 0.5]}')
        return tmp_path / "left.json"

    @pytest.fixture
    def right(self, tmp_path):
        (tmp_path / "right.json").write_text('{"A": [[-1], [1]], "b": [-0.25, 2]}')
        return tmp_path / "right.json"

    def test_domains_of_several_files_are_one_set(self, nets, left, right):
        found = document(nets / "hat.json", "--domain", left, "--domain", right)
        assert found["pieces"] == 4
        assert found["domain"] == "union of 2 sets: polyhedron of left.json; polyhedron of right.json"

    def test_each_by_itself(self, nets, left, right):
        found = document(nets / "hat.json", "--domain", left, "--domain", right, "--each")
        assert [one["pieces"] for one in found["each"]] == [3, 2]
        assert [one["domain"] for one in found["each"]] == ["polyhedron of left.json", "polyhedron of right.json"]
        assert found["complete"] is True
        text = count(nets / "hat.json", "--domain", left, "--domain", right, "--each", "--check")
        assert text.stdout.count("agrees") == 2
        lines = count(nets / "hat.json", "--domain", left, "--domain", right, "--each", "--jsonl").stdout.splitlines()
        assert [json.loads(line)["pieces"] for line in lines] == [3, 2]

    def test_each_is_complete_if_all_are(self, nets, left, right):
        found = document(nets / "hat.json", "--domain", left, "--domain", right, "--each", "--limit", "2", exit_code=4)
        assert [one["complete"] for one in found["each"]] == [False, True]
        assert found["complete"] is False

    def test_what_is_refused(self, nets, left, right, tmp_path):
        both = ("--domain", left, "--domain", right)
        assert_refused(count(nets / "hat.json", *both, "--check"), "the sets must not touch")
        assert_refused(count(nets / "hat.json", *both, "--shard", "1/2"), "take one input set")
        assert_refused(count(nets / "hat.json", *both, "--each", "--shard", "1/2"), "divide one count")
        usage = count(nets / "hat.json", *both, "--each", "--expect", "4")
        assert (usage.exit_code, "--expect is about one count" in usage.stderr) == (2, True)
        usage = run("info", nets / "hat.json", *both)
        assert (usage.exit_code, "--domain is given several times" in usage.stderr) == (2, True)

    def test_equality_on_a_union(self, nets, left, right, tmp_path):
        """relu(x) and x differ on x < 0 alone."""
        (tmp_path / "relu.json").write_text(json.dumps(native([[[1]], [0]], [[[1]], [0]])))
        (tmp_path / "line.json").write_text(json.dumps(native([[[1]], [0]])))
        (tmp_path / "far.json").write_text('{"A": [[-1], [1]], "b": [-3, 4]}')
        files = [tmp_path / "relu.json", tmp_path / "line.json"]
        assert run("equal", *files, "--domain", right, "--domain", tmp_path / "far.json").exit_code == 0
        assert run("equal", *files, "--domain", right, "--domain", left).exit_code == 5


def native(*layers):
    """A native document of pairs of weights and biases."""
    return {
        "format": "relupoly-network",
        "version": 1,
        "layers": [{"weight": weight, "bias": bias} for weight, bias in layers],
    }
