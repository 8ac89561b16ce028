"""`MeshBuilder`: a mesh as it grows, cell by cell; it knows each point once, by its coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.analysis.meshes.mesh import Mesh
from relupoly.pieces.listing.records import CellRecord, Vector


class MeshBuilder:
    """Gathers points and elements.

    Parameters
    ----------
    dimension : int
        Of the elements.
    """

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._places: dict[Vector, int] = {}
        self._values: list[Vector] = []
        self._elements: list[tuple[int, ...]] = []
        self._numbers: list[int] = []
        self._gradients: list[tuple[Vector, ...]] = []
        self._pieces: list[dict[str, int]] = []

    def point(self, place: Vector, cell: CellRecord, at: Vector | None = None) -> int:
        """The number of a point of the mesh.

        Parameters
        ----------
        place : tuple of fmpq
        cell : CellRecord
            Some cell that holds it, whose map gives the values.
        at : tuple of fmpq, optional
            The point of the cell, where it is another one: a graph has one coordinate more.
        """
        number = self._places.setdefault(place, len(self._places))
        if number == len(self._values):
            self._values.append(tuple(cell.value(place if at is None else at)))
        return number

    def add(self, element: Sequence[int], cell: CellRecord) -> None:
        """An element that lies in a cell."""
        assert cell.gradient is not None
        self._elements.append(tuple(element))
        self._numbers.append(cell.number)
        self._gradients.append(cell.gradient)
        self._pieces.append(cell.piece or {})

    def mesh(self) -> Mesh:
        """All that was gathered."""
        notions = [name for name in (self._pieces[0] if self._pieces else ()) if all(name in one for one in self._pieces)]
        pieces = {name: tuple(one[name] for one in self._pieces) for name in notions}
        return Mesh(
            self._dimension,
            tuple(self._places),
            tuple(self._elements),
            tuple(self._numbers),
            tuple(self._gradients),
            tuple(self._values),
            pieces,
        )
