"""The tables that a compiled walk works on: how large they are, and what they hold before it begins.

What each array means, and who writes it, is said where the kernel declares them (`relupoly.pieces.kernel.tables`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.walk.program import starts

_ROOM = 4096  # some hundred kilobytes; it is doubled where that is not enough
_SECTION_RAYS = 1024  # of all sections of a cone in one dimension; a cone that has more is cut, not counted at once
_FLATS_FROM = 6  # dimension of a cone (five inputs): from there on, linear programs are faster than listing rays of sections
_MANY_RAYS = 32  # of a cone: from there on, edges are looked up in a table, not found by comparing all pairs of rays


@dataclass(frozen=True)
class Capacity:
    """How much the stacks hold of all nodes together: rays, open hyperplanes, signs of their forms at rays, sides chosen."""

    rays: int
    open: int
    signs: int
    chosen: int

    @classmethod
    def first(cls) -> Capacity:
        """What most walks need not have doubled."""
        return cls(_ROOM, _ROOM, 64 * _ROOM, _ROOM)

    def doubled(self) -> Capacity:
        """Twice as much."""
        return Capacity(2 * self.rays, 2 * self.open, 2 * self.signs, 2 * self.chosen)


def empty_stack(net: HomogeneousNet, room: Capacity) -> kernel.Stack:
    """A stack without nodes."""
    d = net.dimension
    planes = net.first_label[-1] - net.first_label[0]
    nodes = planes + 8
    rows = net.rows
    rises = [len(layer.first) * size for layer, size in zip(net.hyperplanes, rows[2:], strict=False)]
    return kernel.Stack(
        register=np.array([-1, 0], dtype=np.int64),
        nodes=np.zeros((nodes, 10), dtype=np.int64),
        slots=np.zeros((nodes, kernel.WALLS), dtype=np.int64),
        sides=np.zeros((nodes, kernel.WALLS), dtype=np.int8),
        value=np.zeros((room.rays, d)),
        error=np.zeros((room.rays, d)),
        tight=np.zeros(room.rays, dtype=np.uint64),
        open=np.zeros(room.open, dtype=np.int64),
        signs=np.zeros(room.signs, dtype=np.int8),
        chosen=np.zeros(room.chosen, dtype=np.int8),
        form=np.zeros(sum(rows) * d),
        form_error=np.zeros(sum(rows) * d),
        form_at=starts([count * d for count in rows]),
        active=np.zeros(sum(rows), dtype=np.bool_),
        finished=np.zeros(planes, dtype=np.int8),
        flat=np.zeros(net.depth, dtype=np.int64),
        serial=np.zeros(net.depth, dtype=np.int64),
        sum=np.zeros(sum(rows) * d),
        sum_error=np.zeros(sum(rows)),
        summed=np.zeros(sum(rows), dtype=np.bool_),
        sum_serial=np.full(net.depth, -1, dtype=np.int64),
        terms=np.zeros(net.depth, dtype=np.int64),
        factor=np.ones(net.depth),
        whole=np.zeros(net.depth, dtype=np.bool_),
        flips=np.zeros((net.depth, kernel.FLIPS + 1), dtype=np.int64),
        rise=np.zeros(sum(rises)),
        rise_at=starts([*rises, 0]),
        risen=np.full((planes, 2), kernel.NEVER, dtype=np.int64),
        base=np.zeros((net.depth, 2), dtype=np.int64),
        beneath=np.zeros(sum(rows), dtype=np.bool_),
    )


def grown_stack(net: HomogeneousNet, room: Capacity, before: kernel.Stack) -> kernel.Stack:
    """A stack with more room, and the same contents."""
    stack = empty_stack(net, room)
    for name, new in stack._asdict().items():
        old = getattr(before, name)
        new[tuple(slice(size) for size in old.shape)] = old
    return stack


def scratch_tables(net: HomogeneousNet, room: Capacity) -> kernel.Scratch:
    """What the kernel writes and reads within a step."""
    d, widest, last = net.dimension, max(net.rows), len(net.hyperplanes[-1].first)
    edges = 2 ** (4 * room.rays * d).bit_length()
    return kernel.Scratch(
        value=np.zeros((room.rays, d)),
        error=np.zeros((room.rays, d)),
        tight=np.zeros(room.rays, dtype=np.uint64),
        signs=np.zeros(room.signs, dtype=np.int8),
        rise=np.zeros((2, widest)),
        weight=np.zeros(net.rows[-1] - 1),
        part=np.zeros(last + 1),
        part_error=np.zeros(last + 1),
        sums=np.zeros((3, 2**kernel.SUM_BITS)),
        work=np.zeros((5, d + 3, d + 3)),
        row=np.zeros((4, widest)),
        sets=np.zeros(kernel.WALLS, dtype=np.uint64),
        at=np.zeros((2, room.rays)),
        key=np.zeros(edges, dtype=np.uint64),
        owner=np.zeros(edges, dtype=np.int64),
        pair=np.zeros((2, room.rays), dtype=np.int64),
        odd=np.zeros(room.rays, dtype=np.int64),
        flipped=np.zeros(widest + 1, dtype=np.int64),
        many_rays=_MANY_RAYS,
    )


def section_tables(net: HomogeneousNet) -> kernel.Room:
    """Where the cells of a last layer are counted: sections of a cone by its hyperplanes, dimension by dimension."""
    d, planes = net.dimension, len(net.hyperplanes[-1].first)
    return kernel.Room(
        value=np.zeros((d, planes, _SECTION_RAYS)),
        error=np.zeros((d, _SECTION_RAYS)),
        span=np.zeros((d, _SECTION_RAYS)),
        tight=np.zeros((d, _SECTION_RAYS), dtype=np.uint64),
        ray=np.zeros(_SECTION_RAYS, dtype=np.int64),
        pair=np.zeros((2, _SECTION_RAYS), dtype=np.int64),
        open=np.zeros((d, planes), dtype=np.int64),
        count=np.zeros((d, 4), dtype=np.int64),
        ratio=np.zeros(planes),
        doubt=np.zeros(planes),
        form=np.zeros((kernel.WALLS + planes + 1, d)),
        form_error=np.zeros((kernel.WALLS + planes + 1, d)),
        table=np.zeros((d, d, kernel.WALLS + planes + 1 + d)),
        basis=np.zeros((d, d), dtype=np.int64),
        reach=np.zeros(d),
        vertex=np.zeros(d),
        vertex_error=np.zeros(d),
        residual=np.zeros(d),
        entry=np.zeros(d),
        size=np.zeros(kernel.WALLS + planes + 1),
        rounding=np.zeros(kernel.WALLS + planes + 1),
        start=np.zeros(planes),
        start_error=np.zeros(planes),
        pivot=np.zeros((2, d), dtype=np.int64),
        flats_from=_FLATS_FROM,
    )
