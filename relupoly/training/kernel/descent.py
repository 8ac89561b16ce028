"""Local search from closed cells: the best net of the cells, then with one neuron on the other side of one point."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.masks import set_masks
from relupoly.training.kernel.nets import keep_net, spread
from relupoly.training.kernel.nodes import activate, save_active, start_free
from relupoly.training.kernel.relaxation import net_loss, relax
from relupoly.training.kernel.tables import LOSS
from relupoly.training.kernel.tolerances import BETTER, CLOSE, ON_PLANE
from relupoly.training.kernel.vectors import dot, largest_of


@njit()
def set_cells(rays, work, nodes, place, size):
    """Output signs and closed cells of the neurons of a node's net: in each class, one is the sum of its rays, the others 0."""
    half = rays.values.shape[0]
    n = 0
    for c in range(nodes.classes[place]):
        z = work.preactivation
        z[:] = 0.0
        for a in range(rays.ones.shape[0], size):
            if work.owner[a] == c:
                ray = work.active[a]
                x = work.weights[a] * rays.scales[ray] * (1.0 if ray < half else -1.0)
                row = rays.values[ray % half]
                for j in range(row.size):
                    z[j] += x * row[j]
        for one in range(nodes.counts[place, c]):
            work.descent_outputs[n] = nodes.outputs[place, c]
            for j in range(z.size):
                work.descent_sides[n, j] = 1 if one or z[j] >= 0.0 else -1
            n += 1


@njit()
def descend(rays, work, program, incumbent, best):
    """Local search from closed cells: the best net there, then with a point on a hyperplane moved to its other side.

    It ends where no move helps; the net becomes the incumbent if it is better.
    """
    outputs, cells = work.descent_outputs, work.descent_sides
    width, points = cells.shape
    loss = np.inf
    place = 0
    moved = -1
    size = rays.ones.shape[0]
    while True:
        set_masks(rays, work, outputs, cells, width)
        now = start_free(rays, work)
        for a in range(now, size):
            now = activate(work, outputs, width, work.saved_active[a], work.saved_outputs[a], work.saved_weights[a], now)
        now, _, _ = relax(rays, work, program, now, -1.0)
        if work.halt[0]:
            return
        spread(rays, work, outputs, width, now)
        found = net_loss(rays, work, program, now, width)
        if found < loss * (1.0 - CLOSE):
            loss = found
            size = now
            save_active(work, size)
            _set_on_plane(rays, work)
            place = 0
            if loss < incumbent[LOSS] * BETTER:
                incumbent[LOSS] = loss
                keep_net(rays, work, outputs, width, size, best)
        elif moved >= 0:
            cells[moved // points, moved % points] *= -1
        while place < width * points and not work.on_plane[place // points, place % points]:
            place += 1
        if place == width * points:
            return
        moved = place
        place += 1
        cells[moved // points, moved % points] *= -1


@njit()
def _set_on_plane(rays, work):
    """Mark the points where a neuron that is not 0 everywhere is 0."""
    least = ON_PLANE * dot(rays.targets, rays.targets) ** 0.5
    for c in range(work.on_plane.shape[0]):
        most = max(largest_of(work.ahead[c]), largest_of(work.behind[c]))
        for j in range(work.on_plane.shape[1]):
            work.on_plane[c, j] = work.ahead[c, j] + work.behind[c, j] <= least < most
