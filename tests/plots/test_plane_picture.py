"""What is drawn of a net over a plane, by its structure."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, nets

from relupoly import Domain, Network, count_pieces, list_cells, plot
from relupoly.errors import DomainError, InputError, NetworkError
from relupoly.networks.evaluation import evaluate
from relupoly.plots.plane.boundary import boundary_segments, level_segments, tie_segments
from relupoly.plots.plane.listing import plane_cells
from relupoly.plots.plane.piece_colors import apart, depths, last_layers, piece_areas
from relupoly.plots.view import COLORS

SQUARE = Domain.box([-1, -1], [1, 1])
PLANE_NETS = nets(inputs=2, neurons=6, outputs=3).filter(lambda net: net.input_dim == 2)
# Two lines through the middle, one of them bent by a second layer.
BENT = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1], [1, 1]], [0, -1]), ([[1, 2]], None)])


def polygons(ax):
    from matplotlib.collections import PolyCollection

    [found] = [one for one in ax.collections if isinstance(one, PolyCollection)]
    return found


def lines(ax):
    from matplotlib.collections import LineCollection

    return {one.get_label(): one for one in ax.collections if isinstance(one, LineCollection)}


@pytest.mark.parametrize("color", [one for one in COLORS if one != "value"])
def test_every_cell_is_drawn(ax, color):
    plot(BENT, SQUARE, color=color, ax=ax)
    cells = list(list_cells(BENT, SQUARE))
    drawn = polygons(ax)
    assert len(drawn.get_paths()) == len(cells) == len(drawn.get_facecolors())
    corners = {tuple(point) for path in drawn.get_paths() for point in path.vertices.round(9)}
    assert corners == {tuple(round(float(x), 9) for x in vertex) for cell in cells for vertex in cell.vertices}
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-1, 1, -1, 1)
    assert ax.get_title(loc="left").splitlines() == [
        f"network: {count_pieces(BENT, SQUARE).pieces} affine pieces",
        "open, on box -1 1",
    ]


def test_values_are_shaded_within_pieces(ax):
    plot(BENT, SQUARE, color="value", ax=ax)
    from matplotlib.collections import TriMesh

    [mesh] = [one for one in ax.collections if isinstance(one, TriMesh)]
    triangles, points = mesh._triangulation.triangles, np.stack([mesh._triangulation.x, mesh._triangulation.y], axis=1)
    sides = points[triangles]
    first, second = sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0]
    assert (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).sum() / 2 == pytest.approx(4)
    # Colours of corners are mixed: so their values are close, of all there are.
    bands = mesh.get_array()[triangles]
    assert (bands.max(axis=1) - bands.min(axis=1)).max() <= (bands.max() - bands.min()) / 48 + 1e-9
    for point, value in zip(points, mesh.get_array(), strict=True):
        exact = evaluate(BENT, [Fraction(float(x)) for x in point])
        assert value == pytest.approx(float(exact[0]))


def test_borders_have_the_colour_of_their_layer(ax):
    plot(BENT, SQUARE, ax=ax)
    drawn = lines(ax)
    assert set(drawn) == {"border by layer 1", "border by layer 2"}
    [first] = [text for text in ax.get_legend().get_texts() if text.get_text() == "border by layer 1"]
    assert not first.get_parse_math()
    edges = plane_cells(BENT, SQUARE).edges
    for layer in (1, 2):
        assert len(drawn[f"border by layer {layer}"].get_segments()) == sum((edges.layer == layer) & edges.is_border)


def test_layers_on_demand(ax):
    plot(BENT, SQUARE, layers=[2], ax=ax)
    assert set(lines(ax)) == {"border by layer 2"}
    with pytest.raises(NetworkError, match="no hidden layer 3"):
        plot(BENT, SQUARE, layers=[3], ax=ax)


@settings(max_examples=60)
@given(st.data(), PLANE_NETS)
def test_colours_and_areas(data, net):
    cells = plane_cells(net, data.draw(boxes(2)))
    kinds, graph = apart(cells), cells.piece_graph
    assert all(kinds[one] != kinds[other] for one, other in graph.edges if one != other)
    assert kinds.max() < 6
    lower, upper = cells.corners.min(axis=0), cells.corners.max(axis=0)
    assert piece_areas(cells).sum() == pytest.approx((upper - lower).prod())
    steps = depths(cells)
    assert steps.min() == 1
    assert all(abs(steps[one] - steps[other]) <= 1 for one, other in graph.edges)
    assert last_layers(cells).max() <= len(net.hidden)


@settings(max_examples=60)
@given(st.data(), PLANE_NETS)
def test_decision_boundaries_are_where_they_say(data, net):
    """Both ends of each segment, by evaluation; and a boundary between two corners with different largest outputs."""
    cells = plane_cells(net, data.draw(boxes(2)))
    outputs = net.output_dim
    level = float(np.median(cells.values(0)))
    for point in level_segments(cells, 0, level).reshape(-1, 2):
        assert values(net, point)[0] == pytest.approx(level, abs=1e-7)
    if outputs > 1:
        for point in tie_segments(cells, 0, 1).reshape(-1, 2):
            found = values(net, point)
            assert found[0] == pytest.approx(found[1], abs=1e-7)
        segments = boundary_segments(cells)
        for point in segments.reshape(-1, 2):
            *_, second, largest = sorted(values(net, point))
            assert second == pytest.approx(largest, abs=1e-7)
        strict = {int(np.argmax(one)) for one in map(sorted_gap, cells.middle, [net] * len(cells)) if one is not None}
        assert len(strict) <= 1 or len(segments)


def values(net, point):
    return [float(one) for one in evaluate(net, [Fraction(float(x)) for x in point])]


def sorted_gap(point, net):
    found = values(net, point)
    *_, second, largest = sorted(found)
    return found if largest > second + 1e-9 else None


def test_boundaries_of_classifiers(ax):
    """max(x, y, 0): three rays from the middle."""
    net = Network.from_rows([([[1, 0], [0, 1], [-1, 0], [0, -1]], None), ([[1, 0, -1, 0], [0, 1, 0, -1], [0, 0, 0, 0]], None)])
    plot(net, SQUARE, boundary=True, ax=ax)
    ends = {tuple(point) for one in lines(ax)["decision boundary"].get_segments() for point in np.round(one, 9)}
    assert ends >= {(0, 0), (1, 1), (-1, 0), (0, -1)}
    assert (-1, -1) not in ends


def test_planes_in_larger_spaces_show_projected_data(ax, tmp_path):
    from relupoly import AffineSubspace

    net = Network.from_rows([([[1, 0, 1]], None), ([[1]], None)])
    plane = SQUARE.inside(AffineSubspace.through([[0, 0, 5], [1, 0, 5], [0, 1, 5]]))
    (tmp_path / "data.csv").write_text("a,b,c,kind\n0.5,0.25,9,$x$\n-0.5,0,1,rose\n")
    plot(net, plane, data=tmp_path / "data.csv", ax=ax)
    assert ax.get_xlabel() == "t1"
    drawn = {one.get_label(): one.get_offsets().tolist() for one in ax.collections if len(one.get_offsets())}
    assert drawn["$x$"] == [[0.5, 0.25]]
    assert {text.get_text() for text in ax.get_legend().get_texts()} >= {"$x$ (projected)", "rose (projected)"}


def test_data_name_the_axes(ax, tmp_path):
    (tmp_path / "data.csv").write_text("height,width,y\n" + "".join(f"{k},{-k},{k}.5\n" for k in range(12)))
    plot(BENT, data=tmp_path / "data.csv", ax=ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("height", "width")
    assert ax.get_xlim()[0] < 0 < 11 < ax.get_xlim()[1]


def test_slices_of_three_inputs(ax):
    net = Network.from_rows([([[1, 0, 0], [0, 1, 1]], None), ([[1, 1]], None)])
    plot(net, Domain.box([-1, -1, 0], [1, 1, 1]), ax=ax)
    assert ax.get_title(loc="left").endswith("on box -1,-1,0 1 at x3 = 0.5")
    horizontal = [one for one in lines(ax)["border by layer 1"].get_segments() if one[0, 1] == one[1, 1]]
    assert {one[0, 1] for one in horizontal} == {-0.5}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x1", "x2")


def test_a_vertex_far_away_is_seen(ax):
    far = Network.from_rows([([[1, 0], [0, 1]], [-1, -(10**30)]), ([[1, 1]], None)])
    plot(far, ax=ax)
    assert ax.get_ylim()[0] < 1e30 < ax.get_ylim()[1]
    assert len(polygons(ax).get_paths()) == 4


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"color": "red"}, InputError, "choose among gradient"),
        ({"level": 0, "boundary": True}, InputError, "exclude each other"),
        ({"output": 1}, NetworkError, "no output 2"),
        ({"ties": (0, 0)}, NetworkError, "equal to itself"),
        ({"notion": "other"}, InputError, "not listed"),
        ({"data": [[1, 2, 3]]}, DomainError, "points have 3"),
        ({"fixed": {3: 0}}, DomainError, "no coordinate 3"),
        ({"fixed": {1: 0, 2: 0}}, DomainError, "all coordinates are fixed"),
    ],
)
def test_what_is_refused(ax, options, error, told):
    with pytest.raises(error, match=told):
        plot(BENT, SQUARE, ax=ax, **options)


def test_many_dimensions_are_told_what_to_do(ax):
    net = Network.from_rows([([[1, 0, 0, 0]], None), ([[1]], None)])
    with pytest.raises(DomainError, match="--slice"):
        plot(net, ax=ax)
