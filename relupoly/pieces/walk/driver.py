"""The walk: every full-dimensional activation cell of a net on a domain, once.

Depth first, layer by layer. On a cell of the earlier layers the preactivations of the next one are linear forms; their
signs at the rays of the cell's cone tell which of them cut it. A form that does not cut costs one matrix product; the
others cut in turn, each cone into two (`relupoly.geometry.cut`). What a parent's form does not cut, no child's does: so
the forms still open become fewer down the tree. Memory is the depth of the walk, not the number of cells.

The loop is interpreted for the first steps, which is enough for a small net, and compiled for what is left of a walk in
most nets (`relupoly.pieces.walk.compiled`): some hundred times as fast.

Every sign is proved: by an error bound, or in integers where the bound leaves it open (`relupoly.pieces.walk.certify`). Nets
whose weights are short integers up to scaling meet exact ties all the time; for them the walk runs in integers from the
start. Either way the text below is the same.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Signs, Vectors
from relupoly.geometry.cone import Cone
from relupoly.geometry.cut import Crossing, cross, half, touch
from relupoly.jit import Engine
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.walk.cell import Cell, neuron_signs
from relupoly.pieces.walk.certify import decide, refresh
from relupoly.pieces.walk.initial_cones import start
from relupoly.pieces.walk.node import Look, Node, PlainCells, Stage
from relupoly.run import UNLIMITED, Run
from relupoly.run.pool import spread

if TYPE_CHECKING:
    from relupoly.pieces.walk.compiled import CompiledWalk

_SHORT_BITS = 20
_PATIENCE = 0.05
_FEWEST_STEPS = 20
_LONG_PATIENCE = 2.0  # what takes longer mostly takes much longer, and the compiler takes a core, not our time
_TASKS_PER_JOB = 24
_SPLITS = 500
_ALONE = 0.02


ENGINE = Engine("relupoly.pieces.walk.compiled", [(Path(__file__).parents[1] / "kernel" / "loop.py", "walk")])


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
    ) -> None:
        self.net = net
        self._watch = watch
        self._every_wall = every_wall
        self.run = run
        self.kind = kind or (IntegerVectors if net.bits <= _SHORT_BITS else FloatVectors)
        self.fewest = 1 if every_wall else max(1, net.dimension - 1)
        self._jobs = jobs
        self._machines: list[CompiledWalk] = []
        self._own: CompiledWalk | None = None
        self._decided = 0
        self._lock = threading.Lock()
        self._weights: Sequence[Vectors] = net.floats
        if self.kind is not FloatVectors:
            self._weights = [self.kind.from_integers(layer) for layer in net.layers[:-1]]
        self._domain = self.kind.from_directions(net.domain)
        self._patience = patience
        self._taken = 0
        self._start = time.perf_counter()

    @property
    def exact_predicates(self) -> int:
        """How many signs machine arithmetic could not decide, so far."""
        return self._decided + sum(machine.decided for machine in self._machines)

    def __iter__(self) -> Iterator[Cell]:
        for part in self.parts(Look.EVERY):
            assert isinstance(part, Cell)
            yield part

    def parts(self, look: Look, steps: Callable[[], int] | None = None) -> Iterator[Cell | PlainCells]:
        """The cells; those that need no closer look may be only counted.

        Parameters
        ----------
        look : Look
        steps : callable, optional
            How many steps, each of which finds one cell at most, the compiled walk may take at once; without it many cells
            may be counted at once, by several threads.
        """
        yield from self._below(self.roots(), look, steps, self._jobs)

    def below(self, nodes: Iterable[Node], look: Look) -> Iterator[Cell | PlainCells]:
        """The cells below some nodes, in this thread; those that need no closer look may be only counted."""
        yield from self._below(iter(nodes), look, None, 1)

    def roots(self, first: int = 0, step: int = 1) -> Iterator[Node]:
        """The starting cones in the domain, in the first layer; or every `step`-th from the one with number `first` on."""
        root = Stage(LayerMap(self.net, 0), self._weights[0])
        for simplicial in start(self.net).cones(self.kind, first, step):
            self.run.tick()
            cone = self._inside(simplicial, root)
            if cone:
                yield self._enter(root, cone)

    def children(self, node: Node) -> list[Node]:
        """The two halves of a node, or the node that enters the next layer; none where the node is a cell."""
        self.run.tick()
        self._settle(node)
        if len(node.open):
            return self._split(node)
        if node.stage.layer_map.layer + 1 < self.net.depth:
            return [self._next_layer(node)]
        return []

    def _below(
        self, nodes: Iterator[Node], look: Look, steps: Callable[[], int] | None, jobs: int
    ) -> Iterator[Cell | PlainCells]:
        """The cells below some nodes: interpreted at first, then compiled."""
        for node in nodes:
            waiting = [node]
            while waiting:
                if self._impatient():
                    yield from self._compiled(waiting, nodes, look, steps, jobs)
                    return
                yield from self._step(waiting)

    def _impatient(self) -> bool:
        """Whether the interpreted walk has gone on for long enough."""
        if self._patience is not None:
            self._patience -= 1
            return self._patience < 0
        imported = "relupoly.pieces.kernel" in sys.modules
        self._taken += 1
        if self._taken <= _FEWEST_STEPS and not imported:
            return False  # However busy the machine is, the smallest nets need nothing compiled.
        waited = time.perf_counter() - self._start
        return (imported or waited > _PATIENCE) and ENGINE.ready(self.run.notice, begin=waited > _LONG_PATIENCE)

    def _compiled(
        self, waiting: list[Node], nodes: Iterator[Node], look: Look, steps: Callable[[], int] | None, jobs: int
    ) -> Iterator[Cell | PlainCells]:
        """The cells below all nodes that are left, by the compiled walk."""
        if steps is not None or jobs == 1:
            self._own = self._own or self._machine()
            work = self._labour(self._own, look, steps)
            for node in itertools.chain(waiting, nodes):
                yield from work(node)
            return
        every: Iterator[Node] = itertools.chain(waiting, nodes)
        shared: list[Node] = []
        yield from self._alone(every, shared, look, jobs)
        yield from spread(itertools.chain(shared, every), lambda: self._labour(self._machine(), look, None), jobs, self.run)

    def _alone(self, nodes: Iterator[Node], left: list[Node], look: Look, jobs: int) -> Iterator[Cell | PlainCells]:
        """Work on nodes in this thread, for as long as threads take to be of use; then make tasks of what is left."""
        self._own = machine = self._own or self._machine()
        end = time.perf_counter() + _ALONE
        while time.perf_counter() < end and (node := next(nodes, None)):
            for part in machine.below(node, look, None, self.run, lambda: time.perf_counter() > end):
                if isinstance(part, Node):
                    left.append(part)
                else:
                    yield part
        # The nodes that have waited longest have the most cells below them: they are split.
        for _ in range(_SPLITS):
            if not left or len(left) >= _TASKS_PER_JOB * jobs:
                return
            for part in machine.below(left.pop(0), look, lambda: 1, self.run, lambda: True):
                if isinstance(part, Node):
                    left.append(part)
                else:
                    yield part

    def _machine(self) -> CompiledWalk:
        """One more compiled walk."""
        from relupoly.pieces.walk.compiled import CompiledWalk

        machine = CompiledWalk(self.net, self.kind, self._own.program if self._own else None, self._every_wall, self._watch)
        self._machines.append(machine)
        return machine

    def _labour(
        self, machine: CompiledWalk, look: Look, steps: Callable[[], int] | None
    ) -> Callable[[Node], Iterator[Cell | PlainCells]]:
        """The work of a compiled walk below a node; what it has no room for goes to the interpreted one."""

        def work(node: Node) -> Iterator[Cell | PlainCells]:
            for part in machine.below(node, look, steps, self.run):
                if not isinstance(part, Node):
                    yield part
                    continue
                waiting = [part]
                while waiting:
                    yield from self._step(waiting)

        return work

    def _step(self, waiting: list[Node], position: int = -1) -> Iterator[Cell]:
        """Take a node off the list; put its children there, or give it out as a cell."""
        node = waiting.pop(position)
        children = self.children(node)
        waiting += children
        if not children:
            yield self._cell(node)

    def _inside(self, cone: Cone, stage: Stage) -> Cone | None:
        """The part of a starting cone in the domain; None if it has no interior."""
        for row in range(self.net.domain.nrows()):
            label = 1 + row
            if label in cone.walls:
                continue
            form = self._domain.take(np.array([row]))
            signs, cone = self._signs(form, cone, [label], stage.layer_map)
            if not (signs > 0).any():
                return None
            if (signs < 0).any():
                cone = half(cone, self._cross(cone, form, signs[0], label, stage), 1, self.fewest)
            elif np.count_nonzero(signs == 0) >= self.fewest:
                cone = touch(cone, signs, np.array([label]), np.ones(1, dtype=np.int8))
        return cone

    def _enter(self, stage: Stage, cone: Cone) -> Node:
        """A cone that meets a new layer: the signs of all its forms at all rays."""
        layer = stage.layer_map.layer
        planes = self.net.hyperplanes[layer]
        chosen = np.zeros(len(planes.first), dtype=np.int8)
        first = self.net.first_label[layer]
        own = cone.walls >= first
        chosen[cone.walls[own] - first] = cone.sides[own]
        unknown = np.setdiff1d(np.arange(len(chosen)), cone.walls[own] - first)
        forms = stage.forms.take(planes.first[unknown])
        signs, cone = self._signs(forms, cone, (unknown + first).tolist(), stage.layer_map)
        return Node(stage, cone, chosen, unknown, signs)

    def _settle(self, node: Node) -> None:
        """Decide the forms that do not cut the cone; those that touch it become walls."""
        above: NDArray[np.bool_] = np.any(node.signs > 0, axis=1)
        below: NDArray[np.bool_] = np.any(node.signs < 0, axis=1)
        cuts = above & below
        if cuts.all():
            return
        still = ~cuts
        decided = above[still].astype(np.int8) - below[still].astype(np.int8)
        node.chosen[node.open[still]] = decided
        zeros = np.count_nonzero(node.signs[still] == 0, axis=1)
        touching = (zeros >= self.fewest) & (decided != 0)
        if touching.any():
            labels = node.open[still][touching] + self.net.first_label[node.stage.layer_map.layer]
            node.cone = touch(node.cone, node.signs[still][touching], labels, decided[touching])
        node.open, node.signs = node.open[cuts], node.signs[cuts]

    def _split(self, node: Node) -> list[Node]:
        """The two halves of a cone on the sides of its first open hyperplane."""
        stage, cone = node.stage, node.cone
        planes = self.net.hyperplanes[stage.layer_map.layer]
        first = self.net.first_label[stage.layer_map.layer]
        plane, rest = int(node.open[0]), node.open[1:]
        form = stage.forms.take(planes.first[node.open[:1]])
        crossing = self._cross(cone, form, node.signs[0], first + plane, stage)
        forms = stage.forms.take(planes.first[rest])
        fresh, section = self._signs(forms, crossing.section, (rest + first).tolist(), stage.layer_map)
        crossing = replace(crossing, section=section)
        children = []
        for side in (1, -1):
            chosen = node.chosen.copy()
            chosen[plane] = side
            old = node.signs[1:, crossing.signs * side >= 0]
            part = half(cone, crossing, side, self.fewest)
            children.append(Node(stage, part, chosen, rest, np.concatenate([old, fresh], axis=1)))
        return children

    def _next_layer(self, node: Node) -> Node:
        """The cone of a finished layer, entering the next one."""
        stage = node.stage
        layer = stage.layer_map.layer
        active = self._active(layer, node.chosen)
        layer_map = LayerMap(self.net, layer + 1, active, stage.layer_map)
        forms = self._weights[layer + 1].image(stage.forms, active)
        return self._enter(Stage(layer_map, forms, stage, node.chosen), node.cone)

    def _cell(self, node: Node) -> Cell:
        stage = node.stage
        layer = stage.layer_map.layer
        output = LayerMap(self.net, layer + 1, self._active(layer, node.chosen), stage.layer_map)
        return Cell(self.net, node.cone, (*stage.earlier, node.chosen), output)

    def _active(self, layer: int, chosen: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Which neurons of a layer are active, and True for the constant."""
        return np.append(neuron_signs(self.net, layer, chosen) > 0, True)

    def _cross(self, cone: Cone, form: Vectors, signs: Signs, label: int, stage: Stage) -> Crossing:
        """Where a hyperplane crosses a cone, at rays that are accurate."""
        crossing = cross(cone, form, signs, label, self.run)
        return replace(crossing, section=refresh(crossing.section, stage.layer_map, self.run))

    def _signs(self, forms: Vectors, cone: Cone, labels: Sequence[int], layer_map: LayerMap) -> tuple[Signs, Cone]:
        """The proved signs of forms at the rays of a cone; and the cone, with what had to be exact written anew."""
        values = forms.products(cone.rays)
        signs = values.signs()
        cone, decided = decide(signs, cone, labels, layer_map, self.run)
        with self._lock:
            self._decided += decided + values.beyond_machine()
        return signs, cone
