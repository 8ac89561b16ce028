"""The walk on nets made to defeat floats: floats, integers and linear programs agree, and every cell is what it says."""

import random
from fractions import Fraction

import pytest
from flint import fmpq
from oracles.hostile import ENTRIES, gaussian, hostile_net, long_integer, random_domain

from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict
from relupoly.networks.evaluation import preactivations
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount import recount
from relupoly.pieces.walk.certify import exact_ray
from relupoly.pieces.walk.driver import Walk
from relupoly.run import Run


@pytest.fixture(autouse=True)
def interpreted(monkeypatch):
    """The interpreted walk alone: the compiled one has tests of its own."""
    monkeypatch.setattr(Walk, "_impatient", lambda self: False)


def patterns(prepared, kind, every_wall=False):
    """The signs of all neurons on all cells, which are different from each other."""
    found = [cell.neuron_signs().tobytes() for cell in Walk(prepared, every_wall, kind=kind)]
    assert len(set(found)) == len(found)
    return set(found)


def check_arithmetics(net, domain):
    """Floats and integers find the same cells, whether walls are all kept or not. Their number."""
    prepared = homogenize(net, domain)
    cells = patterns(prepared, FloatVectors)
    assert cells == patterns(prepared, IntegerVectors, every_wall=True)
    return len(cells)


def net(*layers):
    return Network.from_rows(layers)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(12))
def test_floats_and_integers_agree_with_linear_programs(entry, seed):
    source = random.Random(f"{entry} {seed}")
    widths = [source.randint(1, 4) for _ in range(source.randint(1, 3))]
    hostile = hostile_net(source, ENTRIES[entry], source.randint(1, 3), widths, source.randint(1, 2))
    domain = random_domain(source, hostile.input_dim)
    cells = check_arithmetics(hostile, domain)
    if cells <= 40 and sum(widths) <= 8:
        assert count_pieces(hostile, domain, notion="all").counts == recount(hostile, domain, notions=NOTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(40))
def test_floats_and_integers_agree_often(entry, seed):
    source = random.Random(f"{entry} {seed} often")
    deep = seed % 4 == 0
    widths = [source.randint(1, 3 if deep else 5) for _ in range(12 if deep else source.randint(1, 4))]
    hostile = hostile_net(source, ENTRIES[entry], source.randint(1, 5), widths, source.randint(1, 2))
    domain = random_domain(source, hostile.input_dim)
    cells = check_arithmetics(hostile, domain)
    if cells <= 60 and sum(widths) <= 10:
        assert count_pieces(hostile, domain, notion="all").counts == recount(hostile, domain, notions=NOTIONS)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("kind", [FloatVectors, IntegerVectors])
def test_every_cell_is_what_it_says(entry, kind):
    """At an inner point, evaluation finds the cell's signs and its output."""
    source = random.Random(f"{entry} inner")
    for _ in range(6):
        hostile = hostile_net(source, ENTRIES[entry], source.randint(1, 3), [3, 3], 2)
        domain = random_domain(source, hostile.input_dim)
        prepared = homogenize(hostile, domain)
        for cell in Walk(prepared, kind=kind):
            point = inner_point(cell)
            if len(point) < hostile.input_dim and not (domain.subspace and domain.subspace.dimension == len(point)):
                continue
            *hidden, output = preactivations(restrict(hostile, domain.subspace) if domain.subspace else hostile, point)
            signs = [(entry > 0) - (entry < 0) for layer in hidden for entry in layer.entries()]
            assert cell.neuron_signs().tolist() == signs
            forms = cell.output.forms.tolist()
            values = [sum((fmpq(a) * x for a, x in zip(form, [*point, fmpq(1)], strict=True)), fmpq(0)) for form in forms]
            assert [value / values[-1] for value in values[:-1]] == output.entries()


def inner_point(cell):
    """The sum of the primitive rays, at t = 1."""
    rays = [exact_ray(cell.cone, index, cell.output) for index in range(len(cell.cone.rays))]
    total = [sum(column) for column in zip(*rays, strict=True)]
    return [fmpq(int(entry), int(total[-1])) for entry in total[:-1]]


@pytest.mark.parametrize("inputs", range(1, 6))
def test_gaussian_doubles(inputs):
    source = random.Random(inputs)
    hostile = hostile_net(source, gaussian, inputs, [inputs + 3, 4] if inputs < 4 else [inputs + 1, 2])
    slab = [[gaussian(source) for _ in range(inputs)]]
    slab.append([-entry for entry in slab[0]])
    half_space, cone = slab[:1], [[-int(i == j) for j in range(inputs)] for i in range(inputs)]
    for rows, bounds in ((slab, [1, 1]), (half_space, ["0.3"]), (cone, [0] * inputs)):
        check_arithmetics(hostile, Domain(Polyhedron.from_inequalities(rows, bounds)))
    plane = AffineSubspace.through([[gaussian(source) for _ in range(inputs)] for _ in range(min(inputs, 2) + 1)])
    check_arithmetics(hostile, Domain())
    check_arithmetics(hostile, Domain(subspace=plane))
    check_arithmetics(hostile, Domain.box([-1] * plane.dimension, [1] * plane.dimension).inside(plane))


