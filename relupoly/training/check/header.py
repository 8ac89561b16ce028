"""The header of a certificate: what it claims, whether it is about these samples, and whether its net attains the loss."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from relupoly.certificates.numbers import rational, shown
from relupoly.errors import CheckFailed, FileFormatError, ProblemError
from relupoly.training.check.dual_bounds import Data

LOSSES = ("squared", "absolute", "hinge", "max")

_KINDS: dict[str, type] = {
    "loss": str,
    "width": int,
    "bias": bool,
    "output_bias": bool,
    "samples": int,
    "inputs": int,
    "digest": str,
    "loss_sum_exact": str,
    "lower_bound_exact": str,
    "network": dict,
}


@dataclass(frozen=True)
class Claims:
    """What a certificate claims: a net of this width has this loss, and none has a loss below the bound."""

    loss: str
    width: int
    bias: bool
    output_bias: bool
    samples: int
    inputs: int
    loss_sum: Fraction
    lower_bound: Fraction
    network: Any


def is_training(document: Any) -> bool:
    """Whether a first line is that of such a certificate."""
    return isinstance(document, dict) and document.get("format") == "relupoly-certificate"


def read_claims(document: Any, data: Data) -> Claims:
    """The claims of a header, if they are about the samples.

    Raises
    ------
    FileFormatError
        If it is not the header of a certificate.
    CheckFailed
        If it is not about these samples, or an entry is wrong.
    """
    if not is_training(document):
        raise FileFormatError('it is not a certificate: the first line has no "format": "relupoly-certificate"')
    if document.get("version") != 1:
        raise FileFormatError("it is a certificate of another version; this program reads version 1")
    for name, kind in _KINDS.items():
        if type(document.get(name)) is not kind:
            raise CheckFailed(f'"{name}" is missing or not what it should be')
    strange = sorted(set(document) - set(_KINDS) - {"format", "version"})
    if strange:
        raise CheckFailed(f'"{strange[0]}" is not known')
    if document["loss"] not in LOSSES or document["width"] < 1:
        raise CheckFailed("there is no such loss or width")
    shape = (len(data.points), len(data.points[0]))
    if (document["samples"], document["inputs"]) != shape:
        raise CheckFailed(
            f"it is about {document['samples']} samples with {document['inputs']} inputs; there are {shape[0]} with {shape[1]}"
        )
    if document["digest"] != digest(data):
        raise CheckFailed("it is about other samples: their digests differ")
    if document["loss"] == "hinge" and any(abs(target) != 1 for target in data.targets):
        raise CheckFailed("the hinge loss needs targets -1 and 1")
    loss_sum, bound = (rational(document[name]) for name in ("loss_sum_exact", "lower_bound_exact"))
    if bound > loss_sum:
        raise CheckFailed("the lower bound is above the loss of the net")
    flags = {name: document[name] for name in ("loss", "width", "bias", "output_bias", "samples", "inputs", "network")}
    return Claims(**flags, loss_sum=loss_sum, lower_bound=bound)


def digest(data: Data) -> str:
    """The SHA-256 digest of the samples, a line for each."""
    found = hashlib.sha256()
    for point, target, weight in zip(data.points, data.targets, data.weights, strict=True):
        found.update((" ".join(map(_text, (*point, target, weight))) + "\n").encode())
    return found.hexdigest()


def check_network(claims: Claims, data: Data) -> None:
    """Raise unless the net of the header has the width, the form and the loss that are claimed.

    Raises
    ------
    CheckFailed
        If it has not, or says more about itself than its layers: that might make it another net.
    """
    hidden, biases, output, constant = _layers(claims)
    if not claims.bias and any(biases):
        raise CheckFailed("the net has biases, though its neurons are said to have none")
    if not claims.output_bias and constant:
        raise CheckFailed("the net has an output bias, though it is said to have none")
    costs = []
    for point, target, weight in zip(data.points, data.targets, data.weights, strict=True):
        prediction = constant
        for row, bias, factor in zip(hidden, biases, output, strict=True):
            value = sum((one * two for one, two in zip(row, point, strict=True)), bias)
            prediction += factor * max(value, Fraction(0))
        costs.append((weight, _cost(claims.loss, prediction, target)))
    total = max(cost for _, cost in costs) if claims.loss == "max" else sum(weight * cost for weight, cost in costs)
    if total != claims.loss_sum:
        raise CheckFailed(f"the net's loss is {shown(Fraction(total))}, not {shown(claims.loss_sum)} as claimed")


def _cost(loss: str, prediction: Fraction, target: Fraction) -> Fraction:
    if loss == "hinge":
        return max(Fraction(0), 1 - target * prediction)
    return (prediction - target) ** 2 if loss == "squared" else abs(prediction - target)


def _layers(claims: Claims) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction], Fraction]:
    _check_form(claims.network)
    try:
        first, second = claims.network["layers"]
        hidden = [[rational(entry) for entry in row] for row in first["weight"]]
        biases = [rational(entry) for entry in first["bias"]]
        [output] = [[rational(entry) for entry in row] for row in second["weight"]]
        [constant] = [rational(entry) for entry in second["bias"]]
    except (KeyError, TypeError, ValueError):
        raise CheckFailed('"network" is not a net with one hidden layer and one output') from None
    width, inputs = claims.width, claims.inputs
    if (len(hidden), len(biases), len(output)) != (width, width, width) or any(len(row) != inputs for row in hidden):
        raise CheckFailed(f"the net has not {width} neurons with {inputs} inputs each")
    return hidden, biases, output, constant


def _check_form(network: Any) -> None:
    """Raise if there is an entry that might make it another net: "linear" would take the ReLU from neurons."""
    kind = {"format": "relupoly-network", "version": 1}
    if {name: network.get(name) for name in kind} != kind or set(network) - set(kind) != {"layers"}:
        raise CheckFailed('"network" is not a net of version 1 with "layers" and nothing else')
    layers = network["layers"]
    if not isinstance(layers, list) or any(not isinstance(one, dict) or set(one) != {"weight", "bias"} for one in layers):
        raise CheckFailed('a layer of "network" has not "weight", "bias" and nothing else')


def _text(value: Fraction) -> str:
    """A number in lowest terms; integers of any length."""
    top, bottom = _digits(value.numerator), _digits(value.denominator)
    return top if bottom == "1" else f"{top}/{bottom}"


def _digits(value: int) -> str:
    if abs(value) < 10**4000:
        return str(value)
    half = 10**2000
    high, low = divmod(abs(value), half)
    return ("-" if value < 0 else "") + _digits(high) + str(low).zfill(2000)


def drop_weightless(
    points: Sequence[Sequence[Fraction]], targets: Sequence[Fraction], weights: Sequence[Fraction] | None
) -> Data:
    """The samples that count: those whose weight is not 0.

    Raises
    ------
    ProblemError
        If there is none, or a weight is negative; the message names the sample, counted from 1.
    """
    given = [Fraction(1)] * len(points) if weights is None else weights
    if not len(points) == len(targets) == len(given):
        raise ProblemError(
            f"there are {len(points)} samples, {len(targets)} targets and {len(given)} weights; give as many of each"
        )
    for number, weight in enumerate(given, 1):
        if weight < 0:
            raise ProblemError(f"sample {number}: its weight is {weight}; give a positive one, or 0 to leave the sample out")
    kept = [place for place, weight in enumerate(given) if weight]
    if not points:
        raise ProblemError("there is no sample; give at least one")
    if not kept:
        raise ProblemError("every sample has the weight 0; give at least one a positive weight")
    return Data([points[place] for place in kept], [targets[place] for place in kept], [given[place] for place in kept])
