"""`Mesh`: exact points, and elements of one dimension that join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flint import fmpq

from relupoly.pieces.listing.records import Vector

if TYPE_CHECKING:
    from relupoly.files.streams import Location


@dataclass(frozen=True, slots=True)
class Mesh:
    """Segments, convex polygons or tetrahedra with rational corners; equal points are one point.

    Attributes
    ----------
    dimension : int
        Of each element: 1 for segments, 2 for polygons, 3 for tetrahedra.
    points : tuple of tuple of fmpq, shape (points, n), n from 1 to 3
    elements : tuple of tuple of int
        For each element the numbers of its points, from 0; those of a polygon in the order of its boundary.
    numbers : tuple of int, length of elements
        The number of the cell in which the element lies.
    gradients : tuple of tuple of tuple of fmpq, shape (elements, outputs, inputs)
        Of the net there.
    values : tuple of tuple of fmpq, shape (points, outputs)
        Of the net at the points.
    pieces : dict of str to tuple of int
        For each notion by which all cells know it, the number of the piece in which each element lies.

    Raises
    ------
    ValueError
        If the lengths do not fit.
    """

    dimension: int
    points: tuple[Vector, ...]
    elements: tuple[tuple[int, ...], ...]
    numbers: tuple[int, ...]
    gradients: tuple[tuple[Vector, ...], ...]
    values: tuple[Vector, ...]
    pieces: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        labels = (self.numbers, self.gradients, *self.pieces.values())
        if any(len(label) != len(self.elements) for label in labels) or len(self.values) != len(self.points):
            raise ValueError("give a number and a gradient for each element, and values for each point")

    def save(self, target: Location, format: str | None = None, force: bool = False) -> None:
        """Write the mesh to a file, with the nearest doubles for its rationals; only .vtu files hold gradients and numbers.

        Parameters
        ----------
        target : path or "-"
        format : str or None
            "obj", "ply", "stl" or "vtu"; by default the suffix decides.
        force : bool
            Whether an existing file may be overwritten.

        Raises
        ------
        FileFormatError
            If the format is not known or does not hold such elements, or the file exists or cannot be written.
        MissingPackageError
            If meshio is not installed.
        """
        from relupoly.files import write_mesh

        data = self.point_data, self.element_data
        write_mesh(target, self.points, self.elements, self.dimension, *data, format, force)

    @property
    def point_data(self) -> dict[str, tuple[fmpq, ...]]:
        """What files say of points: `value_1` and so on, the outputs of the net."""
        outputs = len(self.values[0]) if self.values else 0
        return {f"value_{k + 1}": tuple(row[k] for row in self.values) for k in range(outputs)}

    @property
    def element_data(self) -> dict[str, tuple[int, ...] | tuple[Vector, ...]]:
        """What files say of elements: `cell` and perhaps `piece_open` and so on, which are numbers; `gradient_1` and so on."""
        data: dict[str, tuple[int, ...] | tuple[Vector, ...]] = {"cell": self.numbers}
        data |= {f"piece_{notion}": numbers for notion, numbers in self.pieces.items()}
        outputs = len(self.gradients[0]) if self.gradients else 0
        return data | {f"gradient_{k + 1}": tuple(rows[k] for rows in self.gradients) for k in range(outputs)}