@pytest.mark.parametrize("seed", range(6))
def test_entries_that_outgrow_words(seed):
    source = random.Random(seed)
    hostile = hostile_net(source, long_integer, 2, [3, 3, 3, 2], 1)
    prepared = homogenize(hostile, Domain())
    walk = Walk(prepared)
    assert walk.kind is IntegerVectors
    cells = sum(1 for _ in walk)
    assert cells == len(patterns(prepared, FloatVectors)) == recount(hostile, notions=("activation",))["activation"]
    assert walk.exact_predicates > 0


@pytest.mark.parametrize("miss", ["0", "1e-20", "-1e-20", "1e-300", "-1e-300", "1e-5000"])
def test_a_line_that_misses_a_vertex(miss):
    """Three lines through a point have 6 cells; moved ever so little they have 7."""
    lines = net(([[1, 0], [0, 1], [1, 1]], ["1/3", "1/7", Fraction(1, 3) + Fraction(1, 7)]), ([[1, 1, 1]], None))
    moved = net(([[1, 0], [0, 1], ["1", "1"]], ["1/3", "1/7", Fraction(10, 21) + Fraction(miss)]), ([[1, 1, 1]], None))
    assert count_pieces(lines, notion="activation").pieces == 6
    assert check_arithmetics(moved, Domain()) == (6 if miss == "0" else 7)


@pytest.mark.parametrize("power", [10, 20, 60, 200])
def test_slivers(power):
    """Hyperplanes x = i 10^-power between 0 and 1, in R^3: cells of volume 10^-power."""
    thin = Fraction(1, 10**power)
    rows = [[1, 0, 0], [1, 0, 0], [1, thin, 0], [0, 1, 0], [0, 0, 1]]
    sliver = net((rows, [0, -thin, -3 * thin, "-1/3", "1/7"]), ([[1, 1, 1, 1, 1]], None))
    for domain in (Domain(), Domain.box([-1] * 3, [1] * 3)):
        assert check_arithmetics(sliver, domain) == recount(sliver, domain, notions=("activation",))["activation"]


@pytest.mark.parametrize("power", [5, 17, 30, 150])
def test_nearly_parallel_hyperplanes(power):
    """k lines through 0 turned by 10^-power have 2k cells, and one more line in general position meets all of them."""
    turn = Fraction(1, 10**power)
    rows = [[3, 7 + k * turn] for k in range(5)]
    assert check_arithmetics(net((rows, [0] * 5), ([[1] * 5], None)), Domain()) == 10
    assert check_arithmetics(net(([*rows, [1, 2]], [0] * 5 + [-1]), ([[1] * 6], None)), Domain()) == 16


@pytest.mark.parametrize("factor", [Fraction(1, 10**40), Fraction(1, 3), Fraction(10**40)])
def test_deep_nets_that_grow_or_shrink(factor):
    """12 tents folded into each other, each layer scaled: 2^12 pieces on [0, 1] would take long, 6 tents have 64."""
    first = ([[factor], [factor]], [0, -factor / 2])
    fold = ([[2, -4], [2, -4]], [0, -factor / 2])
    scaled = [
        ([[entry * factor for entry in row] for row in fold[0]], [bias * factor**k for bias in fold[1]]) for k in range(1, 6)
    ]
    tents = net(first, *scaled, ([[2, -4]], None))
    assert check_arithmetics(tents, Domain.box([0], [1])) == 64
    assert count_pieces(tents, Domain.box([0], [1])).pieces == 64


def test_doubt_that_every_layer_multiplies():
    """Neurons equal to 20 digits, then their difference times 2^190 in each of ten layers: bounds overflow unless scaled."""
    third, near = Fraction(1, 3), Fraction(1, 3) - Fraction(1, 10**20)
    layers = [([[third], [near]], None), ([[1, -1]], None), *[([[2**190]], None)] * 10, ([[1]], None)]
    assert count_pieces(net(*layers)).counts == {"open": 2, "activation": 2}


def test_each_step_asks_whether_to_stop():
    ticks = []
    cells = sum(
        1
        for _ in Walk(
            homogenize(net(([[1], [1], [1]], [0, 1, 2]), ([[1, 1, 1]], None)), Domain()),
            run=Run().also(lambda: ticks.append(1)),
        )
    )
    assert cells == 4 < len(ticks)
