"""Branch and bound at full speed: compiled, on all cores, and still proved.

Open nodes wait in a heap, the smallest bound first. Each thread takes one, and the kernel searches below it, depth first, for
some hundredths of a second; what is left open comes back, and the thread takes the next. So threads share the work as it
comes, and the heap stays short; a stop waits for what they have in hand. Where too many nodes wait for the memory, the one
that came last is taken first.

Local searches, which start from the nets of nodes, find the optimum early on, but each costs as much as many nodes: the more of
them were of no use, the fewer are begun. With a thousand samples they took four tenths of the time before.

The kernel closes nodes by proved bounds, which have to exceed the incumbent's loss by a billionth. The incumbent is a net of
rationals, the best of its cells, evaluated exactly, and a step counts only if the loss that the kernel went by is no smaller
than that by more than this billionth. The few nodes in between, and those whose signs floats leave open, are settled by
`relupoly.training.exact_search`. Relaxations end when the incumbent is passed, so open nodes know little about their bounds;
`lower_bound` is what is proved, and `refine` solves the relaxations of the nodes that are left, when a search was stopped.

A search that goes on from a file depends on nothing but the splits in it. What was closed is proved again, some leaves at a
time, while what was open is searched; until that is done, nothing is proved about the whole.
"""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from relupoly.jit import Engine
from relupoly.run import UNLIMITED
from relupoly.training.compiled_problem import CompiledProblem
from relupoly.training.crew import Crew, Done
from relupoly.training.dictionary import dictionary
from relupoly.training.evaluation import Candidate, Neuron
from relupoly.training.exact_search import polish, settle
from relupoly.training.floor import floor_loss, floor_proof
from relupoly.training.lifted import lift
from relupoly.training.linear_short_proof import LinearShortProofs
from relupoly.training.losses import ABSOLUTE, SQUARED
from relupoly.training.node import NeuronClass, Node, children, roots
from relupoly.training.open_node import OpenNode
from relupoly.training.problem import Problem
from relupoly.training.proof import Closed, Item, Key, Part, Proof, Split, Waiting
from relupoly.training.proof import Open as OpenItem
from relupoly.training.relaxation import Bound, Relaxation
from relupoly.training.saved_tree import SavedLeaf, SavedTree
from relupoly.training.search_tree import Branch, Leaf, SearchTree
from relupoly.training.short_proof import ShortProofs
from relupoly.training.workspace import MOST_STEPS, Workspace, workspace_bytes

_ABOVE = 1.0 + 1e-9
_FIRST_STEPS = 64
_DESCENTS = 2
_USELESS = 16
_SECONDS_TO_REFINE = 1.0
_LEAST_ROOT = 2.0**-100
_SECONDS_OF_A_STEP = 0.06
# The kernel counts the neurons of a class in bytes.
_WIDEST = 127
# As many leaves are proved again in one step: enough to make handing them out cheap, few enough for the kernel's stack.
_PROVED_AT_ONCE = 64
_ENGINES = {
    loss: Engine(__name__, [(Path(__file__).parent / "kernel" / "entries.py", name)], (loss,), "search")
    for loss, name in ((SQUARED, "squared"), (ABSOLUTE, "linear"))
}


