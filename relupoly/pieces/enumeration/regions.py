"""The regions of an arrangement one by one: the cells of its net, each with a rational point inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.exact.integers import IntegerVectors
from relupoly.exact.rank import pivot_columns
from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.domain import Domain
from relupoly.networks.arrangements import arrangement_net
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.certify import exact_cone
from relupoly.pieces.walk.driver import Walk
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class Region:
    """A region of an arrangement.

    Attributes
    ----------
    signs : tuple of int
        For each hyperplane <a, x> = b, in their order, the sign of <a, x> - b: 1 or -1.
    point : tuple of fmpq
        A point inside.
    """

    signs: tuple[int, ...]
    point: tuple[fmpq, ...]


def list_regions(arrangement: Arrangement, run: Run = UNLIMITED) -> Iterator[Region]:
    """All regions of an arrangement, one by one.

    Parameters
    ----------
    arrangement : Arrangement
        With at least one hyperplane.
    run : Run, optional
        Asked at every step whether to go on.

    Examples
    --------
    >>> [(region.signs, region.point) for region in list_regions(Arrangement.of([[2, 1]]))]
    [((1,), (1,)), ((-1,), (0,))]

    Notes
    -----
    The sum of the rays of a cell's cone lies inside it. Where there are directions that lie in all hyperplanes, the
    coordinates that depend on the others are 0.
    """
    net = arrangement_net(arrangement)
    columns = pivot_columns(net.layers[0].weight)
    for cell in Walk(homogenize(net, Domain()), run=run):
        yield Region(tuple(int(sign) for sign in cell.neuron_signs()), _inside(cell, columns, arrangement.dimension))


def _inside(cell: Cell, columns: list[int], dimension: int) -> tuple[fmpq, ...]:
    """A point inside a cell."""
    rays = exact_cone(cell.cone, cell.output).rays
    assert isinstance(rays, IntegerVectors), "exact rays are integers"
    *coordinates, height = [sum((fmpz(int(entry)) for entry in column), fmpz(0)) for column in rays.data.T]
    point = [fmpq(0)] * dimension
    for column, coordinate in zip(columns, coordinates, strict=True):
        point[column] = fmpq(coordinate, height)
    return tuple(point)
