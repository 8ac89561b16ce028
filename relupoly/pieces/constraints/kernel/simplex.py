"""The dual simplex method of `relupoly.geometry.box_simplex`: the same steps on the dictionary of the present node."""

from __future__ import annotations

from relupoly.jit import njit

# As in `relupoly.geometry.box_simplex`.
INFEASIBLE = 1e-11
PIVOT = 1e-9
PATIENCE = 20


@njit()
def least(cuts, m):
    """Look for a point where the objective is negative, or for a basis at which it is positive.

    Parameters
    ----------
    cuts : Cuts
    m : int
        The number of rows.

    Returns
    -------
    bool
        Whether a point was found, which is in `Cuts.value` then.
    """
    start = cuts.form[cuts.cost.size - 1]
    for c in range(cuts.lower.size):
        start += cuts.form[c] * cuts.inside[c]
    for _ in range(PATIENCE * (m + 5)):
        total = _value(cuts, m)
        if total > INFEASIBLE:
            return False
        reach = _reach(cuts, m)
        if start + reach * (total - start) < -INFEASIBLE:
            for c in range(cuts.lower.size):
                cuts.value[c] = cuts.inside[c] + reach * (cuts.value[c] - cuts.inside[c])
            return True
        row = _most_violated(cuts, m)
        if row < 0:
            return False
        column = _entering(cuts, m, row)
        if column < 0:
            return False
        exchange(cuts, m, row, column)
        cost, line = cuts.cost, cuts.table[m * (m - 1) // 2 + row]
        factor = cost[column]
        cost[column] = 0.0
        for j in range(cost.size):
            cost[j] += factor * line[j]
    return False


@njit()
def _value(cuts, m):
    """The values of all variables where those that are not basic are at their better bounds. Returns that of the objective."""
    d, at, others = cuts.lower.size, m * (m - 1) // 2, cuts.others[m]
    total = cuts.cost[d]
    for j in range(d):
        place = others[j]
        value = cuts.low[place] if cuts.cost[j] >= 0.0 else cuts.high[place]
        cuts.value[place] = value
        cuts.ratio[j] = value
        total += cuts.cost[j] * value
    for i in range(m):
        line = cuts.table[at + i]
        value = line[d]
        for j in range(d):
            value += line[j] * cuts.ratio[j]
        cuts.value[cuts.basic[at + i]] = value
    return total


@njit()
def _reach(cuts, m):
    """Which share of the way from the witness to the present point is in the polytope."""
    d, at = cuts.lower.size, m * (m - 1) // 2
    reach = 1.0
    for i in range(m):
        place = cuts.basic[at + i]
        start, end = cuts.inside[place], cuts.value[place]
        if end < cuts.low[place] and end < start:
            reach = min(reach, (start - cuts.low[place]) / (start - end))
        elif place < d and end > cuts.high[place] and end > start:
            reach = min(reach, (cuts.high[place] - start) / (end - start))
    return max(reach, 0.0)


@njit()
def _most_violated(cuts, m):
    """The row of the basic variable that violates a bound most, in shares of what it can be; -1 if none does."""
    row, most, at = -1, INFEASIBLE, m * (m - 1) // 2
    for i in range(m):
        place = cuts.basic[at + i]
        low, high, value = cuts.low[place], cuts.high[place], cuts.value[place]
        share = max(low - value, value - high) / (high - low)
        if share > most:
            row, most = i, share
    return row


@njit()
def _entering(cuts, m, row):
    """Which variable is exchanged for a basic one that violates a bound; those that are passed change to their other bound."""
    d, at, others = cuts.lower.size, m * (m - 1) // 2, cuts.others[m]
    place = cuts.basic[at + row]
    below, above = cuts.low[place] - cuts.value[place], cuts.value[place] - cuts.high[place]
    sign = 1.0 if below > above else -1.0
    left = max(below, above)
    line, most = cuts.table[at + row], 0.0
    for j in range(d):
        most = max(most, abs(line[j]) * (cuts.high[others[j]] - cuts.low[others[j]]))
    most *= PIVOT
    count = 0
    for j in range(d):
        rate = sign * line[j]
        able = rate > 0.0 if cuts.cost[j] >= 0.0 else rate < 0.0
        if able and abs(line[j]) * (cuts.high[others[j]] - cuts.low[others[j]]) > most:
            cuts.ratio[count] = abs(cuts.cost[j]) / abs(line[j])
            cuts.column[count] = j
            count += 1
    for start in range(count // 2 - 1, -1, -1):
        _sift(cuts, start, count)
    column = -1
    while count:
        column = cuts.column[0]
        left -= abs(line[column]) * (cuts.high[others[column]] - cuts.low[others[column]])
        if left <= 0.0:
            break
        count -= 1
        cuts.ratio[0], cuts.column[0] = cuts.ratio[count], cuts.column[count]
        _sift(cuts, 0, count)
    return column


@njit()
def _sift(cuts, start, count):
    """Bring an entry of the heap to its place."""
    ratio, column = cuts.ratio[start], cuts.column[start]
    hole = start
    while 2 * hole + 1 < count:
        child = 2 * hole + 1
        if child + 1 < count and cuts.ratio[child + 1] < cuts.ratio[child]:
            child += 1
        if cuts.ratio[child] >= ratio:
            break
        cuts.ratio[hole], cuts.column[hole] = cuts.ratio[child], cuts.column[child]
        hole = child
    cuts.ratio[hole], cuts.column[hole] = ratio, column


@njit()
def exchange(cuts, m, row, column):
    """Exchange a basic variable and another one."""
    at, width, others = m * (m - 1) // 2, cuts.cost.size, cuts.others[m]
    line = cuts.table[at + row]
    pivot = line[column]
    for j in range(width):
        line[j] /= -pivot
    line[column] = 1.0 / pivot
    for i in range(m):
        other = cuts.table[at + i]
        factor = other[column]
        if i != row and factor != 0.0:
            other[column] = 0.0
            for j in range(width):
                other[j] += factor * line[j]
    cuts.basic[at + row], others[column] = others[column], cuts.basic[at + row]
    cuts.exchanges[m] += 1
