"""A plain enumerator of cells, for comparison: depth first, with a linear program of HiGHS for each open neuron, in floats.

What anybody would write who knows the subject, without proofs. The neurons are taken in their order, layer by layer. On a
cell of the layers before, a neuron is an affine function; where its interval over the box has one sign, or the linear program
settles its sign, nothing is split. Of each cell an interior point is known, so that one sign needs no program: the program asks
how far the neuron goes on the other side, and a new interior point follows from its answer. The walls of the cell are rows of
one model, which are appended on the way down and taken away on the way up; HiGHS goes on from the basis that it had.

The margins below are those of the solver: what is thinner than them is not seen, or seen where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

# HiGHS takes rows that are missed by 1e-7 for kept: less than ten times that is no margin.
MARGIN = 1e-6

# HiGHS's numbers. A new objective leaves the last basis feasible: the primal simplex method goes on from there.
PRIMAL, DUAL = 4, 1

Layers = Sequence[tuple[np.ndarray, np.ndarray]]


class Polytope:
    """A box, with walls that are appended and taken away in the order of a stack."""

    def __init__(self, lower: np.ndarray, upper: np.ndarray) -> None:
        import highspy

        self.lower, self.upper = lower, upper
        self.programs = 0
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("solver", "simplex")
        self._solver.setOptionValue("threads", 1)
        self._columns = np.arange(len(lower), dtype=np.int32)
        for low, high in zip(lower, upper, strict=True):
            self._solver.addVar(low, high)
        self._walls = 0

    def push(self, normal: np.ndarray, offset: float) -> None:
        """Keep <normal, x> + offset >= 0."""
        scale = 1 / max(np.abs(normal).max(), 1e-300)
        self._solver.addRow(-offset * scale, np.inf, len(normal), self._columns, normal * scale)
        self._walls += 1

    def pop(self) -> None:
        """Take the last wall away."""
        self._walls -= 1
        self._solver.deleteRows(1, np.array([self._walls], dtype=np.int32))

    def farthest(self, normal: np.ndarray) -> np.ndarray:
        """A vertex where <normal, x> is the largest."""
        scale = 1 / max(np.abs(normal).max(), 1e-300)
        self._solver.changeColsCost(len(normal), self._columns, -normal * scale)
        self._solve()
        self.programs += 1
        return np.array(self._solver.getSolution().col_value)

    def _solve(self) -> None:
        """Go on from the last basis; where that went wrong, by the dual simplex method from none."""
        for strategy in (PRIMAL, DUAL):
            self._solver.setOptionValue("simplex_strategy", strategy)
            self._solver.run()
            if self._solver.getModelStatus() == self._optimal:
                return
            self._solver.clearSolver()
        raise ArithmeticError(f"HiGHS: {self._solver.getModelStatus()}")


def count_cells(layers: Layers, lower: np.ndarray, upper: np.ndarray) -> int:
    """The number of activation cells with an interior in a box; the last layer has no neurons of its own."""
    return sum(1 for _ in _cells(layers, Polytope(lower, upper)))


def _cells(layers: Layers, box: Polytope) -> Iterator[None]:
    """One by one, on a stack of its own, as nets are deeper than Python's."""
    centre = (box.lower + box.upper) / 2
    pending: list[tuple[str, object]] = [("layer", (0, None, None, centre))]
    while pending:
        what, state = pending.pop()
        if what == "pop":
            box.pop()
        elif what == "push":
            box.push(*state)
        elif what == "layer":
            depth, matrix, shift, point = state
            if depth == len(layers) - 1:
                yield
                continue
            weight, bias = layers[depth]
            rows = weight if matrix is None else weight @ matrix
            offsets = bias if matrix is None else weight @ shift + bias
            active, unstable = _by_intervals(rows, offsets, box)
            pending.append(("neurons", (depth, rows, offsets, active, unstable, point)))
        else:
            pending += _split(box, *state)


def _by_intervals(rows: np.ndarray, offsets: np.ndarray, box: Polytope) -> tuple[np.ndarray, list[int]]:
    """Which neurons are active all over the box, and the list of those that may have both signs."""
    middle = rows @ ((box.lower + box.upper) / 2) + offsets
    reach = np.abs(rows) @ ((box.upper - box.lower) / 2)
    return middle >= reach, np.flatnonzero(np.abs(middle) < reach).tolist()


def _split(box, depth, rows, offsets, active, unstable, point):
    """Settle neurons until one has both signs; what is to be done then, the last thing first."""
    for place, neuron in enumerate(unstable):
        row, offset = rows[neuron], offsets[neuron]
        here = row @ point + offset
        side = 1.0 if here >= 0 else -1.0
        vertex = box.farthest(-side * row)
        beyond = -side * (row @ vertex + offset)
        scale = max(np.abs(row).max(), 1e-300)
        if beyond <= MARGIN * scale:
            active[neuron] = side > 0
            continue
        share = abs(here) / (abs(here) + beyond)
        across = point + (1 + share) / 2 * (vertex - point)
        left = unstable[place + 1 :]
        work = []
        for sign, inside in ((-side, across), (side, point)):
            known = active.copy()
            known[neuron] = sign > 0
            work += [
                ("pop", None),
                ("neurons", (depth, rows, offsets, known, left, inside)),
                ("push", (sign * row, sign * offset)),
            ]
        return work
    mask = active.astype(float)[:, None]
    return [("layer", (depth + 1, rows * mask, offsets * mask[:, 0], point))]
