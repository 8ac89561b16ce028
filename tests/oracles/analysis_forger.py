"""Certificates of analyses, made by hand: headers, claims, trees and the end with its digest, right or forged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from relupoly.analysis.check import AnalysisVerdict, check_analysis
from relupoly.analysis.check.layers import LayerRows
from relupoly.errors import CheckFailed


def net(*layers: tuple[Sequence[Sequence[Any]], Sequence[Any]], linear: Sequence[tuple[int, int]] = ()) -> list[LayerRows]:
    """The layers of a net of integers, as the checker takes them."""
    return [
        (
            [[Fraction(entry) for entry in row] for row in weight],
            [Fraction(entry) for entry in bias],
            [number < len(layers) - 1 and (number, place) not in linear for place in range(len(bias))],
        )
        for number, (weight, bias) in enumerate(layers)
    ]


ABSOLUTE = net(([[1], [-1]], [0, 0]), ([[1, 1]], [0]))
"""|x|, by the neurons x and -x."""


def part(low: Sequence[Any], high: Sequence[Any], **others: Any) -> dict[str, Any]:
    """A part of a domain."""
    return {"low": list(low), "high": list(high), "rows": [], "bounds": [], "origin": None, "basis": None} | others


BOX = [part(["-1"], ["2"])]
SPACE = [part([None], [None])]

HIGHEST = {
    "kind": "max",
    "objective": ["1"],
    "domain": BOX,
    "part": 0,
    "point": ["2"],
    "value": "2",
    "bound": "2",
    "ray": None,
}
STEEPEST = {"kind": "lipschitz", "norm": "2", "domain": SPACE, "point": ["1"], "least": "1", "most": "1"}


def constraint(inputs: Any, outputs: Any, bound: Any, strict: bool = False) -> dict[str, Any]:
    """A constraint of a property."""
    return {"inputs": inputs, "outputs": outputs, "bound": str(bound), "strict": strict}


# |x| <= -1/2 for -1 <= x <= 1.
BELOW = [
    constraint([[0, "-1"]], [], 1),
    constraint([[0, "1"]], [], 1),
    constraint([], [[0, "1"]], "-1/2"),
]
NOWHERE = {"kind": "property", "alternatives": [BELOW], "point": None, "alternative": None}


def total(asserted: Any = (), rows: Any = (), neurons: Any = ()) -> dict[str, Any]:
    """A sum of constraints."""
    return {"asserted": list(asserted), "rows": list(rows), "neurons": list(neurons)}


def leaf(*arguments: Any) -> dict[str, Any]:
    """A leaf that adds constraints up."""
    return {"leaf": total(*arguments)}


GRADIENT = {"leaf": "gradient"}
# The first neuron of |x| is divided: where it is on, the second one is off, and the other way round.
HALVES = [
    {"neuron": [0, 0]},
    {"sign": [0, 1, -1], "sum": total((), (), [[0, 0, "1"]])},
    GRADIENT,
    {"sign": [0, 1, 1], "sum": total((), (), [[0, 0, "1"]])},
    GRADIENT,
]
PROVED = [one if one is not GRADIENT else leaf([[0, "1"]]) for one in HALVES]


def certificate(claim: Any, tree: Sequence[Any], header: Any = (), end: Any = None) -> list[str]:
    """The lines of a certificate with one claim."""
    head = {"format": "relupoly-analysis-certificate", "version": 1, "inputs": 1, "outputs": 1, "claims": 1} | dict(header)
    lines = [json.dumps(one) for one in (head, {"claim": claim}, *tree)]
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    leaves = sum(isinstance(one, dict) and "leaf" in one for one in tree)
    counts = {"cuts": len(tree) - leaves, "leaves": leaves, "sha256": digest}
    return [*lines, json.dumps({"end": counts if end is None else end})]


def checked(claim: Any, tree: Sequence[Any], layers: Any = ABSOLUTE, inputs: int = 1, **others: Any) -> AnalysisVerdict:
    """What is proved."""
    header = {"inputs": inputs, "outputs": len(layers[-1][1])} | others.pop("header", {})
    return check_analysis(certificate(claim, tree, header, **others), inputs, layers)


def refused(claim: Any, tree: Sequence[Any], line: int, why: str, **others: Any) -> None:
    """Assert that a certificate is refused, on this line, for this reason."""
    with pytest.raises(CheckFailed) as caught:
        checked(claim, tree, **others)
    assert str(caught.value).startswith(f"line {line}: "), caught.value
    assert why in str(caught.value), caught.value
