"""Short proofs of leaves that the compiled search closed, for the squared loss: dual vectors with few digits, but for a few.

A vector that proves a leaf has negative products with the leaf's features, except for some that are 0. The residual of the
relaxation is one, but its exact entries have thousands of digits. Where the products are negative by a margin, so they are for
the vector's neighbours: the kernel finds a vector with a margin (`relupoly.training.kernel`), its entries are rounded to as few
bits as the margin allows, and those products that have to be 0 are made so by as many entries more, the solution of a small
linear system. That the leaf's bound is still large enough is decided in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.fractions import to_fraction
from relupoly.training.compiled.compiled_problem import CompiledProblem, Floats
from relupoly.training.compiled.workspace import Workspace
from relupoly.training.proof.proof import Dual
from relupoly.training.rays.pricing import Prices
from relupoly.training.search.open_node import OpenNode

# To how many bits entries are rounded, one after the other until the proof holds: the fewer, the shorter the certificate. More
# than 48 would soon be more than doubles have, by which the kernel confirms them.
BITS = (12, 16, 20, 26, 32, 40, 48)


@dataclass(frozen=True)
class _Rounded:
    """A vector with integer entries, but for some, all divided by 2^exponent."""

    whole: list[int]
    others: dict[int, Fraction]
    exponent: int

    def entries(self) -> list[Fraction | int]:
        """The entries, not divided."""
        entries: list[Fraction | int] = [*self.whole]
        for place, entry in self.others.items():
            entries[place] = entry
        return entries


class ShortProofs:
    """Finds short proofs for the leaves of one problem.

    Parameters
    ----------
    compiled : CompiledProblem
    workspace : Workspace
    prices : Prices
        Of the same problem.
    claim : Fraction
        The loss of all samples that leaves are to prove.
    """

    def __init__(self, compiled: CompiledProblem, workspace: Workspace, prices: Prices, claim: Fraction) -> None:
        self._compiled = compiled
        self._workspace = workspace
        self._claim = claim
        self._bound = compiled.scaled(claim)
        self._features = Features(compiled, prices)
        lifted = compiled.lifted
        self._target_scale = lcm(*(target.denominator for target in lifted.targets))
        self._targets = [int(target * self._target_scale) for target in lifted.targets]
        self._weight_scale = lcm(*(weight.numerator for weight in lifted.weights))
        self._shares = [int(self._weight_scale / weight) for weight in lifted.weights]

    def find(self, leaf: OpenNode) -> Dual | None:
        """The proof of a leaf; None if the kernel finds none."""
        found = self._workspace.prove(leaf, self._bound)
        if found is None:
            return None
        vector, spanning = found
        wanted = vector * self._compiled.roots
        rows = [self._features.exact(ray) for ray in spanning]
        table = np.array([self._features.floats(ray) for ray in spanning]).reshape(len(rows), len(wanted))
        places = pivots(np.where(wanted != 0.0, table, 0.0))
        if places is None:
            return None
        for bits in BITS:
            dual = _rounded(wanted, bits, rows, places)
            if dual and self._is_proof(dual):
                unit = self._compiled.dual_unit / Fraction(2) ** dual.exponent
                return Dual(tuple(entry * unit for entry in dual.entries()))
        return None

    def _is_proof(self, dual: _Rounded) -> bool:
        """Whether a vector with the right zeros has negative products, and gives the bound."""
        if not self._workspace.confirm(np.array(dual.entries(), dtype=np.float64) / self._compiled.roots):
            return False
        lifted = self._compiled.lifted
        product = Fraction(sum(map(mul, dual.whole, self._targets)), self._target_scale)
        size = Fraction(sum(map(mul, map(mul, dual.whole, dual.whole), self._shares)), self._weight_scale)
        for place, entry in dual.others.items():
            product += entry * lifted.targets[place]
            size += entry * entry / lifted.weights[place]
        # Samples that a net has to predict alike, or as 0, have a residual in any case.
        unit = self._compiled.dual_unit / Fraction(2) ** dual.exponent
        product, size = product * unit + lifted.constant, size * unit * unit + lifted.constant
        return product > 0 and product * product >= self._claim * size


class Features:
    """Features by the numbers that the kernel gives rays; -1 stands for the output bias.

    Parameters
    ----------
    compiled : CompiledProblem
    prices : Prices
    """

    def __init__(self, compiled: CompiledProblem, prices: Prices) -> None:
        self._half = len(compiled.table)
        self._points = len(compiled.lifted.vectors)
        self._prices = prices
        self._known: dict[int, list[int]] = {}

    def exact(self, ray: int) -> list[int]:
        """A feature in integers."""
        if ray < 0:
            return [1] * self._points
        if ray not in self._known:
            self._known[ray] = self._prices.feature(ray % self._half, 1 if ray < self._half else -1)
        return self._known[ray]

    def floats(self, ray: int) -> Floats:
        """A multiple of a feature in floats."""
        return np.ones(self._points) if ray < 0 else self._prices.floats(ray % self._half, 1 if ray < self._half else -1)


def pivots(rest: Floats) -> list[int] | None:
    """Columns, as many as there are rows, in which the rows are far from dependent; None if there are none."""
    places: list[int] = []
    for _ in range(len(rest)):
        sizes: NDArray[np.float64] = np.abs(rest)
        row, column = divmod(int(sizes.argmax()), rest.shape[1])
        if not sizes[row, column] > 0.0:
            return None
        places.append(column)
        rest = rest - np.outer(rest[:, column] / rest[row, column], rest[row])
        rest[row] = 0.0
        rest[:, column] = 0.0
    return places


def _rounded(wanted: Floats, bits: int, rows: list[list[int]], places: list[int]) -> _Rounded | None:
    """A vector rounded to so many bits, then with some entries such that its products with the rows are 0."""
    exponent = bits - int(np.frexp(np.abs(wanted).max())[1])
    whole = np.rint(np.ldexp(wanted, exponent)).astype(np.int64).tolist()
    if not rows:
        return _Rounded(whole, {}, exponent)
    products = [sum(map(mul, row, whole)) for row in rows]
    system = fmpz_mat(len(rows), len(rows), [row[place] for row in rows for place in places])
    try:
        steps = system.solve(fmpz_mat(len(rows), 1, products)).entries()
    except ZeroDivisionError:
        return None
    others = {place: whole[place] - to_fraction(step) for place, step in zip(places, steps, strict=True)}
    for place in places:
        whole[place] = 0
    return _Rounded(whole, others, exponent)
