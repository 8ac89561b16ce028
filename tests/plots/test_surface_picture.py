"""The surface on which a net with three inputs has a value."""

import numpy as np
import pytest

from relupoly import Domain, Network, level_surface, list_cells, plot
from relupoly.errors import InputError

CUBE = Domain.box([-2, -2, -2], [2, 2, 2])
# |x| + |y| + |z| - 1
OCTAHEDRON = Network.from_rows(
    [([list(row) for sign in (1, -1) for row in np.diag([sign] * 3).tolist()], None), ([[1] * 6], [-1])]
)


def test_an_octahedron(space):
    plot(OCTAHEDRON, CUBE, level=0, ax=space)
    [surface] = space.collections
    assert len(surface.get_facecolors()) == 8
    assert space.get_xlim() == (-2, 2)
    assert space.get_title(loc="left").splitlines() == ["network: where the value is 0", "8 polygons, on box -2 2"]


def test_polygons_are_those_of_the_mesh():
    from relupoly.plots.net_picture import picture_of
    from relupoly.plots.view import View

    found = picture_of(OCTAHEDRON, CUBE, View(level=0))
    mesh = level_surface(list_cells(OCTAHEDRON, CUBE), 0)
    assert len(found.polygons) == len(mesh.elements) == 8
    corners = {tuple(corner) for one in found.polygons for corner in one.tolist()}
    assert corners == {corner for sign in (1, -1) for corner in map(tuple, np.diag([sign] * 3).tolist())}


def test_flat_axes_are_refused(ax):
    with pytest.raises(InputError, match="projection"):
        plot(OCTAHEDRON, CUBE, level=0, ax=ax)


def test_points_are_not_drawn_on_a_surface(space):
    with pytest.raises(InputError, match="leave them out"):
        plot(OCTAHEDRON, CUBE, level=0, data=[[0, 0, 0]], ax=space)
