"""The compiled part of the branch and bound over rays: what all losses share, and relaxations and proofs for the squared one.

A node fixes, for every class of equal neurons, an output sign and the side of some data points. The features that a neuron
can have there lie in the cone of relu(V r) over the rays r that respect the sides, so non-negative least squares over the
allowed rays bounds the loss from below (`_relax`, an active-set method with an orthogonal basis kept up to date). Where the
bound stays below the incumbent, the node is split at the point where the neurons of a class disagree most.

Nothing that closes a node rests on rounding. `_prove` looks for a vector u with a product with each allowed feature that is
negative, or exactly 0; then the loss is at least <u, y>^2 / <u, u>. Negative is easy: the residual of a relaxation whose
features all lie a little nearer to y has such products, with a margin that rounding cannot close (`_separate`). But where
neurons of both signs may have the same values, products have to be 0, and no float is. Which ones and why is a matter of signs:

* where u has entries that are about 0, it gets zeros, and the points are dropped;
* on a closed cell of the arrangement of the points that are kept, the product of u and the feature is linear in the ray. So
  it is 0 there if it is 0 at rays that span the cell's flat (`_span`). The cells are those that classes of both signs share
  (`_find_bases`), ranks are counted modulo a prime, which can only make them smaller, and the few features are free columns of
  the relaxation, whose residual is as near to their complement as `_enclose` proves.

What is chosen, by floats, only matters for how good the bound is: each choice is proved to be allowed. Where a proof fails
though the relaxation's value is clearly large enough, the node is divided, a few times: with thousands of samples, cells that
both signs share are so narrow that features are nearly dependent, and a margin costs too much; children mostly share none.
Nodes that resist, and those whose bound equals the incumbent but for rounding, go back to exact arithmetic.

What profiles taught: nearly all time is `_price`, one pass over the allowed rays for a residual. So rays enter in groups
(`Work.pool`), allowed rays are words of bits (`_set_masks`), and a relaxation ends as soon as its value falls below the
incumbent, when only a place to branch is wanted: with a thousand points that alone saves nine tenths. Rays of two coefficients
are all priced in one sweep (`_price_all`), and what is allowed are intervals (`_set_between`). Proving by elimination that
features depend on active ones took ten times as long as the search.

The linear losses are in the file `linear`, the search itself is in `search`. No function allocates: `Work` holds all there is
room for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from relupoly.exact.machine import loose, njit

POOL = 24
EPSILON = 2.0**-52
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
        The chart of the rays, if they have two coefficients (`relupoly.training.chart`), with slopes times sqrt(c_j), and the
        scales of both orientations in `sizes`; or empty.
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
    """Nodes of the search, row by row; `relupoly.training.node` says what they are.

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
    """Room for one relaxation at a time, n = most + 1 columns."""

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


@loose
def _dot(a, b):
    total = 0.0
    for j in range(a.size):
        total += a[j] * b[j]
    return total


@loose
def _dot_positive(row, u):
    total = 0.0
    for j in range(u.size):
        total += max(row[j], 0.0) * u[j]
    return total


@loose
def _dot_negative(row, u):
    total = 0.0
    for j in range(u.size):
        total -= min(row[j], 0.0) * u[j]
    return total


@njit()
def _assign(target, source):
    for i in range(target.size):
        target[i] = source[i]


@njit()
def _price(rays, ray, u):
    half = rays.values.shape[0]
    if ray < half:
        return _dot_positive(rays.values[ray], u) * rays.scales[ray]
    return _dot_negative(rays.values[ray - half], u) * rays.scales[ray]


@njit()
def _price_all(rays, work):
    """Price all rays for the residual, if they have a chart: as prefix sums of prefix sums, from either end.

    A product has at most 2 D + 9 roundings on the way of each of its terms: D each in the sums of weights and in the sums over
    gaps; one each for a slope, its root, their product, that with the residual, a gap, its product with the weights, the sum of
    both directions, the ray's size, and the product with that. So it is as good as the direct product.
    """
    for i in range(work.up.size):
        work.up[i] = 0.0
        work.down[i] = 0.0
    for j in range(rays.at.size):
        # Slopes of one sign are ahead of the points after theirs, the others of those before.
        work.up[rays.at[j]] += max(rays.slopes[j], 0.0) * work.residual[j]
        work.down[rays.at[j]] -= min(rays.slopes[j], 0.0) * work.residual[j]
    _hinges(rays.gaps, work.up, work.up_after, work.up_before)
    _hinges(rays.gaps, work.down, work.down_after, work.down_before)
    for i in range(rays.order.size):
        work.prices[rays.order[i]] = (work.up_after[i] + work.down_before[i]) * rays.sizes[0, i]
        work.prices[rays.opposite[i]] = (work.up_before[i] + work.down_after[i]) * rays.sizes[1, i]


