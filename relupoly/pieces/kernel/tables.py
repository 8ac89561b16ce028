"""What the compiled walk works on: tables in flat arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

from relupoly.pieces.kernel.collected import Cells, Faces, Leaves, Levels


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
        The numbers of neurons with ReLU and of hyperplanes of each hidden layer.
    rows : ndarray of int
        The numbers of rows of each hidden layer: neurons with ReLU, linear neurons, and the constant.
    column, column_error : ndarray of float64
        The augmented layers, column by column, but for the first one; of sparse ones what is kept.
    column_at : ndarray of int
        For each row of each layer but the last where its column in the next layer starts, and where the last one ends.
    place : ndarray of int32
        The row of each entry of `column`; there is none unless a layer is sparse.
    sparse : ndarray of bool
        Which layers are sparse.
    norm, norm_error : ndarray of float64
        For each layer the largest sum of the sizes, and of the error bounds, of a row's entries.
    rough : ndarray of bool
        Which layers have weights that are not exactly doubles.
    first, final, of, side : ndarray
        For each hyperplane its first neuron and its last; for each neuron its hyperplane, and its side.
    jump, jump_size, jump_error : ndarray of float64
        For each hyperplane by how much the next layer's rows rise across it, and bounds for sizes and errors.
    jump_at, jump_place : ndarray of int
        Where the rises across each hyperplane start, and at last where they end; and which row each of them is of.
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
    rows: Any
    column: Any
    column_error: Any
    column_at: Any
    place: Any
    sparse: Any
    norm: Any
    norm_error: Any
    rough: Any
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
    jump_place: Any
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
        Which rows of each finished layer pass on what they compute there: active neurons, linear ones, and the constant.
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
    """The layer maps at points modulo primes below 2^31: see `relupoly.pieces.forms.fingerprints`.

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


class Prints(NamedTuple):
    """Fingerprints of the functions of cells, and where they are collected; and what else is.

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
    levels : Levels
        Where level sets are collected.
    faces : Faces
        Where patterns of faces are.
    cells : Cells
        Where finished cells are written.
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
    levels: Levels
    faces: Faces
    cells: Cells
