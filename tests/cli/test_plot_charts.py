"""`relupoly plot loss` and other charts at the command line: files, standard input, what is refused."""

import json

import pytest
from command import run

from relupoly import Network

pytest.importorskip("matplotlib", reason="pictures need matplotlib")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder on a machine without a display."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (tmp_path / "data.csv").write_text("x,y\n0,0\n1,1\n2,0\n3,2\n")
    Network.from_rows([([[1, 0], [0, 1], [1, 1]], None), ([[1, -1, 2]], None)]).save("net.json")
    return tmp_path


def same_bytes_twice(folder, *arguments):
    """Run a command that makes a picture twice, in each format."""
    for form, begin in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        for name in ("one", "two"):
            result = run("plot", *arguments, "-o", f"{name}.{form}")
            assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        data = (folder / f"one.{form}").read_bytes()
        assert data.startswith(begin)
        assert data == (folder / f"two.{form}").read_bytes()


def refused(arguments, code, told, folder):
    result = run("plot", *arguments, "-o", "a.png")
    assert result.exit_code == code, result.stderr
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == (4 if code == 2 else 1)
    assert not (folder / "a.png").exists()


class TestLoss:
    @pytest.fixture
    def fit(self, folder):
        result = run("train", "data.csv", "--width", "1..3", "--jsonl")
        (folder / "fit.jsonl").write_text(result.stdout)
        return result.stdout

    def test_what_train_prints(self, folder, fit):
        same_bytes_twice(folder, "loss", "fit.jsonl")
        widths = [json.loads(line)["width"] for line in fit.splitlines()]
        text = (folder / "one.svg").read_text()
        assert f"{len(widths)} of {len(widths)} nets proved optimal" in text

    def test_from_standard_input(self, folder, fit):
        assert run("plot", "loss", "-", "-o", "a.png", stdin=fit).exit_code == 0
        assert (folder / "a.png").exists()

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (["loss"], 2, "Missing argument"),
            (["loss", "none.jsonl"], 3, "none.jsonl"),
            (["loss", "data.csv"], 3, "data.csv: line 1: column 1: not JSON"),
            (["loss", "-", "-"], 2, "standard input"),
            (["loss", "fit.jsonl", "--size", "99,99", "--dpi", "2400"], 2, "pixels"),
            (["loss", "fit.jsonl", "--deadline", "0"], 4, "deadline"),
        ],
    )
    def test_what_is_refused(self, folder, fit, arguments, code, told):
        refused(arguments, code, told, folder)

    def test_the_picture_is_not_written_over_the_losses(self, fit):
        result = run("plot", "loss", "fit.jsonl", "-o", "fit.jsonl", "--as", "png", "--force")
        assert result.exit_code == 3
        assert "it is the same file as FILE" in result.stderr


class TestLipschitz:
    def test_the_marked_constant(self, folder):
        same_bytes_twice(folder, "lipschitz", "net.json", "--box", "-1", "1")
        told = json.loads(run("analyze", "net.json", "--box", "-1", "1", "--only", "lipschitz", "--json").stdout)["lipschitz"]
        assert f"Lipschitz constant about {told['float']:.6g}" in (folder / "one.svg").read_text()

    @pytest.mark.parametrize(
        "options",
        [
            ["--box", "-1", "1", "--norm", "inf", "--bins", "3", "--no-legend"],
            ["--weight", "number", "--dark", "--title", "$x <b>"],
            ["--box", "-1", "1", "--output-number", "1", "--size", "3,2"],
        ],
    )
    def test_ways_to_draw(self, options):
        result = run("plot", "lipschitz", "net.json", *options, "-o", "a.png")
        assert (result.exit_code, result.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (["net.json"], 3, "R^n has no end, so that cells have no volume; give a bounded one, as by --box"),
            (["net.json", "--box", "0", "1", "--norm", "3"], 2, "inf"),
            (["net.json", "--box", "0", "1", "--output-number", "2"], 3, "there is no output 2: the network has 1 output"),
            (["net.json", "--box", "0", "1", "--bins", "0"], 2, "--bins"),
            (["net.json", "--box", "0", "1", "--deadline", "0"], 4, "deadline"),
            (["net.json", "--box", "0,0,0", "1"], 3, "numbers"),
            (["none.json"], 3, "none.json"),
            (["net.json", "--box", "0", "1", "--weight", "mass"], 2, "volume"),
        ],
    )
    def test_what_is_refused(self, folder, arguments, code, told):
        refused(["lipschitz", *arguments], code, told, folder)