@njit()
def _hinges(gaps, weights, after, before):
    """For each place, the sum of weights times distances over the places before it (`after` them), and over those after it."""
    total, product = 0.0, 0.0
    for i in range(weights.size):
        after[i] = product
        total += weights[i]
        product += gaps[i] * total
    total, product = 0.0, 0.0
    for k in range(weights.size):
        i = weights.size - 1 - k
        product += gaps[i] * total
        before[i] = product
        total += weights[i]


@njit()
def _priced(rays, work, ray):
    """The price of a ray for the residual, after `_price_all`."""
    return work.prices[ray] if work.prices.size else _price(rays, ray, work.residual)


@njit()
def _feature(rays, ray, scale, out):
    half = rays.values.shape[0]
    if ray < 0:
        _assign(out, rays.ones[0])
        return
    scale = scale * rays.scales[ray]
    if ray < half:
        row = rays.values[ray]
        for j in range(out.size):
            out[j] = max(row[j], 0.0) * scale
    else:
        row = rays.values[ray - half]
        for j in range(out.size):
            out[j] = max(-row[j], 0.0) * scale


@njit()
def _column(rays, work, a, free):
    """The column of an active feature: at the points that are kept, and with the margin, unless its coefficient is free."""
    column = work.column
    _feature(rays, work.active[a], work.outputs[a], column)
    share = 0.0
    if a >= free and _largest(work.margin) > 0.0:
        share = _grain(rays, work, work.active[a], free) if free > 0 else 1.0
    for j in range(column.size):
        column[j] = column[j] * work.keep[j] + share * work.margin[j]


@njit()
def _grain(rays, work, ray, free):
    """The length of the part of a feature, at the points that are kept, that is orthogonal to the free columns."""
    rest = work.rest
    _feature(rays, ray, 1.0, rest)
    for j in range(rest.size):
        rest[j] *= work.keep[j]
    for b in range(free):
        q = work.basis[b]
        d = _dot(q, rest)
        for j in range(rest.size):
            rest[j] -= d * q[j]
    return _dot(rest, rest) ** 0.5


@njit()
def _append(work, size, least):
    """Orthogonalise work.column against the basis; False if it depends on it."""
    new = work.basis[size]
    _assign(new, work.column)
    before = _dot(new, new)
    for b in range(size):
        work.triangle[b, size] = 0.0
    for _ in range(2):
        for b in range(size):
            q = work.basis[b]
            d = _dot(q, new)
            work.triangle[b, size] += d
            for j in range(new.size):
                new[j] -= d * q[j]
    after = _dot(new, new)
    if not after > least * before:
        return False
    norm = after**0.5
    work.triangle[size, size] = norm
    for j in range(new.size):
        new[j] /= norm
    return True


@njit()
def _orthogonalise(rays, work, first, size, free):
    """The basis from column `first` on; dependent columns leave. Returns the size."""
    a = first
    while a < size:
        _column(rays, work, a, free)
        if _append(work, a, DEPENDENT):
            a += 1
            continue
        for b in range(a, size - 1):
            work.active[b] = work.active[b + 1]
            work.outputs[b] = work.outputs[b + 1]
            work.weights[b] = work.weights[b + 1]
        size -= 1
    return size


@njit()
def _unconstrained(rays, work, size):
    for a in range(size):
        work.trial[a] = _dot(work.basis[a], rays.targets)
    for a in range(size - 1, -1, -1):
        row = work.triangle[a]
        t = work.trial[a]
        for b in range(a + 1, size):
            t -= row[b] * work.trial[b]
        work.trial[a] = t / row[a]


@njit()
def _set_residual(rays, work, size):
    u = work.residual
    for j in range(u.size):
        u[j] = rays.targets[j] * work.keep[j]
    for _ in range(2):
        for a in range(size):
            q = work.basis[a]
            d = _dot(q, u)
            for j in range(u.size):
                u[j] -= d * q[j]


@njit()
def _settle(rays, work, size, first, free):
    """Least squares on the active rays; those whose weight would be negative leave (Lawson, Hanson). Returns the size.

    The coefficients of the first `free` columns have no sign.
    """
    while True:
        size = _orthogonalise(rays, work, first, size, free)
        _unconstrained(rays, work, size)
        step = 1.0
        leaving = -1
        for a in range(free, size):
            if work.trial[a] <= 0.0:
                t = work.weights[a] / (work.weights[a] - work.trial[a]) if work.weights[a] > 0.0 else 0.0
                if t < step or leaving < 0:
                    step = t
                    leaving = a
        if leaving < 0:
            for a in range(size):
                work.weights[a] = work.trial[a]
            _set_residual(rays, work, size)
            return size
        first = size
        kept = 0
        for a in range(size):
            work.weights[a] += step * (work.trial[a] - work.weights[a])
            if a == leaving or (a >= free and work.weights[a] <= 0.0):
                first = min(first, a)
            else:
                work.active[kept] = work.active[a]
                work.outputs[kept] = work.outputs[a]
                work.weights[kept] = work.weights[a]
                kept += 1
        size = kept
        first = min(first, size)


