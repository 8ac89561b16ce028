"""The compiled walk: the loop of `relupoly.pieces.walk` in floats, as machine code.

The same steps on the same data, laid out in flat arrays: nodes are a stack, and what belongs to a node (rays with their
error bounds, open hyperplanes, signs) lies on stacks of its own, the top node's part on top. At most 64 walls support a
cone here, so a ray's walls are one word, and two rays' common walls one `and`.

The kernel does only what floats can prove. It returns to Python, with the node in question on top of the stack, for
whatever else there is: a sign that an error bound leaves open, a cone with too many walls, a cell that may merge with a
neighbour. Python settles the matter exactly and calls again. It also returns after a number of steps, so that a deadline,
Ctrl-C and progress work.

Compiling takes some seconds once, and is kept on disk (`relupoly.exact.machine`). It is one long file for a reason: what is
kept is named after the text of the file that holds the function, not of those that hold what it calls.

What profiles taught: for the last layer most of the time went into building cells that are only counted, so they are not
built (`_regions`), and into coordinates of rays whose forms' values are enough (`_section`). From about five inputs on,
sections have so many rays that linear programming is faster than listing them (`_flats`). On many inputs unbounded cells
were the rule, and where few neurons are active, the next layer's forms vanish on faces at infinity: each zero was decided
exactly, each cell built. What vanishes there follows from the walls (`_vanish`), and cells are counted across (`_null_face`):
300 times as fast on 10 inputs. Then layer maps, which change
little from one cell to the next and are kept up to date (`_image`), in loops over neurons without stride; and the proof that
the function changes across facets, which is cheaper along the facets' hyperplanes than for all neurons (`_rise`). Exact
arithmetic for rays whose error bounds had grown from cut to cut: they are now solved for afresh in floats (`_refresh`). Numba
counted references whenever a view was made, by atomic instructions: a third of the time; and an index that numba
cannot see to be positive keeps a loop from becoming vector instructions, hence the views in long loops. Where fingerprints
of cells are wanted, these are collected here: residues of the layer maps are kept up to date like the maps (`_follow`), and the
cells of the last layer are listed by values of forms alone (`_list`).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from relupoly.exact.machine import njit

DONE, PAUSED, DOUBT, CROWDED, CELL, FULL, PRINTED = range(7)

UNIT = 2.0**-53
SMALLEST = 2.0**-200
SMALLEST_ERROR = 2.0**-260
INACCURATE = 2.0**-26
WALLS = 64
SUM_BITS = 12
MOST_SECTIONS = 200_000
MOST_PIVOTS = 1000
NEGLIGIBLE = 2.0**-20
NEGLIGIBLE_PIVOT = 2.0**-40
DEPENDENT = 2.0**-20
LONG_STEP = 256
LONG_COUNT = 8
FLIPS = 64
NEVER = -(2**62)
EXACT = 2.0**53
FLOATS = np.False_
COUNT, MERGE, FINGERPRINT, SIMPLE, EVERY = 0, 1, 2, 4, 8

LAYER, RAYS, OPEN, RAY0, OPEN0, SIGN0, CHOSEN0, SETTLED, IDLE, CLEAR = range(10)
TOP, PLAIN = range(2)

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
PRINT_BITS = np.uint64(31)


class Program(NamedTuple):
    """A net for the kernel; arrays of all layers are laid end to end, `*_at` says where a layer starts.

    Attributes
    ----------
    dimension : int
        D.
    fewest : int
        On how many rays of a cone a hyperplane lies, at least, that counts as a wall: those of a facet, or 1.
    depth : int
        The number of hidden layers.
    widths, planes : ndarray of int
        The numbers of neurons and of hyperplanes of each hidden layer.
    column, column_error : ndarray of float64
        The augmented layers, (n_out + 1) x (n_in + 1), column by column, but for the first one.
    norm, norm_error : ndarray of float64
        For each layer the largest sum of the sizes, and of the error bounds, of a row's entries.
    rough : ndarray of bool
        Which layers have weights that are not exactly doubles.
    first, final, of, side : ndarray
        For each hyperplane its first neuron and its last; for each neuron its hyperplane, and its side.
    jump, jump_size, jump_error : ndarray of float64
        For each hyperplane by how much the next layer's preactivations rise across it, and bounds for sizes and errors.
    rises : ndarray of bool
        Whether the combination of the outputs rises across each hyperplane of the last hidden layer.
    two_sided : ndarray of bool
        For each hyperplane whether neurons are active on both sides of it.
    label : ndarray of int
        The label of the first hyperplane of each layer.
    boundary, boundary_error : ndarray of float64, shape (1 + m, D)
        The form t, and those of the domain's inequalities.
    output, output_error : ndarray of float64
        A random combination of the output layer's rows: the derivative by the last hidden layer's neurons.
    output_doubt : float
        A bound for the sum of the error bounds of its entries.
    """

    dimension: int
    fewest: int
    depth: int
    widths: Any
    planes: Any
    column: Any
    column_error: Any
    norm: Any
    norm_error: Any
    rough: Any
    weight_at: Any
    first: Any
    final: Any
    plane_at: Any
    of: Any
    side: Any
    neuron_at: Any
    row_at: Any
    jump: Any
    jump_size: Any
    jump_error: Any
    jump_at: Any
    rises: Any
    two_sided: Any
    label: Any
    boundary: Any
    boundary_error: Any
    output: Any
    output_error: Any
    output_doubt: float


class Stack(NamedTuple):
    """The state of the walk; see the module's docstring.

    Attributes
    ----------
    register : ndarray of int, [TOP, PLAIN]
        The index of the top node (-1 when done), and the number of plain cells counted: all signs strict, and the function
        changes across every facet.
    nodes : ndarray of int, shape (nodes, 10)
    slots, sides : ndarray, shape (nodes, 64)
        The label of the wall behind each bit, and the side on which the cone lies.
    value, error : ndarray of float64, shape (rays, D)
    tight : ndarray of uint64, shape (rays,)
    open, signs, chosen : ndarray
    form, form_error : ndarray of float64
        The augmented forms of each layer on the current cell of the earlier layers, (n + 1) x D.
    active : ndarray of bool
        Which neurons of each finished layer are active there, then True for the constant.
    finished : ndarray of int8
        The signs of the hyperplanes of each finished layer there.
    flat : ndarray of int
        How many forms of each finished layer vanish there.
    serial : ndarray of int
        Counts the entries into each layer.
    sum, sum_error : ndarray of float64
        The forms of each layer before they are scaled, coordinate by coordinate, and a bound for the errors of each neuron's.
    summed : ndarray of bool
        Which neurons of the layer before are in the sums; laid out like `active`.
    sum_serial, terms : ndarray of int
        The serial number of the layer before that the sums belong to, and how many terms have come and gone.
    factor : ndarray of float64
        By which the sums of each layer are scaled.
    whole : ndarray of bool
        Whether the forms of a layer are whole numbers, and its rays too where their error bounds are 0.
    flips : ndarray of int, shape (layers, FLIPS + 1)
        The last changes of `summed` for each layer's sums: j + 1 or -(j + 1) where neuron j of the layer before came or went.
        The last entry is how many changes there were.
    rise : ndarray of float64
        By how much the preactivations of the layer after next rise across each hyperplane, as far as brought up to date.
    risen : ndarray of int, shape (planes, 2)
        For each hyperplane the number of changes that its row of `rise` takes into account, and of terms since its beginning.
    base : ndarray of int, shape (layers, 2)
        How often the sums of a layer began afresh, or took over other forms of the layer before; and to which of these, of the
        layer before, they belong.
    beneath : ndarray of bool
        Which neurons of two layers before were active then; laid out like `active`.
    """

    register: Any
    nodes: Any
    slots: Any
    sides: Any
    value: Any
    error: Any
    tight: Any
    open: Any
    signs: Any
    chosen: Any
    form: Any
    form_error: Any
    form_at: Any
    active: Any
    finished: Any
    flat: Any
    serial: Any
    sum: Any
    sum_error: Any
    summed: Any
    sum_serial: Any
    terms: Any
    factor: Any
    whole: Any
    flips: Any
    rise: Any
    rise_at: Any
    risen: Any
    base: Any
    beneath: Any


class Room(NamedTuple):
    """Where the last layer is counted: for each dimension, downwards, a section of the cone and the hyperplanes that cut it.

    Attributes
    ----------
    value : ndarray of float64, shape (levels, planes, rays)
        The values of the hyperplanes' forms at the rays, none of them 0.
    error, span : ndarray of float64, shape (levels, rays)
        Bounds for the errors and for the sizes of the values at each ray.
    tight : ndarray of uint64, shape (levels, rays)
    ray : ndarray of int, shape (rays,)
        Which rays of the cone are taken.
    pair : ndarray of int, shape (2, rays)
        The ends of the edges that cross a hyperplane.
    open : ndarray of int, shape (levels, planes)
    count : ndarray of int, shape (levels, 4)
        The numbers of rays and of hyperplanes, and which hyperplane's turn it is. For a flat the numbers of hyperplanes, of
        those that have had their turn, of those among them that meet the flat, and whether any does.
    ratio, doubt : ndarray of float64, shape (planes,)
    form, form_error : ndarray of float64, shape (64 + planes + 1, D)
        The cone's walls, the open hyperplanes, and the sum of the walls; scaled.
    table : ndarray of float64, shape (levels, D, 64 + planes + 1 + D)
        Dictionaries, column by column.
    basis : ndarray of int, shape (levels, D)
        The forms that vanish at the vertex of each dictionary, and the sum of the walls.
    size, rounding : ndarray of float64, shape (64 + planes + 1,)
        The sum of the sizes of each form's entries; and a bound for the error of its value where no coordinate exceeds 1.
    reach, vertex, vertex_error, residual, entry : ndarray of float64, shape (D,)
    start, start_error : ndarray of float64, shape (planes,)
    pivot : ndarray of int, shape (2, D)
        The coordinates that are left out across a null face, and rays there that are independent in them.
    flats_from : int
        From which D on cells are counted by flats.
    """

    value: Any
    error: Any
    span: Any
    tight: Any
    ray: Any
    pair: Any
    open: Any
    count: Any
    ratio: Any
    doubt: Any
    form: Any
    form_error: Any
    table: Any
    basis: Any
    reach: Any
    vertex: Any
    vertex_error: Any
    residual: Any
    entry: Any
    size: Any
    rounding: Any
    start: Any
    start_error: Any
    pivot: Any
    flats_from: int


class Scratch(NamedTuple):
    """Where a step computes what it writes to the stack afterwards.

    Attributes
    ----------
    value, error, tight, signs : ndarray
        New rays, their walls, and signs there.
    rise : ndarray of float64, shape (2, neurons + 1)
        By how much preactivations rise across a hyperplane.
    weight : ndarray of float64, shape (neurons,)
        The output's weights of neurons, as far as they are certain.
    part, part_error : ndarray of float64, shape (planes + 1,)
        The parts of the function's rise.
    sums : ndarray of float64, shape (3, 2^12)
    work : ndarray of float64, shape (5, D + 3, D + 3)
        For the solution of linear equations.
    row : ndarray of float64, shape (4, neurons + 1)
    sets : ndarray of uint64, shape (64,)
    at : ndarray of float64, shape (2, rays)
        The values of a form at the rays of a cone, and their error bounds.
    key, owner : ndarray of uint64 and of int
        A table of edges: the walls of each, and a ray there.
    pair : ndarray of int, shape (2, rays)
        Pairs of rays.
    odd : ndarray of int, shape (rays,)
        Rays on more than D - 1 walls.
    flipped : ndarray of int, shape (neurons + 2,)
        Neurons that have changed sides.
    many_rays : int
        From how many rays on edges are looked up.
    """

    value: Any
    error: Any
    tight: Any
    signs: Any
    rise: Any
    weight: Any
    part: Any
    part_error: Any
    sums: Any
    work: Any
    row: Any
    sets: Any
    at: Any
    key: Any
    owner: Any
    pair: Any
    odd: Any
    flipped: Any
    many_rays: int


class Residues(NamedTuple):
    """The layer maps at points modulo primes below 2^31: see `relupoly.pieces.fingerprints`.

    Weights are kept as w 2^32 mod p, for Montgomery's reduction.

    Attributes
    ----------
    modulus, inverse, square : ndarray of uint64, shape (points,)
        The prime p of each point, -1/p mod 2^32, and 2^64 mod p.
    number : ndarray of int, shape (points,)
        Which of the primes it is.
    weight : ndarray of uint32, shape (primes, weights)
        The augmented layers, laid out like `Program.column`.
    value : ndarray of uint64, shape (points, rows)
        The forms of each layer on the current cell, at each point; laid out like `Stack.active`.
    summed : ndarray of bool
        Which neurons of each layer are in the values of the next one.
    serial : ndarray of int, shape (depth,)
        The serial number of the entry into each layer that its values belong to.
    version, source : ndarray of int, shape (depth,)
        How often each layer's values have changed, and the number of those of the layer before that they were made of.
    """

    modulus: Any
    inverse: Any
    square: Any
    number: Any
    weight: Any
    value: Any
    summed: Any
    serial: Any
    version: Any
    source: Any


class Leaves(NamedTuple):
    """Where the cells of the last layer are listed: a stack of cones, of which there are only the values of forms at rays.

    Attributes
    ----------
    frame : ndarray of int, shape (cones, 4)
        For each cone the numbers of rays and of hyperplanes that cut it, and where its values and its rays start.
    plane : ndarray of int, shape (cones, planes)
        The hyperplanes that cut it, counted among the open ones.
    side : ndarray of int8, shape (cones, planes)
        On which side of each of them it lies, as far as that is decided.
    value : ndarray of float64
        The values of their forms at the rays, form by form.
    error, span : ndarray of float64
        Bounds for the errors and for the sizes of the values at each ray.
    tight : ndarray of uint64
        The walls that each ray lies on.
    pair : ndarray of int, shape (2, rays)
        The ends of the edges that cross a hyperplane.
    weight : ndarray of float64, shape (2, rays)
        By how much they contribute to the ray between them.
    """

    frame: Any
    plane: Any
    side: Any
    value: Any
    error: Any
    span: Any
    tight: Any
    pair: Any
    weight: Any


class Prints(NamedTuple):
    """Fingerprints of the functions of cells, and where they are collected.

    Attributes
    ----------
    count : ndarray of int, shape (1,)
        How many have been collected.
    found : ndarray of uint64, shape (room,)
    words : ndarray of uint32, shape (room, words)
        The maps of watched functions modulo primes.
    quick : Residues
        At two random points.
    output : ndarray of uint32, shape (2, neurons + 1)
        A random combination of the output layer's rows, modulo each of the two primes; in Montgomery form.
    base : ndarray of uint64, shape (2,)
        The fingerprint where all hyperplanes of the last hidden layer have a negative sign.
    rise : ndarray of uint64, shape (2, planes)
        By how much it rises across each of them.
    idle : ndarray of uint64, shape (depth,)
        The fingerprint of the function where a layer is idle and none behind it.
    idles : ndarray of int, shape (depth,)
        How many of its cells there were; they are not collected.
    watch : ndarray of uint64
        Sorted: the fingerprints of the functions that are watched; only these are collected, with their maps. All of them
        where there is none.
    bucket : ndarray of int
        Where those with given leading bits start.
    full : Residues
        At the unit vectors, modulo as many primes as it takes.
    outputs : ndarray of uint32, shape (primes, outputs, neurons + 1)
        The output layer modulo these primes; in Montgomery form.
    leaves : Leaves
        Where cells are listed.
    """

    count: Any
    found: Any
    words: Any
    quick: Residues
    output: Any
    base: Any
    rise: Any
    idle: Any
    idles: Any
    watch: Any
    bucket: Any
    full: Residues
    outputs: Any
    leaves: Leaves


@njit(cache=True, nogil=True)
def _bits(word):
    """The number of bits set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def _product(form, form_error, at, ray, ray_error, d, whole):
    """The value of a form at a ray, and its error bound: 0 for whole numbers whose sums stay below 2^53."""
    value = error = size = 0.0
    for c in range(d):
        f, x = form[at + c], ray[c]
        a, b = abs(f), abs(x)
        value += f * x
        size += a * b
        error += a * ray_error[c] + form_error[at + c] * (b + ray_error[c])
    if whole and error == 0 and size < EXACT:
        return value, 0.0
    return value, (error + 2 * (d + 4) * UNIT * size) * (1 + 4 * (d + 4) * UNIT)


