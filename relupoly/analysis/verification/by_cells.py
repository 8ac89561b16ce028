"""Whether a net satisfies linear inequalities somewhere in a domain, decided by a look at all its cells.

The slacks of the inequalities are affine in the outputs, so they make one more hidden layer, and the walk over cells proves
their signs on each. That alone does not settle the matter: where slacks are not negative at one point, on the boundary of a
cell, they may have no sign + in any. So the walk is shown slacks that are larger by a little. If these are not all positive in
some cell, then nowhere inside the domain, and since they are continuous, nowhere in it are the true ones all at least 0. That
is so in nearly all cells, and costs no exact arithmetic. In a cell in which they are, its inner point tells, or an exact linear
program. A strict inequality holds in an open set, so it needs nothing but its true slack.

True slacks of the others are not in the layer: cells would end where these change their sign, but many slivers between true and
larger slacks would be cells, too, and cost exact signs; one ACAS Xu net took three times as long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction

from flint import fmpq, fmpz

from relupoly.analysis.samples import interior_point
from relupoly.exact.blocks import from_nonzero_rows, nonzero_rows
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.matrices import column
from relupoly.exact.sparse import SparseMatrix
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.networks.composition import restrict
from relupoly.networks.network import Layer, Network
from relupoly.pieces.listing.active import list_active_cells
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run

_FIELDS = ("gradient", "constant", "facets", "point")
# By how much slacks are larger, in shares of the largest entry of their row. Any share is right; with a larger one more cells
# need a linear program, and a smaller one is hard to tell from 0 in doubles.
_SHARE = fmpq(1, 2**20)
# For rows of integers: so nets of short integers keep short ones, which are walked in integers.
_INTEGER_SHARE = fmpq(1, 2**4)
# So many cells whose inner point does not tell wait for their linear programs: mostly one beside them has a point that does,
# which costs nothing, and is easier to read than one on a boundary.
_WAITING = 16


def decide_alternative(
    network: Network,
    domain: Domain,
    rows: Sequence[Sequence[fmpq]],
    bounds: Sequence[fmpq],
    strict: Collection[int] = (),
    run: Run = UNLIMITED,
) -> Vector | None:
    """A point x of a domain with <row_i, network(x)> <= bound_i for all i; None if there is none.

    Parameters
    ----------
    network : Network
    domain : Domain
    rows : sequence of rows, each with an entry for each output
    bounds : sequence of fmpq
    strict : collection of int
        The rows, counted from 0, for which < is meant.
    run : Run, optional
        Asked at every step whether to go on; its progress is told the number of cells seen.

    Returns
    -------
    tuple of fmpq or None
        In the coordinates of the net's inputs.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> decide_alternative(absolute_value, Domain.box([-1], [2]), [[fmpq(-1)]], [fmpq(-2)])
    (2,)
    >>> decide_alternative(absolute_value, Domain.box([-1], [2]), [[fmpq(-1)]], [fmpq(-2)], strict=[0]) is None
    True
    """
    domain.check_dimension(network.input_dim)
    inner = restrict(network, domain.subspace) if domain.subspace else network
    found = _point_in(inner, Domain(domain.polyhedron), rows, bounds, strict, run)
    return None if found is None else tuple(domain.subspace.at(found) if domain.subspace else found)


def _point_in(
    network: Network,
    domain: Domain,
    rows: Sequence[Sequence[fmpq]],
    bounds: Sequence[fmpq],
    strict: Collection[int],
    run: Run,
) -> Sequence[fmpq] | None:
    """The same on a domain without subspace."""
    if not rows:
        return interior_point(domain, network.input_dim, run)
    slacks = with_slacks(network, rows, bounds, strict)
    waiting: list[CellRecord] = []
    for cell in list_active_cells(slacks, domain, range(len(rows)), _FIELDS, run=run):
        run.tick()
        assert cell.point is not None
        if all(value > 0 for value in _values(cell, cell.point)):
            return cell.point
        waiting.append(cell)
        if len(waiting) == _WAITING:
            if (found := _first_point(waiting, strict, run)) is not None:
                return found
            waiting.clear()
    return _first_point(waiting, strict, run)


def with_slacks(network: Network, rows: Sequence[Sequence[fmpq]], bounds: Sequence[fmpq], strict: Collection[int]) -> Network:
    """The net with one more hidden layer, for the slacks bound_i - <row_i, y> of its outputs y.

    Its neurons are the slacks, larger by a little unless the inequality is strict; where all are active, the outputs are the
    true slacks.
    """
    last = network.layers[-1]
    sparse, size = isinstance(last.weight, SparseMatrix), len(rows)
    entries = [{place: -entry for place, entry in enumerate(row) if entry} for row in rows]
    minus = from_nonzero_rows(entries, last.outputs, sparse)
    weight, bias = minus * last.weight, (minus * last.bias + column(list(bounds))).entries()
    shifts = [
        fmpq(0) if place in strict else _shift([*row.values(), bias[place]]) for place, row in enumerate(nonzero_rows(weight))
    ]
    slacks = Layer(weight, column([entry + shift for entry, shift in zip(bias, shifts, strict=True)]))
    passed = from_nonzero_rows([{place: fmpq(1)} for place in range(size)], size, sparse)
    return Network((*network.hidden, slacks, Layer(passed, column([-shift for shift in shifts]))))


def _shift(entries: Sequence[fmpq]) -> fmpq:
    """By how much a slack is made larger whose row has these entries: a power of 2 of about the right size."""
    largest = max(abs(entry) for entry in entries) or fmpq(1)
    share = _INTEGER_SHARE if all(entry.q == 1 for entry in entries) else _SHARE
    exponent = largest.p.bit_length() - largest.q.bit_length()
    return share * fmpq(2) ** exponent


def _first_point(cells: Sequence[CellRecord], strict: Collection[int], run: Run) -> Sequence[fmpq] | None:
    """The first point that one of some cells has."""
    return next((point for cell in cells if (point := _point_of(cell, strict, run)) is not None), None)


def _point_of(cell: CellRecord, strict: Collection[int], run: Run) -> Sequence[fmpq] | None:
    """A point of a closed cell where no output is negative, and those of some numbers are positive."""
    assert cell.gradient is not None
    assert cell.constant is not None
    assert cell.facets is not None
    forms = [_form(constant, row) for row, constant in zip(cell.gradient, cell.constant, strict=True)]
    sides = [_form(fmpq(facet.offset), [-entry for entry in facet.normal]) for facet in cell.facets]
    weak = [form for place, form in enumerate(forms) if place not in strict]
    size, firm = len(cell.gradient[0]), [forms[place] for place in strict]
    # A point with room around it is easier to read, if there is one.
    found = find_point(size, strict=forms, weak=sides, run=run) or find_point(size, strict=firm, weak=[*sides, *weak], run=run)
    return None if found is None else [from_fraction(entry) for entry in found]


def _values(cell: CellRecord, point: Sequence[fmpq]) -> Iterator[fmpq]:
    assert cell.gradient is not None
    assert cell.constant is not None
    for row, constant in zip(cell.gradient, cell.constant, strict=True):
        yield sum((slope * x for slope, x in zip(row, point, strict=True)), constant)


def _form(constant: fmpq, entries: Iterable[fmpq | fmpz]) -> list[Fraction]:
    return [to_fraction(fmpq(entry)) for entry in (constant, *entries)]
