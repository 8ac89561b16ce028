"""`ActivationCell`, a full-dimensional cell, and `Cell`, which has rays; what tells cells and functions apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.cone import Cone
from relupoly.geometry.faces import facets
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap


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
        """As `ActivationCell.crossings`."""
        first = self.net.first_label[0]
        found = [walls for walls in (self.cone.walls[group] for group in facets(self.cone)) if walls.min() >= first]
        return found if wanted is None else [walls for walls in found if len(walls) > 1 or wanted[walls[0] - first]]


def neuron_signs(net: HomogeneousNet, layer: int, signs: NDArray[np.int8]) -> NDArray[np.int8]:
    """The sign of each neuron of a layer, from the signs of its hyperplanes."""
    planes = net.hyperplanes[layer]
    return signs[planes.of] * planes.side


def same_function(one: LayerMap, other: LayerMap) -> bool:
    """Whether two output maps are the same function: fingerprints first, then exactly."""
    return np.array_equal(one.residues, other.residues) and one.forms == other.forms
