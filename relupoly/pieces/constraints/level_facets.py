"""On which facets of cells that are held by constraints the net has the values of another affine function g.

These facets tell what of {f = g} hangs together, vertices or not. Around a point of a convex domain, cells that contain it are
connected across facets that contain it, too. So where two cells meet in a point of {f = g}, a way leads from one to the other
across facets that meet {f = g} in this point; and only what meets is joined.

Two exact linear programs decide about each facet and output; most cells on which f > g need none, since multipliers in doubles
prove it.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.pieces.constraints.cell import ConstrainedCell
from relupoly.pieces.constraints.exact_program import ExactProgram
from relupoly.pieces.constraints.polytope import Question
from relupoly.pieces.constraints.proofs import is_positive, value
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.run import UNLIMITED, Run


class LevelFacets:
    """Names the facets between two cells that meet {f = g}, for one function g.

    Parameters
    ----------
    run : Run, optional
        Asked at every step of linear programs.
    """

    def __init__(self, run: Run = UNLIMITED) -> None:
        self._run = run
        self._known: dict[bytes, bool] = {}  # of facets that were seen from one side

    def keys(self, cell: ConstrainedCell, differences: fmpz_mat) -> list[bytes]:
        """The names of a cell's facets that meet {f = g}, the same on both sides: the signs of all forms there.

        Parameters
        ----------
        cell : ConstrainedCell
        differences : fmpz_mat, shape (outputs, D)
            The forms of f on the cell minus those of g, in the net's coordinates.
        """
        forms = [row for row in cell.net.charted(differences).tolist() if any(row)]
        if any(self._is_nowhere_zero(cell, form) for form in forms):
            return []
        facets = cell.crossings()
        if not forms:
            return [_name(cell, facet) for facet in facets]
        return [name for facet in facets if self._meets(cell, facet, name := _name(cell, facet), forms)]

    def _is_nowhere_zero(self, cell: ConstrainedCell, form: list[fmpz]) -> bool:
        """Whether doubles prove that a form has no zero on a cell; False proves nothing."""
        polytope, ray = cell.polytope, cell.polytope.witness.ray
        inside = sum((one * other for one, other in zip(form, ray, strict=True)), fmpz(0))
        if not inside:
            return False
        own = FloatVectors.from_directions(fmpz_mat(1, len(form), form if inside > 0 else _opposite(form)))
        finding = polytope.dictionary.least(own.value[0], polytope.witness.point)
        return finding.point is None and is_positive(own, polytope.rows, finding.multipliers, polytope.bounds)

    def _meets(self, cell: ConstrainedCell, facet: NDArray[np.intp], name: bytes, forms: list[list[fmpz]]) -> bool:
        """Whether forms vanish together somewhere on a facet, which has one side more."""
        if name in self._known:
            return self._known.pop(name)
        self._run.tick()
        polytope, net = cell.polytope, cell.net
        question, own = Question(polytope, cell.stages[-1].layer_map, self._run), set(facet.tolist())
        labels, sides = polytope.labels.tolist(), polytope.sides.tolist()
        rows = [question.exact(label, side) for label, side in zip(labels, sides, strict=True)]
        rows += [_opposite(row) for row, label in zip(rows, labels, strict=True) if label in own]
        found = self._known[name] = self._vanish(net, polytope.bounds, rows, forms)
        return found

    def _vanish(self, net: HomogeneousNet, bounds: Bounds, rows: list[list[fmpz]], forms: list[list[fmpz]]) -> bool:
        """Whether forms vanish together somewhere in a box where no row is negative, which is not empty.

        Where one form is 0 is not empty, if it is both 0 or less and 0 or more somewhere; then the next one is asked for there.
        """
        point: list[fmpq] | None = None
        for form in forms:
            for one in (form, _opposite(form)):
                if point is None or value(one, point) > 0:
                    point = ExactProgram(one, rows, bounds, self._run).least_point()
                    if point is None:
                        return False
            if point is not None and value(form, point):
                point = None  # on one side of where it vanishes
            rows = [*rows, form, _opposite(form)]
        if net.chart is None:
            return True
        # Points at infinity, which a projective chart brings near, are none of the domain.
        height = net.charted(fmpz_mat(1, net.dimension, [0] * (net.dimension - 1) + [-1])).entries()
        point = ExactProgram(height, rows, bounds, self._run).least_point()
        return point is not None and value(height, point) < 0


def _name(cell: ConstrainedCell, facet: NDArray[np.intp]) -> bytes:
    """The signs of the forms of all hyperplanes inside a facet: its cells have them in common."""
    signs = cell.all_signs.copy()
    signs[facet - cell.net.first_label[0]] = 0
    return signs.tobytes()


def _opposite(form: list[fmpz]) -> list[fmpz]:
    return [-entry for entry in form]
