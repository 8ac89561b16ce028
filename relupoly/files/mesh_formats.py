"""What meshio makes of a mesh in each format, and what of it is not kept: the day, and meshio's own name.

meshio writes blocks, each an array of elements that have the same number of points. It writes into files alone, so they are
made in a folder of their own and read again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.disk.plain import reason
from relupoly.errors import FileFormatError, MissingPackageError

_POLYGONS = {3: "triangle", 4: "quad"}
_TRIANGLE = 3
_MOST_CORNERS = 255  # a byte counts them in .ply files


@dataclass(frozen=True, slots=True)
class DoubleMesh:
    """A mesh on its way into a file.

    Attributes
    ----------
    dimension : int
        Of the elements.
    exact : sequence of sequences of fmpq
        The points before they were rounded.
    elements : sequence of sequences of int
    points : ndarray of float64, shape (points, 3)
    point_data, element_data : dict of str to ndarray
        Of shape (k,), or (k, 3).
    """

    dimension: int
    exact: Sequence[Sequence[fmpq]]
    elements: Sequence[Sequence[int]]
    points: NDArray[np.float64]
    point_data: dict[str, NDArray[Any]]
    element_data: dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class MeshFormat:
    """A format of meshes.

    Attributes
    ----------
    dimensions : tuple of int
        Of the elements that it holds.
    encode : callable
        From a `DoubleMesh` to bytes.
    """

    dimensions: tuple[int, ...]
    encode: Callable[[DoubleMesh], bytes]


def _obj(mesh: DoubleMesh) -> bytes:
    """Wavefront OBJ; meshio knows no lines there, and ours are put behind the points."""
    blocks = [] if mesh.dimension == 1 else _blocks(mesh.elements)
    text = _written("obj", mesh.points, blocks, {}, {})
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(b"#")]
    lines = [b"l %d %d\n" % (one + 1, other + 1) for one, other in mesh.elements] if mesh.dimension == 1 else []
    return b"".join([*kept, *lines])


def _ply(mesh: DoubleMesh) -> bytes:
    """PLY, binary."""
    elements = [part for element in mesh.elements for part in (fan(element) if len(element) > _MOST_CORNERS else [element])]
    numbers = {name: array for name, array in mesh.point_data.items() if array.ndim == 1}
    data = _written("ply", mesh.points, _blocks(elements), numbers, {})
    header, end, body = data.partition(b"end_header\n")
    kept = [line for line in header.splitlines(keepends=True) if not line.startswith(b"comment")]
    return b"".join([*kept, end, body])


def _stl(mesh: DoubleMesh) -> bytes:
    """STL as text: the binary form has single precision. Normals are those of the exact triangles, which may be flat now."""
    triangles = [triangle for element in mesh.elements for triangle in fan(element)]
    normals = np.array([unit_normal([mesh.exact[corner] for corner in triangle]) for triangle in triangles])
    return _written("stl", mesh.points, _blocks(triangles), {}, {"facet_normals": [normals]})


def _vtu(mesh: DoubleMesh) -> bytes:
    """VTK's unstructured grids, in XML."""
    order = _by_size(mesh.elements)
    blocks = [("tetra", mesh.elements)] if mesh.dimension == 3 else _blocks(mesh.elements)
    data = {name: [array[members] for members in order.values()] for name, array in mesh.element_data.items()}
    return _written("vtu", mesh.points, blocks, mesh.point_data, data)


OBJ = MeshFormat((1, 2), _obj)
PLY = MeshFormat((1, 2), _ply)
STL = MeshFormat((2,), _stl)
VTU = MeshFormat((1, 2, 3), _vtu)


def fan(polygon: Sequence[int]) -> list[tuple[int, int, int]]:
    """The triangles of a convex polygon around its first corner.

    Examples
    --------
    >>> fan([5, 6, 7, 8])
    [(5, 6, 7), (5, 7, 8)]
    """
    first, *others = polygon
    return [(first, one, other) for one, other in pairwise(others)]


def unit_normal(triangle: Sequence[Sequence[fmpq]]) -> list[float]:
    """The normal of a triangle in R^3 that is not flat, in doubles; by the right-hand rule, of length 1.

    Examples
    --------
    >>> unit_normal([[fmpq(0)] * 3, [fmpq(10) ** 400, fmpq(0), fmpq(0)], [fmpq(0), fmpq(2), fmpq(0)]])
    [0.0, 0.0, 1.0]
    """
    origin, *ends = ([*point, *[fmpq(0)] * (3 - len(point))] for point in triangle)
    (a, b, c), (d, e, f) = ([x - y for x, y in zip(end, origin, strict=True)] for end in ends)
    normal = [b * f - c * e, c * d - a * f, a * e - b * d]
    largest = max(map(abs, normal))
    scaled = np.array([float(entry / largest) for entry in normal])
    return [float(entry) for entry in scaled / np.linalg.norm(scaled)]


def _by_size(elements: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """The places of the elements with each number of points, in ascending order."""
    found: dict[int, list[int]] = {}
    for place, element in enumerate(elements):
        found.setdefault(len(element), []).append(place)
    return dict(sorted(found.items()))


def _blocks(elements: Sequence[Sequence[int]]) -> list[tuple[str, Any]]:
    """Segments or polygons as meshio wants them: those with few points first."""
    kinds = {2: "line"} | _POLYGONS
    return [(kinds.get(size, "polygon"), [elements[place] for place in places]) for size, places in _by_size(elements).items()]


def _written(
    format: str,
    points: NDArray[np.float64],
    blocks: list[tuple[str, Any]],
    point_data: dict[str, NDArray[Any]],
    cell_data: dict[str, list[NDArray[Any]]],
) -> bytes:
    """The bytes of a file that meshio writes."""
    try:
        import meshio
    except ImportError:
        raise MissingPackageError("files of meshes need the package meshio: pip install relupoly[mesh]") from None
    arrays = [(kind, np.array(elements, dtype=np.int32)) for kind, elements in blocks]
    mesh = meshio.Mesh(points, arrays, point_data=dict(point_data), cell_data=dict(cell_data))
    try:
        with tempfile.TemporaryDirectory(prefix="relupoly-") as folder:
            path = Path(folder) / f"mesh.{format}"
            mesh.write(path, file_format=format)
            return path.read_bytes()
    except OSError as error:
        raise FileFormatError(
            f"the folder of temporary files cannot be written ({reason(error)}); name another one by TMPDIR"
        ) from None
