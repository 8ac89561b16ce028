"""`CompiledBounder`: searches below nodes at full speed, compiled, on all cores, and still proved.

Each thread takes a node, and the kernel searches below it, depth first, for some hundredths of a second; what is left open
comes back, and the thread takes the next. So threads share the work as it comes, and the heap of the search stays short; a stop
waits for what they have in hand.

Local searches, which start from the nets of nodes, find the optimum early on, but each costs as much as many nodes: the more of
them were of no use, the fewer are begun. With a thousand samples they took four tenths of the time before.

The kernel closes nodes by proved bounds, which have to exceed by a billionth what has to be reached, the incumbent's loss
less the gap, or to equal it in whole numbers. The incumbent is a net of
rationals, the best of its cells, evaluated exactly, and a step counts only if the loss that the kernel went by is no smaller
than that by more than this billionth. The few nodes in between, and those whose signs floats leave open, are settled by
`relupoly.training.search.exact_bounder`. Relaxations end when the incumbent is passed, so open nodes know little about their
bounds; `refined` solves the relaxations of the nodes that are left, when a search was stopped.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from relupoly.jit import Engine
from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.compiled.compiled_problem import CompiledProblem
from relupoly.training.compiled.workspace import MOST_STEPS, Workspace, workspace_bytes
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.losses import ABSOLUTE, SQUARED
from relupoly.training.problem.problem import Problem
from relupoly.training.proof.linear_short_proof import LinearShortProofs
from relupoly.training.proof.proof import Proof, Split
from relupoly.training.proof.short_proof import ShortProofs
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.bounder import Outcome
from relupoly.training.search.exact_bounder import ExactBounder
from relupoly.training.search.open_node import OpenNode
from relupoly.training.search.search import Search
from relupoly.training.search.search_tree import SearchTree
from relupoly.training.search.worker_pool import Done, WorkerPool

# The kernel closes a node when its bound exceeds the incumbent's loss by this share, a billionth: far more than its rounding,
# and far less than what tells nets apart.
_ABOVE = 1.0 + 1e-9
# A rational bound as a float, rounded down: the relative error of a double is 2^-53, a ninth of this.
_BELOW = 1.0 - 1e-15
# The first steps look at one node each, so that there is something to do for all threads soon.
_FIRST_STEPS = 64
# Two local searches from the net of each node that is divided; one step more without them after each 16 steps of no use.
_DESCENTS, _USELESS = 2, 16
# A step: long beside what handing it out costs, short beside what a stop may wait for.
_SECONDS_OF_A_STEP = 0.06
# Roots of weights, scaled, stay so far from 0 that their squares and the products with small residuals do not underflow.
_LEAST_ROOT = 2.0**-100
# The kernel counts the neurons of a class in bytes.
_WIDEST = 127
_ENGINES = {
    loss: Engine(__name__, [(Path(__file__).parents[1] / "kernel" / "entries.py", name)], (loss,), "search")
    for loss, name in ((SQUARED, "squared"), (ABSOLUTE, "linear"))
}


class CompiledBounder:
    """Searches below nodes with the kernel; see `relupoly.training.search.bounder.Bounder`.

    Parameters
    ----------
    relaxation : Relaxation
        Of a problem that `suits`.
    tree : SearchTree
    jobs : int
        The number of threads.
    gap : Fraction
        Nodes whose bound is within this share of the incumbent's loss are closed.
    certify : bool
        Whether to settle exactly what floats cannot prove; else relaxations are trusted that reach the incumbent's loss but
        for rounding.
    memory : int, optional
        How many bytes the threads' workspaces may take: then there are as few threads as that allows, but for one.
    run : Run, optional
        It ticks now and then while tables are made.
    """

    # Enough to make handing them out cheap, few enough for the kernel's stack.
    at_once = 64

    def __init__(
        self,
        relaxation: Relaxation,
        tree: SearchTree,
        jobs: int = 1,
        gap: Fraction = Fraction(0),
        certify: bool = True,
        memory: int | None = None,
        run: Run = UNLIMITED,
    ) -> None:
        self._relaxation = relaxation
        self._tree = tree
        self._gap = gap
        self._certify = certify
        self._exact = ExactBounder(relaxation, tree, polishing=certify)
        self._compiled = CompiledProblem(relaxation.lifted, relaxation.rays, run)
        if memory is not None:
            jobs = max(1, min(jobs, memory // workspace_bytes(relaxation.lifted, len(relaxation.rays))))
        self.workspaces = [Workspace(self._compiled, tree.record) for _ in range(jobs)]
        self._pool = WorkerPool(self.workspaces)
        # Nodes that are left to rationals, with the incumbent that the kernel went by; 0 if it went by a wrong one.
        self._doubtful: list[tuple[float, OpenNode]] = []
        self._ratio = (math.inf, 1.0)
        self._steps = 0
        self._useless = 0
        self._budget = 1

    def __enter__(self) -> None:
        self._pool.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._pool.__exit__(*error)

    @property
    def nodes(self) -> list[OpenNode]:
        """The nodes below which threads search, and the doubtful ones."""
        return self._pool.nodes + [node for _, node in self._doubtful]

    @property
    def is_free(self) -> bool:
        """Whether some thread has nothing to do."""
        return self._pool.is_free

    def start(self, nodes: list[OpenNode], best: Candidate, proving: bool) -> None:
        """Let a thread search below some nodes for a while."""
        self._steps += 1
        self._ratio = self._compiled.ratio(best.loss)
        descents = 0 if proving or self._steps % (1 + self._useless // _USELESS) else _DESCENTS
        budget = max(self._budget, 2 * len(nodes)) if proving else self._budget
        first = self._tree.reserve(budget * (self._compiled.width + 1))
        gap = float(1 - self._gap) * _ABOVE
        self._pool.start(nodes, self._scaled(best), gap, self._ratio, first, budget, descents)

    def next(self, run: Run, best: Candidate) -> Outcome:
        """Wait for a thread; where all are idle, settle a doubtful node."""
        return self._taken(self._pool.next(run), best) if self._pool.nodes else self._settled(best)

    def halted(self, best: Candidate) -> Outcome | None:
        """Halt the threads, and take in what one of them did."""
        done = self._pool.halted()
        return self._taken(done, best) if done else None

    def give_back(self) -> list[OpenNode]:
        """The doubtful nodes; threads keep what they have until they are halted."""
        nodes = [node for _, node in self._doubtful]
        self._doubtful = []
        return nodes

    def polished(self, best: Candidate) -> Candidate:
        """The best net of the cells of a net, exactly."""
        return self._exact.polished(best)

    def adopted(self, node: OpenNode) -> OpenNode:
        """A node of a search in rationals, with its bound scaled and rounded down."""
        return replace(node, bound=self._below(node.known.value) if node.known else 0.0)

    def loss(self, bound: Any) -> Fraction:
        """The loss that a scaled one stands for."""
        return self._compiled.loss(bound)

    def closed(self, loss: Fraction) -> Fraction:
        """Nodes are closed within the gap."""
        return self._gap * self._compiled.constant + (1 - self._gap) * loss

    def refined(self, nodes: list[OpenNode], best: Candidate, seconds: float) -> list[OpenNode]:
        """Nodes whose relaxations are solved to the end, as far as time allows."""
        if self._pool.abandoned:
            return nodes
        workspace, found = self.workspaces[0], []
        end = time.perf_counter() + seconds
        timer = threading.Timer(seconds, workspace.halt, [True])
        timer.daemon = True
        timer.start()
        for node in nodes:
            if time.perf_counter() > end:
                found.append(node)
                continue
            bound = workspace.bound(node, self._scaled(best), _ABOVE)
            found.append(replace(node, bound=max(node.bound, bound)))
        timer.cancel()
        timer.join()
        workspace.halt(False)
        return found

    def prover(self, claim: Fraction) -> ShortProofs | LinearShortProofs:
        """Finds short proofs of what the kernel closed."""
        kind = ShortProofs if self._compiled.squared else LinearShortProofs
        return kind(self._compiled, self.workspaces[0], self._relaxation.prices, claim)

    def _scaled(self, best: Candidate) -> float:
        return self._compiled.scaled(best.loss)

    def _below(self, loss: Fraction) -> float:
        """A scaled loss, rounded down."""
        return max(0.0, self._compiled.scaled(loss) * _BELOW)

    def _taken(self, done: Done, best: Candidate) -> Outcome:
        """What a thread did, unless the loss that it went by is none."""
        step = done.step
        self._set_budget(done)
        self._useless += 1
        outcome = Outcome(nodes=step.looked_at)
        if step.neurons is not None:
            self._useless = 0
            outcome.candidate = self._relaxation.evaluated(*self._compiled.net(step.neurons))
            best = min(best, outcome.candidate, key=lambda net: net.loss)
        if self._scaled(best) > step.incumbent * _ABOVE:
            self._doubtful += [(0.0, node) for node in done.nodes]
            return outcome
        outcome.leaves, outcome.left = step.closed, step.left
        end = 0
        for identity, place, point, first, count in step.log.tolist():
            if place >= 0:
                self._tree.divide(identity, Split(place, point), first, count)
            else:
                self._tree.close(identity, step.leaves[end:point].tolist())
                end = point
        self._doubtful += [(step.incumbent, doubtful) for doubtful in step.doubtful]
        return outcome

    def _set_budget(self, done: Done) -> None:
        """Let steps take as long as they should, after the first ones, which spread what is to be done."""
        if self._steps > _FIRST_STEPS and done.seconds:
            fit = int(_SECONDS_OF_A_STEP * done.step.looked_at / done.seconds)
            self._budget = max(1, min(fit, 2 * self._budget, MOST_STEPS))

    def _settled(self, best: Candidate) -> Outcome:
        """Close or divide a doubtful node; if it was doubtful for want of a better incumbent, let it be searched again."""
        best = self.polished(best)
        ratio = self._compiled.ratio(best.loss)
        if ratio != self._ratio and ratio[0] < math.inf:
            # Of a polished net the loss is short, and the kernel can tell that a bound is as large.
            self._ratio = ratio
            nodes = self.give_back()
            return Outcome([replace(node, doubts=0) for node in nodes], best, again=nodes)
        before, node = self._doubtful[-1]
        if self._scaled(best) * _ABOVE < before:
            outcome = Outcome([replace(node, doubts=0)], best, again=[node])
        elif not self._certify and before and node.is_nearly_closed:
            outcome = Outcome(candidate=best, trusted=[node])
        else:
            # If that is stopped, the node stays where it is.
            outcome = self._settled_exactly(node, best)
        self._doubtful.pop()
        return outcome

    def _settled_exactly(self, node: OpenNode, best: Candidate) -> Outcome:
        if proof := self._quick_proof(node, best):
            self._tree.prove(node.identity, proof, node.codes)
            return Outcome(candidate=best, nodes=1, leaves=1, again=[node])
        outcome = self._exact.settled(node, best)
        outcome.left = [replace(child, bound=max(node.bound, self.adopted(child).bound)) for child in outcome.left]
        outcome.again = [node]
        return outcome

    def _quick_proof(self, node: OpenNode, best: Candidate) -> Proof | None:
        """A proof that closes a node, by the basis that floats find for a linear loss."""
        basis = None if self._compiled.squared else self.workspaces[0].basis(node)
        bound = self._relaxation.proved(node.node, basis) if basis else None
        return bound.proof if bound and bound.value >= best.loss else None


def compiled_search(
    relaxation: Relaxation,
    most_open: int = 10**6,
    record: bool = True,
    jobs: int = 1,
    gap: Fraction = Fraction(0),
    certify: bool = True,
) -> Search:
    """A search of a problem that `suits`, compiled from the start."""
    tree = SearchTree(relaxation.lifted.problem.width + 1, record)
    return Search(relaxation, tree, CompiledBounder(relaxation, tree, jobs, gap, certify), most_open, gap)


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
        compiled_search(Relaxation(lifted, ray_table(lifted)), most_open=1, record=False).run()


def suits(relaxation: Relaxation) -> bool:
    """Whether the kernel can search a problem: one that has something to train, and weights that floats tell from 0."""
    lifted = relaxation.lifted
    if not len(relaxation.rays) or lifted.problem.width > _WIDEST:
        return False
    return float(min(lifted.weights) / max(lifted.weights)) > _LEAST_ROOT**2
