"""Norms of gradients with their volumes: they add up to the domain, and the largest is the Lipschitz constant."""

from math import inf, prod

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, nets

import relupoly as rp
from relupoly import AffineSubspace, Domain, DomainUnion, Network
from relupoly.errors import DomainError, InputError
from relupoly.plots.charts.gradient_norms import gradient_norms

RAMP = Network.from_rows([([[1], [1]], [0, -1]), ([[1, -3]], None)])
TWO = Network.from_rows([([[1, 0], [0, 1]], None), ([[3, 0], [0, 4]], None)])


@settings(max_examples=30)
@given(st.data(), nets(inputs=2, neurons=6), st.sampled_from([1, 2, inf]), st.sampled_from([1, 7, 40]))
def test_weights_add_up_to_the_volume(data, net, norm, bins):
    domain = data.draw(boxes(net.input_dim))
    found = gradient_norms(net, domain, norm)
    sides = [high - low for low, high in zip(domain.polyhedron.lower, domain.polyhedron.upper, strict=True)]
    assert found.total == prod(sides, start=fmpq(1))
    ends, weights = found.binned(bins)
    assert sum(weights, fmpq(0)) == found.total
    assert len(ends) == bins + 1
    same = rp.lipschitz(net, domain, norm)
    assert (found.lipschitz.lower, found.lipschitz.upper) == (same.lower, same.upper)
    assert max(found.weights) == (same.lower, same.upper)
    cells = list(rp.list_cells(net, domain, ("gradient", "volume")))
    assert found.cells == len(cells)
    if norm == 1 and net.output_dim == 1:
        by_hand = {}
        for cell in cells:
            steep = max(abs(entry) for entry in cell.gradient[0])
            by_hand[steep] = by_hand.get(steep, 0) + cell.volume
        assert {low: weight for (low, _), weight in found.weights.items()} == by_hand


def test_what_is_drawn(ax):
    rp.plot_lipschitz(RAMP, Domain.box([-1], [4]), bins=4, ax=ax)
    bars = [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in ax.patches]
    assert bars == [(0, 0.5, 1), (0.5, 0.5, 0), (1, 0.5, 1), (1.5, 0.5, 3)]
    [line] = ax.lines
    assert line.get_xdata()[0] == float(rp.lipschitz(RAMP)) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Lipschitz constant 2"]
    assert ax.get_title(loc="left") == "network: norms of gradients, for the 2-norm of inputs\n3 cells, on box -1 4"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("norm of the gradient", "volume")


def by_norm(found):
    """The weights by norm, which for several outputs is enclosed only."""
    weights = {}
    for (low, high), weight in found.weights.items():
        norm = round(float(low), 12)
        assert float(high) == pytest.approx(norm, abs=1e-12)
        weights[norm] = weights.get(norm, 0) + weight
    return weights


def test_several_outputs_or_one(ax):
    domain = Domain.box([-1, -1], [1, 1])
    whole = gradient_norms(TWO, domain)
    assert by_norm(whole) == {0: 1, 3: 1, 4: 2}
    second = gradient_norms(TWO, domain, output=1)
    assert by_norm(second) == {0: 2, 4: 2}
    rp.plot_lipschitz(TWO, domain, ax=ax)
    assert ax.get_xlabel() == "operator norm of the Jacobian"


def test_cells_count_alike_without_an_end(ax):
    found = gradient_norms(TWO, weight="number")
    assert (found.total, found.cells) == (4, 4)
    rp.plot_lipschitz(TWO, weight="number", ax=ax, legend=False)
    assert ax.get_ylabel() == "number of cells"
    assert ax.get_legend() is None


def test_unions_and_subspaces():
    union = DomainUnion((Domain.box([-1], [1]), Domain.box([0], [3])))
    assert gradient_norms(RAMP, union).total == 4
    line = AffineSubspace.through([[0, 0], [3, 4]])
    found = gradient_norms(TWO, Domain.box([-1], [1]).inside(line), norm=2)
    assert found.total == 2
    assert float(found.lipschitz) == float(rp.lipschitz(TWO, Domain.box([-1], [1]).inside(line)))


def test_a_constant_function(ax):
    flat = Network.from_rows([([[0]], [1]), ([[1]], None)])
    rp.plot_lipschitz(flat, Domain.box([0], [2]), bins=2, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [2, 0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "R^n has no end"),
        ({"weight": "mass"}, "there is no weight mass"),
        ({"output": 2, "weight": "number"}, "there is no output 3: the network has 2 outputs"),
        ({"output": -1, "weight": "number"}, "there is no output 0"),
        ({"norm": "x", "weight": "number"}, "no norm"),
        ({"bins": 0, "weight": "number"}, "0 intervals"),
        ({"domain": Domain.box([0], [1])}, "dimension"),
    ],
)
def test_what_is_refused(ax, options, told):
    with pytest.raises(InputError) as caught:
        rp.plot_lipschitz(TWO, ax=ax, **options)
    assert told in str(caught.value)


def test_too_many_vertices():
    wide = Network.from_rows([([[1] * 12], None), ([[1]], None)])
    with pytest.raises((DomainError, InputError)):
        gradient_norms(wide, Domain.box([0] * 12, [1] * 12))
    assert gradient_norms(wide, Domain.box([-1] * 12, [1] * 12), weight="number").cells == 2
