"""The shape of a net on a domain: convex, concave, monotone, even, odd, positively homogeneous, injective; each exactly.

What the cells tell is in `relupoly.analysis.shape.cells`, what equality of nets tells in `relupoly.analysis.shape.symmetry`.
Each answer "no" comes with points that an evaluation in rationals confirms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from relupoly.analysis.over_cells import over_cells
from relupoly.analysis.shape.answers import YES, OutputShape, Shape, ShapeAnswer
from relupoly.analysis.shape.cells import Bends, Slopes
from relupoly.analysis.shape.points import ShapePoints
from relupoly.analysis.shape.symmetry import even, homogeneous, odd
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.listing.records import CellRecord
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike

_NOT_SEEN = ShapeAnswer(None, reason="the search was stopped before it was known")
_UNION = ShapeAnswer(None, reason="a union of sets need not be convex; ask on each by itself")
_SEVERAL_INPUTS = ShapeAnswer(None, reason="it is asked where there is one input")
_SUBSPACES = ShapeAnswer(None, reason="the sets lie in several subspaces, or have several coordinates")


def shape(network: NetworkLike, domain: DomainLike = None, *, deadline: float | None = None, run: Run | None = None) -> Shape:
    """Whether a net is convex, concave, monotone, even, odd, positively homogeneous, or injective on a domain.

    Parameters
    ----------
    network : Network or path
        Each output is asked about by itself.
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. In a subspace x = origin + basis t all is asked of the function of t. A union of several sets is
        asked only whether the net is even, odd or homogeneous there.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every step whether to go on.

    Returns
    -------
    Shape
        An answer says why there is none where a question has no meaning on the domain: one that is not symmetric about 0 (even,
        odd), no cone (homogeneous), a union (convex, concave, monotone, injective), or of several inputs (injective).

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> (found,) = shape(absolute_value).outputs
    >>> found.convex.holds, found.even.holds, found.homogeneous.holds, found.monotone[0].text
    (True, True, True, 'neither')
    >>> found.concave.points, found.concave.values
    (((-1,), (1,), (0,)), (1, 1, 0))
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    search = ShapeSearch(network, domain or Domain(), run)
    if not search.settled:
        over_cells(network, domain, [search], run)
    search.finish(run)
    return search.found


class ShapeSearch:
    """Finds out the shape of a net, from its cells and then by comparing nets.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion
    run : Run, optional
        Asked at every step whether to go on.
    """

    fields = ("pattern", "gradient", "facets", "neighbours")

    def __init__(self, network: Network, domain: Domain | DomainUnion, run: Run = UNLIMITED) -> None:
        parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
        for part in parts:
            part.check_dimension(network.input_dim)
        subspace = parts[0].subspace
        self._one_frame = all(part.subspace == subspace for part in parts)
        self._sets = [part.polyhedron for part in parts]
        self._network = restrict(network, subspace) if subspace else network
        self._outputs, self._inputs = network.output_dim, self._network.input_dim
        self._is_union = len(parts) > 1
        points = ShapePoints(self._network, Domain(self._sets[0]), run)
        self._slopes = Slopes(points, self._outputs, self._inputs)
        self._bends = Bends(points, self._outputs, self._inputs)
        self._all_seen = False
        self._compared: dict[str, dict[int, ShapeAnswer]] = {"even": {}, "odd": {}, "homogeneous": {}}

    @property
    def settled(self) -> bool:
        """Whether no other cell can change it."""
        return self._is_union or (self._slopes.settled and self._bends.settled)

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        self._slopes.add(cell)
        if not self._bends.settled:
            self._bends.add(cell)

    def finish(self, run: Run = UNLIMITED) -> None:
        """When all cells have been given, find out the rest."""
        assert self._is_union or self._bends.settled or self._bends.all_met, "each cell has met its neighbours"
        self._all_seen = True
        for name, compare in (("even", even), ("odd", odd), ("homogeneous", homogeneous)):
            found = self._compared[name]
            if self._one_frame:
                for output, answer in compare(self._network, self._sets, run):
                    found[output] = answer
            else:
                found.update(dict.fromkeys(range(self._outputs), _SUBSPACES))

    @property
    def found(self) -> Shape:
        """The shape, as far as it is known."""
        return Shape(tuple(map(self._of_output, range(self._outputs))))

    def _of_output(self, output: int) -> OutputShape:
        rest = _UNION if self._is_union else YES if self._all_seen else _NOT_SEEN
        compared = {name: found.get(output, _NOT_SEEN) for name, found in self._compared.items()}
        return OutputShape(
            self._bends.bent(output, 1, rest),
            self._bends.bent(output, -1, rest),
            self._slopes.found(output, rest),
            compared["even"],
            compared["odd"],
            compared["homogeneous"],
            self._bends.injective(output, rest) if self._inputs == 1 else _SEVERAL_INPUTS,
        )
