"""The tables of the compiled walk over constraints: how large they are, and what they hold before it begins.

What each array means is said where the kernel declares them (`relupoly.pieces.constraints.kernel.tables`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relupoly.exact.floats import Floats
from relupoly.pieces import kernel as rays
from relupoly.pieces.constraints.kernel import Cuts
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.walk.tables import Capacity

_ROOM = 4096
_THINNEST = 1e-12  # as in `relupoly.geometry.box_simplex`
_ROWS = 24  # on the way to a cell; it is half as many again where that is not enough


@dataclass(frozen=True)
class Rooms:
    """How much the tables hold: of the stack's, and how many rows there can be on the way to a cell."""

    stack: Capacity
    rows: int

    @classmethod
    def of(cls, net: HomogeneousNet) -> Rooms:
        """What most walks need not have enlarged."""
        planes = net.first_label[-1] - net.first_label[0]
        return cls(Capacity(planes + 8, _ROOM, _ROOM, _ROOM), _ROWS)

    def grown(self) -> Rooms:
        """More of everything but witnesses, of which each node has one."""
        stack = self.stack
        return Rooms(Capacity(stack.rays, 2 * stack.open, 2 * stack.signs, 2 * stack.chosen), self.rows * 3 // 2)


def empty_cuts(net: HomogeneousNet, rooms: Rooms) -> Cuts:
    """The box, without rows."""
    assert net.bounds is not None
    (lower, upper), (inner_lower, inner_upper) = net.bounds.outer, net.bounds.inner
    size, rows, widest = len(lower), rooms.rows, max(net.rows)
    entries, nodes = rows * (rows + 1) // 2, net.first_label[-1] - net.first_label[0] + 8
    return Cuts(
        node=np.zeros((nodes, 6), dtype=np.int64),
        register=np.zeros(3, dtype=np.int64),
        answer=np.zeros(1, dtype=np.int64),
        found=np.zeros((2, size + 1)),
        found_error=np.zeros((2, size + 1)),
        row=np.zeros((rows, size + 1)),
        row_error=np.zeros((rows, size + 1)),
        label=np.zeros(rows, dtype=np.int64),
        side=np.zeros(rows, dtype=np.int8),
        lower=lower,
        upper=upper,
        inner_lower=inner_lower,
        inner_upper=inner_upper,
        size=net.bounds.size,
        scale=np.ones(rows),
        low=np.concatenate([lower, np.zeros(rows)]),
        high=np.concatenate([upper, np.ones(rows)]),
        table=np.zeros((entries, size + 1)),
        basic=np.zeros(entries, dtype=np.int64),
        others=np.tile(np.arange(size, dtype=np.int64), (rows + 1, 1)),
        exchanges=np.zeros(rows + 1, dtype=np.int64),
        cost=np.zeros(size + 1),
        inside=np.zeros(size + rows),
        value=np.zeros(size + rows),
        ratio=np.zeros(size),
        column=np.zeros(size, dtype=np.int64),
        form=np.zeros(size + 1),
        form_error=np.zeros(size + 1),
        multiplier=np.zeros(rows),
        least=np.zeros(widest),
        most=np.zeros(widest),
        spread=np.zeros(widest),
    )


def grown_cuts(net: HomogeneousNet, rooms: Rooms, before: Cuts) -> Cuts:
    """Tables with more room, and the same contents."""
    cuts = empty_cuts(net, rooms)
    for name, new in cuts._asdict().items():
        old = getattr(before, name)
        new[tuple(slice(size) for size in old.shape)] = old
    return cuts


def row_scales(rows: Floats, lower: Floats, upper: Floats) -> Floats:
    """By which rows are multiplied, so that each is 1 on the box at most."""
    most = np.maximum(rows[:, :-1] * lower, rows[:, :-1] * upper).sum(axis=1) + rows[:, -1]
    most = np.maximum(most, _THINNEST * np.abs(rows).max(axis=1, initial=0.0))
    scales: Floats = 1.0 / np.where(most > 0, most, 1.0)
    return scales


def scratch_of(net: HomogeneousNet) -> rays.Scratch:
    """Where the kernel computes what does not outlast a step."""
    widest, last = max(net.rows), len(net.hyperplanes[-1].first)
    return rays.Scratch(
        value=np.zeros((0, 0)),
        error=np.zeros((0, 0)),
        tight=np.zeros(0, dtype=np.uint64),
        signs=np.zeros(0, dtype=np.int8),
        rise=np.zeros((2, widest)),
        weight=np.zeros(net.rows[-1] - 1),
        part=np.zeros(last + 1),
        part_error=np.zeros(last + 1),
        sums=np.zeros((3, 2**rays.SUM_BITS)),
        work=np.zeros((0, 0, 0)),
        row=np.zeros((0, 0)),
        sets=np.zeros(0, dtype=np.uint64),
        at=np.zeros((0, 0)),
        key=np.zeros(0, dtype=np.uint64),
        owner=np.zeros(0, dtype=np.int64),
        pair=np.zeros((0, 0), dtype=np.int64),
        odd=np.zeros(0, dtype=np.int64),
        flipped=np.zeros(widest + 1, dtype=np.int64),
        many_rays=0,
    )