@njit()
def _lowest_bit(bits):
    low = bits & (~bits + np.uint64(1))
    n = 0
    if not low & np.uint64(0xFFFFFFFF):
        n += 32
        low >>= np.uint64(32)
    if not low & np.uint64(0xFFFF):
        n += 16
        low >>= np.uint64(16)
    if not low & np.uint64(0xFF):
        n += 8
        low >>= np.uint64(8)
    if not low & np.uint64(0xF):
        n += 4
        low >>= np.uint64(4)
    if not low & np.uint64(0x3):
        n += 2
        low >>= np.uint64(2)
    if not low & np.uint64(0x1):
        n += 1
    return n


@njit()
def _allows(mask, ray):
    return (mask[ray >> 6] >> np.uint64(ray & 63)) & np.uint64(1) != np.uint64(0)


@njit()
def _is_active(work, size, ray, output):
    found = False
    for a in range(size):
        found |= work.active[a] == ray and work.outputs[a] == output
    return found


@njit()
def _gather(rays, work, tolerance, free):
    """Fill the pool with the allowed rays that reduce the residual most. Returns how many.

    Where there is a margin, what counts is the part of a feature that is orthogonal to the free columns.
    """
    pool, pool_outputs, gains = work.pool, work.pool_outputs, work.gains
    extra = _dot(work.margin, work.residual)
    _price_all(rays, work)
    found = 0
    worst = 0
    for side in range(2):
        output = 2 * side - 1
        for word in range(work.unions.shape[1]):
            bits = work.unions[side, word]
            while bits:
                ray = 64 * word + _lowest_bit(bits)
                bits &= bits - np.uint64(1)
                gain = output * _priced(rays, work, ray) + extra
                grain = 1.0
                if gain <= tolerance:
                    continue
                if extra > 0.0 and free > 0:
                    grain = _grain(rays, work, ray, free)
                    if not grain > FINEST:
                        continue
                    gain = (gain - extra) / grain + extra
                    if gain <= tolerance:
                        continue
                if found < POOL:
                    place = found
                    found += 1
                elif gain > gains[worst]:
                    place = worst
                else:
                    continue
                pool[place] = ray
                pool_outputs[place] = output
                gains[place] = gain
                work.grains[place] = grain
                if found == POOL:
                    worst = _least(gains)
    return found


@njit()
def _least(numbers):
    best = 0
    for i in range(1, numbers.size):
        if numbers[i] < numbers[best]:
            best = i
    return best


@njit()
def _enter_best(rays, work, size, free, found, tolerance):
    """Let the best ray of the pool become active; returns the new size, or -1 if none helps."""
    pool, pool_outputs, gains = work.pool, work.pool_outputs, work.gains
    extra = _dot(work.margin, work.residual)
    best = -1
    most = tolerance
    for i in range(found):
        if gains[i] <= 0.0:
            continue
        gain = pool_outputs[i] * _price(rays, pool[i], work.residual) / work.grains[i] + extra
        if gain > most and not _is_active(work, size, pool[i], pool_outputs[i]):
            most = gain
            best = i
    if best < 0:
        return -1
    gains[best] = 0.0
    work.active[size] = pool[best]
    work.outputs[size] = pool_outputs[best]
    work.weights[size] = 0.0
    return _settle(rays, work, size + 1, size, free)


@njit()
def _relax(rays, work, size, enough):
    """Non-negative least squares over the allowed rays from a feasible start. Returns (size, value, solved).

    It ends unsolved as soon as the value is below `enough`, or when there is no room for more active rays.
    """
    free = rays.ones.shape[0]
    most = work.active.size - 1
    tolerance = TOLERANCE * _dot(rays.targets, rays.targets) ** 0.5
    size = _settle(rays, work, size, 0, free)
    value = _dot(work.residual, work.residual)
    while True:
        if value < enough or value <= tolerance * tolerance or size >= most:
            return size, value, False
        found = _gather(rays, work, tolerance, free)
        before = value
        while value >= enough and size < most:
            new = _enter_best(rays, work, size, free, found, tolerance)
            if new < 0:
                break
            size = new
            value = _dot(work.residual, work.residual)
        if not value < before * (1.0 - 1e-14):
            return size, value, value >= enough


@njit()
def _no_bounds(rays, work):
    """Begin to say which places of the chart rays may have, in the order of t and with the opposite sign: at first, all."""
    work.places[0], work.places[2] = 0, 0
    work.places[1], work.places[3] = rays.order.size - 1, rays.order.size - 1


@njit()
def _bound(rays, work, j, side):
    """Leave only the places of rays on a side of a point, or on it."""
    at, places = rays.at[j], work.places
    if rays.slopes[j] != 0.0:
        if side * rays.slopes[j] >= 0.0:
            places[0] = max(places[0], at)
            places[3] = min(places[3], at)
        if side * rays.slopes[j] <= 0.0:
            places[1] = min(places[1], at)
            places[2] = max(places[2], at)


