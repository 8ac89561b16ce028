"""`Search`: branch and bound over one tree of nodes, whoever bounds them.

Open nodes wait in a heap, the smallest bound first: none is opened that a search in any other order could spare. A *bounder*
takes them from there, closes them or divides them, and gives back what is still open: in rationals
(`relupoly.training.search.exact_bounder`), or compiled and on all cores (`relupoly.training.search.compiled_bounder`). One may
take over from the other, and the tree goes on. Where too many nodes wait for the memory, the one that came last is taken first:
depth-first search keeps few.

A search that goes on from a file depends on nothing but the splits in it. What was closed is proved again, some leaves at a
time, while what was open is searched; until that is done, nothing is proved about the whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.problem.evaluation import Candidate, Neuron
from relupoly.training.problem.interpolation_loss import interpolation_loss, interpolation_proof
from relupoly.training.proof.proof import Closed, Item, Open, Part, Proof, Waiting
from relupoly.training.search.bounder import Bounder, Outcome, Prover
from relupoly.training.search.feature_codes import codes_of, keys_of
from relupoly.training.search.node import Node, children, roots
from relupoly.training.search.open_node import OpenNode
from relupoly.training.search.saved_tree import SavedLeaf, SavedTree
from relupoly.training.search.search_tree import Branch, Leaf, SearchTree

# As long as an answer may take after a stop: a better bound is all that is left to be gained.
_SECONDS_TO_REFINE = 1.0


class Search:
    """A search that can be stopped at every node, and goes on from there.

    Parameters
    ----------
    relaxation : Relaxation
    tree : SearchTree
        Of the problem's width, and with nothing in it.
    bounder : Bounder
        That writes to this tree.
    most_open : int
        How many nodes may wait before the search turns to depth-first.
    gap : Fraction
        The search may end when the loss is within this share of the lower bound.

    Attributes
    ----------
    best : Candidate
        The incumbent.
    nodes, leaves : int
        How many nodes were bounded, and how many of them are finished.
    started : bool
        Whether the whole tree is there, if only as open nodes.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        tree: SearchTree,
        bounder: Bounder,
        most_open: int = 10**6,
        gap: Fraction = Fraction(0),
    ) -> None:
        self.relaxation = relaxation
        self.tree = tree
        self.nodes = 0
        self.leaves = 0
        self.started = False
        self.best = relaxation.padded((), (), Fraction(0))
        self._bounder = bounder
        self._most_open = most_open
        self._gap = gap
        self._floor = interpolation_loss(relaxation.lifted)
        self._heap: list[tuple[Any, int, OpenNode]] = []
        self._trusted: list[OpenNode] = []
        self._saved: Iterator[SavedLeaf] = iter(())
        self._unproved = 0
        self._again: set[int] = set()
        self._turn = 0

    def offer(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction) -> None:
        """Take a net as incumbent, if it is better; with fewer neurons than the problem's it gets zero ones."""
        self._improve(self.relaxation.padded(neurons, signs, output_bias))

    @property
    def certified(self) -> bool:
        """Whether nothing but proofs was trusted."""
        return not self._trusted

    @property
    def lower_bound(self) -> Fraction:
        """No net has a smaller loss."""
        if not self.started or self._unproved:
            return self._floor
        least = self._bounder.closed(self.best.loss)
        bounds = [node.bound for node in self._bounder.nodes] + [bound for bound, _, _ in self._heap[:1]]
        if bounds:
            least = min(least, self._bounder.loss(min(bounds)))
        return max(self._floor, least)

    def run(self, run: Run = UNLIMITED) -> None:
        """Search until the incumbent is proved optimal, or as good as the gap asks for.

        Parameters
        ----------
        run : Run
            It ticks at every step. Where it stops the search, nothing is lost but what compiled threads have in hand.
        """
        if not self.started:
            for identity, node in enumerate(roots(self._width, self._points)):
                self._push(OpenNode.of(identity, node, 0.0, ()))
            self.started = True
        with self._bounder:
            try:
                while (self._heap or self._unproved or self._bounder.nodes) and not self._is_done():
                    run.tick()
                    self._step(run)
            finally:
                while (outcome := self._bounder.halted(self.best)) is not None:
                    self._take_in(outcome)
        if self.best.loss == self._floor:
            self._close_all()
        self._close_proved()
        self._improve(self._bounder.polished(self.best))

    def take_over(self, bounder: Bounder) -> None:
        """Let another bounder go on with this tree."""
        nodes = [node for _, _, node in self._heap] + self._bounder.give_back()
        self._bounder, self._heap = bounder, []
        for node in nodes:
            self._push(bounder.adopted(node))

    def refine(self) -> None:
        """Improve the bounds of the open nodes, as far as a second allows, so that the lower bound is what they prove."""
        waiting = sorted(self._waiting(), key=lambda node: (node.bound, node.identity))
        self._bounder.give_back()
        self._heap = []
        for node in self._bounder.refined(waiting, self.best, _SECONDS_TO_REFINE):
            self._push(node)

    def items(self) -> Iterator[Item]:
        """The tree in preorder; proofs that were not kept are made when they are asked for."""
        claim, prover = self.lower_bound, self._bounder.prover(self.lower_bound)
        waiting = {node.identity: node for node in self._waiting()}
        nodes = roots(self._width, self._points)[::-1]
        for identity, what in self.tree.preorder():
            node = nodes.pop()
            if isinstance(what, Branch):
                nodes += list(children(node, what.split.place, what.split.point))[::-1]
                yield what.split
            elif isinstance(what, Leaf):
                yield self.tree.proof(what) or self._proof(node, what.codes, claim, prover)
            elif (known := waiting[identity].known) and known.value >= claim:
                yield Open(known.proof, known.value)
            else:
                yield Open(self._proof(node, waiting[identity].codes, claim, prover), claim)

    def parts(self) -> Iterator[Part]:
        """The same without proofs: what `resume` needs, and no more."""
        waiting = {node.identity: node for node in self._waiting()}
        half = len(self.relaxation.rays)
        for identity, what in self.tree.preorder():
            if isinstance(what, Branch):
                yield what.split
            elif isinstance(what, Leaf):
                yield Closed(keys_of(what.codes, half))
            else:
                yield Waiting(keys_of(waiting[identity].codes, half))

    def resume(self, parts: Iterable[Part | Item] | SavedTree, run: Run = UNLIMITED) -> None:
        """Go on from the tree of an earlier search.

        Nothing but its splits is believed: open nodes have no bounds, and those that were closed are proved again.

        Parameters
        ----------
        parts : iterable, or SavedTree
            The tree in preorder, as `parts` or `items` gave it.
        run : Run
            It ticks at every node. Where it stops this, the search is of no use.
        """
        saved = parts if isinstance(parts, SavedTree) else SavedTree(parts, self._width, self._points, run)
        half = len(self.relaxation.rays)
        for identity, split, first, count in saved.splits():
            run.tick()
            self.tree.divide(identity, split, first, count)
        for identity, keys in saved.closed_keys():
            run.tick()
            self.tree.close(identity, codes_of(keys, half))
        for leaf in saved.leaves():
            run.tick()
            if not leaf.closed:
                self._push(self._opened(leaf))
        self.tree.reserve(saved.size - self._width - 1)
        self._saved, self._unproved = (leaf for leaf in saved.leaves() if leaf.closed), saved.closed
        self.started = True

    @property
    def _width(self) -> int:
        return self.relaxation.lifted.problem.width

    @property
    def _points(self) -> int:
        return len(self.relaxation.lifted.vectors)

    def _is_done(self) -> bool:
        """Whether the incumbent is as good as the question asks for."""
        return self.best.loss == self._floor or self.best.loss - self.lower_bound <= self._gap * self.best.loss

    def _step(self, run: Run) -> None:
        """Give the bounder as much as it takes, and take in what it did about some of it."""
        while (self._heap or self._unproved) and self._bounder.is_free:
            # In turn, so that both go on: what is new, and what an earlier search closed.
            self._turn += 1
            proving = self._unproved > 0 and (self._turn % 2 == 0 or not self._heap)
            self._bounder.start(self._reopened() if proving else [self._pop()], self.best, proving)
        self._take_in(self._bounder.next(run, self.best))

    def _take_in(self, outcome: Outcome) -> None:
        if outcome.candidate:
            self._improve(outcome.candidate)
        self._discount(outcome.again)
        self.nodes += outcome.nodes
        self.leaves += outcome.leaves
        self._trusted += outcome.trusted
        for node in outcome.left:
            self._push(node)

    def _pop(self) -> OpenNode:
        """The node with the smallest bound; where memory is short, the youngest."""
        if len(self._heap) <= self._most_open:
            return heapq.heappop(self._heap)[2]
        place = max(range(len(self._heap)), key=lambda index: self._heap[index][1])
        node = self._heap[place][2]
        self._heap[place] = self._heap[-1]
        self._heap.pop()
        heapq.heapify(self._heap)
        return node

    def _push(self, node: OpenNode) -> None:
        heapq.heappush(self._heap, (node.bound, node.identity, node))

    def _opened(self, leaf: SavedLeaf) -> OpenNode:
        return OpenNode.of(leaf.identity, leaf.node, 0.0, codes_of(leaf.keys, len(self.relaxation.rays)))

    def _reopened(self) -> list[OpenNode]:
        """Some leaves that were closed once; they are open until they are proved."""
        nodes = [self._opened(leaf) for leaf in islice(self._saved, self._bounder.at_once)]
        for node in nodes:
            self.tree.reopen(node.identity)
        self._unproved -= len(nodes)
        self._again.update(node.identity for node in nodes)
        self._discount(nodes)
        return nodes

    def _discount(self, nodes: Iterable[OpenNode]) -> None:
        """Of nodes that are bounded once more: those of an earlier search were counted when they were closed."""
        again = sum(node.identity in self._again for node in nodes)
        self.nodes = max(0, self.nodes - again)

    def _waiting(self) -> list[OpenNode]:
        """The open nodes."""
        return [node for _, _, node in self._heap] + self._bounder.nodes + self._trusted

    def _close_all(self) -> None:
        """Where no net can be better: what is open is closed by its bound, whatever that is."""
        waiting = self._waiting()
        for node in waiting:
            self.tree.close(node.identity, node.codes)
        self._bounder.give_back()
        self._heap = []
        self.leaves += len(waiting) + self._unproved
        self._saved, self._unproved = iter(()), 0

    def _close_proved(self) -> None:
        """Close the nodes whose bounds, with their proofs, are large enough already."""
        while self._heap and (known := self._heap[0][2].known) and known.value >= self.best.loss:
            node = heapq.heappop(self._heap)[2]
            self.tree.prove(node.identity, known.proof, node.codes)
            self.leaves += 1

    def _proof(self, node: Node, codes: Sequence[int], claim: Fraction, prover: Prover | None) -> Proof:
        """A proof that no net of a node has a loss below the claim: a short one, or the exact one."""
        if claim == self._floor:
            return interpolation_proof(self.relaxation.lifted)
        short = prover.find(OpenNode.of(0, node, 0.0, codes)) if prover else None
        parent = self.relaxation.nothing(keys_of(codes, len(self.relaxation.rays)))
        return short or self.relaxation.solve(node, parent).proof

    def _improve(self, candidate: Candidate) -> None:
        if candidate.loss < self.best.loss:
            self.best = candidate
