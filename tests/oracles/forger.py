"""Certificates written by hand, as their author or a forger would: counts and digests always agree with what is written.

The problems are small enough for their optima to be seen. SPIKE: a neuron with a positive output weight is convex, so
f(0) <= (f(-1) + f(1)) / 2, and no net of width 1 follows the targets 0, 1, 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest

from relupoly.errors import CheckFailed
from relupoly.training.check import Verdict, check_certificate

MISSING = object()


def sealed(documents: Sequence[Any]) -> list[str]:
    """The lines of some documents, and an end that fits them."""
    lines = [json.dumps(document) for document in documents]
    keys = [key for document in documents if isinstance(document, dict) for key in document]
    counts = {"splits": keys.count("split"), "leaves": keys.count("leaf")}
    body = "".join(f"{line}\n" for line in lines)
    return [*lines, json.dumps({"end": {**counts, "sha256": hashlib.sha256(body.encode()).hexdigest()}})]


def leaf(*entries: Any) -> dict[str, Any]:
    return {"leaf": {"dual": [text(entry) for entry in entries]}}


def residual(*features: Sequence[Any]) -> dict[str, Any]:
    return {"leaf": {"residual_of": [[text(entry) for entry in feature] for feature in features]}}


def split(place: int, sample: int) -> dict[str, Any]:
    return {"split": [place, sample]}


def text(value: Any) -> Any:
    return str(value) if isinstance(value, Fraction) else value


@dataclass(frozen=True)
class Forge:
    """A certificate of a problem; neurons are rows (weights..., bias, output weight).

    `entries` replace those of the header; one that is `MISSING` is left out.
    """

    points: Sequence[Sequence[Any]]
    targets: Sequence[Any]
    tree: Sequence[Any]
    loss_sum: Any
    bound: Any
    weights: Sequence[Any] | None = None
    neurons: Sequence[Sequence[Any]] = ()
    constant: Any = 0
    loss: str = "squared"
    bias: bool = True
    output_bias: bool = False
    entries: dict[str, Any] = field(default_factory=dict)

    @property
    def samples(self) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]]:
        weights = self.weights or [1] * len(self.points)
        return (
            [list(map(Fraction, point)) for point in self.points],
            list(map(Fraction, self.targets)),
            list(map(Fraction, weights)),
        )

    @property
    def digest(self) -> str:
        rows = [[*point, target, weight] for point, target, weight in zip(*self.samples, strict=True) if weight]
        return hashlib.sha256("".join(" ".join(map(str, row)) + "\n" for row in rows).encode()).hexdigest()

    @property
    def network(self) -> dict[str, Any]:
        hidden = {
            "weight": [list(map(text, neuron[:-2])) for neuron in self.neurons],
            "bias": [text(neuron[-2]) for neuron in self.neurons],
        }
        output = {"weight": [[text(neuron[-1]) for neuron in self.neurons]], "bias": [text(self.constant)]}
        return {"format": "relupoly-network", "version": 1, "layers": [hidden, output]}

    @property
    def header(self) -> dict[str, Any]:
        written = {
            "format": "relupoly-certificate",
            "version": 1,
            "loss": self.loss,
            "width": len(self.neurons),
            "bias": self.bias,
            "output_bias": self.output_bias,
            "samples": len(self.points),
            "inputs": len(self.points[0]),
            "digest": self.digest,
            "loss_sum_exact": str(Fraction(self.loss_sum)),
            "lower_bound_exact": str(Fraction(self.bound)),
            "network": self.network,
        } | self.entries
        return {key: value for key, value in written.items() if value is not MISSING}

    @property
    def lines(self) -> list[str]:
        return sealed([self.header, *self.tree])


HALF, THIRD, QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
POSITIVE = "the dual vector proves nothing: a net of this leaf has a positive product with it"
ZERO = (0, 0, 1)
LINE = [[-1], [0], [1]]

SPIKE = Forge(LINE, [0, 1, 0], [leaf(0, 1, 0), leaf(-1, 2, -1)], Fraction(2, 3), Fraction(2, 3), neurons=[(0, THIRD, 1)])
WEIGHTED = replace(SPIKE, weights=[1, 2, 1], loss_sum=1, bound=1, neurons=[(0, HALF, 1)])
ABSOLUTE = replace(SPIKE, loss="absolute", tree=[leaf(0, 1, 0), leaf(-HALF, 1, -HALF)], loss_sum=1, bound=1, neurons=[ZERO])
LARGEST = replace(
    SPIKE, loss="max", tree=[leaf(0, 1, 0), leaf(-QUARTER, HALF, -QUARTER)], loss_sum=HALF, bound=HALF, neurons=[(0, HALF, 1)]
)
# The same input with both labels: whatever the net says there, it costs 2.
TWINS = Forge([[0], [0]], [1, -1], [leaf(1, -1)] * 2, 2, 2, neurons=[ZERO], loss="hinge")
# Without biases a net is 0 at 0; one with an output bias is a constant there.
FIXED = Forge([[0]], [1], [leaf(1)] * 2, 1, 1, neurons=[ZERO], bias=False)
SHIFTED = Forge([[0], [0]], [0, 2], [leaf(-1, 1)] * 2, 2, 2, neurons=[ZERO], constant=1, bias=False, output_bias=True)

GENUINE = {
    "squared": SPIKE,
    "weighted": WEIGHTED,
    "absolute": ABSOLUTE,
    "max": LARGEST,
    "hinge": TWINS,
    "fixed": FIXED,
    "shifted": SHIFTED,
}


def checked(forge: Forge, lines: Sequence[str] | None = None) -> Verdict:
    return check_certificate(forge.lines if lines is None else lines, *forge.samples)


def refused(forge: Forge, line: int, message: str, lines: Sequence[str] | None = None) -> None:
    with pytest.raises(CheckFailed) as caught:
        checked(forge, lines)
    assert str(caught.value).startswith(f"line {line}: {message}")
