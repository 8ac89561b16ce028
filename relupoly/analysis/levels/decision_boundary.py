"""The decision boundary of a net: its pieces, its components, its length or area.

Where the net has the level, or its largest output is attained twice, each cell has a polytope of that set, and in common faces
the polytopes of neighbours agree. So they are a complex: two of them meet if they share a vertex, whose exact coordinates say
so, and a piece in a facet is seen from both sides and counted once. The size of a piece is the volume of its projection along
an axis, which is rational, times a square root.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat, fmpz

from relupoly.analysis.extrema import weights_of
from relupoly.analysis.largest import combined
from relupoly.analysis.levels.answers import DecisionBoundary
from relupoly.analysis.levels.functions import CELL_FIELDS, CellFunctions, Functions, exact_level
from relupoly.analysis.over_cells import over_cells
from relupoly.errors import InputError
from relupoly.exact.balanced_sum import BalancedSum
from relupoly.exact.matrices import from_rows, primitive
from relupoly.exact.root_sum import RootSum
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.generators import Generators, exact_key, hull_facets
from relupoly.geometry.polytope_volume import polytope_volume
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.run import Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


def decision_boundary(
    network: NetworkLike,
    domain: DomainLike = None,
    level: Any = None,
    *,
    objective: Sequence[Any] | None = None,
    ties: Sequence[int] | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> DecisionBoundary:
    """The set where a net has a level; of a net with several outputs, where the largest one is attained twice.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    level : number, optional
        Of the output, or of the combination of outputs; 0 by default.
    objective : sequence of numbers, optional
        The weights of outputs, whose combination is compared with the level.
    ties : pair of int, optional
        Of several outputs, numbered from 0, these alone: where they are equal and no other one is larger.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every cell whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, its sets lie in several subspaces, or it holds a line along which the net changes.
    InputError
        If a level or an objective is given together with ties, or a level of several outputs without an objective.
    NetworkError
        If there are no such outputs, or not as many weights.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.

    Examples
    --------
    A square, and where the larger of two outputs changes.

    >>> net = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], [-1])])
    >>> found = decision_boundary(net)
    >>> found.components, found.pieces, found.size.text
    (1, 4, '4*sqrt(2)')
    >>> two = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 0], [0, 1]], None)])
    >>> found = decision_boundary(two, Domain.box([-1, -1], [1, 1]))
    >>> found.components, found.pieces, found.plateau_volume
    (1, 3, 1)
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    search = BoundarySearch.on(network, domain, level, objective, ties)
    over_cells(network, domain, [search], run)
    return search.found(complete=True)


