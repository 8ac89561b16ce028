"""Driving the compiled walk: data in and out of its stacks, and what it leaves for exact arithmetic.

`relupoly.pieces.kernel` walks the cells below a node as far as floats prove every sign. This module lays a node
out in the kernel's arrays, decides the doubtful signs in integers and writes them back, makes `Cell`s of the cells that
need a closer look, and returns nodes that the kernel has no room for to the interpreted walk.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors, safe_from_underflow
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Signs, Vectors
from relupoly.geometry.cone import Cone
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap, passing
from relupoly.pieces.walk.cell import Cell, neuron_signs
from relupoly.pieces.walk.certify import decide, exact_cone
from relupoly.pieces.walk.face_arrays import faces_of, taken_patterns
from relupoly.pieces.walk.fingerprint_arrays import no_prints, prints_of
from relupoly.pieces.walk.level_arrays import levels_of
from relupoly.pieces.walk.node import CountedCells, Detail, FacePatterns, FingerprintedCells, LevelCells, Node, Stage
from relupoly.pieces.walk.program import program_of
from relupoly.pieces.walk.tables import Capacity, empty_stack, grown_stack, scratch_tables, section_tables
from relupoly.run import UNLIMITED, Run

# A bout of work has so many steps at first. Then it is made longer while it takes less than `_SHORT` seconds, so that the call
# is worth while, and shorter if it takes more than `_LONG`, so that deadlines, Ctrl-C and progress are prompt.
_BOUT = 256
_SHORT = 0.008
_LONG = 0.08


@dataclass
class Entry:
    """The exact map of a layer, and the serial number of the kernel's entry that it belongs to."""

    serial: int
    layer_map: LayerMap


