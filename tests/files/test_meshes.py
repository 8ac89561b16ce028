"""Files of meshes, read back by meshio."""

import builtins
import warnings
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from relupoly.disk import atomic
from relupoly.errors import FileFormatError, MissingPackageError
from relupoly.files.mesh_formats import unit_normal
from relupoly.files.meshes import encode_mesh, mesh_format, write_mesh

meshio = pytest.importorskip("meshio")


def point(*entries):
    return tuple(fmpq(Fraction(entry).numerator, Fraction(entry).denominator) for entry in entries)


# A roof: a pentagon, a square and a triangle that share edges.
POINTS = [point(0, 0, 0), point("1/3", 0, 0), point("2/3", "1/3", 0), point("1/3", 1, 0), point(0, 1, 0)]
POINTS += [point(0, 0, 1), point("1/3", 0, 1)]
ELEMENTS = [(0, 1, 2, 3, 4), (1, 0, 5, 6), (4, 5, 0)]
POINT_DATA = {"value_1": [fmpq(k, 7) for k in range(7)]}
ELEMENT_DATA = {"cell": [5, 3, 8], "gradient_1": [point(1, 2), point(3, "1/3"), point(0, 0)]}
SEGMENTS = [(0, 1), (1, 2), (4, 0)]


def read(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # meshio's reader of STL multiplies what may be no number
        return meshio.read(path)


def faces(mesh):
    return [tuple(row) for block in mesh.cells for row in block.data.tolist()]


def rounded(points):
    return [[float(Fraction(int(x.p), int(x.q))) for x in place] for place in points]


def write(path, **options):
    write_mesh(path, POINTS, ELEMENTS, 2, POINT_DATA, ELEMENT_DATA, **options)


@pytest.mark.parametrize("suffix", ["obj", "ply", "vtu"])
def test_polygons_come_back(tmp_path, suffix):
    write(tmp_path / f"roof.{suffix}")
    mesh = read(tmp_path / f"roof.{suffix}")
    assert mesh.points.tolist() == rounded(POINTS)
    assert mesh.points.dtype == np.float64
    assert faces(mesh) == [ELEMENTS[2], ELEMENTS[1], ELEMENTS[0]]


def test_data_come_back(tmp_path):
    write(tmp_path / "roof.vtu")
    mesh = read(tmp_path / "roof.vtu")
    assert mesh.point_data["value_1"].tolist() == [k / 7 for k in range(7)]
    assert [block.tolist() for block in mesh.cell_data["cell"]] == [[8], [3], [5]]
    assert [block.tolist() for block in mesh.cell_data["gradient_1"]] == [[[0, 0, 0]], [[3, 1 / 3, 0]], [[1, 2, 0]]]
    write(tmp_path / "roof.ply")
    assert read(tmp_path / "roof.ply").point_data["value_1"].tolist() == [k / 7 for k in range(7)]


def test_an_stl_file_has_triangles_with_their_normals(tmp_path):
    write(tmp_path / "roof.stl")
    mesh = read(tmp_path / "roof.stl")
    drawn = [tuple(tuple(mesh.points[one]) for one in face) for face in faces(mesh)]
    wanted = [(0, 1, 2), (0, 2, 3), (0, 3, 4), (1, 0, 5), (1, 5, 6), (4, 5, 0)]
    assert drawn == [tuple(tuple(rounded(POINTS)[one]) for one in face) for face in wanted]
    assert mesh.cell_data["facet_normals"][0].tolist() == [[0, 0, 1]] * 3 + [[0, 1, 0]] * 2 + [[1, 0, 0]]


@pytest.mark.parametrize(("suffix", "lines"), [("obj", False), ("ply", True), ("vtu", True)])
def test_segments_in_the_plane(tmp_path, suffix, lines):
    path = tmp_path / f"curve.{suffix}"
    write_mesh(path, [place[:2] for place in POINTS], SEGMENTS, 1)
    mesh = read(path)
    assert mesh.points.tolist() == [[x, y, 0] for x, y, _ in rounded(POINTS)]
    if lines:
        assert [(block.type, block.data.tolist()) for block in mesh.cells] == [("line", [list(one) for one in SEGMENTS])]
    else:  # meshio passes lines over
        assert [line for line in path.read_text().splitlines() if line[0] != "v"] == ["l 1 2", "l 2 3", "l 5 1"]


def test_tetrahedra(tmp_path):
    write_mesh(tmp_path / "a.vtu", POINTS, [(0, 1, 3, 5), (1, 3, 5, 6)], 3, element_data={"cell": [1, 2]})
    mesh = read(tmp_path / "a.vtu")
    assert [(block.type, block.data.tolist()) for block in mesh.cells] == [("tetra", [[0, 1, 3, 5], [1, 3, 5, 6]])]
    assert mesh.cell_data["cell"][0].tolist() == [1, 2]


@pytest.mark.parametrize("suffix", ["obj", "ply", "vtu"])
def test_points_that_become_equal_stay_apart(tmp_path, suffix):
    near = [*POINTS[:2], point(Fraction(1, 3) + Fraction(1, 10**30), 0, 0), POINTS[3]]
    write_mesh(tmp_path / f"thin.{suffix}", near, [(0, 1, 2, 3)], 2)
    mesh = read(tmp_path / f"thin.{suffix}")
    assert mesh.points[1].tolist() == mesh.points[2].tolist()
    assert faces(mesh) == [(0, 1, 2, 3)]


def test_an_stl_file_knows_points_by_coordinates_alone(tmp_path):
    third, tiny = Fraction(1, 3), Fraction(1, 10**30)
    near = [point(third, third, 0), point(third + tiny, third, 0), point(third, third + tiny, 0)]
    write_mesh(tmp_path / "thin.stl", near, [(0, 1, 2)], 2)
    text = (tmp_path / "thin.stl").read_text()
    assert "nan" not in text
    assert "normal 0.0 0.0 1.0" in text
    assert len({line for line in text.splitlines() if "vertex" in line}) == 1


@pytest.mark.parametrize("suffix", ["obj", "ply", "stl", "vtu"])
def test_the_same_mesh_gives_the_same_bytes(suffix):
    once, twice = (encode_mesh("-", POINTS, ELEMENTS, 2, POINT_DATA, ELEMENT_DATA, suffix) for _ in range(2))
    assert once == twice


def test_what_meshio_says_of_itself_is_left_out():
    assert b"meshio" not in encode_mesh("a.obj", POINTS, ELEMENTS, 2)
    assert b"meshio" not in encode_mesh("a.ply", POINTS, ELEMENTS, 2)


def test_polygons_with_more_corners_than_a_byte_counts(tmp_path):
    wheel = [point(x, x * x) for x in range(300)]
    write_mesh(tmp_path / "wheel.ply", wheel, [tuple(range(300)), tuple(range(255)), (0, 1, 2)], 2)
    found = faces(read(tmp_path / "wheel.ply"))
    assert found == [*[(0, k, k + 1) for k in range(1, 299)], (0, 1, 2), tuple(range(255))]


def test_a_file_that_exists_stays_unless_force_says_otherwise(tmp_path):
    path = tmp_path / "roof.obj"
    path.write_text("mine")
    with pytest.raises(FileFormatError, match=r"roof\.obj: the file exists"):
        write(path)
    assert path.read_text() == "mine"
    write(path, force=True)
    assert path.read_text().startswith("v 0.0 0.0 0.0\n")
    assert sorted(tmp_path.iterdir()) == [path]


def test_files_appear_whole_or_not_at_all(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_move", fail)
    with pytest.raises(FileFormatError, match="No space left"):
        write(tmp_path / "roof.obj")
    assert list(tmp_path.iterdir()) == []


def test_standard_output(capfdbinary):
    write("-")
    assert capfdbinary.readouterr().out.startswith(b"v 0.0 0.0 0.0\nv 0.3333333333333333 0.0 0.0\n")
    write("-", format="ply")
    assert capfdbinary.readouterr().out.startswith(b"ply\n")


def test_what_a_format_does_not_hold():
    assert [mesh_format(f"a.{name.upper()}", 2) for name in ("obj", "ply", "stl", "vtu")] == ["obj", "ply", "stl", "vtu"]
    assert mesh_format("a.obj", 3, "vtu") == "vtu"
    with pytest.raises(FileFormatError, match=r"a\.stl: \.stl files hold no segments; \.obj, \.ply and \.vtu files do"):
        mesh_format("a.stl", 1)
    with pytest.raises(FileFormatError, match=r"a\.ply: \.ply files hold no tetrahedra; \.vtu files do"):
        write_mesh("a.ply", POINTS, [(0, 1, 3, 5)], 3)
    with pytest.raises(FileFormatError, match=r'a\.off: unknown suffix "\.off".*\.obj'):
        write("a.off")


def test_an_empty_mesh(tmp_path):
    with pytest.raises(FileFormatError, match=r"e\.stl: the mesh is empty"):
        write_mesh(tmp_path / "e.stl", [], [], 2)
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_no_double_holds(tmp_path):
    huge = fmpq(10) ** 400
    path = tmp_path / "a.vtu"
    with pytest.raises(FileFormatError, match=r"a\.vtu: a coordinate of point 2 is beyond the largest double, 1\.798e\+308"):
        write_mesh(path, [POINTS[0], (huge, huge, huge), POINTS[2]], [(0, 1, 2)], 2)
    with pytest.raises(FileFormatError, match="value_1 of point 3 is beyond"):
        write_mesh(path, POINTS[:3], [(0, 1, 2)], 2, {"value_1": [fmpq(0), fmpq(0), -huge]})
    with pytest.raises(FileFormatError, match="gradient_1 of element 1 is beyond"):
        write_mesh(path, POINTS[:3], [(0, 1, 2)], 2, None, {"gradient_1": [(fmpq(0), huge)]})
    assert list(tmp_path.iterdir()) == []


def test_without_meshio(monkeypatch, tmp_path):
    real = builtins.__import__

    def without(name, *rest):
        if name == "meshio":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError, match=r"relupoly\[mesh\]"):
        write(tmp_path / "a.obj")


def test_without_a_place_for_temporary_files(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(FileFormatError, match="folder of temporary files"):
        write(tmp_path / "a.obj")


def test_normals_survive_any_size():
    tiny, big = fmpq(1) / fmpq(10) ** 300, fmpq(10) ** 300
    assert unit_normal([point(0, 0, 0), (tiny, fmpq(0), fmpq(0)), (fmpq(0), 3 * tiny, 4 * tiny)]) == [0, -0.8, 0.6]
    assert unit_normal([point(0, 0, 0), (fmpq(0), big, fmpq(0)), (fmpq(0), fmpq(0), big)]) == [1, 0, 0]
