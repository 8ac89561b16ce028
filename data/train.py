"""Train the nets of this folder: `python data/train.py [--out DIR] [--only NAME]`.

Each net is trained with a seed on a data set that ships inside scikit-learn. The training rows are those whose index is not
4 modulo 5; the others are for testing. Inputs are the raw features: they are standardised for training by (x - centre) /
scale with short centres and powers of two as scales, so that folding this into the first layer is exact and keeps the
weights short. The same holds for the targets of regressions and the last layer.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from fixed_point import Array, on_grid, squared_error, squared_hinge, train
from numpy.typing import NDArray
from sklearn import datasets

from relupoly.files import write_network
from relupoly.networks.evaluation import evaluate_floats
from relupoly.networks.network import Network

HERE = Path(__file__).resolve().parent
TEST_ROWS = "index % 5 == 4"


@dataclass(frozen=True)
class Recipe:
    """How a net is trained.

    Attributes
    ----------
    name : str
        Of the net and its file.
    title : str
        The data set and where it comes from.
    loader : str
        The function of `sklearn.datasets` that gives the data.
    task : str
        "classification" or "regression".
    hidden : tuple of int
        The widths of the hidden layers.
    columns : tuple of int or None
        The features that are inputs; None for all.
    arguments : dict
        For the loader.
    points : dict of str to (tuple of int)
        Files of points for `--through`, each with the rows of the data set that it holds.
    seed, epochs, batch : int
    rate, decay : float
        See `fixed_point.train`.
    """

    name: str
    title: str
    loader: str
    task: str
    hidden: tuple[int, ...]
    columns: tuple[int, ...] | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    points: dict[str, tuple[int, ...]] = field(default_factory=dict)
    seed: int = 1
    epochs: int = 400
    batch: int = 32
    rate: float = 0.01
    decay: float = 0.0


_IRIS = "Iris (R. A. Fisher 1936; UCI Machine Learning Repository): 150 flowers of 3 species"
_DIABETES = "Diabetes (Efron, Hastie, Johnstone, Tibshirani 2004): 442 patients, disease progression after one year"
_DIGITS = "Optical Recognition of Handwritten Digits (Alpaydin, Kaynak 1998; UCI): 1797 images of 8 x 8 pixels"
_RAW = {"scaled": False}

RECIPES = (
    Recipe("iris", _IRIS, "load_iris", "classification", (8, 8)),
    Recipe("diabetes_bmi", _DIABETES, "load_diabetes", "regression", (12, 12), (2,), _RAW, epochs=200, rate=0.005, decay=0.5),
    Recipe(
        "diabetes_bmi_bp", _DIABETES, "load_diabetes", "regression", (16, 16), (2, 3), _RAW, epochs=200, rate=0.005, decay=0.5
    ),
    Recipe(
        "diabetes",
        _DIABETES,
        "load_diabetes",
        "regression",
        (12, 8),
        arguments=_RAW,
        points={"diabetes_space": (0, 1, 2, 3)},
        epochs=100,
        rate=0.005,
        decay=0.1,
    ),
    Recipe(
        "digits",
        _DIGITS,
        "load_digits",
        "classification",
        (32, 16),
        points={"digits_plane": (0, 1, 2)},
        epochs=60,
        rate=0.005,
        decay=0.1,
    ),
)


@dataclass(frozen=True)
class Table:
    """A data set.

    Attributes
    ----------
    inputs : array, shape (m, n_in)
    labels : array, shape (m,)
        Classes as numbers 0, 1, ..., or real targets.
    features, classes : list of str
        Names; no classes for a regression.
    """

    inputs: Array
    labels: Array
    features: list[str]
    classes: list[str]

    @property
    def is_test(self) -> NDArray[np.bool_]:
        """Which rows are for testing."""
        return np.asarray(np.arange(len(self.labels)) % 5 == 4)


@dataclass(frozen=True)
class Standard:
    """The map x -> (x - centre) / scale, with short dyadic centres and powers of two as scales."""

    centre: Array
    scale: Array

    @classmethod
    def of(cls, rows: Array) -> Standard:
        """The map after which columns have a mean of about 0 and a deviation of about 1 (constant columns stay)."""
        deviation = rows.std(axis=0)
        scale = np.ldexp(1.0, np.rint(np.log2(np.where(deviation > 0, deviation, 1.0))).astype(int))
        return cls(on_grid(rows.mean(axis=0) / scale, 4) * scale, scale)

    def apply(self, rows: Array) -> Array:
        """The images of the rows."""
        return (rows - self.centre) / self.scale


def load(recipe: Recipe) -> Table:
    """The data set of a recipe, as scikit-learn ships it."""
    bunch = getattr(datasets, recipe.loader)(**recipe.arguments)
    columns = list(recipe.columns or range(bunch.data.shape[1]))
    classes = [str(name) for name in bunch.target_names] if recipe.task == "classification" else []
    features = [str(bunch.feature_names[column]) for column in columns]
    return Table(bunch.data[:, columns].astype(float), bunch.target.astype(float), features, classes)


def trained(recipe: Recipe, table: Table) -> Network:
    """The net of a recipe, on raw features, with its metadata."""
    rows = table.inputs[~table.is_test]
    targets = _targets(table)[~table.is_test]
    entry = Standard.of(rows)
    leave = Standard.of(targets) if not table.classes else Standard(np.zeros(1), np.ones(1))
    layers = train(
        entry.apply(rows),
        leave.apply(targets),
        recipe.hidden,
        squared_hinge if table.classes else squared_error,
        seed=recipe.seed,
        epochs=recipe.epochs,
        batch=recipe.batch,
        rate=recipe.rate,
        decay=recipe.decay,
    )
    folded = fold(layers, entry, leave)
    scores = measure(Network.from_rows(folded), table)
    return Network.from_rows(folded, describe(recipe, table, entry, leave, scores))


def _targets(table: Table) -> Array:
    """Labels as the training wants them: +-1 for each class, or the real target."""
    if not table.classes:
        return table.labels[:, None]
    return np.where(table.labels[:, None] == np.arange(len(table.classes)), 1.0, -1.0)


def fold(layers: Sequence[tuple[Array, Array]], entry: Standard, leave: Standard) -> list[tuple[Array, Array]]:
    """The layers between raw features and raw targets; exact, for all numbers are short dyadic ones."""
    (weight, bias), *rest = layers
    weight = weight / entry.scale
    *start, (last, offset) = [(weight, bias - weight @ entry.centre), *rest]
    return [*start, (last * leave.scale[:, None], offset * leave.scale + leave.centre)]


def measure(network: Network, table: Table) -> dict[str, float]:
    """The score on the training and on the test rows: see `_DEFINITIONS`."""
    outputs = evaluate_floats(network, table.inputs)
    parts = {"train": ~table.is_test, "test": table.is_test}
    score = _accuracy if table.classes else _determination
    return {part: round(score(outputs[rows], table.labels[rows]), 4) for part, rows in parts.items()}


def _accuracy(outputs: Array, labels: Array) -> float:
    return float((outputs.argmax(axis=1) == labels).mean())


def _determination(outputs: Array, labels: Array) -> float:
    residuals, deviations = outputs[:, 0] - labels, labels - labels.mean()
    return float(1 - (residuals @ residuals) / (deviations @ deviations))


_DEFINITIONS = {
    "classification": ("accuracy", "share of rows whose label is the index of the largest output"),
    "regression": ("R^2", "1 - sum (y - f(x))^2 / sum (y - mean y)^2, the sums and the mean over the rows of the part"),
}


def describe(recipe: Recipe, table: Table, entry: Standard, leave: Standard, scores: dict[str, float]) -> dict[str, Any]:
    """The metadata of a net."""
    measure_name, definition = _DEFINITIONS[recipe.task]
    loss = "squared hinge, one class against the rest" if table.classes else "squared error"
    source: dict[str, Any] = {"package": "scikit-learn", "loader": f"sklearn.datasets.{recipe.loader}"}
    source |= {"arguments": recipe.arguments, "columns": list(recipe.columns or range(len(table.features)))}
    training: dict[str, Any] = {
        "script": "data/train.py",
        "test_rows": TEST_ROWS,
        "loss": loss,
        "optimizer": "Adam in fixed point",
    }
    training |= {"epochs": recipe.epochs, "batch": recipe.batch, "learning_rate": recipe.rate, "weight_decay": recipe.decay}
    inputs: dict[str, Any] = {"features": table.features, "standardised": "no: raw values; (x - centre) / scale is folded in"}
    inputs |= {"centre": entry.centre.tolist(), "scale": entry.scale.tolist()}
    outputs: dict[str, Any] = {"score of class": table.classes} if table.classes else {"target": "disease progression"}
    if not table.classes:
        outputs |= {"centre": leave.centre.tolist(), "scale": leave.scale.tolist()}
    return {
        "name": recipe.name,
        "data_set": recipe.title,
        "source": source,
        "seed": recipe.seed,
        "training": training,
        "inputs": inputs,
        "outputs": outputs,
        "accuracy": {"measure": measure_name, "definition": definition, **scores},
    }


def write_points(path: Path, table: Table, rows: Sequence[int]) -> None:
    """Rows of the data set as a CSV file with the features' names on top."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.features)
        writer.writerows([f"{entry:.12g}" for entry in table.inputs[row]] for row in rows)


def main() -> None:
    """Train the nets asked for and write them."""
    parser = argparse.ArgumentParser(description="Train the nets of data/ on data sets that ship inside scikit-learn.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: data/)")
    parser.add_argument("--only", choices=[recipe.name for recipe in RECIPES], help="train one net instead of all")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for recipe in RECIPES:
        if options.only in (None, recipe.name):
            table = load(recipe)
            network = trained(recipe, table)
            write_network(network, options.out / f"{recipe.name}.json", force=True)
            for name, rows in recipe.points.items():
                write_points(options.out / f"{name}.csv", table, rows)
            accuracy = network.metadata["accuracy"]
            print(f"{recipe.name}: {accuracy['measure']} {accuracy['train']} on training rows, {accuracy['test']} on test rows")


if __name__ == "__main__":
    main()
