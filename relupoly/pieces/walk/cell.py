"""`ActivationCell`, a full-dimensional cell, and `Cell`, which has rays; what tells cells and functions apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.sparse import SparseMatrix
from relupoly.geometry.cone import Cone
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap

_FEW = 4  # neurons whose contributions are added up one by one


@dataclass(frozen=True)
class ActivationCell(ABC):
    """A full-dimensional activation cell of a net on a domain.

    Attributes
    ----------
    net : HomogeneousNet
    signs : tuple of ndarray of int8
        For each hidden layer, the sign of each hyperplane's form inside the cell (0: it vanishes on the whole cell).
    output : LayerMap
        The affine map of the net on the cell.
    """

    net: HomogeneousNet
    signs: tuple[NDArray[np.int8], ...]
    output: LayerMap

    @cached_property
    def all_signs(self) -> NDArray[np.int8]:
        """The signs of all layers in one array; entry i belongs to the wall label `first_label[0] + i`."""
        return np.concatenate(self.signs)

    def neuron_signs(self) -> NDArray[np.int8]:
        """The sign of every neuron's preactivation inside the cell, shape (number of neurons,)."""
        return np.concatenate([neuron_signs(self.net, layer, signs) for layer, signs in enumerate(self.signs)])

    @abstractmethod
    def crossings(self, wanted: NDArray[np.bool_] | None = None) -> Sequence[NDArray[np.intp]]:
        """The facets on hyperplanes of neurons.

        Parameters
        ----------
        wanted : ndarray of bool, optional
            For each hyperplane: facets that no wanted one supports, and one hyperplane alone, may be left out.

        Returns
        -------
        sequence of ndarray of int
            For each facet, the labels of the hyperplanes that support it.
        """

    def face_key(self, walls: NDArray[np.intp]) -> bytes:
        """What identifies the face on the given walls in the whole complex: the sign of every form inside it.

        Parameters
        ----------
        walls : ndarray of int
            The labels of all walls that contain the face.

        Notes
        -----
        The points with given signs of all preactivations form a convex set, on which the same cells meet everywhere. So
        two faces of the complex that have the same signs, on the domain's inequalities too, are the same face.
        """
        first = self.net.first_label[0]
        signs = self.all_signs.copy()
        signs[walls[walls >= first] - first] = 0
        boundary = np.zeros(first, dtype=np.int8)
        boundary[walls[walls < first]] = 1
        return np.concatenate([signs, boundary]).tobytes()

    def face_signs(self, walls: NDArray[np.intp]) -> NDArray[np.int8]:
        """The same by label: the sign of each hyperplane's form there; of an inequality 0 where it is tight, else -1."""
        boundary = np.full(self.net.first_label[0], -1, dtype=np.int8)
        signs = np.concatenate([boundary, self.all_signs])
        signs[walls] = 0
        return signs


@dataclass(frozen=True)
class Cell(ActivationCell):
    """A cell that is known by its rays.

    Attributes
    ----------
    cone : Cone
        The closed cell, homogenised.
    """

    cone: Cone

    def crossings(self, wanted: NDArray[np.bool_] | None = None) -> Sequence[NDArray[np.intp]]:
        """As `ActivationCell.crossings`.

        Walls that nobody wants, as nearly all are, cost nothing: on cells in R^8 all facets took half of the time for `open`.
        """
        first, labels = self.net.first_label[0], self.cone.walls.tolist()
        silent = wanted.tolist() if wanted is not None else None
        groups: dict[bytes, list[int]] = {}
        for label, rays in zip(labels, np.packbits(self.cone.tight.T, axis=1), strict=True):
            groups.setdefault(rays.tobytes(), []).append(label)
        sets = [int.from_bytes(rays, "big") for rays in groups]
        found = []
        for rays, walls in zip(sets, groups.values(), strict=True):
            if not rays or min(walls) < first or (silent and len(walls) == 1 and not silent[walls[0] - first]):
                continue
            # A wall supports a facet if no other one contains more of its rays.
            if not any(rays & other == rays != other for other in sets):
                found.append(np.array(walls, dtype=np.intp))
        return found


def neuron_signs(net: HomogeneousNet, layer: int, signs: NDArray[np.int8]) -> NDArray[np.int8]:
    """The sign of each neuron of a layer, from the signs of its hyperplanes."""
    planes = net.hyperplanes[layer]
    return signs[planes.of] * planes.side


def same_function(one: LayerMap, other: LayerMap) -> bool:
    """Whether two output maps are the same function, exactly; fingerprints first, unless few neurons of one layer tell.

    Cells on the two sides of a hyperplane of the last layer mostly differ in a neuron or two of it. What these contribute is
    all that is looked at: with 600 neurons in that layer, a whole map took a millisecond.
    """
    if one.previous is not None and one.previous is other.previous:
        difference = _difference(one, other)
        if difference is not None:
            return not difference
    return np.array_equal(one.residues, other.residues) and one.forms == other.forms


def _difference(one: LayerMap, other: LayerMap) -> fmpz_mat | None:
    """A multiple of the difference of two maps that differ in one layer's active neurons alone; None where these are many."""
    matrix = one.net.layers[one.layer]
    assert one.active is not None
    assert other.active is not None
    assert one.previous is not None
    changed = np.flatnonzero(one.active != other.active).tolist()
    if len(changed) > _FEW or isinstance(matrix, SparseMatrix):
        return None
    source, rows, columns = one.previous.forms, matrix.nrows() - 1, one.net.dimension
    weights = [matrix[row, place] if one.active[place] else -matrix[row, place] for row in range(rows) for place in changed]
    forms = [source[place, column] for place in changed for column in range(columns)]
    return fmpz_mat(rows, len(changed), weights) * fmpz_mat(len(changed), columns, forms)
