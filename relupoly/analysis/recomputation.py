"""`recompute`: extrema and Lipschitz constants once more, from cells that the recount lists.

The cells come from `relupoly.pieces.recount`, which knows no rays and shares no code with the walk. On each the net's affine
map is largest where an exact linear program says, and its norm is compared by the means of those who check certificates. That
is slow, and for small nets: a linear program for most neurons of each cell, and one for each extremum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import Any

from flint import fmpq

from relupoly.analysis.analysis import Analysis
from relupoly.analysis.check.gradients import Norm
from relupoly.analysis.largest import Extremum
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.errors import InputError
from relupoly.exact.fractions import to_fraction
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import greatest
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.recount import check_coordinates
from relupoly.pieces.recount.search import Map, Search, SignSet
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class Recomputed:
    """What a recomputation says of an analysis.

    Attributes
    ----------
    cells : int
    quantities : dict from str to bool
        Whether each quantity is the same: "lipschitz", of a union with the number of the set, and "max" and "min" with the
        number of the output, or of the objective.
    """

    cells: int
    quantities: dict[str, bool]

    @property
    def agrees(self) -> bool:
        """Whether all are."""
        return all(self.quantities.values())


@dataclass
class _Largest:
    """The largest value of a combination of outputs, cell by cell; infinite where there is none."""

    weights: Sequence[Fraction]
    value: Fraction | float = field(default=-inf)

    def add(self, outputs: Map, walls: Sequence[Sequence[Fraction]], run: Run) -> None:
        """Take a cell."""
        columns = zip(*outputs, strict=True)
        form = [sum((w * one for w, one in zip(self.weights, column, strict=True)), Fraction(0)) for column in columns]
        best = greatest(form[1:], walls, run)
        self.value = max(self.value, inf if best is None else form[0] + best.value)


def recompute(
    network: Network,
    domain: Domain | DomainUnion,
    found: Analysis,
    objective: Sequence[Any] | None = None,
    *,
    run: Run = UNLIMITED,
) -> Recomputed:
    """Compare a complete analysis with what other code finds.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion
    found : Analysis
        Its maximum, minimum and Lipschitz constant are looked at.
    objective : sequence of numbers, optional
        As for the analysis.
    run : Run, optional
        Its progress is the number of cells.

    Raises
    ------
    InputError
        If the Lipschitz constant is in a norm that is not compared.
    SizeError
        If there are more than 500 coordinates.

    Examples
    --------
    >>> from relupoly.analysis.analysis import analyze
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> recompute(hat, Domain(), analyze(hat, Domain()))
    Recomputed(cells=4, quantities={'lipschitz': True, 'max of y1': True, 'min of y1': True})
    """
    size = network.output_dim
    rows = [list(objective)] if objective is not None else [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    sets = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    constants = (found.lipschitz.parts or (found.lipschitz,)) if found.lipschitz else ()
    steepness = [_Steepest(one, part) for one, part in zip(constants, sets, strict=False)]
    sides = [(name, sign, some) for name, sign, some in (("max", 1, found.maximum), ("min", -1, found.minimum)) if some]
    searches = [[_Largest([to_fraction(sign * fmpq(entry)) for entry in row]) for row in rows] for _, sign, _ in sides]
    cells = 0
    for place, part in enumerate(sets):
        check_coordinates(network, part)
        for one in Search.of(network, part, run).sets(interior=True):
            cells += 1
            run.progress(cells)
            if steepness:
                steepness[place].add(one)
            walls = [wall.form for wall in one.walls]
            for search in (search for some in searches for search in some):
                search.add(one.forms, walls, run)
    names = ["lipschitz"] if len(sets) == 1 else [f"lipschitz of set {number}" for number in range(1, len(sets) + 1)]
    quantities = {name: one.agrees for name, one in zip(names, steepness, strict=False)}
    for (name, sign, some), made in zip(sides, searches, strict=True):
        of = [f"y{number}" for number in range(1, size + 1)] if objective is None else ["the objective"]
        quantities |= {
            f"{name} of {what}": _same(one, sign, search.value) for what, one, search in zip(of, some, made, strict=True)
        }
    return Recomputed(cells, quantities)


def _same(found: Extremum, sign: int, value: Fraction | float) -> bool:
    return value == (inf if found.value is None else sign * to_fraction(found.value))


class _Steepest:
    """Whether all cells are as steep as is said at most, and one at least."""

    def __init__(self, found: Lipschitz, domain: Domain) -> None:
        if found.norm not in (1, 2, inf) or (domain.subspace and found.norm != 2):
            raise InputError("--check compares the norms 1, 2 and inf, in a subspace the norm 2; choose --norm")
        squared = found.norm == 2
        gram = None
        if domain.subspace:
            basis = [list(map(to_fraction, row)) for row in domain.subspace.basis.tolist()]
            columns = list(zip(*basis, strict=True))
            gram = [[sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) for v in columns] for u in columns]
        self._norm = Norm("2" if squared else "inf" if found.norm == inf else "1", gram)
        ends = (to_fraction(end) for end in (found.lower, found.upper))
        exact = None if found.squared is None else to_fraction(found.squared)
        self._least, self._most = (exact if exact is not None else end**2 if squared else end for end in ends)
        self._reached, self._kept = False, True

    @property
    def agrees(self) -> bool:
        """Whether that is so, of the cells so far."""
        return self._reached and self._kept

    def add(self, cell: SignSet) -> None:
        """Take a cell."""
        jacobian = [list(form[1:]) for form in cell.forms]
        self._kept = self._kept and self._norm.is_at_most(jacobian, self._most)
        self._reached = self._reached or self._norm.is_at_least(jacobian, self._least)
