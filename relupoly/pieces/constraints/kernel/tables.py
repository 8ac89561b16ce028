"""What the compiled walk over constraints works on, beside the tables of the walk over rays."""

from __future__ import annotations

from typing import Any, NamedTuple

# The columns of `Cuts.node`.
ROWS, LABEL, SIDE, FRESH, TOUCHED, EXACT = range(6)

# The places of `Cuts.register`.
VALID, REASON, OTHER = range(3)

# Why the kernel leaves a hyperplane to Python: the sign at the witness, the form itself, or what a program has found.
UNSURE, BROAD, PROGRAM = range(3)

# What Python answers (`Cuts.answer`): nothing yet; the hyperplane misses the cell; it cuts it; it does, through the witness.
EMPTY, MISSES, CUTS, AT_ZERO = range(4)


class Cuts(NamedTuple):
    """The half-spaces on the way to the present node, and linear programs about them; d coordinates, D = d + 1.

    Attributes
    ----------
    node : ndarray of int, shape (nodes, 6)
        For each node of the stack: how many rows it has; the label and the side of the last one; whether that is still to be
        written, since the other half was walked first; whether a hyperplane that does not cut may touch the cell; the number
        of its witness where Python knows it better, or 0.
    register : ndarray of int, [VALID, REASON, OTHER]
        Up to which number of rows the dictionaries are those of the present way; why a hyperplane is left to Python; the
        number of the new witness where Python knows it better.
    answer : ndarray of int, shape (1,)
    found, found_error : ndarray of float64, shape (2, D)
        The new witness, on the side where the present one is not; below the hyperplane, where that was on it. The second row
        is for what the multipliers leave of a form.
    row, row_error : ndarray of float64, shape (rows, D)
        The forms of the hyperplanes that have cut, times sides.
    label : ndarray of int, shape (rows,)
    side : ndarray of int8, shape (rows,)
    lower, upper : ndarray of float64, shape (d,)
        The box, a little enlarged.
    inner_lower, inner_upper : ndarray of float64, shape (d,)
        The box, a little reduced.
    size : ndarray of float64, shape (D,)
        How large homogeneous coordinates are at most.
    scale : ndarray of float64, shape (rows,)
        By which a row is multiplied, so that it is 1 on the box at most.
    low, high : ndarray of float64, shape (d + rows,)
        Bounds of variables: of coordinates, then of the slacks of scaled rows.
    table : ndarray of float64, shape (T, D)
        Dictionaries: basic variables as forms in the others. That of m rows begins at m (m - 1) / 2.
    basic : ndarray of int, shape (T,)
    others : ndarray of int, shape (rows + 1, d)
    exchanges : ndarray of int, shape (rows + 1,)
        How many exchanges each dictionary has gone through.
    cost : ndarray of float64, shape (D,)
        The objective in the variables that are not basic.
    inside : ndarray of float64, shape (d + rows,)
        The values of all variables at the witness.
    value : ndarray of float64, shape (d + rows,)
        Those at the present basis, and at the end those of what was found.
    ratio : ndarray of float64, shape (d,)
        Of those that may be exchanged, a heap.
    column : ndarray of int, shape (d,)
        Which these are.
    form, form_error : ndarray of float64, shape (D,)
        The objective, positive at the witness.
    multiplier : ndarray of float64, shape (rows,)
    least, most, spread : ndarray of float64, shape (neurons,)
        What the forms of a layer are on the box.
    """

    node: Any
    register: Any
    answer: Any
    found: Any
    found_error: Any
    row: Any
    row_error: Any
    label: Any
    side: Any
    lower: Any
    upper: Any
    inner_lower: Any
    inner_upper: Any
    size: Any
    scale: Any
    low: Any
    high: Any
    table: Any
    basic: Any
    others: Any
    exchanges: Any
    cost: Any
    inside: Any
    value: Any
    ratio: Any
    column: Any
    form: Any
    form_error: Any
    multiplier: Any
    least: Any
    most: Any
    spread: Any
