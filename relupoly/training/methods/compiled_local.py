"""Local search at full speed: compiled descents from nodes that say little, then from the best nets with neurons set free.

A descent is that of `relupoly.training.methods.exact_local`, in floats, by the kernel of the branch and bound: it starts in the
cells of the net that a node's relaxation gives. Where a node fixes all sides, these are random cells, and poor; where it fixes
none, all starts are one. In between, random sides of each neuron at a few samples give good nets of many kinds, so the number
of sides goes through powers of two. Of the nets found, the best are improved as long as that goes well: one neuron gets random
sides at few samples, or none, the others keep a random share of theirs, and the kernel descends from there, unless the node's
bound shows that nothing in it is better. On 100 random samples of two inputs, three neurons, this mostly finds the optimum with
5000 descents; where the others kept all of their sides it did not, and random starts alone stay some hundredths above it.

Floats only choose: a net counts with its exact loss, and the last is the exact optimum of its cells. What is found depends on
the seed, not on time or threads.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.compiled.compiled_problem import CompiledProblem
from relupoly.training.compiled.workspace import NO_RATIO, Workspace
from relupoly.training.problem.evaluation import Candidate, LocalState
from relupoly.training.search.exact_bounder import polish
from relupoly.training.search.open_node import OpenNode
from relupoly.training.search.worker_pool import WorkerPool

# On 100 samples 600 random starts and some thousand descents from the eight best nets mostly find the optimum (see above).
STARTS = 600
_IMPROVED = 8
# How many descents in a row may be of no use before a net is given up: each choice of a neuron, a size and a share comes up a
# few times.
_PATIENCE = 300

# At how many samples a random neuron's side is fixed, one size after the other: none fits all problems.
_SIZES = (1, 2, 4, 8, 16)
# The same for the neuron that is set free; and the shares of the others' sides that are set free with it.
_SIZES_FREED = (0, 1, 2, 4, 8)
_SHARES_FREED = (0.0, 0.2, 0.5, 0.9)
# More than any loss: the first net found is better.
_NOTHING_KNOWN = 1e300
# A loss that is smaller by less is the same one, rounded.
_BETTER = 1.0 - 1e-9
# No gap and no ratio, the first identity that children may have, one node, and one descent from it.
_ONE_DESCENT = (1.0, NO_RATIO, 1, 1, 1)
_NO_CODES = np.zeros(0, dtype=np.int32)
_NO_WEIGHTS = np.zeros(0)

Floats = NDArray[np.float64]
Signs = NDArray[np.int8]


def compiled_local_search(
    relaxation: Relaxation,
    start: Candidate,
    seed: int,
    starts: int = STARTS,
    run: Run = UNLIMITED,
) -> None:
    """Search from random nodes, then from the best nets; its progress is `LocalState`, told after every descent.

    Parameters
    ----------
    relaxation : Relaxation
        Of a problem that suits the compiled search.
    start : Candidate
        A net to begin with, with as many neurons as the problem says.
    seed : int
    starts : int
        How often to start from a random node.
    run : Run
        It ticks before every descent.
    """
    search = _Search(relaxation, start, random.Random(seed), run)
    with search.pool:
        pool = [search.random_descent(_SIZES[index % len(_SIZES)]) for index in range(starts)]
        for net in _distinct([search.known(start), *(net for net in pool if net)])[:_IMPROVED]:
            search.improve(net)
    search.finish()


@dataclass(frozen=True, eq=False)
class _Net:
    """A net as the kernel gives it, with its scaled loss."""

    loss: float
    neurons: Floats


def _distinct(nets: list[_Net]) -> list[_Net]:
    """The best first; of those with the same loss, one."""
    found: list[_Net] = []
    for net in sorted(nets, key=lambda net: net.loss):
        if not found or net.loss * _BETTER > found[-1].loss:
            found.append(net)
    return found


class _Search:
    """The best net so far, and the number of descents."""

    def __init__(
        self,
        relaxation: Relaxation,
        best: Candidate,
        chance: random.Random,
        run: Run,
    ) -> None:
        self._relaxation = relaxation
        self._best = best
        self._chance = chance
        self._run = run
        self._compiled = CompiledProblem(relaxation.lifted, relaxation.rays)
        self._least = self._scaled(best)
        # A thread of its own: so a stop need not wait for the kernel, nor for the compiler.
        self.pool = WorkerPool([Workspace(self._compiled)])
        self._vectors = np.array([[float(entry) for entry in vector] for vector in relaxation.lifted.vectors])
        self._descents = 0

    def known(self, net: Candidate) -> _Net:
        """A net from elsewhere."""
        neurons = np.zeros((len(net.neurons) + 1, 1 + self._relaxation.lifted.rank))
        for row, neuron, sign in zip(neurons, net.neurons, net.signs, strict=False):
            row[0] = sign
            row[1:] = [float(entry / self._compiled.unit) for entry in neuron]
        neurons[-1, 0] = float(net.output_bias / self._compiled.unit)
        return _Net(self._scaled(net), neurons)

    def _scaled(self, net: Candidate) -> float:
        """A net's loss as the kernel sees it."""
        return self._compiled.scaled(net.loss - self._relaxation.lifted.constant)

    def random_descent(self, few: int) -> _Net | None:
        """Descend from a node with random output signs, and random sides at few samples."""
        width = self._compiled.width
        sides = np.array([self._random_sides(few) for _ in range(width)], dtype=np.int8)
        return self._descend(np.array([self._sign() for _ in range(width)], dtype=np.int8), sides, _NOTHING_KNOWN)

    def improve(self, net: _Net) -> None:
        """Set parts of a net free, until that was of no use for a while."""
        useless = 0
        while useless < _PATIENCE:
            found = self._descend(*self._freed(net), net.loss)
            useless += 1
            if found and found.loss < net.loss * _BETTER:
                net, useless = found, 0

    def finish(self) -> None:
        """Let the best net be the best of its cells, exactly."""
        self._run.tick()
        self._best = polish(self._relaxation, self._best)
        self._run.progress(LocalState(self._best, self._descents))

    def _freed(self, net: _Net) -> tuple[Signs, Signs]:
        """Output signs and sides of a node: one neuron anew, and the others on many of their sides."""
        outputs = np.where(net.neurons[:-1, 0] < 0, -1, 1).astype(np.int8)
        sides = np.where(net.neurons[:-1, 1:] @ self._vectors.T > 0, 1, -1).astype(np.int8)
        share = self._chance.choice(_SHARES_FREED)
        sides[np.array([self._chance.random() < share for _ in range(sides.size)]).reshape(sides.shape)] = 0
        one = self._chance.randrange(len(outputs))
        outputs[one] = self._sign()
        sides[one] = self._random_sides(self._chance.choice(_SIZES_FREED))
        return outputs, sides

    def _sign(self) -> int:
        return self._chance.choice((1, -1))

    def _random_sides(self, few: int) -> Signs:
        """The sides of a neuron between two random rays, at few random samples; free at the others."""
        rays = self._relaxation.rays
        values = np.zeros(len(self._vectors))
        for weight in (1.0, self._chance.random()):
            values += weight * self._sign() * rays.values[self._chance.randrange(len(rays))]
        sides = np.zeros(len(values), dtype=np.int8)
        for point in self._chance.sample(range(len(values)), min(few, len(values))):
            sides[point] = 1 if values[point] > 0 else -1
        return sides

    def _descend(self, outputs: Signs, sides: Signs, incumbent: float) -> _Net | None:
        """The end of a descent from the net of a node; None if it is no better than the incumbent."""
        self._run.tick()
        node = OpenNode(0, 0.0, outputs, np.ones(len(outputs), dtype=np.int8), sides, _NO_CODES, _NO_WEIGHTS)
        self.pool.start([node], incumbent, *_ONE_DESCENT)
        step = self.pool.next(self._run).step
        self._descents += 1
        found = None if step.neurons is None else _Net(step.incumbent, step.neurons)
        if found and found.loss < self._least * _BETTER:
            exact = self._relaxation.evaluated(*self._compiled.net(found.neurons))
            if exact.loss < self._best.loss:
                self._best, self._least = exact, self._scaled(exact)
        self._run.progress(LocalState(self._best, self._descents))
        return found
