"""The dictionary of linear programs for each number of rows: a copy of the one before with one row more, when asked for."""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.pieces.constraints.kernel.simplex import exchange
from relupoly.pieces.constraints.kernel.tables import VALID

# As in `relupoly.geometry.box_simplex`: where a row is too thin to be scaled; and exchanges after which all is computed anew.
_THINNEST = 1e-12
_EXCHANGES = 60


@njit()
def make_ready(cuts, m):
    """Let the dictionary of m rows be that of the present node."""
    for rows in range(cuts.register[VALID], m):
        _add(cuts, rows)
    cuts.register[VALID] = max(cuts.register[VALID], m)
    if cuts.exchanges[m] > _EXCHANGES:
        _renew(cuts, m)


@njit()
def lay_row(cuts, place, label, side):
    """Take note of a row whose form has been written; its scale makes it 1 on the box at most."""
    d = cuts.lower.size
    row = cuts.row[place]
    most, largest = row[d], abs(row[d])
    for c in range(d):
        most += max(row[c] * cuts.lower[c], row[c] * cuts.upper[c])
        largest = max(largest, abs(row[c]))
    # A form that doubles have lost may be 0 everywhere.
    cuts.scale[place] = 1.0 / max(most, _THINNEST * largest) if largest > 0.0 else 1.0
    cuts.low[d + place], cuts.high[d + place] = 0.0, 1.0
    cuts.label[place], cuts.side[place] = label, side
    cuts.register[VALID] = min(cuts.register[VALID], place)


@njit()
def express(cuts, m):
    """Write the objective in the variables that are not basic: `Cuts.cost`."""
    d, at, others, cost = cuts.lower.size, m * (m - 1) // 2, cuts.others[m], cuts.cost
    for j in range(d):
        place = others[j]
        cost[j] = cuts.form[place] if place < d else 0.0
    cost[d] = cuts.form[d]
    for i in range(m):
        place = cuts.basic[at + i]
        if place < d and cuts.form[place] != 0.0:
            factor, line = cuts.form[place], cuts.table[at + i]
            for j in range(d + 1):
                cost[j] += factor * line[j]


@njit()
def _add(cuts, m):
    """From the dictionary of m rows to that with one row more."""
    d, at, after = cuts.lower.size, m * (m - 1) // 2, m * (m + 1) // 2
    for i in range(m):
        line, copy = cuts.table[at + i], cuts.table[after + i]
        for j in range(d + 1):
            copy[j] = line[j]
        cuts.basic[after + i] = cuts.basic[at + i]
    others, same = cuts.others[m], cuts.others[m + 1]
    for j in range(d):
        same[j] = others[j]
    cuts.exchanges[m + 1] = cuts.exchanges[m]
    row, scale, line = cuts.row[m], cuts.scale[m], cuts.table[after + m]
    for j in range(d):
        line[j] = row[others[j]] * scale if others[j] < d else 0.0
    line[d] = row[d] * scale
    for i in range(m):
        place = cuts.basic[at + i]
        if place < d and row[place] != 0.0:
            factor, other = row[place] * scale, cuts.table[at + i]
            for j in range(d + 1):
                line[j] += factor * other[j]
    cuts.basic[after + m] = d + m


@njit()
def _renew(cuts, m):
    """Compute the dictionary of this basis from the rows: each exchange has lost a little.

    Rows that were tight are exchanged again, one after the other, each for the coordinate of the basis that it changes most;
    every basis will do, so one that rounding has made up is left before its end.
    """
    d, at, others = cuts.lower.size, m * (m - 1) // 2, cuts.others[m]
    for place in range(d + m):
        cuts.value[place] = 0.0
    for i in range(m):
        cuts.value[cuts.basic[at + i]] = 1.0
    for i in range(m):
        row, line = cuts.row[i], cuts.table[at + i]
        for j in range(d + 1):
            line[j] = row[j] * cuts.scale[i]
        cuts.basic[at + i] = d + i
    for j in range(d):
        others[j] = j
    for i in range(m):
        if cuts.value[d + i] == 1.0:
            continue
        line, column, most = cuts.table[at + i], -1, 1e-9
        for j in range(d):
            if others[j] < d and cuts.value[others[j]] == 1.0 and abs(line[j]) > most:
                column, most = j, abs(line[j])
        if column >= 0:
            exchange(cuts, m, i, column)
    cuts.exchanges[m] = 0
