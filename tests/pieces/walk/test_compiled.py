"""The compiled walk against the interpreted one, which is the same algorithm in another text, and against integers."""

import itertools
import math
import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.arrangements import FAMILIES, net_of
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.strategies import nets_on_domains
from oracles.walks import pieces

from relupoly import AffineSubspace, Domain, Network, Polyhedron, compose, count_pieces
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.jit import code_cache
from relupoly.jit import kernel as compilation
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk import compiled, driver, tables
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail
from relupoly.run import Run

NEVER = 10**9


def random_net(inputs, widths, seed, outputs=1):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, outputs]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


def patterns(prepared, **options):
    options.setdefault("patience", NEVER)
    return sorted(cell.neuron_signs().tobytes() for cell in Walk(prepared, **options))


def domains(inputs):
    half_space = Polyhedron.from_inequalities([[1, *[0] * (inputs - 1)]], ["1/3"])
    slab = Polyhedron.from_inequalities([[1] * inputs, [-1] * inputs], [1, "1/2"])
    return [Domain(), Domain.box([-2] * inputs, ["3/2"] * inputs), Domain(half_space), Domain(slab)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("inputs", "widths"), [(1, [6, 6]), (2, [9]), (2, [5, 4, 6]), (3, [6, 5]), (4, [5, 5]), (5, [7])])
def test_the_same_cells_and_pieces(inputs, widths, seed):
    net = random_net(inputs, widths, seed, outputs=1 + seed % 2)
    for domain in domains(inputs):
        prepared = homogenize(net, domain)
        expected = patterns(prepared, kind=IntegerVectors)
        assert patterns(prepared, kind=FloatVectors, patience=0) == expected
        assert pieces(prepared, 0) == pieces(prepared, NEVER, IntegerVectors)


def with_shared_hyperplanes(inputs, widths, seed):
    """A random net whose neurons are, half of them, multiples of others, with either sign."""
    source = np.random.default_rng(seed)
    layers = []
    for before, after in itertools.pairwise([inputs, *widths, 1]):
        rows = source.normal(size=(after, before + 1))
        for row in range(1, after):
            if source.random() < 0.5:
                rows[row] = source.choice([-2, -1, -0.5, 0.5, 1, 4]) * rows[source.integers(row)]
        layers.append((rows[:, :-1], rows[:, -1]))
    return Network.from_rows(layers)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("inputs", "widths"), [(1, [7, 6]), (2, [8]), (2, [6, 5, 5]), (3, [6, 6])])
def test_neurons_that_share_hyperplanes(inputs, widths, seed):
    prepared = homogenize(with_shared_hyperplanes(inputs, widths, seed), Domain())
    expected = pieces(prepared, NEVER)
    assert pieces(prepared, 0) == pieces(prepared, 0, jobs=2) == expected


def absolute_values(inputs, count):
    """The sum of the absolute values of some forms with small integer coefficients."""
    rows = [[(i + 1) ** j for j in range(inputs)] for i in range(count)]
    both = [[side * entry for entry in row] for row in rows for side in (1, -1)]
    return Network.from_rows([(both, None), ([[1] * len(both)], None)])


def sawtooth(teeth, depth):
    """A piecewise linear function of one variable with teeth^depth pieces on [0, 1]."""
    jumps = [teeth if j == 0 else 2 * teeth * (-1) ** j for j in range(teeth)]
    tooth = Network.from_rows([([[1]] * teeth, [f"-{j}/{teeth}" for j in range(teeth)]), ([jumps], None)])
    net = tooth
    for _ in range(depth - 1):
        net = compose(tooth, net)
    return net


def test_cells_of_nets_with_absolute_values_are_plain():
    """The sum of |h_i| for generic h_i changes across each h_i: no cell needs a closer look."""
    rows = np.random.default_rng(3).normal(size=(6, 3))
    both = np.concatenate([rows, -rows])
    net = Network.from_rows([(both[:, :-1], both[:, -1]), ([[1] * 12], None)])
    parts = list(Walk(homogenize(net, Domain()), patience=0).cells(Detail.MERGE))
    assert not any(isinstance(part, Cell) for part in parts)
    assert sum(part.count for part in parts) == 1 + 6 + math.comb(6, 2)


