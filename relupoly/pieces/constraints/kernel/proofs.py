"""What doubles prove about a hyperplane and a cell: multipliers for that it does not cut, a witness for that it does."""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.pieces.constraints.kernel.tables import EXACT
from relupoly.pieces.kernel.arithmetic import certain_sign, product_at
from relupoly.pieces.kernel.constants import FLOATS, SMALLEST, UNIT


@njit()
def is_positive(cuts, m):
    """Whether the multipliers of the present basis prove that the form is positive on the cell, its boundary included.

    As `relupoly.pieces.constraints.proofs.is_positive`: the form is the combination of rows, which is not negative, and a rest,
    which the box bounds from below; what the multipliers are not exactly is in the rest.
    """
    d, others = cuts.lower.size, cuts.others[m]
    for i in range(m):
        cuts.multiplier[i] = 0.0
    used = 0
    for j in range(d):
        if others[j] >= d and cuts.cost[j] > 0.0:
            row = others[j] - d
            cuts.multiplier[row] = cuts.cost[j] * cuts.scale[row]
            used += 1
    rest, size, wrong = cuts.found[1], cuts.ratio, cuts.value
    relative = 2 * (used + 4) * UNIT
    total = bulk = doubt = 0.0
    # The constant goes last, where `ratio` has no place.
    rest[d], large, error = cuts.form[d], abs(cuts.form[d]), cuts.form_error[d]
    for c in range(d):
        rest[c], size[c], wrong[c] = cuts.form[c], abs(cuts.form[c]), cuts.form_error[c]
    for i in range(m):
        factor = cuts.multiplier[i]
        if factor == 0.0:
            continue
        row, row_error = cuts.row[i], cuts.row_error[i]
        for c in range(d):
            term = factor * row[c]
            rest[c] -= term
            size[c] += abs(term)
            wrong[c] += factor * row_error[c]
        term = factor * row[d]
        rest[d] -= term
        large += abs(term)
        error += factor * row_error[d]
    for c in range(d):
        total += min(rest[c] * cuts.lower[c], rest[c] * cuts.upper[c])
        bulk += abs(rest[c]) * cuts.size[c]
        doubt += (wrong[c] + relative * size[c]) * cuts.size[c]
    total, bulk, doubt = total + rest[d], bulk + abs(rest[d]), doubt + error + relative * large
    doubt = (doubt * (1 + 2 * relative) + 4 * (d + 5) * UNIT * bulk) * (1 + 2 * (d + 5) * UNIT)
    return total - doubt > 0.0


@njit()
def is_witness(cuts, m):
    """Whether there is a witness beyond the hyperplane on the way to the point that was found, and write it to `Cuts.found`.

    It is half as far as one can go from that point towards the present witness, so that the form and the other constraints keep
    as much as they can.
    """
    d = cuts.lower.size
    below, above = -cuts.form[d], cuts.form[d]
    for c in range(d):
        below -= cuts.form[c] * cuts.value[c]
        above += cuts.form[c] * cuts.inside[c]
    if not below > 0.0 or not above > 0.0:
        return False
    share, found, error = 0.5 * below / (below + above), cuts.found[0], cuts.found_error[0]
    for c in range(d):
        x = cuts.value[c] + share * (cuts.inside[c] - cuts.value[c])
        if abs(x) < SMALLEST:
            x = 0.0
        if not cuts.inner_lower[c] < x or not x < cuts.inner_upper[c]:
            return False
        found[c], error[c] = x, 0.0
    found[d], error[d] = 1.0, 0.0
    value, doubt = product_at(cuts.form, cuts.form_error, 0, found, error, d + 1, FLOATS)
    if certain_sign(value, doubt) != -1:
        return False
    for i in range(m):
        value, doubt = product_at(cuts.row[i], cuts.row_error[i], 0, found, error, d + 1, FLOATS)
        if certain_sign(value, doubt) != 1:
            return False
    return True


@njit()
def write_inside(cuts, stack, node, m):
    """Write the values of all variables at a node's witness."""
    d = cuts.lower.size
    witness = stack.value[node]
    for c in range(d):
        cuts.inside[c] = witness[c] / witness[d] if cuts.node[node, EXACT] else witness[c]
    for i in range(m):
        row = cuts.row[i]
        value = row[d]
        for c in range(d):
            value += row[c] * cuts.inside[c]
        cuts.inside[d + i] = value * cuts.scale[i]
