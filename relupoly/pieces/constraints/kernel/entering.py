"""A cell that meets a new layer: what bounds on the box decide, and the witness's side of the rest."""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.pieces.constraints.kernel.dictionaries import lay_row
from relupoly.pieces.constraints.kernel.tables import EXACT, FRESH, LABEL, OTHER, ROWS, SIDE
from relupoly.pieces.kernel.arithmetic import certain_sign, product_at
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    CLEAR,
    DONE,
    FLOATS,
    FULL,
    LAYER,
    OPEN,
    OPEN0,
    SETTLED,
    SIGN0,
    UNIT,
)
from relupoly.pieces.kernel.layers import image, write_form


@njit()
def enter(program, stack, cuts, node, scratch):
    """Let the top node enter the next layer. FULL if there is no room; then it may be called again.

    Sums are laid out coordinate by coordinate, so long loops run over the neurons.
    """
    record = stack.nodes[node]
    layer = record[LAYER] + 1
    h, n, size, d = program.planes[layer], program.widths[layer], program.rows[layer], program.dimension
    if record[OPEN0] + h > len(stack.open) or record[SIGN0] + h > len(stack.signs) or record[CHOSEN0] + h > len(stack.chosen):
        return FULL
    image(program, stack, layer, scratch.flipped)
    stack.serial[layer] += 1
    least, most, spread, at = cuts.least[:n], cuts.most[:n], cuts.spread[:n], stack.form_at[layer]
    constant = stack.sum[at + (d - 1) * size : at + (d - 1) * size + n]
    for row in range(n):
        least[row] = most[row] = constant[row]
        spread[row] = abs(constant[row])
    reach = 1.0
    for c in range(d - 1):
        low, high, largest = cuts.lower[c], cuts.upper[c], cuts.size[c]
        column = stack.sum[at + c * size : at + c * size + n]
        reach += largest
        for row in range(n):
            one, other = column[row] * low, column[row] * high
            least[row] += min(one, other)
            most[row] += max(one, other)
            spread[row] += abs(column[row]) * largest
    doubts, relative = stack.sum_error[program.row_at[layer] : program.row_at[layer] + n], 4 * (d + 4) * UNIT
    for row in range(n):
        spread[row] = (spread[row] * relative + doubts[row] * reach) * (1 + relative)
    first, count, last = program.plane_at[layer], 0, layer == program.depth - 1
    for plane in range(h):
        row = program.first[first + plane]
        above, below = least[row] > spread[row], most[row] < -spread[row]
        stack.chosen[record[CHOSEN0] + plane] = 1 if above else -1 if below else 0
        if above or below:
            continue
        stack.open[record[OPEN0] + count] = plane
        if last:
            for neuron in range(row, program.final[first + plane] + 1):
                if program.of[program.neuron_at[layer] + neuron] == plane:
                    write_form(program, stack, layer, neuron)
        count += 1
    record[LAYER], record[OPEN] = layer, count
    record[SETTLED] = record[CLEAR] = 0
    write_signs(program, stack, node)
    return DONE


@njit()
def write_signs(program, stack, node):
    """Write the signs of a node's open forms at its witness."""
    record = stack.nodes[node]
    layer, d = record[LAYER], program.dimension
    witness, error, first = stack.value[node], stack.error[node], program.plane_at[layer]
    for i in range(record[OPEN]):
        at = stack.form_at[layer] + program.first[first + stack.open[record[OPEN0] + i]] * d
        value, doubt = product_at(stack.form, stack.form_error, at, witness, error, d, FLOATS)
        stack.signs[record[SIGN0] + i] = certain_sign(value, doubt)


@njit()
def halve(program, stack, cuts, node):
    """Replace the top node, which its first open hyperplane cuts, by its halves. FULL if there is no room.

    The positive half comes first, as in the interpreted walk, so cells come in the lexicographic order of their signs. One half
    has the node's witness, the other one that in `Cuts.found`.
    """
    d, record = program.dimension, stack.nodes[node]
    layer, k, m = record[LAYER], record[OPEN], cuts.node[node, ROWS]
    h, chosen0 = program.planes[layer], record[CHOSEN0]
    if (
        node + 2 > len(stack.nodes)
        or node + 2 > len(stack.value)
        or record[OPEN0] + 2 * k > len(stack.open)
        or record[SIGN0] + 2 * k > len(stack.signs)
        or chosen0 + 2 * h > len(stack.chosen)
        or m + 2 > len(cuts.others)
        or (m + 1) * (m + 2) // 2 > len(cuts.basic)
    ):
        return FULL
    plane, sign = stack.open[record[OPEN0]], stack.signs[record[SIGN0]]
    record[OPEN], record[OPEN0], record[SIGN0] = k - 1, record[OPEN0] + 1, record[SIGN0] + 1
    child = stack.nodes[node + 1]
    for i in range(len(record)):
        child[i] = record[i]
    child[OPEN0], child[SIGN0], child[CHOSEN0] = record[OPEN0] + k, record[SIGN0] + k, chosen0 + h
    for i in range(k - 1):
        stack.open[child[OPEN0] + i] = stack.open[record[OPEN0] + i]
    for i in range(h):
        stack.chosen[chosen0 + h + i] = stack.chosen[chosen0 + i]
    stack.chosen[chosen0 + plane], stack.chosen[chosen0 + h + plane] = -1, 1
    for i in range(cuts.node.shape[1]):
        cuts.node[node + 1, i] = cuts.node[node, i]
    label = program.label[layer] + plane
    for place in range(node, node + 2):
        cuts.node[place, ROWS], cuts.node[place, LABEL], cuts.node[place, FRESH] = m + 1, label, 1
    cuts.node[node, SIDE], cuts.node[node + 1, SIDE] = -1, 1
    fresh = node
    if sign < 0:
        fresh = node + 1
    else:
        for c in range(d):
            stack.value[node + 1, c], stack.error[node + 1, c] = stack.value[node, c], stack.error[node, c]
        for i in range(k - 1):
            stack.signs[child[SIGN0] + i] = stack.signs[record[SIGN0] + i]
    for c in range(d):
        stack.value[fresh, c], stack.error[fresh, c] = cuts.found[0, c], cuts.found_error[0, c]
    cuts.node[fresh, EXACT] = cuts.register[OTHER]
    write_signs(program, stack, fresh)
    return DONE


@njit()
def write_row(program, stack, cuts, node):
    """Write the last row of a node that has come to the top."""
    layer, place, side = stack.nodes[node, LAYER], cuts.node[node, ROWS] - 1, cuts.node[node, SIDE]
    label, d = cuts.node[node, LABEL], program.dimension
    at = stack.form_at[layer] + program.first[program.plane_at[layer] + label - program.label[layer]] * d
    for c in range(d):
        cuts.row[place, c], cuts.row_error[place, c] = side * stack.form[at + c], stack.form_error[at + c]
    lay_row(cuts, place, label, side)
    cuts.node[node, FRESH] = 0
