"""Components of cells: where cells with the same function share a facet, and where {f = g} joins them.

The components are those of networkx: the engine's own disjoint sets are part of what is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from relupoly.geometry.linear_programs import find_point
from relupoly.pieces.recount.search import Form, Map, SignSet
from relupoly.run import Run

Node = TypeVar("Node")


def open_pieces(group: list[SignSet], run: Run) -> int:
    """The components of cells with the same function, joined where they share a facet.

    The first neuron whose bits differ has the same form on both cells, and not the zero form since it is positive on one
    of them. So its hyperplane separates them, and a common facet can only lie there.
    """
    if len(group) == 1:
        return 1
    facets = [_facets(cell, run) for cell in group]

    def joined(one: int, two: int) -> bool:
        run.tick()
        pairs = zip(group[one].bits, group[two].bits, strict=True)
        neuron = next(index for index, (a, b) in enumerate(pairs) if a != b)
        if neuron not in facets[one] or neuron not in facets[two]:
            return False
        return _meet_in_facet(facets[one][neuron], [group[one], group[two]], run)

    return _components(list(range(len(group))), [], joined)


def _facets(cell: SignSet, run: Run) -> dict[int, Form]:
    """The neurons on whose hyperplane the cell has a facet, with their forms."""
    facets = {}
    for wall in cell.walls:
        run.tick()
        if wall.neuron >= 0 and _meet_in_facet(wall.form, [cell], run):
            facets[wall.neuron] = wall.form
    return facets


def _meet_in_facet(form: Form, cells: list[SignSet], run: Run) -> bool:
    """Whether the cells' intersection has full dimension in the hyperplane where the form is zero.

    That is so exactly if some point of the hyperplane is strictly on the right side of all walls, apart from those walls
    that are this hyperplane.
    """
    walls = dict.fromkeys(wall.form for cell in cells for wall in cell.walls)
    strict = [wall for wall in walls if not _proportional(wall, form)]
    return find_point(cells[0].dimension, strict, zero=[form], run=run) is not None


def _proportional(one: Form, two: Form) -> bool:
    """Whether a form is a multiple of a form that is not constant."""
    pivot = next(index for index, entry in enumerate(two) if index and entry)
    return all(a * two[pivot] == b * one[pivot] for a, b in zip(one, two, strict=True))


def closed_pieces(function: Map, cells: list[SignSet], run: Run) -> int:
    """The components of {f = function} that contain a cell with that function.

    Where f has another function, a slice of lower dimension may be in {f = function} and join such cells: so all cells
    that meet the set are nodes. Only points of the domain count; cells may come close at infinity without touching.
    """

    def touch(*chosen: SignSet) -> bool:
        run.tick()
        # Closed cells carry the same function where they meet, so the first one's function will do.
        zero = [_difference(*pair) for pair in zip(chosen[0].forms, function, strict=True)]
        walls = dict.fromkeys(wall.form for cell in chosen for wall in cell.walls)
        zero = [form for form in zero if any(form)]
        return find_point(chosen[0].dimension, weak=walls, zero=zero, run=run) is not None

    own = [cell for cell in cells if cell.forms == function]
    others = [cell for cell in cells if cell.forms != function and touch(cell)]
    return _components(own, others, touch)


def _difference(one: Form, two: Form) -> Form:
    return tuple(a - b for a, b in zip(one, two, strict=True))


def _components(own: Sequence[Node], others: Sequence[Node], joined: Callable[[Node, Node], bool]) -> int:
    """The number of components that contain one of `own`, in the graph on `own` and `others` with an edge for each joined pair.

    Each question is a linear program, so only those are asked whose answer may change the number: not about pairs that are
    connected already, nor about a node that nothing has connected with `own` yet.
    """
    from networkx.utils import UnionFind

    nodes = [*own, *others]
    components = UnionFind(range(len(nodes)))
    unasked, reached, count = set(range(len(nodes))), list(range(len(own))), len(own)
    for one in reached:
        unasked.discard(one)
        for two in sorted(unasked):
            if count == 1:
                return 1
            if components[one] != components[two] and joined(nodes[one], nodes[two]):
                components.union(one, two)
                if two in reached:
                    count -= 1
                else:
                    reached.append(two)
    return count
