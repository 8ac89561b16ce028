"""`ExactBounder`: bounds nodes in rationals, one after the other, and proves each leaf at once.

Each node gives a net by summing the rays that its relaxation uses; if that is the best so far, the best weights in its cells
are found too. A node is finished when its bound is no smaller than the best loss, or is attained.

No float decides anything here. So this is the reference for the compiled bounder, what serves the smallest problems, and what
settles nodes that floats cannot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from relupoly.run import Run
from relupoly.training.bounds.relaxation import Bound, Relaxation
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.problem.interpolation_loss import interpolation_loss, interpolation_proof
from relupoly.training.proof.proof import Split
from relupoly.training.search.bounder import Outcome
from relupoly.training.search.feature_codes import codes_of, keys_of
from relupoly.training.search.node import BEHIND, NeuronClass, Node, children
from relupoly.training.search.open_node import OpenNode
from relupoly.training.search.search import Search
from relupoly.training.search.search_tree import SearchTree


@dataclass(frozen=True)
class Settled:
    """What the relaxation of one node says.

    Attributes
    ----------
    bound : Bound
    split : Split or None
        Where to divide the node; None if it is finished: its bound is no smaller than the incumbent's loss, or is attained.
    candidate : Candidate
        A net of the node.
    """

    bound: Bound
    split: Split | None
    candidate: Candidate


def settle(relaxation: Relaxation, node: Node, incumbent: Fraction, parent: Bound | None = None) -> Settled:
    """Bound a node exactly, and say where to divide it if that does not finish it.

    Parameters
    ----------
    relaxation : Relaxation
    node : Node
    incumbent : Fraction
        The smallest loss known.
    parent : Bound, optional
        That of a node that contains it; see `Relaxation.solve`.
    """
    bound = relaxation.solve(node, parent, incumbent)
    split = relaxation.split(node, bound) if bound.value < incumbent else None
    return Settled(bound, split, relaxation.candidate(node, bound))


class ExactBounder:
    """Bounds nodes in rationals; see `relupoly.training.search.bounder.Bounder`.

    Parameters
    ----------
    relaxation : Relaxation
    tree : SearchTree
    polishing : bool
        Whether incumbents are to be the best nets of their cells.
    """

    at_once = 1

    def __init__(self, relaxation: Relaxation, tree: SearchTree, polishing: bool = True) -> None:
        self._relaxation = relaxation
        self._tree = tree
        self._polishing = polishing
        self._polished: Candidate | None = None
        self._hand: list[OpenNode] = []
        floor = interpolation_loss(relaxation.lifted), interpolation_proof(relaxation.lifted)
        self._nothing = replace(relaxation.nothing(), value=floor[0], proof=floor[1])

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: Any) -> None:
        pass

    @property
    def nodes(self) -> list[OpenNode]:
        """The node in hand, if there is one."""
        return self._hand

    @property
    def is_free(self) -> bool:
        """Whether there is no node in hand."""
        return not self._hand

    def start(self, nodes: list[OpenNode], best: Candidate, proving: bool) -> None:
        """Take a node."""
        self._hand = list(nodes)

    def next(self, run: Run, best: Candidate) -> Outcome:
        """Close or divide the node; if its relaxation is stopped, it stays in hand."""
        outcome = self.settled(self._hand[0], self.polished(best))
        self._hand = []
        return outcome

    def halted(self, best: Candidate) -> None:
        """Nothing goes on at the same time."""

    def give_back(self) -> list[OpenNode]:
        """The node in hand, which is so no longer."""
        nodes, self._hand = self._hand, []
        return nodes

    def settled(self, node: OpenNode, best: Candidate) -> Outcome:
        """Close or divide a node; of the bound that is known, only what is proved counts."""
        known = node.known or self._nothing
        if known.value >= best.loss:
            self._tree.prove(node.identity, known.proof, node.codes)
            return Outcome(candidate=best, nodes=0, leaves=1)
        rays = len(self._relaxation.rays)
        found = settle(self._relaxation, node.node, best.loss, replace(known, support=keys_of(node.codes, rays)))
        if found.candidate.loss < best.loss:
            best = self.polished(found.candidate)
        codes = codes_of(found.bound.support, rays)
        if found.split is None or found.bound.value >= best.loss:
            self._tree.prove(node.identity, found.bound.proof, codes)
            return Outcome(candidate=best, nodes=1, leaves=1)
        parts = list(children(node.node, found.split.place, found.split.point))
        first = self._tree.reserve(len(parts))
        self._tree.divide(node.identity, found.split, first, len(parts))
        left = [
            OpenNode.of(identity, child, found.bound.value, codes, found.bound) for identity, child in enumerate(parts, first)
        ]
        return Outcome(left, best, nodes=1)

    def polished(self, best: Candidate) -> Candidate:
        """The best net of the cells of a net; of one that is so, the same."""
        if self._polishing and best is not self._polished:
            self._polished = polish(self._relaxation, best)
            return self._polished
        return best

    def adopted(self, node: OpenNode) -> OpenNode:
        """A node whose bound is that which is proved."""
        return replace(node, bound=node.known.value if node.known else 0.0)

    def loss(self, bound: Any) -> Fraction:
        """Bounds are losses."""
        return Fraction(bound)

    def closed(self, loss: Fraction) -> Fraction:
        """Nodes are closed by the incumbent's loss."""
        return loss

    def refined(self, nodes: list[OpenNode], best: Candidate, seconds: float) -> list[OpenNode]:
        """The nodes: their bounds are those of their parents, and to solve their relaxations takes too long."""
        return nodes

    def prover(self, claim: Fraction) -> None:
        """There is nothing but the relaxation."""


def exact_search(relaxation: Relaxation, most_open: int = 10**6, record: bool = True, gap: Fraction = Fraction(0)) -> Search:
    """A search in rationals.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> from relupoly.training.rays.ray_table import ray_table
    >>> lifted = lift(Problem.from_rows([[0], [1], [2]], [1, 0, 1], width=1))
    >>> search = exact_search(Relaxation(lifted, ray_table(lifted)))
    >>> search.run()
    >>> search.best.loss == search.lower_bound
    True
    """
    tree = SearchTree(relaxation.lifted.problem.width + 1, record)
    return Search(relaxation, tree, ExactBounder(relaxation, tree), most_open, gap)


def polish(relaxation: Relaxation, candidate: Candidate) -> Candidate:
    """The best net whose neurons lie in the same closed cells; again, while that finds better cells."""
    while True:
        better = _best_in_cells(relaxation, candidate)
        if better.loss >= candidate.loss:
            return candidate
        candidate = better


def _best_in_cells(relaxation: Relaxation, candidate: Candidate) -> Candidate:
    lifted = relaxation.lifted
    classes = []
    for neuron, sign in zip(candidate.neurons, candidate.signs, strict=True):
        if any(neuron):
            values = (sum(a * x for a, x in zip(neuron, vector, strict=True)) for vector in lifted.vectors)
            sides = np.array([1 if value > 0 else BEHIND for value in values], dtype=np.int8)
            classes.append(NeuronClass(sign, 1, sides))
    if not classes:
        return candidate
    node = Node(tuple(classes))
    found = relaxation.candidate(node, relaxation.solve(node))
    missing = [sign for neuron, sign in zip(candidate.neurons, candidate.signs, strict=True) if not any(neuron)]
    zero = (Fraction(0),) * lifted.rank
    return Candidate(found.neurons + (zero,) * len(missing), (*found.signs, *missing), found.output_bias, found.loss)
