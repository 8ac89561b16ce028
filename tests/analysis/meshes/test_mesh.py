"""A mesh as a file: what meshio reads back."""

import pytest

import relupoly as rp
from relupoly.errors import FileFormatError

meshio = pytest.importorskip("meshio", reason="meshio reads the files back")

# relu(x) + relu(y) - relu(x + y) on a square: 6 cells
NET = rp.Network.from_rows([([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, -1]], None)])


@pytest.fixture
def cells():
    return list(rp.list_cells(NET, rp.Domain.box([-1, -1], [1, 1])))


def test_cells_are_saved_with_numbers_and_values(cells, tmp_path):
    rp.cell_mesh(cells).save(tmp_path / "cells.vtu")
    read = meshio.read(tmp_path / "cells.vtu")
    assert sorted(number for block in read.cell_data["cell"] for number in block) == [1, 2, 3, 4, 5, 6]
    assert [float(value) for value in read.point_data["value_1"]] == [float(NET(list(point[:2]))[0]) for point in read.points]


def test_the_graph_and_a_level(cells, tmp_path):
    rp.graph_surface(cells).save(tmp_path / "graph.ply")
    assert {float(z) for z in meshio.read(tmp_path / "graph.ply").points[:, 2]} == {0, 1}
    rp.level_surface(cells, "1/2").save(tmp_path / "curve", "obj")
    assert (tmp_path / "curve").read_text().count("\nl ") > 0


def test_a_file_that_exists_is_kept(cells, tmp_path):
    mesh = rp.cell_mesh(cells)
    mesh.save(tmp_path / "cells.ply")
    with pytest.raises(FileFormatError, match="the file exists"):
        mesh.save(tmp_path / "cells.ply")
    mesh.save(tmp_path / "cells.ply", force=True)