@pytest.mark.parametrize("last", list(itertools.product([-1, 0, 1], repeat=3)))
@pytest.mark.parametrize("kind", [FloatVectors, IntegerVectors])
def test_facets_that_several_hyperplanes_support(kind, last):
    """|x| vanishes where x does, without a change of sign: whether relu(|x|), relu(x), relu(-x) bend depends on all of them."""
    second = [[1, 1], [1, -1], [-1, 1]]
    net = Network.from_rows([([[1, 0], [-1, 0]], None), (second, None), ([last], None)])
    shifted = Network.from_rows([([[1, 2], [0, 1]], ["1/3", 0]), ([[1, 0], [0, 1]], None)])
    slopes = {last[0] + last[1], -last[0] - last[2]}
    for network in (net, compose(net, shifted)):
        prepared = homogenize(network, Domain())
        cells, count = pieces(prepared, 0, kind)
        assert (cells, count) == pieces(prepared, NEVER, kind)
    assert pieces(homogenize(net, Domain()), 0, kind) == (2, len(slopes))


@pytest.mark.parametrize("net", [sawtooth(4, 3), compose(sawtooth(3, 2), absolute_values(3, 5))], ids=["sawtooth", "zonotope"])
def test_cells_of_folded_nets_are_plain(net):
    """Teeth meet where the layer before folds, on a facet that hyperplanes of two layers support; there the slope changes."""
    prepared = homogenize(net, Domain())
    parts = list(Walk(prepared, patience=0).cells(Detail.MERGE))
    closely = sum(isinstance(part, Cell) for part in parts)
    assert closely <= sum(1 if isinstance(part, Cell) else part.count for part in parts) / 20
    assert pieces(prepared, 0) == pieces(prepared, NEVER, IntegerVectors)


def test_layer_maps_are_kept_up_to_date():
    """The kernel's forms, sums to which terms are added and taken away, are the exact ones within their bounds."""
    prepared = homogenize(random_net(2, [12, 9, 4], 5), Domain())
    machine = compiled.CompiledWalk(prepared, FloatVectors)
    seen = kept = 0
    for node in Walk(prepared, patience=NEVER).roots():
        for _ in machine.below(node, Detail.EVERY, lambda: 1):
            kept += machine._stack.terms[1] > prepared.widths[0] + 1
            for layer in (1, 2):
                forms, exact = machine._forms(layer), machine._layer_map(layer).forms
                constant = fmpq(*float(forms.value[-1, -1]).as_integer_ratio()) / exact[prepared.widths[layer], 2]
                for row in range(prepared.widths[layer]):
                    for column in range(3):
                        found = fmpq(*float(forms.value[row, column]).as_integer_ratio())
                        bound = fmpq(*float(forms.error[row, column]).as_integer_ratio())
                        assert abs(found / constant - exact[row, column]) <= 4 * bound / constant
            seen += 1
    assert seen > 100
    assert kept > 0


def test_rises_are_kept_up_to_date():
    """By how much preactivations rise across hyperplanes two layers before: sums over active neurons, within their bounds."""
    prepared = homogenize(random_net(2, [16, 16, 5], 5), Domain())
    machine = compiled.CompiledWalk(prepared, FloatVectors)
    stack, program, (_, first, second) = machine._stack, machine.program, prepared.floats
    unit, kept = 3 * 16 * 2**-50, 0
    for node in itertools.islice(Walk(prepared, patience=NEVER).roots(), 2):
        for _ in itertools.islice(machine.below(node, Detail.MERGE, lambda: 1), 400):
            active = stack.summed[program.row_at[1] : program.row_at[1] + 16]
            for plane in np.flatnonzero(stack.risen[:16, 0] == stack.flips[2, kernel.FLIPS]):
                kept += stack.risen[plane, 1] > 0
                column = first.value[:, prepared.hyperplanes[0].first[plane]][:16]
                exact = np.where(active, second.value[:, :16] * column, 0).astype(np.longdouble).sum(axis=1)
                found = stack.rise[plane * 6 :][:6]
                assert (np.abs(found - exact) <= unit * (np.abs(second.value[:, :16]) @ np.abs(column))).all()
    assert kept > 50


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("inputs", "widths"), [(2, [16, 16, 8]), (2, [12, 12, 12, 6]), (1, [12, 12, 12, 12, 12])])
def test_deep_wide_nets(inputs, widths, seed):
    """Layer maps pass from one cell to the next where neurons of one layer, or of two, have changed sides."""
    nets = [random_net(inputs, widths, seed), with_shared_hyperplanes(inputs, widths, seed)]
    source = np.random.default_rng(seed)
    nets.append(
        Network.from_rows(
            [
                (source.integers(-2, 3, size=(b, a)), source.integers(-2, 3, size=b))
                for a, b in itertools.pairwise([inputs, *widths, 1])
            ]
        )
    )
    for net in nets:
        prepared = homogenize(net, Domain.box([-2] * inputs, [2] * inputs))
        expected = pieces(prepared, NEVER)
        assert pieces(prepared, 0) == pieces(prepared, 40, jobs=2) == expected


