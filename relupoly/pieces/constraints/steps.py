"""One step of the walk over cells that are held by constraints.

A layer's forms that a bound on the box decides are settled at once. Of the others, the first that cuts the cell cuts it in two;
for each that does not, one linear program says so, for all cells below. So the tree is that of the walk over rays
(`relupoly.pieces.walk.step`): a cell is cut by the first hyperplane, in the order of the neurons, that cuts it at all. The
positive half comes first, whatever the witnesses are: so cells come in the lexicographic order of their signs, interpreted or
compiled, and a number means the same cell on every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.exact.vectors import Signs
from relupoly.jit import Engine
from relupoly.pieces.constraints.cell import ConstrainedCell, ConstrainedStage, forms_of
from relupoly.pieces.constraints.node import ConstrainedNode
from relupoly.pieces.constraints.polytope import Polytope, Question
from relupoly.pieces.constraints.region import whole_region
from relupoly.pieces.constraints.witness import Witness
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap, passing
from relupoly.pieces.walk.cell import neuron_signs
from relupoly.pieces.walk.node import Stage
from relupoly.run import UNLIMITED, Run

ENGINE = Engine("relupoly.pieces.constraints.compiled", [(Path(__file__).with_name("kernel") / "loop.py", "walk")])


class ConstraintSteps:
    """The steps of a walk over cells that are held by constraints."""

    def __init__(self, net: HomogeneousNet, run: Run = UNLIMITED) -> None:
        assert net.bounds is not None
        self.net = net
        self.run = run
        self.decided = 0
        self._bounds: Bounds = net.bounds
        self._weights = net.vectors(FloatVectors)
        self._entry = net.entering

    @property
    def starts(self) -> int:
        """The walk starts from the whole domain."""
        return 1

    @property
    def beginning(self) -> str:
        """As `TakesSteps.beginning`."""
        return "box"

    def roots(self, first: int = 0, step: int = 1) -> Iterator[ConstrainedNode]:
        """The domain, in the first layer; nothing where that is not asked for."""
        if first == 0:
            yield self._enter(ConstrainedStage(LayerMap(self.net, 0), self._entry), whole_region(self.net, self.run))

    def children(self, node: ConstrainedNode) -> list[ConstrainedNode]:
        """The two halves of a node, or the node that enters the next layer; none where the node is a cell."""
        while len(node.open):
            self.run.tick()
            halves = self._halves(node)
            if halves:
                return halves
        layer = node.stage.layer_map.layer
        if layer + 1 == self.net.depth:
            return []
        active = self._active(layer, node.chosen)
        layer_map = LayerMap(self.net, layer + 1, active, node.stage.layer_map)
        forms = self._weights[layer + 1].image(node.stage.forms, active)
        return [self._enter(ConstrainedStage(layer_map, forms, node.stage, node.chosen), node.cell)]

    def take(self, waiting: list[ConstrainedNode]) -> Iterator[ConstrainedCell]:
        """Take the last node off a list; put its children there, or give it out as a cell."""
        node = waiting.pop()
        children = self.children(node)
        waiting += children
        if not children:
            yield self._cell(node)

    def _cell(self, node: ConstrainedNode) -> ConstrainedCell:
        stage = node.stage
        layer = stage.layer_map.layer
        output = LayerMap(self.net, layer + 1, self._active(layer, node.chosen), stage.layer_map)
        return ConstrainedCell(self.net, (*stage.earlier, node.chosen), output, node.cell, stage.stages, self.run)

    def _active(self, layer: int, chosen: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Which rows of a layer pass on what they compute."""
        return passing(self.net, layer, neuron_signs(self.net, layer, chosen) > 0)

    def _enter(self, stage: ConstrainedStage, cell: Polytope) -> ConstrainedNode:
        """A cell that meets a new layer: what the bounds on the box decide, and the witness's side of the rest."""
        layer = stage.layer_map.layer
        planes = self.net.hyperplanes[layer]
        forms = forms_of(stage, planes.first)
        least, most = self._bounds.enclose(forms)
        chosen = (least > 0).astype(np.int8) - (most < 0).astype(np.int8)
        unknown = np.flatnonzero(chosen == 0)
        signs = self._signs(stage, cell, unknown, cell.witness)
        return ConstrainedNode(stage, chosen, unknown, signs, cell)

    def _form(self, node: ConstrainedNode, label: int) -> FloatVectors:
        """The form of the first open hyperplane; written anew where doubles have lost it."""
        layer_map = node.stage.layer_map
        form = forms_of(node.stage, self.net.hyperplanes[layer_map.layer].first[node.open[:1]])
        if not len(form.inaccurate()):
            return form
        self.decided += 1
        entries = Question(node.cell, layer_map, self.run).exact(label, 1)
        return FloatVectors.from_directions(fmpz_mat(1, len(entries), entries))

    def _signs(self, stage: Stage, cell: Polytope, planes: NDArray[np.intp], witness: Witness) -> Signs:
        """The signs of a layer's forms at a point."""
        layer = stage.layer_map.layer
        first = self.net.first_label[layer]
        forms = forms_of(stage, self.net.hyperplanes[layer].first[planes])
        question = Question(cell, stage.layer_map, self.run)
        signs = question.signs(forms, (planes + first).tolist(), [1] * len(planes), witness)
        self.decided += question.decided
        return signs

    def _halves(self, node: ConstrainedNode) -> list[ConstrainedNode]:
        """The halves of a node on the sides of its first open hyperplane; none where that does not cut, and is settled now."""
        plane, sign = int(node.open[0]), int(node.signs[0])
        layer = node.stage.layer_map.layer
        label = self.net.first_label[layer] + plane
        form = self._form(node, label)
        question = Question(node.cell, node.stage.layer_map, self.run)
        if sign == 0:
            witnesses = question.around(label)
        else:
            other = question.beyond(label, sign, form.flip(np.array([sign], dtype=np.int8)))
            witnesses = None if other is None else {sign: node.cell.witness, -sign: other}
        self.decided += question.decided
        rest = node.open[1:]
        if witnesses is None:
            if question.decided:
                node.cell = replace(node.cell, touched=True)
            node.chosen[plane] = sign
            node.open, node.signs = rest, node.signs[1:]
            return []
        halves = []
        for side in (1, -1):
            witness = witnesses[side]
            chosen = node.chosen.copy()
            chosen[plane] = side
            signs = node.signs[1:] if witness is node.cell.witness else self._signs(node.stage, node.cell, rest, witness)
            half = node.cell.half(label, side, form.flip(np.array([side], dtype=np.int8)), witness)
            halves.append(ConstrainedNode(node.stage, chosen, rest, signs, half))
        return halves[::-1]
