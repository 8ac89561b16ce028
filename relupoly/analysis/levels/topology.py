"""The topology of {f <= c}, {f = c} and {f >= c} on a domain that is closed, and the faces of the complex of all cells.

The cells are a polyhedral complex, on each of whose faces f is affine: cut at the level, it has each of the three sets as a
subcomplex, whose homology tells how many parts, holes and cavities the set has. No level needs to be generic: a face on which f
is c belongs to all three. Unbounded domains are told by the faces that are bounded, to which the sets can be shrunk.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq

from relupoly.analysis.extrema import weights_of
from relupoly.analysis.largest import combined
from relupoly.analysis.levels.complex import FaceComplex, alternating
from relupoly.analysis.levels.divided import ABOVE, BELOW, LEVEL, DividedComplex, divided
from relupoly.analysis.levels.functions import CELL_FIELDS, exact_level
from relupoly.analysis.levels.homology import betti_numbers
from relupoly.analysis.over_cells import over_cells
from relupoly.exact.short_texts import short_text
from relupoly.files.by_name import domain_of, network_of
from relupoly.pieces.listing.records import CellRecord
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


@dataclass(frozen=True)
class SetTopology:
    """The topology of a closed set in R^n.

    Attributes
    ----------
    faces : tuple of int
        How many faces of each dimension from 0 to n make it up, where the cells are cut at the level.
    betti : tuple of int
        The ranks b_0, ..., b_{n-1} of its homology groups over the rationals: the numbers of its components, and of
        independent holes, cavities and so on. No set in R^n has others.
    """

    faces: tuple[int, ...]
    betti: tuple[int, ...]

    @property
    def euler(self) -> int:
        """The Euler characteristic b_0 - b_1 + b_2 - ...; where the set is bounded, the same sum over its faces."""
        return alternating(self.betti)

    @property
    def components(self) -> int:
        """The number of connected components."""
        return self.betti[0]


@dataclass(frozen=True)
class Topology:
    """What is below, on and above a level; sets that are not known yet are None.

    Attributes
    ----------
    level : fmpq
    faces : tuple of int
        The f-vector of the complex of all activation cells that were seen: how many faces there are, from dimension 0 on.
        Directions in which nothing changes are left out.
    euler : int or None
        The Euler characteristic of the domain, by its bounded faces; None where not all cells were seen.
    below, at, above : SetTopology or None
        The sets in which the net is at most the level, the level, and at least the level.
    complete : bool
        Whether all cells were seen, and all sets are known.
    """

    level: fmpq
    faces: tuple[int, ...]
    euler: int | None
    below: SetTopology | None
    at: SetTopology | None
    above: SetTopology | None
    complete: bool = True

    @property
    def sets(self) -> tuple[tuple[str, SetTopology | None], ...]:
        """The three sets with their formulas."""
        return (("f <= c", self.below), ("f = c", self.at), ("f >= c", self.above))

    @property
    def name(self) -> str:
        """What this is."""
        return "topology"

    @property
    def summary(self) -> str:
        """The Betti numbers of all sets in a line."""
        known = (f"{name}: {', '.join(map(str, one.betti)) if one else 'not known'}" for name, one in self.sets)
        return f"c = {short_text(self.level)}; Betti numbers of {'; '.join(known)}"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = [(name, str(one.betti), str(one.euler)) if one else (name, "not known", "") for name, one in self.sets]
        head = "<tr><th>set</th><th>Betti numbers</th><th>Euler characteristic</th></tr>"
        lines = "".join(f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in row)}</tr>" for row in rows)
        return f"<table><caption>c = {self.level}; faces {self.faces}</caption>{head}{lines}</table>"


def topology(
    network: NetworkLike,
    domain: DomainLike = None,
    level: Any = 0,
    *,
    objective: Sequence[Any] | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Topology:
    """The Betti numbers of what is below, on and above a level of a net.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    level : number, optional
    objective : sequence of numbers, optional
        The weights of the outputs; needed where there are several.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, its sets lie in several subspaces, or it holds a line along which the net changes.
    NetworkError
        If there are several outputs and no objective, or not as many weights.
    NumberError
        If the level is no finite number.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.

    Notes
    -----
    All coefficients are integers, and ranks are exact: Betti numbers are those over the rationals. In R^n with n <= 3 there is
    no torsion, so that they say all about homology.

    Examples
    --------
    The distance from the origin in the maximum norm, less 3/2, in size: {f <= 1/2} lies between two squares.

    >>> from relupoly import Domain, Network
    >>> first = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    >>> second = [[1, 1, 0, 0], [-1, -1, 1, 1], [1, 1, -1, -1]]
    >>> ring = Network.from_rows([(first, None), ([[1, 1, 1, 1], [1, 1, -1, -1], [-1, -1, 1, 1]], None), \
([["1/2", "1/2", "1/2"], ["-1/2", "-1/2", "-1/2"]], ["-3/2", "3/2"]), ([[1, 1]], None)])
    >>> found = topology(ring, Domain.box([-3, -3], [3, 3]), "1/2")
    >>> found.below.betti, found.at.betti, found.above.betti
    ((1, 1), (2, 2), (2, 1))
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    search = TopologySearch([weights_of(network, objective)], exact_level(level), run)
    over_cells(network, domain, [search], run)
    search.finish(run)
    return search.found[0]