@njit(cache=True, nogil=True)
def _divisor(value):
    """The greatest common divisor of whole numbers, at least 1."""
    divisor = np.int64(0)
    for c in range(len(value)):
        other = np.int64(abs(value[c]))
        while other:
            divisor, other = other, divisor % other
        if divisor == 1:
            break
    return max(divisor, np.int64(1))


@njit(cache=True, nogil=True)
def _edge(low, low_error, high, high_error, u, u_error, v, v_error, value, error, whole):
    """The ray low u + high v where an edge crosses a hyperplane; low and high are the sizes of the form at v and at u."""
    d = len(value)
    exact = whole and low_error == 0 and high_error == 0
    for c in range(d):
        a, b = abs(u[c]), abs(v[c])
        value[c] = low * u[c] + high * v[c]
        size = low * a + high * b
        doubt = (low + low_error) * u_error[c] + low_error * a + (high + high_error) * v_error[c] + high_error * b
        exact = exact and doubt == 0 and size < EXACT
        error[c] = doubt + 6 * UNIT * (size + doubt)
    if not exact:
        _scale(value, error, 0, d)
        return
    divisor = _divisor(value)
    for c in range(d):
        value[c], error[c] = value[c] / divisor, 0.0


@njit(cache=True, nogil=True)
def _sign(value, error):
    """The sign of a value, 2 where the error bound leaves it open."""
    if abs(value) > error:
        return np.int8(1) if value > 0 else np.int8(-1)
    return np.int8(0) if error == 0 else np.int8(2)


@njit(cache=True, nogil=True)
def _safe(value, error):
    """A number kept away from underflow: what is too small becomes a zero with an error bound."""
    if value != 0 and abs(value) < SMALLEST:
        error += abs(value) + SMALLEST_ERROR
        value = 0.0
    if 0 < error < SMALLEST_ERROR:
        error = SMALLEST_ERROR
    return value, error


@njit(cache=True, nogil=True)
def _scale(value, error, start, end):
    """Bring entries to size about 1 by a power of two, and keep them away from underflow."""
    largest = 0.0
    for i in range(start, end):
        largest = max(largest, abs(value[i]), error[i])
    factor = math.ldexp(1.0, -math.frexp(largest)[1])
    for i in range(start, end):
        value[i], error[i] = _safe(value[i] * factor, error[i] * factor)


@njit(cache=True, nogil=True)
def _wall(program, stack, label, layer, target, target_error):
    """Copy the form of a wall of this layer or an earlier one."""
    d = program.dimension
    if label < program.label[0]:
        for c in range(d):
            target[c], target_error[c] = program.boundary[label, c], program.boundary_error[label, c]
        return
    while label < program.label[layer]:
        layer -= 1
    at = stack.form_at[layer] + program.first[program.plane_at[layer] + label - program.label[layer]] * d
    for c in range(d):
        target[c], target_error[c] = stack.form[at + c], stack.form_error[at + c]


@njit(cache=True, nogil=True)
def _refresh(program, stack, node, layer, common, planes, value, error, work):
    """Compute a ray afresh from its D - 1 walls, some open hyperplanes among them, where that makes its errors smaller.

    With the ray's largest coordinate held at +-1, the others y solve B y = r for the walls' forms B. An approximate inverse R
    of B proves how near the floating-point solution is: if |I - R B| has row sums of at most q < 1, the error is at most
    t + q / (1 - q) max t, where t bounds |R| |r - B y| (Rump, "Verification methods", Acta Numerica 2010, section 10.2).
    """
    d = program.dimension
    n = d - 1
    p = 0
    for c in range(d):
        if abs(value[c]) > abs(value[p]):
            p = c
    if not abs(value[p]) > error[p]:
        return
    b, b_error, r, augmented = work[0], work[1], work[2], work[3]
    row = 0
    for slot in range(WALLS):
        if (common >> np.uint64(slot)) & np.uint64(1):
            _wall(program, stack, stack.slots[node, slot], layer, b[row], b_error[row])
            row += 1
    for i in range(len(planes)):
        _wall(program, stack, program.label[layer] + planes[i], layer, b[row], b_error[row])
        row += 1
    # The column of the largest coordinate goes last, behind the square matrix B.
    for i in range(n):
        b[i, p], b[i, n] = b[i, n], b[i, p]
        b_error[i, p], b_error[i, n] = b_error[i, n], b_error[i, p]
    if not _invert(b, n, r, augmented):
        return
    side = 1.0 if value[p] > 0 else -1.0
    y, y_error, residual = work[4, 0], work[4, 1], work[4, 2]
    for i in range(n):
        y[i] = 0.0
        for j in range(n):
            y[i] -= r[i, j] * b[j, n] * side
    relative = 4 * (d + 4) * UNIT
    for i in range(n):
        total, size, doubt = b[i, n] * side, abs(b[i, n]), b_error[i, n]
        for j in range(n):
            total += b[i, j] * y[j]
            size += abs(b[i, j] * y[j])
            doubt += b_error[i, j] * abs(y[j])
        residual[i] = (abs(total) + relative * size + doubt) * (1 + relative)
    worst = norm = 0.0
    for i in range(n):
        bound = gap = 0.0
        for j in range(n):
            bound += abs(r[i, j]) * residual[j]
            entry, size, doubt = (-1.0 if i == j else 0.0), 1.0, 0.0
            for k in range(n):
                entry += r[i, k] * b[k, j]
                size += abs(r[i, k] * b[k, j])
                doubt += abs(r[i, k]) * b_error[k, j]
            gap += abs(entry) + relative * size + doubt
        y_error[i] = bound
        worst, norm = max(worst, bound), max(norm, gap)
    norm *= 1 + relative
    if not norm < 0.5:
        return
    before = 0.0
    for c in range(d):
        before = max(before, error[c])
    for i in range(n):
        y_error[i] = (y_error[i] + 2 * norm * worst) * (1 + relative)
        if not y_error[i] < before:
            return
    y[n], y_error[n] = side, 0.0
    y[p], y[n] = y[n], y[p]
    y_error[p], y_error[n] = y_error[n], y_error[p]
    for c in range(d):
        value[c], error[c] = y[c], y_error[c]
    _scale(value, error, 0, d)


@njit(cache=True, nogil=True)
def _invert(b, n, r, a):
    """An approximate inverse of a square matrix by Gauss-Jordan elimination with row pivots; False if it breaks down."""
    for i in range(n):
        for j in range(n):
            a[i, j] = b[i, j]
            r[i, j] = 1.0 if i == j else 0.0
    for c in range(n):
        pivot = c
        for i in range(c + 1, n):
            if abs(a[i, c]) > abs(a[pivot, c]):
                pivot = i
        if not abs(a[pivot, c]) > SMALLEST:
            return False
        if pivot != c:
            for j in range(n):
                a[c, j], a[pivot, j] = a[pivot, j], a[c, j]
                r[c, j], r[pivot, j] = r[pivot, j], r[c, j]
        factor = 1.0 / a[c, c]
        for j in range(n):
            a[c, j] *= factor
            r[c, j] *= factor
        for i in range(n):
            if i != c and a[i, c] != 0:
                factor = a[i, c]
                for j in range(n):
                    a[i, j] -= factor * a[c, j]
                    r[i, j] -= factor * r[c, j]
    return True


@njit(cache=True, nogil=True)
def _touching(stack, record, fewest):
    """How many open forms touch the cone in as many rays as a facet has."""
    count = 0
    for row in range(record[OPEN]):
        zeros = 0
        for i in range(record[RAYS]):
            zeros += stack.signs[record[SIGN0] + row * record[RAYS] + i] == 0
        count += zeros >= fewest
    return count


@njit(cache=True, nogil=True)
def _worst(value, error):
    """The largest error bound relative to the largest entry."""
    size = worst = 0.0
    for c in range(len(value)):
        size, worst = max(size, abs(value[c])), max(worst, error[c])
    return worst / size if size > worst else np.inf


@njit(cache=True, nogil=True)
def _settle(program, stack, node):
    """Decide the forms that do not cut the top cone; those that touch it in a facet become walls. False if crowded."""
    record = stack.nodes[node]
    m, k = record[RAYS], record[OPEN]
    ray0, open0, sign0, chosen0 = record[RAY0], record[OPEN0], record[SIGN0], record[CHOSEN0]
    fewest = program.fewest
    used = _walls(stack, record)
    if _touching(stack, record, fewest) > WALLS - _bits(used):
        return False
    kept = 0
    for row in range(k):
        above = below = zeros = 0
        for i in range(m):
            sign = stack.signs[sign0 + row * m + i]
            above += sign > 0
            below += sign < 0
            zeros += sign == 0
        plane = stack.open[open0 + row]
        if above and below:
            stack.open[open0 + kept] = plane
            for i in range(m):
                stack.signs[sign0 + kept * m + i] = stack.signs[sign0 + row * m + i]
            kept += 1
            continue
        side = np.int8(1) if above else np.int8(-1) if below else np.int8(0)
        stack.chosen[chosen0 + plane] = side
        if zeros >= fewest and side != 0:
            slot = _free(used)
            bit = np.uint64(1) << np.uint64(slot)
            used |= bit
            stack.slots[node, slot] = program.label[record[LAYER]] + plane
            stack.sides[node, slot] = side
            for i in range(m):
                if stack.signs[sign0 + row * m + i] == 0:
                    stack.tight[ray0 + i] |= bit
    record[OPEN] = kept
    record[SETTLED] = 1
    return True


@njit(cache=True, nogil=True)
def _walls(stack, record):
    """The walls that the rays of a cone lie on, as bits."""
    walls = np.uint64(0)
    for i in range(record[RAYS]):
        walls |= stack.tight[record[RAY0] + i]
    return walls


@njit(cache=True, nogil=True)
def _free(used):
    """The lowest bit that is not set, -1 if there is none."""
    for slot in range(WALLS):
        if not (used >> np.uint64(slot)) & np.uint64(1):
            return slot
    return -1


@njit(cache=True, nogil=True)
def _adjacent(tight, ray0, m, p, q, d):
    """Whether two rays are adjacent: see `relupoly.geometry.cut`."""
    first, second = tight[ray0 + p], tight[ray0 + q]
    common = first & second
    if _bits(common) < d - 2:
        return False
    if _bits(first) == d - 1 or _bits(second) == d - 1:
        return True
    for i in range(m):
        if i != p and i != q and tight[ray0 + i] & common == common:
            return False
    return True


@njit(cache=True, nogil=True)
def _split(program, stack, node, scratch):
    """Replace the top node by its two halves. FULL or CROWDED if there is no room; then nothing has changed."""
    d = program.dimension
    record = stack.nodes[node]
    layer, m, k = record[LAYER], record[RAYS], record[OPEN]
    ray0, open0, sign0, chosen0 = record[RAY0], record[OPEN0], record[SIGN0], record[CHOSEN0]
    h = program.planes[layer]
    plane, whole = stack.open[open0], stack.whole[layer]
    at = stack.form_at[layer] + program.first[program.plane_at[layer] + plane] * d
    above = below = 0
    used_above = used_below = np.uint64(0)
    for i in range(m):
        sign = stack.signs[sign0 + i]
        above += sign >= 0
        below += sign <= 0
        if sign >= 0:
            used_above |= stack.tight[ray0 + i]
        if sign <= 0:
            used_below |= stack.tight[ray0 + i]
    for i in range(m):
        ray, ray_error = stack.value[ray0 + i], stack.error[ray0 + i]
        scratch.at[0, i], scratch.at[1, i] = _product(stack.form, stack.form_error, at, ray, ray_error, d, whole)
    table = m >= scratch.many_rays
    new = _looked_up_pairs(stack, record, scratch, d) if table else _compared_pairs(stack, record, scratch, d)
    if new < 0:
        return FULL
    for i in range(new):
        p, q = scratch.pair[0, i], scratch.pair[1, i]
        scratch.tight[i] = stack.tight[ray0 + p] & stack.tight[ray0 + q]
        _edge(
            abs(scratch.at[0, q]),
            scratch.at[1, q],
            abs(scratch.at[0, p]),
            scratch.at[1, p],
            stack.value[ray0 + p],
            stack.error[ray0 + p],
            stack.value[ray0 + q],
            stack.error[ray0 + q],
            scratch.value[i],
            scratch.error[i],
            whole,
        )
        if _bits(scratch.tight[i]) == d - 2 and _worst(scratch.value[i], scratch.error[i]) > INACCURATE:
            _refresh(
                program,
                stack,
                node,
                layer,
                scratch.tight[i],
                stack.open[open0 : open0 + 1],
                scratch.value[i],
                scratch.error[i],
                scratch.work,
            )
    # The walls of both halves: those of the old rays on that side (the new rays' are among them) and the new one.
    slot_above, slot_below = _free(used_above), _free(used_below)
    if slot_above < 0 or slot_below < 0:
        return CROWDED
    size_above, size_below = above + new, below + new
    base = ray0 + max(m, size_above)
    rows = k - 1
    sign_base = sign0 + rows * size_above
    if (
        node + 2 > len(stack.nodes)
        or base + size_below > len(stack.tight)
        or open0 + 2 * rows > len(stack.open)
        or sign_base + rows * size_below > len(stack.signs)
        or chosen0 + 2 * h > len(stack.chosen)
        or k * m + rows * new > len(scratch.signs)
    ):
        return FULL
    for i in range(k * m):
        scratch.signs[i] = stack.signs[sign0 + i]
    fresh = k * m
    for row in range(rows):
        other = stack.open[open0 + 1 + row]
        at = stack.form_at[layer] + program.first[program.plane_at[layer] + other] * d
        for i in range(new):
            value, error = _product(stack.form, stack.form_error, at, scratch.value[i], scratch.error[i], d, whole)
            scratch.signs[fresh + row * new + i] = _sign(value, error)
    # The half below goes behind the parent, then the half above is packed into the parent's place.
    child = stack.nodes[node + 1]
    child[LAYER], child[RAYS], child[OPEN] = layer, size_below, rows
    child[RAY0], child[OPEN0], child[SIGN0], child[CHOSEN0] = base, open0 + rows, sign_base, chosen0 + h
    child[SETTLED] = child[IDLE] = 0
    child[CLEAR] = record[CLEAR]
    for i in range(WALLS):
        stack.slots[node + 1, i], stack.sides[node + 1, i] = stack.slots[node, i], stack.sides[node, i]
    for i in range(h):
        stack.chosen[chosen0 + h + i] = stack.chosen[chosen0 + i]
    _write_half(stack, scratch, ray0, m, k, new, base, sign_base, np.int64(-1), slot_below)
    if not record[IDLE]:
        _write_half(stack, scratch, ray0, m, k, new, ray0, sign0, np.int64(1), slot_above)
    for row in range(rows):
        stack.open[open0 + row] = stack.open[open0 + row + 1]
    for row in range(rows):
        stack.open[open0 + rows + row] = stack.open[open0 + row]
    label = program.label[layer] + plane
    stack.slots[node, slot_above], stack.sides[node, slot_above] = label, 1
    stack.slots[node + 1, slot_below], stack.sides[node + 1, slot_below] = label, -1
    stack.chosen[chosen0 + plane], stack.chosen[chosen0 + h + plane] = 1, -1
    record[RAYS], record[OPEN], record[SETTLED] = size_above, rows, 0
    stack.register[TOP] = node + 1
    return DONE


