"""The walk: every full-dimensional activation cell of a net on a domain, once.

Depth first, layer by layer; memory is the depth of the walk, not the number of cells. What is done at a node is in
`relupoly.pieces.walk.step`. Here it is chosen in which arithmetic, for how long interpreted, and in how many threads.

The loop is interpreted for the first steps, which is enough for a small net, and compiled for what is left of a walk in
most nets (`relupoly.pieces.walk.compiled`): some hundred times as fast. Nets whose weights are short integers up to scaling
meet exact ties all the time; for them the walk runs in integers from the start.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Vectors
from relupoly.jit import Engine
from relupoly.pieces.forms.homogeneous import SHORT_BITS, HomogeneousNet
from relupoly.pieces.walk.cell import ActivationCell, Cell
from relupoly.pieces.walk.node import CountedCells, Detail, TakesSteps, WalkNode
from relupoly.pieces.walk.step import Steps
from relupoly.plain_text import counted
from relupoly.run import UNLIMITED, Run
from relupoly.run.cores import cores
from relupoly.run.pool import spread

if TYPE_CHECKING:
    from relupoly.pieces.walk.kernel_walk import KernelWalk

_PATIENCE = 0.02  # seconds: about what it takes to load the compiled walk, which is lost if little is left to do
_FEWEST_STEPS = 20  # a net that takes no more is done before anything is loaded, however busy the machine is
_LONG_PATIENCE = 2.0  # what takes longer mostly takes much longer, and the compiler takes a core, not our time
_TASKS_PER_JOB = 24  # nodes have very different numbers of cells below them: so many, and threads end at about the same time
_SPLITS = 500  # where nodes have few cells below them, splitting does not go on
_ALONE = 0.02  # seconds: for as long as threads, each with tables of its own, take to be of use


ENGINE = Engine("relupoly.pieces.walk.driver", [(Path(__file__).parents[1] / "kernel" / "loop.py", "walk")])


def is_compiled() -> bool:
    """Whether the compiled walk is in memory, or seems to be on disk."""
    return ENGINE.is_compiled


class Walk:
    """Iterates over the cells of a net that has hidden layers.

    Parameters
    ----------
    net : HomogeneousNet
    every_wall : bool
        Whether a cell's walls are all hyperplanes that it touches, in a vertex even; else its facets are enough.
    run : Run, optional
        Asked at every step whether to go on; told in a sentence what takes long.
    kind : type of Vectors, optional
        The arithmetic; by default integers for nets with short ones, else floats.
    patience : int, optional
        After how many steps the walk goes on compiled. By default after about the time that it takes to load the compiled
        walk. Where it is not on disk yet, another process compiles it after some seconds, and the walk goes on meanwhile.
    jobs : int
        The number of threads of the compiled walk.
    watch : ndarray of uint64, optional
        Fingerprints in ascending order: where fingerprints are wanted, only these, and the maps of their cells.
    levels : sequence of fmpz_mat
        The forms of the functions whose level sets are wanted, if any are.
    """

    def __init__(
        self,
        net: HomogeneousNet,
        every_wall: bool = False,
        run: Run = UNLIMITED,
        kind: type[Vectors] | None = None,
        patience: int | None = None,
        jobs: int = 1,
        watch: NDArray[np.uint64] | None = None,
        levels: Sequence[fmpz_mat] = (),
    ) -> None:
        # All walls of a cell are known by its rays alone.
        self.net = net = net.with_rays() if every_wall else net
        self._watch = watch
        self._levels = levels
        self._every_wall = every_wall
        self.run = run
        self.kind = kind or (IntegerVectors if net.bits <= SHORT_BITS else FloatVectors)
        self.steps = self._steps()
        if kind is None:
            run.detail(_arithmetic(net))
        self._jobs = jobs
        self._compiled_walks: list[KernelWalk] = []
        self._own: KernelWalk | None = None
        self._patience = patience
        self._taken = 0
        self._start = time.perf_counter()

    def _steps(self) -> TakesSteps:
        """The steps, by constraints or by rays."""
        if not self.net.bounds:
            return Steps(self.net, self.kind, self._every_wall, self.run)
        from relupoly.pieces.constraints.steps import ConstraintSteps

        return ConstraintSteps(self.net, self.run)

    @property
    def _engine(self) -> Engine:
        """What compiles the walk."""
        if not self.net.bounds:
            return ENGINE
        from relupoly.pieces.constraints.steps import ENGINE as CONSTRAINTS

        return CONSTRAINTS

    @property
    def exact_predicates(self) -> int:
        """How many signs machine arithmetic could not decide, so far."""
        return self.steps.decided + sum(compiled.decided for compiled in self._compiled_walks)

    def __iter__(self) -> Iterator[Cell]:
        for part in self.cells(Detail.EVERY):
            assert isinstance(part, Cell)
            yield part

    def cells(self, detail: Detail, steps: Callable[[], int] | None = None) -> Iterator[ActivationCell | CountedCells]:
        """The cells; those that need no closer look may be only counted.

        Parameters
        ----------
        detail : Detail
        steps : callable, optional
            How many steps, each of which finds one cell at most, the compiled walk may take at once; without it many cells
            may be counted at once, by several threads.
        """
        yield from self._below(self.roots(), detail, steps, self._jobs)

    def below(self, nodes: Iterable[WalkNode], detail: Detail) -> Iterator[ActivationCell | CountedCells]:
        """The cells below some nodes, in this thread; those that need no closer look may be only counted."""
        yield from self._below(iter(nodes), detail, None, 1)

    def roots(self, first: int = 0, step: int = 1) -> Iterator[WalkNode]:
        """As `TakesSteps.roots`."""
        return self.steps.roots(first, step)

    def _below(
        self, nodes: Iterator[WalkNode], detail: Detail, steps: Callable[[], int] | None, jobs: int
    ) -> Iterator[ActivationCell | CountedCells]:
        """The cells below some nodes: interpreted at first, then compiled."""
        for node in nodes:
            waiting = [node]
            while waiting:
                if self._impatient():
                    self._say_compiled(steps is not None, jobs)
                    yield from self._compiled(waiting, nodes, detail, steps, jobs)
                    return
                yield from self.steps.take(waiting)
        if not self._compiled_walks and (reason := self._why_interpreted()):
            self.run.detail(reason)

    def _say_compiled(self, is_limited: bool, jobs: int) -> None:
        """Tell that the walk goes on compiled, and in how many threads."""
        why = "a limit is counted exactly by one" if is_limited else f"{cores()} cores can be used"
        self.run.detail(
            f"the walk goes on compiled, in doubles with error bounds; threads: {1 if is_limited else jobs} ({why})"
        )

    def _why_interpreted(self) -> str | None:
        """Why the walk was not compiled; None if there is nothing to say."""
        if self._engine.is_impossible:
            return "the walk was interpreted to its end, since nothing can be compiled here"
        if self._patience is not None or self._engine.is_compiled:
            return "the walk was interpreted to its end: that took no longer than to load the compiled one"
        return "the walk was interpreted to its end, before there was a compiled one"

    def _impatient(self) -> bool:
        """Whether the interpreted walk has gone on for long enough."""
        if self._patience is not None:
            self._patience -= 1
            return self._patience < 0
        imported = ("relupoly.pieces.constraints.kernel" if self.net.bounds else "relupoly.pieces.kernel") in sys.modules
        self._taken += 1
        if self._taken <= _FEWEST_STEPS and not imported:
            return False  # However busy the machine is, the smallest nets need nothing compiled.
        waited = time.perf_counter() - self._start
        return (imported or waited > _PATIENCE) and self._engine.ready(self.run, begin=waited > _LONG_PATIENCE)

    def _compiled(
        self, waiting: list[WalkNode], nodes: Iterator[WalkNode], detail: Detail, steps: Callable[[], int] | None, jobs: int
    ) -> Iterator[ActivationCell | CountedCells]:
        """The cells below all nodes that are left, by the compiled walk."""
        if steps is not None or jobs == 1:
            self._own = self._own or self._compiled_walk()
            work = self._labour(self._own, detail, steps)
            # The interpreted walk takes the last one first: cells come in the same order, whenever it is left.
            for node in itertools.chain(reversed(waiting), nodes):
                yield from work(node)
            return
        every: Iterator[WalkNode] = itertools.chain(waiting, nodes)
        shared: list[WalkNode] = []
        yield from self._alone(every, shared, detail, jobs)
        yield from spread(
            itertools.chain(shared, every), lambda: self._labour(self._compiled_walk(), detail, None), jobs, self.run
        )

    def _alone(
        self, nodes: Iterator[WalkNode], left: list[WalkNode], detail: Detail, jobs: int
    ) -> Iterator[ActivationCell | CountedCells]:
        """Work on nodes in this thread, for as long as threads take to be of use; then make tasks of what is left."""
        self._own = compiled = self._own or self._compiled_walk()
        end = time.perf_counter() + _ALONE
        while time.perf_counter() < end and (node := next(nodes, None)):
            for part in compiled.below(node, detail, None, self.run, lambda: time.perf_counter() > end):
                if isinstance(part, WalkNode):
                    left.append(part)
                else:
                    yield part
        # The nodes that have waited longest have the most cells below them: they are split.
        for _ in range(_SPLITS):
            if not left or len(left) >= _TASKS_PER_JOB * jobs:
                return
            for part in compiled.below(left.pop(0), detail, lambda: 1, self.run, lambda: True):
                if isinstance(part, WalkNode):
                    left.append(part)
                else:
                    yield part

    def _compiled_walk(self) -> KernelWalk:
        """One more compiled walk."""
        program = self._own.program if self._own else None
        compiled: KernelWalk
        if self.net.bounds:
            from relupoly.pieces.constraints.compiled import CompiledConstraints

            compiled = CompiledConstraints(self.net, program, self._watch)
        else:
            from relupoly.pieces.walk.compiled import CompiledWalk

            compiled = CompiledWalk(self.net, self.kind, program, self._every_wall, self._watch, self._levels)
        self._compiled_walks.append(compiled)
        return compiled

    def _labour(
        self, compiled: KernelWalk, detail: Detail, steps: Callable[[], int] | None
    ) -> Callable[[WalkNode], Iterator[ActivationCell | CountedCells]]:
        """The work of a compiled walk below a node; what it has no room for goes to the interpreted one."""

        def work(node: WalkNode) -> Iterator[ActivationCell | CountedCells]:
            for part in compiled.below(node, detail, steps, self.run):
                if not isinstance(part, WalkNode):
                    yield part
                    continue
                waiting = [part]
                while waiting:
                    yield from self.steps.take(waiting)

        return work


def _arithmetic(net: HomogeneousNet) -> str:
    """How the interpreted walk holds cells, in which arithmetic, and why."""
    if net.bounds:
        seen = counted(net.dimension - 1, "input")
        kind = "set" if net.domain.nrows() else "box"
        return f"cells are held by constraints: a {kind} with {seen} that neurons see has too many vertices for rays"
    if net.bits <= SHORT_BITS:
        return f"the walk is in integers, since the weights have at most {SHORT_BITS} bits up to scaling: ties are exact"
    return f"the walk is in floats with error bounds, since weights have up to {net.bits} bits up to scaling, over {SHORT_BITS}"


def compile_ahead() -> None:
    """Compile the kernel, if the disk does not hold it yet, so that no count has to wait for it."""
    from relupoly.geometry.domain import Domain
    from relupoly.networks.network import Network
    from relupoly.pieces.forms.homogeneous import homogenize

    layer = [[1 / 3, 2 / 3], [3 / 7, -1 / 7]], [1 / 9, 1 / 3]
    for _ in Walk(homogenize(Network.from_rows([layer, layer]), Domain()), patience=0):
        pass
