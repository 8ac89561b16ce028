"""`Workspace`: arrays that one thread works in, and the calls of the kernel with them.

There are five: `search` below nodes; and for one node `bound` it, `prove` that it is closed, `confirm` another proof, and find
the `basis` of its optimum. The kernel has one compiled function for each kind of loss, with four entries (`bound`, `prove` and
`basis` begin alike). As functions of their own, the five would each hold the relaxation, and most of them the proof. Even as
five branches of one function, where numba took equal calls for calls of different types, they were 759 kB of machine code for
the squared loss instead of 581 kB, which takes 51 s of one core to compile and 8 ms to load.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.training.bounds.basic_dual import Basis
from relupoly.training.compiled.compiled_problem import CompiledProblem, Floats
from relupoly.training.compiled.linear_program import linear_program
from relupoly.training.problem.lifted import Lifted
from relupoly.training.search.open_node import OpenNode, put, take

# The most nodes that one call looks at: its log has as many rows. A step of the search is to take 0.06 s, in which the kernel
# looks at some hundred nodes, or at thousands where there are a dozen samples.
MOST_STEPS = 2048
# That of a loss which no bound reaches.
NO_RATIO = (math.inf, 1.0)

# The most active features: their tables are as large as its square. A net of w neurons needs about as many as these have
# coefficients; where a relaxation needs more, it ends unsolved, and the node is divided.
_MOST_ACTIVE = 300
# Columns beside that: those of the output bias, of the feature that enters, and of one that is tried.
_MORE_COLUMNS = 3
# What a relaxation that is solved to its end is asked to prove: all but a millionth, since the first margin is a hundredth of
# what is left over.
_PROVABLE = 1.0 - 1e-6
# Nodes that may wait in one call: depth-first search keeps up to w for each level below the first. Where there is no room for
# more children, or doubtful nodes, the call ends early, and nothing is lost.
_STACK = 1024
_DOUBTFUL = 64
# Room in the log for this many active features of a leaf, on average, and for one leaf with all; where it is used up, the call
# ends early.
_ACTIVE_OF_A_LEAF = 16


@dataclass(frozen=True)
class Step:
    """What a call of the search did: nodes left, doubtful ones, the incumbent and its net if it is new, counts and the log."""

    left: list[OpenNode]
    doubtful: list[OpenNode]
    incumbent: float
    neurons: Floats | None
    looked_at: int
    closed: int
    log: NDArray[np.int64]
    leaves: NDArray[np.int64]


class Workspace:
    """Arrays that one thread works in.

    Parameters
    ----------
    compiled : CompiledProblem
    log : bool
        Whether to keep a log of what is done with each node.
    """

    def __init__(self, compiled: CompiledProblem, log: bool = False) -> None:
        from relupoly.training import kernel

        rank, width = compiled.lifted.rank, compiled.width
        points, words = len(compiled.lifted.vectors), len(compiled.rays.useful)
        most = _most_start(points, rank, width)
        self._kernel = kernel
        self._program: Any = None if compiled.squared else linear_program(compiled.lifted, compiled.table, _MOST_ACTIVE)
        self._work = _work_arrays(kernel, width, points, rank, words, len(compiled.rays.order))
        self._nodes = _node_table(kernel, _STACK, width, points, most)
        self._doubtful = _node_table(kernel, _DOUBTFUL, width, points, most)
        entries = MOST_STEPS if log else 0
        leaves = entries * _ACTIVE_OF_A_LEAF + _MOST_ACTIVE + 8
        self._log = kernel.Log(np.zeros((entries, 5), dtype=np.int64), np.zeros(leaves, dtype=np.int64))
        self._incumbent = np.zeros(4)
        self._best = np.zeros((width + 1, 1 + rank))
        self._counts = np.zeros(kernel.COUNTERS, dtype=np.int64)
        self._outcome = np.zeros(3)
        compiled_entry = kernel.squared if compiled.squared else kernel.linear
        # A test may have put the kernel's text in the kernel's place.
        partial = getattr(compiled_entry, "partial", functools.partial(functools.partial, compiled_entry))
        self._enter = partial(
            compiled.rays,
            self._work,
            self._program,
            self._nodes,
            self._doubtful,
            self._log,
            self._incumbent,
            self._best,
            self._counts,
            self._outcome,
        )

    def search(
        self,
        nodes: Sequence[OpenNode],
        incumbent: float,
        gap: float = 1.0,
        ratio: tuple[float, float] = NO_RATIO,
        identity: int = 0,
        budget: int = 1,
        descents: int = 0,
    ) -> Step:
        """Search below nodes, depth first.

        Parameters
        ----------
        nodes : sequence of OpenNode
            Not many; the last comes first.
        incumbent : float
            The smallest scaled loss known.
        gap : float
            A node is closed when its bound is at least so many times that.
        ratio : pair of float
            That of a loss which no net has to go below, for a linear loss; see `CompiledProblem.ratio`.
        identity : int
            The first that children may be given.
        budget : int
            How many nodes to look at, at most `MOST_STEPS`.
        descents : int
            How often to start a local search from the net of a node that is divided.
        """
        kernel = self._kernel
        for place, node in enumerate(nodes):
            put(self._nodes, place, node)
        self._incumbent[:] = incumbent, gap, *ratio
        self._counts[:] = 0
        self._counts[kernel.FOLLOWING] = identity
        top = self._enter(kernel.SEARCH, len(nodes), budget, descents)
        found = float(self._incumbent[kernel.LOSS])
        return Step(
            [take(self._nodes, place) for place in range(top)],
            [take(self._doubtful, place) for place in range(self._counts[kernel.PUT])],
            found,
            self._best.copy() if found < incumbent else None,
            int(self._counts[kernel.NODES]),
            int(self._counts[kernel.PROVED]),
            self._log.rows[: self._counts[kernel.LOGGED]].copy(),
            self._log.leaves.copy() if self._counts[kernel.LOGGED] else self._log.leaves[:0],
        )

    def bound(self, node: OpenNode, incumbent: float, gap: float = 1.0) -> float:
        """A proved lower bound on the scaled loss in a node, by its relaxation; at most the incumbent's, if that closes it.

        Parameters
        ----------
        node : OpenNode
        incumbent, gap : float
            As for `search`.
        """
        if not self._solve(node, incumbent, gap, NO_RATIO):
            return float(node.bound)
        bound = max(float(node.bound), self._prove(float(self._outcome[self._kernel.VALUE]) * _PROVABLE))
        return min(bound, incumbent) if bound >= float(self._incumbent[self._kernel.LOSS]) * gap else bound

    def halt(self, stop: bool) -> None:
        """Ask a search that another thread does in this workspace to end soon; or let searches go on again."""
        self._work.halt[0] = int(stop)

    def prove(self, node: OpenNode, wanted: float, ratio: tuple[float, float] = NO_RATIO) -> tuple[Floats, list[int]] | None:
        """A vector that proves that the scaled loss in a node is at least what is wanted; None if none is found.

        Beside it, the features whose product with it has to be exactly 0, by their rays, or -1 for the output bias; the
        vector's entries that are 0 have to stay so, too. All others have a negative product, which `confirm` confirms.
        """
        self._solve(node, wanted, 1.0, ratio)
        if not self._prove(wanted) >= wanted:
            return None
        return self._work.residual.copy(), self._work.spanning[: self._counts[self._kernel.SPANNING]].tolist()

    def linear_dual(self) -> tuple[Floats, int]:
        """The vector of the last proof term by term, for a linear loss, and by what it has to be divided.

        If that is not 0, all is exact; otherwise there is rounding in it.
        """
        program = self._program
        prices = program.price * program.factor
        return prices[::2] + prices[1::2] if program.largest else prices, int(program.size[1])

    def basis(self, node: OpenNode) -> Basis | None:
        """The basis of a node's optimum, for a linear loss; None if that is not found."""
        if not self._solve(node, 0.0, 1.0, NO_RATIO):
            return None
        kernel, program, size = self._kernel, self._program, int(self._program.size[0])
        features = [int(ray + 1) * int(output) for ray, output in zip(program.ray[:size], program.output[:size], strict=True)]
        state = program.state
        return Basis(
            [code for code, ray in zip(features, program.ray, strict=False) if ray != kernel.ENVELOPE],
            np.flatnonzero(state == kernel.TIGHT).tolist(),
            np.flatnonzero(state == kernel.BELOW).tolist(),
        )

    def confirm(self, vector: Floats) -> bool:
        """Whether another vector proves the same node: one with exact products and zeros as said, here rounded to floats."""
        self._work.residual[:] = vector
        return bool(self._enter(self._kernel.CONFIRM, 0, 0, 0))

    def _solve(self, node: OpenNode, incumbent: float, gap: float, ratio: tuple[float, float]) -> bool:
        """Solve a node's relaxation to its end; whether that was possible."""
        put(self._nodes, 0, node)
        self._incumbent[:] = incumbent, gap, *ratio
        return bool(self._enter(self._kernel.SOLVE, 1, 0, 0))

    def _prove(self, wanted: float) -> float:
        """The bound that the relaxation solved just now proves, if possible as large as wanted."""
        self._outcome[self._kernel.WANTED] = wanted
        self._enter(self._kernel.PROVE, 1, 0, 0)
        return float(self._outcome[self._kernel.BOUND])


