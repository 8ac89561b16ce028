"""The graph of a net with one input, by its structure."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, nets

from relupoly import Domain, DomainUnion, Network, count_pieces, plot
from relupoly.errors import DomainError, InputError
from relupoly.networks.evaluation import evaluate
from relupoly.plots.line.line_cells import line_cells

LINE_NETS = nets(inputs=1, neurons=8)
TENT = Network.from_rows([([[1], [1], [1]], [0, -1, -2]), ([[1, -2, 1]], None)])


@settings(max_examples=100)
@given(st.data(), LINE_NETS, st.sampled_from(["open", "activation", "closed", "affine"]))
def test_cells_on_a_line(data, net, notion):
    domain = data.draw(boxes(1))
    cells = line_cells(net, domain, notion)
    assert cells.pieces == count_pieces(net, domain, notion).counts[notion]
    assert (cells.ends[:, 0] < cells.ends[:, 1]).all()
    assert (cells.ends[1:, 0] == cells.ends[:-1, 1]).all()
    for ends, values in zip(cells.ends, cells.values, strict=True):
        exact = [evaluate(net, [Fraction(float(x))]) for x in ends]
        assert values == pytest.approx(np.array(exact, dtype=float), rel=1e-9, abs=1e-9)
    if notion == "open":
        assert cells.breaks.sum() == cells.pieces - 1


def drawn(ax):
    return {line.get_label(): line.get_xydata().tolist() for line in ax.lines}


def test_the_graph_and_its_breakpoints(ax):
    plot(TENT, Domain.box([-1], [3]), ax=ax)
    found = drawn(ax)
    assert [point for point in found["value"] if point not in ([0, 0], [1, 1], [2, 0])] == [[-1, 0], [3, 0]]
    assert found["breakpoint by layer 1"] == [[0, 0], [1, 1], [2, 0]]
    assert ax.get_title(loc="left").splitlines()[0] == "network: 4 affine pieces"
    assert ax.get_xlim() == (-1, 3)


def test_a_window_around_the_breakpoints(ax):
    plot(TENT, ax=ax)
    low, high = ax.get_xlim()
    assert low < 0 < 2 < high
    assert "in the window" in ax.get_title(loc="left")


def test_data_are_drawn_with_their_targets(ax, tmp_path):
    (tmp_path / "data.csv").write_text("dose,effect\n0,0.5\n1,1/2\n5,2\n")
    plot(TENT, data=tmp_path / "data.csv", ax=ax)
    assert ax.collections[0].get_offsets().tolist() == [[0, 0.5], [1, 0.5], [5, 2]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("dose", "effect")
    assert ax.get_xlim()[1] > 5


def test_points_need_a_number(ax):
    with pytest.raises(DomainError, match="column of numbers"):
        plot(TENT, data=([[0], [1]], ["a", "b"]), ax=ax)


def test_where_the_decision_changes(ax):
    plot(TENT, Domain.box([-1], [3]), level="1/2", ax=ax)
    assert drawn(ax)["decision boundary"] == [[0.5, 0.5], [1.5, 0.5]]
    two = Network.from_rows([([[1], [-1]], None), ([[1, 0], [0, 1], [0, 0]], [0, 0, -1])])
    plot(two, Domain.box([-1], [1]), boundary=True, ax=ax)
    assert drawn(ax)["decision boundary"][-1] == [0, 0]


def test_gaps_of_unions_stay_gaps(ax):
    plot(TENT, DomainUnion((Domain.box([-1], [0]), Domain.box([2], [3]))), ax=ax)
    graph = drawn(ax)["value"]
    assert any(point[0] != point[0] for point in graph)
    assert [point for point in graph if point[0] == point[0]] == [[-1, 0], [0, 0], [2, 0], [3, 0]]


def test_a_graph_has_no_colouring(ax):
    with pytest.raises(InputError, match="leave the colour out"):
        plot(TENT, color="value", ax=ax)


def test_nets_draw_themselves(ax):
    assert TENT.plot(Domain.box([-1], [3]), ax=ax) is ax
    assert "value" in drawn(ax)
