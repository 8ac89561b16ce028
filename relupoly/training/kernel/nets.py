"""The net of a relaxation: one neuron for each class, the sum of its rays."""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.masks import allows


@njit()
def predict(rays, work, size, classes):
    """The predictions of the net with one neuron for each class: the sum of its active rays."""
    half = rays.values.shape[0]
    p = work.prediction
    z = work.preactivation
    p[:] = 0.0
    for b in range(rays.ones.shape[0]):
        for j in range(p.size):
            p[j] = work.weights[b] * rays.ones[b, j]
    for c in range(classes):
        z[:] = 0.0
        output = 0.0
        for a in range(rays.ones.shape[0], size):
            if work.owner[a] == c:
                output = work.outputs[a]
                ray = work.active[a]
                x = work.weights[a] * rays.scales[ray]
                row = rays.values[ray % half]
                if ray >= half:
                    x = -x
                for j in range(p.size):
                    z[j] += x * row[j]
        for j in range(p.size):
            p[j] += output * max(z[j], 0.0)


@njit()
def squared_loss(rays, work):
    """The loss of the predictions."""
    p = work.prediction
    total = 0.0
    for j in range(p.size):
        total += (p[j] - rays.targets[j]) ** 2
    return total


@njit()
def spread(rays, work, outputs, classes, size):
    """Give every active ray to a class, and add up what the classes' rays put on either side of each point."""
    half = rays.values.shape[0]
    work.ahead[:] = 0.0
    work.behind[:] = 0.0
    for a in range(rays.ones.shape[0], size):
        ray = work.active[a]
        owner = 0
        for c in range(classes):
            if outputs[c] == work.outputs[a] and allows(work.masks[c], ray):
                owner = c
                break
        work.owner[a] = owner
        x = work.weights[a] * rays.scales[ray]
        if ray >= half:
            x = -x
        row = rays.values[ray % half]
        ahead = work.ahead[owner]
        behind = work.behind[owner]
        for j in range(row.size):
            ahead[j] += max(x * row[j], 0.0)
            behind[j] -= min(x * row[j], 0.0)


@njit()
def keep_net(rays, work, outputs, classes, size, best):
    """Keep the net of the active rays as the incumbent."""
    half = rays.values.shape[0]
    best[:] = 0.0
    for b in range(rays.ones.shape[0]):
        best[best.shape[0] - 1, 0] = work.weights[b]
    for c in range(classes):
        best[c, 0] = outputs[c]
    for a in range(rays.ones.shape[0], size):
        ray = work.active[a]
        x = work.weights[a] * rays.scales[ray]
        if ray >= half:
            x = -x
        point = rays.points[ray % half]
        for i in range(point.size):
            best[work.owner[a], 1 + i] += x * point[i]


@njit()
def widest_gap(work, sides, classes, least):
    """The class and point where the neurons disagree most; (-1, -1) if nowhere."""
    bc, bj = -1, -1
    for c in range(classes):
        for j in range(sides.shape[1]):
            gap = min(work.ahead[c, j], work.behind[c, j])
            if gap > least and sides[c, j] == 0:
                least = gap
                bc, bj = c, j
    return bc, bj
