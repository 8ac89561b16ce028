"""Domains on which a walk can start: no cell of the first hidden layer contains a line that a later layer may cut.

The walk holds cells by their rays, so it needs pointed ones. Directions in which nothing changes are left out of all cells
(`relupoly.pieces.forms.homogeneous`). Others along which no hyperplane of the first layer and no inequality changes may pass
through its linear neurons: there a domain without end is cut in two where such a neuron vanishes. The parts make up the
domain, and overlap in their boundaries.
"""

from __future__ import annotations

from itertools import product

from flint import fmpq_mat

from relupoly.errors import SizeError
from relupoly.exact import blocks
from relupoly.exact.matrices import rows_of, take_rows
from relupoly.exact.rank import independent_rows
from relupoly.exact.sparse import Matrix
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import relu_first
from relupoly.pieces.forms.refusal import refuse_too_many_cells

_MOST_CUTS = 10  # with more, parts have to be compared in half a million pairs


def pointed_parts(network: Network, domain: Domain) -> tuple[Domain, ...]:
    """The domain, or parts of it in which cells of the first layer have no lines that a later layer may cut.

    Parameters
    ----------
    network : Network
    domain : Domain
        In the space of the net's inputs.

    Returns
    -------
    tuple of Domain
        The domain itself, where that will do; else 2^k parts that are named like it, in the same subspace.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there would be very many parts, or very many cells.

    Examples
    --------
    >>> from relupoly.networks.network import Layer
    >>> first = Layer(fmpq_mat([[1, 0], [0, 1]]), fmpq_mat(2, 1), linear=(1,))
    >>> net = Network((first, Layer(fmpq_mat([[1, 1]]), fmpq_mat(1, 1)), Layer(fmpq_mat([[1]]), fmpq_mat(1, 1))))
    >>> [part.polyhedron.matrix.tolist() for part in pointed_parts(net, Domain())]
    [[[0, -1]], [[0, 1]]]
    """
    domain.check_dimension(network.input_dim)
    if isinstance(domain.polyhedron, Box) or not network.layers[0].linear:
        return (domain,)
    inner = relu_first(restrict(network, domain.subspace) if domain.subspace else network)
    first = inner.layers[0]
    if inner.hidden:
        refuse_too_many_cells(first, domain.polyhedron)
    cuts = _cuts(first.weight, len(first.linear), domain.polyhedron)
    if not cuts:
        return (domain,)
    if len(cuts) > _MOST_CUTS:
        raise SizeError(
            f"{len(cuts)} directions without end on both sides pass through linear neurons of the first layer alone, so the "
            f"domain would be cut into 2^{len(cuts)} parts; count in a box"
        )
    weight, bias = blocks.densely(blocks.take_rows(first.weight, cuts)), take_rows(first.bias, cuts)
    return tuple(_part(domain, weight, bias, sides) for sides in product((1, -1), repeat=len(cuts)))


def _cuts(weight: Matrix, linear: int, polyhedron: Polyhedron | None) -> list[int]:
    """Rows of linear neurons, the last ones of a layer, that see directions which no other row and no inequality sees."""
    relus = weight.nrows() - linear
    inequalities = fmpq_mat(0, weight.ncols()) if polyhedron is None else polyhedron.matrix
    seen = inequalities.nrows() + relus
    return [row - inequalities.nrows() for row in independent_rows(blocks.stack(inequalities, weight)) if row >= seen]


def _part(domain: Domain, weight: fmpq_mat, bias: fmpq_mat, sides: tuple[int, ...]) -> Domain:
    """The part of a domain where each neuron is not negative, or not positive, by its side."""
    rows = [[-side * entry for entry in row] for side, row in zip(sides, rows_of(weight), strict=True)]
    bounds = [side * entry for side, entry in zip(sides, bias.entries(), strict=True)]
    if domain.polyhedron is not None:
        rows = [*rows_of(domain.polyhedron.matrix), *rows]
        bounds = [*domain.polyhedron.bound.entries(), *bounds]
    return Domain(Polyhedron.from_inequalities(rows, bounds), domain.subspace, domain.name)