@njit()
def _set_between(rays, work, mask):
    """Put the rays at these places into a mask."""
    mask[:] = np.uint64(0)
    for i in range(work.places[0], work.places[1] + 1):
        mask[rays.order[i] >> 6] |= np.uint64(1) << np.uint64(rays.order[i] & 63)
    for i in range(work.places[2], work.places[3] + 1):
        mask[rays.opposite[i] >> 6] |= np.uint64(1) << np.uint64(rays.opposite[i] & 63)


@njit()
def _set_extent(rays, work, mask):
    """The first and the last places of the rays of a mask."""
    last = rays.order.size
    work.places[0], work.places[2] = last, last
    work.places[1], work.places[3] = -1, -1
    for i in range(last):
        if _allows(mask, rays.order[i]):
            work.places[0] = min(work.places[0], i)
            work.places[1] = i
        if _allows(mask, rays.opposite[i]):
            work.places[2] = min(work.places[2], i)
            work.places[3] = i


@njit()
def _some_on(rays, work, side, j):
    """Whether some of the rays in `Work.shared`, whose extent is set, are on a side of a point, but not on the point."""
    if not rays.order.size:
        return _some_beside(rays, work.shared, -side, j)
    at, places = rays.at[j], work.places
    if side * rays.slopes[j] > 0.0:
        return places[1] > at or places[2] < at
    return rays.slopes[j] != 0.0 and (places[0] < at or places[3] > at)


@njit()
def _beside(rays, side, j, word):
    """The rays of a word that are not on a side of a point: ahead of it or on it (1), behind it or on it (-1), on it (0)."""
    if side > 0:
        return ~rays.allowed[j, 1, word]
    if side < 0:
        return ~rays.allowed[j, 0, word]
    return ~(rays.allowed[j, 0, word] & rays.allowed[j, 1, word])


@njit()
def _some_beside(rays, some, side, j):
    """Whether some of the rays of a mask are not on a side of a point."""
    found = False
    for word in range(some.size):
        if some[word] & _beside(rays, side, j, word):
            found = True
            break
    return found


@njit()
def _find_bases(rays, work, nodes, place):
    """The cells in which neurons of both signs may be, up to points that are dropped. Returns how many.

    Where the rays that two classes of opposite signs share are on both sides of a point, u is 0 there: it is dropped.

    Often u is orthogonal to all linear functions: the features of the cell that is ahead of all points. Then the products of
    the features of a ray and of the opposite ray are the same: so cells count, too, in which neurons of one sign may be, and
    neurons of the other sign in the opposite cell. If it is ahead of all points but a few, that is so for rays on these.
    """
    classes, outputs, sides = nodes.classes[place], nodes.outputs[place], nodes.sides[place]
    work.bases[0] = -1
    count = 1
    for p in range(classes):
        for q in range(classes):
            if outputs[q] < 0 < outputs[p]:
                for word in range(work.shared.size):
                    work.shared[word] = work.masks[p, word] & work.masks[q, word]
                count = _add_cell(rays, work, count)
    if rays.constant.size and rays.constant[0]:
        for c in range(classes):
            free = True
            for j in range(sides.shape[1]):
                free &= sides[c, j] >= 0
            if free:
                work.bases[count] = 1
                count += 1
                break
    if _ignores_linear(rays, work, count):
        work.bases[count] = 1
        count += 1
    single = count
    for base in range(1, single):
        _assign(work.bases[count], work.bases[base])
        fit = False
        for other in range(base + 1, single):
            fit |= _fit(work, work.bases[count], work.bases[other])
        if fit:
            count += 1
    for base in range(single):
        if _is_nearly_linear(rays, work, base):
            for p in range(classes):
                for q in range(classes):
                    if outputs[q] < 0 < outputs[p]:
                        _set_mirrored(rays, work, p, sides[p], sides[q], base)
                        count = _add_cell(rays, work, count)
    for base in range(count):
        work.sizes[base] = _dimension(rays, work, work.bases[base])
    return count


@njit()
def _add_cell(rays, work, count):
    """Add the cell of the rays in `Work.shared`, if some have a feature, and drop the points that they are on both sides of."""
    some = False
    for word in range(work.shared.size):
        some |= work.shared[word] & rays.useful[word] != np.uint64(0)
    if not some:
        return count
    _set_extent(rays, work, work.shared)
    for j in range(work.keep.size):
        ahead = _some_on(rays, work, 1, j)
        behind = _some_on(rays, work, -1, j)
        if ahead and behind:
            work.keep[j] = 0.0
        work.bases[count, j] = 1 if ahead else -1 if behind else 0
    return count + 1


@njit()
def _ignores_linear(rays, work, count):
    """Whether the residual is orthogonal to all linear functions, but for rounding, as features of rays tell."""
    work.bases[count] = 1
    _set_inside(rays, work, work.bases[count])
    limit = NOTHING * _dot(work.residual, work.residual) ** 0.5
    rank = 0
    for word in range(work.shared.size):
        bits = work.shared[word] & rays.useful[word]
        while bits and rank < rays.points.shape[1]:
            ray = 64 * word + _lowest_bit(bits)
            bits &= bits - np.uint64(1)
            if abs(_priced(rays, work, ray)) <= limit:
                rank = _reduced(work, rank, rays.ray_residues[ray % rays.points.shape[0]])
    return rank == rays.points.shape[1]


