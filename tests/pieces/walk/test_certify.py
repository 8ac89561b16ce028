"""Exact rays and signs where floats leave them open."""

from fractions import Fraction

import numpy as np
import pytest
from oracles.cones import primitive

from relupoly.exact.floats import FloatVectors
from relupoly.exact.vectors import UNKNOWN
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.walk.certify import decide, exact_ray, refresh
from relupoly.pieces.walk.driver import Walk
from relupoly.run import Run, Stopped

TINY = Fraction(1, 10**30)
NET = Network.from_rows([([[3, 0], [0, 7], [3, 7]], [-1, -1, -2 + TINY]), ([[1, 1, 1]], None)])


def cells():
    """The cells of three lines that nearly meet in (1/3, 1/7)."""
    return list(Walk(homogenize(NET, Domain()), kind=FloatVectors))


def test_rays_are_the_vertices_and_directions():
    vertices = {
        (Fraction(1, 3), Fraction(1, 7)),
        (Fraction(1, 3) - TINY / 3, Fraction(1, 7)),
        (Fraction(1, 3), Fraction(1, 7) - TINY / 7),
    }
    seen = set()
    for cell in cells():
        for index in range(len(cell.cone.rays)):
            x, y, t = (int(entry) for entry in exact_ray(cell.cone, index, cell.output))
            assert t >= 0
            assert primitive((x, y, t)) == (x, y, t)
            if t:
                seen.add((Fraction(x, t), Fraction(y, t)))
    assert (len(cells()), seen) == (7, vertices)


def test_only_open_signs_are_decided():
    cell = cells()[0]
    cone, layer_map = cell.cone, LayerMap(cell.net, 0)
    labels = [1, 2, 3]
    values = cell.all_signs[[0, 1, 2]]
    truth = np.array([[0 if cone.tight[ray, cone.walls.tolist().index(label)] else sign for ray in range(len(cone.rays))]
                      if label in cone.walls else [sign] * len(cone.rays) for label, sign in zip(labels, values, strict=True)],
                     dtype=np.int8)  # fmt: skip
    signs = np.full(truth.shape, UNKNOWN, dtype=np.int8)
    signs[0] = 77
    _, decided = decide(signs, cone, labels, layer_map)
    assert decided == 2 * len(cone.rays)
    assert (signs[0] == 77).all()
    inside = [row for row, label in enumerate(labels) if row and label in cone.walls]
    assert (signs[inside] == truth[inside]).all()
    assert decide(signs, cone, labels, layer_map)[1] == 0


def test_inaccurate_rays_are_written_anew():
    for cell in cells():
        cone = cell.cone
        before = [exact_ray(cone, index, cell.output) for index in range(len(cone.rays))]
        cone.rays.value[0] = 5.0
        cone.rays.error[0] = 1e9
        inaccurate, cone = cone, refresh(cone, cell.output)
        assert inaccurate.rays.error[0].tolist() == [1e9] * cone.dimension
        assert not cone.rays.inaccurate().size
        scale = np.abs(np.array([float(entry) for entry in before[0]])).max()
        expected = [float(entry) / scale for entry in before[0]]
        found = cone.rays.value[0] / np.abs(cone.rays.value[0]).max()
        assert np.allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_a_stop_ends_deciding():
    cell = cells()[0]
    signs = np.full((1, len(cell.cone.rays)), UNKNOWN, dtype=np.int8)

    def stop():
        raise Stopped("deadline")

    with pytest.raises(Stopped):
        decide(signs, cell.cone, [1], LayerMap(cell.net, 0), Run().also(stop))
