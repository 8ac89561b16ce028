"""Nodes in tables: copies, children, and where their relaxations start."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.masks import allows
from relupoly.training.kernel.vectors import assign


@njit()
def move_node(nodes, source, others, target):
    """Copy a node into a row of a table."""
    others.identity[target] = nodes.identity[source]
    others.classes[target] = nodes.classes[source]
    for c in range(nodes.classes[source]):
        _move_class(nodes, source, c, others, target, c)
    others.bounds[target] = nodes.bounds[source]
    others.doubts[target] = nodes.doubts[source]
    others.sizes[target] = nodes.sizes[source]
    for a in range(nodes.sizes[source]):
        others.start[target, a] = nodes.start[source, a]
        others.weights[target, a] = nodes.weights[source, a]


@njit()
def _move_class(nodes, source, c, others, target, d):
    others.outputs[target, d] = nodes.outputs[source, c]
    others.counts[target, d] = nodes.counts[source, c]
    assign(others.sides[target, d], nodes.sides[source, c])


@njit()
def write_child(nodes, top, parent, c, j, child, identity):
    """Write the child in which `child` neurons of class c are ahead of point j, but for its active rays."""
    nodes.identity[top] = identity
    nodes.bounds[top] = nodes.bounds[parent]
    nodes.doubts[top] = nodes.doubts[parent]
    n = 0
    for old in range(nodes.classes[parent]):
        if old != c:
            _move_class(nodes, parent, old, nodes, top, n)
            n += 1
    for side in (-1, 1):
        count = child if side > 0 else nodes.counts[parent, c] - child
        if count:
            _move_class(nodes, parent, c, nodes, top, n)
            nodes.counts[top, n] = count
            nodes.sides[top, n, j] = side
            n += 1
    nodes.classes[top] = n


@njit()
def start_free(rays, work):
    """The free column of an output bias is always active. Returns the size."""
    free = rays.ones.shape[0]
    for b in range(free):
        work.active[b] = -1
        work.outputs[b] = 1.0
        work.weights[b] = 0.0
    return free


@njit()
def activate(work, outputs, classes, ray, output, weight, size):
    """Let a ray be active from the start, if some class may use it. Returns the size."""
    for c in range(classes):
        if outputs[c] == output and allows(work.masks[c], ray):
            work.active[size] = ray
            work.outputs[size] = output
            work.weights[size] = weight
            return size + 1
    return size


@njit()
def resume_active(rays, work, nodes, place):
    """Start from the active rays of the parent that the node allows. Returns the size."""
    size = start_free(rays, work)
    for a in range(nodes.sizes[place]):
        weight = nodes.weights[place, a]
        output = 1.0 if weight > 0.0 else -1.0
        outputs, classes = nodes.outputs[place], nodes.classes[place]
        size = activate(work, outputs, classes, nodes.start[place, a], output, abs(weight), size)
    return size


@njit()
def save_active(work, size):
    """Keep the active rays."""
    for a in range(size):
        work.saved_active[a] = work.active[a]
        work.saved_outputs[a] = work.outputs[a]
        work.saved_weights[a] = work.weights[a]


@njit()
def remember_active(rays, work, nodes, place, size):
    """Write the active rays into a node, as many as there is room for."""
    free = rays.ones.shape[0]
    kept = min(size - free, nodes.start.shape[1])
    for a in range(kept):
        nodes.start[place, a] = work.active[free + a]
        nodes.weights[place, a] = work.weights[free + a] * work.outputs[free + a]
    nodes.sizes[place] = kept


@njit()
def log_leaf(rays, work, log, entry, identity, size, end):
    """Write a leaf and its active rays; returns where the next leaf's begin."""
    for a in range(rays.ones.shape[0], size):
        log.leaves[end] = (work.active[a] + 1) * np.int64(work.outputs[a])
        end += 1
    log.rows[entry, 0] = identity
    log.rows[entry, 1] = -1
    log.rows[entry, 2] = end
    return end


@njit()
def log_split(nodes, log, entry, place, c, j, first):
    """Write that a node is divided: class c at point j."""
    log.rows[entry, 0] = nodes.identity[place]
    log.rows[entry, 1] = c
    log.rows[entry, 2] = j
    log.rows[entry, 3] = first
    log.rows[entry, 4] = nodes.counts[place, c] + 1
