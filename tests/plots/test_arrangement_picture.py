"""Pictures of arrangements: regions, crossings, colours, numbers, great circles."""

import random
from itertools import combinations

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from relupoly import Arrangement, plot_arrangement
from relupoly.errors import ArrangementError, InputError, NumberError
from relupoly.geometry.arrangement_families import family_arrangement
from relupoly.plots.arrangement import arrangement_picture

TRIANGLE = Arrangement.of([[1, 0, 0], [0, 1, 0], [1, 1, 1]])


def regions_of(ax):
    [filled] = [one for one in ax.collections if isinstance(one, PolyCollection)]
    return filled


def area(corners):
    x, y = np.asarray(corners).T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_a_triangle_of_lines(ax):
    assert plot_arrangement(TRIANGLE, ax=ax) is ax
    filled = regions_of(ax)
    assert len(filled.get_paths()) == len(filled.get_facecolors()) == 7
    window = np.prod(np.diff([ax.get_xlim(), ax.get_ylim()]))
    assert sum(area(path.vertices[:-1]) for path in filled.get_paths()) == pytest.approx(window)
    assert ax.get_title(loc="left") == "arrangement: 3 lines\n7 regions, 3 vertices"
    assert sorted(text.get_text() for text in ax.texts) == ["1", "2", "3"]


def test_neighbours_have_different_colours(ax):
    plot_arrangement(TRIANGLE, ax=ax)
    filled, colors = regions_of(ax), {}
    for path, color in zip(filled.get_paths(), filled.get_facecolors(), strict=True):
        x, y = path.vertices[:-1].mean(axis=0)
        colors[bool(x > 0), bool(y > 0), bool(x + y > 1)] = tuple(color)
    neighbours = [(one, two) for one, two in combinations(colors, 2) if sum(a != b for a, b in zip(one, two, strict=True)) == 1]
    assert len(neighbours) == 9
    assert all(colors[one] != colors[two] for one, two in neighbours)


@pytest.mark.parametrize("number", [1, 2, 5, 12])
def test_lines_in_general_position(number):
    found = arrangement_picture(family_arrangement("generic", number, 2, 3))
    assert (found.regions, found.vertices) == (1 + number + number * (number - 1) // 2, number * (number - 1) // 2)
    if number > 1:
        assert found.shown.whole == found.regions


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([[3, 4, 10**6]], "1 line\n2 regions, 0 vertices"),
        ([[1, 0, 0], [2, 0, 4]], "2 lines\n3 regions, 0 vertices"),
        ([[1, 0, 0], [2, 0, 0]], "1 line\n2 regions, 0 vertices"),
        ([[1, 0, 1], [0, 1, 1], [1, 1, 2]], "3 lines\n6 regions, 1 vertex"),
        ([[10**30, 1, 0], [1, 0, 1]], "2 lines\n4 regions, 1 vertex"),
        ([[1, 0, 0], [1, 0, 1], [1, 1, 0]], "3 lines\n6 regions, 2 vertices"),
        ([[1, 0, 2], [-9, 0, 9], [4, 5, -4]], "3 lines\n6 regions, 2 vertices"),
    ],
)
def test_special_positions(ax, rows, told):
    plot_arrangement(Arrangement.of(rows), ax=ax)
    assert ax.get_title(loc="left") == f"arrangement: {told}"
    assert len(regions_of(ax).get_paths()) == int(told.split("\n")[1].split()[0])


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 0, 10**400], [0, 1, 0], [1, 1, 1]],
        [[10**400, 1, 3], [1, 10**400, 0], [1, 1, 1]],
        [[1, 0, f"1/{10**400}"], [0, 1, 0], [1, 1, 0]],
        [[1, 0, 10**400]],
        [[1, 0, 10**400], [1, 0, 0]],
    ],
)
def test_numbers_beyond_doubles_are_told(ax, rows):
    with pytest.raises(NumberError, match="largest double"):
        plot_arrangement(Arrangement.of(rows), ax=ax)


def test_numbers_stand_on_their_lines(ax):
    lines = family_arrangement("generic", 8, 2, 1)
    plot_arrangement(lines, ax=ax)
    lower, upper = np.transpose([ax.get_xlim(), ax.get_ylim()])
    assert len(ax.texts) == 8
    for text in ax.texts:
        a, b, c = lines.rows[int(text.get_text()) - 1]
        x, y = lower + (upper - lower) * np.array(text.xy)
        assert abs(a * x + b * y - c) <= 1e-9 * (abs(a * x) + abs(b * y) + abs(c))


@pytest.mark.parametrize("rows", [12, 20, 24, "pencil"])
def test_numbers_do_not_overlap(ax, rows):
    pencil = Arrangement.of([[k, 18 - k, 0] for k in range(-8, 10)])
    plot_arrangement(pencil if rows == "pencil" else family_arrangement("generic", rows, 2, None), ax=ax)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == (18 if rows == "pencil" else rows)
    assert not any(one.overlaps(two) for one, two in combinations(boxes, 2))


def test_regions_outside_of_the_window_are_told():
    chance = random.Random(0)
    rows = [[chance.randint(-9, 9) or 1, chance.randint(-9, 9) or 1, chance.randint(-9, 9)] for _ in range(14)]
    found = arrangement_picture(Arrangement.of(rows))
    seen = found.shown.cells.pieces
    assert seen < found.regions
    assert found.title("x").endswith(f"{found.regions} regions, {found.vertices} vertices; {seen} regions in the window")


def test_many_lines_have_no_numbers(ax):
    plot_arrangement(family_arrangement("generic", 30, 2, 1), ax=ax)
    assert list(ax.texts) == []


def test_planes_are_great_circles(space):
    planes = family_arrangement("typeB", 3, None, None)
    plot_arrangement(planes, ax=space, title="B3")
    assert space.get_title(loc="left") == "B3"
    assert len([line for line in space.lines if line.get_label().startswith("plane")]) == 9
    assert sorted(int(text.get_text()) for text in space.texts) == list(range(1, 10))
    found = arrangement_picture(planes)
    assert found.title("x") == "x: 9 planes\n48 regions"
    for normal, circle in zip(planes.normals, found.shown.points(), strict=True):
        assert np.linalg.norm(circle, axis=1) == pytest.approx(1)
        assert np.abs(circle @ np.array(normal, dtype=float)).max() < 1e-12


def test_planes_through_another_point(space):
    plot_arrangement(Arrangement.of([[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, "1/3"]]), ax=space)
    assert space.get_title(loc="left").endswith("3 planes\n8 regions")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([[1, 0, 0, 0], [1, 0, 0, 1]], r"R\^3 without a common point"),
        ([[1, 0, 0, 0, 0]], r"R\^4"),
        ([[1, 0]], r"R\^1"),
    ],
)
def test_what_is_not_drawn(ax, rows, told):
    with pytest.raises(ArrangementError, match=told):
        plot_arrangement(Arrangement.of(rows), ax=ax)


def test_what_is_refused(ax):
    with pytest.raises(ArrangementError, match="no hyperplane to draw"):
        plot_arrangement(Arrangement.of([], 2), ax=ax)
    with pytest.raises(InputError, match="projection"):
        plot_arrangement(Arrangement.of([[1, 0, 0, 0]]), ax=ax)


def test_files_are_read(ax, tmp_path):
    (tmp_path / "lines.csv").write_text("1,0,0\n0,1,0\n")
    plot_arrangement(tmp_path / "lines.csv", ax=ax)
    assert ax.get_title(loc="left") == "lines.csv: 2 lines\n4 regions, 1 vertex"
