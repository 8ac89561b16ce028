"""From the records of cells or pieces to a `Formula`: what can be said in fewer words exactly, is.

* Sets with the same map are one branch. Of a convex piece that is listed as such only its own facets are asked for, not those
  of its cells.
* Where n = 1 the branches are intervals from left to right.
* Where the sets cover R^n the branch with most inequalities comes last: there its inequalities need not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from flint import fmpq

from relupoly.analysis.formula.formula import Branch, Conjunction, Formula, HalfSpace
from relupoly.analysis.formula.intervals import in_order
from relupoly.exact.matrices import coprime
from relupoly.geometry.domain import Domain
from relupoly.pieces.listing.one_subspace import check_one_subspace, in_one_subspace
from relupoly.pieces.listing.records import CellRecord, Facet, PieceRecord

if TYPE_CHECKING:
    from relupoly.geometry.union import DomainUnion

Vector = tuple[fmpq, ...]
Map = tuple[tuple[Vector, ...], Vector]
"""Gradient and constant."""


def formula_of(
    records: Iterable[CellRecord | PieceRecord],
    domain: Domain | DomainUnion | None = None,
    *,
    variables: Sequence[str] | None = None,
    title: str = "",
    complete: bool = True,
) -> Formula:
    """The formula of a net, from its cells or its pieces under any notion.

    Parameters
    ----------
    records : iterable of CellRecord or PieceRecord
        With gradients and constants, and facets (of a piece, those of its cells, too).
    domain : Domain or DomainUnion, optional
        Where they were listed; R^n by default.
    variables : sequence of str, optional
        Names of the coordinates; x1, ..., xn by default, or x where n = 1; t instead of x where the domain is a subspace.
    title : str
        What the net is, for people.
    complete : bool
        Whether the records are all there are. If not, the formula is not defined on the rest, R^n or not.

    Raises
    ------
    DomainError
        If sets lie in several subspaces.
    FunctionError
        If there is no record, or the number of names is not n, or two are the same.
    ValueError
        If a record has no gradient, constant or facets.

    Examples
    --------
    >>> from flint import fmpq, fmpz
    >>> left = CellRecord(1, ("-",), ((fmpq(0),),), (fmpq(0),), (Facet((fmpz(1),), fmpz(0), ((1, 1),)),))
    >>> right = CellRecord(2, ("+",), ((fmpq(1),),), (fmpq(0),), (Facet((fmpz(-1),), fmpz(0), ((1, 1),)),))
    >>> relu = formula_of([left, right])
    >>> relu.variables, len(relu.branches), relu.everywhere
    (('x',), 2, True)
    """
    check_one_subspace(domain, "a formula")
    pairs = [pair for record in in_one_subspace(records, "a formula") for pair in _pairs(record)]
    n = len(pairs[0][0][0][0]) if pairs else 0
    parts = _parts(domain)
    return Formula(
        tuple(variables) if variables is not None else _default_names(n, any(part.subspace for part in parts)),
        _branches(pairs, n),
        any(not conjunction for _, conjunction in pairs) or (complete and any(part.polyhedron is None for part in parts)),
        title,
        domain.name if domain is not None else Domain().name,
    )


def output(formula: Formula, number: int) -> Formula:
    """One output of a formula, numbered from 0: branches that agree in it become one.

    Parameters
    ----------
    formula : Formula
    number : int
    """
    if formula.outputs == 1:
        return formula
    pairs = [
        (((branch.gradient[number],), (branch.constant[number],)), conjunction)
        for branch in formula.branches
        for conjunction in branch.sets
    ]
    branches = _branches(pairs, len(formula.variables))
    return Formula(formula.variables, branches, formula.everywhere, formula.title, formula.domain)


def _parts(domain: Domain | DomainUnion | None) -> Sequence[Domain]:
    if domain is None:
        return (Domain(),)
    return (domain,) if isinstance(domain, Domain) else domain.parts


def _default_names(n: int, on_subspace: bool) -> tuple[str, ...]:
    letter = "t" if on_subspace else "x"
    return (letter,) if n == 1 else tuple(f"{letter}{place}" for place in range(1, n + 1))


def _pairs(record: CellRecord | PieceRecord) -> Iterator[tuple[Map, Conjunction]]:
    """The maps of a record, and the convex sets on which they hold."""
    if isinstance(record, CellRecord):
        yield _map(record), _conjunction(record.facets)
    elif record.convex and record.facets is not None:
        yield _map(record.cells[0] if record.gradient is None else record), _conjunction(record.facets)
    else:
        for cell in record.cells:
            yield from _pairs(cell)


def _map(record: CellRecord | PieceRecord) -> Map:
    if record.gradient is None or record.constant is None:
        raise ValueError("the record has no affine map; list the fields gradient and constant, too")
    return tuple(map(tuple, record.gradient)), tuple(record.constant)


def _conjunction(facets: Sequence[Facet] | None) -> Conjunction:
    """Half-spaces of facets, each once: cells of one piece may have facets in the same hyperplane."""
    if facets is None:
        raise ValueError("the record has no facets; list the field facets, too")
    found: dict[HalfSpace, None] = {}
    for facet in facets:
        *normal, offset = coprime([*facet.normal, facet.offset])
        found[HalfSpace(tuple(normal), offset)] = None
    return tuple(found)


def _branches(pairs: Sequence[tuple[Map, Conjunction]], n: int) -> tuple[Branch, ...]:
    if n == 1:
        return tuple(Branch(gradient, start, (one,)) for (gradient, start), one in in_order(pairs))
    whole = [pair for pair in pairs if not pair[1]]
    if whole:  # the other sets lie in it
        pairs = whole[:1]
    groups: dict[Map, dict[Conjunction, None]] = {}
    for function, conjunction in pairs:
        groups.setdefault(function, {})[conjunction] = None
    branches = [Branch(*function, tuple(sets)) for function, sets in groups.items()]
    if branches:
        longest = max(range(len(branches)), key=lambda place: sum(map(len, branches[place].sets)))
        branches.append(branches.pop(longest))
    return tuple(branches)