@njit()
def _is_nearly_linear(rays, work, base):
    """Whether a cell without a flat of its own is behind so few of the points that are kept that rays lie on all of these."""
    behind = 0
    for j in range(work.keep.size):
        if work.keep[j] and work.bases[base, j] < 0:
            behind += 1
    rank = rays.points.shape[1]
    return behind < rank and _dimension(rays, work, work.bases[base]) == rank


@njit()
def _set_mirrored(rays, work, p, sides, others, base):
    """Put the rays of class p, on the points behind a cell, whose opposites respect other sides into `Work.shared`."""
    cell = work.bases[base]
    if rays.order.size:
        _no_bounds(rays, work)
        for j in range(sides.size):
            if sides[j]:
                _bound(rays, work, j, sides[j])
            if others[j]:
                _bound(rays, work, j, -others[j])
            if cell[j] < 0 and work.keep[j]:
                _bound(rays, work, j, 0)
        _set_between(rays, work, work.shared)
        return
    _assign(work.shared, work.masks[p])
    for j in range(others.size):
        for word in range(work.shared.size):
            if others[j]:
                work.shared[word] &= rays.allowed[j, 0 if others[j] > 0 else 1, word]
            if cell[j] < 0 and work.keep[j]:
                work.shared[word] &= ~_beside(rays, 0, j, word)


@njit()
def _mirror(rays, work, bases):
    """Where the products of a ray and of its opposite are the same, those of opposite cells are 0, too.

    They are on the points behind a cell, if u is orthogonal to the linear functions of the others.
    """
    for linear in range(1, bases):
        if work.sizes[linear] == rays.points.shape[1] and _is_nearly_linear(rays, work, linear):
            for base in range(1, bases):
                if work.sizes[base] >= 0 and _is_on(work, base, linear):
                    _set_opposite(rays, work, base)
                    for word in range(work.exact.size):
                        work.exact[word] |= work.shared[word]


@njit()
def _is_on(work, base, linear):
    """Whether a cell is on all kept points that are behind another one."""
    on = True
    for j in range(work.keep.size):
        on &= not (work.keep[j] and work.bases[linear, j] < 0 and work.bases[base, j])
    return on


@njit()
def _set_opposite(rays, work, base):
    """Put the rays opposite to a cell, seen from the points that are kept, into `Work.shared`."""
    cell = work.bases[base]
    for j in range(cell.size):
        cell[j] = -cell[j]
    _set_inside(rays, work, cell)
    for j in range(cell.size):
        cell[j] = -cell[j]


@njit()
def _fit(work, cell, other):
    """Let a cell contain another one, too, unless they are on two sides of a point that is kept."""
    for j in range(cell.size):
        if work.keep[j] and cell[j] * other[j] < 0:
            return False
    for j in range(cell.size):
        if cell[j] == 0:
            cell[j] = other[j]
    return True


@njit()
def _dimension(rays, work, base):
    """A bound on the dimension of the flat of a cell: on the hyperplanes of its points without a side."""
    rank = rays.vector_residues.shape[1]
    size = 0
    for j in range(base.size):
        if base[j] == 0 and size < rank:
            size = _reduced(work, size, rays.vector_residues[j])
    return rank - size


@njit()
def _reduced(work, size, row):
    """Add a vector to those in echelon form modulo the prime; returns how many are surely independent."""
    rank = row.size
    new = work.echelon[size]
    _assign(new, row)
    for b in range(size):
        factor = new[work.pivots[b]]
        if factor:
            for i in range(rank):
                new[i] = (new[i] - factor * work.echelon[b, i]) % PRIME
    for i in range(rank):
        if new[i]:
            inverse = _power(new[i], PRIME - 2)
            for k in range(rank):
                new[k] = new[k] * inverse % PRIME
            work.pivots[size] = i
            return size + 1
    return size


@njit()
def _power(base, exponent):
    result = np.int64(1)
    while exponent:
        if exponent & 1:
            result = result * base % PRIME
        base = base * base % PRIME
        exponent >>= 1
    return result


@njit()
def _set_inside(rays, work, base):
    """Put the rays in a cell, seen from the points that are kept, into work.shared."""
    if rays.order.size:
        _no_bounds(rays, work)
        for j in range(base.size):
            if base[j] == 0 or work.keep[j]:
                _bound(rays, work, j, base[j])
        _set_between(rays, work, work.shared)
        return
    for word in range(work.shared.size):
        work.shared[word] = rays.allowed[0, 0, word] | rays.allowed[0, 1, word]
    for j in range(base.size):
        if base[j] == 0 or work.keep[j]:
            for word in range(work.shared.size):
                work.shared[word] &= ~_beside(rays, base[j], j, word)