class TopologySearch:
    """Gathers the faces of all cells, and finds the topology of the level sets of some combinations of outputs.

    Parameters
    ----------
    combinations : sequence of sequence of fmpq
        Weights of outputs.
    level : fmpq
    run : Run, optional
        Asked at every cell whether to go on.
    """

    fields = CELL_FIELDS
    settled = False

    def __init__(self, combinations: Sequence[Sequence[fmpq]], level: fmpq, run: Run = UNLIMITED) -> None:
        self._combinations, self._level = combinations, level
        self._complex = FaceComplex(run)
        self._inputs, self._has_all = 0, False
        self._sets: list[list[SetTopology]] = [[] for _ in combinations]

    @property
    def found(self) -> tuple[Topology, ...]:
        """What is known, for each combination."""
        faces, euler = self._complex.f_vector, self._complex.euler if self._has_all else None
        found = []
        for sets in self._sets:
            below, at, above = (sets[place] if place < len(sets) else None for place in range(3))
            found.append(Topology(self._level, faces, euler, below, at, above, complete=above is not None))
        return tuple(found)

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        self._inputs = len(cell.gradient[0])
        self._complex.add(cell)

    def finish(self, run: Run = UNLIMITED) -> None:
        """Once all cells are there, find the topology of all sets."""
        self._has_all = True
        for weights, sets in zip(self._combinations, self._sets, strict=True):
            cut = divided(self._complex, self._signs(weights), run)
            for side in (BELOW, LEVEL, ABOVE):
                sets.append(self._of(cut, side, run))

    def _signs(self, weights: Sequence[fmpq]) -> list[int]:
        """Where a combination is below the level, and above; on rays where it falls, and rises."""
        differences = (
            combined(weights, values) - (0 if is_ray else self._level)
            for values, is_ray in zip(self._complex.values, self._complex.is_ray, strict=True)
        )
        return [(one > 0) - (one < 0) for one in differences]

    def _of(self, cut: DividedComplex, side: int, run: Run) -> SetTopology:
        """The topology of one of the three sets."""
        faces = [face for face, sides in enumerate(cut.sides) if sides & side and cut.bounded[face]]
        place_of = {face: place for place, face in enumerate(faces)}
        boundaries = [[(place_of[facet], sign) for facet, sign in cut.boundaries[face]] for face in faces]
        betti = betti_numbers([cut.dimensions[face] for face in faces], boundaries, self._inputs, run)
        return SetTopology(cut.f_vector(side, self._inputs + 1), betti)
