"""Branch and bound in rationals: the global optimum of any loss, with a proof of every leaf.

The nodes wait in a heap, the smallest bound first: none is opened that a search in any other order could spare. Each node
gives a net by summing the rays that its relaxation uses; if that is the best so far, the best weights in its cells are found
too. A node is finished when its bound is no smaller than the best loss, or is attained. When too many nodes wait for the
memory, the one that came last is opened first, until there is room: depth-first search keeps few.

No float decides anything here. That makes this search the reference for the compiled one, what serves the smallest problems,
and what settles nodes that floats cannot.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from relupoly.run import UNLIMITED, Run
from relupoly.training.evaluation import Candidate, Neuron
from relupoly.training.floor import floor_loss, floor_proof
from relupoly.training.node import BEHIND, NeuronClass, Node, children, roots
from relupoly.training.proof import Closed, Item, Key, Open, Part, Split, Waiting
from relupoly.training.relaxation import Bound, Relaxation
from relupoly.training.saved_tree import SavedTree
from relupoly.training.store import ProofStore


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


@dataclass
class _Entry:
    """A place in the tree: an open node with its bound, or a split with its children, or a finished leaf with its proof.

    A node of an earlier search has no bound until it is looked at, but features where its relaxation may start; those of a
    finished leaf are kept for such a search.
    """

    node: Node | None
    bound: Bound | None
    split: Split | None = None
    children: Sequence[int] = ()
    proof: int = -1
    keys: tuple[Key, ...] = ()
    was_closed: bool = False


class ExactSearch:
    """A search that can be stopped at every node, and goes on from there.

    Parameters
    ----------
    relaxation : Relaxation
    most_open : int
        How many nodes may wait before the search turns to depth-first.
    record : bool
        Whether to keep the tree for `items`.

    Attributes
    ----------
    best : Candidate
        The incumbent.
    nodes, leaves : int
        How many nodes were bounded, and how many of them are finished.
    certified : bool
        True: nothing but proofs is trusted.
    """

    def __init__(self, relaxation: Relaxation, most_open: int = 10**6, record: bool = True) -> None:
        problem = relaxation.lifted.problem
        self.relaxation = relaxation
        self.nodes = 0
        self.leaves = 0
        zero = (Fraction(0),) * relaxation.lifted.rank
        self.best = relaxation.evaluated([zero] * problem.width, [1] * problem.width, Fraction(0))
        self.certified = True
        self._most_open = most_open
        self._floor = floor_loss(relaxation.lifted)
        self._store = ProofStore() if record else None
        self._entries: dict[int, _Entry] = {}
        self._number = 0
        self._heap: list[tuple[Fraction, int]] = []
        self._roots: list[int] = []
        self._unproved: list[int] = []
        self._nothing = replace(relaxation.nothing(), value=self._floor, proof=floor_proof(relaxation.lifted))
        self._started = False

    def offer(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction) -> None:
        """Take a net as incumbent, if it is better; with fewer neurons than the problem's it gets zero ones."""
        problem, rank = self.relaxation.lifted.problem, self.relaxation.lifted.rank
        missing = problem.width - len(neurons)
        padded = [*neurons, *[(Fraction(0),) * rank] * missing]
        self._improve(self.relaxation.evaluated(padded, [*signs, *[1] * missing], output_bias))

    @property
    def lower_bound(self) -> Fraction:
        """No net has a smaller loss."""
        if not self.started or self._unproved:
            return self._floor
        # Where nodes were taken out of turn, the heap still has the smallest bound first.
        return min(self._heap[0][0], self.best.loss) if self._heap else self.best.loss

    @property
    def started(self) -> bool:
        """Whether the whole tree is there, if only as open nodes."""
        return self._started

    def run(self, run: Run = UNLIMITED, goal: Callable[[Fraction, Fraction], bool] = lambda loss, bound: False) -> None:
        """Search until the incumbent is proved optimal.

        Parameters
        ----------
        run : Run
            It ticks at every node. Where it stops the search, nothing is lost.
        goal : callable
            Told the best loss and the lower bound; whether they are near enough to stop.
        """
        starts = roots(self.relaxation.lifted.problem.width, len(self.relaxation.lifted.vectors))
        while len(self._roots) < len(starts):
            run.tick()
            start = starts[len(self._roots)]
            self._roots.append(self._entry(start, self._solved(start, self.relaxation.nothing())))
        self._started = True
        # In turn, so that both go on: what is new, and what an earlier search closed.
        proving = False
        while (self._heap or self._unproved) and not goal(self.best.loss, self.lower_bound):
            run.tick()
            proving = bool(self._unproved) and not (proving and self._heap)
            if proving:
                self._prove_again()
            else:
                self._open(self._next(), run)
        while self._heap and self._heap[0][0] >= self.best.loss:
            number = -heapq.heappop(self._heap)[1]
            self._finish(number, self._bound_of(number))

    def items(self) -> Iterator[Item]:
        """The tree in preorder."""
        pending = self._roots[::-1]
        while pending:
            entry = self._entries[pending.pop()]
            if entry.split is not None:
                yield entry.split
                pending.extend(entry.children[::-1])
            elif entry.bound is not None:
                yield Open(entry.bound.proof, entry.bound.value)
            elif entry.node is not None:
                yield Open(self._nothing.proof, self._nothing.value)
            else:
                assert self._store is not None
                yield self._store.get(entry.proof)

    def parts(self) -> Iterator[Part]:
        """The same without proofs: what `resume` needs, and no more."""
        pending = self._roots[::-1]
        while pending:
            entry = self._entries[pending.pop()]
            if entry.split is not None:
                yield entry.split
                pending.extend(entry.children[::-1])
            else:
                yield Waiting(entry.keys) if entry.node is not None and not entry.was_closed else Closed(entry.keys)

    def resume(self, parts: Iterable[Part | Item] | SavedTree, run: Run = UNLIMITED) -> None:
        """Go on from the tree of an earlier search.

        Nothing but its splits is believed: all leaves are nodes that are to be bounded, by which they are proved again.

        Parameters
        ----------
        parts : iterable, or SavedTree
            The tree in preorder, as `parts` or `items` gave it.
        run : Run
            It ticks at every node. Where it stops this, the search is of no use.
        """
        lifted = self.relaxation.lifted
        width, points = lifted.problem.width, len(lifted.vectors)
        tree = parts if isinstance(parts, SavedTree) else SavedTree(parts, width, points, run)
        # Identities count from 0, roots first, and entries from 1.
        for identity, split, first, count in tree.splits():
            run.tick()
            self._entries[identity + 1] = _Entry(None, None, split, range(first + 1, first + count + 1))
        for leaf in tree.leaves():
            run.tick()
            number = leaf.identity + 1
            self._entries[number] = _Entry(leaf.node, None, keys=self._known(leaf.keys), was_closed=leaf.closed)
            if leaf.closed:
                self._unproved.append(number)
            else:
                heapq.heappush(self._heap, (self._floor, -number))
        self._number = tree.size
        self._roots = list(range(1, width + 2))
        self._started = True

    def _known(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Features without those that there are not."""
        return tuple(key for key in keys if key[1] < len(self.relaxation.rays))

    def _prove_again(self) -> None:
        """Bound a leaf that was closed once; it waits with the others if that does not close it."""
        number = self._unproved.pop()
        # It was counted when it was closed.
        self.nodes = max(0, self.nodes - 1)
        try:
            self._bound(number)
        except BaseException:
            self._unproved.append(number)
            raise

    def _bound(self, number: int) -> None:
        """Bound a node of an earlier search: finished at once, or waiting."""
        entry = self._entries[number]
        assert entry.node is not None
        bound = replace(self._nothing, support=entry.keys)
        if bound.value < self.best.loss:
            bound = self._solved(entry.node, bound)
        self._entries[number] = _Entry(entry.node, bound)
        self._place(number)

    def _next(self) -> int:
        """The place in the heap of the open node with the smallest bound; of the last one where memory is short."""
        if len(self._heap) <= self._most_open:
            return 0
        return min(range(len(self._heap)), key=lambda index: self._heap[index][1])

    def _open(self, place: int, run: Run) -> None:
        """Finish a node, or divide it. Until that is done it waits in the heap: so the lower bound is one, and a stop safe."""
        number = -self._heap[place][1]
        entry = self._entries[number]
        node, bound = entry.node, entry.bound
        assert node is not None
        if bound is None:
            self._bound(number)
            self._drop(self._heap.index((self._floor, -number)))
            return
        split = self.relaxation.split(node, bound) if bound.value < self.best.loss else None
        if split is None:
            self._drop(place)
            self._finish(number, bound)
            return
        parts: list[tuple[Node, Bound]] = []
        for child in children(node, split.place, split.point):
            run.tick()
            parts.append((child, self._solved(child, bound)))
        self._drop(place)
        entry.node, entry.bound, entry.split = None, None, split
        entry.children = [self._entry(child, found) for child, found in parts]
        if self._store is None:
            del self._entries[number]

    def _drop(self, place: int) -> None:
        """Take a node out of the heap."""
        if not place:
            heapq.heappop(self._heap)
            return
        self._heap[place] = self._heap[-1]
        self._heap.pop()
        heapq.heapify(self._heap)

    def _bound_of(self, number: int) -> Bound:
        """The bound of an open node."""
        return self._entries[number].bound or self._nothing

    def _solved(self, node: Node, parent: Bound) -> Bound:
        """The bound of a node; its net becomes the incumbent if it is better."""
        bound = self.relaxation.solve(node, parent, self.best.loss)
        self.nodes += 1
        if bound.value < self.best.loss:
            self._improve(self.relaxation.candidate(node, bound))
        return bound

    def _entry(self, node: Node, bound: Bound) -> int:
        """Put a bounded node into the tree: finished at once, or waiting."""
        number = self._keep(_Entry(node, bound))
        self._place(number)
        return number

    def _place(self, number: int) -> None:
        """Finish a bounded node, or let it wait."""
        node, bound = self._entries[number].node, self._bound_of(number)
        assert node is not None
        if bound.value >= self.best.loss or self.relaxation.split(node, bound) is None:
            self._finish(number, bound)
        else:
            heapq.heappush(self._heap, (bound.value, -number))

    def _keep(self, entry: _Entry) -> int:
        self._number += 1
        self._entries[self._number] = entry
        return self._number

    def _finish(self, number: int, bound: Bound) -> None:
        self.leaves += 1
        if self._store is None:
            del self._entries[number]
        else:
            self._entries[number] = _Entry(None, None, proof=self._store.put(bound.proof), keys=bound.support)

    def _improve(self, candidate: Candidate) -> None:
        if candidate.loss < self.best.loss:
            self.best = polish(self.relaxation, candidate)