def far_from_the_origin(net, distance):
    """The net shifted away, and its box: there error bounds are large, and rays are computed afresh all the time."""
    n = net.input_dim
    shift = Network.from_rows([([[int(i == j) for j in range(n)] for i in range(n)], [-distance] * n)])
    return homogenize(compose(net, shift), Domain.box([distance - 3] * n, [distance + 3] * n))


DEEP = random_net(4, [6, 6, 6, 6], 11)


@cache
def pieces_of_the_deep_net():
    return pieces(homogenize(DEEP, Domain.box([-3] * 4, [3] * 4)), NEVER)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("patience", [0, 60, 900])
def test_handing_over_in_the_middle_of_a_deep_net(patience, jobs):
    assert pieces(far_from_the_origin(DEEP, 10**6), patience, jobs=jobs) == pieces_of_the_deep_net()


def test_a_late_node_brings_the_forms_of_all_its_layers():
    """Rays are computed afresh from walls of all layers, which the compiled walk has not always entered itself."""
    prepared = homogenize(random_net(3, [6, 7, 7], 1), Domain())
    interpreted = Walk(prepared, kind=FloatVectors, patience=NEVER)
    waiting = [next(interpreted.roots())]
    while waiting[-1].stage.layer_map.layer < 2:
        assert not list(interpreted.steps.take(waiting))
    machine = compiled.CompiledWalk(prepared, FloatVectors)
    assert sum(1 for _ in machine.below(waiting[0], Detail.COUNT, None)) > 0
    late = waiting[-1]
    machine._load(late)
    for layer, stage in enumerate(late.stage.stages):
        start = machine._stack.form_at[layer]
        part = slice(start, start + stage.forms.value.size)
        assert (machine._stack.form[part] == stage.forms.value.ravel()).all()
        assert (machine._stack.form_error[part] == stage.forms.error.ravel()).all()
        assert machine._layer_map(layer) is stage.layer_map
    assert [signs.tolist() for signs in machine._finished(2)] == [signs.tolist() for signs in late.stage.earlier]


def test_whole_numbers():
    """Nets with short integers stay in whole numbers, which doubles hold exactly: no sign is left open."""
    for family, size, regions in [("typeB", 4, 384), ("resonance", 4, 370), ("catalan", 4, 336), ("all_pm1", 3, 96)]:
        walk = Walk(homogenize(net_of(FAMILIES[family](size)), Domain()), patience=0)
        assert walk.kind is IntegerVectors
        assert sum(1 for _ in walk) == regions
        assert walk.exact_predicates == 0


@settings(max_examples=60)
@given(nets_on_domains(neurons=10, width=5), st.integers(0, 12))
def test_whole_numbers_meet_ties(case, patience):
    prepared = homogenize(*case)
    assert patterns(prepared, kind=IntegerVectors, patience=patience) == patterns(prepared, kind=IntegerVectors)
    assert pieces(prepared, patience, IntegerVectors) == pieces(prepared, NEVER, IntegerVectors)


def test_whole_numbers_that_outgrow_doubles():
    source = random.Random(5)
    for _ in range(10):
        net = hostile_net(source, ENTRIES["long_integer"], 3, [4, 4, 4])
        prepared = homogenize(net, Domain())
        assert patterns(prepared, kind=IntegerVectors, patience=0) == patterns(prepared, kind=IntegerVectors)


def test_no_essential_input():
    """A first layer of zeros leaves one cell of dimension 0, on which a preactivation may still have to be decided exactly."""
    net = Network.from_rows([([[0], [0]], ["1/3", "1/7"]), ([[3, -7]], [0]), ([[1]], [0])])
    assert pieces(homogenize(net, Domain()), 0) == (1, 1)


def test_on_a_subspace():
    net = random_net(6, [8, 6], 1)
    plane = Domain(subspace=AffineSubspace.through(np.random.default_rng(2).normal(size=(3, 6)).tolist()))
    prepared = homogenize(net, plane)
    assert patterns(prepared, kind=FloatVectors, patience=0) == patterns(prepared, kind=IntegerVectors)


@settings(max_examples=60)
@given(nets_on_domains(neurons=10, width=5), st.integers(0, 12))
def test_ties_everywhere(case, patience):
    prepared = homogenize(*case)
    assert patterns(prepared, kind=FloatVectors, patience=patience) == patterns(prepared, kind=IntegerVectors)
    assert pieces(prepared, patience) == pieces(prepared, NEVER, IntegerVectors)


