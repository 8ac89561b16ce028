"""The zonotope family of Arora et al.: a sawtooth of the support function of a zonotope.

gamma_Z(x) = sum_i |<b_i, x>| is linear on each region of the central arrangement {<b_i, x> = 0}, and grows from 0 to infinity
along each ray: the sawtooth's pieces appear on each region.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice

from flint import fmpq

from relupoly.bounds.zaslavsky import binomials
from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard_net import AT_LEAST, Claims, HardNet, PaperClaim, check_size, shallow_bounds
from relupoly.constructions.sawtooth import Breakpoints, flat_ends, resolve_breakpoints, sawtooth, shape_parameters
from relupoly.constructions.seeds import generator
from relupoly.constructions.values import Rows
from relupoly.errors import ConstructionError
from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.characteristic import characteristic_polynomial, regions
from relupoly.networks.composition import compose
from relupoly.networks.network import Network

Generators = Sequence[Sequence[fmpq]]


def zonotope(generators: Generators, breakpoints: Breakpoints, height: fmpq) -> Network:
    """The net of H_{a^1..a^k} o gamma_Z, Z the sum of the segments [-b_i, b_i]: hidden layers 2m, w, ..., w.

    Parameters
    ----------
    generators : sequence of m sequences of fmpq
        b_1, ..., b_m in R^n.
    breakpoints, height
        Those of `sawtooth`.

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee (2018), Theorem 3.9. Let V be the number of vertices of Z, which is the number of regions
    of the arrangement of the hyperplanes <b_i, x> = 0, and d its rank. For d >= 2 there are V w^k pieces, and one more if the
    sawtooth is constant beyond M: then gamma_Z > M is one piece, being connected. For d = 1 it has two components, and there
    are 2 w^k + 2 pieces then, else 2 w^k. The activation cells are V times those of the sawtooth on (0, infinity). Zero
    generators change nothing and parallel ones count once.

    Generic generators have V = 2 sum_{i<n} C(m-1, i). The published theorem omits the factor 2, and version 1 of the preprint
    has (m-1)^(n-1), which is not even a lower bound for n >= 4.

    Examples
    --------
    >>> zonotope(moment_curve(3, 2), [[fmpq(1, 2)]] * 2, fmpq(1)).widths
    (6, 2, 2)
    """
    return compose(sawtooth(breakpoints, height), support_function(generators))


def support_function(generators: Generators) -> Network:
    """The net of gamma_Z(x) = sum_i |<b_i, x>|: one hidden layer of two neurons for each generator.

    Examples
    --------
    >>> from relupoly.networks.evaluation import evaluate
    >>> evaluate(support_function(moment_curve(2, 2)), [1, -1])
    [1]
    """
    rows = [[sign * entry for entry in row] for row in generators for sign in (1, -1)]
    return Network.from_rows([(rows, None), ([[1] * len(rows)], None)])


def moment_curve(generators: int, inputs: int) -> Rows:
    """The vectors b_t = (1, t, ..., t^(n-1)), t = 1..m: every n of them are independent.

    Examples
    --------
    >>> moment_curve(3, 3)
    [[1, 1, 1], [1, 2, 4], [1, 3, 9]]
    """
    return [[fmpq(t) ** i for i in range(inputs)] for t in range(1, generators + 1)]


def vertices(generators: Generators) -> int:
    """The number of vertices of the zonotope: of regions of the arrangement of the hyperplanes <b_i, x> = 0.

    Examples
    --------
    >>> vertices(moment_curve(4, 3)), vertices([[fmpq(1), fmpq(0)], [fmpq(-2), fmpq(0)], [fmpq(0), fmpq(0)]])
    (14, 2)
    """
    inputs, count = len(generators[0]), len(generators)
    if [list(row) for row in generators] == moment_curve(count, inputs):
        return 2 * sum(islice(binomials(count - 1), inputs))
    return regions(characteristic_polynomial(_arrangement(generators)))


def build(
    inputs: int | None,
    generators: int | Rows | None,
    width: int | None,
    depth: int | None,
    breakpoints: list[list[fmpq]] | None,
    seed: int | None,
    range: list[int],
    height: fmpq,
) -> HardNet:
    """The member of the family with these parameters."""
    layers = resolve_breakpoints(width, depth, breakpoints, height)
    check_size([2, *(len(layer) + 1 for layer in layers), 1])
    vectors = _resolve_generators(inputs, generators, seed, range)
    check_size([len(vectors[0]), 2 * len(vectors), len(layers[0]) + 1])
    network = zonotope(vectors, layers, height)
    n, m, folds, flat = len(vectors[0]), len(vectors), network.widths[1:], flat_ends(network.widths[1:])
    corners, rank = vertices(vectors), _arrangement(vectors).rank
    inside, half = math.prod(folds), sum(islice(binomials(m - 1), n))
    claims = Claims(
        FAMILIES["zonotope"].theorem,
        pieces=corners * inside + flat * (2 if rank == 1 else 1),
        activation=corners * (inside + flat),
        paper=PaperClaim(half * inside, relation=AT_LEAST) if corners == 2 * half else None,
    )
    parameters = {"inputs": n, "generators": vectors, **shape_parameters(layers, height)}
    # Along any line through 0 on which gamma_Z is not 0 it is |t|: the paper's Theorem 3.9 (ii) is replaced by its Lemma D.6
    # there, since that part of the theorem could not be verified.
    on_line = 2 * inside + 2 * flat
    return HardNet.of("zonotope", network, parameters, claims, shallow_bounds(network, on_line, published=2 * inside))


def _arrangement(generators: Generators) -> Arrangement:
    return Arrangement.of([[*row, 0] for row in generators if any(row)], len(generators[0]))


def _resolve_generators(inputs: int | None, given: int | Rows | None, seed: int | None, ends: list[int]) -> Rows:
    """The generators: those given, else random ones for a seed, else those on the moment curve.

    Raises
    ------
    ConstructionError
        If they are missing, differ in length, or are all zero.
    """
    if given is None:
        raise ConstructionError("generators is missing; give their number, or a file of them")
    if isinstance(given, list):
        _check_generators(given, inputs, seed)
        return given
    if inputs is None:
        raise ConstructionError("inputs is missing; give it, or the generators themselves")
    check_size([inputs, 2 * given])
    if seed is None:
        return moment_curve(given, inputs)
    drawn = generator(seed).randint(ends[0], ends[1] + 1, size=(given, inputs))
    vectors = [[fmpq(int(entry)) for entry in row] for row in drawn]
    _check_generators(vectors, inputs, None)
    return vectors


def _check_generators(rows: Rows, inputs: int | None, seed: int | None) -> None:
    if seed is not None:
        raise ConstructionError("seed is for random generators; leave it out, or give their number")
    length = len(rows[0]) if rows and inputs is None else inputs or 0
    for number, row in enumerate(rows, 1):
        if len(row) != length or not row:
            right = f"as many as inputs, {length}" if inputs is not None else f"as many as generator 1, {max(length, 1)}"
            raise ConstructionError(f"generator {number} has {len(row)} entries; give {right}")
    if not any(map(any, rows)):
        raise ConstructionError("all generators are zero; give at least one other")
