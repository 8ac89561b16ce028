"""Local search: from random cells to neighbouring cells, as long as that helps. Good nets, no proof.

Within the closed cells of a net's neurons the best weights solve a convex program. If a neuron of the solution is zero at a
sample, it lies on a facet of its cell, and the cell on the other side may have a better net: the sample is put on the other
side, and the program solved again. When no such flip helps, the net is a local optimum, and the search starts anew.

This is the search in rationals, for what the kernel cannot take; `relupoly.training.methods.compiled_local` is the one that is
fast.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np

from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.problem.evaluation import Candidate, LocalState
from relupoly.training.search.node import AHEAD, BEHIND, NeuronClass, Node

# As many as take a moment for the small problems that this is for: they mostly find the optimum (tests/training/methods).
STARTS = 32


def local_search(
    relaxation: Relaxation,
    start: Candidate,
    seed: int,
    starts: int = STARTS,
    run: Run = UNLIMITED,
) -> None:
    """Search from random cells; its progress is `LocalState`, told after every program.

    Parameters
    ----------
    relaxation : Relaxation
    start : Candidate
        A net to begin with.
    seed : int
    starts : int
        How often to start.
    run : Run
        It ticks before every program.
    """
    chance = random.Random(seed)
    search = _Search(relaxation, start, run)
    if not len(relaxation.rays):
        search.descend(Node(()))
        return
    for _ in range(starts):
        search.descend(_random_node(relaxation, chance))


class _Search:
    """The best net so far, and the number of programs solved."""

    def __init__(
        self,
        relaxation: Relaxation,
        best: Candidate,
        run: Run,
    ) -> None:
        self._relaxation = relaxation
        self._best = best
        self._run = run
        self._programs = 0

    def descend(self, node: Node) -> None:
        """Go to better neighbours of a node's cells until there is none."""
        here = self._solved(node)
        better = True
        while better:
            better = False
            for neighbour in _neighbours(self._relaxation, node, here):
                there = self._solved(neighbour)
                if there.loss < here.loss:
                    node, here, better = neighbour, there, True
                    break

    def _solved(self, node: Node) -> Candidate:
        self._run.tick()
        found = self._relaxation.candidate(node, self._relaxation.solve(node))
        self._programs += 1
        if found.loss < self._best.loss:
            missing = self._relaxation.lifted.problem.width - len(found.neurons)
            zero = (Fraction(0),) * self._relaxation.lifted.rank
            self._best = replace(found, neurons=found.neurons + (zero,) * missing, signs=found.signs + (1,) * missing)
        self._run.progress(LocalState(self._best, self._programs))
        return found


def _neighbours(relaxation: Relaxation, node: Node, here: Candidate) -> list[Node]:
    """The nodes with one sample on the other side of a neuron that is zero there."""
    found = []
    for place, neuron in enumerate(here.neurons):
        if not any(neuron):
            continue
        for point, vector in enumerate(relaxation.lifted.vectors):
            if any(vector) and not sum((a * x for a, x in zip(neuron, vector, strict=True)), Fraction(0)):
                one = node.classes[place]
                flipped = one.placed(1, point, BEHIND if one.sides[point] == AHEAD else AHEAD)
                found.append(Node((*node.classes[:place], flipped, *node.classes[place + 1 :])))
    return found


def _random_node(relaxation: Relaxation, chance: random.Random) -> Node:
    """Random signs, and for each neuron a cell between two random rays."""
    classes = []
    for _ in range(relaxation.lifted.problem.width):
        values = np.zeros(len(relaxation.lifted.vectors))
        for weight in (1.0, chance.random()):
            ray = chance.randrange(len(relaxation.rays))
            values += weight * chance.choice((1, -1)) * relaxation.rays.values[ray]
        sides = np.where(values > 0, AHEAD, BEHIND).astype(np.int8)
        classes.append(NeuronClass(chance.choice((1, -1)), 1, sides))
    return Node(tuple(classes))