def workspace_bytes(lifted: Lifted, rays: int) -> int:
    """About how many bytes the workspace of a thread takes, for a problem with so many rays."""
    points, rank, width = len(lifted.vectors), lifted.rank, lifted.problem.width
    columns, cells, words = min(points, _MOST_ACTIVE) + _MORE_COLUMNS, _most_cells(width), rays // 32 + 1
    nodes = (_STACK + _DOUBTFUL) * (width * (points + 2) + 12 * _most_start(points, rank, width) + 40)
    work = 16 * columns * (columns + points) + (points + 8) * cells + 8 * words * (width + 5)
    return nodes + work + 8 * MOST_STEPS * (5 + _ACTIVE_OF_A_LEAF)


def _work_arrays(kernel: Any, width: int, points: int, rank: int, words: int, charted: int) -> Any:
    n = min(points, _MOST_ACTIVE) + _MORE_COLUMNS
    cells = _most_cells(width)
    return kernel.WorkArrays(
        halt=np.zeros(1, dtype=np.int64),
        active=np.zeros(n, dtype=np.int64),
        outputs=np.zeros(n),
        weights=np.zeros(n),
        trial=np.zeros(n),
        basis=np.zeros((n, points)),
        triangle=np.zeros((n, n)),
        inverse=np.zeros((n, n)),
        span=np.zeros((n, points)),
        column=np.zeros(points),
        keep=np.ones(points),
        margin=np.zeros(points),
        rest=np.zeros(points),
        residual=np.zeros(points),
        prices=np.zeros(2 * charted),
        up=np.zeros(charted),
        down=np.zeros(charted),
        up_after=np.zeros(charted),
        up_before=np.zeros(charted),
        down_after=np.zeros(charted),
        down_before=np.zeros(charted),
        places=np.zeros(4, dtype=np.int64),
        masks=np.zeros((width, words), dtype=np.uint64),
        unions=np.zeros((2, words), dtype=np.uint64),
        owner=np.zeros(n, dtype=np.int64),
        ahead=np.zeros((width, points)),
        behind=np.zeros((width, points)),
        preactivation=np.zeros(points),
        prediction=np.zeros(points),
        pool=np.zeros(kernel.POOL, dtype=np.int64),
        pool_outputs=np.zeros(kernel.POOL),
        gains=np.zeros(kernel.POOL),
        grains=np.zeros(kernel.POOL),
        saved_active=np.zeros(n, dtype=np.int64),
        saved_outputs=np.zeros(n),
        saved_weights=np.zeros(n),
        spanning=np.zeros(n, dtype=np.int64),
        shared_cells=np.zeros((cells, points), dtype=np.int8),
        dimensions=np.zeros(cells, dtype=np.int64),
        shared=np.zeros(words, dtype=np.uint64),
        known=np.zeros(words, dtype=np.uint64),
        exact=np.zeros(words, dtype=np.uint64),
        echelon=np.zeros((rank + 1, rank), dtype=np.int64),
        pivots=np.zeros(rank + 1, dtype=np.int64),
        on_plane=np.zeros((width, points), dtype=np.bool_),
        descent_outputs=np.zeros(width, dtype=np.int8),
        descent_sides=np.zeros((width, points), dtype=np.int8),
    )


def _most_cells(width: int) -> int:
    """How many cells a proof may have to look at: those that two neurons of opposite signs share, and their mirror images."""
    pairs = (width // 2) * (width - width // 2)
    return 2 * (pairs + 3) + (pairs + 3) * pairs


def _most_start(points: int, rank: int, width: int) -> int:
    """How many features a node may start from: no more than the kernel's columns, since a file may name any number."""
    return min(points, 4 * rank * width + 16, _MOST_ACTIVE)


def _node_table(kernel: Any, count: int, width: int, points: int, most: int) -> Any:
    return kernel.Nodes(
        identity=np.zeros(count, dtype=np.int64),
        classes=np.zeros(count, dtype=np.int64),
        outputs=np.zeros((count, width), dtype=np.int8),
        counts=np.zeros((count, width), dtype=np.int8),
        sides=np.zeros((count, width, points), dtype=np.int8),
        bounds=np.zeros(count),
        sizes=np.zeros(count, dtype=np.int64),
        start=np.zeros((count, most), dtype=np.int32),
        weights=np.zeros((count, most)),
        doubts=np.zeros(count, dtype=np.int64),
    )
