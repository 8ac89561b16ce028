"""What a leaf proves: its dual vector in integers, whether it is one, and the bound that follows from it.

All numbers are brought to common denominators first. A positive factor changes neither the sign of a product nor the bound of
the squared loss; the other losses limit the size of the entries, so for them the factor is kept. Where only few entries are no
integers, products with the others are taken before these are multiplied by the denominator: they are short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul
from typing import Any

from relupoly.certificates.numbers import rational, shown
from relupoly.errors import CheckFailed


@dataclass(frozen=True)
class Data:
    """The samples, with weights that are not zero.

    Attributes
    ----------
    points : sequence of rows of Fraction
    targets, weights : sequences of Fraction
    """

    points: Sequence[Sequence[Fraction]]
    targets: Sequence[Fraction]
    weights: Sequence[Fraction]


@dataclass(frozen=True)
class Dual:
    """A dual vector.

    Attributes
    ----------
    entries : list of int
    scale : int
        What they have to be divided by.
    whole : list of int
        Entries divided by `factor`; 0 in the place of others.
    factor : int
    others : list of (place, entry)
        The others, not divided.
    """

    entries: list[int]
    scale: int
    whole: list[int]
    factor: int
    others: list[tuple[int, int]]

    @classmethod
    def of(cls, entries: Sequence[Fraction]) -> Dual:
        """A vector of fractions."""
        scale = lcm(*(entry.denominator for entry in entries))
        scaled = [int(entry * scale) for entry in entries]
        whole = [entry.numerator if entry.denominator == 1 else 0 for entry in entries]
        others = [(place, entry) for place, entry in enumerate(scaled) if entries[place].denominator > 1]
        return cls(scaled, scale, whole, scale, others)

    def product(self, feature: Sequence[int]) -> int:
        """The product with a feature, not divided."""
        whole: int = sum(map(mul, feature, self.whole))
        return self.factor * whole + sum(feature[place] * entry for place, entry in self.others)


class DualBounds:
    """Reads leaves and bounds the loss by them, for one loss on some samples.

    Parameters
    ----------
    loss : str
        "squared", "absolute", "hinge" or "max".
    data : Data
    """

    def __init__(self, loss: str, data: Data) -> None:
        self._loss = loss
        self._scale = lcm(*(entry.denominator for point in data.points for entry in point))
        self._points = [[int(entry * self._scale) for entry in point] + [self._scale] for point in data.points]
        self._weight_scale = lcm(*(weight.denominator for weight in data.weights))
        self._weights = [int(weight * self._weight_scale) for weight in data.weights]
        self._target_scale = lcm(*(target.denominator for target in data.targets))
        self._targets = [int(target * self._target_scale) for target in data.targets]

    def dual(self, leaf: Any) -> Dual:
        """The dual vector of a leaf.

        Raises
        ------
        CheckFailed
            If the leaf is not of a known form.
        """
        if isinstance(leaf, dict) and len(leaf) == 1:
            [(kind, body)] = leaf.items()
            if kind == "dual" and isinstance(body, list):
                return self._plain(body)
            if kind == "residual_of" and isinstance(body, list):
                return self._residual(body)
        raise CheckFailed('a leaf has either "dual" or "residual_of", a list')

    def check_size(self, dual: Dual) -> None:
        """Raise unless the entries are within the limits of the loss."""
        if self._loss == "squared":
            return
        if self._loss == "max":
            if sum(map(abs, dual.entries)) > dual.scale:
                raise CheckFailed("the absolute values of the dual vector add up to more than 1")
            return
        for sample, (entry, weight, target) in enumerate(zip(dual.entries, self._weights, self._targets, strict=True), 1):
            # Labels are 1 and -1: their scale is 1.
            size = entry * target if self._loss == "hinge" else abs(entry)
            if not 0 <= size * self._weight_scale <= weight * dual.scale:
                raise CheckFailed(f"the dual vector's entry of sample {sample} is too large, or of the wrong sign")

    def check_bound(self, dual: Dual, claim: Fraction) -> None:
        """Raise unless a dual vector proves that the loss is at least the claim."""
        product = dual.product(self._targets)
        if claim <= 0:
            return
        if self._loss == "squared":
            # (sum u y)^2 / sum(u^2 / c), with each number over its own denominator.
            if product > 0:
                common = lcm(*self._weights)
                squares = map(mul, dual.entries, dual.entries)
                size = sum(square * (common // weight) for square, weight in zip(squares, self._weights, strict=True))
                bound = Fraction(product * product * common, self._target_scale**2 * self._weight_scale * size)
            else:
                bound = Fraction(0)
        else:
            bound = Fraction(product, dual.scale * self._target_scale)
        if bound < claim:
            raise CheckFailed(f"the leaf proves {shown(bound)}, which is less than the bound claimed, {shown(claim)}")

    def _plain(self, body: list[Any]) -> Dual:
        entries = [rational(entry) for entry in body]
        if len(entries) != len(self._targets):
            raise CheckFailed(f"the dual vector has {len(entries)} entries for {len(self._targets)} samples")
        return Dual.of(entries)

    def _residual(self, body: list[Any]) -> Dual:
        """Weight * (target - prediction) of features [a_1, ..., a_n, b, coefficient]."""
        tables = [self._feature(row) for row in body]
        common = lcm(self._target_scale, *(factor.denominator for factor, _ in tables))
        rest = [target * (common // self._target_scale) for target in self._targets]
        for factor, values in tables:
            times = int(factor * common)
            rest = [one - times * value for one, value in zip(rest, values, strict=True)]
        entries = list(map(mul, self._weights, rest))
        return Dual(entries, self._weight_scale * common, entries, 1, [])

    def _feature(self, row: Any) -> tuple[Fraction, list[int]]:
        """A number, and the integers that it multiplies."""
        if not isinstance(row, list) or len(row) != len(self._points[0]) + 1:
            raise CheckFailed(f"a feature of the residual is not a list of {len(self._points[0]) + 1} numbers")
        *neuron, coefficient = [rational(entry) for entry in row]
        scale = lcm(*(entry.denominator for entry in neuron))
        whole = [int(entry * scale) for entry in neuron]
        values = [max(0, sum(map(mul, whole, point))) for point in self._points]
        return coefficient / (scale * self._scale), values
