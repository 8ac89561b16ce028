"""`prove`: makes the tree of a certificate, for what is known to be true.

The set is divided into boxes, many at once, until bounds in doubles prove what is to be proved on each. Boxes with few cells,
and sets without ends, are divided by the signs of neurons (`by_neurons.py`). Each box starts with bounds of its own, as the
checker's does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.analysis.branching.relaxation import Boxes, Relaxation, most_cells
from relupoly.analysis.proof.by_neurons import ByNeurons, Part, narrow_neurons
from relupoly.analysis.proof.exact_part import ExactPart, Sum
from relupoly.analysis.proof.leaves import Leaves
from relupoly.analysis.proof.nodes import Node, sum_leaf
from relupoly.analysis.proof.task import End, ProofTask
from relupoly.exact.fractions import from_fraction
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import UNLIMITED, Run

_BATCH = 64
# A box with so many cells at most is divided by neurons: a linear program in rationals takes as long as bounds of ten boxes.
_FEW_CELLS = 256
# A box thinner than this, in shares of the set, is not halved any more.
_THINNEST = 2.0**-30
# After so many boxes all that are left are divided by neurons: where a value is attained on a region, none is small enough.
_MOST_BOXES = 2**17


def prove(task: ProofTask, run: Run = UNLIMITED) -> Node:
    """The tree that proves a task, which must be true.

    Parameters
    ----------
    task : ProofTask
    run : Run
        Its progress is the number of nodes.

    Raises
    ------
    Stopped
        If the run is stopped.
    """
    root = Node()
    if task.empty:
        root.line = sum_leaf(Sum())
        return root
    nodes = 0

    def told() -> None:
        nonlocal nodes
        nodes += 1
        run.progress(nodes)

    node, low, high = _bounded(task, root, run)
    if node.line:
        return root
    net = DoublesNet.of(task.network)
    leaves = Leaves(task, net) if net else None
    by_neurons = ByNeurons(task, leaves, run, told)
    if leaves and all(a is not None and b is not None for a, b in zip(low, high, strict=True)):
        lower, upper = (tuple(end for end in ends if end is not None) for ends in (low, high))
        _ByBoxes(leaves, by_neurons, lower, upper, run, told).finish(node)
    else:
        by_neurons.finish(Part(node, low, high, {}, None))
    return root


def _bounded(task: ProofTask, node: Node, run: Run) -> tuple[Node, tuple[End, ...], tuple[End, ...]]:
    """The node of the set in its box: where inequalities bound a coordinate, there is a cut, beyond which is no point."""
    low, high = list(task.low), list(task.high)
    if not task.rows:
        return node, task.low, task.high
    part = ExactPart(task, low, high, [], run)
    if (empty := part.emptiness()) is not None:
        node.line = sum_leaf(empty)
        return node, task.low, task.high
    for place in range(len(low)):
        for side, sign in ((high, 1), (low, -1)):
            form = [fmpq(0)] * (len(low) + 1)
            form[place + 1] = fmpq(sign)
            found = part.greatest(form) if side[place] is None else None
            if found is None:
                continue
            end = sign * from_fraction(found[0].value)
            # The cut is a little farther out, where the proof of emptiness has room.
            side[place] = end + sign * (1 + abs(end))
            inner, outer = Node(), Node(sum_leaf(found[1]))
            node.line = {"cut": [place, str(side[place])]}
            node.below = (inner, outer) if sign > 0 else (outer, inner)
            node = inner
    return node, tuple(low), tuple(high)


class _ByBoxes:
    """Halves boxes until each is done with."""

    def __init__(
        self,
        leaves: Leaves,
        by_neurons: ByNeurons,
        low: tuple[fmpq, ...],
        high: tuple[fmpq, ...],
        run: Run,
        told: Callable[[], None],
    ) -> None:
        self._leaves, self._by_neurons, self._run, self._told = leaves, by_neurons, run, told
        self._low, self._high = low, high
        self._ends = Bounds(low, high).outer
        self._thinnest = (self._ends[1] - self._ends[0]) * _THINNEST
        self._boxes = 0

    def finish(self, node: Node) -> None:
        """Make the tree of the whole box."""
        net = self._leaves.net
        waiting = [(node, Boxes.one(net, *self._ends))]
        while waiting:
            self._run.tick()
            first, waiting = waiting[-_BATCH:], waiting[:-_BATCH]
            relaxation = Relaxation(net, Boxes.together([box for _, box in first]))
            found, smear = self._leaves.of(relaxation)
            self._boxes += len(first)
            for place, (one, _) in enumerate(first):
                one.narrow = narrow_neurons(relaxation, place)
                box = relaxation.boxes.take(np.array([place]))
                leaf = found[place]
                if leaf is not None:
                    one.line = leaf
                    self._told()
                elif self._is_small(box, relaxation.unsettled[place]):
                    self._by_neurons.finish(Part(one, *self._within(box), {}, box))
                else:
                    waiting += self._halved(one, box, smear[place])

    def _is_small(self, box: Boxes, unsettled: int) -> bool:
        """Whether a box has few cells, or is not to be halved any more."""
        dimension = len(self._low)
        few = most_cells(unsettled, dimension) <= _FEW_CELLS
        return few or self._boxes > _MOST_BOXES or bool((box.high - box.low <= self._thinnest).all())

    def _within(self, box: Boxes) -> tuple[tuple[fmpq, ...], tuple[fmpq, ...]]:
        """The ends of a box, within those of the set."""
        below, above = (tuple(fmpq(*float(one).as_integer_ratio()) for one in ends[0]) for ends in (box.low, box.high))
        return tuple(map(max, self._low, below)), tuple(map(min, self._high, above))

    def _halved(self, node: Node, box: Boxes, smear: Floats) -> list[tuple[Node, Boxes]]:
        """The halves of a box, across the coordinate that matters most, about whose neurons nothing is known."""
        [axis] = box.axes(smear[None], self._thinnest).tolist()
        node.narrow, node.line = [], {"cut": [axis, str(fmpq(*float(box.center[0, axis]).as_integer_ratio()))]}
        node.below = (Node(), Node())
        self._told()
        halves = box.halves(np.array([axis]))
        ends = zip(halves.low, halves.high, strict=True)
        return [(one, Boxes.one(self._leaves.net, *pair)) for one, pair in zip(node.below, ends, strict=True)]
