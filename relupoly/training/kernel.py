"""The compiled part of the branch and bound over rays, for the squared loss.

A node fixes, for every class of equal neurons, an output sign and the side of some data points. The features that a neuron
can have there lie in the cone of relu(V r) over the rays r that respect the sides, so non-negative least squares over the
allowed rays bounds the loss from below (`_relax`, an active-set method with an orthogonal basis kept up to date). Where the
bound stays below the incumbent, the node is split at the point where the neurons of a class disagree most.

Nothing that closes a node rests on rounding. `_prove` takes the residual u of a relaxation, encloses its projection u* on
the orthogonal complement of the active features (`_enclose`, a verified least-squares solution), and shows that u* makes
no acute angle with any allowed feature: then the loss is at least <u*, y>^2 / <u*, u*>. A feature whose sign the enclosure
leaves open is usually orthogonal to u* for a reason. Either its ray lies in one closed cell with rays of known features, on
which features are linear in the ray (`_follows`); or it is a combination of active features after all, which is decided by
elimination modulo so many primes that Hadamard's bound leaves no other case (`_depends`). Nodes that resist both, and those
whose bound equals the incumbent but for rounding, go back to exact arithmetic.

What profiles taught: nearly all time is `_price`, one pass over the allowed rays for a residual. So rays enter in groups
(`Work.pool`), allowed rays are words of bits (`_set_masks`), and a relaxation ends as soon as its value falls below the
incumbent, when only a place to branch is wanted: with a thousand points that alone saves nine tenths.

`run` is the one entry, so that all is compiled once, and then kept on disk (`relupoly.exact.machine`). No function allocates:
`Work` holds all there is room for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from relupoly.exact.machine import loose, njit

POOL = 24
OPEN = 256
EPSILON = 2.0**-52
TOLERANCE = 1e-13
CLOSE = 1e-9
ALIKE = 1e-10

SEARCH, BOUND, DESCEND = range(3)
NODES, SOLVED, PROVED, DOUBTFUL, OPEN_SIGNS, ELIMINATED, FOLLOWING, PUT, LOGGED, COUNTERS = range(10)


class Rays(NamedTuple):
    """The dictionary for the kernel: K rays, one of each pair; ray K + k is the opposite of ray k. All is scaled by sqrt(c_j).

    Attributes
    ----------
    values : ndarray of float64, shape (K, D)
        <ray, v_j> sqrt(c_j), each row scaled by a power of two.
    points : ndarray of float64, shape (K, r)
        The rays, scaled by the same power.
    signs : ndarray of int8, shape (K, D)
    ahead, behind : ndarrays of uint64, shape (K, words of D bits)
        The points with sign 1, and with sign -1.
    scales : ndarray of float64, shape (2K,)
        1 / norm of the feature.
    errors : ndarray of float64, shape (2K,)
        A bound on the error of each entry of the scaled feature.
    bits : ndarray of float64, shape (2K,)
        An upper bound on the logarithm to base 2 of the norm of the feature in integers.
    allowed : ndarray of uint64, shape (D, 2, words)
        The rays behind each point or on it, and those ahead or on it.
    useful : ndarray of uint64, shape (words,)
        The rays whose feature is not 0.
    targets : ndarray of float64, shape (D,)
        y_j sqrt(c_j).
    ones : ndarray of float64, shape (b, D)
        sqrt(c_j), if the output has a bias (b = 1); else b = 0.
    limbs, vector_limbs : ndarray of int64, shapes (K, r, L), (D, r, L')
        Rays and vectors as integers, digits to base 2^30, lowest first, all of the sign of the number.
    primes : ndarray of int64
        Below 2^31.
    """

    values: Any
    points: Any
    signs: Any
    ahead: Any
    behind: Any
    scales: Any
    errors: Any
    bits: Any
    allowed: Any
    useful: Any
    targets: Any
    ones: Any
    limbs: Any
    vector_limbs: Any
    primes: Any


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


class Log(NamedTuple):
    """What was done with each node, for the certificate; no rows if none is wanted.

    Attributes
    ----------
    rows : ndarray of int64, shape (N, 4)
        Identity; class and point of a split, and the identity of the first child; or -1, and where a leaf's active rays end.
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
    residual: Any
    masks: Any
    owner: Any
    ahead: Any
    behind: Any
    preactivation: Any
    prediction: Any
    pool: Any
    pool_outputs: Any
    gains: Any
    open: Any
    known: Any
    members: Any
    marks: Any
    minor: Any
    table: Any
    pivots: Any
    ray_residues: Any
    tight: Any


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
def _append(work, size):
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
    if not after > 1e-20 * before:
        return False
    norm = after**0.5
    work.triangle[size, size] = norm
    for j in range(new.size):
        new[j] /= norm
    return True


@njit()
def _orthogonalise(rays, work, first, size):
    """The basis from column `first` on; dependent columns leave. Returns the size."""
    a = first
    while a < size:
        _feature(rays, work.active[a], work.outputs[a], work.column)
        if _append(work, a):
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
    _assign(u, rays.targets)
    for _ in range(2):
        for a in range(size):
            q = work.basis[a]
            d = _dot(q, u)
            for j in range(u.size):
                u[j] -= d * q[j]


@njit()
def _settle(rays, work, size, first):
    """Least squares on the active rays; those whose weight would be negative leave (Lawson, Hanson). Returns the size."""
    free = rays.ones.shape[0]
    while True:
        size = _orthogonalise(rays, work, first, size)
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
def _union(work, outputs, classes, output, word):
    """The rays of a word that classes with this output sign allow."""
    bits = np.uint64(0)
    for c in range(classes):
        if outputs[c] == output:
            bits |= work.masks[c, word]
    return bits


@njit()
def _is_active(work, size, ray, output):
    found = False
    for a in range(size):
        found |= work.active[a] == ray and work.outputs[a] == output
    return found


@njit()
def _gather(rays, work, outputs, classes, tolerance):
    """Fill the pool with the allowed rays that reduce the residual most. Returns how many."""
    pool, pool_outputs, gains = work.pool, work.pool_outputs, work.gains
    found = 0
    worst = 0
    for output in (-1, 1):
        for word in range(work.masks.shape[1]):
            bits = _union(work, outputs, classes, output, word)
            while bits:
                ray = 64 * word + _lowest_bit(bits)
                bits &= bits - np.uint64(1)
                gain = output * _price(rays, ray, work.residual)
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
def _enter_best(rays, work, size, found, tolerance):
    """Let the best ray of the pool become active; returns the new size, or -1 if none helps."""
    pool, pool_outputs, gains = work.pool, work.pool_outputs, work.gains
    best = -1
    most = tolerance
    for i in range(found):
        if gains[i] <= 0.0:
            continue
        gain = pool_outputs[i] * _price(rays, pool[i], work.residual)
        if gain > most and not _is_active(work, size, pool[i], pool_outputs[i]):
            most = gain
            best = i
    if best < 0:
        return -1
    gains[best] = 0.0
    work.active[size] = pool[best]
    work.outputs[size] = pool_outputs[best]
    work.weights[size] = 0.0
    return _settle(rays, work, size + 1, size)


@njit()
def _relax(rays, work, outputs, classes, size, enough):
    """Non-negative least squares over the allowed rays from a feasible start. Returns (size, value, solved).

    It ends unsolved as soon as the value is below `enough`, or when there is no room for more active rays.
    """
    most = work.active.size - 1
    tolerance = TOLERANCE * _dot(rays.targets, rays.targets) ** 0.5
    size = _settle(rays, work, size, 0)
    value = _dot(work.residual, work.residual)
    while True:
        if value < enough or value <= tolerance * tolerance or size >= most:
            return size, value, False
        found = _gather(rays, work, outputs, classes, tolerance)
        before = value
        while value >= enough and size < most:
            new = _enter_best(rays, work, size, found, tolerance)
            if new < 0:
                break
            size = new
            value = _dot(work.residual, work.residual)
        if not value < before * (1.0 - 1e-14):
            return size, value, value >= enough


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
    """A bound on the distance of work.residual from its projection on the complement of the active features; or inf."""
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
            _feature(rays, work.active[b], work.outputs[b], work.column)
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
def _agree(rays, one, other):
    """Whether two rays lie in one closed cell: no point is ahead of one and behind the other."""
    half = rays.values.shape[0]
    ahead, behind = rays.ahead[one % half], rays.behind[one % half]
    if (one < half) == (other < half):
        behind_other, ahead_other = rays.behind[other % half], rays.ahead[other % half]
    else:
        behind_other, ahead_other = rays.ahead[other % half], rays.behind[other % half]
    conflict = np.uint64(0)
    for i in range(ahead.size):
        conflict |= (ahead[i] & behind_other[i]) | (behind[i] & ahead_other[i])
    return conflict == np.uint64(0)


@njit()
def _follows(rays, work, known, independent, ray):
    """Whether the feature of a ray is a combination of the features of known rays, seen from the cells.

    Known rays in one closed cell with the ray have features that are linear in the ray there: when these rays span the space
    all others follow. And they depend on the ray only through the points ahead: as many independent features as such points
    span them. The first `independent` known rays have independent features.
    """
    half, rank = rays.points.shape
    for first in range(rays.ones.shape[0], known):
        if not _agree(rays, work.known[first], ray):
            continue
        members = 0
        free = 0
        spanned = 0
        work.marks[:] = False
        points = _mark(rays, ray, work.marks)
        for a in range(first, known):
            if not _agree(rays, work.known[a], ray):
                continue
            fits = True
            for i in range(members):
                if not _agree(rays, work.members[i], work.known[a]):
                    fits = False
                    break
            if not fits:
                continue
            work.members[members] = work.known[a]
            members += 1
            points += _mark(rays, work.known[a], work.marks)
            if a < independent:
                free += 1
            if spanned < rank and _widens(rays.points[work.known[a] % half], work.minor, spanned):
                spanned += 1
        if spanned == rank or free >= points:
            return True
    return False


@njit()
def _widens(vector, minor, size):
    """Whether a vector is surely independent of those before; then it is added, orthonormal."""
    new = minor[size]
    _assign(new, vector)
    before = _dot(new, new)
    for _ in range(2):
        for b in range(size):
            d = _dot(minor[b], new)
            for i in range(new.size):
                new[i] -= d * minor[b, i]
    after = _dot(new, new)
    if not after > 1e-16 * before:
        return False
    for i in range(new.size):
        new[i] /= after**0.5
    return True


@njit()
def _explain(rays, work, size, waiting, counts):
    """Whether the features of the open rays are combinations of the active ones: known rays make others known."""
    for a in range(size):
        work.known[a] = work.active[a]
    known = size
    while waiting > 0:
        left = 0
        for i in range(waiting):
            ray = work.open[i]
            if _follows(rays, work, known, size, ray):
                work.known[known] = ray
                known += 1
            else:
                work.open[left] = ray
                left += 1
        if left == waiting:
            counts[ELIMINATED] += 1
            if not _depends(rays, work, size, work.open[0]):
                return False
            work.known[known] = work.open[0]
            known += 1
            left -= 1
            work.open[0] = work.open[left]
        waiting = left
    return True


@njit()
def _depends(rays, work, size, ray):
    """Whether a feature is a combination of active ones, exactly.

    Floats say of which ones. With the feature itself they form a matrix of integers all of whose minors of full size are
    divisible by each prime modulo which elimination leaves nothing of it. Hadamard's inequality bounds these minors; when the
    product of the primes is larger, they are 0, and the feature depends on the others, which are known to be independent.
    """
    points = rays.targets.size
    _feature(rays, ray, 1.0, work.column)
    for a in range(size):
        work.trial[a] = _dot(work.basis[a], work.column)
    for a in range(size - 1, -1, -1):
        t = work.trial[a]
        for b in range(a + 1, size):
            t -= work.triangle[a, b] * work.trial[b]
        work.trial[a] = t / work.triangle[a, a]
    columns = 0
    need = rays.bits[ray] + 1.0
    for a in range(size):
        if abs(work.trial[a]) > ALIKE:
            if work.active[a] < 0:
                need += 0.5 * np.log2(float(points)) + 1e-6
            else:
                need += rays.bits[work.active[a]]
            work.members[columns] = work.active[a]
            columns += 1
    work.members[columns] = ray
    for prime in rays.primes:
        for a in range(columns + 1):
            _residues(rays, work, work.members[a], prime, work.table[a])
        if not _eliminate(work, columns, points, prime):
            return False
        need -= 30.0
        if need < 0.0:
            return True
    return False


@njit()
def _residues(rays, work, ray, prime, out):
    """A feature in integers modulo a prime; points and their order as in the dictionary."""
    if ray < 0:
        out[:] = 1
        return
    half, rank = rays.points.shape
    for i in range(rank):
        work.ray_residues[i] = _residue(rays.limbs[ray % half, i], prime)
    wanted = 1 if ray < half else -1
    row = rays.signs[ray % half]
    for j in range(out.size):
        if row[j] != wanted:
            out[j] = 0
            continue
        total = np.int64(0)
        for i in range(rank):
            total = (total + work.ray_residues[i] * _residue(rays.vector_limbs[j, i], prime)) % prime
        out[j] = total if wanted > 0 else (prime - total) % prime


@njit()
def _residue(limbs, prime):
    total = np.int64(0)
    for i in range(limbs.size - 1, -1, -1):
        total = (total * np.int64(1073741824) + limbs[i]) % prime
    return total % prime


@njit()
def _eliminate(work, columns, points, prime):
    """Whether the rows table[:columns] are independent modulo the prime, and the next one depends on them."""
    table = work.table
    for a in range(columns + 1):
        row = table[a]
        for b in range(a):
            factor = row[work.pivots[b]]
            if factor:
                other = table[b]
                for j in range(points):
                    row[j] = (row[j] - factor * other[j]) % prime
        pivot = -1
        for j in range(points):
            if row[j] % prime:
                pivot = j
                break
        if a == columns:
            return pivot < 0
        if pivot < 0:
            return False
        inverse = _power(row[pivot] % prime, prime - 2, prime)
        for j in range(points):
            row[j] = row[j] % prime * inverse % prime
        work.pivots[a] = pivot
    return False


@njit()
def _power(base, exponent, prime):
    result = np.int64(1)
    while exponent:
        if exponent & 1:
            result = result * base % prime
        base = base * base % prime
        exponent >>= 1
    return result


@njit()
def _mark(rays, ray, ahead):
    """Mark the points ahead of the ray; returns how many are new."""
    half = rays.values.shape[0]
    row = rays.signs[ray % half]
    wanted = 1 if ray < half else -1
    new = 0
    for j in range(row.size):
        if row[j] == wanted and not ahead[j]:
            ahead[j] = True
            new += 1
    return new


@njit()
def _holds(numbers, count, number):
    found = False
    for i in range(count):
        found |= numbers[i] == number
    return found


@njit()
def _prove(rays, work, outputs, classes, size, counts):
    """A proved lower bound on the loss at a node, from its residual; -1 where a sign stays open."""
    u = work.residual
    dimension = u.size
    away = _enclose(rays, work, size)
    if not away < np.inf:
        return -1.0
    length = _dot(u, u) ** 0.5
    total = 0.0
    for j in range(dimension):
        total += abs(u[j])
    waiting = 0
    rounding = 1.01 * (away + 1.1 * (dimension + 4) * EPSILON * length)
    for output in (-1, 1):
        for word in range(work.masks.shape[1]):
            bits = _union(work, outputs, classes, output, word)
            while bits:
                ray = 64 * word + _lowest_bit(bits)
                bits &= bits - np.uint64(1)
                gain = output * _price(rays, ray, u)
                if gain + rounding + 1.01 * rays.errors[ray] * total <= 0.0:
                    continue
                counts[OPEN_SIGNS] += 1
                if _is_active(work, size, ray, output) or _is_active(work, size, ray, -output):
                    continue
                if _holds(work.open, waiting, ray):
                    continue
                if waiting == OPEN:
                    return -1.0
                work.open[waiting] = ray
                waiting += 1
    if not _explain(rays, work, size, waiting, counts):
        return -1.0
    norm = _dot(rays.targets, rays.targets) ** 0.5
    top = _dot(u, rays.targets) - (1.1 * (dimension + 8) * EPSILON * length + 1.01 * away) * norm
    if not top > 0.0:
        return 0.0
    return (top / length) ** 2 * (1.0 - 4 * (dimension + 8) * EPSILON)


@njit()
def _true_loss(rays, work, size, classes):
    """The loss of the net with one neuron for each class: the sum of its active rays."""
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
def _widest_gap(work, sides, classes, size, least):
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
def _set_masks(rays, work, sides, classes):
    words = work.masks.shape[1]
    for c in range(classes):
        mask = work.masks[c]
        _assign(mask, rays.useful)
        for j in range(sides.shape[1]):
            if sides[c, j]:
                other = rays.allowed[j, 1 if sides[c, j] > 0 else 0]
                for i in range(words):
                    mask[i] &= other[i]


@njit()
def _move(nodes, source, others, target):
    """Copy a node into a row of a table."""
    others.identity[target] = nodes.identity[source]
    others.classes[target] = nodes.classes[source]
    for c in range(nodes.classes[source]):
        _move_class(nodes, source, c, others, target, c)
    others.bounds[target] = nodes.bounds[source]
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
def _resume(rays, work, nodes, place):
    """Start from the active rays of the parent that the node allows. Returns the size."""
    classes = nodes.classes[place]
    size = _start(rays, work)
    for a in range(nodes.sizes[place]):
        ray = nodes.start[place, a]
        output = 1.0 if nodes.weights[place, a] > 0.0 else -1.0
        for c in range(classes):
            if nodes.outputs[place, c] == output and _allows(work.masks[c], ray):
                work.active[size] = ray
                work.outputs[size] = output
                work.weights[size] = abs(nodes.weights[place, a])
                size += 1
                break
    return size


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


@njit()
def _search(rays, work, nodes, doubtful, log, incumbent, best, counts, top, budget, thorough):
    """Depth first from the first `top` nodes, until none is left, or the budget, or room for something, is used up.

    A thorough search solves relaxations to the end, for their bounds, and divides nothing: what is not closed is doubtful.
    Returns how many nodes are left.
    """
    width = nodes.outputs.shape[1]
    scratch = nodes.classes.size - 1
    length = _dot(rays.targets, rays.targets) ** 0.5
    following = counts[FOLLOWING]
    gap = incumbent[1]
    put = 0
    entry = 0
    end = 0
    logging = log.rows.shape[0] > 0
    while top > 0 and budget > 0 and top + width + 1 < scratch and put < doubtful.classes.size:
        if logging and (entry == log.rows.shape[0] or end + work.active.size > log.leaves.size):
            break
        top -= 1
        _move(nodes, top, nodes, scratch)
        identity = nodes.identity[scratch]
        classes = nodes.classes[scratch]
        outputs = nodes.outputs[scratch]
        sides = nodes.sides[scratch]
        budget -= 1
        counts[NODES] += 1
        _set_masks(rays, work, sides, classes)
        size = _resume(rays, work, nodes, scratch)
        while True:
            enough = -1.0 if thorough else min(incumbent[0], 1e300) * min(gap, 1.0 - CLOSE)
            size, value, solved = _relax(rays, work, outputs, classes, size, enough)
            _spread(rays, work, outputs, classes, size)
            loss = _true_loss(rays, work, size, classes)
            better = loss < incumbent[0]
            if better:
                incumbent[0] = loss
                _keep(rays, work, outputs, classes, size, best)
            bc, bj = _widest_gap(work, sides, classes, size, 1e-12 * length)
            if solved or bc >= 0 or not better or thorough:
                break
        bound = nodes.bounds[scratch]
        if solved:
            counts[SOLVED] += 1
            bound = max(bound, _prove(rays, work, outputs, classes, size, counts))
            if bound >= incumbent[0] * gap:
                counts[PROVED] += 1
                if logging:
                    end = _log_leaf(rays, work, log, entry, identity, size, end)
                    entry += 1
                continue
        if thorough or bc < 0 or (solved and value >= incumbent[0] * gap * (1.0 - 2.0 * CLOSE)):
            counts[DOUBTFUL] += 1
            nodes.bounds[scratch] = bound
            _remember(rays, work, nodes, scratch, size)
            _move(nodes, scratch, doubtful, put)
            put += 1
            continue
        if logging:
            log.rows[entry, 0] = identity
            log.rows[entry, 1] = bc
            log.rows[entry, 2] = bj
            log.rows[entry, 3] = following
            entry += 1
        for child in range(nodes.counts[scratch, bc] + 1):
            _split(nodes, top, scratch, bc, bj, child)
            nodes.identity[top] = following
            nodes.bounds[top] = bound
            _remember(rays, work, nodes, top, size)
            following += 1
            top += 1
    counts[FOLLOWING] = following
    counts[PUT] = put
    counts[LOGGED] = entry
    return top


@njit()
def _descend(rays, work, outputs, sides, best):
    """Local search from closed cells: the best net there, then with a point on a hyperplane moved to its other side.

    Every entry of `sides` is -1 or 1. Returns the loss, which no move lowers.
    """
    width, points = sides.shape
    loss = np.inf
    least = 1e-12 * _dot(rays.targets, rays.targets) ** 0.5
    moved_class, moved_point = -1, -1
    tried_class, tried_point = 0, 0
    while True:
        _set_masks(rays, work, sides, width)
        size, _, _ = _relax(rays, work, outputs, width, _start(rays, work), -1.0)
        _spread(rays, work, outputs, width, size)
        found = _true_loss(rays, work, size, width)
        if found < loss * (1.0 - CLOSE):
            loss = found
            _keep(rays, work, outputs, width, size, best)
            for c in range(width):
                for j in range(points):
                    work.tight[c, j] = work.ahead[c, j] + work.behind[c, j] <= least
            tried_class, tried_point = 0, 0
        elif moved_class >= 0:
            sides[moved_class, moved_point] *= -1
        else:
            return loss
        moved_class = -1
        while tried_class < width:
            if work.tight[tried_class, tried_point]:
                moved_class, moved_point = tried_class, tried_point
            tried_point += 1
            if tried_point == points:
                tried_class += 1
                tried_point = 0
            if moved_class >= 0:
                break
        if moved_class < 0:
            return loss
        sides[moved_class, moved_point] *= -1


@njit()
def run(rays, work, nodes, doubtful, log, incumbent, best, counts, outputs, sides, task, top, budget):
    """Search, or bound nodes, or descend.

    Parameters
    ----------
    rays : Rays
    work : Work
    nodes : Nodes
        A stack; the last row is scratch.
    doubtful : Nodes
        Where nodes go that floats cannot settle.
    log : Log
    incumbent : ndarray of float64, shape (2,)
        The smallest loss known; and a node is closed when its bound is at least so many times that.
    best : ndarray of float64, shape (w + 1, 1 + r)
        Output sign and coefficients of the neurons of the last net found with a smaller loss; then its output bias.
    counts : ndarray of int64, shape (COUNTERS,)
        Added to; FOLLOWING is the first identity that children may be given.
    outputs : ndarray of int8, shape (w,)
    sides : ndarray of int8, shape (w, D)
        The cells from which to descend.
    task : int
        SEARCH: depth first from the first `top` nodes, until none is left, or the budget, or room for something, is used up.
        BOUND: the same, but relaxations are solved to the end, and nothing is divided. DESCEND: local search from the cells;
        the loss goes to `incumbent`.
    top : int
    budget : int
        How many nodes to look at.

    Returns
    -------
    int
        How many nodes are left.
    """
    if task == DESCEND:
        incumbent[0] = _descend(rays, work, outputs, sides, best)
        return 0
    return _search(rays, work, nodes, doubtful, log, incumbent, best, counts, top, budget, task == BOUND)
