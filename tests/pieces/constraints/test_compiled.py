"""The compiled walk over constraints: against the interpreted one, cell by cell, and what it leaves to exact arithmetic."""

import random
from fractions import Fraction

import numpy as np
import pytest
from oracles.hostile import ENTRIES, extreme, hostile_net

from relupoly import Domain, Network
from relupoly.exact.floats import FloatVectors
from relupoly.geometry.box_simplex import BoxDictionary
from relupoly.pieces.constraints import compiled, kernel, tables
from relupoly.pieces.constraints.kernel import dictionaries, simplex
from relupoly.pieces.constraints.node import ConstrainedNode
from relupoly.pieces.constraints.steps import ConstraintSteps
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.node import CountedCells, Detail


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """Constraints hold cells in boxes of every dimension."""
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


def prepared(entry, seed, inputs=3, widths=(5, 4)):
    """A net in a box, whose cells are held by constraints."""
    net = homogenize(
        hostile_net(random.Random(seed), entry, inputs, list(widths)), Domain.box([-1] * inputs, [1] * inputs), True
    )
    assert net.bounds is not None
    return net


def interpreted(net):
    """All cells, by the interpreted steps."""
    steps, found = ConstraintSteps(net), []
    waiting = list(steps.roots())
    while waiting:
        found += steps.take(waiting)
    return found


def below(net, detail, rest=lambda: False, steps=None):
    """What the compiled walk gives out, and the walk itself."""
    walk = compiled.CompiledConstraints(net)
    [root] = ConstraintSteps(net).roots()
    return list(walk.below(root, detail, steps, rest=rest)), walk


def key(cell):
    return b"".join(signs.tobytes() for signs in cell.signs)


@pytest.mark.parametrize("entry", [*ENTRIES.values(), extreme])
@pytest.mark.parametrize("seed", range(6))
def test_the_same_cells_with_witnesses_and_facets(entry, seed):
    net = prepared(entry, seed)
    found, _ = below(net, Detail.EVERY)
    expected = {key(cell): cell for cell in interpreted(net)}
    assert sorted(map(key, found)) == sorted(expected)
    for cell in found:
        ray, layer_map = cell.polytope.witness.ray, cell.stages[-1].layer_map
        for label, side in zip(cell.polytope.labels.tolist(), cell.polytope.sides.tolist(), strict=True):
            assert side * sum(one * other for one, other in zip(layer_map.form(label), ray, strict=True)) > 0
        other = expected[key(cell)]
        facets, same = ({tuple(group.tolist()) for group in one.crossings()} for one in (cell, other))
        assert facets == same


@pytest.mark.parametrize("entry", list(ENTRIES.values()))
@pytest.mark.parametrize("detail", [Detail.COUNT, Detail.MERGE, Detail.FINGERPRINT, Detail.MERGE | Detail.FINGERPRINT])
def test_no_cell_is_counted_twice_or_lost(entry, detail):
    for seed in range(4):
        net = prepared(entry, seed, widths=(4, 4, 3))
        found, _ = below(net, detail)
        number = sum(part.count if isinstance(part, CountedCells) else 1 for part in found)
        assert number == len(interpreted(net))


def test_nodes_that_are_left_are_given_out_and_can_be_taken_up():
    net = prepared(ENTRIES["gaussian"], 3, inputs=5, widths=(8, 6))
    whole, _ = below(net, Detail.COUNT)
    found, walk = below(net, Detail.COUNT, rest=lambda: True, steps=lambda: 40)
    nodes = [part for part in found if isinstance(part, ConstrainedNode)]
    assert nodes
    number = sum(part.count for part in found if isinstance(part, CountedCells))
    for node in nodes:
        assert node.cell.rows.value.shape == (len(node.cell.labels), net.dimension)
        number += sum(part.count for part in walk.below(node, Detail.COUNT, None))
    assert number == sum(part.count for part in whole)


def test_witnesses_that_nobody_needs_any_more_are_forgotten():
    net = prepared(ENTRIES["nearly_short"], 3, inputs=5, widths=(8, 7))
    found, walk = below(net, Detail.COUNT)
    assert walk._number > 2 * len(walk._cuts.node)
    assert len(walk._witnesses) <= 2 * len(walk._cuts.node) + 1
    assert sum(part.count for part in found) == len(interpreted(net))


