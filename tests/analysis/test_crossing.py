"""Which closed cells a net takes a value in: by vertices and rays, by inequalities, and by looking."""

import itertools
from dataclasses import replace

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import linear_nets

from relupoly.analysis.crossing import meets_level
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.records import CellRecord

LEVELS = st.fractions(-4, 4, max_denominator=3).map(lambda level: fmpq(level.numerator, level.denominator))


def by_inequalities(cell, level, output=0):
    return meets_level(replace(cell, vertices=None, rays=None), level, output)


@given(linear_nets(inputs=2), LEVELS)
def test_corners_and_inequalities_agree(net, level):
    for cell in list_cells(net, Domain.box([-1] * net.input_dim, [2] * net.input_dim)):
        for output in range(net.output_dim):
            assert meets_level(cell, level, output) == by_inequalities(cell, level, output)


@given(linear_nets(inputs=2), st.data())
def test_every_point_of_a_cell_is_on_a_level_that_it_meets(net, data):
    """What the definition says: the value at any point of the cell is taken; and one beyond all values at corners is not."""
    domain = Domain.box([-1] * net.input_dim, [2] * net.input_dim)
    for cell in itertools.islice(list_cells(net, domain), 5):
        weights = [data.draw(st.integers(0, 3)) for _ in cell.vertices]
        weights = weights if any(weights) else [1, *weights[1:]]
        total = sum(weights)
        point = [
            sum(fmpq(weight, total) * vertex[axis] for weight, vertex in zip(weights, cell.vertices, strict=True))
            for axis in range(net.input_dim)
        ]
        for output in range(net.output_dim):
            assert meets_level(cell, cell.value(point)[output], output)
            values = [cell.value(vertex)[output] for vertex in cell.vertices]
            assert not meets_level(cell, max(values) + fmpq(1, 10**30), output)
            assert not meets_level(cell, min(values) - fmpq(1, 10**30), output)


def test_unbounded_cells():
    """x - y takes every value on the quadrants where x y > 0; relu(x) on x >= 0 those from 0 on."""
    difference = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, -1, -1, 1]], None)])
    for meets in (meets_level, by_inequalities):
        found = {cell.pattern[0]: [meets(cell, fmpq(level)) for level in (-9, 0, 9)] for cell in list_cells(difference)}
        assert found == {
            "+-+-": [True, True, True],
            "-+-+": [True, True, True],
            "+--+": [False, True, True],
            "-++-": [True, True, False],
        }
    relu = Network.from_rows([([[1]], None), ([[1]], None)])
    found = {cell.pattern: [meets_level(cell, fmpq(level)) for level in (-1, 0, 5)] for cell in list_cells(relu)}
    assert found == {("+",): [False, True, True], ("-",): [False, True, False]}


def test_a_border_belongs_to_both():
    """|x| - 1 = 0 at 1; the cells of x <= 0 and x >= 0 in [0, 1] and [-1, 0]."""
    absolute = Network.from_rows([([[1], [-1]], None), ([[1, 1]], [-1])])
    cells = list(list_cells(absolute, Domain.box([-1], [1])))
    assert [meets_level(cell, fmpq(-1)) for cell in cells] == [True, True]
    assert [meets_level(cell, fmpq(0)) for cell in cells] == [True, True]
    assert [meets_level(cell, fmpq(1, 10**40)) for cell in cells] == [False, False]


def test_what_is_missing():
    bare = CellRecord(1, ("+",))
    with pytest.raises(ValueError, match="no affine map"):
        meets_level(bare, fmpq(0))
    with pytest.raises(ValueError, match="neither vertices nor facets"):
        meets_level(replace(bare, gradient=((fmpq(1),),), constant=(fmpq(0),)), fmpq(0))
