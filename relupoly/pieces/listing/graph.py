"""The region graph: a node for each cell, or piece, and an edge for each two with a common facet.

A record tells for each facet the pattern of the cell on its other side. In a convex domain a pattern names one cell, since
activation cells are convex: that is all that is needed. In a union of sets the points with one pattern may fall apart into
several cells; then the facets decide: neighbours have opposite ones, which have inner points in common. Sets in different
subspaces do not touch, so that no edge leads from one subspace to another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as fields_of
from fractions import Fraction
from typing import Any

from flint import fmpz

from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.fields import checked_fields
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.pieces import list_pieces
from relupoly.pieces.listing.records import CELL_FIELDS, FIELDS, PIECE_FIELDS, CellRecord, Facet, Pattern, PieceRecord, Vector
from relupoly.pieces.notions import ACTIVATION
from relupoly.run import UNLIMITED, Run

Record = CellRecord | PieceRecord
_NEEDED = ("facets", "neighbours")
Side = tuple[tuple[fmpz, ...], fmpz]


def region_graph(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    notion: str = ACTIVATION,
    fields: Collection[str] | None = None,
    *,
    run: Run = UNLIMITED,
) -> Any:
    """The graph of a net's regions on a domain: which of them are neighbours, and across which neurons.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default.
    notion : str
        "activation", "open", "closed" or "affine".
    fields : collection of str, optional
        What nodes tell, of `relupoly.pieces.listing.records.FIELDS` or `PIECE_FIELDS`; all of it by default. Activation cells
        in a union of sets are pieces, too: they may consist of several convex cells.
    run : Run, optional
        Asked at every step whether to go on.

    Returns
    -------
    networkx.Graph
        As of `graph_of`.

    Raises
    ------
    InputError
        If the domain does not fit the net, or regions of the notion are not listed.
    Stopped
        If the run is.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> graph = region_graph(absolute_value, fields=["gradient"])
    >>> sorted(values["gradient"] for _, values in graph.nodes(data=True))
    [((-1,),), ((1,),)]
    >>> graph.edges[1, 2]["neurons"]
    ((1, 1), (1, 2))
    """
    are_cells = notion == ACTIVATION and not isinstance(domain, DomainUnion) and Parts.of(network, domain, run).is_convex
    asked = (CELL_FIELDS if are_cells else PIECE_FIELDS) if fields is None else _checked(fields, are_cells, notion)
    wanted = (*asked, *_NEEDED)
    records: Iterable[Record]
    if are_cells:
        records = list_cells(network, domain, wanted, run=run)
    else:
        records = list_pieces(network, domain, notion, wanted, run=run)
    return graph_of(records, domain, told=None if fields is None else asked, run=run)


def _checked(fields: Collection[str], are_cells: bool, notion: str) -> tuple[str, ...]:
    """The names of fields that nodes may tell; pieces that are cells have a pattern."""
    if are_cells:
        return checked_fields(fields, FIELDS, "a cell")
    return checked_fields(fields, (*PIECE_FIELDS, "pattern") if notion == ACTIVATION else PIECE_FIELDS, "a piece")


def graph_of(
    records: Iterable[Record],
    domain: Domain | DomainUnion | None = None,
    *,
    told: Collection[str] | None = None,
    run: Run = UNLIMITED,
) -> Any:
    """The graph of the cells, or of the pieces, of a list.

    Parameters
    ----------
    records : iterable of CellRecord or of PieceRecord
        With facets and neighbours; in a union of sets the cells of pieces, too. Of a list that is not whole, two neighbours
        have an edge where both are in it.
    domain : Domain or DomainUnion, optional
        Where they were listed; all of R^n by default.
    told : collection of str, optional
        Which of a record's fields become attributes of its node; all that are known by default.
    run : Run
        Asked at every record whether to go on.

    Returns
    -------
    networkx.Graph
        Its nodes are the records' numbers, with whatever else a record tells as attributes; a piece has `cells` and
        `patterns`, the numbers and patterns of its cells, and `pattern` where it is an activation cell. Where sets lie in
        several subspaces, each node has `subspace`, whatever is told. An edge has `neurons`, (layer, neuron) of each that is
        crossed, in order, and `facets`, the common ones as inequalities of the node with the lower number; several of them may
        join two pieces. The graph has the attributes `domain`, its name, `notion`, and `inputs`, the number of coordinates if
        it is known.

    Raises
    ------
    ValueError
        If facets or neighbours were not asked for.

    Examples
    --------
    >>> left = CellRecord(1, ("-",), facets=(Facet((1,), 0, ((1, 1),)),), neighbours=(("+",),))
    >>> right = CellRecord(2, ("+",), facets=(Facet((-1,), 0, ((1, 1),)),), neighbours=(("-",),))
    >>> graph = graph_of([left, right])
    >>> graph.nodes[2]["pattern"], graph.edges[1, 2]["neurons"], graph.graph["notion"]
    (('+',), ((1, 1),), 'activation')
    """
    import networkx

    listed = list(records)
    where = domain or Domain()
    graph = networkx.Graph(domain=where.name, notion=_notion(listed))
    if (inputs := _inputs(listed)) is not None:
        graph.graph["inputs"] = inputs
    graph.add_nodes_from((record.number, _attributes(record, told)) for record in listed)
    for (one, other), border in sorted(_borders(listed, isinstance(where, DomainUnion), run).items()):
        graph.add_edge(one, other, neurons=border.neurons, facets=tuple(border.facets.values()))
    return graph


def neighbours_of(
    owner: CellRecord, facet: Facet, candidates: Sequence[CellRecord], is_union: bool, run: Run = UNLIMITED
) -> list[CellRecord]:
    """The cells on the other side of a facet, among those of the pattern that is known to be there.

    Where the domain is no union, the one candidate is the neighbour.
    """
    if len(candidates) == 1 and not is_union:
        return list(candidates)
    return [other for other in candidates if have_common_facet(owner, other, facet, run)]


def have_common_facet(one: CellRecord, other: CellRecord, facet: Facet, run: Run = UNLIMITED) -> bool:
    """Whether a facet of a cell and one of another cell, on its other side, have inner points in common.

    They have if the facets have the same corners, or some point of the hyperplane satisfies all other inequalities strictly.

    Raises
    ------
    ValueError
        If facets were not asked for.
    """
    opposite = _opposite(facet)
    behind = {_side(found): found for found in _facets(other)}
    if opposite not in behind:
        return False
    corners = _corners(one, _side(facet))
    if corners and corners == _corners(other, opposite):
        return True
    rest = [found for found in _facets(one) if _side(found) != _side(facet)]
    rest += [found for side, found in behind.items() if side != opposite]
    return find_point(len(facet.normal), strict=map(_form, rest), zero=[_form(facet)], run=run) is not None


@dataclass
class _Border:
    """What lies between two nodes: their common facets, seen from the one with the lower number."""

    facets: dict[Side, Facet] = field(default_factory=dict)

    def add(self, facet: Facet) -> None:
        known = self.facets.setdefault(_side(facet), facet)
        crossed = tuple(sorted({*known.neurons, *facet.neurons}))
        self.facets[_side(facet)] = replace(known, neurons=crossed)

    @property
    def neurons(self) -> tuple[tuple[int, int], ...]:
        return tuple(sorted({neuron for facet in self.facets.values() for neuron in facet.neurons}))


def _borders(listed: Sequence[Record], is_union: bool, run: Run) -> dict[tuple[int, int], _Border]:
    found: dict[tuple[int, int], _Border] = defaultdict(_Border)
    for one, other, facet in _crossings(listed, is_union, run):
        found[min(one, other), max(one, other)].add(facet if one < other else _turned(facet))
    return found


def _crossings(listed: Sequence[Record], is_union: bool, run: Run) -> Iterator[tuple[int, int, Facet]]:
    """For each facet between two records their numbers, and the facet as the first one has it; each from both sides."""
    homes = {id(cell): record.number for record in listed for cell in _cells(record)}
    by_pattern: dict[tuple[int | None, Pattern], list[CellRecord]] = defaultdict(list)
    for record in listed:
        for cell in _cells(record):
            by_pattern[cell.subspace, cell.pattern].append(cell)
    for record in listed:
        run.tick()
        for facet, pattern in _doors(record):
            there = () if pattern is None else by_pattern.get((record.subspace, pattern), ())
            candidates = [one for one in there if homes[id(one)] != record.number]
            owners = _owners(record, facet) if is_union or len(candidates) > 1 else _cells(record)[:1]
            behind = {homes[id(one)] for owner in owners for one in neighbours_of(owner, facet, candidates, is_union, run)}
            yield from ((record.number, number, facet) for number in sorted(behind))


def _doors(record: Record) -> Iterator[tuple[Facet, Pattern | None]]:
    if record.facets is None or record.neighbours is None:
        raise ValueError(f"record {record.number} has no facets or no neighbours; list the fields facets and neighbours, too")
    return zip(record.facets, record.neighbours, strict=True)


def _cells(record: Record) -> tuple[CellRecord, ...]:
    return (record,) if isinstance(record, CellRecord) else record.cells


def _owners(record: Record, facet: Facet) -> tuple[CellRecord, ...]:
    """The cells of a record that have a facet in the hyperplane of a facet, on the same side."""
    return tuple(cell for cell in _cells(record) if any(_side(one) == _side(facet) for one in _facets(cell)))


def _facets(cell: CellRecord) -> tuple[Facet, ...]:
    if cell.facets is None:
        raise ValueError(f"cell {cell.number} has no facets; in a union of sets cells need them: list the field facets, too")
    return cell.facets


def _corners(cell: CellRecord, side: Side) -> set[tuple[bool, Vector]]:
    """The vertices and rays on a facet of a cell, as far as they are known; whether they are vertices."""
    if not cell.vertices or cell.rays is None or cell.incidence is None:
        return set()
    all_corners = [*((True, vertex) for vertex in cell.vertices), *((False, ray) for ray in cell.rays)]
    place = [_side(facet) for facet in _facets(cell)].index(side)
    return {all_corners[number] for number in cell.incidence[place]}


def _side(facet: Facet) -> Side:
    return facet.normal, facet.offset


def _opposite(facet: Facet) -> Side:
    return tuple(-entry for entry in facet.normal), -facet.offset


def _turned(facet: Facet) -> Facet:
    """A facet as the cell on its other side has it."""
    normal, offset = _opposite(facet)
    return Facet(normal, offset, facet.neurons)


def _form(facet: Facet) -> list[Fraction]:
    """The form that is positive inside."""
    return [Fraction(int(facet.offset)), *(Fraction(-int(entry)) for entry in facet.normal)]


def _notion(listed: Sequence[Record]) -> str:
    return next((record.notion for record in listed if isinstance(record, PieceRecord)), ACTIVATION)


def _inputs(listed: Sequence[Record]) -> int | None:
    """The number of coordinates, if a record tells it."""
    for record in listed:
        if record.gradient:
            return len(record.gradient[0])
        if record.point is not None:
            return len(record.point)
        if record.facets:
            return len(record.facets[0].normal)
    return None


def _attributes(record: Record, told: Collection[str] | None) -> dict[str, Any]:
    """What a record tells."""
    known = {one.name: getattr(record, one.name) for one in fields_of(record)}
    if isinstance(record, PieceRecord):
        known["cells"] = tuple(cell.number for cell in record.cells)
        known["patterns"] = tuple(cell.pattern for cell in record.cells)
        if record.notion == ACTIVATION:
            known["pattern"] = record.cells[0].pattern
    always = {} if record.subspace is None else {"subspace": record.subspace}
    return {name: value for name, value in known.items() if value is not None and (told is None or name in told)} | always