class CompiledSearch:
    """A search that can be stopped, and goes on from there; the interface is that of `ExactSearch`.

    Parameters
    ----------
    relaxation : Relaxation
        Of a problem that `suits`.
    most_open : int
        How many nodes may wait before the search turns to depth-first.
    record : bool
        Whether to keep the tree for `items`.
    jobs : int
        The number of threads.
    gap : Fraction
        Nodes whose bound is within this share of the incumbent's loss are closed.
    certify : bool
        Whether to settle exactly what floats cannot prove; else relaxations are trusted that reach the incumbent's loss but
        for rounding.
    memory : int, optional
        How many bytes the threads' rooms may take: then there are as few threads as that allows, but for one.
    tick : callable, optional
        Called now and then while tables are made; may raise to stop.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        most_open: int,
        record: bool,
        jobs: int,
        gap: Fraction = Fraction(0),
        certify: bool = True,
        memory: int | None = None,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        problem, rank = relaxation.lifted.problem, relaxation.lifted.rank
        self.relaxation = relaxation
        self.nodes = 0
        self.leaves = 0
        self.started = False
        zero = (Fraction(0),) * rank
        self.best = relaxation.evaluated([zero] * problem.width, [1] * problem.width, Fraction(0))
        self._compiled = CompiledProblem(relaxation.lifted, relaxation.rays, UNLIMITED.also(tick))
        if memory is not None:
            jobs = max(1, min(jobs, memory // workspace_bytes(relaxation.lifted, len(relaxation.rays))))
        self._workspaces = [Workspace(self._compiled, record) for _ in range(jobs)]
        self._floor = floor_loss(relaxation.lifted)
        self._most_open = most_open
        self._gap = gap
        self._certify = certify
        self._trusted: list[OpenNode] = []
        self._saved: Iterator[SavedLeaf] = iter(())
        self._unproved = 0
        self._again: set[int] = set()
        self._heap: list[tuple[float, int, OpenNode]] = []
        self._doubtful: list[tuple[float, OpenNode]] = []
        self._crew = Crew(self._workspaces)
        self._steps = 0
        self._useless = 0
        self._budget = 1
        self._next = 0
        self._tree = SearchTree(problem.width + 1) if record else None
        self._polished: Candidate | None = None
        self._ratio = self._compiled.ratio(self.best.loss)

    def offer(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction) -> None:
        """Take a net as incumbent, if it is better; with fewer neurons than the problem's it gets zero ones."""
        problem, rank = self.relaxation.lifted.problem, self.relaxation.lifted.rank
        missing = problem.width - len(neurons)
        padded = [*neurons, *[(Fraction(0),) * rank] * missing]
        self._improve(self.relaxation.evaluated(padded, [*signs, *[1] * missing], output_bias))

    @property
    def certified(self) -> bool:
        """Whether nothing but proofs was trusted."""
        return not self._trusted

    @property
    def lower_bound(self) -> Fraction:
        """No net has a smaller loss."""
        if not self.started or self._unproved:
            return self._floor
        least = self._gap * self._compiled.constant + (1 - self._gap) * self.best.loss
        bounds = [node.bound for _, node in self._doubtful] + [bound for bound, _, _ in self._heap[:1]]
        bounds += [node.bound for node in self._crew.nodes]
        if bounds:
            least = min(least, self._compiled.loss(min(bounds)))
        return max(self._floor, least)

    def run(
        self, tick: Callable[[], None] = lambda: None, goal: Callable[[Fraction, Fraction], bool] = lambda loss, bound: False
    ) -> None:
        """Search until the incumbent is proved optimal, or as good as the gap asks for.

        Parameters
        ----------
        tick : callable
            Called now and then; may raise to stop: then nothing is lost but some tenths of a second.
        goal : callable
            Told the best loss and the lower bound; whether they are near enough to stop.
        """
        if not self.started:
            # Their identities are 0, 1, ..., as in the tree.
            for node in roots(self.relaxation.lifted.problem.width, len(self.relaxation.lifted.vectors)):
                self._push(self._opened(node, 0.0, ()))
            self.started = True
        with self._crew:
            try:
                while self._heap or self._doubtful or self._crew.nodes or self._unproved:
                    if self.best.loss == self._floor or goal(self.best.loss, self.lower_bound):
                        break
                    tick()
                    self._go_on(tick)
            finally:
                while (done := self._crew.halted()) is not None:
                    self._merge(done)
        if self.best.loss == self._floor:
            # Nothing is smaller: what is open is closed by its bound, whatever that is.
            for waiting in self._waiting():
                self._close(waiting.identity, waiting.codes)
            self._heap, self._doubtful = [], []
            self.leaves += self._unproved
            self._saved, self._unproved = iter(()), 0
        self._polish()

    def _waiting(self) -> list[OpenNode]:
        """The open nodes."""
        return [node for _, _, node in self._heap] + [node for _, node in self._doubtful] + self._crew.nodes + self._trusted

    def refine(self, seconds: float = _SECONDS_TO_REFINE) -> None:
        """Solve the relaxations of the open nodes, as far as time allows, so that the lower bound is what they prove."""
        if self._crew.abandoned:
            return
        workspace = self._workspaces[0]
        waiting = sorted(self._waiting(), key=lambda node: (node.bound, node.identity))
        self._heap, self._doubtful = [], []
        end = time.perf_counter() + seconds
        timer = threading.Timer(seconds, workspace.halt, [True])
        timer.daemon = True
        timer.start()
        for node in waiting:
            if time.perf_counter() > end:
                self._push(node)
                continue
            self._push(replace(node, bound=max(node.bound, workspace.bound(node, self._incumbent(), _ABOVE))))
        timer.cancel()
        timer.join()
        workspace.halt(False)

    def items(self) -> Iterator[Item]:
        """The tree in preorder; proofs are made when they are asked for."""
        assert self._tree is not None
        kind = ShortProofs if self._compiled.squared else LinearShortProofs
        short = kind(self._compiled, self._workspaces[0], self.relaxation.prices, self.lower_bound)
        waiting = {node.identity: node for node in self._waiting()}
        nodes = roots(self.relaxation.lifted.problem.width, len(self.relaxation.lifted.vectors))[::-1]
        for identity, what in self._tree.preorder():
            node = nodes.pop()
            if isinstance(what, Branch):
                nodes += list(children(node, what.split.place, what.split.point))[::-1]
                yield what.split
            elif isinstance(what, Leaf):
                yield self._proof(node, what.codes, short)
            elif what is None:
                yield OpenItem(self._proof(node, waiting[identity].codes, short), self.lower_bound)
            else:
                yield what

    def parts(self) -> Iterator[Part]:
        """The same without proofs that are not made yet: what `resume` needs, and no more."""
        assert self._tree is not None
        waiting = {node.identity: node for node in self._waiting()}
        for identity, what in self._tree.preorder():
            if isinstance(what, Branch):
                yield what.split
            elif isinstance(what, Leaf):
                yield Closed(self._keys(what.codes))
            elif what is None:
                yield Waiting(self._keys(waiting[identity].codes))
            else:
                yield Closed(())

    def _proof(self, node: Node, codes: Sequence[int], short: ShortProofs | LinearShortProofs) -> Proof:
        """A proof that no net of a node has a loss below the lower bound: a short one, or the exact one."""
        if self.lower_bound == self._floor:
            return floor_proof(self.relaxation.lifted)
        found = short.find(self._opened(node, 0.0, codes, 0))
        return found or self.relaxation.solve(node, self._parent(codes)).proof

    def resume(self, parts: Iterable[Part | Item] | SavedTree, tick: Callable[[], None] = lambda: None) -> None:
        """Go on from the tree of an earlier search: its `parts` or `items` in preorder.

        Nothing but its splits is believed: open nodes have no bounds, and those that were closed are proved again.
        """
        assert self._tree is not None
        width, points = self.relaxation.lifted.problem.width, len(self.relaxation.lifted.vectors)
        tree = parts if isinstance(parts, SavedTree) else SavedTree(parts, width, points, tick)
        for identity, split, first, count in tree.splits():
            tick()
            self._tree.divide(identity, split, first, count)
        for identity, keys in tree.closed_keys():
            tick()
            self._tree.close(identity, self._codes(keys))
        for leaf in tree.leaves():
            tick()
            if not leaf.closed:
                self._push(self._leaf(leaf))
        self._next = tree.size
        self._saved, self._unproved = (leaf for leaf in tree.leaves() if leaf.closed), tree.closed
        self.started = True

    def _leaf(self, leaf: SavedLeaf) -> OpenNode:
        return self._opened(leaf.node, 0.0, self._codes(leaf.keys), leaf.identity)

    def _reopened(self) -> list[OpenNode]:
        """Some leaves that were closed once; they are open until they are proved."""
        leaves = [self._leaf(leaf) for leaf in islice(self._saved, _PROVED_AT_ONCE)]
        assert self._tree is not None
        for leaf in leaves:
            self._tree.reopen(leaf.identity)
        self._unproved -= len(leaves)
        self._again.update(leaf.identity for leaf in leaves)
        for leaf in leaves:
            self._discount(leaf)
        return leaves

    def _discount(self, node: OpenNode) -> None:
        """Before a node is looked at: one that is looked at again was counted when it was closed."""
        if node.identity in self._again:
            self.nodes = max(0, self.nodes - 1)

    def _codes(self, keys: Iterable[Key]) -> list[int]:
        """Features as the kernel numbers them; those that there are not are left out."""
        half = len(self.relaxation.rays)
        return [sign * (ray + (1 if orientation > 0 else half + 1)) for sign, ray, orientation in keys if ray < half]

    def _keys(self, codes: Iterable[int]) -> tuple[Key, ...]:
        half = len(self.relaxation.rays)
        rays = ((1 if code > 0 else -1, abs(code) - 1) for code in codes)
        return tuple((sign, ray % half, 1 if ray < half else -1) for sign, ray in rays)

    def _incumbent(self) -> float:
        return self._compiled.scaled(self.best.loss)

    def _go_on(self, tick: Callable[[], None]) -> None:
        """Give all threads something to do, and take in what the first of them did."""
        while (self._heap or self._unproved) and self._crew.is_free:
            self._hand_out()
        if self._crew.nodes:
            self._merge(self._crew.next(tick))
        else:
            self._settle_one()

    def _hand_out(self) -> None:
        """Let a thread search below a node for a while, or prove leaves of an earlier search: in turn, so that both go on."""
        self._steps += 1
        proving = self._unproved > 0 and (self._steps % 2 == 0 or not self._heap)
        nodes = self._reopened() if proving else [self._pop()]
        self._ratio = self._compiled.ratio(self.best.loss)
        descents = 0 if proving or self._steps % (1 + self._useless // _USELESS) else _DESCENTS
        budget = max(self._budget, 2 * len(nodes)) if proving else self._budget
        gap = float(1 - self._gap) * _ABOVE
        self._crew.start(nodes, self._incumbent(), gap, self._ratio, self._next, budget, descents)
        self._next += budget * (self._compiled.width + 1)

    def _pop(self) -> OpenNode:
        """The node with the smallest bound; where memory is short, the youngest: depth-first search keeps few."""
        if len(self._heap) <= self._most_open:
            return heapq.heappop(self._heap)[2]
        place = max(range(len(self._heap)), key=lambda index: self._heap[index][1])
        node = self._heap[place][2]
        self._heap[place] = self._heap[-1]
        self._heap.pop()
        heapq.heapify(self._heap)
        return node

    def _set_budget(self, done: Done) -> None:
        """Let steps take as long as they should, after the first ones, which spread what is to be done."""
        if self._steps > _FIRST_STEPS and done.seconds:
            fit = int(_SECONDS_OF_A_STEP * done.step.looked_at / done.seconds)
            self._budget = max(1, min(fit, 2 * self._budget, MOST_STEPS))

    def _merge(self, done: Done) -> None:
        """Take in what a thread did, unless the loss that it went by is none."""
        step = done.step
        self._set_budget(done)
        self._useless += 1
        if step.neurons is not None:
            self._useless = 0
            self._improve(self.relaxation.evaluated(*self._compiled.net(step.neurons)))
        self.nodes += step.looked_at
        if self._incumbent() > step.incumbent * _ABOVE:
            self._doubtful += [(0.0, node) for node in done.nodes]
            return
        self.leaves += step.closed
        for one in step.left:
            self._push(one)
        end = 0
        for identity, place, point, first, count in step.log.tolist():
            if place >= 0:
                self._divide(identity, Split(place, point), first, count)
            else:
                self._close(identity, step.leaves[end:point].tolist())
                end = point
        self._doubtful += [(step.incumbent, doubtful) for doubtful in step.doubtful]

    def _settle_one(self) -> None:
        """Close or divide a doubtful node; if it was doubtful for want of a better incumbent, let it be searched again."""
        self._polish()
        ratio = self._compiled.ratio(self.best.loss)
        if ratio != self._ratio and ratio[0] < math.inf:
            # Of a polished net the loss is short, and the kernel can tell that a bound is as large.
            self._ratio = ratio
            for _, node in self._doubtful:
                self._discount(node)
                self._push(replace(node, doubts=0))
            self._doubtful = []
            return
        before, node = self._doubtful[-1]
        if self._incumbent() * _ABOVE < before:
            self._discount(node)
            self._push(replace(node, doubts=0))
        elif not self._certify and before and node.is_nearly_closed:
            self._trusted.append(node)
        else:
            # If that is stopped, the node stays where it is.
            self._settle(node)
        self._doubtful.pop()

    def _settle(self, node: OpenNode) -> None:
        """Close or divide a node exactly."""
        classes = zip(node.outputs.tolist(), node.counts.tolist(), node.sides, strict=True)
        exact = Node(tuple(NeuronClass(sign, count, sides.copy()) for sign, count, sides in classes))
        self._discount(node)
        self.nodes += 1
        if proof := self._quick_proof(node, exact):
            self.leaves += 1
            if self._tree:
                self._tree.prove(node.identity, proof)
            return
        found = settle(self.relaxation, exact, self.best.loss, self._parent(node.codes))
        self._improve(found.candidate)
        if found.split is None or found.bound.value >= self.best.loss:
            self.leaves += 1
            if self._tree:
                self._tree.prove(node.identity, found.bound.proof)
            return
        first, bound = self._next, max(node.bound, self._below(found.bound.value))
        for child in children(exact, found.split.place, found.split.point):
            self._push(self._opened(child, bound, self._codes(found.bound.support)))
        self._divide(node.identity, found.split, first, self._next - first)

    def _quick_proof(self, node: OpenNode, exact: Node) -> Proof | None:
        """A proof that closes a node, by the basis that floats find for a linear loss."""
        basis = None if self._compiled.squared else self._workspaces[0].basis(node)
        bound = self.relaxation.proved(exact, basis) if basis else None
        return bound.proof if bound and bound.value >= self.best.loss else None

    def _parent(self, codes: Iterable[int]) -> Bound:
        """A bound that says nothing but which features to try first."""
        return replace(self.relaxation.nothing(), support=self._keys(codes))

    def _below(self, loss: Fraction) -> float:
        """A scaled loss, rounded down."""
        scaled = self._compiled.scaled(loss)
        return max(0.0, scaled * (1.0 - 1e-15))

    def _opened(self, node: Node, bound: float, codes: Sequence[int], identity: int | None = None) -> OpenNode:
        if identity is None:
            identity = self._next
            self._next += 1
        return OpenNode(
            identity,
            bound,
            np.array([one.sign for one in node.classes], dtype=np.int8),
            np.array([one.count for one in node.classes], dtype=np.int8),
            np.array([one.sides for one in node.classes], dtype=np.int8),
            np.array([abs(code) - 1 for code in codes], dtype=np.int32),
            np.array([1.0 if code > 0 else -1.0 for code in codes]),
        )

    def _push(self, node: OpenNode) -> None:
        heapq.heappush(self._heap, (node.bound, node.identity, node))

    def _close(self, identity: int, codes: Iterable[int]) -> None:
        if self._tree:
            self._tree.close(identity, codes)

    def _divide(self, identity: int, split: Split, first: int, count: int) -> None:
        if self._tree:
            self._tree.divide(identity, split, first, count)

    def _improve(self, candidate: Candidate) -> None:
        if candidate.loss < self.best.loss:
            self.best = candidate

    def _polish(self) -> None:
        """Let the incumbent be the best net of its cells, exactly."""
        if self._certify and self.best is not self._polished:
            self.best = self._polished = polish(self.relaxation, self.best)


def engine(loss: str) -> Engine:
    """The compiled search for a loss: all but the squared one share theirs."""
    return _ENGINES[SQUARED if loss == SQUARED else ABSOLUTE]


def is_compiled(loss: str) -> bool:
    """Whether the compiled search for a loss is in memory, or seems to be on disk."""
    return engine(loss).is_compiled


def compile_ahead(*losses: str) -> None:
    """Compile the kernel for some losses, or all, where the disk does not hold it yet, so that no training waits for it."""
    for loss in losses or (SQUARED, ABSOLUTE):
        lifted = lift(Problem.from_rows([[0], [1], [3]], [1, 0, 2], width=1, loss=loss))
        CompiledSearch(Relaxation(lifted, dictionary(lifted)), most_open=1, record=False, jobs=1).run()


def suits(relaxation: Relaxation) -> bool:
    """Whether the compiled search is for a problem: one that has something to train, and weights that floats tell from 0."""
    lifted = relaxation.lifted
    if not len(relaxation.rays) or lifted.problem.width > _WIDEST:
        return False
    return float(min(lifted.weights) / max(lifted.weights)) > _LEAST_ROOT**2
