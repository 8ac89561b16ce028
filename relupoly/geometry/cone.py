"""`Cone`: a full-dimensional pointed polyhedral cone in R^D, by its rays and the walls on which each of them lies.

Cells of R^d are homogenised: the cell is the part at t = 1 of a cone in R^{d+1} = {(x, t)}, t >= 0, so that unbounded
cells need no box. Rays with t = 0 are the cell's recession directions, the others its vertices.

Which ray lies on which wall is combinatorial and never recomputed: a new ray on the edge between two others lies on
exactly those older walls that contain both. So the incidences are exact even where the coordinates are rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import primitive
from relupoly.exact.vectors import Vectors


@dataclass(frozen=True)
class Cone:
    """A full-dimensional pointed cone.

    Attributes
    ----------
    rays : Vectors, m vectors of length D
        The extreme rays, each up to a positive factor.
    tight : ndarray of bool, shape (m, w)
        Which ray lies on which wall.
    walls : ndarray of int, shape (w,)
        The labels of the walls: hyperplanes that support the cone, all its facets among them.
    sides : ndarray of int8, shape (w,)
        On which side of each wall's linear form the cone lies: 1 or -1.
    """

    rays: Vectors
    tight: NDArray[np.bool_]
    walls: NDArray[np.intp]
    sides: NDArray[np.int8]

    @property
    def dimension(self) -> int:
        """The dimension D of the space."""
        return self.rays.width


def simplicial_rays(forms: fmpq_mat) -> fmpz_mat:
    """The rays of the cone where D independent linear forms are non-negative: all of them but the i-th vanish on ray i.

    Parameters
    ----------
    forms : fmpq_mat, shape (D, D)
        Regular.

    Returns
    -------
    fmpz_mat, shape (D, D)
        Primitive integer rows.
    """
    columns = forms.inv().transpose().tolist()
    rows = [primitive([fmpq(entry) for entry in column]) for column in columns]
    return fmpz_mat(len(rows), len(rows), [entry for row in rows for entry in row])