def test_tables_grow(monkeypatch):
    net = prepared(ENTRIES["gaussian"], 5, inputs=6, widths=(12, 10))
    whole, _ = below(net, Detail.COUNT)
    monkeypatch.setattr(tables, "_ROOM", 20)
    monkeypatch.setattr(tables, "_ROWS", 2)
    found, walk = below(net, Detail.COUNT)
    assert len(walk._cuts.row) > 2
    assert sum(part.count for part in found) == sum(part.count for part in whole)


def test_forms_that_doubles_have_lost_are_written_anew():
    # Beside 2^1000, a row of size 1 has no digits left in doubles that are scaled by layer; but it is a hyperplane.
    huge = Fraction(2) ** 80
    layers = [([[1, 0], [1, 1]], [0, 0]), ([[huge, -huge], [1, 1]], [Fraction(1, 3), -1]), ([[1, 1]], [0])]
    net = homogenize(Network.from_rows(layers), Domain.box([-1, -1], [1, 1]), True)
    found, _ = below(net, Detail.EVERY)
    assert sorted(map(key, found)) == sorted(map(key, interpreted(net)))


@pytest.mark.parametrize("lost", [0, -1100])
def test_what_is_next_to_nothing_is_no_exact_zero(lost):
    """An entry that underflows has an error bound when a form is written anew: it would pass for an exact 0."""
    tiny = Fraction(2) ** lost
    net = homogenize(Network.from_rows([([[tiny, 1], [1, 1]], [0, 1]), ([[1, 1]], [0])]), Domain.box([-1, -1], [1, 1]), True)
    walk = compiled.CompiledConstraints(net)
    [root] = ConstraintSteps(net).roots()
    assert walk._load(root)
    label = net.first_label[0]
    walk._write_form(label)
    form, exact = walk._form(label), walk._layer_map(0).form(label)
    assert all(entry == 0 or form.value[0, place] or form.error[0, place] for place, entry in enumerate(exact))


@pytest.mark.parametrize("size", [1, 3, 20])
@pytest.mark.parametrize("renewed_after", [0, 60])
def test_programs_take_the_steps_of_the_interpreted_method(monkeypatch, size, renewed_after):
    source = np.random.default_rng(size)
    rows, forms = source.normal(size=(8, size + 1)), source.normal(size=(12, size + 1))
    rows[:, -1], forms[:, -1] = np.abs(rows[:, -1]), np.abs(forms[:, -1]) * size**0.5
    net = homogenize(
        Network.from_rows([(np.eye(size), [0] * size), ([[1] * size], [0])]), Domain.box([-1] * size, [1] * size), True
    )
    cuts = tables.empty_cuts(net, tables.Rooms(tables.Rooms.of(net).stack, 12))
    cuts.lower[:], cuts.upper[:], cuts.low[:size], cuts.high[:size] = -1, 1, -1, 1
    dictionary = BoxDictionary(-np.ones(size), np.ones(size))
    for number, form in enumerate(forms):
        count = min(number + 1, len(rows))
        if number < len(rows):
            dictionary.add(rows[number])
            cuts.row[number] = rows[number]
            dictionaries.lay_row(cuts, number, number + 1, 1)
        if renewed_after == 0:
            cuts.exchanges[count] = 61
            dictionary._renew()
        dictionaries.make_ready(cuts, count)
        scale = np.abs(form).max()
        cuts.form[:], cuts.inside[:] = form / scale, 0
        cuts.inside[size : size + count] = dictionary.rows[:, -1]
        dictionaries.express(cuts, count)
        is_found = bool(simplex.least(cuts, count))
        expected = dictionary.least(form, np.zeros(size))
        assert is_found == (expected.point is not None)
        if is_found:
            assert form[:-1] @ cuts.value[:size] + form[-1] < 0
            assert (rows[:count, :-1] @ cuts.value[:size] + rows[:count, -1] > -1e-9).all()
    assert (kernel.MISSES, kernel.CUTS) == (1, 2)


def test_rows_that_are_lost_have_a_scale():
    assert tables.row_scales(np.zeros((1, 3)), -np.ones(2), np.ones(2)) == [1.0]
    zeros = FloatVectors(np.zeros((1, 3)), np.ones((1, 3)))
    assert len(zeros.inaccurate()) == 1
