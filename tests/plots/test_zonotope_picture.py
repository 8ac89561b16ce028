"""Pictures of zonotopes: what is drawn, where, and what is said."""

import sys

import numpy as np
import pytest

from relupoly import Zonotope, plot_zonotope
from relupoly.errors import InputError, NumberError, ZonotopeError
from relupoly.geometry.zonotope_families import permutohedron, type_b
from relupoly.plots.solid.zonotope import zonotope_picture

HEXAGON = Zonotope.of([[1, 0], [0, 1], [1, 1], [0, 0]])


def area(polygon):
    around = polygon - polygon[0]
    return np.linalg.norm(np.cross(around[1:-1], around[2:]).sum(axis=0)) / 2


def test_a_polygon_with_its_generators(ax):
    assert plot_zonotope(HEXAGON, ax=ax) is ax
    outline, rays, ends = ax.lines
    assert {tuple(point) for point in outline.get_xydata()} == {(2, 0), (2, 2), (0, 2), (-2, 0), (-2, -2), (0, -2)}
    assert len(outline.get_xydata()) == 7
    assert ends.get_xydata().tolist() == [[1, 0], [0, 1], [1, 1], [0, 0]]
    assert np.isnan(rays.get_xdata()).sum() == 4
    assert ax.get_title(loc="left") == "zonotope: 4 generators\n6 vertices, 6 facets"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["zonotope", "generators"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x1", "x2")


def test_a_solid_has_its_facets(space):
    zonotope = Zonotope.of(type_b(3))
    plot_zonotope(zonotope, ax=space, title="B3")
    [facets] = space.collections
    assert len(facets.get_facecolors()) == 26
    found = zonotope_picture(zonotope).polygons
    assert (len(found), sum(map(len, found))) == (26, 2 * 72)
    assert space.get_title(loc="left") == "B3"
    assert space.get_zlabel() == "x3"


def test_lengths_and_areas_are_those_in_the_space_of_more_dimensions():
    picture = zonotope_picture(Zonotope.of(permutohedron(4)))
    assert picture.names == ("u1", "u2", "u3")
    sides = np.concatenate([np.linalg.norm(np.diff([*one, one[0]], axis=0), axis=1) for one in picture.polygons])
    assert sides == pytest.approx(2 * np.sqrt(2))
    # Six squares and eight regular hexagons.
    assert sum(map(area, picture.polygons)) == pytest.approx(8 * (6 + 12 * np.sqrt(3)))
    assert picture.title("p") == "p: 6 generators\n24 vertices, 14 facets, dimension 3 in R^4"


@pytest.mark.parametrize(
    ("generators", "told"),
    [
        ([[0, 0]], "1 vertex, 0 facets, dimension 0 in R^2"),
        ([[3], ["-1/2"]], "2 vertices, 2 facets"),
        ([[1, 2], [2, 4]], "2 vertices, 2 facets, dimension 1 in R^2"),
        ([[1, 0, 0, 0, 0]], "2 vertices, 2 facets, dimension 1 in R^5"),
    ],
)
def test_degenerate_ones(ax, generators, told):
    plot_zonotope(Zonotope.of(generators), ax=ax)
    assert ax.get_title(loc="left").endswith(told)


@pytest.mark.parametrize(
    ("generators", "told"),
    [
        ([[0, 0, 0]], "1 vertex, 0 facets, dimension 0 in R^3"),
        ([[1, 2, 3]], "2 vertices, 2 facets, dimension 1 in R^3"),
        ([[1, 0, 0], [0, 1, 0], [1, 1, 0]], "6 vertices, 6 facets, dimension 2 in R^3"),
    ],
)
def test_flat_ones_in_space(space, generators, told):
    plot_zonotope(Zonotope.of(generators), ax=space)
    assert space.get_title(loc="left").endswith(told)


def test_what_is_refused(ax):
    with pytest.raises(ZonotopeError, match="dimension 4"):
        plot_zonotope(Zonotope.of([[int(i == j) for j in range(4)] for i in range(4)]), ax=ax)
    with pytest.raises(NumberError, match="largest double"):
        plot_zonotope(Zonotope.of([[10**400, 0], [0, 1]]), ax=ax)
    with pytest.raises(InputError, match="projection"):
        plot_zonotope(Zonotope.of(type_b(3)), ax=ax)


def test_files_are_read(ax, tmp_path):
    (tmp_path / "g.csv").write_text("1,0\n0,1\n")
    plot_zonotope(tmp_path / "g.csv", ax=ax)
    assert ax.get_title(loc="left").startswith("g.csv: 2 generators")


def test_notebooks_show_small_ones(monkeypatch):
    svg = HEXAGON._repr_svg_()
    assert "<svg" in svg
    assert svg == HEXAGON._repr_svg_()
    assert Zonotope.of([[1, k] for k in range(100)])._repr_svg_() is None
    assert Zonotope.of([[10**400, 0], [0, 1]])._repr_svg_() is None
    assert Zonotope.of([[int(i == j) for j in range(4)] for i in range(4)])._repr_svg_() is None
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    assert HEXAGON._repr_svg_() is None


def test_zonotopes_plot_themselves(ax):
    assert HEXAGON.plot(ax=ax, title="mine") is ax
    assert ax.get_title(loc="left") == "mine"