class CompiledWalk:
    """The compiled walk below one node after another.

    Parameters
    ----------
    net : HomogeneousNet
    kind : type of Vectors
        The arithmetic of nodes that are given back.
    program : kernel.Program, optional
        The net in the kernel's arrays, where another compiled walk has them already.
    every_wall : bool
        As in `relupoly.pieces.walk.driver.Walk`.
    watch : ndarray of uint64, optional
        Fingerprints in ascending order: where fingerprints are wanted, only these, and the maps of their cells.
    levels : sequence of fmpz_mat
        The forms of the functions whose level sets are wanted, if any are.
    """

    def __init__(
        self,
        net: HomogeneousNet,
        kind: type[Vectors],
        program: kernel.Program | None = None,
        every_wall: bool = False,
        watch: NDArray[np.uint64] | None = None,
        levels: Sequence[fmpz_mat] = (),
    ) -> None:
        self.net = net
        self._watch = watch
        self._prints = no_prints(net.depth)
        if levels:
            self._prints = self._prints._replace(levels=levels_of(net, levels))
        self.kind = kind
        self.decided = 0
        self._bout = _BOUT
        self._bound: Callable[[int, bool, int], int] | None = None
        self.program = program or program_of(net, every_wall)
        self._whole = bool((self.program.column == np.rint(self.program.column)).all())
        self._room = Capacity.first()
        self._entries: list[Entry | None] = [None] * net.depth
        self._use(empty_stack(net, self._room))
        self._counting = section_tables(net)

    def below(
        self,
        node: Node,
        detail: Detail,
        steps: Callable[[], int] | None,
        run: Run = UNLIMITED,
        rest: Callable[[], bool] = lambda: False,
    ) -> Iterator[Cell | CountedCells | Node]:
        """The cells below a node; a `Node` where the interpreted walk has to go on.

        Parameters
        ----------
        detail : Detail
            How closely cells are looked at.
        steps : callable or None
            How many steps, each of which finds one cell at most, may be taken before the next look around; None if many
            cells may be counted at once.
        run : Run, optional
            Asked between bouts of work whether to go on.
        rest : callable
            Asked between bouts of work; True ends the work, and the nodes that are left are given out, the topmost first.
        """
        if not self._load(node):
            yield node
            return
        if detail & Detail.FINGERPRINT and not len(self._prints.found):
            self._prints = prints_of(self.net, self._watch)
            self._bound = None
        if detail & Detail.SIMPLE and not len(self._prints.faces.pattern):
            self._prints = self._prints._replace(faces=faces_of(self.net))
            self._bound = None
        while True:
            bout = self._bout if steps is None else max(1, steps())
            began = time.perf_counter()
            status = self._walk(int(detail), steps is None, bout)
            self._adapt(time.perf_counter() - began, status == kernel.PAUSED)
            plain = int(self._stack.register[kernel.PLAIN])
            if plain or self._prints.faces.count[0]:
                self._stack.register[kernel.PLAIN] = 0
                yield self._counted(plain, detail)
            if self._prints.levels.cells[0]:
                yield self._level_cells()
            if status == kernel.DONE:
                return
            if status == kernel.FULL:
                self._grow()
            elif status == kernel.DOUBT:
                self.decided += self._decide(run)
            elif status == kernel.CELL:
                cell = self._cell()
                self._stack.register[kernel.TOP] -= 1
                yield cell
            elif status == kernel.CROWDED:
                yield self._taken()
            elif status == kernel.PAUSED and rest():
                while self._stack.register[kernel.TOP] >= 0:
                    yield self._taken()
                return
            run.tick()

    def _counted(self, plain: int, detail: Detail) -> CountedCells:
        """So many counted cells, with what the kernel has collected of them."""
        faces = self._prints.faces
        cells = int(faces.cells[0])
        found = FacePatterns(cells, taken_patterns(faces, sum(self.net.widths))) if faces.count[0] else None
        return self._fingerprinted(plain, found) if detail & Detail.FINGERPRINT else CountedCells(plain, faces=found)

    def _fingerprinted(self, plain: int, faces: FacePatterns | None) -> FingerprintedCells:
        """The same with fingerprints."""
        prints = self._prints
        count, idle = int(prints.count[0]), np.flatnonzero(prints.idles).tolist()
        fingerprints, words = prints.found[:count].copy(), prints.words[:count].copy()
        if not len(words):
            fingerprints.sort()
        idles = {layer: int(prints.idles[layer]) for layer in idle}
        found = FingerprintedCells(plain, fingerprints, words, idles, faces=faces)
        prints.count[0] = prints.idles[:] = 0
        return found

    def _level_cells(self) -> LevelCells:
        """What the kernel has collected of level sets."""
        levels = self._prints.levels
        cells, count = int(levels.cells[0]), int(levels.count[0])
        levels.cells[0] = levels.count[0] = 0
        return LevelCells(cells, levels.found[:count].copy(), levels.key[:count].copy())

    def _adapt(self, seconds: float, paused: bool) -> None:
        """Make bouts long enough to be worth the call, and short enough for deadlines, Ctrl-C and progress."""
        if paused and seconds < _SHORT:
            self._bout *= 2
        elif seconds > _LONG:
            self._bout = max(1, self._bout // 2)

    def _walk(self, detail: int, bulk: bool, steps: int) -> int:
        """Let the compiled walk go on; what it works on is laid out for it once."""
        if not self._bound:
            # A test may have put the kernel's text in the kernel's place.
            partial = getattr(kernel.walk, "partial", functools.partial(functools.partial, kernel.walk))
            self._bound = partial(self.program, self._stack, self._scratch, self._counting, self._prints)
        return int(self._bound(detail, bulk, steps))

    def _use(self, stack: kernel.Stack) -> None:
        """Let the kernel work on a stack."""
        self._bound = None
        self._stack = stack
        self._scratch = scratch_tables(self.net, self._room)

    def _grow(self) -> None:
        """Twice the room, with the same contents."""
        self._room = self._room.doubled()
        self._use(grown_stack(self.net, self._room, self._stack))

    def _load(self, node: Node) -> bool:
        """Put a node on the empty stack; False if it has too many walls."""
        cone, stage, stack, program = node.cone, node.stage, self._stack, self.program
        walls, rays, layer = len(cone.walls), len(cone.rays), stage.layer_map.layer
        if walls > kernel.WALLS:
            return False
        while (
            max(rays, 1) > self._room.rays
            or node.signs.size > self._room.signs
            or len(node.chosen) > min(self._room.open, self._room.chosen)
        ):
            self._grow()
            stack = self._stack
        stack.register[kernel.TOP] = 0
        stack.nodes[0] = (layer, rays, len(node.open), 0, 0, 0, 0, 0, 0, 0)
        stack.slots[0, :walls], stack.sides[0, :walls] = cone.walls, cone.sides
        vectors, whole = _in_doubles(cone.rays, FloatVectors.from_directions)
        whole = whole and self._whole
        # The forms of earlier layers are wanted, too: rays on their walls are computed afresh from them.
        for number, upper in enumerate(stage.stages):
            forms, whole_forms = _in_doubles(upper.forms, FloatVectors.from_integers)
            stack.whole[number] = whole and whole_forms
            at, size = stack.form_at[number], forms.value.size
            stack.form[at : at + size], stack.form_error[at : at + size] = forms.value.ravel(), forms.error.ravel()
            stack.serial[number] += 1
            stack.base[number, 0] += 1
            self._entries[number] = Entry(int(stack.serial[number]), upper.layer_map)
        stack.value[:rays], stack.error[:rays] = vectors.value, vectors.error
        stack.tight[:rays] = cone.tight.astype(np.uint64) @ (np.uint64(1) << np.arange(walls, dtype=np.uint64))
        stack.open[: len(node.open)] = node.open
        stack.signs[: node.signs.size] = node.signs.ravel()
        stack.chosen[: len(node.chosen)] = node.chosen
        for earlier, signs in enumerate(stage.earlier):
            start = program.plane_at[earlier]
            stack.finished[start : start + len(signs)] = signs
            stack.flat[earlier] = np.count_nonzero(signs == 0)
            self._active(earlier)[:] = passing(self.net, earlier, neuron_signs(self.net, earlier, signs) > 0)
            # What rises across hyperplanes belongs to the neurons that are in the next layer's sums: now to these.
            part = slice(program.row_at[earlier], program.row_at[earlier] + self.net.rows[earlier])
            stack.summed[part] = stack.active[part]
            stack.flips[earlier + 1, kernel.FLIPS] += kernel.FLIPS + 1
        return True

    def _active(self, layer: int) -> NDArray[np.bool_]:
        """Which rows of a finished layer pass on what they compute; a view."""
        start = int(self.program.row_at[layer])
        active: NDArray[np.bool_] = self._stack.active[start : start + self.net.rows[layer]]
        return active

    def _forms(self, layer: int) -> Vectors:
        """The forms of a layer on the current cell of the earlier ones, for the interpreted walk."""
        if self.kind is not FloatVectors:
            return self.kind.from_integers(self._layer_map(layer).forms)
        rows = self.net.rows[layer]
        start, shape = self._stack.form_at[layer], (rows, self.net.dimension)
        part = slice(start, start + rows * self.net.dimension)
        if self._unwritten(layer):
            error = 2 * self._stack.sum_error[self.program.row_at[layer] :][:rows, None] * self._stack.factor[layer]
            value = self._stack.sum[part].reshape(shape[::-1]).T * self._stack.factor[layer]
            return FloatVectors(*safe_from_underflow(value, np.repeat(error, shape[1], axis=1)))
        return FloatVectors(self._stack.form[part].reshape(shape).copy(), self._stack.form_error[part].reshape(shape).copy())

    def _unwritten(self, layer: int) -> bool:
        """Whether the forms of a layer are still to be made of its sums, but for those that the kernel has asked for."""
        stack = self._stack
        last = 0 < layer == self.net.depth - 1
        return bool(last and not stack.whole[layer] and stack.sum_serial[layer] == stack.serial[layer - 1])

    def _layer_map(self, layer: int) -> LayerMap:
        """The exact map of a layer on the current cell of the earlier ones."""
        entry, serial = self._entries[layer], int(self._stack.serial[layer])
        if entry is None or entry.serial != serial:
            entry = Entry(serial, LayerMap(self.net, layer, self._active(layer - 1).copy(), self._layer_map(layer - 1)))
            self._entries[layer] = entry
        return entry.layer_map

    def _top(self) -> tuple[int, int, int, int, int, int, int]:
        """The layer, rays, open hyperplanes of the top node, and where its parts start."""
        layer, rays, count, ray0, open0, sign0, chosen0, *_ = self._stack.nodes[self._stack.register[kernel.TOP]].tolist()
        return layer, rays, count, ray0, open0, sign0, chosen0

    def _cone(self) -> Cone:
        """The cone of the top node; its rays are views."""
        stack, node = self._stack, self._stack.register[kernel.TOP]
        _, rays, _, ray0, *_ = self._top()
        part = slice(ray0, ray0 + rays)
        bits = stack.tight[part, None] >> np.arange(kernel.WALLS, dtype=np.uint64) & np.uint64(1)
        tight = bits.astype(np.bool_)
        used = np.flatnonzero(tight.any(axis=0))
        vectors = FloatVectors(stack.value[part], stack.error[part])
        return Cone(vectors, tight[:, used], stack.slots[node, used], stack.sides[node, used])

    def _open(self) -> tuple[NDArray[np.intp], Signs]:
        """The open hyperplanes of the top node, and the signs of their forms; views."""
        _, rays, count, _, open0, sign0, _ = self._top()
        signs: Signs = self._stack.signs[sign0 : sign0 + count * rays].reshape(count, rays)
        return self._stack.open[open0 : open0 + count], signs

    def _decide(self, run: Run) -> int:
        """Decide the doubtful signs of the top node exactly."""
        layer = self._top()[0]
        planes, signs = self._open()
        labels = (planes + self.net.first_label[layer]).tolist()
        cone, decided = decide(signs, self._cone(), labels, self._layer_map(layer), run)
        # The kernel keeps no values of forms at rays from one call to the next: rays may be rescaled between them.
        self._write_rays(cone.rays)
        return decided

    def _write_rays(self, rays: Vectors) -> None:
        """Put rays in the place of those of the top node."""
        assert isinstance(rays, FloatVectors)
        _, count, _, ray0, *_ = self._top()
        self._stack.value[ray0 : ray0 + count], self._stack.error[ray0 : ray0 + count] = rays.value, rays.error

    def _finished(self, layers: int) -> tuple[NDArray[np.int8], ...]:
        """The signs of the hyperplanes of the first layers, on the current cell."""
        starts = self.program.plane_at
        ends = [*starts[1:], len(self._stack.finished)]
        return tuple(self._stack.finished[starts[layer] : ends[layer]].copy() for layer in range(layers))

    def _cell(self) -> Cell:
        """The top node as a cell."""
        depth = self.net.depth
        output = LayerMap(self.net, depth, self._active(depth - 1).copy(), self._layer_map(depth - 1))
        return Cell(self.net, self._finished(depth), output, _copied(self._cone()))

    def _taken(self) -> Node:
        """The top node, taken off the stack."""
        node = self._node()
        self._stack.register[kernel.TOP] -= 1
        return node

    def _node(self) -> Node:
        """The top node, for the interpreted walk."""
        layer, *_, chosen0 = self._top()
        planes, signs = self._open()
        chosen = self._stack.chosen[chosen0 : chosen0 + len(self.net.hyperplanes[layer].first)].copy()
        stage: Stage | None = None
        for number, earlier in enumerate((None, *self._finished(layer))):
            stage = Stage(self._layer_map(number), self._forms(number), stage, earlier)
        assert stage is not None
        cone = _copied(self._cone())
        if self.kind is not FloatVectors:
            cone = exact_cone(cone, self._layer_map(layer))
        return Node(stage, cone, chosen, planes.copy(), signs.copy())


def _copied(cone: Cone) -> Cone:
    return Cone(cone.rays.take(np.arange(len(cone.rays))), cone.tight, cone.walls, cone.sides)


def _in_doubles(vectors: Vectors, scaled: Callable[[fmpz_mat], FloatVectors]) -> tuple[FloatVectors, bool]:
    """Vectors for the kernel, and whether they are whole numbers, exactly; long integers are scaled as is said."""
    if isinstance(vectors, FloatVectors):
        return vectors, False
    assert isinstance(vectors, IntegerVectors)
    data = vectors.data
    if data.dtype != object and np.abs(data).max(initial=0) < kernel.EXACT:
        return FloatVectors(data.astype(np.float64), np.zeros(data.shape)), True
    return scaled(fmpz_mat(len(data), vectors.width, [int(entry) for entry in data.ravel()])), False