class BoundarySearch:
    """Gathers the pieces of a boundary, cell by cell.

    Parameters
    ----------
    functions : Functions
    inputs : int
        The dimension of the domain.
    subspace : AffineSubspace, optional
        Whose parameters the coordinates are.
    """

    fields = CELL_FIELDS
    settled = False

    def __init__(self, functions: Functions, inputs: int, subspace: AffineSubspace | None = None) -> None:
        self._functions, self._inputs = functions, inputs
        self._on_cells = CellFunctions(functions)
        self._gram = _gram(subspace) if subspace else None
        self._sizes: list[tuple[fmpq, fmpz]] = []
        self._pieces = self._unbounded = self._plateaus = 0
        self._plateau: BalancedSum[fmpq] | None = BalancedSum(fmpq(0))
        self._waiting: set[frozenset[int]] = set()
        self._numbers: dict[tuple[fmpz, ...], int] = {}
        self._joined, self._vertices = DisjointSets(), set[int]()

    @classmethod
    def on(
        cls,
        network: Network,
        domain: Domain | DomainUnion | None,
        level: Any = None,
        objective: Sequence[Any] | None = None,
        ties: Sequence[int] | None = None,
    ) -> BoundarySearch:
        """The search for what `decision_boundary` is asked."""
        if ties is not None and (level is not None or objective is not None):
            raise InputError("ties are of outputs, which have no level and no weights; leave these out, or the ties")
        subspace = subspace_of(domain)
        inputs = subspace.dimension if subspace else network.input_dim
        if network.output_dim > 1 and objective is None:
            if level is not None:
                raise InputError(
                    f"a level is of one output, and the network has {network.output_dim}; give an objective, a weight for each"
                )
            return cls(Functions.of_outputs(network, ties), inputs, subspace)
        if ties is not None:
            Functions.of_outputs(network, ties)
        weights = weights_of(network, objective)
        return cls(Functions.of_level(weights, exact_level(0 if level is None else level)), inputs, subspace)

    def found(self, complete: bool) -> DecisionBoundary:
        """The boundary in the cells so far; its components, if these are all."""
        parts = len({self._joined.find(number) for number in self._vertices}) if complete else None
        volume = self._plateau.value if self._plateau is not None else None
        return DecisionBoundary(
            self._inputs,
            self._pieces,
            self._unbounded,
            RootSum.of(self._sizes),
            parts,
            self._plateaus,
            volume,
            complete,
        )

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        whole = self._on_cells.on(cell)
        assert cell.vertices is not None
        assert cell.rays is not None
        lines = (len(cell.vertices) + len(cell.rays) - len(whole.vectors)) // 2
        seen: set[frozenset[int]] = set()
        for one, other, part in self._functions.boundaries(whole):
            key = frozenset(self._join(part))
            slope = self._on_cells.slope(cell, one, other)
            lacking = self._inputs - lines - part.affine_dimension
            # Where three outputs are equal it may have come before; two that are one in the whole cell bound nothing there.
            if key in seen or lacking != (1 if any(slope) else 0):
                continue
            seen.add(key)
            if lacking == 0:
                self._add_plateau(part, lines)
            elif not self._seen_before(cell, part, key):
                self._add_piece(part, slope, lines)

    def _join(self, part: Generators) -> list[int]:
        """All vertices of a polyhedron lie in one component; the numbers of these, and of the rays."""
        numbers, vertices = [], []
        for vector in part.vectors:
            number = self._numbers.setdefault(exact_key(vector[: self._inputs + 1]), len(self._numbers))
            numbers.append(number)
            if vector[self._inputs]:
                vertices.append(number)
        for vertex in vertices:
            self._joined.join(vertices[0], vertex)
        self._vertices.update(vertices)
        return numbers

    def _seen_before(self, cell: CellRecord, part: Generators, key: frozenset[int]) -> bool:
        """Whether a piece lies in a facet of a cell and was seen from its other side."""
        assert cell.incidence is not None
        common = (1 << len(cell.incidence)) - 1
        for mask in part.facets:
            common &= mask
        if not common:
            return False
        before = key in self._waiting
        self._waiting ^= {key}
        return before

    def _add_plateau(self, part: Generators, lines: int) -> None:
        self._plateaus += 1
        if lines or not part.bounded:
            self._plateau = None
        elif self._plateau is not None:
            self._plateau.add(_volume(part, self._inputs))

    def _add_piece(self, part: Generators, slope: Vector, lines: int) -> None:
        self._pieces += 1
        if lines or not part.bounded:
            self._unbounded += 1
            return
        normal = primitive(slope)
        axis = next(place for place, entry in enumerate(normal) if entry)
        square = self._square([fmpq(entry) for entry in normal])
        shadow = _volume(part, self._inputs - 1, axis)
        self._sizes.append((shadow / (abs(normal[axis]) * square.q), square.p * square.q))

    def _square(self, normal: Sequence[fmpq]) -> fmpq:
        """The square of how much larger a piece with a normal is than its shadow, times that of the normal's entry."""
        if self._gram is None:
            return combined(normal, normal)
        return combined(normal, (self._gram * from_rows([[entry] for entry in normal])).entries())


def subspace_of(domain: Domain | DomainUnion | None) -> AffineSubspace | None:
    """The subspace whose parameters are the coordinates of a domain; None where these are the inputs."""
    if isinstance(domain, DomainUnion):
        return domain.subspaces[0]
    return domain.subspace if domain else None


def _gram(subspace: AffineSubspace) -> fmpq_mat:
    """The adjugate of the matrix of scalar products of the basis.

    A volume of dimension k - 1 in the parameters' hyperplane with normal g is sqrt(g adj(B^T B) g) / |g| times as large in R^n.
    """
    basis = from_rows(subspace.basis.tolist())
    products = basis.transpose() * basis
    return products.inv() * products.det()


def _volume(part: Generators, dimension: int, axis: int | None = None) -> fmpq:
    """The volume of a polytope, or of its shadow along an axis."""
    kept = [place for place in range(part.dimension + 1) if place != axis]
    corners = [primitive([vector[place] for place in kept]) for vector in part.vectors]
    return polytope_volume(corners, hull_facets(part.facets, dimension))