@njit(cache=True, nogil=True)
def _compared_pairs(stack, record, scratch, d):
    """The pairs of adjacent rays above and below the first open hyperplane; how many, -1 if there is no room."""
    m, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    pair = scratch.pair
    count = 0
    for p in range(m):
        if stack.signs[sign0 + p] != 1:
            continue
        for q in range(m):
            if stack.signs[sign0 + q] == -1 and _adjacent(stack.tight, ray0, m, p, q, d):
                if count == pair.shape[1]:
                    return -1
                pair[0, count], pair[1, count] = p, q
                count += 1
    return count


@njit(cache=True, nogil=True)
def _looked_up_pairs(stack, record, scratch, d):
    """The same as `_compared_pairs`, for cones with many rays.

    A simple ray lies on D - 1 walls, and on one edge for each wall that is left out. So the edges of the simple rays on one
    side are looked up in a table of those on the other side. Only pairs with a ray that is not simple are compared.
    """
    m, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    key, owner, odd, pair = scratch.key, scratch.owner, scratch.odd, scratch.pair
    below = odds = 0
    for q in range(m):
        if stack.signs[sign0 + q] == -1:
            below += 1
            if _bits(stack.tight[ray0 + q]) != d - 1:
                odd[odds] = q
                odds += 1
    shift, size = 63, 2
    while size < 2 * below * (d - 1):
        shift, size = shift - 1, 2 * size
    if size > len(key):
        return -1
    for place in range(size):
        owner[place] = -1
    for q in range(m):
        rest = stack.tight[ray0 + q]
        while stack.signs[sign0 + q] == -1 and rest and _bits(stack.tight[ray0 + q]) == d - 1:
            edge = stack.tight[ray0 + q] ^ (rest & (~rest + np.uint64(1)))
            rest &= rest - np.uint64(1)
            place = _place(key, owner, edge, shift, size)
            key[place], owner[place] = edge, q
    count = 0
    for p in range(m):
        if stack.signs[sign0 + p] != 1:
            continue
        if count + m > pair.shape[1]:
            return -1
        first = stack.tight[ray0 + p]
        if _bits(first) == d - 1:
            rest = first
            while rest:
                edge = first ^ (rest & (~rest + np.uint64(1)))
                rest &= rest - np.uint64(1)
                place = _place(key, owner, edge, shift, size)
                if owner[place] >= 0:
                    pair[0, count], pair[1, count] = p, owner[place]
                    count += 1
        for i in range(odds if _bits(first) == d - 1 else m):
            q = odd[i] if _bits(first) == d - 1 else i
            if stack.signs[sign0 + q] == -1 and _adjacent(stack.tight, ray0, m, p, q, d):
                pair[0, count], pair[1, count] = p, q
                count += 1
    return count


