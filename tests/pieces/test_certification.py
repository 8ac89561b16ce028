"""Counts that floats get wrong: hyperplanes that miss a vertex by 1e-20, slivers, cancellation, weights of all sizes.

Each net goes through every way that the engine has: interpreted and compiled, in floats and in integers, with one thread
and two. The expected patterns are known from how the net was made, or come from the recount by exact linear programs. The
last tests let the engine accept what it has not proved, and see it fail: so the others can fail.
"""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.kernel_text import exchange, interpret

from relupoly import Domain, Layer, Network, count_pieces
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.kernel import arithmetic
from relupoly.pieces.recount import recount
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CountedCells, Detail

NEVER = 10**9
MISSES = [Fraction(sign, 10**20) for sign in (-1, 0, 1)]
SIGNS = {-1: "below", 0: "hit", 1: "above"}


@dataclass(frozen=True)
class Way:
    """How the cells are walked."""

    kind: Any
    patience: int
    jobs: int = 1

    def walk(self, prepared):
        return Walk(prepared, kind=self.kind, patience=self.patience, jobs=self.jobs)


WAYS = {
    "interpreted floats": Way(FloatVectors, NEVER),
    "interpreted integers": Way(IntegerVectors, NEVER),
    "compiled floats": Way(FloatVectors, 0),
    "compiled late": Way(FloatVectors, 3),
    "compiled integers": Way(IntegerVectors, 0),
    "floats in two threads": Way(FloatVectors, 0, 2),
    "integers in two threads": Way(IntegerVectors, 0, 2),
}
DAILY = {2: set(WAYS), 3: {"interpreted floats", "compiled floats"}, 4: {"compiled floats"}}


@dataclass(frozen=True)
class Case:
    """A net, a domain, and the signs of the hyperplanes on its cells."""

    net: Network
    domain: Domain
    expected: set[tuple[int, ...]]


def signs_of_cells(prepared, way):
    """The signs of the first layer's hyperplanes on each cell, then those of the others that were not seen before."""
    return [tuple(np.concatenate(cell.signs).tolist()) for cell in way.walk(prepared).cells(Detail.EVERY)]


def counted(prepared, way, detail):
    """The number of cells, where cells need not be built."""
    return sum(part.count if isinstance(part, CountedCells) else 1 for part in way.walk(prepared).cells(detail))


def check(case: Case, way: Way) -> None:
    """The way finds the cells that there are, each once."""
    prepared = homogenize(case.net, case.domain)
    found = signs_of_cells(prepared, way)
    assert sorted(found) == sorted(case.expected)
    for detail in (Detail.COUNT, Detail.MERGE):
        assert counted(prepared, way, detail) == len(case.expected)


