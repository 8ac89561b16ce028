"""The distinct hyperplanes of a layer's neurons."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import primitive
from relupoly.exact.sparse import SparseMatrix
from relupoly.pieces.forms.augmented import IntegerMatrix, split_rows


@dataclass(frozen=True)
class Hyperplanes:
    """The distinct hyperplanes of a layer's neurons: neurons with proportional weights and biases share one.

    Attributes
    ----------
    first : ndarray of int, shape (h,)
        The first neuron on each hyperplane.
    of : ndarray of int, shape (n,)
        The hyperplane of each neuron.
    side : ndarray of int8, shape (n,)
        Whether the neuron is a positive (1) or negative (-1) multiple of the first one on its hyperplane.
    size : tuple of fmpq
        The absolute value of this multiple.
    """

    first: NDArray[np.intp]
    of: NDArray[np.intp]
    side: NDArray[np.int8]
    size: tuple[fmpq, ...]

    @cached_property
    def two_sided(self) -> NDArray[np.bool_]:
        """For each hyperplane whether it has neurons on both sides, so that none of them is active on it; shape (h,)."""
        found = np.zeros(len(self.first), dtype=np.bool_)
        found[self.of[self.side < 0]] = True
        return found

    @cached_property
    def alone(self) -> NDArray[np.bool_]:
        """For each hyperplane whether it is that of a single neuron; shape (h,)."""
        return np.asarray(np.bincount(self.of, minlength=len(self.first)) == 1)

    def rises(self, following: IntegerMatrix, chosen: Sequence[int] | None = None) -> IntegerMatrix:
        """By how much the next layer's forms rise across each hyperplane, up to one positive factor; shape (n_out, h).

        Crossing to the positive side of a hyperplane, neurons on the positive side come and those on the negative side go:
        the sum of all outputs, with their weights in the next layer, rises by the sum of weights times sizes.

        Parameters
        ----------
        chosen : sequence of int, optional
            These hyperplanes alone: of 2,000 neurons a few may share one, and a product with all took half a minute.
        """
        chosen = range(len(self.first)) if chosen is None else chosen
        column = {plane: place for place, plane in enumerate(chosen)}
        sizes, shape = primitive(self.size), (following.ncols(), len(column))
        places = [(neuron, column[plane]) for neuron, plane in enumerate(self.of.tolist()) if plane in column]
        neurons, columns = [neuron for neuron, _ in places], [place for _, place in places]
        if isinstance(following, SparseMatrix):
            numerators = np.array([int(sizes[neuron]) for neuron in neurons], dtype=object)
            matrix = SparseMatrix.from_places(
                shape, np.array(neurons, dtype=np.int64), np.array(columns, dtype=np.int64), numerators
            )
            product = following * matrix
            assert isinstance(product, SparseMatrix)
            return product
        table = fmpz_mat(*shape)
        for neuron, place in places:
            table[neuron, place] = sizes[neuron]
        return following * table


def hyperplanes_of(matrix: IntegerMatrix, entries: list[int], neurons: int) -> Hyperplanes:
    """The distinct hyperplanes of the first so many rows of an augmented matrix.

    Parameters
    ----------
    entries : list of int
        The entries that are kept of the matrix, row by row: Python's integers are compared faster.
    """
    if isinstance(matrix, SparseMatrix):
        return _sparse(matrix, neurons)
    return _dense(split_rows(entries, matrix.ncols())[:neurons])


def _sparse(matrix: SparseMatrix, neurons: int) -> Hyperplanes:
    """The same of a sparse matrix: rows without common factor and with a positive first entry are looked up."""
    found: dict[Hashable, int] = {}
    first: list[int] = []
    of: list[int] = []
    leads: list[int] = []
    for neuron in range(neurons):
        columns, numerators = matrix.row_of(neuron)
        lead = numerators[0] if numerators else 0
        divisor = math.gcd(*numerators) * (-1 if lead < 0 else 1) or 1
        plane = found.setdefault((tuple(columns), tuple(entry // divisor for entry in numerators)), len(first))
        if plane == len(first):
            first.append(neuron)
        of.append(plane)
        leads.append(lead)
    return _numbered(first, of, [fmpq(lead, leads[first[plane]] or 1) for lead, plane in zip(leads, of, strict=True)])


def _dense(forms: list[list[int]]) -> Hyperplanes:
    """The same from the rows.

    Rows on one hyperplane agree in where their first two entries are that are not 0, and in the ratio of these: only rows
    that do are compared.
    """
    alike: dict[tuple[int, int, int, int], list[int]] = {}
    first: list[int] = []
    of: list[int] = []
    multiples: list[fmpq] = []
    for neuron, form in enumerate(forms):
        direction = _direction(form)
        lead = direction[0]
        planes = alike.setdefault(direction, [])
        plane = next((plane for plane in planes if _proportional(form, forms[first[plane]], lead)), len(first))
        if plane == len(first):
            first.append(neuron)
            planes.append(plane)
        of.append(plane)
        multiples.append(fmpq(form[lead], forms[first[plane]][lead]) if form[lead] else fmpq(0))
    return _numbered(first, of, multiples)


def _numbered(first: Sequence[int], of: Sequence[int], multiples: Sequence[fmpq]) -> Hyperplanes:
    """Hyperplanes with these first neurons, of which the neurons are these multiples."""
    return Hyperplanes(
        np.array(first, dtype=np.intp),
        np.array(of, dtype=np.intp),
        np.array([-1 if multiple < 0 else 1 for multiple in multiples], dtype=np.int8),
        tuple(abs(multiple) for multiple in multiples),
    )


def _direction(form: list[int]) -> tuple[int, int, int, int]:
    """Where the first two entries are that are not 0, and their ratio."""
    places = itertools.islice((place for place, entry in enumerate(form) if entry), 2)
    lead, second = (*places, 0, 0)[:2]
    divisor = math.gcd(form[lead], form[second]) or 1
    divisor = -divisor if form[lead] < 0 else divisor
    return lead, second, form[lead] // divisor, form[second] // divisor


def _proportional(form: list[int], other: list[int], lead: int) -> bool:
    a, b = form[lead], other[lead]
    return all(b * one == a * two for one, two in zip(form, other, strict=True))
