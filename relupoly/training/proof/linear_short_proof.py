"""Short proofs of leaves for the linear losses: most entries of a dual vector are at the ends of their intervals.

The kernel's vector proves the bound, but for rounding (`relupoly.training.kernel.simplex`). Its entries at the ends of their
intervals, c_j or 0, become these numbers; where a point is dropped, they are those that prove the smallest loss of any
prediction there. Only the few others, those of the samples that the relaxation fits, are rounded to as few bits as the margin
allows. Products that have to be 0 are made so by some of these, the solution of a small linear system. That all entries are
allowed and prove as much as is claimed is decided in rationals.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.rationals import scaled_float
from relupoly.training.compiled.compiled_problem import CompiledProblem, Floats
from relupoly.training.compiled.workspace import Workspace
from relupoly.training.problem.interpolation_loss import interpolation_dual
from relupoly.training.problem.losses import HINGE, MAX
from relupoly.training.proof.proof import Dual
from relupoly.training.proof.short_proof import BITS, Features, pivots
from relupoly.training.rays.pricing import Prices
from relupoly.training.search.open_node import OpenNode

# Entries so near to the end of their interval, which is at most 1, are at that end, but for rounding.
_AT_AN_END = 2.0**-50


class LinearShortProofs:
    """Finds short proofs for the leaves of one problem with a linear loss; the interface is that of `ShortProofs`.

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
        self._bound, self._ratio = compiled.scaled(claim), compiled.ratio(claim)
        self._features = Features(compiled, prices)
        lifted = compiled.lifted
        self._point = np.array(lifted.point, dtype=np.int64)
        ends = [self._interval(target, weight) for target, weight in zip(lifted.targets, lifted.weights, strict=True)]
        self._rough_ends = np.array([[float(end) for end in pair] for pair in ends])
        # Flint's rationals are several times as fast as Python's.
        self._ends = [(from_fraction(low), from_fraction(high)) for low, high in ends]
        self._balanced = [from_fraction(entry / compiled.dual_unit) for entry in interpolation_dual(lifted)]
        self._targets = [from_fraction(target) for target in lifted.targets]

    def find(self, leaf: OpenNode) -> Dual | None:
        """The proof of a leaf; None if the kernel finds none."""
        found = self._workspace.prove(leaf, self._bound, self._ratio)
        if found is None:
            return None
        vector, spanning = found
        terms, divisor = self._workspace.linear_dual()
        if divisor:
            return self._dual([from_fraction(Fraction(entry)) / divisor for entry in terms.tolist()])
        kept = vector != 0.0
        inner = self._inner(terms, kept)
        places = self._places(spanning, vector, inner)
        if places is None:
            return None
        for bits in BITS:
            entries = self._rounded(terms, kept, inner, bits)
            if self._balance(entries, spanning, places) and self._is_proof(entries):
                return self._dual(entries)
        return None

    def _interval(self, target: Fraction, weight: Fraction) -> tuple[Fraction, Fraction]:
        """Where a term's entry may be, in the machine's unit; for the largest error, there is a limit for all together."""
        loss, most = self._compiled.lifted.problem.loss, weight / self._compiled.dual_unit
        if loss == MAX:
            return Fraction(-1), Fraction(1)
        if loss == HINGE:
            return (Fraction(0), most) if target > 0 else (-most, Fraction(0))
        return -most, most

    def _inner(self, terms: Floats, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which terms have an entry that is not at an end of its interval."""
        apart: NDArray[np.bool_] = np.abs(terms[:, None] - self._rough_ends).min(axis=1) > _AT_AN_END
        if self._compiled.lifted.problem.loss == MAX:
            apart = terms != 0.0
        return apart & kept[self._point]

    def _places(self, spanning: list[int], vector: Floats, inner: NDArray[np.bool_]) -> list[int] | None:
        """Terms, as many as products have to be 0, in which the features are far from dependent; None if there are none."""
        if not spanning:
            return []
        table = np.array([self._features.floats(ray) for ray in spanning])
        chosen = np.full(len(vector), -1)
        chosen[self._point[inner]] = np.flatnonzero(inner)
        points = pivots(np.where(chosen >= 0, table, 0.0))
        return None if points is None else [int(chosen[place]) for place in points]

    def _rounded(self, terms: Floats, kept: NDArray[np.bool_], inner: NDArray[np.bool_], bits: int) -> list[fmpq]:
        """Inner entries rounded towards 0, the others at their ends."""
        entries = []
        largest = self._compiled.lifted.problem.loss == MAX
        places = zip(terms.tolist(), inner.tolist(), kept[self._point].tolist(), self._rough_ends.tolist(), strict=True)
        for term, (value, between, there, (low, high)) in enumerate(places):
            if not there:
                entries.append(fmpq(0) if largest else self._balanced[term])
            elif between:
                entries.append(fmpq(int(value * 2**bits), 2**bits))
            elif largest:
                entries.append(fmpq(0))
            else:
                entries.append(self._ends[term][abs(value - low) > abs(value - high)])
        return entries

    def _balance(self, entries: list[fmpq], spanning: list[int], places: list[int]) -> bool:
        """Change some entries such that the products with some features are 0; False if that is impossible."""
        if not spanning:
            return True
        rows = [self._features.exact(ray) for ray in spanning]
        sums = self._sums(entries)
        products = [sum((a * x for a, x in zip(row, sums, strict=True) if a), fmpq(0)) for row in rows]
        system = fmpq_mat(len(rows), len(rows), [fmpq(row[self._point[place]]) for row in rows for place in places])
        try:
            steps = system.solve(fmpq_mat(len(rows), 1, products)).entries()
        except ZeroDivisionError:
            return False
        for place, step in zip(places, steps, strict=True):
            entries[place] -= step
        return True

    def _sums(self, entries: list[fmpq]) -> list[fmpq]:
        """The entries of each point, added up."""
        if len(entries) == len(self._compiled.lifted.vectors):
            return entries
        sums = [fmpq(0)] * len(self._compiled.lifted.vectors)
        for place, entry in zip(self._compiled.lifted.point, entries, strict=True):
            sums[place] += entry
        return sums

    def _is_proof(self, entries: list[fmpq]) -> bool:
        """Whether entries with the right zeros are allowed, have negative products, and give the bound."""
        lifted = self._compiled.lifted
        if not all(low <= entry <= high for entry, (low, high) in zip(entries, self._ends, strict=True)):
            return False
        if lifted.problem.loss == MAX and sum(map(abs, entries), fmpq(0)) > 1:
            return False
        bound = sum((entry * target for entry, target in zip(entries, self._targets, strict=True) if entry), fmpq(0))
        if lifted.whole(to_fraction(bound) * self._compiled.dual_unit) < self._claim:
            return False
        return self._workspace.confirm(np.array([scaled_float(entry, 0) for entry in self._sums(entries)]))

    def _dual(self, entries: list[fmpq]) -> Dual:
        return Dual(tuple(to_fraction(entry) * self._compiled.dual_unit for entry in entries))
