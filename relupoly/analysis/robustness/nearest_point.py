"""The shortest step into a polyhedron, exactly: a linear program in the 1- and infinity-norm, a projection in the 2-norm."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf

from flint import fmpq

from relupoly.analysis.robustness.metric import Metric
from relupoly.analysis.robustness.projection import Form, project
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.geometry.linear_programs import maximize
from relupoly.pieces.listing.records import Vector
from relupoly.run import UNLIMITED, Run

_NIL, _ONE = Fraction(0), Fraction(1)


def shortest_step(forms: Sequence[Form], metric: Metric, most: fmpq | None = None, run: Run = UNLIMITED) -> Vector | None:
    """The shortest step d with constant + <slopes, d> >= 0 for all forms.

    Parameters
    ----------
    forms : sequence of forms
        Each is a constant and then the slopes. At least one.
    metric : Metric
    most : fmpq, optional
        Of the size; larger steps are of no interest, and may be found or not.
    run : Run, optional
        Asked within linear programs whether to go on.

    Returns
    -------
    tuple of fmpq or None
        None where there is no step.

    Examples
    --------
    >>> half_plane = [[fmpq(-1), fmpq(1), fmpq(2)]]
    >>> [shortest_step(half_plane, Metric.of(norm)) for norm in (1, 2, "inf")]
    [(0, 1/2), (1/5, 2/5), (1/3, 1/3)]
    """
    if all(form[0] >= 0 for form in forms):
        return (fmpq(0),) * (len(forms[0]) - 1)
    if most is not None and any(_is_too_far(form, metric, most) for form in forms):
        return None
    if metric.power == 2:
        found = project(forms, metric.gram, most, run)
        return None if found is None else tuple(found)
    return _by_program(forms, metric, run) if metric.basis is None else _by_cuts(forms, metric, run)


def _is_too_far(form: Form, metric: Metric, most: fmpq) -> bool:
    """Whether one form alone needs a step of that size."""
    if form[0] >= 0:
        return False
    needed = form[0] * form[0] if metric.power == 2 else -form[0]
    return needed >= most * metric.dual(form[1:])


def _by_program(forms: Sequence[Form], metric: Metric, run: Run) -> Vector | None:
    """The same by a linear program with bounds of the step's entries: one for all, or one for each, whose sum counts."""
    size = len(forms[0]) - 1
    more = 1 if metric.power == inf else size
    rows = [[*(-to_fraction(entry) for entry in form[1:]), *[_NIL] * more] for form in forms]
    bounds = [to_fraction(form[0]) for form in forms]
    for place in range(size):
        own = [-_ONE if metric.power == inf or number == place else _NIL for number in range(more)]
        rows += [[*(side if number == place else _NIL for number in range(size)), *own] for side in (_ONE, -_ONE)]
        bounds += [_NIL, _NIL]
    best = maximize([_NIL] * size + [-_ONE] * more, rows, bounds, run=run)
    return None if best.point is None else tuple(map(from_fraction, best.point[:size]))


def _by_cuts(forms: Sequence[Form], metric: Metric, run: Run) -> Vector | None:
    """The same in a subspace, which has few parameters, of many inputs: by linear programs in the parameters and a length.

    The length of a step is the largest of finitely many forms. Those are taken that a step which was found asks for, until the
    length of the program is that of its step.
    """
    size = len(forms[0]) - 1
    rows = [[*(-to_fraction(entry) for entry in form[1:]), _NIL] for form in forms] + [[_NIL] * size + [-_ONE]]
    bounds = [*(to_fraction(form[0]) for form in forms), _NIL]
    while True:
        run.tick()
        best = maximize([_NIL] * size + [-_ONE], rows, bounds, run=run)
        if best.point is None or best.value is None:
            return None
        step = [from_fraction(entry) for entry in best.point[:size]]
        if metric.size(step) <= -from_fraction(best.value):
            return tuple(step)
        rows.append([*map(to_fraction, metric.supporting(step)), -_ONE])
        bounds.append(_NIL)