class TestDepth:
    def test_the_same_bytes(self, folder):
        same_bytes_twice(folder, "depth", "--width", "2", "--depth", "1..5")
        assert "5 nets counted exactly" in (folder / "one.svg").read_text()

    @pytest.mark.parametrize(
        "options",
        [
            ["--family", "telgarsky", "--iterations", "1..4", "--shallow", "1,2"],
            ["--family", "serra", "--inputs", "2", "--width", "6", "--depth", "1..3", "--dark"],
            ["--family", "zonotope", "--inputs", "2", "--generators", "3", "--width", "2", "--depth", "2", "--no-legend"],
            ["--family", "random", "--inputs", "2", "--width", "5", "--depth", "1..3", "--seed", "3", "--title", "$x"],
            ["--width", "2", "--depth", "1..30", "--most-cells", "0", "--size", "4,3"],
        ],
    )
    def test_ways_to_draw(self, options):
        result = run("plot", "depth", *options, "-o", "a.png")
        assert (result.exit_code, result.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (["--width", "2"], 2, "--depth is missing; give several, such as --depth 1..6"),
            (["--depth", "1..3"], 3, "width is missing"),
            (["--family", "telgarsky", "--depth", "1..3"], 2, "telgarsky has no --depth; give --iterations LO..HI"),
            (["--family", "telgarsky", "--iterations", "1..3", "--width", "2"], 3, 'telgarsky has no parameter "width"'),
            (["--family", "sawtoot", "--depth", "1"], 3, 'did you mean "sawtooth"?'),
            (["--family", "maximum", "--depth", "1"], 3, "maximum does not grow with its depth; choose among"),
            (["--width", "2", "--depth", "0..3"], 3, "depth: 0 is too small; give 1 or more"),
            (["--width", "1", "--depth", "1..3"], 3, "width: 1 is too small"),
            (["--width", "2", "--depth", "3..1"], 2, "no number or range"),
            (["--width", "2", "--depth", "3", "--shallow", "0"], 3, "0 hidden layers"),
            (["--width", "2", "--depth", "3", "--deadline", "0"], 4, "deadline"),
            (["--width", "9", "--depth", "3000"], 3, "layers"),
            (["--family", "montufar", "--inputs", "2", "--depth", "1..3"], 3, "width is missing; give it"),
            (["--family", "montufar", "--inputs", "2", "--width", "1", "--depth", "1..3"], 3, "montufar needs 2 or more"),
        ],
    )
    def test_what_is_refused(self, folder, arguments, code, told):
        refused(["depth", *arguments], code, told, folder)


class TestBounds:
    def test_the_same_bytes(self, folder):
        same_bytes_twice(folder, "bounds", "net.json", "--width", "1..6", "--depth", "1")
        assert "1 net counted exactly on R^n" in (folder / "one.svg").read_text()

    @pytest.mark.parametrize(
        "options",
        [
            ["--inputs", "2", "--width", "4", "--depth", "1..4", "--only", "serra2018, trivial", "--dark"],
            ["--inputs", "1", "--width", "3", "--depth", "2", "--notion", "open", "--size", "3,2"],
            ["net.json", "--width", "2..4", "--depth", "1", "--box", "-1", "1", "--no-legend", "--title", "$x"],
        ],
    )
    def test_ways_to_draw(self, options):
        result = run("plot", "bounds", *options, "-o", "a.png")
        assert (result.exit_code, result.stderr) == (0, "")

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (["--width", "1..3", "--depth", "2"], 2, "--inputs is missing; give it, or a NET"),
            (["--inputs", "2", "--depth", "2"], 2, "--width"),
            (["--inputs", "2", "--width", "1..3", "--depth", "1..2"], 3, "several widths and several depths make no curve"),
            (["--inputs", "0", "--width", "1..3", "--depth", "2"], 3, "inputs: 0 is too small"),
            (["--inputs", "2", "--width", "0..3", "--depth", "2"], 3, "width: 0 is too small"),
            (["--inputs", "2", "--width", "1000..2000", "--depth", "100"], 3, "200000 neurons are too many"),
            (["--inputs", "2", "--width", "1..3", "--depth", "2", "--only", "none"], 3, "there is no bound none"),
            (["--inputs", "2", "--width", "1..3", "--depth", "2", "--box", "0", "1"], 2, "give a NET to be counted there"),
            (
                ["net.json", "--width", "1..2", "--depth", "1"],
                3,
                "net.json: it has 2 inputs, hidden layers: 3; here are nets with",
            ),
            (["net.json", "--inputs", "3", "--width", "1..3", "--depth", "1"], 3, "here are nets with 3 inputs"),
            (["net.json", "--width", "1..3", "--depth", "1", "--deadline", "0"], 4, "deadline"),
            (["none.json", "--width", "1..3", "--depth", "1"], 3, "none.json"),
        ],
    )
    def test_what_is_refused(self, folder, arguments, code, told):
        refused(["bounds", *arguments], code, told, folder)
