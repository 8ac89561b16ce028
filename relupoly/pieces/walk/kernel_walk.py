"""What compiled walks have in common, however they hold cells: bouts of work, and the layers on the current cell.

A kernel goes on as far as floats prove every sign, and returns to Python for whatever else there is. Here it is called again
and again; what it has counted is given out, and what it could not do is done exactly by `relupoly.pieces.walk.compiled`, or by
`relupoly.pieces.constraints.compiled`.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors, safe_from_underflow
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Signs, Vectors
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap, passing
from relupoly.pieces.walk.cell import ActivationCell, neuron_signs
from relupoly.pieces.walk.cell_arrays import cells_of, taken_cells
from relupoly.pieces.walk.face_arrays import faces_of, taken_patterns
from relupoly.pieces.walk.fingerprint_arrays import no_prints, prints_of
from relupoly.pieces.walk.node import CountedCells, Detail, FacePatterns, FingerprintedCells, LevelCells, Stage, WalkNode
from relupoly.pieces.walk.program import program_of
from relupoly.pieces.walk.tables import Capacity
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


class KernelWalk(ABC):
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
    """

    _stack: kernel.Stack
    _room: Capacity

    def __init__(
        self,
        net: HomogeneousNet,
        kind: type[Vectors],
        program: kernel.Program | None = None,
        every_wall: bool = False,
        watch: NDArray[np.uint64] | None = None,
    ) -> None:
        self.net = net
        self.kind = kind
        self.decided = 0
        self.program = program or program_of(net, every_wall)
        self._watch = watch
        self._prints = no_prints(net.depth)
        self._bout = _BOUT
        self._bound: Callable[[int, bool, int], int] | None = None
        self._entries: list[Entry | None] = [None] * net.depth

    def below(
        self,
        node: WalkNode,
        detail: Detail,
        steps: Callable[[], int] | None,
        run: Run = UNLIMITED,
        rest: Callable[[], bool] = lambda: False,
    ) -> Iterator[ActivationCell | CountedCells | WalkNode]:
        """The cells below a node; a node where the interpreted walk has to go on.

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
        if detail & Detail.LIST and not len(self._prints.cells.signs):
            self._prints = self._prints._replace(cells=cells_of(self.net))
            self._bound = None
        while True:
            bout = self._bout if steps is None else max(1, steps())
            began = time.perf_counter()
            status = self._call(int(detail), steps is None, bout)
            self._adapt(time.perf_counter() - began, status == kernel.PAUSED)
            plain = int(self._stack.register[kernel.PLAIN])
            if plain or self._prints.faces.count[0]:
                self._stack.register[kernel.PLAIN] = 0
                yield self._counted(plain, detail)
            if self._prints.levels.cells[0]:
                yield self._level_cells()
            crowded = status == kernel.PRINTED and detail & Detail.LIST and not self._prints.cells.count[0]
            if self._prints.cells.count[0]:
                yield taken_cells(self._prints.cells)
            if status == kernel.DONE:
                return
            if status == kernel.FULL:
                self._grow()
            elif status == kernel.DOUBT:
                self.decided += self._decide(run)
            elif status == kernel.CELL or crowded:
                cell = self._cell(run)
                self._stack.register[kernel.TOP] -= 1
                yield cell
            elif status == kernel.CROWDED:
                yield self._taken()
            elif status == kernel.PAUSED and rest():
                while self._stack.register[kernel.TOP] >= 0:
                    yield self._taken()
                return
            run.tick()

    @abstractmethod
    def _load(self, node: WalkNode) -> bool:
        """Put a node on the empty stack; False if there is no place for such a node."""

    @abstractmethod
    def _call(self, detail: int, bulk: bool, steps: int) -> int:
        """Let the kernel go on; what it works on is laid out for it once."""

    @abstractmethod
    def _grow(self) -> None:
        """Make room, with the same contents."""

    @abstractmethod
    def _decide(self, run: Run) -> int:
        """Decide exactly what the kernel could not; how many signs or programs that were."""

    @abstractmethod
    def _cell(self, run: Run) -> ActivationCell:
        """The top node as a cell."""

    @abstractmethod
    def _node(self) -> WalkNode:
        """The top node, for the interpreted walk."""

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

    def _taken(self) -> WalkNode:
        """The top node, taken off the stack."""
        node = self._node()
        self._stack.register[kernel.TOP] -= 1
        return node

    def _write_stages(self, stages: Sequence[Stage], whole: bool) -> None:
        """Write the layers on the current cell; `whole` tells whether forms may pass for whole numbers."""
        stack, program = self._stack, self.program
        for number, upper in enumerate(stages):
            forms, whole_forms = in_doubles(upper.forms, FloatVectors.from_integers)
            stack.whole[number] = whole and whole_forms
            at, size = stack.form_at[number], forms.value.size
            stack.form[at : at + size], stack.form_error[at : at + size] = forms.value.ravel(), forms.error.ravel()
            stack.serial[number] += 1
            stack.base[number, 0] += 1
            self._entries[number] = Entry(int(stack.serial[number]), upper.layer_map)
        for earlier, signs in enumerate(stages[-1].earlier):
            start = program.plane_at[earlier]
            stack.finished[start : start + len(signs)] = signs
            stack.flat[earlier] = np.count_nonzero(signs == 0)
            self._active(earlier)[:] = passing(self.net, earlier, neuron_signs(self.net, earlier, signs) > 0)
            # What rises across hyperplanes belongs to the neurons that are in the next layer's sums: now to these.
            part = slice(program.row_at[earlier], program.row_at[earlier] + self.net.rows[earlier])
            stack.summed[part] = stack.active[part]
            stack.flips[earlier + 1, kernel.FLIPS] += kernel.FLIPS + 1

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

    def _finished(self, layers: int) -> tuple[NDArray[np.int8], ...]:
        """The signs of the hyperplanes of the first layers, on the current cell."""
        starts = self.program.plane_at
        ends = [*starts[1:], len(self._stack.finished)]
        return tuple(self._stack.finished[starts[layer] : ends[layer]].copy() for layer in range(layers))

    @property
    def _top(self) -> list[int]:
        """What the kernel says of the top node, column by column."""
        found: list[int] = self._stack.nodes[self._stack.register[kernel.TOP]].tolist()
        return found

    def _chosen(self) -> NDArray[np.int8]:
        """The signs of the layer's hyperplanes, as far as they are decided at the top node."""
        start, count = self._top[kernel.CHOSEN0], len(self.net.hyperplanes[self._top[kernel.LAYER]].first)
        chosen: NDArray[np.int8] = self._stack.chosen[start : start + count].copy()
        return chosen

    def _open(self) -> tuple[NDArray[np.intp], Signs]:
        """The open hyperplanes of the top node, and the signs of their forms; views."""
        top = self._top
        rays, count, open0, sign0 = (top[column] for column in (kernel.RAYS, kernel.OPEN, kernel.OPEN0, kernel.SIGN0))
        signs: Signs = self._stack.signs[sign0 : sign0 + count * rays].reshape(count, rays)
        return self._stack.open[open0 : open0 + count], signs

    def _output(self) -> LayerMap:
        """The exact map of the outputs on the current cell."""
        depth = self.net.depth
        return LayerMap(self.net, depth, self._active(depth - 1).copy(), self._layer_map(depth - 1))


def in_doubles(vectors: Vectors, scaled: Callable[[fmpz_mat], FloatVectors]) -> tuple[FloatVectors, bool]:
    """Vectors for the kernel, and whether they are whole numbers, exactly; long integers are scaled as is said."""
    if isinstance(vectors, FloatVectors):
        return vectors, False
    assert isinstance(vectors, IntegerVectors)
    data = vectors.data
    if data.dtype != object and np.abs(data).max(initial=0) < kernel.EXACT:
        return FloatVectors(data.astype(np.float64), np.zeros(data.shape)), True
    return scaled(fmpz_mat(len(data), vectors.width, [int(entry) for entry in data.ravel()])), False
