"""What the routes to a net ask of the engine: the affine functions on the cells of a net, and points inside the cells."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq, fmpz

from relupoly.constructions.representation.envelope import Form
from relupoly.errors import SizeError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.certify import exact_ray
from relupoly.pieces.walk.driver import Walk
from relupoly.run import Run


def cells_of(network: Network, run: Run) -> Iterator[Cell]:
    """The full-dimensional activation cells of a net with hidden layers."""
    for part in pointed_parts(network, Domain()):
        yield from Walk(homogenize(network, part), run=run)


def function_on(cell: Cell, dimension: int) -> Form:
    """The affine function of a net with one output on a cell, in all coordinates of the input."""
    forms = cell.output.forms
    scale = forms[1, forms.ncols() - 1]
    form = [fmpq(0)] * (dimension + 1)
    for place, index in enumerate((*cell.net.essential, dimension)):
        form[index] = fmpq(forms[0, place], scale)
    return tuple(form)


def affine_pieces(network: Network, most: int, run: Run) -> list[Form]:
    """The distinct affine functions of a net with one output.

    Raises
    ------
    SizeError
        If the net has more cells.
    """
    found: dict[Form, None] = {}
    for number, cell in enumerate(cells_of(network, run), 1):
        found[function_on(cell, network.input_dim)] = None
        if number > most:
            raise SizeError(f"the functions have to be read from more than {most} cells")
    return list(found)


def exact_rays(cell: Cell) -> list[list[fmpz]]:
    """The rays of a cell in integers."""
    return [exact_ray(cell.cone, index, cell.output) for index in range(len(cell.cone.rays))]


def inner_points(network: Network, run: Run) -> Iterator[list[fmpq]]:
    """A point inside each cell."""
    for cell in cells_of(network, run):
        total = [sum(entries, fmpz(0)) for entries in zip(*exact_rays(cell), strict=True)]
        point = [fmpq(0)] * network.input_dim
        for index, entry in zip(cell.net.essential, total, strict=False):
            point[index] = fmpq(entry, total[-1])
        yield point