@njit()
def _span(rays, work, base, size):
    """Add columns that span the features of a cell's rays, if they are orthogonal to the residual. Returns the size.

    These features are linear in the ray. So the rays that are added, those whose features are known already, and those whose
    features are 0 have to span the flat of the cell.
    """
    cell = work.bases[base]
    need = work.sizes[base]
    before = size
    limit = NOTHING * _dot(work.residual, work.residual) ** 0.5
    some = False
    for j in range(cell.size):
        some |= cell[j] > 0 and work.keep[j] > 0.0
    if not some:
        need = 0
    _set_inside(rays, work, cell)
    for word in range(work.shared.size):
        work.known[word] = work.shared[word] & work.exact[word]
    rank = _count_independent(rays, work, work.known, 0, need)
    for least in (1e-4, 1e-16):
        for word in range(work.shared.size):
            bits = work.shared[word] & rays.useful[word]
            while bits and rank < need:
                ray = 64 * word + _lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if abs(_priced(rays, work, ray)) > limit:
                    continue
                if _reduced(work, rank, rays.ray_residues[ray % rays.points.shape[0]]) == rank:
                    continue
                work.active[size] = ray
                work.outputs[size] = 1.0
                _column(rays, work, size, size + 1)
                if _append(work, size, least):
                    work.weights[size] = 0.0
                    size += 1
                    rank += 1
    if rank < need:
        _set_nothing(rays, work, cell)
        rank = _count_independent(rays, work, work.known, rank, need)
    if rank < need:
        work.sizes[base] = -1
        return before
    for word in range(work.exact.size):
        work.exact[word] |= work.shared[word]
    return size


@njit()
def _set_nothing(rays, work, cell):
    """Put the rays of a cell's flat whose features are 0 at the points that are kept into `Work.known`."""
    if rays.order.size:
        _no_bounds(rays, work)
        for j in range(cell.size):
            if cell[j] == 0 or (cell[j] > 0 and work.keep[j]):
                _bound(rays, work, j, 0)
        _set_between(rays, work, work.known)
        return
    for word in range(work.known.size):
        work.known[word] = rays.allowed[0, 0, word] | rays.allowed[0, 1, word]
    for j in range(cell.size):
        if cell[j] == 0 or (cell[j] > 0 and work.keep[j]):
            for word in range(work.known.size):
                work.known[word] &= ~_beside(rays, 0, j, word)


@njit()
def _count_independent(rays, work, some, rank, need):
    """How many rays of a mask are independent, beside those that were counted before; no more than are needed."""
    for word in range(some.size):
        bits = some[word]
        while bits and rank < need:
            ray = 64 * word + _lowest_bit(bits)
            bits &= bits - np.uint64(1)
            rank = _reduced(work, rank, rays.ray_residues[ray % rays.points.shape[0]])
    return rank


@njit()
def _span_constant(rays, work, bases, size):
    """Add the column of the output bias, unless the cells' features span it. Returns the size, or -1 as above."""
    for b in range(rays.ones.shape[0]):
        for base in range(1, bases):
            spanned = rays.constant[b] and work.sizes[base] == rays.points.shape[1]
            for j in range(work.keep.size):
                spanned &= work.bases[base, j] > 0 or not work.keep[j]
            if spanned:
                return size
        work.active[size] = -1
        work.outputs[size] = 1.0
        work.weights[size] = 0.0
        _column(rays, work, size, size + 1)
        if not _append(work, size, 1e-16):
            return -1
        size += 1
    return size


@njit()
def _error(rays, ray):
    """A bound on the error of each entry of a column."""
    return EPSILON * _largest(rays.ones[0]) if ray < 0 else rays.errors[ray]


@njit()
def _largest(numbers):
    most = 0.0
    for number in numbers:
        most = max(most, abs(number))
    return most


@njit()
def _enclose(rays, work, size):
    """A bound on the distance of work.residual from its projection on the complement of the free columns; or inf."""
    u = work.residual
    dimension = u.size
    length = _dot(u, u) ** 0.5
    errors = 0.0
    for a in range(size):
        work.inverse[a, a] = 1.0 / work.triangle[a, a]
        for b in range(a - 1, -1, -1):
            t = 0.0
            for c in range(b + 1, a + 1):
                t -= work.triangle[b, c] * work.inverse[c, a]
            work.inverse[b, a] = t / work.triangle[b, b]
        row = work.span[a]
        row[:] = 0.0
        error = 0.0
        for b in range(a + 1):
            x = work.inverse[b, a]
            _column(rays, work, b, size)
            for j in range(dimension):
                row[j] += x * work.column[j]
            error += abs(x) * (
                1.01 * (size + 4) * EPSILON * _dot(work.column, work.column) ** 0.5
                + dimension**0.5 * _error(rays, work.active[b])
            )
        errors += error * error
    errors = errors**0.5 * 1.01
    rounding = 1.1 * (dimension + 2) * EPSILON
    off = 0.0
    along = 0.0
    for a in range(size):
        for b in range(size):
            d = _dot(work.span[a], work.span[b]) - (1.0 if a == b else 0.0)
            off += d * d
        d = _dot(work.span[a], u)
        along += d * d
    off = 1.01 * off**0.5 + 2 * size * rounding + 2.2 * size**0.5 * errors + errors * errors
    if not off < 0.5:
        return np.inf
    along = 1.01 * along**0.5 + (size**0.5 * rounding + errors) * length
    return 1.01 * along / (1.0 - off) ** 0.5


