"""Meshes as files: .obj, .ply, .stl and .vtu, by meshio.

A mesh is points, and elements of one dimension that are tuples of their numbers: segments, convex polygons, or tetrahedra. No
format holds rationals: each coordinate becomes the nearest double. Distinct points may become equal ones then, a thin polygon
flat or a little bent; what is joined to what does not change, for elements are tuples of numbers still. STL alone repeats
coordinates in the place of numbers: points that have become equal are one point for whoever reads it.

The same mesh gives the same bytes: what meshio writes of the day and of itself into .obj and .ply files is taken out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import nearest_float
from relupoly.files.formats import Formats
from relupoly.files.mesh_formats import DoubleMesh, MeshFormat
from relupoly.files.streams import Location, display_name, is_standard, located, write_bytes

MESH_FORMATS: Formats[MeshFormat] = Formats(
    {"obj": "mesh_formats:OBJ", "ply": "mesh_formats:PLY", "stl": "mesh_formats:STL", "vtu": "mesh_formats:VTU"}, default="obj"
)

Data: TypeAlias = Mapping[str, Sequence[int] | Sequence[fmpq] | Sequence[Sequence[fmpq]]]
"""By name, for each point or element an integer, a number, or a vector of at most three entries."""

_NAMES = {1: "segments", 2: "polygons", 3: "tetrahedra"}
_SPACE = 3  # the dimension in which all formats draw


def mesh_format(target: Location, dimension: int, format: str | None = None) -> str:
    """The name of the format in which a mesh would be written; to be asked before the mesh is made.

    Parameters
    ----------
    target : path or "-"
    dimension : int
        Of the elements.
    format : str or None
        As for `write_mesh`.

    Raises
    ------
    FileFormatError
        If the format is not known, or does not hold elements of this dimension.

    Examples
    --------
    >>> mesh_format("ball.PLY", 2)
    'ply'
    >>> mesh_format("-", 3, "stl")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: standard output: .stl files hold no tetrahedra; .vtu files do
    """
    with located(_name(target)):
        name = MESH_FORMATS.name_of(target, format)
        if dimension not in MESH_FORMATS[name].dimensions:
            able = [f".{key}" for key, one in MESH_FORMATS.items() if dimension in one.dimensions]
            listed = " and ".join(filter(None, [", ".join(able[:-1]), able[-1]]))
            raise FileFormatError(f".{name} files hold no {_NAMES[dimension]}; {listed} files do")
        return name


def write_mesh(
    target: Location,
    points: Sequence[Sequence[fmpq]],
    elements: Sequence[Sequence[int]],
    dimension: int,
    point_data: Data | None = None,
    element_data: Data | None = None,
    format: str | None = None,
    force: bool = False,
) -> None:
    """Write a mesh to a file, whole or not at all.

    Parameters
    ----------
    target : path or "-"
        "-" is standard output, an .obj file unless `format` says otherwise.
    points : sequence of sequences of fmpq, shape (points, n), n at most 3
        Coordinates that are missing become 0.
    elements : sequence of sequences of int
        The numbers of their points, from 0; those of polygons, which are convex, in the order of the boundary.
    dimension : int
        Of the elements: 1 for segments, 2 for polygons, 3 for tetrahedra.
    point_data, element_data : dict of str to sequence, optional
        For each point or element an integer, a number, or a vector of at most three entries. Of data, .vtu files hold all, .ply
        files the numbers at points, the others nothing.
    format : str or None
        "obj", "ply", "stl" or "vtu"; by default the suffix decides.
    force : bool
        Whether an existing file may be overwritten.

    Raises
    ------
    FileFormatError
        If the format is not known, or holds no such elements; if there is no element, or a number is beyond the largest double;
        if the file exists or cannot be written.
    MissingPackageError
        If the package meshio is not installed.

    Notes
    -----
    Elements with few points come first in the file, polygons with more than .ply (255) or .stl (3) can hold are divided into
    triangles, in a fan around their first point.
    """
    data = encode_mesh(target, points, elements, dimension, point_data, element_data, format)
    write_bytes(target, data, force)


def encode_mesh(
    target: Location,
    points: Sequence[Sequence[fmpq]],
    elements: Sequence[Sequence[int]],
    dimension: int,
    point_data: Data | None = None,
    element_data: Data | None = None,
    format: str | None = None,
) -> bytes:
    """What `write_mesh` would write.

    Raises
    ------
    FileFormatError, MissingPackageError
        As there.
    """
    chosen = MESH_FORMATS[mesh_format(target, dimension, format)]
    with located(_name(target)):
        if not elements:
            raise FileFormatError("the mesh is empty, and programs that read such a file stumble over it; nothing is written")
        return chosen.encode(
            DoubleMesh(
                dimension,
                points,
                elements,
                _rows(points, "a coordinate of point"),
                {name: _array(values, f"{name} of point") for name, values in (point_data or {}).items()},
                {name: _array(values, f"{name} of element") for name, values in (element_data or {}).items()},
            )
        )


def _name(target: Location) -> str:
    return "standard output" if is_standard(target) else display_name(target)


def _array(values: Sequence[int] | Sequence[fmpq] | Sequence[Sequence[fmpq]], what: str) -> NDArray[np.int64 | np.float64]:
    """Data as an array: of integers, of doubles, or of vectors with three entries."""
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if isinstance(values[0], Sequence):
        return _rows(cast("Sequence[Sequence[fmpq]]", values), what)
    return _rows([[value] for value in cast("Sequence[fmpq]", values)], what)[:, 0]


def _rows(rows: Sequence[Sequence[fmpq]], what: str) -> NDArray[np.float64]:
    """Rows of rationals as the nearest doubles, with zeros behind them."""
    array = np.zeros((len(rows), _SPACE))
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            array[number, place] = _double(value, what, number)
    return array


def _double(value: fmpq, what: str, number: int) -> float:
    nearest = nearest_float(value)
    if math.isinf(nearest):
        raise FileFormatError(f"{what} {number + 1} is beyond the largest double, {np.finfo(float).max:.4g}; scale the net")
    return nearest
