"""The cells of the first hidden layers, each as it meets the next one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from flint import fmpq, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.vectors import Signs
from relupoly.pieces.constraints.cell import forms_of
from relupoly.pieces.constraints.node import ConstrainedNode
from relupoly.pieces.constraints.polytope import Question
from relupoly.pieces.constraints.proofs import value
from relupoly.pieces.constraints.steps import ConstraintSteps
from relupoly.pieces.constraints.witness import Witness
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.hyperplanes import Hyperplanes
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.run import UNLIMITED, Run


def nodes_entering(net: HomogeneousNet, layer: int, run: Run = UNLIMITED) -> Iterator[ConstrainedNode]:
    """The cells of all hidden layers before one, as nodes of the walk that meet this layer.

    Parameters
    ----------
    net : HomogeneousNet
        Whose cells are held by constraints.
    layer : int
        Counted from 0; of the first layer there is one node, the domain.
    run : Run, optional
    """
    steps = ConstraintSteps(net, run)
    waiting = list(steps.roots())
    while waiting:
        node = waiting.pop()
        if node.stage.layer_map.layer == layer:
            yield node
        else:
            waiting += steps.children(node)


class LayerOnCell:
    """The hyperplanes of a layer on a cell of the layers before.

    Parameters
    ----------
    node : ConstrainedNode
        That meets the layer.
    run : Run, optional

    Attributes
    ----------
    signs : ndarray of int8, shape (h,)
        Of all forms at the cell's witness; those that the bounds decide have this sign on the whole cell.
    """

    def __init__(self, node: ConstrainedNode, run: Run = UNLIMITED) -> None:
        self.node = node
        layer_map = node.stage.layer_map
        self._net, self._layer = layer_map.net, layer_map.layer
        self._question = Question(node.cell, layer_map, run)
        self.signs: Signs = node.chosen.copy()
        self.signs[node.open] = node.signs
        self.open: NDArray[np.intp] = node.open

    @property
    def layer_map(self) -> LayerMap:
        """The layer's forms on the cell."""
        return self.node.stage.layer_map

    @property
    def planes(self) -> Hyperplanes:
        """The layer's hyperplanes."""
        return self._net.hyperplanes[self._layer]

    def moved(self, witness: Witness, direction: Sequence[fmpq], plane: int | None = None) -> list[fmpq]:
        """A point of the cell's interior some way from another one, on the same side of a hyperplane."""
        inside = witness.coordinates
        reach = self._question.reach(inside, direction)
        if plane is not None:
            form = self._question.exact(self._net.first_label[self._layer] + plane, 1)
            rate = sum((one * two for one, two in zip(form, direction, strict=False)), fmpq(0))
            at = value(form, inside)
            if rate * at < 0:
                reach = min(reach, -at / rate)
        return [x + reach / 2 * step for x, step in zip(inside, direction, strict=True)]

    def witnesses(self, plane: int) -> dict[int, Witness]:
        """A point inside the cell for each sign that a form has there, where the bounds leave open whether it has both.

        A form that vanishes on the cell has none.
        """
        sign = int(self.signs[plane])
        label = self._net.first_label[self._layer] + plane
        if sign == 0:
            return self._question.around(label) or {}
        form = self._form(plane, label)
        found = {sign: self.node.cell.witness}
        other = self._question.beyond(label, sign, form.flip(np.array([sign], dtype=np.int8)))
        if other is not None:
            found[-sign] = other
        return found

    def _form(self, plane: int, label: int) -> FloatVectors:
        """A form in doubles; written anew where they have lost it."""
        stage = self.node.stage
        form = forms_of(stage, self._net.hyperplanes[self._layer].first[plane : plane + 1])
        if not len(form.inaccurate()):
            return form
        entries = self._question.exact(label, 1)
        return FloatVectors.from_directions(fmpz_mat(1, len(entries), entries))
