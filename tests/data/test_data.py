"""The trained nets of data/: what their files and the README say about them is true."""

import importlib
import itertools
import json
import re
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from command import run

from relupoly.exact.fractions import to_fraction
from relupoly.files import read_network, read_points
from relupoly.networks.evaluation import evaluate, evaluate_floats
from relupoly.networks.network import Network

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
NETS = sorted(path.name for path in DATA.glob("*.json"))
POINTS = sorted(path.name for path in DATA.glob("*.csv"))
COUNTS = re.findall(r"^\| `relupoly (count-pieces .*)` \| (\d+) \|$", README, re.MULTILINE)
ROWS_OF_POINTS = {"digits_plane.csv": ("digits.json", [0, 1, 2]), "diabetes_space.csv": ("diabetes.json", [0, 1, 2, 3])}
KEYS = {"name", "data_set", "source", "seed", "training", "inputs", "outputs", "accuracy"}


@pytest.fixture(scope="module")
def sklearn_datasets():
    """The module `sklearn.datasets`, whose import may warn about other packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("sklearn", reason="scikit-learn, which holds the data sets, is not installed (extra: data)")
        return importlib.import_module("sklearn.datasets")


def load_rows(datasets, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The inputs and labels that the metadata of a net names."""
    source = network.metadata["source"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bunch = getattr(datasets, source["loader"].removeprefix("sklearn.datasets."))(**source["arguments"])
    return bunch.data[:, source["columns"]], bunch.target


def score(network: Network, outputs: np.ndarray, labels: np.ndarray) -> float:
    """The measure of the metadata, by its definition there."""
    if network.metadata["accuracy"]["measure"] == "accuracy":
        return np.count_nonzero(np.argmax(outputs, axis=1) == labels) / len(labels)
    assert network.metadata["accuracy"]["measure"] == "R^2"
    return 1 - np.sum((labels - outputs[:, 0]) ** 2) / np.sum((labels - np.mean(labels)) ** 2)


def retrain(folder: Path, *options: str) -> list[str]:
    """The files that train.py writes into a folder."""
    command = [sys.executable, str(DATA / "train.py"), "--out", str(folder), *options]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return sorted(path.name for path in folder.iterdir())


def test_there_are_nets_and_they_are_small():
    assert len(NETS) >= 4
    assert sum(path.stat().st_size for path in DATA.iterdir() if path.is_file()) < 500_000


@pytest.mark.parametrize("name", NETS)
def test_net_has_its_provenance(name):
    network = read_network(DATA / name)
    assert network.metadata.keys() == KEYS
    assert network.metadata["name"] == Path(name).stem
    assert len(network.metadata["inputs"]["features"]) == network.input_dim
    assert len(network.metadata["source"]["columns"]) == network.input_dim


@pytest.mark.parametrize("name", NETS)
def test_readme_describes_the_net(name):
    network = read_network(DATA / name)
    accuracy = network.metadata["accuracy"]
    line = next(line for line in README.splitlines() if line.startswith(f"| `{name}` |"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[3] == ", ".join(map(str, network.widths))
    assert cells[5:] == [accuracy["measure"], str(accuracy["train"]), str(accuracy["test"])]


@pytest.mark.parametrize("name", NETS)
def test_weights_are_short_dyadic_numbers(name):
    for layer in read_network(DATA / name).layers:
        for entry in layer.weight.entries():
            assert int(entry.q).bit_count() == 1
            assert int(entry.q) <= 2**20


@pytest.mark.parametrize("name", POINTS)
def test_points_fit_their_net_and_are_in_the_readme(name):
    net, rows = ROWS_OF_POINTS[name]
    subspace = read_points(DATA / name)
    assert subspace.dimension == len(rows) - 1
    assert subspace.ambient_dimension == read_network(DATA / net).input_dim
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", POINTS)
def test_points_are_training_rows(name, sklearn_datasets):
    net, rows = ROWS_OF_POINTS[name]
    inputs, _ = load_rows(sklearn_datasets, read_network(DATA / net))
    assert np.array_equal(np.loadtxt(DATA / name, delimiter=",", skiprows=1), inputs[rows])
    assert all(row % 5 != 4 for row in rows)


@pytest.mark.parametrize("name", NETS)
def test_training_accuracy_is_as_claimed(name, sklearn_datasets):
    network = read_network(DATA / name)
    inputs, labels = load_rows(sklearn_datasets, network)
    rows = np.arange(len(labels)) % 5 != 4
    reached = score(network, evaluate_floats(network, inputs[rows]), labels[rows])
    assert round(reached, 4) == network.metadata["accuracy"]["train"]


@pytest.mark.parametrize("name", NETS)
def test_test_accuracy_is_as_claimed_in_exact_arithmetic(name, sklearn_datasets):
    network = read_network(DATA / name)
    inputs, labels = load_rows(sklearn_datasets, network)
    assert network.metadata["training"]["test_rows"] == "index % 5 == 4"
    exact = [[float(to_fraction(value)) for value in evaluate(network, row.tolist())] for row in inputs[4::5]]
    assert round(float(score(network, np.array(exact), labels[4::5])), 4) == network.metadata["accuracy"]["test"]


def test_every_net_and_point_file_is_counted_in_the_readme():
    counted = {Path(word).name for command, _ in COUNTS for word in command.split() if word.startswith("data/")}
    assert counted == {*NETS, *POINTS}


@pytest.mark.parametrize(
    ("command", "pieces"),
    [pytest.param(*row, marks=[pytest.mark.slow] if row[0].endswith("diabetes.json") else []) for row in COUNTS],
)
def test_counts_in_the_readme(command, pieces, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = run(*command.split(), "--json", "--quiet")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["pieces"] == int(pieces)


@pytest.mark.usefixtures("sklearn_datasets")
def test_training_again_gives_the_same_file(tmp_path):
    assert retrain(tmp_path, "--only", "diabetes_bmi") == ["diabetes_bmi.json"]
    assert (tmp_path / "diabetes_bmi.json").read_bytes() == (DATA / "diabetes_bmi.json").read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("sklearn_datasets")
def test_training_all_again_gives_the_same_files(tmp_path):
    assert retrain(tmp_path) == sorted([*NETS, *POINTS])
    for name in [*NETS, *POINTS]:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_the_samples_of_linnerud(sklearn_datasets):
    bunch = sklearn_datasets.load_linnerud()
    rows = [[*inputs, targets[1]] for inputs, targets in zip(bunch.data.tolist(), bunch.target.tolist(), strict=True)]
    header, *lines = (DATA / "samples" / "linnerud.csv").read_text(encoding="utf-8").splitlines()
    assert header == "chins,situps,jumps,waist"
    assert [[float(entry) for entry in line.split(",")] for line in lines] == rows
    assert "`samples/linnerud.csv`" in README


def test_the_enlarged_digits_are_what_the_script_writes():
    script = runpy.run_path(str(DATA / "enlarge.py"))
    assert script["TARGET"].read_text(encoding="utf-8") == script["text"]()


def test_the_enlarged_digits_are_the_digits():
    small, large = read_points(DATA / "digits_plane.csv"), read_points(DATA / "samples" / "digits_28x28.csv")
    for row, column in itertools.product(range(28), repeat=2):
        inside = 2 <= row < 26 and 2 <= column < 26
        place = (row - 2) // 3 * 8 + (column - 2) // 3
        for ours, theirs in ((large.origin, small.origin), (large.basis, small.basis)):
            expected = [theirs[place, k] / 16 if inside else 0 for k in range(theirs.ncols())]
            assert [ours[28 * row + column, k] for k in range(ours.ncols())] == expected
