"""What no walk can list, told before anything is made ready for it.

A walk needs the first layer as a dense matrix in essential coordinates. Of a net with thousands of inputs that is millions of
rationals, made in vain where the walk refuses its first step: a box has a vertex for each choice of bounds, and independent
hyperplanes make a cell for each choice of sides. Both are seen from the sparse rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from relupoly.errors import SizeError
from relupoly.exact.blocks import take_rows
from relupoly.exact.rank import rank_modulo_a_prime
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.geometry.cut import MOST_ENTRIES
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.networks.network import Layer

MOST_HYPERPLANES = 60  # with more, there are so many cells that nobody lists them
MOST_DENSE = 2**20  # entries of a sparse first layer that is made dense: half a second, and 50 MB
_SOME = 256  # rows that mostly suffice for a proof, and take some milliseconds


def refuse_too_many_cells(first: Layer, polyhedron: Polyhedron | None) -> None:
    """Raise where the walk would surely refuse its first step.

    Parameters
    ----------
    first : Layer
        The first hidden layer, its neurons with ReLU first.
    polyhedron : Polyhedron or None
        The domain, on the coordinates of the layer's inputs.

    Raises
    ------
    SizeError
        It says how many cells, or vertices, there are at least, and what would do.

    Examples
    --------
    >>> from relupoly.exact.sparse import SparseMatrix
    >>> from flint import fmpq_mat
    >>> refuse_too_many_cells(Layer(SparseMatrix.identity(64), fmpq_mat(64, 1)), None)
    Traceback (most recent call last):
    relupoly.errors.SizeError: 64 hyperplanes of the first layer are independent of each other and of the domain, so there \
are at least 2^64 cells, too many to list; choose a subspace with --through
    """
    if isinstance(polyhedron, Box):
        check_vertices(polyhedron)
        return
    inequalities = 0 if polyhedron is None else polyhedron.bound.nrows()
    if min(first.relus, first.inputs) - inequalities > MOST_HYPERPLANES:
        for rows in _shares(first, inequalities):
            check_hyperplanes(rank_modulo_a_prime(rows) - inequalities)


def check_hyperplanes(independent: int) -> None:
    """Refuse so many hyperplanes of the first layer that are independent of each other and of the domain, if they are many.

    Raises
    ------
    SizeError
        If there are too many cells.
    """
    if independent > MOST_HYPERPLANES:
        raise SizeError(
            f"{independent} hyperplanes of the first layer are independent of each other and of the domain, so there are at "
            f"least 2^{independent} cells, too many to list; choose a subspace with --through"
        )


def check_vertices(box: Box) -> None:
    """Refuse a box with very many vertices: its last inequality cuts 2^(n - 1) edges, and a new vertex has n + 1 entries.

    Raises
    ------
    SizeError
        If memory is not meant to hold them.
    """
    dimension = box.dimension
    if (dimension + 1) << (dimension - 1) > MOST_ENTRIES:
        raise SizeError(
            f"the box in dimension {dimension} has 2^{dimension} vertices, more than memory is meant to hold; choose a "
            "subspace with --through"
        )


def fits_dense(weight: Matrix, columns: int) -> bool:
    """Whether so many columns of a first layer may be made dense, if they are not."""
    return not isinstance(weight, SparseMatrix) or weight.nrows() * columns <= MOST_DENSE


def check_dense(weight: Matrix, columns: int) -> None:
    """Refuse to make so many columns of a sparse first layer dense, if they are many.

    Raises
    ------
    SizeError
        If there are more than a million entries.
    """
    if not fits_dense(weight, columns):
        raise SizeError(
            f"the first layer has {weight.nrows()} neurons, most of their weights 0, on {columns} coordinates: too many to "
            "cut cells with; choose a subspace with --through"
        )


def _shares(first: Layer, inequalities: int) -> Iterator[Matrix]:
    """Some weights of the neurons with ReLU, then all of them."""
    some = _SOME + inequalities
    if first.relus > some:
        yield take_rows(first.weight, np.linspace(0, first.relus - 1, some, dtype=np.int64).tolist())
    yield take_rows(first.weight, range(first.relus))