@pytest.mark.parametrize(("family", "size", "regions"), [("typeB", 4, 384), ("resonance", 4, 370), ("catalan", 4, 336)])
def test_arrangements_with_many_coincidences(family, size, regions):
    assert pieces(homogenize(net_of(FAMILIES[family](size)), Domain()), 0) == (regions, regions)


def test_a_cell_with_more_walls_than_bits():
    """A polygon with 70 sides is left to the interpreted walk, and with its halves the compiled one goes on."""
    sides = [(round(1000 * math.cos(math.tau * i / 70)), round(1000 * math.sin(math.tau * i / 70))) for i in range(70)]
    polygon = Domain(Polyhedron.from_inequalities(sides, [1000] * 70))
    prepared = homogenize(random_net(2, [8, 6], 3), polygon)
    assert patterns(prepared, kind=FloatVectors, patience=0) == patterns(prepared, kind=IntegerVectors)


def test_a_cell_that_comes_to_have_more_walls_than_bits():
    """Lines around a polygon cut the plane; the cell in the middle has a wall on each of them."""
    net = net_of(
        [[round(1000 * math.cos(math.tau * i / 71)), round(1000 * math.sin(math.tau * i / 71)), 997] for i in range(71)]
    )
    box = Domain.box(["-1.05", "-1.05"], ["1.05", "1.05"])
    prepared = homogenize(net, box)
    found = pieces(prepared, 0)
    assert found == pieces(prepared, NEVER, IntegerVectors)
    assert max(len(cell.cone.walls) for cell in Walk(prepared, kind=IntegerVectors)) > 64


def test_small_room_grows(monkeypatch):
    monkeypatch.setattr(tables, "_ROOM", 2)
    prepared = homogenize(random_net(3, [8, 7], 5), Domain())
    assert pieces(prepared, 0) == pieces(prepared, NEVER, IntegerVectors)


def test_a_limit_is_exact_in_the_compiled_walk(monkeypatch):
    monkeypatch.setattr(driver, "_PATIENCE", 0)
    driver.compile_ahead()
    net = random_net(2, [9, 9], 6)
    cells = count_pieces(net).cells
    assert count_pieces(net, limit=cells).complete
    partial = count_pieces(net, limit=cells - 1)
    assert (partial.cells, partial.complete, partial.stopped) == (cells - 1, False, "limit")


def test_where_compiled_code_is_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compilation, "_in_memory", set())
    assert not driver.is_compiled()
    stem = code_cache.stem(Path(kernel.__file__).with_name("loop.py"), "walk")
    (tmp_path / f"{stem.replace('-', '-0')}-1.o").touch()
    assert not driver.is_compiled()
    (tmp_path / f"{stem}-1.o").touch()
    assert driver.is_compiled()


class Compiler:
    """An engine that is ready after it was asked so often."""

    is_impossible = is_compiled = False

    def __init__(self, often):
        self.often = often

    def ready(self, run, begin=True):
        if begin:
            run.notice("compiling")
            self.often -= 1
        return self.often < 0


@pytest.mark.parametrize("often", [0, 1, 50, NEVER])
def test_the_walk_goes_on_while_it_is_compiled(monkeypatch, often):
    net = random_net(2, [9, 9], 6)
    cells = count_pieces(net).cells
    driver.compile_ahead()
    for name in ("_PATIENCE", "_LONG_PATIENCE"):
        monkeypatch.setattr(driver, name, -1)
    monkeypatch.setattr(driver, "ENGINE", Compiler(often))
    begun, said = [], []
    original = Walk._compiled
    monkeypatch.setattr(Walk, "_compiled", lambda self, *rest: begun.append(len(said)) or original(self, *rest))
    assert count_pieces(net, run=Run(notice=said.append)).cells == cells
    assert begun == ([] if often == NEVER else [often + 1])


@pytest.mark.parametrize("name", ENTRIES)
def test_nets_made_to_defeat_floats(name):
    source = random.Random(name)
    for _ in range(25):
        inputs, widths = source.randint(1, 4), [source.randint(1, 5) for _ in range(source.randint(1, 3))]
        net = hostile_net(source, ENTRIES[name], inputs, widths, source.randint(1, 2))
        prepared = homogenize(net, random_domain(source, inputs))
        expected = patterns(prepared, kind=IntegerVectors)
        assert patterns(prepared, kind=FloatVectors, patience=0) == expected
        assert patterns(prepared, kind=IntegerVectors, patience=0) == expected
        assert pieces(prepared, 0) == pieces(prepared, 0, IntegerVectors) == pieces(prepared, NEVER, IntegerVectors)
