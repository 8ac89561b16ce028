"""`Relaxation`: a convex program that bounds the loss of all nets of a node from below, solved exactly.

On a closed cell of the dual arrangement a neuron is a sum of rays, and the predictions are the sum of the rays' predictions. A
node has many cells: the sums of the predictions of all rays that its neurons may use form a cone that contains the
predictions of every net of the node. The best point of the cone is found by column generation: a program over few features,
whose dual vector prices all others.

At a node with a large cone, the best point uses as many features as there are samples, and its exact coefficients have
thousands of digits, all to learn that the node has to be divided. There it is enough to know roughly where: the node keeps
the bound of its parent, which is valid for it too.

If no class uses rays on opposite sides of a point, the sum of its rays is a neuron with just these predictions: then the bound
is attained. Else the point where the rays differ most tells where to split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np

from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.basic_dual import Basis, basic_dual
from relupoly.training.bounds.float_nnls import Guess, guess_support
from relupoly.training.bounds.least_squares import FREE as FREE_SIGN
from relupoly.training.bounds.least_squares import LeastSquares
from relupoly.training.bounds.simplex import Simplex
from relupoly.training.problem.evaluation import Candidate, Evaluation, Neuron
from relupoly.training.problem.lifted import Lifted, Vector
from relupoly.training.problem.losses import SQUARED
from relupoly.training.proof.proof import Dual, Key, Proof, Residual, Split
from relupoly.training.rays.pricing import Allowed, Floats, Prices
from relupoly.training.rays.ray_table import RayTable
from relupoly.training.search.node import Node

# With more features in use, a node whose loss in floats is below this share of the incumbent's is divided without exact
# coefficients, which have too many digits then. A choice: neither number changes what is proved, only how long it takes.
_MANY = 30
_LOW = 0.99


@dataclass(frozen=True)
class Bound:
    """The optimum of a relaxation, or what is good enough.

    Attributes
    ----------
    value : Fraction
        No net of the node has a smaller loss.
    support : tuple of (sign, ray, orientation)
        The features in use.
    coefficients : tuple of Fraction
        Positive, one for each of them.
    output_bias : Fraction
    proof : Proof
        Of the value.
    """

    value: Fraction
    support: tuple[Key, ...]
    coefficients: tuple[Fraction, ...]
    output_bias: Fraction
    proof: Proof


class Relaxation:
    """The relaxations of the nodes of one problem.

    Parameters
    ----------
    lifted : Lifted
    rays : RayTable
    run : Run, optional
        It ticks now and then while this is made.
    """

    def __init__(self, lifted: Lifted, rays: RayTable, run: Run = UNLIMITED) -> None:
        self.lifted = lifted
        self.rays = rays
        self.prices = Prices(lifted, rays, run)
        self.prices.run = UNLIMITED
        self._free = lifted.problem.output_bias
        self._targets = _moderate(lifted.targets)
        self._weights = _moderate(lifted.weights)
        self._evaluation = Evaluation(lifted)

    @contextmanager
    def watched(self, run: Run) -> Iterator[None]:
        """While this lasts, programs tick the run now and then."""
        before, self.prices.run = self.prices.run, run
        try:
            yield
        finally:
            self.prices.run = before

    def solve(self, node: Node, parent: Bound | None = None, incumbent: Fraction = Fraction(0)) -> Bound:
        """The bound of a node.

        Parameters
        ----------
        node : Node
        parent : Bound, optional
            That of a node that contains this one: its features are tried first, and its bound is kept where the optimum would
            take long. By default the optimum is found in any case.
        """
        allowed = self.prices.allowed(node)
        start = [key for key in parent.support if self._is_allowed(node, key)] if parent else []
        if self.lifted.problem.loss != SQUARED:
            return self._linear(allowed, start)
        guess = guess_support(self.prices, allowed, self._targets, self._weights, self._free, start)
        if parent and len(guess.support) > _MANY and self._is_low(guess.loss, incumbent):
            rough = self._rough(guess, parent)
            if self.split(node, rough):
                return rough
        return self._squares(allowed, guess.support)

    def proved(self, node: Node, basis: Basis) -> Bound | None:
        """The bound that a basis of a linear program over the rays of a node proves; None if it proves none."""
        lifted = self.lifted
        columns = [self._column(code) for code in basis.features]
        dual = basic_dual(lifted, columns, basis)
        if dual is None:
            return None
        at_points = self._at_points(dual)
        if (self._free and sum(at_points, Fraction(0)) != 0) or self.prices.violated(at_points, self.prices.allowed(node)):
            return None
        value = sum((one * target for one, target in zip(dual, lifted.targets, strict=True) if one), Fraction(0))
        return replace(self.nothing(), value=lifted.whole(value), proof=Dual(tuple(dual)))

    def nothing(self, support: tuple[Key, ...] = ()) -> Bound:
        """The bound that needs no program: a loss is not negative. It may name features where a program is to start."""
        return Bound(Fraction(0), support, (), Fraction(0), Dual((Fraction(0),) * len(self.lifted.targets)))

    def split(self, node: Node, bound: Bound) -> Split | None:
        """Where the rays that a class uses differ most; None if they do not, so that the bound is attained."""
        owners = self._owners(node, bound)
        sizes = _moderate([value * Fraction(2) ** int(self.rays.exponents[key[1]]) for key, value in _pairs(bound)])
        best, where = -1.0, None
        for place in range(len(node.classes)):
            mine = [index for index, owner in enumerate(owners) if owner == place]
            if not mine:
                continue
            ahead = np.zeros(len(self.lifted.vectors))
            behind = np.zeros(len(self.lifted.vectors))
            both = np.zeros((2, len(self.lifted.vectors)), dtype=np.bool_)
            for index in mine:
                _, ray, orientation = bound.support[index]
                signs = orientation * self.rays.signs[ray]
                values = sizes[index] * orientation * self.rays.values[ray]
                ahead += np.maximum(values, 0.0)
                behind -= np.minimum(values, 0.0)
                both[0] |= signs > 0
                both[1] |= signs < 0
            gaps = np.where(both.all(axis=0), np.minimum(ahead, behind), -1.0)
            point = int(gaps.argmax()) if len(gaps) else -1
            if point >= 0 and gaps[point] > best:
                best, where = float(gaps[point]), Split(place, point)
        return where

    def candidate(self, node: Node, bound: Bound) -> Candidate:
        """A net of the node: the neuron of each class is the sum of the rays that it uses; the others are zero."""
        neurons: list[Neuron] = []
        signs: list[int] = []
        owners = self._owners(node, bound)
        for place, one in enumerate(node.classes):
            mine = [pair for owner, pair in zip(owners, _pairs(bound), strict=True) if owner == place]
            neurons += [self._sum(mine)] + [(Fraction(0),) * self.lifted.rank] * (one.count - 1)
            signs += [one.sign] * one.count
        return self.evaluated(neurons, signs, bound.output_bias)

    def evaluated(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction) -> Candidate:
        """A net with its exact loss."""
        return self._evaluation.candidate(neurons, signs, output_bias)

    def padded(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction) -> Candidate:
        """The same of a net that gets neurons that are 0, up to the problem's width."""
        return self._evaluation.padded(neurons, signs, output_bias, self.lifted.problem.width)

    def _sum(self, pairs: Sequence[tuple[Key, Fraction]]) -> Neuron:
        """The sum of multiples of rays."""
        scale = lcm(*(value.denominator for _, value in pairs))
        total = [0] * self.lifted.rank
        for (_, ray, orientation), value in pairs:
            step = int(value * scale) * orientation
            total = [entry + step * part for entry, part in zip(total, self.rays.ray(ray), strict=True)]
        return tuple(Fraction(entry, scale) for entry in total)

    def _is_low(self, loss: float, incumbent: Fraction) -> bool:
        """Whether a loss in moderate units is probably below that of the incumbent."""
        unit = _largest(self.lifted.targets) ** 2 * _largest(self.lifted.weights)
        return loss < _LOW * float((incumbent - self.lifted.constant) / unit)

    def _rough(self, guess: Guess, parent: Bound) -> Bound:
        """The bound of the parent, with features and coefficients that floats found."""
        largest = _largest(self.lifted.targets)
        coefficients = tuple(
            Fraction(float(value)) * largest / self.prices.scale(ray, orientation)
            for (_, ray, orientation), value in zip(guess.support, guess.values, strict=True)
        )
        bias = Fraction(guess.output_bias) * largest
        return Bound(parent.value, tuple(guess.support), coefficients, bias, parent.proof)

    def _squares(self, allowed: Allowed, support: list[Key]) -> Bound:
        lifted = self.lifted
        while True:
            features = [self.prices.feature(ray, orientation) for _, ray, orientation in support]
            generators = [(place, sign) for place, (sign, _, _) in enumerate(support)]
            if self._free:
                features.append([1] * len(lifted.vectors))
                generators.append((len(support), FREE_SIGN))
            program = LeastSquares(features, lifted.targets, lifted.weights)
            best = program.minimize(generators, range(len(support)))
            rest = program.residual(generators, best)
            dual = [weight * one for weight, one in zip(lifted.weights, rest, strict=True)]
            values = dict(zip(support, best.coefficients, strict=False))
            support = [key for key in support if values[key] > 0]
            added = self.prices.violated(dual, allowed)
            if not added:
                break
            support += added
        bias = best.coefficients[-1] if self._free else Fraction(0)
        terms = tuple((self._neuron(key), key[0] * values[key]) for key in support)
        coefficients = tuple(values[key] for key in support)
        return Bound(lifted.whole(best.value), tuple(support), coefficients, bias, Residual(terms, bias))

    def _linear(self, allowed: Allowed, start: list[Key]) -> Bound:
        lifted = self.lifted
        program = Simplex(lifted.problem.loss, lifted.targets, lifted.weights, lifted.point)
        if self._free:
            program.add([1] * len(lifted.vectors), free=True)
        support: list[Key] = []
        added = start
        while True:
            for key in added:
                program.add([key[0] * entry for entry in self.prices.feature(key[1], key[2])], free=False)
            support += added
            program.minimize()
            dual = program.dual()
            added = self.prices.violated(self._at_points(dual), allowed)
            if not added:
                break
        coefficients = program.coefficients()
        bias = coefficients.pop(0) if self._free else Fraction(0)
        used = [(key, value) for key, value in zip(support, coefficients, strict=True) if value]
        keys, values = zip(*used, strict=True) if used else ((), ())
        return Bound(lifted.whole(program.value()), tuple(keys), tuple(values), bias, Dual(tuple(dual)))

    def _at_points(self, dual: Sequence[Fraction]) -> list[Fraction]:
        """The entries of each point's terms, added up."""
        at_points = [Fraction(0)] * len(self.lifted.vectors)
        for place, value in zip(self.lifted.point, dual, strict=True):
            at_points[place] += value
        return at_points

    def _column(self, code: int) -> list[int]:
        """A feature of a basis, with its sign."""
        if not code:
            return [1] * len(self.lifted.vectors)
        sign, ray = 1 if code > 0 else -1, abs(code) - 1
        half = len(self.rays)
        return [sign * entry for entry in self.prices.feature(ray % half, 1 if ray < half else -1)]

    def _neuron(self, key: Key) -> Vector:
        _, ray, orientation = key
        return tuple(orientation * entry for entry in self.rays.ray(ray))

    def _is_allowed(self, node: Node, key: Key) -> bool:
        return any(self._belongs(node, place, key) for place in range(len(node.classes)))

    def _belongs(self, node: Node, place: int, key: Key) -> bool:
        sign, ray, orientation = key
        one = node.classes[place]
        return one.sign == sign and bool((one.sides * self.rays.signs[ray] * np.int8(orientation) >= 0).all())

    def _owners(self, node: Node, bound: Bound) -> list[int]:
        """The class that uses each feature: the first that may."""
        return [next(place for place in range(len(node.classes)) if self._belongs(node, place, key)) for key in bound.support]


def _pairs(bound: Bound) -> Iterable[tuple[Key, Fraction]]:
    return zip(bound.support, bound.coefficients, strict=True)


def _moderate(values: Sequence[Fraction]) -> Floats:
    """Numbers divided by the largest, in floats."""
    largest = _largest(values)
    return np.array([float(value / largest) for value in values])


def _largest(values: Sequence[Fraction]) -> Fraction:
    """The largest absolute value; 1 if all are 0."""
    return max((abs(value) for value in values), default=Fraction(0)) or Fraction(1)