def frame(source: random.Random, n: int) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Independent forms y = A x - A v that vanish in a vertex v which no double is, with weights that doubles are."""
    matrix = [[Fraction(source.gauss(0, 1)) + (4 if i == j else 0) for j in range(n)] for i in range(n)]
    vertex = [Fraction(source.randint(1, 50), 3 * source.randint(20, 60) + 1) for _ in range(n)]
    return matrix, [-sum((a * x for a, x in zip(row, vertex, strict=True)), Fraction(0)) for row in matrix]


def expected_signs(n: int, miss: Fraction) -> set[tuple[int, ...]]:
    """The signs of y_1, ..., y_n and of sum c_i y_i - miss, with c > 0: two patterns are contradictory, or one."""
    patterns = set(itertools.product((-1, 1), repeat=n + 1))
    if miss >= 0:
        patterns.remove((*[-1] * n, 1))
    if miss <= 0:
        patterns.remove((*[1] * n, -1))
    return patterns


def domains(n: int) -> list[Domain]:
    return [Domain(), Domain.box([-10] * n, [10] * n)]


def near_vertex(source: random.Random, n: int, miss: Fraction, domain: Domain) -> Case:
    """One layer: n hyperplanes through a vertex, and one that passes it at a distance of about `miss`."""
    matrix, bias = frame(source, n)
    factors = [Fraction(source.randint(1, 9), 7) for _ in range(n)]
    last = [sum((c * row[j] for c, row in zip(factors, matrix, strict=True)), Fraction(0)) for j in range(n)]
    offset = sum((c * b for c, b in zip(factors, bias, strict=True)), Fraction(0)) - miss
    net = Network.from_rows([([*matrix, last], [*bias, offset]), ([[1] * (n + 1)], None)])
    return Case(net, domain, expected_signs(n, miss))


def cancelling(source: random.Random, n: int, miss: Fraction, domain: Domain) -> Case:
    """Two layers: the second adds up what the first has taken apart, with large weights that cancel up to `miss`."""
    matrix, bias = frame(source, n)
    large = 10**12
    rows = [[3**k * sign * entry for entry in row] for row in matrix for k, sign in ((0, 1), (0, -1), (1, 1))]
    offsets = [3**k * sign * entry for entry in bias for k, sign in ((0, 1), (0, -1), (1, 1))]
    weights: list[Fraction] = []
    for _ in range(n):
        factor = Fraction(source.randint(1, 9), 7)
        weights += [factor + large, -factor, Fraction(-large, 3)]
    net = Network.from_rows([(rows, offsets), ([weights], [-miss]), ([[1]], None)])
    return Case(net, domain, expected_signs(n, miss))


def slivers(source: random.Random, n: int, gap: Fraction, domain: Domain) -> Case:
    """Two parallel hyperplanes so close that cells between them have a volume below 1e-25, and n - 1 that cross them."""
    matrix, bias = frame(source, n)
    second = [Fraction(1, 3) * entry for entry in matrix[0]]
    net = Network.from_rows([([*matrix, second], [*bias, bias[0] / 3 - gap]), ([[1] * (n + 1)], None)])
    if gap == 0:
        return Case(net, domain, set(itertools.product((-1, 1), repeat=n)))
    impossible = (-1, 1) if gap > 0 else (1, -1)
    patterns = itertools.product((-1, 1), repeat=n + 1)
    return Case(net, domain, {signs for signs in patterns if (signs[0], signs[-1]) != impossible})


Make = Callable[[random.Random, int, Fraction, Domain], Case]
MAKERS: dict[str, Make] = {make.__name__: make for make in (near_vertex, cancelling, slivers)}


def hostile_cases(make: Make, n: int) -> list[Case]:
    """The same net with the hyperplane on either side of the vertex and on it, in full space and in a box."""
    return [
        make(random.Random(f"{make.__name__} {n} {seed}"), n, miss * scale, domain)
        for seed in range(1 if n == 4 else 2)
        for scale in (1, Fraction(1, 10**5))
        for miss in MISSES
        for domain in domains(n)
    ]


@pytest.mark.parametrize(
    ("n", "way"),
    [
        pytest.param(n, way, id=f"{n}-{name}", marks=[] if name in DAILY[n] else pytest.mark.slow)
        for n in DAILY
        for name, way in WAYS.items()
    ],
)
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_misses_that_no_double_tells(make, n, way):
    for case in hostile_cases(make, n):
        check(case, way)


@pytest.mark.parametrize("n", [2, 3, 4])
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_public_face_agrees_and_needs_exact_predicates(make, n):
    for case in hostile_cases(make, n):
        result = count_pieces(case.net, case.domain, "activation")
        assert (result.pieces, result.complete, result.certified) == (len(case.expected), True, True)
        # Where the two parallel hyperplanes are one, there is nothing to doubt.
        assert result.exact_predicates > 0 or (make is slivers and len(case.expected) == 2**n)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_expected_numbers_are_those_of_exact_linear_programs(make, n):
    for case in hostile_cases(make, n)[:6]:
        assert recount(case.net, case.domain, ("activation",)) == {"activation": len(case.expected)}


def crossing_in_the_box(source: random.Random, n: int, angle: Fraction) -> Network:
    """Hyperplanes at an angle of about 1e-25 that cross inside the box, among others; then a layer that sees their kinks."""
    matrix, bias = frame(source, n)
    rows, offsets = [list(row) for row in matrix], list(bias)
    for step in (1, 2):
        rows.append([entry + step * angle * Fraction(source.randint(-9, 9), 10) for entry in matrix[0]])
        offsets.append(bias[0] + step * angle * Fraction(source.randint(-9, 9), 30))
    deeper = [[Fraction(source.gauss(0, 1)) for _ in rows] for _ in range(2)]
    return Network.from_rows([(rows, offsets), (deeper, [Fraction(1, 3), angle]), ([[1, 1]], None)])


@pytest.mark.parametrize("n", [2, *(pytest.param(n, marks=pytest.mark.slow) for n in (3, 4))])
def test_hyperplanes_nearly_parallel(n):
    for seed in range(2):
        net = crossing_in_the_box(random.Random(seed), n, Fraction(1, 10**25))
        for domain in (Domain(), Domain.box([-1] * n, [1] * n)):
            assert_all_ways_count(net, domain)


def assert_all_ways_count(net: Network, domain: Domain) -> None:
    """Every way, with cells built and without, finds what the recount finds."""
    expected = recount(net, domain, ("activation", "open"))
    prepared = homogenize(net, domain)
    for name, way in WAYS.items():
        assert {detail: counted(prepared, way, detail) for detail in Detail} == dict.fromkeys(Detail, expected["activation"]), (
            name
        )
    for jobs in (1, 2):
        result = count_pieces(net, domain, "open", jobs=jobs)
        assert (result.pieces, result.cells, result.certified) == (expected["open"], expected["activation"], True)


@pytest.mark.parametrize("n", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("entry", ["scattered", "nearly_short"])
def test_weights_of_all_sizes(entry, n):
    source = random.Random(f"{entry} {n}")
    for _ in range(4):
        widths = [source.randint(2, 4) for _ in range(source.randint(1, 2))]
        assert_all_ways_count(hostile_net(source, ENTRIES[entry], n, widths), random_domain(source, n))


def test_far_below_the_smallest_double():
    """Misses by 1e-400 underflow, weights of 1e400 overflow; neither does here."""
    for exponent in (400, -400):
        source = random.Random(exponent)
        case = near_vertex(source, 2, Fraction(10) ** exponent if exponent < 0 else Fraction(0), Domain())
        first, last = case.net.layers
        large = fmpq(10**400)
        scaled = Network((Layer(first.weight * large, first.bias * large), last))
        for net in (case.net, scaled):
            for way in WAYS.values():
                check(Case(net, Domain(), case.expected), way)


class TestTheseTestsCanFail:
    """An engine that takes a sign for proved when it is not, miscounts these nets."""

    FLOATS = Way(FloatVectors, 0)

    @staticmethod
    def failures(make, n, way):
        """How many of the nets come out wrong."""
        wrong = 0
        for case in hostile_cases(make, n):
            try:
                check(case, way)
            except AssertionError:
                wrong += 1
        return wrong

    @pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
    def test_in_the_interpreted_walk(self, monkeypatch, make):
        way = WAYS["interpreted floats"]
        assert self.failures(make, 2, way) == 0
        monkeypatch.setattr(FloatVectors, "signs", lambda self: np.sign(self.value).astype(np.int8))
        assert self.failures(make, 2, way) > 0

    @np.errstate(over="ignore")
    @pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
    def test_in_the_text_of_the_kernel(self, monkeypatch, make):
        interpret(monkeypatch, kernel)
        assert self.failures(make, 2, self.FLOATS) == 0
        product = arithmetic.product_at

        def without_bound(*arguments):
            return product(*arguments)[0], 0.0

        exchange(monkeypatch, kernel, "product_at", without_bound)
        exchange(monkeypatch, kernel, "certain_sign", lambda value, error: np.int8(np.sign(value)))
        assert self.failures(make, 2, self.FLOATS) > 0
