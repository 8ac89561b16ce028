"""Bounds against width or depth: curves are what the tables of bounds say, points what is counted."""

import pytest

import relupoly as rp
from relupoly import AffineSubspace, Domain, Network
from relupoly.bounds.bound import NOTIONS
from relupoly.bounds.lower import LOWER
from relupoly.bounds.upper import UPPER
from relupoly.errors import InputError
from relupoly.plots.charts.bounds import Grown, bounds_and_counts

NET = Network.from_rows([([[1, 0], [0, 1], [1, 1]], None), ([[1, -1, 2], [1, 2, 0], [0, 1, 1]], None), ([[1, -1, 2]], None)])


def drawn(ax):
    return {line.get_label(): [tuple(point) for point in line.get_xydata().tolist()] for line in ax.lines}


@pytest.mark.parametrize("notion", NOTIONS)
@pytest.mark.parametrize(("inputs", "widths", "depths"), [(2, range(1, 9), 2), (1, 4, range(1, 6)), (3, 7, 2)])
def test_each_bound_is_in_a_curve(ax, notion, inputs, widths, depths):
    rp.plot_bounds(inputs, widths, depths, notion=notion, ax=ax)
    places = list(depths) if isinstance(depths, range) else list(widths) if isinstance(widths, range) else [widths]
    layers = [(widths,) * place if isinstance(depths, range) else (place,) * depths for place in places]
    curves = {}
    for label, points in drawn(ax).items():
        side, _, names = label.partition(": ")
        curves |= {(side, name): points for name in names.split(", ")}
    wanted = {}
    for side, table in (("at most", UPPER), ("at least", LOWER)):
        for name, bound in table.items():
            values = [(place, bound(inputs, one)) for place, one in zip(places, layers, strict=True)]
            points = [(place, value) for place, value in values if value]
            if notion in bound.notions and points:
                wanted[side, name] = points
    assert curves == wanted
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == f"regions ({notion})"
    names = [text.get_text().replace("\n", " ") for text in ax.get_legend().get_texts()]
    assert names == list(drawn(ax))


def test_counts_are_points(ax):
    box = Domain.box([-1, -1], [1, 1])
    rp.plot_bounds(2, range(2, 5), 2, [NET], box, ax=ax, names=["serra2018"])
    assert drawn(ax)["counted exactly"] == [(3, rp.count_pieces(NET, box, "activation").counts["activation"])]
    assert ax.get_title(loc="left") == (
        "Bounds: 2 inputs and 2 hidden layers of 2 to 4 neurons\n1 net counted exactly on box -1 1"
    )
    assert "at most: serra2018" in drawn(ax)


def test_by_depth(ax):
    rp.plot_bounds(2, 3, range(1, 4), [NET], ax=ax)
    assert drawn(ax)["counted exactly"][0][0] == 2
    assert ax.get_xlabel() == "hidden layers"


def test_a_subspace_has_its_own_dimension():
    line = Domain.box([-1], [1]).inside(AffineSubspace.through([[0, 0], [1, 3]]))
    found = bounds_and_counts(Grown(1, (2, 3), (2,)), {"net": NET}, line, notion="open")
    assert found.counts == ((3, rp.count_pieces(NET, line).pieces),)


def test_numbers_beyond_doubles(ax):
    rp.plot_bounds(2, range(500, 1002, 500), 2, names=["trivial"], ax=ax)
    assert [height for _, height in drawn(ax)["at most: trivial"]] == pytest.approx([301.03, 602.06], rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        ((2, range(1, 4), range(1, 4)), {}, "make no curve"),
        ((2, [], 2), {}, "there is no width"),
        ((2, 3, 2), {"notion": "linear"}, "there is no notion linear"),
        ((2, 3, 2), {"notion": "open", "names": ["montufar2014"]}, "there is no bound montufar2014 on open regions"),
        ((2, range(4, 6), 2, [NET]), {}, "network 1: it has 2 inputs, hidden layers: 3, 3; here are nets with 2 inputs"),
        ((2, 3, 2, [NET], Domain.box([0], [1])), {}, "dimension"),
    ],
)
def test_what_is_refused(ax, arguments, options, told):
    with pytest.raises(InputError) as caught:
        rp.plot_bounds(*arguments, ax=ax, **options)
    assert told in str(caught.value)