@njit()
def _prove(rays, work, nodes, place, size, value, wanted):
    """A proved lower bound on the loss at a node whose relaxation is solved, if possible as large as wanted; -1 if none is.

    Beside it, the number of features that u is exactly orthogonal to: those of `Work.spanning`.

    The narrower the margin, the nearer is the bound to the value, and the more rounding matters: the first margin is what the
    difference between the value and what is wanted allows. Active rays stay as they are.
    """
    _save(work, size)
    least = NOTHING * _dot(work.residual, work.residual) ** 0.5
    for j in range(work.keep.size):
        work.keep[j] = 1.0 if abs(work.residual[j]) > least else 0.0
    _price_all(rays, work)
    bases = _find_bases(rays, work, nodes, place)
    work.exact[:] = np.uint64(0)
    free = 0
    for base in range(bases - 1, -1, -1):
        free = _span(rays, work, base, free)
    _mirror(rays, work, bases)
    free = _span_constant(rays, work, bases, free)
    bound = -1.0
    margin = min(WIDEST, max(NARROWEST, 0.01 * (value / wanted - 1.0)))
    while free >= 0 and bound < wanted and margin >= NARROWEST:
        now = _restart(rays, work, size, free, margin)
        if _separate(rays, work, now, free):
            bound = max(bound, _sure_bound(rays, work, free))
        margin *= 0.01
    for a in range(free):
        work.spanning[a] = work.active[a]
    for a in range(size):
        work.active[a] = work.saved_active[a]
        work.outputs[a] = work.saved_outputs[a]
        work.weights[a] = work.saved_weights[a]
    return bound, free


@njit()
def _restart(rays, work, size, free, margin):
    """Start from the saved active rays, now with a margin; those of the cells leave. Returns the size."""
    length = _dot(rays.targets, rays.targets) ** 0.5
    now = free
    for a in range(rays.ones.shape[0], size):
        if not _allows(work.exact, work.saved_active[a]):
            work.active[now] = work.saved_active[a]
            work.outputs[now] = work.saved_outputs[a]
            work.weights[now] = work.saved_weights[a]
            now += 1
    for word in range(work.exact.size):
        work.unions[0, word] &= ~work.exact[word]
        work.unions[1, word] &= ~work.exact[word]
    for j in range(work.keep.size):
        work.margin[j] = margin * work.keep[j] * rays.targets[j] / length
    return now


@njit()
def _separate(rays, work, size, free):
    """Whether a residual is found that has a negative product with each allowed feature, by about the margin."""
    most = work.active.size - 1
    if size > most:
        return False
    size = _settle(rays, work, size, 0, free)
    for _ in range(ROUNDS):
        tolerance = 0.5 * _dot(work.margin, work.residual)
        found = _gather(rays, work, tolerance, free)
        if found == 0:
            return True
        while size < most:
            new = _enter_best(rays, work, size, free, found, tolerance)
            if new < 0:
                break
            size = new
    return False


@njit()
def _sure_bound(rays, work, free):
    """The bound that the residual proves; -1 if rounding may have hidden a positive product."""
    u = work.residual
    dimension = u.size
    away = _enclose(rays, work, free)
    if not away < np.inf:
        return -1.0
    if not _all_negative(rays, work, away):
        return -1.0
    length = _dot(u, u) ** 0.5
    norm = _dot(rays.targets, rays.targets) ** 0.5
    top = _dot(u, rays.targets) - (1.1 * (dimension + 8) * EPSILON * length + 1.01 * away) * norm
    if not top > 0.0:
        return 0.0
    return (top / length) ** 2 * (1.0 - 4 * (dimension + 8) * EPSILON)


@njit()
def _all_negative(rays, work, away):
    """Whether each allowed feature has a negative product with all vectors so near to the residual.

    What a chart leaves in doubt is priced directly.
    """
    u = work.residual
    _price_all(rays, work)
    charted = work.prices.size > 0
    swift = 1.01 * (1.01 * away + 1.1 * (u.size + 8) * EPSILON * _dot(u, u) ** 0.5)
    total = 0.0
    for j in range(u.size):
        total += abs(u[j])
    rounding = 1.01 * (away + 1.1 * (u.size + 4) * EPSILON * _dot(u, u) ** 0.5)
    for side in range(2):
        output = 2 * side - 1
        for word in range(work.unions.shape[1]):
            bits = work.unions[side, word]
            while bits:
                ray = 64 * word + _lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if charted and output * work.prices[ray] + swift < 0.0:
                    continue
                gain = output * _price(rays, ray, u)
                if gain + rounding + 1.01 * rays.errors[ray] * total > 0.0:
                    return False
    return True