@njit(cache=True, nogil=True)
def _place(key, owner, edge, shift, size):
    """Where an edge is in a table, or would be."""
    place = np.int64((edge * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(shift))
    while owner[place] >= 0 and key[place] != edge:
        place = (place + 1) & (size - 1)
    return place


@njit(cache=True, nogil=True)
def _write_half(stack, scratch, ray0, m, k, new, base, sign_base, side, slot):
    """The rays of one half and the signs of the open forms there: old rays on its side, then the new ones."""
    bit = np.uint64(1) << np.uint64(slot)
    d = stack.value.shape[1]
    count = 0
    for i in range(m):
        count += scratch.signs[i] * side >= 0
    size = count + new
    position = 0
    for i in range(m):
        if scratch.signs[i] * side < 0:
            continue
        target = base + position
        for c in range(d):
            stack.value[target, c], stack.error[target, c] = stack.value[ray0 + i, c], stack.error[ray0 + i, c]
        stack.tight[target] = stack.tight[ray0 + i]
        if scratch.signs[i] == 0:
            stack.tight[target] |= bit
        for row in range(k - 1):
            stack.signs[sign_base + row * size + position] = scratch.signs[(row + 1) * m + i]
        position += 1
    for i in range(new):
        target = base + count + i
        for c in range(d):
            stack.value[target, c], stack.error[target, c] = scratch.value[i, c], scratch.error[i, c]
        stack.tight[target] = scratch.tight[i] | bit
        for row in range(k - 1):
            stack.signs[sign_base + row * size + count + i] = scratch.signs[k * m + row * new + i]


@njit(cache=True, nogil=True)
def _finish(program, stack, node):
    """Note the signs of a finished layer, and which neurons are active."""
    record = stack.nodes[node]
    layer, chosen0 = record[LAYER], record[CHOSEN0]
    at = program.plane_at[layer]
    stack.flat[layer] = 0
    for plane in range(program.planes[layer]):
        stack.finished[at + plane] = stack.chosen[chosen0 + plane]
        stack.flat[layer] += stack.chosen[chosen0 + plane] == 0
    at, n = program.neuron_at[layer], program.widths[layer]
    active, chosen = stack.active[at + layer : at + layer + n], stack.chosen[chosen0 : chosen0 + n]
    if n == program.planes[layer]:
        # Each hyperplane is that of one neuron, so they are numbered alike.
        for neuron in range(n):
            active[neuron] = chosen[neuron] > 0
    else:
        for neuron in range(n):
            active[neuron] = chosen[program.of[at + neuron]] * program.side[at + neuron] > 0
    stack.active[at + layer + n] = True


@njit(cache=True, nogil=True)
def _next_layer(program, stack, node, scratch):
    """Let the top node enter the next layer. FULL if there is no room; then it may be called again.

    A form is decided at once where its sign is the same at all rays, and clear from the sizes of form and rays alone. The
    others stay open; their signs come from products with bounds of their own.
    """
    d = program.dimension
    record = stack.nodes[node]
    layer, m, ray0 = record[LAYER] + 1, record[RAYS], record[RAY0]
    h, n = program.planes[layer], program.widths[layer]
    if (
        record[OPEN0] + h > len(stack.open)
        or record[SIGN0] + h * m > len(stack.signs)
        or record[CHOSEN0] + h > len(stack.chosen)
    ):
        return FULL
    _image(program, stack, layer, scratch.flipped)
    stack.serial[layer] += 1
    at, first, whole = stack.form_at[layer], program.plane_at[layer], stack.whole[layer]
    sums, sizes, values, above, below = stack.sum, scratch.row[0], scratch.row[1], scratch.row[2], scratch.row[3]
    doubts, relative = stack.sum_error[program.row_at[layer] : program.row_at[layer] + n], 4 * (d + 4) * UNIT
    for row in range(n):
        sizes[row] = above[row] = below[row] = 0.0
    for c in range(d):
        column = sums[at + c * (n + 1) : at + (c + 1) * (n + 1)]
        for row in range(n):
            sizes[row] += abs(column[row])
    # The last two columns, and all that is done for each neuron, take one loop.
    third, second = max(d - 2, 0), max(d - 1, 0)
    for i in range(m):
        reach = doubt = 0.0
        for c in range(d):
            reach, doubt = max(reach, abs(stack.value[ray0 + i, c])), max(doubt, stack.error[ray0 + i, c])
        doubt += relative * reach
        reach = 0.0 if whole else 2 * d * (reach + doubt)
        doubt *= 2
        for row in range(n):
            values[row] = 0.0
        for c in range(d - 2):
            x, column = stack.value[ray0 + i, c], sums[at + c * (n + 1) : at + (c + 1) * (n + 1)]
            for row in range(n):
                values[row] += column[row] * x
        x, column = stack.value[ray0 + i, third] if d > 1 else 0.0, sums[at + third * (n + 1) : at + (third + 1) * (n + 1)]
        y, other = stack.value[ray0 + i, second], sums[at + second * (n + 1) : at + (second + 1) * (n + 1)]
        for row in range(n):
            value, bound = values[row] + column[row] * x + other[row] * y, sizes[row] * doubt + doubts[row] * reach
            above[row] += 1.0 if value > bound else 0.0
            below[row] += 1.0 if value < -bound else 0.0
    count = 0
    for plane in range(h):
        row = program.first[first + plane]
        side = 1 if above[row] == m else -1 if below[row] == m else 0
        stack.chosen[record[CHOSEN0] + plane] = side
        if side:
            continue
        stack.open[record[OPEN0] + count] = plane
        if layer == program.depth - 1 and not whole:
            for neuron in range(row, program.final[first + plane] + 1):
                if program.of[program.neuron_at[layer] + neuron] == plane:
                    _write_form(program, stack, layer, neuron)
        for i in range(m):
            x, x_error = stack.value[ray0 + i], stack.error[ray0 + i]
            value, error = _product(stack.form, stack.form_error, at + row * d, x, x_error, d, whole)
            sign = _sign(value, error)
            if sign == 2 and _vanish(program, stack, node, layer, ray0 + i):
                sign = np.int8(0)
            stack.signs[record[SIGN0] + count * m + i] = sign
        count += 1
    record[LAYER], record[OPEN], record[SETTLED] = layer, count, 0
    return DONE


@njit(cache=True, nogil=True)
def _vanish(program, stack, node, layer, ray):
    """Whether all forms of a layer vanish at a ray, since it lies at infinity and on all active forms of a layer before.

    The outputs of that layer are 0 there, and biases do not matter at infinity; so those of all later layers are 0, too.
    """
    tight = stack.tight[ray]
    if not _holds(stack, node, tight, 0):
        return False
    for before in range(layer):
        zero, row, at = True, program.row_at[before], program.neuron_at[before]
        for neuron in range(program.widths[before]):
            if stack.active[row + neuron] and not _holds(stack, node, tight, program.label[before] + program.of[at + neuron]):
                zero = False
                break
        if zero:
            return True
    return False


@njit(cache=True, nogil=True)
def _image(program, stack, layer, flipped):
    """The forms of a layer: its weights times the active forms of the layer before. Long loops run over the neurons.

    The sums are kept: only what the neurons of the layer before that have changed sides contribute is added or taken away, for
    as long as that is less work than to begin afresh. Forms of the last layer are written when they are asked for.
    """
    d, size, before = program.dimension, program.widths[layer] + 1, program.widths[layer - 1] + 1
    source, target = stack.form_at[layer - 1], stack.form_at[layer]
    mask, relative = program.row_at[layer - 1], 4 * (before + 4) * UNIT
    sums, doubts = stack.sum, stack.sum_error[program.row_at[layer] : program.row_at[layer] + size]
    now, then, flips = stack.active[mask : mask + before], stack.summed[mask : mask + before], stack.flips[layer]
    changed = _differences(now, then, flipped)
    same, bent = stack.sum_serial[layer] == stack.serial[layer - 1], 0
    if not same:
        bent = _bent(program, stack, layer)
    afresh = bent < 0 or 2 * changed + 4 * bent > before or stack.terms[layer] + changed + bent > 2 * before
    if not same:
        if bent and not afresh:
            _bend(program, stack, layer, relative)
        stack.sum_serial[layer], stack.base[layer, 1] = stack.serial[layer - 1], stack.base[layer - 1, 0]
        below = program.row_at[layer - 2] if layer > 1 else mask
        for j in range(below, mask):
            stack.beneath[j] = stack.active[j]
    for i in range(changed):
        j = flipped[i]
        then[j] = now[j]
        flips[flips[FLIPS] % FLIPS] = j + 1 if now[j] else -(j + 1)
        flips[FLIPS] += 1
        if not afresh:
            _add_term(program, stack, layer, j, source + j * d, 1.0 if now[j] else -1.0, relative)
    stack.terms[layer] += changed
    if afresh:
        stack.terms[layer] = 0
        for i in range(target, target + size * d):
            sums[i] = 0.0
        for row in range(size):
            doubts[row] = 0.0
        for j in range(before):
            if now[j]:
                stack.terms[layer] += 1
                _add_term(program, stack, layer, j, source + j * d, 1.0, relative)
        largest = 0.0
        for i in range(target, target + size * d):
            largest = max(largest, abs(sums[i]))
        for row in range(size):
            largest = max(largest, doubts[row])
        stack.factor[layer] = math.ldexp(1.0, -math.frexp(largest)[1])
    was_whole = stack.whole[layer]
    stack.whole[layer] = stack.whole[layer - 1] and not program.rough[layer]
    if stack.whole[layer]:
        most = 0.0
        for row in range(size):
            most = max(most, doubts[row])
        # The error bounds of sums of products of whole numbers are `relative` times their sizes.
        stack.whole[layer] = most < relative * EXACT / 2
    if afresh or bent or was_whole or stack.whole[layer]:
        # Forms that are whole, or were, are not the sums times the factor.
        stack.base[layer, 0] += 1
    if stack.whole[layer]:
        _divide(stack, target, size, d)
        return
    for row in range(size - 1 if layer == program.depth - 1 else 0, size):
        _write_form(program, stack, layer, row)


@njit(cache=True, nogil=True)
def _differences(now, then, where):
    """Where two rows of bytes differ; how many places these are."""
    count = 0
    for j in range(len(now)):
        where[count] = j
        count += now[j] != then[j]
    return count


@njit(cache=True, nogil=True)
def _add_term(program, stack, layer, j, at, side, relative):
    """Add to the sums of a layer what a neuron of the layer before contributes, or take it away."""
    d, size = program.dimension, program.widths[layer] + 1
    target, weights = stack.form_at[layer], program.weight_at[layer] + j * size
    sums, doubts = stack.sum, stack.sum_error[program.row_at[layer] : program.row_at[layer] + size]
    reach = doubt = 0.0
    for c in range(d):
        reach = max(reach, abs(stack.form[at + c]))
        doubt = max(doubt, stack.form_error[at + c])
    if reach == 0 and doubt == 0:
        return
    weight = program.column[weights : weights + size]
    for c in range(d):
        x = side * stack.form[at + c]
        column = sums[target + c * size : target + (c + 1) * size]
        for row in range(size):
            column[row] += weight[row] * x
    if program.rough[layer]:
        weight_error, reached = program.column_error[weights : weights + size], reach + doubt
        for row in range(size):
            doubts[row] += weight_error[row] * reached
    doubt += relative * reach
    for row in range(size):
        doubts[row] += abs(weight[row]) * doubt


@njit(cache=True, nogil=True)
def _write_form(program, stack, layer, row):
    """Scale a row of the sums of a layer: that is the form."""
    d, size, target, factor = program.dimension, program.widths[layer] + 1, stack.form_at[layer], stack.factor[layer]
    relative = 4 * (program.widths[layer - 1] + 5) * UNIT
    doubt = stack.sum_error[program.row_at[layer] + row] * (1 + relative) * factor
    for c in range(d):
        value, error = _safe(stack.sum[target + c * size + row] * factor, doubt)
        stack.form[target + row * d + c], stack.form_error[target + row * d + c] = value, error


@njit(cache=True, nogil=True)
def _bent(program, stack, layer):
    """How many neurons two layers before have changed sides since the sums of a layer were made; -1 if that is not all.

    It is all if their forms are the same as then, and the forms between are sums that only had terms added or taken away. Only
    the third and last layer's sums are kept that long: those of others would gather errors that have grown from layer to layer.
    """
    if layer != 2 or program.depth != 3 or stack.base[layer, 1] != stack.base[layer - 1, 0]:
        return -1
    mask, at, first, bent = program.row_at[layer - 2], program.neuron_at[layer - 2], program.plane_at[layer - 2], 0
    for j in range(program.widths[layer - 2]):
        if stack.active[mask + j] != stack.beneath[mask + j]:
            plane = first + program.of[at + j]
            if program.first[plane] != program.final[plane]:
                return -1
            bent += 1
    return bent


@njit(cache=True, nogil=True)
def _bend(program, stack, layer, relative):
    """Take into account in the sums of a layer that neurons two layers before have changed sides.

    Each of them alters the forms of the layer between by a multiple of its own form: weights times form. Those of the layer
    after rise by a multiple of it, too, which is that by which they rise across the neuron's hyperplane (`_risen`).
    """
    d, size = program.dimension, program.widths[layer] + 1
    mask, at, target, factor = (
        program.row_at[layer - 2],
        program.neuron_at[layer - 2],
        stack.form_at[layer],
        stack.factor[layer - 1],
    )
    doubts = stack.sum_error[program.row_at[layer] : program.row_at[layer] + size]
    for j in range(program.widths[layer - 2]):
        if stack.active[mask + j] == stack.beneath[mask + j]:
            continue
        start, _, rise_error = _risen(program, stack, layer - 2, program.of[at + j])
        rise, form = stack.rise[start : start + size], stack.form_at[layer - 2] + j * d
        scale = factor if stack.active[mask + j] else -factor
        stack.terms[layer] += 1
        reach = doubt = 0.0
        for c in range(d):
            reach = max(reach, abs(stack.form[form + c]))
            doubt = max(doubt, stack.form_error[form + c])
            x = scale * stack.form[form + c]
            column = stack.sum[target + c * size : target + (c + 1) * size]
            for row in range(size):
                column[row] += rise[row] * x
        spread, error = 2 * factor * (doubt + relative * reach), 2 * factor * rise_error * (reach + doubt)
        for row in range(size):
            doubts[row] += abs(rise[row]) * spread + error


@njit(cache=True, nogil=True)
def _risen(program, stack, layer, plane):
    """By how much the preactivations of the layer after next rise across a hyperplane, on the active neurons between.

    They are sums of a term for each active neuron, and kept up to date as these come and go, for as long as that is less work
    than to begin afresh. Returns where they are, and bounds for their sizes and errors.
    """
    above, between = layer + 2, program.widths[layer + 1]
    size, index = program.widths[above] + 1, program.plane_at[layer] + plane
    start, jump, mask = (
        stack.rise_at[layer] + plane * size,
        program.jump_at[layer] + plane * (between + 1),
        program.row_at[layer + 1],
    )
    weights, rise = program.weight_at[above], stack.rise[start : start + size]
    missing = stack.flips[above, FLIPS] - stack.risen[index, 0]
    if missing > FLIPS or 2 * missing > between or stack.risen[index, 1] + missing > 2 * between:
        stack.risen[index, 1] = 0
        for row in range(size):
            rise[row] = 0.0
        for j in range(between):
            if stack.summed[mask + j]:
                weight, x = program.column[weights + j * size : weights + (j + 1) * size], program.jump[jump + j]
                for row in range(size):
                    rise[row] += weight[row] * x
    else:
        stack.risen[index, 1] += missing
        for number in range(stack.flips[above, FLIPS] - missing, stack.flips[above, FLIPS]):
            flip = stack.flips[above, number % FLIPS]
            j = abs(flip) - 1
            x = program.jump[jump + j] if flip > 0 else -program.jump[jump + j]
            weight = program.column[weights + j * size : weights + (j + 1) * size]
            for row in range(size):
                rise[row] += weight[row] * x
    stack.risen[index, 0] = stack.flips[above, FLIPS]
    # What the terms add up to on the way is never larger than the bound for sizes.
    reach = program.jump_size[index]
    doubt = program.jump_error[index] + 4 * (between + stack.risen[index, 1] + 4) * UNIT * reach
    doubt = 2 * (program.norm[above] * doubt + program.norm_error[above] * (reach + doubt))
    return start, 2 * (program.norm[above] + program.norm_error[above]) * reach, doubt


@njit(cache=True, nogil=True)
def _divide(stack, target, size, d):
    """Copy the sums of a layer, whole numbers, to its forms, without common factor; then nothing is in doubt."""
    divisor = np.int64(0)
    for i in range(target, target + size * d):
        other = np.int64(abs(stack.sum[i]))
        while other:
            divisor, other = other, divisor % other
        if divisor == 1:
            break
    for row in range(size):
        for c in range(d):
            i = target + row * d + c
            stack.form[i], stack.form_error[i] = stack.sum[target + c * size + row] / divisor, 0.0


@njit(cache=True, nogil=True)
def _facet_walls(stack, ray0, m, d, sums):
    """The walls that support facets: those that do so alone, and those that share a facet with others; as bits.

    A wall supports a facet if it has as many rays as one has; two walls share one if they have the same rays. Sets of rays are
    told apart by sums of scrambled numbers, and compared where these are equal.
    """
    used, alone, shared, simple = np.uint64(0), np.uint64(0), np.uint64(0), True
    for i in range(m):
        used |= stack.tight[ray0 + i]
        simple = simple and _bits(stack.tight[ray0 + i]) == d - 1
    if simple:
        return used, shared
    for slot in range(WALLS):
        bit = np.uint64(1) << np.uint64(slot)
        if not used & bit:
            continue
        count = 0
        sums[slot] = np.uint64(0)
        for i in range(m):
            if stack.tight[ray0 + i] & bit:
                count += 1
                scrambled = np.uint64(i + 1) * np.uint64(0x9E3779B97F4A7C15)
                scrambled = (scrambled ^ (scrambled >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
                sums[slot] += scrambled ^ (scrambled >> np.uint64(32))
        if count < d - 1:
            continue
        for other in range(slot):
            second = np.uint64(1) << np.uint64(other)
            if (alone | shared) & second and sums[other] == sums[slot] and _same_rays(stack, ray0, m, bit, second):
                shared |= bit | second
        alone = (alone | bit) & ~shared
    return alone, shared


@njit(cache=True, nogil=True)
def _same_rays(stack, ray0, m, first, second):
    """Whether two walls have the same rays."""
    for i in range(m):
        if (stack.tight[ray0 + i] & first != 0) != (stack.tight[ray0 + i] & second != 0):
            return False
    return True


@njit(cache=True, nogil=True)
def _plain(program, stack, node, scratch):
    """Whether a cell has all signs strict, and another function behind every facet."""
    record = stack.nodes[node]
    ray0, m = record[RAY0], record[RAYS]
    alone, shared = _facet_walls(stack, ray0, m, program.dimension, scratch.sets)
    if _all_change(program, stack, node, alone, scratch) != 1:
        return False
    for slot in range(WALLS):
        bit = np.uint64(1) << np.uint64(slot)
        if not shared & bit:
            continue
        group = bit
        for other in range(slot + 1, WALLS):
            second = np.uint64(1) << np.uint64(other)
            if shared & second and _same_rays(stack, ray0, m, bit, second):
                group |= second
        shared &= ~group
        if not _changes_behind(program, stack, node, group, scratch):
            return False
    return True


@njit(cache=True, nogil=True)
def _is_simple(program, stack, record):
    """Whether each ray of a cone lies on D - 1 walls."""
    for i in range(record[RAYS]):
        if _bits(stack.tight[record[RAY0] + i]) != program.dimension - 1:
            return False
    return True


@njit(cache=True, nogil=True)
def _is_simple_inside(program, stack, node):
    """Whether a finished cell has strict signs, no two-sided wall, and D - 1 walls at each ray that is not at infinity."""
    record, infinity = stack.nodes[node], np.uint64(0)
    if not _all_simple(program, stack, node):
        return False
    for slot in range(WALLS):
        if stack.slots[node, slot] == 0:
            infinity |= np.uint64(1) << np.uint64(slot)
    infinity &= _walls(stack, record)
    for i in range(record[RAYS]):
        tight = stack.tight[record[RAY0] + i]
        if _bits(tight) != program.dimension - 1 and not tight & infinity:
            return False
    return True


@njit(cache=True, nogil=True)
def _all_simple(program, stack, node):
    """Whether all signs are strict, and no wall two-sided, in the cells that the last layer cuts a simple cone into."""
    record, last, without = stack.nodes[node], program.depth - 1, 0
    for layer in range(last):
        if stack.flat[layer]:
            return False
    for plane in range(program.planes[last]):
        without += stack.chosen[record[CHOSEN0] + plane] == 0
    for row in range(record[OPEN]):
        if program.two_sided[program.plane_at[last] + stack.open[record[OPEN0] + row]]:
            return False
    walls, first = _walls(stack, record), program.label[0]
    for slot in range(WALLS):
        label = stack.slots[node, slot]
        if (walls >> np.uint64(slot)) & np.uint64(1) and label >= first and program.two_sided[label - first]:
            return False
    return without == record[OPEN]


@njit(cache=True, nogil=True)
def _changes_behind(program, stack, node, group, scratch):
    """Whether the function changes, for certain, across a facet of a finished cell that several hyperplanes support.

    Along a line through the facet, let t be the form of one of them, of the first layer that has any, positive inside. There
    the preactivations of their neurons are slopes times t, on either side; those of others keep their signs. From layer to
    layer, the slopes rise from inside to outside by what the rises of the outputs before make of it.
    """
    last, record = program.depth - 1, stack.nodes[node]
    lowest = _lowest(stack, node, group)
    if lowest < program.label[0]:
        return True
    layer = last
    while lowest < program.label[layer]:
        layer -= 1
    inside = record[RAY0]
    while stack.tight[inside] & group:
        inside += 1
    unit, unit_error = _at_ray(
        program, stack, layer, program.first[program.plane_at[layer] + lowest - program.label[layer]], inside
    )
    unit = abs(unit)
    constant, constant_error = _constant(program, stack, layer)
    if not (unit > 4 * unit_error and constant > 4 * constant_error):
        return False
    scale, scale_error = 1.0 / unit, 2 * unit_error / unit + 4 * UNIT
    rise, row, doubt = scratch.rise, 0, 0.0
    for neuron in range(program.widths[layer]):
        rise[0, neuron] = 0.0
    while True:
        reach, doubt = _cross(program, stack, node, group, layer, inside, scale, scale_error, rise[row], doubt)
        if not doubt < np.inf:
            return False
        if layer == last:
            break
        n, size, weights = program.widths[layer], program.widths[layer + 1] + 1, program.weight_at[layer + 1]
        source, target = rise[row], rise[1 - row]
        for i in range(size):
            target[i] = 0.0
        for neuron in range(n):
            weight = program.column[weights + neuron * size : weights + (neuron + 1) * size]
            for i in range(size):
                target[i] += weight[i] * source[neuron]
        doubt += 4 * (n + 4) * UNIT * reach
        doubt = 2 * (program.norm[layer + 1] * doubt + program.norm_error[layer + 1] * (reach + doubt))
        row, layer = 1 - row, layer + 1
        # Forms are scaled layer by layer; the constant's form tells by how much.
        corner, corner_error = (
            program.column[weights + n * size + size - 1],
            program.column_error[weights + n * size + size - 1],
        )
        after, after_error = _constant(program, stack, layer)
        if not (corner > 4 * corner_error and after > 4 * after_error):
            return False
        scale *= constant * corner / after
        scale_error += 2 * (constant_error / constant + corner_error / corner + after_error / after) + 8 * UNIT
        constant, constant_error = after, after_error
    total = error = 0.0
    relative = 4 * (program.widths[last] + 4) * UNIT
    for neuron in range(program.widths[last]):
        x, output, output_error = rise[row, neuron], program.output[neuron], program.output_error[neuron]
        total += output * x
        error += abs(output) * (doubt + relative * abs(x)) + output_error * (abs(x) + doubt)
    return abs(total) > 2 * error


@njit(cache=True, nogil=True)
def _cross(program, stack, node, group, layer, inside, scale, scale_error, rise, doubt):
    """From the rises of the slopes of a layer's preactivations across a facet to those of its outputs, in place.

    A slope a inside and b outside makes an output rise by min(b, 0) - max(a, 0). Returns bounds for sizes and errors; the
    latter is infinite where nothing is certain.
    """
    reach, worst, at = 0.0, doubt, program.neuron_at[layer]
    for neuron in range(program.widths[layer]):
        if _holds(stack, node, group, program.label[layer] + program.of[at + neuron]):
            slope, slope_error = _at_ray(program, stack, layer, neuron, inside)
            slope, slope_error = slope * scale, 2 * scale * (slope_error + abs(slope) * scale_error)
            outside = slope + rise[neuron]
            if not (abs(outside) < np.inf and slope_error < np.inf and scale_error < 0.25):
                return reach, np.inf
            rise[neuron] = min(outside, 0.0) - max(slope, 0.0)
            worst = max(worst, doubt + 2 * slope_error + 4 * UNIT * (abs(outside) + abs(slope)))
        elif not stack.active[program.row_at[layer] + neuron]:
            rise[neuron] = 0.0
        reach = max(reach, abs(rise[neuron]))
    return reach, worst


@njit(cache=True, nogil=True)
def _constant(program, stack, layer):
    """The coefficient of the constant's form, and its error bound."""
    at = stack.form_at[layer] + (program.widths[layer] + 1) * program.dimension - 1
    return stack.form[at], stack.form_error[at]


@njit(cache=True, nogil=True)
def _lowest(stack, node, group):
    """The lowest label of some walls."""
    lowest = np.int64(-1)
    for slot in range(WALLS):
        if (group >> np.uint64(slot)) & np.uint64(1) and (lowest < 0 or stack.slots[node, slot] < lowest):
            lowest = stack.slots[node, slot]
    return lowest


@njit(cache=True, nogil=True)
def _holds(stack, node, group, label):
    """Whether a label is one of some walls'."""
    for slot in range(WALLS):
        if (group >> np.uint64(slot)) & np.uint64(1) and stack.slots[node, slot] == label:
            return True
    return False


@njit(cache=True, nogil=True)
def _at_ray(program, stack, layer, neuron, ray):
    """The value of a neuron's form at a ray, and its error bound."""
    at = stack.form_at[layer] + neuron * program.dimension
    return _product(stack.form, stack.form_error, at, stack.value[ray], stack.error[ray], program.dimension, stack.whole[layer])


@njit(cache=True, nogil=True)
def _null_face(program, stack, node):
    """The walls of the face of the top cone, in the last layer, where all open forms vanish; 0 if the cells need a closer look.

    In general that face is the apex alone, which lies on all walls. On many inputs it is a face at infinity, where few neurons
    of the layer before are active. Off that face the cone must be simple, and no open form may vanish at a ray.

    All open forms vanish in all directions of the face, so these are no matter: the cells are as many as those of the quotient
    by these directions. There the cone has the face's walls alone. It is simple, too, and its rays are those of the cone's that
    lie on the most of these walls: the others lie in faces that are larger, since walls at a ray are independent.
    """
    record, nothing = stack.nodes[node], np.uint64(0)
    m, k, ray0, sign0 = record[RAYS], record[OPEN], record[RAY0], record[SIGN0]
    face, null = _walls(stack, record), False
    for i in range(k * m):
        if stack.signs[sign0 + i] == 0:
            null = True
            break
    if not null:
        return face if _is_simple(program, stack, record) else nothing
    for i in range(m):
        zeros, tight = 0, stack.tight[ray0 + i]
        for row in range(k):
            zeros += stack.signs[sign0 + row * m + i] == 0
        if zeros == k:
            face &= tight
        elif zeros or _bits(tight) != program.dimension - 1:
            return nothing
    if not _holds(stack, node, face, 0):
        return nothing
    for i in range(m):
        if stack.signs[sign0 + i] != 0 and stack.tight[ray0 + i] & face == face:
            return nothing
    return face


@njit(cache=True, nogil=True)
def _dimension_across(program, stack, record, face):
    """The dimension of the quotient of the top cone by its null face."""
    most = 0
    for i in range(record[RAYS]):
        most = max(most, _bits(stack.tight[record[RAY0] + i] & face) if stack.signs[record[SIGN0] + i] != 0 else 0)
        if most == program.dimension - 1:
            break
    return most + 1


@njit(cache=True, nogil=True)
def _regions(program, stack, node, room, face, d):
    """Into how many cells the open hyperplanes cut the top cone, -1 where floats cannot tell, or not in short time.

    Insert the hyperplanes one after another: each adds as many cells as the earlier ones make in its section with the cone.
    So regions(P; h_1..h_k) = 1 + sum_i regions(P n h_i; h_1..h_{i-1}) (deletion and restriction), down to segments, where
    the crossings are counted. No cell is built, and a section has fewer rays than a cell. Of a ray nothing is wanted but the
    values of the hyperplanes' forms there: where an edge crosses a hyperplane, they are combinations of those at its ends.
    """
    if not _evaluate(program, stack, node, room, face, d):
        return -1
    # Plain zeros would have a type of their own at first, for which all that is called would be compiled, too.
    level, total, sections = np.int64(0), np.int64(1), 0
    while level >= 0:
        if d - level == 2:
            crossings = _crossings(room, level)
            if crossings < 0:
                return -1
            total += crossings
            level -= 1
            continue
        turn = room.count[level, 2]
        if turn == room.count[level, 1]:
            level -= 1
            continue
        sections += 1
        if sections > MOST_SECTIONS:
            return -1
        room.count[level, 2] += 1
        if not _section(room, level, turn, d):
            return -1
        total += 1
        if room.count[level + 1, 1]:
            level += 1
    return total


@njit(cache=True, nogil=True)
def _evaluate(program, stack, node, room, face, dimension):
    """The values of the open forms at the rays of the top cone, and a bound for their errors; False if a sign is in doubt.

    The values of each form are scaled to size about 1. The errors at a ray are bounded by one number. Across a null face, one
    ray is taken for each ray of the quotient: nothing but the values there and the walls is wanted.
    """
    d = program.dimension
    record = stack.nodes[node]
    layer, k = record[LAYER], record[OPEN]
    m = _rays_across(stack, record, room, face, dimension)
    if m < 0 or k > room.open.shape[1]:
        return False
    ray0, sign0, rays = record[RAY0], record[SIGN0], record[RAYS]
    room.count[0, 0], room.count[0, 1], room.count[0, 2] = m, k, 0
    for i in range(m):
        room.error[0, i], room.span[0, i] = SMALLEST, 0.0
    relative = 4 * (d + 4) * UNIT
    for row in range(k):
        at = stack.form_at[layer] + program.first[program.plane_at[layer] + stack.open[record[OPEN0] + row]] * d
        form, form_error, value = stack.form[at : at + d], stack.form_error[at : at + d], room.value[0, row]
        size = doubt = largest = 0.0
        for c in range(d):
            size, doubt = size + abs(form[c]), max(doubt, form_error[c])
        for i in range(m):
            ray, total = stack.value[ray0 + room.ray[i]], 0.0
            for c in range(d):
                total += form[c] * ray[c]
            value[i] = total
            largest = max(largest, abs(total))
        if not SMALLEST < largest < 1 / SMALLEST:
            return False
        scale = math.ldexp(1.0, -math.frexp(largest)[1])
        for i in range(m):
            place, reach, gap = room.ray[i], 0.0, 0.0
            ray, ray_error = stack.value[ray0 + place], stack.error[ray0 + place]
            for c in range(d):
                reach, gap = max(reach, abs(ray[c])), max(gap, ray_error[c])
            value[i] *= scale
            error = scale * (2 * size * (gap + relative * reach) + 2 * d * doubt * (reach + gap))
            if not (abs(value[i]) > error and (value[i] > 0) == (stack.signs[sign0 + row * rays + place] > 0)):
                return False
            room.error[0, i] = max(room.error[0, i], error)
            room.span[0, i] = max(room.span[0, i], abs(value[i]))
    return True


@njit(cache=True, nogil=True)
def _rays_across(stack, record, room, face, dimension):
    """Take one ray of the top cone for each ray of the quotient by its null face; how many, -1 if there is no room."""
    ray0, count = record[RAY0], 0
    whole = face == _walls(stack, record)
    for i in range(record[RAYS]):
        tight = stack.tight[ray0 + i] & face
        if not whole:
            again = stack.signs[record[SIGN0] + i] == 0 or _bits(tight) != dimension - 1
            for other in range(count):
                again = again or room.tight[0, other] == tight
            if again:
                continue
        if count == len(room.ray):
            return -1
        room.ray[count], room.tight[0, count] = i, tight
        count += 1
    return count


@njit(cache=True, nogil=True)
def _section(room, level, turn, d):
    """The section of a cone with one of its hyperplanes, and which earlier hyperplanes cut it; False if floats cannot tell."""
    m, above = room.count[level, 0], level + 1
    own, tight, error, span = room.value[level, turn], room.tight[level], room.error[level], room.span[level]
    first, second, doubt = room.pair[0], room.pair[1], room.error[above]
    new = 0
    for p in range(m):
        high = own[p]
        if high < 0:
            continue
        for q in range(m):
            low, common = -own[q], tight[p] & tight[q]
            if low < 0 or _bits(common) != d - level - 2:
                continue
            if new == len(first):
                return False
            first[new], second[new], room.tight[above, new] = p, q, common
            size = low * span[p] + high * span[q]
            room.span[above, new] = size
            doubt[new] = (
                (low + error[q]) * error[p] + error[q] * span[p] + (high + error[p]) * error[q] + error[p] * span[q]
            ) * (1 + 16 * UNIT) + (4 * UNIT * size + SMALLEST_ERROR)
            new += 1
    kept = 0
    for row in range(turn):
        source, target = room.value[level, row], room.value[above, kept]
        positive = negative = False
        for i in range(new):
            p, q = first[i], second[i]
            value = own[p] * source[q] - own[q] * source[p]
            if not abs(value) > doubt[i]:
                return False
            positive |= value > 0
            negative |= value < 0
            target[i] = value
        kept += positive and negative
    room.count[above, 0], room.count[above, 1], room.count[above, 2] = new, kept, 0
    return True


@njit(cache=True, nogil=True)
def _crossings(room, level):
    """In how many points the hyperplanes cross a segment; -1 if two of them may cross it in the same point."""
    count, a_error, b_error = room.count[level, 1], room.error[level, 0], room.error[level, 1]
    for row in range(count):
        a, b = abs(room.value[level, row, 0]), abs(room.value[level, row, 1])
        if not (a > 2 * a_error and b > 2 * b_error):
            return -1
        _insert(room, row, a, a_error, b, b_error)
    return count if _all_apart(room, count) else -1


@njit(cache=True, nogil=True)
def _flats(program, stack, node, room, work, face, d):
    """Into how many cells the open hyperplanes cut the top cone, -1 where floats cannot prove it, or not in short time.

    An arrangement cuts an open convex cone into as many cells as it has flats there, if the flats are simple: each lies on
    no more hyperplanes than its codimension (Zaslavsky, "Facing up to arrangements", 1975, and deletion and restriction).
    So it is enough to decide for sets of hyperplanes whether they meet inside the cone. That is a search tree: a flat's
    children lie on one earlier hyperplane more. Each flat keeps a dictionary of linear programming, at a vertex of
    its section with the cone, and the simplex method walks from there to where the next hyperplane changes sign
    (`_seek`). Dictionaries are not exact; what they say is proved afterwards: a vertex for each set of hyperplanes that is
    in no larger one (`_is_vertex`), and a combination of forms for each hyperplane that misses a flat (`_misses`). In a
    degenerate position neither proof exists.

    Across a null face, the cells are counted where some coordinates are 0 that tell its directions apart.
    """
    if d < program.dimension and not _directions(program, stack, node, room, work, d):
        return -1
    facets, planes = _dictionary(program, stack, node, room, work, face, d)
    if facets < 0:
        return -1
    count, chosen = room.count, room.open
    rows = facets + planes + 1 + d
    for row in range(planes):
        chosen[0, row] = row
    count[0, 0], count[0, 1], count[0, 2], count[0, 3] = planes, 0, 0, False
    level, total, flats = np.int64(0), np.int64(1), 0
    while level >= 0:
        table, basis = room.table[level], room.basis[level]
        turn, kept = count[level, 1], count[level, 2]
        if turn == count[level, 0]:
            if level and not count[level, 3] and not _is_vertex(room, table, basis, facets, planes, d):
                return -1
            level -= 1
            continue
        if level == d - 2:
            points = _points(room, table, basis, facets, planes, level, d)
            if points < 0:
                return -1
            total += points
            level -= 1
            continue
        row = facets + chosen[level, turn]
        count[level, 1] += 1
        enter = _seek(table, basis, facets, row, rows, d)
        if enter < 0:
            if enter < -1 or not _misses(room, table, basis, facets, row, d):
                return -1
            continue
        total += 1
        flats += 1
        if flats > MOST_SECTIONS:
            return -1
        # The flat's own hyperplanes are kept in front: those that meet it come before the turn, and are its child's.
        above = level + 1
        chosen[level, kept] = chosen[level, turn]
        count[level, 2], count[level, 3] = kept + 1, True
        for i in range(kept):
            chosen[above, i] = chosen[level, i]
        count[above, 0], count[above, 1], count[above, 2], count[above, 3] = kept, 0, 0, False
        for c in range(d):
            room.basis[above, c] = basis[c]
            for i in range(rows):
                room.table[above, c, i] = table[c, i]
        _pivot(room.table[above], room.basis[above], row, enter, rows, d)
        level = above
    return total


@njit(cache=True, nogil=True)
def _directions(program, stack, node, room, work, across):
    """Find rays of the null face that are independent in as many coordinates (`Room.pivot`); False if there are too few."""
    d, record, reduced = program.dimension, stack.nodes[node], work[3]
    rays, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    found = 0
    for i in range(rays):
        if stack.signs[sign0 + i] != 0 or found == d - across:
            continue
        row = reduced[found]
        for c in range(d):
            row[c] = stack.value[ray0 + i, c]
        for k in range(found):
            factor = row[room.pivot[0, k]]
            for c in range(d):
                row[c] -= factor * reduced[k, c]
        p = 0
        for c in range(d):
            if abs(row[c]) > abs(row[p]):
                p = c
        if abs(row[p]) > DEPENDENT:
            factor = 1.0 / row[p]
            for c in range(d):
                row[c] *= factor
            room.pivot[0, found], room.pivot[1, found] = p, ray0 + i
            found += 1
    return found == d - across


@njit(cache=True, nogil=True)
def _left_out(room, count, coordinate):
    """Whether a coordinate is left out."""
    for k in range(count):
        if room.pivot[0, k] == coordinate:
            return True
    return False


@njit(cache=True, nogil=True)
def _shorten(room, form, d, full):
    """Take entries of the coordinates that are left out away."""
    c = 0
    for z in range(full):
        if not _left_out(room, full - d, z):
            form[c] = form[z]
            c += 1


@njit(cache=True, nogil=True)
def _invert_directions(stack, room, work, n):
    """Invert the rays of the null face in the coordinates that are left out; a bound for |I - R B|, 1 where that fails."""
    b, r = work[0], work[1]
    for k in range(n):
        for q in range(n):
            b[q, k] = stack.value[room.pivot[1, k], room.pivot[0, q]]
    if not _invert(b, n, r, work[2]):
        return 1.0
    norm = 0.0
    for x in range(n):
        total = 0.0
        for z in range(n):
            entry, size, doubt = (-1.0 if x == z else 0.0), 1.0, 0.0
            for q in range(n):
                entry += r[x, q] * b[q, z]
                size += abs(r[x, q] * b[q, z])
                doubt += abs(r[x, q]) * stack.error[room.pivot[1, z], room.pivot[0, q]]
            total += abs(entry) + 4 * (n + 4) * UNIT * size + doubt
        norm = max(norm, total)
    return norm * (1 + 4 * (n + 4) * UNIT)


@njit(cache=True, nogil=True)
def _move(program, stack, room, work, ray, d, norm):
    """Move a ray along the null face to where the coordinates that are left out are 0: `Room.vertex`, with error bounds.

    See `_refresh` for the bound of the solution's error.
    """
    full = program.dimension
    n, b, r, factor, residual = full - d, work[0], work[1], work[4, 0], work[4, 1]
    value, error, vertex, vertex_error = stack.value[ray], stack.error[ray], room.vertex, room.vertex_error
    relative = 4 * (n + 4) * UNIT
    for k in range(n):
        factor[k] = 0.0
        for q in range(n):
            factor[k] += r[k, q] * value[room.pivot[0, q]]
    for q in range(n):
        z = room.pivot[0, q]
        rest, size, doubt = value[z], abs(value[z]), error[z]
        for k in range(n):
            rest -= b[q, k] * factor[k]
            size += abs(b[q, k] * factor[k])
            doubt += stack.error[room.pivot[1, k], z] * abs(factor[k])
        residual[q] = (abs(rest) + relative * size + doubt) * (1 + relative)
    worst = 0.0
    for k in range(n):
        bound = 0.0
        for q in range(n):
            bound += abs(r[k, q]) * residual[q]
        worst = max(worst, bound)
    # The largest error of a factor.
    worst *= (1 + 2 * norm) * (1 + relative)
    c = 0
    for z in range(full):
        if _left_out(room, n, z):
            continue
        total, size, doubt = value[z], abs(value[z]), error[z]
        for k in range(n):
            other, other_error = stack.value[room.pivot[1, k], z], stack.error[room.pivot[1, k], z]
            total -= factor[k] * other
            size += abs(factor[k] * other)
            doubt += worst * (abs(other) + other_error) + abs(factor[k]) * other_error
        vertex[c], vertex_error[c] = total, (doubt + relative * size) * (1 + relative)
        c += 1


@njit(cache=True, nogil=True)
def _dictionary(program, stack, node, room, work, face, d):
    """The first dictionary, at a ray of the top cone: how many forms are its walls, and how many cut it; -1 if there is none.

    Rows are forms, but for the last D, which are the coordinates. Columns are the D - 1 forms that vanish at the vertex, and
    the sum of all walls. That sum is positive on the cone, so it says how large a vector there is: no coordinate is larger
    than `reach` times the sum. Where there is a null face, D is the number of coordinates that are not left out.
    """
    full = program.dimension
    record = stack.nodes[node]
    layer, planes, ray0 = record[LAYER], record[OPEN], record[RAY0]
    form, form_error = room.form, room.form_error
    if planes > room.open.shape[1] or d < 2:
        return -1, 0
    corner = 0
    while stack.signs[record[SIGN0] + corner] == 0 or _bits(stack.tight[ray0 + corner] & face) != d - 1:
        corner += 1
    table, basis = room.table[0], room.basis[0]
    facets, vanishing = 0, 0
    for slot in range(WALLS):
        if not (face >> np.uint64(slot)) & np.uint64(1):
            continue
        _wall(program, stack, stack.slots[node, slot], layer, form[facets], form_error[facets])
        if stack.sides[node, slot] < 0:
            for c in range(full):
                form[facets, c] = -form[facets, c]
        if (stack.tight[ray0 + corner] >> np.uint64(slot)) & np.uint64(1):
            basis[vanishing] = facets
            vanishing += 1
        facets += 1
    for row in range(planes):
        at = facets + row
        _wall(program, stack, program.label[layer] + stack.open[record[OPEN0] + row], layer, form[at], form_error[at])
    rows = facets + planes
    basis[d - 1] = rows
    for c in range(d):
        form[rows, c] = form_error[rows, c] = 0.0
    for i in range(rows):
        if d < full:
            _shorten(room, form[i], d, full)
            _shorten(room, form_error[i], d, full)
        _scale(form[i], form_error[i], 0, d)
        if i < facets:
            for c in range(d):
                form[rows, c] += form[i, c]
    for i in range(rows + 1):
        room.size[i] = room.rounding[i] = 0.0
        for c in range(d):
            room.size[i] += abs(form[i, c])
            room.rounding[i] += 4 * (d + 4) * UNIT * abs(form[i, c]) + form_error[i, c]
        room.rounding[i] *= 1 + 4 * (d + 4) * UNIT
    if not _reach(program, stack, node, room, work, form[rows], form_error[rows], d):
        return -1, 0
    for c in range(d):
        for i in range(d):
            work[0, c, i] = form[basis[c], i]
    if not _invert(work[0], d, work[1], work[2]):
        return -1, 0
    for c in range(d):
        for i in range(rows + 1):
            total = 0.0
            for z in range(d):
                total += form[i, z] * work[1, z, c]
            table[c, i] = total
        for z in range(d):
            table[c, rows + 1 + z] = work[1, z, c]
        for i in range(d):
            table[c, basis[i]] = 1.0 if i == c else 0.0
    return facets, planes


@njit(cache=True, nogil=True)
def _reach(program, stack, node, room, work, form, form_error, d):
    """How large coordinates are where a form is 1 on the cone, from its rays; False if a ray does not tell."""
    record, reach, full = stack.nodes[node], room.reach, program.dimension
    rays, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    norm = _invert_directions(stack, room, work, full - d) if d < full else 0.0
    if not norm < 0.25:
        return False
    for c in range(d):
        reach[c] = 0.0
    for i in range(rays):
        ray, error = stack.value[ray0 + i], stack.error[ray0 + i]
        if d < full:
            if stack.signs[sign0 + i] == 0:
                continue
            _move(program, stack, room, work, ray0 + i, d, norm)
            ray, error = room.vertex, room.vertex_error
        value, doubt = _product(form, form_error, np.int64(0), ray, error, d, FLOATS)
        if not value > 2 * doubt:
            return False
        for c in range(d):
            size = (abs(ray[c]) + error[c]) / (value - doubt) * (1 + 8 * UNIT)
            reach[c] = max(reach[c], size)
    return True


@njit(cache=True, nogil=True)
def _pivot(table, basis, row, enter, rows, d):
    """Exchange a row's form with the one of a column."""
    column = table[enter]
    factor = 1.0 / column[row]
    for i in range(rows):
        column[i] *= factor
    column[row] = 1.0
    for c in range(d):
        factor = table[c, row]
        if c != enter and factor != 0:
            target = table[c]
            for i in range(rows):
                target[i] -= factor * column[i]
            target[row] = 0.0
    basis[enter] = row


@njit(cache=True, nogil=True)
def _seek(table, basis, facets, row, rows, d):
    """Walk to where a form changes sign: the column to exchange it with there, -1 if it never does, -2 if there is trouble.

    Each step goes along the edge on which the form's size falls fastest. Where none falls, or so little that the form cannot
    vanish, the form has its minimum.
    """
    for _ in range(MOST_PIVOTS):
        value = table[d - 1, row]
        side = -1.0 if value > 0 else 1.0
        enter, slope = np.int64(-1), abs(value) * NEGLIGIBLE
        for c in range(d - 1):
            if basis[c] < facets and side * table[c, row] > slope:
                enter, slope = c, side * table[c, row]
        if enter < 0:
            return -1
        leave = _blocking(table, facets, enter, d)
        if leave < 0 or abs(value) * -table[enter, leave] <= table[d - 1, leave] * slope:
            return enter
        _pivot(table, basis, leave, enter, rows, d)
    return -2


@njit(cache=True, nogil=True)
def _blocking(table, facets, enter, d):
    """The wall that an edge runs into; -1 if there is none."""
    column, constant = table[enter], table[d - 1]
    leave, step = np.int64(-1), np.inf
    for i in range(facets):
        if column[i] < -NEGLIGIBLE_PIVOT and constant[i] < -column[i] * step:
            leave, step = i, constant[i] / -column[i]
    return leave


@njit(cache=True, nogil=True)
def _misses(room, table, basis, facets, row, d):
    """Whether a hyperplane certainly misses the flat inside the cone, as its dictionary says.

    Where its form has its smallest value, it is that multiple of the sum of walls, plus multiples of forms that are
    not negative on the flat. These multiples are taken as they are: whatever is left of the form, is too small
    to matter.
    """
    form, form_error, reach = room.form, room.form_error, room.reach
    value = table[d - 1, row]
    doubt = 0.0
    for z in range(d):
        rest, size, error = form[row, z], abs(form[row, z]), form_error[row, z]
        for c in range(d):
            factor = table[c, row]
            if basis[c] < facets and factor * value < 0:
                continue
            term = factor * form[basis[c], z]
            rest -= term
            size += abs(term)
            error += abs(factor) * form_error[basis[c], z]
        doubt += (abs(rest) + 4 * (d + 4) * UNIT * size + error) * reach[z]
    return abs(value) > doubt * (1 + 4 * (d + 4) * UNIT)


@njit(cache=True, nogil=True)
def _is_vertex(room, table, basis, facets, planes, d):
    """Whether a dictionary's vertex is certainly one, and off all walls but those of its basis.

    Then its flat meets the inside of the cone, and the forms that vanish there are independent. The vertex solves linear
    equations, of which the dictionary holds an approximate inverse: see `_refresh`. Bounds are coarser than there: for a form
    and a vector, the form's sum of sizes times the vector's largest entry.
    """
    form, size, rounding, vertex, entry, residual = room.form, room.size, room.rounding, room.vertex, room.entry, room.residual
    at = facets + planes + 1
    largest = 0.0
    for z in range(d):
        vertex[z] = table[d - 1, at + z]
        largest = max(largest, abs(vertex[z]))
    vanishing = np.uint64(0)
    for c in range(d):
        i = basis[c]
        gap = -1.0 if c == d - 1 else 0.0
        for z in range(d):
            gap += form[i, z] * vertex[z]
        residual[c] = abs(gap) + rounding[i] * (largest + 1) + 4 * (d + 4) * UNIT
        if i < facets:
            vanishing |= np.uint64(1) << np.uint64(i)
    worst = norm = 0.0
    for x in range(d):
        for z in range(d):
            entry[z] = -1.0 if x == z else 0.0
        bound = total = 0.0
        # Four at a time: the loops are short, and each costs something to begin.
        for c in range(0, d - 3, 4):
            p, q, r, s = table[c, at + x], table[c + 1, at + x], table[c + 2, at + x], table[c + 3, at + x]
            one, two, three, four = basis[c], basis[c + 1], basis[c + 2], basis[c + 3]
            for z in range(d):
                entry[z] += p * form[one, z] + q * form[two, z] + r * form[three, z] + s * form[four, z]
        for c in range(d - d % 4, d):
            p, one = table[c, at + x], basis[c]
            for z in range(d):
                entry[z] += p * form[one, z]
        for c in range(d):
            p = abs(table[c, at + x])
            bound += p * residual[c]
            total += p * rounding[basis[c]]
        for z in range(d):
            total += abs(entry[z])
        if not (bound < EXACT and total < 0.25):
            return False
        worst, norm = max(worst, bound), max(norm, total)
    norm += 8 * (d + 4) * UNIT
    # The largest error of an entry of the vertex; the factor covers the rounding of all sums of sizes.
    worst *= (1 + 2 * norm) * (1 + 16 * (d + 4) * UNIT)
    for z in range(d):
        room.vertex_error[z] = worst
    for i in range(facets):
        value = 0.0
        for z in range(d):
            value += form[i, z] * vertex[z]
        if not (vanishing >> np.uint64(i)) & np.uint64(1) and not value > 2 * (
            worst * size[i] + rounding[i] * (largest + worst)
        ):
            return False
    return True


@njit(cache=True, nogil=True)
def _points(room, table, basis, facets, planes, level, d):
    """In how many points the open hyperplanes cross a flat that is a segment; -1 if that cannot be proved.

    Both ends are vertices for certain, all forms have certain signs there, and no two points may be the same.
    """
    form, form_error, vertex, error = room.form, room.form_error, room.vertex, room.vertex_error
    count, chosen, start, start_error = room.count[level, 0], room.open[level], room.start, room.start_error
    if not _is_vertex(room, table, basis, facets, planes, d):
        return -1
    for i in range(count):
        row = facets + chosen[i]
        start[i], start_error[i] = _product(form[row], form_error[row], np.int64(0), vertex, error, d, FLOATS)
    enter = np.int64(0)
    while basis[enter] >= facets:
        enter += 1
    leave = _blocking(table, facets, enter, d)
    if leave < 0:
        return -1
    _pivot(table, basis, leave, enter, facets + planes + 1 + d, d)
    if not _is_vertex(room, table, basis, facets, planes, d):
        return -1
    points = np.int64(0)
    for i in range(count):
        row = facets + chosen[i]
        a, a_error = start[i], start_error[i]
        b, b_error = _product(form[row], form_error[row], np.int64(0), vertex, error, d, FLOATS)
        if not (abs(a) > 2 * a_error and abs(b) > 2 * b_error):
            return -1
        if (a > 0) != (b > 0):
            _insert(room, points, abs(a), a_error, abs(b), b_error)
            points += 1
    return points if _all_apart(room, points) else -1


@njit(cache=True, nogil=True)
def _insert(room, count, a, a_error, b, b_error):
    """Put the point where a form vanishes, given its sizes at the ends of a segment, in its place among others there."""
    ratio, doubt = room.ratio, room.doubt
    quotient = a / b
    spread = 2 * quotient * (a_error / a + b_error / b + 4 * UNIT) + SMALLEST
    place = count
    while place and ratio[place - 1] > quotient:
        ratio[place], doubt[place] = ratio[place - 1], doubt[place - 1]
        place -= 1
    ratio[place], doubt[place] = quotient, spread


@njit(cache=True, nogil=True)
def _all_apart(room, count):
    """Whether points on a segment are certainly different."""
    for i in range(1, count):
        if not room.ratio[i] - room.ratio[i - 1] > 2 * (room.doubt[i] + room.doubt[i - 1]):
            return False
    return True


@njit(cache=True, nogil=True)
def _all_change(program, stack, node, walls, scratch):
    """Whether the function changes, for certain, across every facet of the cells that the last layer cuts the cone into.

    0: no; 1: yes; 2: yes, but perhaps for the idle cell, where no neuron of the last layer is active.

    Across a hyperplane the outputs of its neurons rise by a multiple of its form. Between two of these cells lies a hyperplane
    of the last layer: it is enough that the function rises with it. At a wall of an earlier layer the function's rise is a sum:
    one part for the neurons of the last layer that are active on the whole cone, and one for each open hyperplane, depending
    on the side. It is enough that no choice of sides makes the sum vanish, whether it occurs or not; but the one where it has
    no term.

    Parameters
    ----------
    walls : word
        The walls of the cone that support its facets.
    """
    record = stack.nodes[node]
    last = program.depth - 1
    for layer in range(last):
        if stack.flat[layer]:
            return 0
    if not _all_rise(program, stack, record):
        return 0
    size = _certain_part(program, stack, record, scratch.weight)
    idle, changes = _can_be_idle(program, stack, record), 1
    for slot in range(WALLS):
        label = stack.slots[node, slot]
        if not (walls >> np.uint64(slot)) & np.uint64(1) or label < program.label[0]:
            continue
        if label >= program.label[last]:
            if not program.rises[label - program.label[last]]:
                return 0
            continue
        layer = last - 1
        while label < program.label[layer]:
            layer -= 1
        rise, reach, doubt = _rise(program, stack, layer, label - program.label[layer], scratch.rise)
        _add_up(program, stack, record, rise, reach, doubt, size, scratch)
        if not _sums_avoid_zero(scratch.part, scratch.part_error, record[OPEN], idle, scratch.sums):
            return 0
        changes = 2 if idle else 1
    return changes


@njit(cache=True, nogil=True)
def _all_rise(program, stack, record):
    """Whether the function rises with each open hyperplane, and each other one of the last layer has a sign."""
    last, without = program.depth - 1, 0
    for plane in range(program.planes[last]):
        without += stack.chosen[record[CHOSEN0] + plane] == 0
    for row in range(record[OPEN]):
        if not program.rises[stack.open[record[OPEN0] + row]]:
            return False
    return without == record[OPEN]


@njit(cache=True, nogil=True)
def _certain_part(program, stack, record, weight):
    """The weights of the last layer's neurons in the output where all open hyperplanes have a negative sign, and 0 else.

    Returns the sum of their sizes.
    """
    last = program.depth - 1
    at, n = program.neuron_at[last], program.widths[last]
    if n == program.planes[last]:
        signs = stack.chosen[record[CHOSEN0] : record[CHOSEN0] + n]
        for neuron in range(n):
            weight[neuron] = program.output[neuron] if signs[neuron] > 0 else 0.0
    else:
        for neuron in range(n):
            chosen, side = stack.chosen[record[CHOSEN0] + program.of[at + neuron]], program.side[at + neuron]
            weight[neuron] = program.output[neuron] if chosen * side > 0 or (chosen == 0 and side < 0) else 0.0
    size = 0.0
    for neuron in range(n):
        size += abs(weight[neuron])
    return size


@njit(cache=True, nogil=True)
def _rise(program, stack, layer, plane, rise):
    """By how much the preactivations of the last layer rise across a hyperplane of an earlier one.

    Returns these, and bounds for their sizes and errors.
    """
    row, last = 0, program.depth - 1
    if layer + 2 == last:
        at, reach, doubt = _risen(program, stack, layer, plane)
        return stack.rise[at : at + program.widths[last] + 1], reach, doubt
    size = program.widths[layer + 1] + 1
    at, index = program.jump_at[layer] + plane * size, program.plane_at[layer] + plane
    source, reach, doubt = program.jump[at : at + size], program.jump_size[index], program.jump_error[index]
    for below in range(layer + 1, last):
        before, size = program.widths[below], program.widths[below + 1] + 1
        mask, weights = program.row_at[below], program.weight_at[below + 1]
        target = rise[row]
        reach = 0.0
        for i in range(size):
            target[i] = 0.0
        for j in range(before):
            if not stack.active[mask + j]:
                continue
            x, weight = source[j], program.column[weights + j * size : weights + (j + 1) * size]
            reach = max(reach, abs(x))
            for i in range(size):
                target[i] += weight[i] * x
        doubt += 4 * (before + 4) * UNIT * reach
        doubt = 2 * (program.norm[below + 1] * doubt + program.norm_error[below + 1] * (reach + doubt))
        reach = 2 * (program.norm[below + 1] + program.norm_error[below + 1]) * reach
        source, row = target, 1 - row
    return source, reach, doubt


@njit(cache=True, nogil=True)
def _add_up(program, stack, record, rise, reach, doubt, size, scratch):
    """The parts of the function's rise: that where all open hyperplanes have a negative sign, then the change by each."""
    last, part, error, weight = program.depth - 1, scratch.part, scratch.part_error, scratch.weight
    at, first = program.neuron_at[last], program.plane_at[last]
    doubt += 4 * (program.widths[last] + 4) * UNIT * reach
    part[0] = _scalar_product(weight, rise)
    error[0] = 2 * (size * doubt + program.output_doubt * (reach + doubt))
    for row in range(1, record[OPEN] + 1):
        plane = stack.open[record[OPEN0] + row - 1]
        part[row] = error[row] = 0.0
        for neuron in range(program.first[first + plane], program.final[first + plane] + 1):
            if program.of[at + neuron] == plane:
                output, output_error = program.output[neuron], program.output_error[neuron]
                part[row] += program.side[at + neuron] * output * rise[neuron]
                error[row] += 2 * (abs(output) * doubt + output_error * (reach + doubt))


@njit(cache=True, nogil=True)
def _scalar_product(first, second):
    """The scalar product with the beginning of a longer vector, in four sums: one would wait for each of its additions."""
    n = len(first)
    p = q = r = s = 0.0
    for i in range(0, n - 3, 4):
        p += first[i] * second[i]
        q += first[i + 1] * second[i + 1]
        r += first[i + 2] * second[i + 2]
        s += first[i + 3] * second[i + 3]
    for i in range(n - n % 4, n):
        p += first[i] * second[i]
    return (p + q) + (r + s)


@njit(cache=True, nogil=True)
def _sums_avoid_zero(part, part_error, count, idle, sums):
    """Whether part 0 plus any choice of the others is certainly not zero; if idle, but for the choice of none."""
    base = part[0]
    error, size = part_error[0], abs(base)
    low = high = base
    least, most = np.inf, -np.inf
    for row in range(1, count + 1):
        term = part[row]
        least, most = min(least, term), max(most, term)
        low, high = low + min(term, 0.0), high + max(term, 0.0)
        error, size = error + part_error[row], size + abs(term)
    error = 2 * error + 4 * (count + 4) * UNIT * size
    if not error < np.inf:
        return False
    if low > error or high < -error or (idle and (least > error or most < -error)):
        return True
    if count > 2 * SUM_BITS:
        return False
    half = count // 2
    first, second, spare = sums[0], sums[1], sums[2]
    size = _all_sums(part, np.int64(1), half, base, first, spare)
    others = _all_sums(part, 1 + half, count - half, 0.0, second, spare)
    j, none = others - 1, 0
    for i in range(size):
        while j > 0 and first[i] + second[j - 1] >= 0:
            j -= 1
        if idle and first[i] == 0 and second[j] == 0:
            # No choice at all: once, and with nothing beside it.
            none += 1
            if (j + 1 < others and not second[j + 1] > error) or (j > 0 and not second[j - 1] < -error):
                return False
        elif not abs(first[i] + second[j]) > error or (j > 0 and not abs(first[i] + second[j - 1]) > error):
            return False
    return not idle or none == 1


@njit(cache=True, nogil=True)
def _all_sums(part, start, count, base, sums, spare):
    """The base plus every choice of some parts, in ascending order; returns how many."""
    sums[0] = base
    size = 1
    for row in range(start, start + count):
        term = part[row]
        i = j = 0
        for k in range(2 * size):
            if j == size or (i < size and sums[i] <= sums[j] + term):
                spare[k] = sums[i]
                i += 1
            else:
                spare[k] = sums[j] + term
                j += 1
        size *= 2
        for k in range(size):
            sums[k] = spare[k]
    return size


@njit(cache=True, nogil=True)
def _can_be_idle(program, stack, record):
    """Whether no neuron of the last layer is active on some cell of a cone, as far as its signs are decided there."""
    last = program.depth - 1
    at = program.neuron_at[last]
    for neuron in range(program.widths[last]):
        chosen, side = stack.chosen[record[CHOSEN0] + program.of[at + neuron]], program.side[at + neuron]
        if chosen * side > 0 or (chosen == 0 and side < 0):
            return False
    return True


@njit(cache=True, nogil=True)
def _reduced(total, modulus, inverse):
    """Montgomery's reduction: total / 2^32 modulo p, below 2 p; total is below 2^32 p."""
    return (total + ((total & LOW) * inverse & LOW) * modulus) >> HALF


@njit(cache=True, nogil=True)
def _follow(program, stack, residues):
    """Bring the residues of all layers up to date with the current cell; whether those of the last hidden layer have changed.

    The values at a point are sums over the active neurons of the layer before. While that layer has the same values, only what
    its neurons that have changed sides contribute is added or taken away.
    """
    last = program.depth - 1
    if residues.serial[last] == stack.serial[last]:
        return False
    for layer in range(1, last + 1):
        if residues.serial[layer] == stack.serial[layer]:
            continue
        size, before = program.widths[layer] + 1, program.widths[layer - 1] + 1
        source, target, weights = program.row_at[layer - 1], program.row_at[layer], program.weight_at[layer]
        wanted, summed = stack.active[source : source + before], residues.summed[source : source + before]
        active = changed = 0
        for j in range(before):
            active += wanted[j]
            changed += wanted[j] != summed[j]
        if residues.source[layer] != residues.version[layer - 1] or changed > active:
            residues.source[layer] = residues.version[layer - 1]
            for j in range(before):
                summed[j] = False
            for point in range(len(residues.modulus)):
                for row in range(target, target + size):
                    residues.value[point, row] = np.uint64(0)
        for point in range(len(residues.modulus)):
            modulus, inverse, square = residues.modulus[point], residues.inverse[point], residues.square[point]
            inputs, column = residues.value[point, source : source + before], residues.weight[residues.number[point]]
            values = residues.value[point, target : target + size]
            for j in range(before):
                if wanted[j] == summed[j]:
                    continue
                x = inputs[j] if wanted[j] else modulus - inputs[j]
                weight = column[weights + j * size : weights + (j + 1) * size]
                for row in range(size):
                    values[row] += _reduced(np.uint64(weight[row]) * x, modulus, inverse)
            for row in range(size):
                total = _reduced(_reduced(values[row], modulus, inverse) * square, modulus, inverse)
                values[row] = total - modulus if total >= modulus else total
        for j in range(before):
            summed[j] = wanted[j]
        residues.version[layer] += 1
        residues.serial[layer] = stack.serial[layer]
    residues.serial[last] = stack.serial[last]
    return True


@njit(cache=True, nogil=True)
def _prepare(program, stack, prints):
    """Make ready for the fingerprints of the cells that the last layer cuts the current cone into."""
    if not _follow(program, stack, prints.quick):
        return
    last = program.depth - 1
    n, at, source = program.widths[last], program.neuron_at[last], program.row_at[last]
    for point in range(2):
        modulus, inverse = prints.quick.modulus[point], prints.quick.inverse[point]
        values, output, rise = prints.quick.value[point], prints.output[point], prints.rise[point]
        base = _reduced(np.uint64(output[n]) * values[source + n], modulus, inverse)
        for plane in range(program.planes[last]):
            rise[plane] = np.uint64(0)
        for neuron in range(n):
            term = _reduced(np.uint64(output[neuron]) * values[source + neuron], modulus, inverse)
            if program.side[at + neuron] < 0:
                base += term
                term = modulus + modulus - term
            rise[program.of[at + neuron]] += term
        for plane in range(program.planes[last]):
            rise[plane] %= modulus
        prints.base[point] = base


@njit(cache=True, nogil=True)
def _print(program, stack, record, prints):
    """Collect the fingerprint of the top node, a finished cell or one on the side that `chosen` says."""
    stack.register[PLAIN] += 1
    last, chosen0 = program.depth - 1, record[CHOSEN0]
    planes = program.planes[last]
    chosen, first, second = stack.chosen[chosen0 : chosen0 + planes], prints.rise[0], prints.rise[1]
    one, two = prints.base[0], prints.base[1]
    for plane in range(planes):
        one += first[plane] if chosen[plane] > 0 else np.uint64(0)
        two += second[plane] if chosen[plane] > 0 else np.uint64(0)
    one, two = one % prints.quick.modulus[0], two % prints.quick.modulus[1]
    fingerprint = (one << PRINT_BITS) | two
    count = prints.count[0]
    if len(prints.watch):
        if not _is_watched(prints, fingerprint):
            return
        _write_map(program, stack, record, prints, prints.words[count])
    else:
        for layer in range(program.depth):
            if fingerprint == prints.idle[layer]:
                idle = _last_idle(program, stack, record)
                if idle >= 0:
                    prints.idles[idle] += 1
                    return
                break
    prints.found[count] = fingerprint
    prints.count[0] = count + 1


@njit(cache=True, nogil=True)
def _list(program, stack, node, room, prints, face):
    """Collect the fingerprints of all cells that the open hyperplanes cut the top cone into; DOUBT where floats cannot tell.

    The cone is cut in two by one hyperplane after another. Of a ray nothing is wanted but the values of the forms there, as in
    `_regions`: so where an edge crosses a hyperplane, they are averages of those at its ends. PRINTED if there is no room;
    then, as for DOUBT, nothing has been collected.
    """
    leaves, record, count, plain = prints.leaves, stack.nodes[node], prints.count[0], stack.register[PLAIN]
    d = _dimension_across(program, stack, record, face)
    if not _evaluate(program, stack, node, room, face, d):
        return DOUBT
    m, k, used = room.count[0, 0], record[OPEN], _walls(stack, record)
    if k * m > len(leaves.value) or m > len(leaves.tight):
        return DOUBT
    leaves.frame[0, 0], leaves.frame[0, 1], leaves.frame[0, 2], leaves.frame[0, 3] = m, k, 0, 0
    for i in range(m):
        leaves.tight[i], leaves.error[i], leaves.span[i] = room.tight[0, i], room.error[0, i], room.span[0, i]
    for row in range(k):
        leaves.plane[0, row], leaves.side[0, row] = row, 0
        for i in range(m):
            leaves.value[row * m + i] = room.value[0, row, i]
    _prepare(program, stack, prints)
    top, status = np.int64(0), DONE
    while top >= 0 and status == DONE:
        cuts = leaves.frame[top, 1]
        if cuts > 1:
            slot = _nth_free(used, leaves.plane[top, 0])
            if _halve(leaves, top, k, d, np.uint64(1) << np.uint64(slot)):
                top += 1
            else:
                status = DOUBT
            continue
        if prints.count[0] + 2 > len(prints.found):
            status = PRINTED
            continue
        first, end = (-1, 2) if cuts else (0, 1)
        for side in range(first, end, 2):
            if cuts:
                leaves.side[top, leaves.plane[top, 0]] = side
            for row in range(k):
                stack.chosen[record[CHOSEN0] + stack.open[record[OPEN0] + row]] = leaves.side[top, row]
            _print(program, stack, record, prints)
        top -= 1
    for row in range(k):
        stack.chosen[record[CHOSEN0] + stack.open[record[OPEN0] + row]] = 0
    if status != DONE:
        prints.count[0], stack.register[PLAIN] = count, plain
    return status


@njit(cache=True, nogil=True)
def _nth_free(used, number):
    """The bit with a number among those that are not set."""
    slot = np.int64(0)
    while True:
        if not (used >> np.uint64(slot)) & np.uint64(1):
            if number == 0:
                return slot
            number -= 1
        slot += 1


@njit(cache=True, nogil=True)
def _halve(leaves, top, k, d, bit):
    """Replace the top cone by its two halves; False where floats cannot tell, or there is no room.

    Parameters
    ----------
    k : int
        The number of hyperplanes in all.
    bit : word
        That of the hyperplane that cuts, as a wall.
    """
    m, cuts, value0, ray0 = leaves.frame[top, 0], leaves.frame[top, 1], leaves.frame[top, 2], leaves.frame[top, 3]
    own = leaves.value[value0 : value0 + m]
    new = _crossing_edges(leaves, own, leaves.tight[ray0 : ray0 + m], d)
    if new < 0:
        return False
    first, second, high, low = leaves.pair[0], leaves.pair[1], leaves.weight[0], leaves.weight[1]
    above = 0
    for i in range(m):
        above += own[i] > 0
    sizes = (m - above + new, above + new)
    ends = ray0 + m
    if (
        top + 2 > len(leaves.frame)
        or ends + sizes[0] + sizes[1] > len(leaves.tight)
        or value0 + cuts * m + (cuts - 1) * (sizes[0] + sizes[1]) > len(leaves.value)
    ):
        return False
    _halve_rays(leaves, own, ray0, new, ends, sizes[0], bit)
    below0 = value0 + cuts * m
    above0 = below0 + (cuts - 1) * sizes[0]
    kept_below = kept_above = 0
    plane = leaves.plane[top, 0]
    for row in range(k):
        leaves.side[top + 1, row] = leaves.side[top, row]
    leaves.side[top, plane], leaves.side[top + 1, plane] = -1, 1
    doubts = leaves.error[ends : ends + new]
    for row in range(1, cuts):
        source, other = leaves.value[value0 + row * m : value0 + (row + 1) * m], leaves.plane[top, row]
        at, up = below0 + kept_below * sizes[0], above0 + kept_above * sizes[1]
        positive = 0
        for i in range(new):
            value = high[i] * source[second[i]] + low[i] * source[first[i]]
            if not abs(value) > doubts[i]:
                return False
            positive += value > 0
            leaves.value[at + i] = leaves.value[up + i] = value
        place, over, positives = at + new, up + new, positive
        for i in range(m):
            if own[i] > 0:
                leaves.value[over] = source[i]
                over += 1
                positives += source[i] > 0
            else:
                leaves.value[place] = source[i]
                place += 1
                positive += source[i] > 0
        if 0 < positive < sizes[0]:
            leaves.plane[top, kept_below + 1] = other
            kept_below += 1
        else:
            leaves.side[top, other] = 1 if positive else -1
        if 0 < positives < sizes[1]:
            leaves.plane[top + 1, kept_above] = other
            kept_above += 1
        else:
            leaves.side[top + 1, other] = 1 if positives else -1
    for row in range(kept_below):
        leaves.plane[top, row] = leaves.plane[top, row + 1]
    leaves.frame[top, 0], leaves.frame[top, 1], leaves.frame[top, 2], leaves.frame[top, 3] = sizes[0], kept_below, below0, ends
    top += 1
    leaves.frame[top, 0], leaves.frame[top, 1] = sizes[1], kept_above
    leaves.frame[top, 2], leaves.frame[top, 3] = above0, ends + sizes[0]
    return True


@njit(cache=True, nogil=True)
def _halve_rays(leaves, own, ray0, new, start, below, bit):
    """Write the rays of both halves of a cone: walls, bounds for sizes and errors of values, and the weights of edges' ends.

    The new rays come first in both halves. With a and b the sizes of the form at the ends of an edge, a ray's values are
    averages with weights a / (a + b) and b / (a + b); the errors of a and b count, too.

    Parameters
    ----------
    start : int
        Where the rays of the half below start.
    below : int
        How many there are.
    """
    m = len(own)
    tight, error, span = leaves.tight[ray0 : ray0 + m], leaves.error[ray0 : ray0 + m], leaves.span[ray0 : ray0 + m]
    first, second, high, low = leaves.pair[0], leaves.pair[1], leaves.weight[0], leaves.weight[1]
    for half in range(2):
        at, side = start + half * below, 2 * half - 1
        for i in range(new):
            p, q = first[i], second[i]
            a, b = abs(own[p]), abs(own[q])
            factor = 1.0 / (a + b)
            high[i], low[i] = a * factor, b * factor
            leaves.tight[at + i] = (tight[p] & tight[q]) | bit
            leaves.span[at + i] = (high[i] * span[q] + low[i] * span[p]) * (1 + 16 * UNIT)
            doubt = (a + error[p]) * error[q] + error[p] * span[q] + (b + error[q]) * error[p] + error[q] * span[p]
            leaves.error[at + i] = (doubt * factor + 8 * UNIT * leaves.span[at + i]) * (1 + 32 * UNIT) + SMALLEST_ERROR
        place = at + new
        for i in range(m):
            if own[i] * side > 0:
                leaves.tight[place], leaves.error[place], leaves.span[place] = tight[i], error[i], span[i]
                place += 1


@njit(cache=True, nogil=True)
def _crossing_edges(leaves, own, tight, d):
    """The edges of a simple cone that cross a hyperplane, the end above it first; how many, -1 if there is no room."""
    first, second, new = leaves.pair[0], leaves.pair[1], 0
    for p in range(len(own)):
        if own[p] < 0:
            continue
        for q in range(len(own)):
            if own[q] < 0 and _bits(tight[p] & tight[q]) == d - 2:
                if new == len(first):
                    return -1
                first[new], second[new] = p, q
                new += 1
    return new


@njit(cache=True, nogil=True)
def _last_idle(program, stack, record):
    """The last layer without active neurons on a cell whose signs are all decided, -1 if there is none."""
    layer = program.depth - 1
    if _can_be_idle(program, stack, record):
        return layer
    for layer in range(program.depth - 2, -1, -1):
        idle, at = True, program.row_at[layer]
        for neuron in range(program.widths[layer]):
            idle = idle and not stack.active[at + neuron]
        if idle:
            return layer
    return -1


@njit(cache=True, nogil=True)
def _is_watched(prints, fingerprint):
    """Whether a fingerprint is among the watched ones."""
    watch, bits = prints.watch, len(prints.bucket) - 1
    place = np.int64(fingerprint >> (PRINT_BITS + PRINT_BITS - np.uint64(_bits(np.uint64(bits - 1)))))
    low, high = prints.bucket[place], prints.bucket[place + 1]
    while low < high:
        middle = (low + high) // 2
        if watch[middle] < fingerprint:
            low = middle + 1
        else:
            high = middle
    return low < len(watch) and watch[low] == fingerprint


@njit(cache=True, nogil=True)
def _write_map(program, stack, record, prints, words):
    """The map of the top node, a finished cell: its coefficients modulo all primes, output by output."""
    _follow(program, stack, prints.full)
    last, full = program.depth - 1, prints.full
    n, source, at = program.widths[last], program.row_at[last], program.neuron_at[last]
    points, outputs = len(full.modulus), prints.outputs.shape[1]
    for point in range(points):
        modulus, inverse, values = full.modulus[point], full.inverse[point], full.value[point]
        for row in range(outputs):
            output = prints.outputs[full.number[point], row]
            total = _reduced(np.uint64(output[n]) * values[source + n], modulus, inverse)
            for neuron in range(n):
                if stack.chosen[record[CHOSEN0] + program.of[at + neuron]] * program.side[at + neuron] > 0:
                    total += _reduced(np.uint64(output[neuron]) * values[source + neuron], modulus, inverse)
            words[row * points + point] = total % modulus


@njit(cache=True, nogil=True)
def _put_first(stack, record):
    """Let the hyperplane cut first that leaves the fewest rays below it."""
    m, open0, sign0 = record[RAYS], record[OPEN0], record[SIGN0]
    best, fewest = 0, m
    for row in range(record[OPEN]):
        below = 0
        for i in range(m):
            below += stack.signs[sign0 + row * m + i] < 0
        if below < fewest:
            best, fewest = row, below
    stack.open[open0], stack.open[open0 + best] = stack.open[open0 + best], stack.open[open0]
    for i in range(sign0, sign0 + m):
        other = i + best * m
        stack.signs[i], stack.signs[other] = stack.signs[other], stack.signs[i]


@njit(cache=True, nogil=True)
def _has_slots(stack, record):
    """Whether a cone has slots for all its open hyperplanes, should they become walls."""
    return _bits(_walls(stack, record)) + record[OPEN] <= WALLS


@njit(cache=True, nogil=True)
def walk(program, stack, scratch, room, prints, look, bulk, steps):
    """Go on until there is something for Python to do.

    Parameters
    ----------
    look : int
        How closely cells are looked at: see `relupoly.pieces.node.Look`.
    bulk : bool
        Whether many cells may be counted in one step.

    Returns
    -------
    int
        DONE; PAUSED after so many steps; DOUBT, a sign of the top node is open; CROWDED, the top node has too many walls;
        CELL, the top node is a finished cell that is not plain enough; FULL, a stack is; PRINTED, the room for fingerprints is.
    """
    while True:
        node = stack.register[TOP]
        if node < 0:
            return DONE
        record = stack.nodes[node]
        if record[IDLE] == 2:
            stack.register[TOP] = node - 1
            continue
        if steps <= 0 and not record[IDLE]:
            return PAUSED
        steps -= 1 + record[RAYS] * (record[OPEN] + program.dimension) // LONG_STEP
        if not record[SETTLED]:
            for i in range(record[OPEN] * record[RAYS]):
                if stack.signs[record[SIGN0] + i] == 2:
                    return DOUBT
            if not _settle(program, stack, node):
                return CROWDED
        if record[IDLE]:
            if not _can_be_idle(program, stack, record):
                stack.register[PLAIN] += 1
                stack.register[TOP] = node - 1
                continue
        elif record[LAYER] != program.depth - 1 or look >= EVERY:
            pass
        elif bulk and record[OPEN] and not look & FINGERPRINT and record[SETTLED] == 1:
            record[SETTLED] = 2
            changes, face = 0, _null_face(program, stack, node)
            if face and (not look & SIMPLE or (face == _walls(stack, record) and _all_simple(program, stack, node))):
                changes = 1 if not look & MERGE else _all_change(program, stack, node, _walls(stack, record), scratch)
            if changes == 1 or (changes == 2 and _has_slots(stack, record)):
                across = _dimension_across(program, stack, record, face)
                regions = np.int64(-1)
                if across >= room.flats_from:
                    regions = _flats(program, stack, node, room, scratch.work, face, across)
                if regions < 0:
                    regions = _regions(program, stack, node, room, face, across)
                if regions > 0:
                    steps -= regions // LONG_COUNT
                    stack.register[PLAIN] += regions
                    if changes == 1:
                        stack.register[TOP] = node - 1
                        continue
                    # The idle cell needs a closer look: of all the cone's cells, it alone is built.
                    stack.register[PLAIN] -= 1
                    record[IDLE] = 1
        elif look & FINGERPRINT and not record[CLEAR]:
            if look == FINGERPRINT:
                record[CLEAR] = 1
            elif record[OPEN] and record[SETTLED] == 1:
                record[SETTLED], face = 2, _null_face(program, stack, node)
                if face and (not look & SIMPLE or (face == _walls(stack, record) and _all_simple(program, stack, node))):
                    record[CLEAR] = _all_change(program, stack, node, _walls(stack, record), scratch) if look & MERGE else 1
        if record[OPEN]:
            face = (
                _null_face(program, stack, node) if record[CLEAR] == 1 and bulk and _has_slots(stack, record) else np.uint64(0)
            )
            if face:
                before = stack.register[PLAIN]
                status = _list(program, stack, node, room, prints, face)
                if status == DONE:
                    steps -= (stack.register[PLAIN] - before) // LONG_COUNT
                    stack.register[TOP] = node - 1
                    continue
                if status == PRINTED and prints.count[0]:
                    return PRINTED
            if record[IDLE]:
                _put_first(stack, record)
            if look & SIMPLE:
                # The open hyperplanes may meet where they make a vertex that is not simple.
                record[CLEAR] = 0
            status = _split(program, stack, node, scratch)
            if status != DONE:
                return status
            if record[IDLE]:
                record[IDLE], stack.nodes[node + 1, IDLE] = 2, 1
            continue
        _finish(program, stack, node)
        if record[LAYER] + 1 < program.depth:
            if _next_layer(program, stack, node, scratch) == FULL:
                return FULL
        elif (
            look >= EVERY
            or (look & SIMPLE and record[CLEAR] != 1 and not _is_simple_inside(program, stack, node))
            or (
                look & MERGE
                and record[CLEAR] != 1
                and (record[CLEAR] == 0 or _can_be_idle(program, stack, record))
                and not _plain(program, stack, node, scratch)
            )
        ):
            return CELL
        elif look & FINGERPRINT:
            if prints.count[0] == len(prints.found):
                return PRINTED
            _prepare(program, stack, prints)
            _print(program, stack, record, prints)
            stack.register[TOP] = node - 1
        else:
            stack.register[PLAIN] += 1
            stack.register[TOP] = node - 1
