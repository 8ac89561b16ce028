"""Certificates: a file that proves a trained net optimal, for a program that shares no code with the search.

JSON, one object on each line; numbers that need not be small integers are texts, exact rationals:

* the header {"format": "relupoly-certificate", "version": 1, "loss", "width", "bias", "output_bias", "samples", "inputs",
  "digest", "loss_sum_exact", "lower_bound_exact", "network"}: the problem, the claim, and the net that attains it;
* the search tree in preorder, one tree for each number 0, ..., width of neurons with output weight 1, in this order. An
  inner node is {"split": [class, sample]}, both counted from 0; its children come in the order of
  `relupoly.training.search.node.children`;
* a leaf is {"leaf": {"dual": [u_1, ..., u_D]}}, or {"leaf": {"residual_of": [[a_1, ..., a_n, b, coefficient], ...]}} for
  u_j = weight_j (target_j - sum_k coefficient_k relu(<a_k, x_j> + b_k)), which takes a few features instead of D numbers;
* the end {"end": {"splits", "leaves", "sha256"}}, with the digest of all lines before it.

A leaf's u proves sum_j u_j f(x_j) <= 0 for each net f of the leaf: it is enough to look at the rays that its neurons may use,
since f(x_j) is linear between them. So the loss of each is at least

* squared: (sum_j u_j y_j)^2 / sum_j (u_j^2 / c_j), if sum_j u_j y_j >= 0; a positive multiple of u will do as well, so most
  entries are small integers here (`relupoly.training.proof.short_proof`);
* absolute: sum_j u_j y_j, if |u_j| <= c_j;
* hinge: sum_j u_j y_j, if 0 <= u_j y_j <= c_j;
* max: sum_j u_j y_j, if sum_j |u_j| <= 1.

Samples of weight 0 are left out, here and in the counting of samples.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from relupoly.exact.doubles import LARGEST_WHOLE
from relupoly.exact.fractions import exact_text
from relupoly.files.json_network import encode
from relupoly.networks.network import Network
from relupoly.training.problem.lifted import Lifted, Vector, full_neuron
from relupoly.training.problem.losses import MAX, SQUARED
from relupoly.training.problem.problem import Problem
from relupoly.training.proof.proof import Dual, Item, Open, Residual, Split

FORMAT = "relupoly-certificate"
VERSION = 1

Row = Sequence[Fraction]


@dataclass(frozen=True)
class Claim:
    """What a certificate proves: the net has this loss, and no net of its width has one below the bound.

    Attributes
    ----------
    problem : Problem
        In the coordinates of the samples, which need not be those of the search.
    network : Network
    loss, lower_bound : Fraction
        Of all samples; equal if the net is optimal.
    """

    problem: Problem
    network: Network
    loss: Fraction
    lower_bound: Fraction


def certificate_lines(
    claim: Claim, lifted: Lifted, items: Iterable[Item], fold: Callable[[Row], Row] = lambda row: row
) -> Iterator[str]:
    """The lines of a certificate.

    Parameters
    ----------
    claim : Claim
    lifted : Lifted
        The problem that was searched.
    items : iterable
        The search tree in preorder; open leaves count by what is proved about them.
    fold : callable
        Takes a neuron (a_1, ..., a_n, b) of the problem that was searched to the coordinates of the claim.
    """
    digest = hashlib.sha256()
    counts = {"splits": 0, "leaves": 0}
    write = _Writer(lifted, fold)

    def line(document: dict[str, Any]) -> str:
        text = json.dumps(document, separators=(",", ":"))
        digest.update(text.encode() + b"\n")
        return text

    yield line(header(claim))
    for item in items:
        counts["splits" if isinstance(item, Split) else "leaves"] += 1
        yield line(write.entry(item))
    yield line({"end": {**counts, "sha256": digest.hexdigest()}})


def header(claim: Claim) -> dict[str, Any]:
    """The first line of a certificate."""
    problem = claim.problem
    return {
        "format": FORMAT,
        "version": VERSION,
        "loss": problem.loss,
        "width": problem.width,
        "bias": problem.bias,
        "output_bias": problem.output_bias,
        "samples": problem.samples,
        "inputs": problem.inputs,
        "digest": data_digest(problem),
        "loss_sum_exact": exact_text(claim.loss),
        "lower_bound_exact": exact_text(claim.lower_bound),
        "network": json.loads(encode(claim.network)),
    }


def data_digest(problem: Problem) -> str:
    """The SHA-256 digest of the samples: a line "x_1 ... x_n y c" for each, its numbers in lowest terms."""
    digest = hashlib.sha256()
    for point, target, weight in zip(problem.points, problem.targets, problem.weights, strict=True):
        digest.update(" ".join(map(exact_text, (*point, target, weight))).encode() + b"\n")
    return digest.hexdigest()


class _Writer:
    """Takes items from lifted coordinates to those of the samples."""

    def __init__(self, lifted: Lifted, fold: Callable[[Row], Row]) -> None:
        self._lifted = lifted
        self._fold = fold
        vectors = [lifted_vector(lifted, point) for point in lifted.problem.points]
        places = {vector: place for place, vector in enumerate(lifted.vectors)}
        self._first = {places.get(vector, -1): sample for sample, vector in reversed(list(enumerate(vectors)))}
        terms = {(place, target): term for term, (place, target) in enumerate(zip(lifted.point, lifted.targets, strict=True))}
        self._terms = [
            terms.get((places.get(vector, -1), target)) for vector, target in zip(vectors, lifted.problem.targets, strict=True)
        ]
        if lifted.problem.loss == SQUARED:
            self._terms = [places.get(vector) for vector in vectors]
        self._fixed = [vector not in places for vector in vectors]

    def entry(self, item: Item) -> dict[str, Any]:
        """An item as a line of the certificate."""
        if isinstance(item, Split):
            return {"split": [item.place, self._first[item.point]]}
        proof = item.proof if isinstance(item, Open) else item
        if isinstance(proof, Dual):
            return {"leaf": {"dual": self._spread(proof)}}
        return {"leaf": {"residual_of": [list(map(exact_text, row)) for row in self._features(proof)]}}

    def _features(self, proof: Residual) -> Iterator[list[Fraction]]:
        for neuron, coefficient in proof.terms:
            yield [*self._fold(full_neuron(self._lifted, neuron)), coefficient]
        if proof.output_bias:
            yield [*(Fraction(0) for _ in range(self._lifted.problem.inputs)), Fraction(1), proof.output_bias]

    def _spread(self, proof: Dual) -> list[int | str]:
        """An entry for each sample: what is left to equal samples is divided by their weights."""
        problem = self._lifted.problem
        if problem.loss == SQUARED:
            return self._spread_squared(proof)
        if problem.loss == MAX:
            return list(map(exact_text, self._spread_largest(proof)))
        shares = []
        for sample, term in enumerate(self._terms):
            weight, target = problem.weights[sample], problem.targets[sample]
            if self._fixed[sample]:
                # Every net is 0 here: the sample's loss is certain.
                shares.append(weight * ((target > 0) - (target < 0)))
            else:
                assert term is not None
                shares.append(proof.values[term] * weight / self._lifted.weights[term])
        return list(map(exact_text, shares))

    def _spread_squared(self, proof: Dual) -> list[int | str]:
        """The residuals of equal samples differ by how their targets do; a factor makes most numbers short."""
        problem, lifted = self._lifted.problem, self._lifted
        shares = []
        for term, target, weight in zip(self._terms, problem.targets, problem.weights, strict=True):
            if term is None:
                shares.append(weight * target)
            elif (target, weight) == (lifted.targets[term], lifted.weights[term]):
                shares.append(proof.values[term])
            else:
                shares.append(weight * (proof.values[term] / lifted.weights[term] + target - lifted.targets[term]))
        scale = max(share.denominator if share.denominator & (share.denominator - 1) == 0 else 1 for share in shares)
        return [_scaled(share, scale) for share in shares]

    def _spread_largest(self, proof: Dual) -> list[Fraction]:
        problem, lifted = self._lifted.problem, self._lifted
        bound = sum((one * target for one, target in zip(proof.values, lifted.targets, strict=True)), Fraction(0))
        shares = [Fraction(0)] * problem.samples
        if bound < lifted.constant:
            sample = max(
                (sample for sample, fixed in enumerate(self._fixed) if fixed), key=lambda one: abs(problem.targets[one])
            )
            shares[sample] = Fraction(1 if problem.targets[sample] > 0 else -1)
            return shares
        waiting = dict(enumerate(proof.values))
        for sample, term in enumerate(self._terms):
            if not self._fixed[sample] and term is not None:
                shares[sample] = waiting.pop(term, Fraction(0))
        return shares


def _scaled(value: Fraction, scale: int) -> int | str:
    """A multiple of a number: a small integer as it is, another one as text."""
    whole, rest = divmod(value.numerator * scale, value.denominator)
    return exact_text(value * scale) if rest or abs(whole) >= LARGEST_WHOLE else whole


def lifted_vector(lifted: Lifted, point: Row) -> Vector:
    """A sample's point in lifted coordinates."""
    row = [*point, Fraction(1)]
    return tuple(int(row[column] / scale) for column, scale in zip(lifted.columns, lifted.scales, strict=True))