@njit()
def _predict(rays, work, size, classes):
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
def _squared_loss(rays, work):
    """The loss of the predictions."""
    p = work.prediction
    total = 0.0
    for j in range(p.size):
        total += (p[j] - rays.targets[j]) ** 2
    return total


@njit()
def _spread(rays, work, outputs, classes, size):
    """Give every active ray to a class, and add up what the classes' rays put on either side of each point."""
    half = rays.values.shape[0]
    work.ahead[:] = 0.0
    work.behind[:] = 0.0
    for a in range(rays.ones.shape[0], size):
        ray = work.active[a]
        owner = 0
        for c in range(classes):
            if outputs[c] == work.outputs[a] and _allows(work.masks[c], ray):
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
def _keep(rays, work, outputs, classes, size, best):
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
def _widest_gap(work, sides, classes, least):
    """The class and point where the neurons disagree most; (-1, -1) if nowhere."""
    bc, bj = -1, -1
    for c in range(classes):
        for j in range(sides.shape[1]):
            gap = min(work.ahead[c, j], work.behind[c, j])
            if gap > least and sides[c, j] == 0:
                least = gap
                bc, bj = c, j
    return bc, bj


@njit()
def _set_masks(rays, work, outputs, sides, classes):
    """The rays that each class may use, and those with a feature that the classes of each output sign may use."""
    words = work.masks.shape[1]
    for c in range(classes):
        mask = work.masks[c]
        if rays.order.size:
            _no_bounds(rays, work)
            for j in range(sides.shape[1]):
                if sides[c, j]:
                    _bound(rays, work, j, sides[c, j])
            _set_between(rays, work, mask)
        else:
            for i in range(words):
                mask[i] = rays.allowed[0, 0, i] | rays.allowed[0, 1, i]
            for j in range(sides.shape[1]):
                if sides[c, j]:
                    other = rays.allowed[j, 1 if sides[c, j] > 0 else 0]
                    for i in range(words):
                        mask[i] &= other[i]
    for side in range(2):
        union = work.unions[side]
        union[:] = np.uint64(0)
        for c in range(classes):
            if (outputs[c] > 0) == (side > 0):
                for i in range(words):
                    union[i] |= work.masks[c, i]
        for i in range(words):
            union[i] &= rays.useful[i]
    work.keep[:] = 1.0
    work.margin[:] = 0.0


@njit()
def _move(nodes, source, others, target):
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
    _assign(others.sides[target, d], nodes.sides[source, c])


@njit()
def _split(nodes, top, parent, c, j, child):
    """Write the child in which `child` neurons of class c are ahead of point j."""
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
def _start(rays, work):
    """The free column of an output bias is always active. Returns the size."""
    free = rays.ones.shape[0]
    for b in range(free):
        work.active[b] = -1
        work.outputs[b] = 1.0
        work.weights[b] = 0.0
    return free


@njit()
def _activate(work, outputs, classes, ray, output, weight, size):
    """Let a ray be active from the start, if some class may use it. Returns the size."""
    for c in range(classes):
        if outputs[c] == output and _allows(work.masks[c], ray):
            work.active[size] = ray
            work.outputs[size] = output
            work.weights[size] = weight
            return size + 1
    return size


@njit()
def _resume(rays, work, nodes, place):
    """Start from the active rays of the parent that the node allows. Returns the size."""
    size = _start(rays, work)
    for a in range(nodes.sizes[place]):
        weight = nodes.weights[place, a]
        output = 1.0 if weight > 0.0 else -1.0
        outputs, classes = nodes.outputs[place], nodes.classes[place]
        size = _activate(work, outputs, classes, nodes.start[place, a], output, abs(weight), size)
    return size


@njit()
def _save(work, size):
    """Keep the active rays."""
    for a in range(size):
        work.saved_active[a] = work.active[a]
        work.saved_outputs[a] = work.outputs[a]
        work.saved_weights[a] = work.weights[a]


@njit()
def _remember(rays, work, nodes, place, size):
    """Write the active rays into a node, as many as there is room for."""
    free = rays.ones.shape[0]
    kept = min(size - free, nodes.start.shape[1])
    for a in range(kept):
        nodes.start[place, a] = work.active[free + a]
        nodes.weights[place, a] = work.weights[free + a] * work.outputs[free + a]
    nodes.sizes[place] = kept


@njit()
def _log_leaf(rays, work, log, entry, identity, size, end):
    """Write a leaf and its active rays; returns where the next leaf's begin."""
    for a in range(rays.ones.shape[0], size):
        log.leaves[end] = (work.active[a] + 1) * np.int64(work.outputs[a])
        end += 1
    log.rows[entry, 0] = identity
    log.rows[entry, 1] = -1
    log.rows[entry, 2] = end
    return end
