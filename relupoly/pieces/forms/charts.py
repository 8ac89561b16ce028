"""Unbounded polyhedra without lines, made bounded: a projective change of coordinates.

Homogenised, a polyhedron is the cone K where its inequalities and t are not negative. The sum c of all these forms is positive
on K but 0, if K holds no line. So each ray of K meets c = 1 once, and there K is bounded; t >= 0 becomes one more inequality.
Forms on K are linear in the coordinates of this slice, too. So cells are held in a box about the slice, in coordinates y, and
everything else, all that says which function a net is, stays in the coordinates (x, t) as anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mat, fmpz_mat

from relupoly.exact import blocks
from relupoly.exact.matrices import column, from_rows, integer_rows, take_columns
from relupoly.exact.rank import certified_rank
from relupoly.geometry.bounded_set import BoundedSet
from relupoly.geometry.meeting import Row, rows, tied
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.networks.network import Network
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.box_coordinates import BoxCoordinates
from relupoly.pieces.forms.homogeneous_net import HomogeneousNet


def charted(network: Network, polyhedron: Polyhedron) -> HomogeneousNet | None:
    """A net on an unbounded polyhedron, whose cells are held by constraints in a bounded slice; None if it holds a line.

    Parameters
    ----------
    network : Network
        With a hidden layer at least, its neurons with ReLU first in each layer.
    polyhedron : Polyhedron
    """
    first = network.layers[0]
    weight = blocks.densely(first.weight)
    table = weight.tolist()
    essential, sides = tied(rows(polyhedron), [place for place in range(network.input_dim) if any(row[place] for row in table)])
    size = len(essential)
    if certified_rank(from_rows([row[:-1] for row in sides], size)) < size:
        return None
    change = _change(sides, size)
    bounded = fmpq_mat(_forms(sides, size)) * change
    slice_rows = [[*(-entry for entry in row[:-1]), row[-1]] for row in bounded.tolist()]
    region = BoundedSet.of(
        Polyhedron(from_rows([row[:-1] for row in slice_rows], size), column([row[-1] for row in slice_rows]))
    )
    assert region is not None, "the slice is bounded"
    coordinates = BoxCoordinates.of(region.lower, region.upper)
    return HomogeneousNet.of(
        network,
        replace(first, weight=take_columns(weight, essential)),
        essential,
        integer_rows(from_rows([[*(-entry for entry in row[:-1]), row[-1]] for row in sides], size + 1)),
        Bounds(coordinates.of_points(region.lower), coordinates.of_points(region.upper)),
        _integers(change * _affine(coordinates)),
    )


def in_place(network: Network, polyhedron: Polyhedron) -> HomogeneousNet | None:
    """A net on a bounded set, whose cells are held by constraints, in the coordinates of its inputs; None if it is unbounded.

    On different sets, such nets differ in nothing but their domains, so that functions can be compared.

    Parameters
    ----------
    network : Network
        With a hidden layer at least, its neurons with ReLU first in each layer.
    polyhedron : Polyhedron
    """
    region = BoundedSet.of(polyhedron)
    if region is None:
        return None
    first, size = network.layers[0], network.input_dim
    coordinates = BoxCoordinates.of(region.lower, region.upper)
    return HomogeneousNet.of(
        network,
        replace(first, weight=blocks.densely(first.weight)),
        range(size),
        integer_rows(from_rows([[*(-entry for entry in row[:-1]), row[-1]] for row in region.rows], size + 1)),
        Bounds(coordinates.of_points(region.lower), coordinates.of_points(region.upper)),
        _integers(_affine(coordinates)),
    )


def _forms(sides: Sequence[Row], size: int) -> fmpq_mat:
    """The forms of inequalities in (x, t), and t."""
    infinity = [fmpq(0)] * size + [fmpq(1)]
    return from_rows([*([*(-entry for entry in row[:-1]), row[-1]] for row in sides), infinity], size + 1)


def _change(sides: Sequence[Row], size: int) -> fmpq_mat:
    """The map from (x, s) to (x, t), where s is the sum of all forms, each scaled to a moderate size."""
    total = [fmpq(0)] * size + [fmpq(1)]
    for row in sides:
        scale = max(abs(entry) for entry in row[:-1])
        total = [one - entry / scale for one, entry in zip(total[:-1], row[:-1], strict=True)] + [total[-1] + row[-1] / scale]
    # Any positive multiple of t will do in the sum.
    last = total[-1] or fmpq(1)
    table = [[fmpq(int(i == j)) for j in range(size + 1)] for i in range(size)]
    return from_rows([*table, [*(-entry / last for entry in total[:-1]), 1 / last]], size + 1)


def _affine(coordinates: BoxCoordinates) -> fmpq_mat:
    """The map from (z, 1) to (y, 1), where z are coordinates of a moderate size."""
    size = len(coordinates.unit)
    table = [
        [one if i == j else fmpq(0) for j in range(size)] + [start]
        for i, (one, start) in enumerate(zip(coordinates.unit, coordinates.origin, strict=True))
    ]
    return from_rows([*table, [*[fmpq(0)] * size, fmpq(1)]], size + 1)


def _integers(matrix: fmpq_mat) -> fmpz_mat:
    """A positive multiple of a matrix, in integers."""
    return matrix.numer_denom()[0]
