"""Driving the compiled walk: data in and out of its stacks, and what it leaves for exact arithmetic.

`relupoly.pieces.kernel` walks the cells below a node as far as floats prove every sign. This module lays a node
out in the kernel's arrays, decides the doubtful signs in integers and writes them back, makes `Cell`s of the cells that
need a closer look, and returns nodes that the kernel has no room for to the interpreted walk.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.vectors import Vectors
from relupoly.geometry.cone import Cone
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.certify import decide, exact_cone
from relupoly.pieces.walk.kernel_walk import KernelWalk, in_doubles
from relupoly.pieces.walk.level_arrays import levels_of
from relupoly.pieces.walk.node import Node, Stage, WalkNode
from relupoly.pieces.walk.tables import Capacity, empty_stack, grown_stack, scratch_tables, section_tables
from relupoly.run import Run

_SLOTS = np.arange(kernel.WALLS, dtype=np.uint64)
_ONE = np.uint64(1)


class CompiledWalk(KernelWalk):
    """The compiled walk over cells that are held by rays.

    Parameters
    ----------
    net, kind, program, every_wall, watch
        As in `KernelWalk`.
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
        super().__init__(net, kind, program, every_wall, watch)
        if levels:
            self._prints = self._prints._replace(levels=levels_of(net, levels))
        self._whole = bool((self.program.column == np.rint(self.program.column)).all())
        self._room = Capacity.first()
        self._use(empty_stack(net, self._room))
        self._counting = section_tables(net)

    def _call(self, detail: int, bulk: bool, steps: int) -> int:
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

    def _load(self, node: WalkNode) -> bool:
        """Put a node on the empty stack; False if it has too many walls."""
        assert isinstance(node, Node)
        cone, stage, stack = node.cone, node.stage, self._stack
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
        vectors, whole = in_doubles(cone.rays, FloatVectors.from_directions)
        # The forms of earlier layers are wanted, too: rays on their walls are computed afresh from them.
        self._write_stages(stage.stages, whole and self._whole)
        stack.value[:rays], stack.error[:rays] = vectors.value, vectors.error
        stack.tight[:rays] = cone.tight.astype(np.uint64) @ (np.uint64(1) << np.arange(walls, dtype=np.uint64))
        stack.open[: len(node.open)] = node.open
        stack.signs[: node.signs.size] = node.signs.ravel()
        stack.chosen[: len(node.chosen)] = node.chosen
        return True

    def _cone(self) -> Cone:
        """The cone of the top node; its rays are views."""
        stack, node = self._stack, self._stack.register[kernel.TOP]
        rays, ray0 = self._top[kernel.RAYS], self._top[kernel.RAY0]
        part = slice(ray0, ray0 + rays)
        words = stack.tight[part]
        used = np.flatnonzero(np.bitwise_or.reduce(words) >> _SLOTS & _ONE)
        tight = (words[:, None] >> _SLOTS[used] & _ONE).astype(np.bool_)
        vectors = FloatVectors(stack.value[part], stack.error[part])
        return Cone(vectors, tight, stack.slots[node, used], stack.sides[node, used])

    def _decide(self, run: Run) -> int:
        """Decide the doubtful signs of the top node exactly."""
        layer = self._top[kernel.LAYER]
        planes, signs = self._open()
        labels = (planes + self.net.first_label[layer]).tolist()
        cone, decided = decide(signs, self._cone(), labels, self._layer_map(layer), run)
        # The kernel keeps no values of forms at rays from one call to the next: rays may be rescaled between them.
        self._write_rays(cone.rays)
        return decided

    def _write_rays(self, rays: Vectors) -> None:
        """Put rays in the place of those of the top node."""
        assert isinstance(rays, FloatVectors)
        count, ray0 = self._top[kernel.RAYS], self._top[kernel.RAY0]
        self._stack.value[ray0 : ray0 + count], self._stack.error[ray0 : ray0 + count] = rays.value, rays.error

    def _cell(self, run: Run) -> Cell:
        """The top node as a cell."""
        return Cell(self.net, self._finished(self.net.depth), self._output(), _copied(self._cone()))

    def _node(self) -> Node:
        """The top node, for the interpreted walk."""
        layer = self._top[kernel.LAYER]
        planes, signs = self._open()
        stage: Stage | None = None
        for number, earlier in enumerate((None, *self._finished(layer))):
            stage = Stage(self._layer_map(number), self._forms(number), stage, earlier)
        assert stage is not None
        cone = _copied(self._cone())
        if self.kind is not FloatVectors:
            cone = exact_cone(cone, self._layer_map(layer))
        return Node(stage, self._chosen(), planes.copy(), signs.copy(), cone)


def _copied(cone: Cone) -> Cone:
    return Cone(cone.rays.take(np.arange(len(cone.rays))), cone.tight, cone.walls, cone.sides)
