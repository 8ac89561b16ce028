"""A piecewise linear function from minima and maxima of its affine pieces: the lattice form.

On a cell where f is l_i, let S_i be the pieces l_j >= l_i there. Then f = max_i min S_i: the minima of the S_i are nowhere
above f, and on its own cell each attains it. By inclusion and exclusion over the sets that matter,

    max_i min S_i = sum over nonempty I of (-1)^(|I| + 1) min (union of S_i, i in I),        min S = - max (-S).

There are 2^m - 1 terms for m sets, so this is for functions with few pieces; but nothing needs to be made convex.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from flint import fmpq, fmpz

from relupoly.constructions.representation.assembly import Term
from relupoly.constructions.representation.cells import cells_of, exact_rays, function_on
from relupoly.constructions.representation.envelope import Form, envelope
from relupoly.constructions.representation.wang_sun import reduce_maximum
from relupoly.errors import SizeError
from relupoly.networks.network import Network
from relupoly.pieces.walk.cell import Cell
from relupoly.run import UNLIMITED, Run


def lattice_terms(network: Network, most: int, run: Run = UNLIMITED) -> list[Term]:
    """The function of a net as a sum of c_j max S_j with at most n + 1 affine functions in S_j, by its lattice form.

    Parameters
    ----------
    network : Network
        With one output, and hidden layers; its first layer has full column rank.
    most : int
        How many cells there may be, and how many terms the sum may have.
    run : Run, optional

    Raises
    ------
    SizeError
        If there are more.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1]], None)])
    >>> max(len(forms) for _, forms in lattice_terms(net, 100))
    3

    Notes
    -----
    Tarela and Martinez (1999), Ovchinnikov (2002): valid on convex domains.
    """
    terms: list[Term] = []
    for forms, factor in _minima(_least(lattice_sets(network, most, run)), most, run).items():
        run.tick()
        raised = envelope([tuple(-entry for entry in form) for form in forms], run)
        terms += [(fmpq(-factor * sign), chosen) for sign, chosen in reduce_maximum(raised, most, run)]
        if len(terms) > most:
            raise SizeError(f"the lattice form has more than {most} terms")
    return terms


def lattice_sets(network: Network, most: int, run: Run) -> set[frozenset[Form]]:
    """For each cell the set of affine pieces that are nowhere on it below the cell's own."""
    cells: list[tuple[Form, list[list[fmpz]]]] = []
    for cell in cells_of(network, run):
        cells.append((function_on(cell, network.input_dim), _full_rays(cell, network.input_dim)))
        if len(cells) > most:
            raise SizeError(f"the lattice form has to look at more than {most} cells")
    pieces = {form for form, _ in cells}
    return {frozenset(form for form in pieces if _above(form, own, rays)) for own, rays in cells}


def _full_rays(cell: Cell, dimension: int) -> list[list[fmpz]]:
    """The rays of a cell in all coordinates; those left out are 0, and the cell has a line along them."""
    rays = []
    for ray in exact_rays(cell):
        full = [fmpz(0)] * (dimension + 1)
        for index, entry in zip((*cell.net.essential, dimension), ray, strict=True):
            full[index] = entry
        rays.append(full)
    return rays


def _above(form: Form, own: Form, rays: Sequence[Sequence[fmpz]]) -> bool:
    """Whether a function is nowhere below another on the cell with these rays."""
    gap = [one - two for one, two in zip(form, own, strict=True)]
    return all(sum((a * b for a, b in zip(gap, ray, strict=True)), fmpq(0)) >= 0 for ray in rays)


def _least(sets: Collection[frozenset[Form]]) -> list[frozenset[Form]]:
    """The sets that contain no other: the minimum of a larger one is nowhere higher."""
    return [one for one in sets if not any(other < one for other in sets)]


def _minima(sets: Sequence[frozenset[Form]], most: int, run: Run) -> dict[frozenset[Form], int]:
    """The maximum of the minima as a signed sum of minima of unions, by inclusion and exclusion, one set at a time."""
    total: Counter[frozenset[Form]] = Counter()
    for one in sets:
        run.tick()
        joint: Counter[frozenset[Form]] = Counter({one: 1})
        for union, sign in total.items():
            joint[union | one] -= sign
        for union, sign in joint.items():
            total[union] += sign
        total = Counter({union: sign for union, sign in total.items() if sign})
        if len(total) > most:
            raise SizeError(f"the lattice form of {len(sets)} sets has more than {most} minima")
    return dict(total)
