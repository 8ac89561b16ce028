"""The vertices of a cell that was listed without them, by pycddlib: where somebody asks for them, however many they are."""

from __future__ import annotations

from dataclasses import replace

from flint import fmpq, fmpz

from relupoly.exact.matrices import primitive, rows_of
from relupoly.geometry.polytope_volume import polytope_volume
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run


def with_corners(cell: CellRecord, run: Run = UNLIMITED) -> CellRecord:
    """The same record with vertices, rays, incidences and, where it is bounded, the volume.

    Parameters
    ----------
    cell : CellRecord
        With facets. One that has vertices stays as it is, and so does the whole space.
    run : Run, optional
        There may be very many: it may stop.

    Raises
    ------
    MissingPackageError
        If pycddlib is not installed.
    SizeError
        If they need more memory than the run, or the machine, has.
    ValueError
        If the facets were not asked for.

    Examples
    --------
    >>> from relupoly.geometry.domain import Domain
    >>> from relupoly.networks.network import Network
    >>> from relupoly.pieces.listing.cells import list_cells
    >>> net = Network.from_rows([([[1, 1]], None), ([[1]], None)])
    >>> cell = next(list_cells(net, Domain.box([0, 0], [1, 1]), ("facets",)))
    >>> cell.vertices is None, with_corners(cell).vertices, with_corners(cell).volume
    (True, ((0, 0), (0, 1), (1, 0), (1, 1)), 1)
    """
    if cell.vertices is not None:
        return cell
    polyhedron = cell.polyhedron
    if polyhedron is None:
        return cell  # the whole space, whose dimension it does not tell
    found = polyhedron.vertices(run)
    vertices = [tuple(row) for row in rows_of(found.vertices)]
    rays = [tuple(row) for row in rows_of(found.rays)]
    for row in rows_of(found.lines):
        rays += [tuple(row), tuple(-entry for entry in row)]
    incidence = []
    for facet in cell.facets or ():
        on = [place for place, vertex in enumerate(vertices) if not facet.slack(vertex)]
        on += [len(vertices) + place for place, ray in enumerate(rays) if not _rate(facet.normal, ray)]
        incidence.append(tuple(on))
    volume = None
    if not rays:
        homogeneous = [primitive([*vertex, fmpq(1)]) for vertex in vertices]
        normals = [facet.normal for facet in cell.facets or ()]
        volume = polytope_volume(homogeneous, [sum(1 << place for place in on) for on in incidence], normals, run)
    return replace(
        cell, vertices=tuple(vertices), rays=tuple(rays), incidence=tuple(incidence), bounded=not rays, volume=volume
    )


def _rate(normal: tuple[fmpz, ...], ray: Vector) -> fmpq:
    return sum((entry * x for entry, x in zip(normal, ray, strict=True)), fmpq(0))
