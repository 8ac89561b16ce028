"""What the compiled search works on: tables in flat arrays, and constants."""

from __future__ import annotations

from typing import Any, NamedTuple

import relupoly.exact.doubles as doubles

POOL = 24
EPSILON = doubles.EPSILON
TOLERANCE = 1e-13
CLOSE = 1e-9
BETTER = 1.0 - 1e-10
CLEAR = 1e-6
DEPENDENT = 1e-20
NOTHING = 1e-8
FINEST = 1e-11
WIDEST = 1e-4
NARROWEST = 1e-12
PRIME = 2147483647
ROUNDS = 24
DOUBTS = 4


class Rays(NamedTuple):
    """The dictionary for the kernel: K rays, one of each pair; ray K + k is the opposite of ray k. All is scaled by sqrt(c_j).

    Attributes
    ----------
    values : ndarray of float64, shape (K, D)
        <ray, v_j> sqrt(c_j), each row scaled by a power of two.
    points : ndarray of float64, shape (K, r)
        The rays, scaled by the same power.
    scales : ndarray of float64, shape (2K,)
        1 / norm of the feature.
    errors : ndarray of float64, shape (2K,)
        A bound on the error of each entry of the scaled feature.
    allowed : ndarray of uint64, shape (D, 2, words) or (0, 2, words)
        The rays behind each point or on it, and those ahead or on it; none if there is a chart: then these are intervals.
    useful : ndarray of uint64, shape (words,)
        The rays whose feature is not 0.
    targets : ndarray of float64, shape (D,)
        y_j sqrt(c_j).
    ones : ndarray of float64, shape (b, D)
        sqrt(c_j), if the output has a bias (b = 1); else b = 0.
    constant : ndarray of bool, shape (b,)
        Whether a neuron can have these values.
    ray_residues, vector_residues : ndarrays of int64, shapes (K, r), (D, r)
        Rays and vectors as integers, modulo `PRIME`.
    order, opposite, gaps, sizes, slopes, at : ndarrays
        The chart of the rays, if they have two coefficients (`relupoly.training.rays.ray_order`), with slopes times sqrt(c_j),
        and the scales of both orientations in `sizes`; or empty.
    """

    values: Any
    points: Any
    scales: Any
    errors: Any
    allowed: Any
    useful: Any
    targets: Any
    ones: Any
    constant: Any
    ray_residues: Any
    vector_residues: Any
    order: Any
    opposite: Any
    gaps: Any
    sizes: Any
    slopes: Any
    at: Any


class Nodes(NamedTuple):
    """Nodes of the search, row by row; `relupoly.training.search.node` says what they are.

    Attributes
    ----------
    identity : ndarray of int64, shape (N,)
    classes : ndarray of int64, shape (N,)
    outputs, counts : ndarrays of int8, shape (N, w)
    sides : ndarray of int8, shape (N, w, D)
    bounds : ndarray of float64, shape (N,)
        Proved lower bounds on the loss.
    sizes : ndarray of int64, shape (N,)
    start : ndarray of int32, shape (N, M)
        Active rays of the relaxation of the parent, where the relaxation starts.
    weights : ndarray of float64, shape (N, M)
        Their coefficients, times the output sign.
    doubts : ndarray of int64, shape (N,)
        How often a proof failed on the way to the node where its relaxation was large enough.
    """

    identity: Any
    classes: Any
    outputs: Any
    counts: Any
    sides: Any
    bounds: Any
    sizes: Any
    start: Any
    weights: Any
    doubts: Any


class Log(NamedTuple):
    """What was done with each node, for the certificate; no rows if none is wanted.

    Attributes
    ----------
    rows : ndarray of int64, shape (N, 5)
        Identity; class and point of a split, the identity of the first child, and how many there are; or -1, and where a leaf's
        active rays end.
    leaves : ndarray of int64, shape (L,)
        Active rays of the leaves, one after the other: ray + 1, times the output sign.
    """

    rows: Any
    leaves: Any


class Work(NamedTuple):
    """Room for one relaxation at a time, n = most + 1 columns.

    Another thread may set `halt`, an array of one number, to 1: then the search ends as soon as the rays are next priced, and
    the node in hand is left as it was.
    """

    halt: Any
    active: Any
    outputs: Any
    weights: Any
    trial: Any
    basis: Any
    triangle: Any
    inverse: Any
    span: Any
    column: Any
    keep: Any
    margin: Any
    rest: Any
    residual: Any
    prices: Any
    up: Any
    down: Any
    up_after: Any
    up_before: Any
    down_after: Any
    down_before: Any
    places: Any
    masks: Any
    unions: Any
    owner: Any
    ahead: Any
    behind: Any
    preactivation: Any
    prediction: Any
    pool: Any
    pool_outputs: Any
    gains: Any
    grains: Any
    saved_active: Any
    saved_outputs: Any
    saved_weights: Any
    spanning: Any
    bases: Any
    sizes: Any
    shared: Any
    known: Any
    exact: Any
    echelon: Any
    pivots: Any
    tight: Any
    cell_outputs: Any
    cells: Any
