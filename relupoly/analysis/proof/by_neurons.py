"""`ByNeurons`: divides a part by the signs of its neurons, layer by layer, with exact linear programs, until each is done with.

A neuron that has one sign on a part is given it, with the multipliers that prove it; another one divides the part in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.relaxation import Boxes, Relaxation
from relupoly.analysis.proof.exact_part import ExactPart, Form, Forms, Neuron
from relupoly.analysis.proof.leaves import GRADIENT, Leaves
from relupoly.analysis.proof.nodes import Line, Node, sum_document, sum_leaf
from relupoly.analysis.proof.task import End, ProofTask
from relupoly.exact.fractions import from_fraction
from relupoly.run import Run


@dataclass
class Part:
    """A part that is divided by neurons.

    Attributes
    ----------
    node : Node
    low, high : tuple of fmpq or None
        The ends of its box.
    signs : dict
        The signs of neurons that are given.
    bounds : Boxes or None
        Of its neurons in doubles, if there are any.
    points : tuple of points
        That lie in it.
    """

    node: Node
    low: tuple[End, ...]
    high: tuple[End, ...]
    signs: dict[Neuron, int]
    bounds: Boxes | None
    points: tuple[Sequence[Fraction], ...] = ()


class ByNeurons:
    """Divides parts of a task.

    Parameters
    ----------
    task : ProofTask
    leaves : Leaves or None
        What doubles prove, if they know its net.
    run : Run
    told : callable
        Called for each node.
    """

    def __init__(self, task: ProofTask, leaves: Leaves | None, run: Run, told: Callable[[], None]) -> None:
        self._task, self._leaves, self._run, self._told = task, leaves, run, told
        self._forms = Forms(task.network)
        self._left: list[Part] = []

    def finish(self, part: Part) -> None:
        """Make the tree of a part."""
        self._left = [part]
        while self._left:
            self._run.tick()
            self._divide(self._left.pop())
            self._told()

    def _divide(self, part: Part) -> None:
        boxes = part.bounds
        if boxes is not None and part.signs:
            assert self._leaves, "bounds come from doubles"
            relaxation = Relaxation(self._leaves.net, _with_signs(boxes, part.signs))
            [leaf], _ = self._leaves.of(relaxation)
            part.node.narrow = narrow_neurons(relaxation, 0)
            boxes = relaxation.boxes
            if leaf is not None:
                part.node.line = leaf
                return
        passing, layer = self._settled(part.signs, boxes)
        forms = self._forms.of(passing)
        known = self._neuron_forms(part.signs, passing)
        inner = ExactPart(self._task, part.low, part.high, known, self._run)
        if self._task.rows and not part.signs and (empty := inner.emptiness()) is not None:
            part.node.line = sum_leaf(empty)
            return
        if layer is None:
            part.node.line = self._exact_leaf(inner, forms)
            return
        neuron = next(place for place in self._open(layer, part.signs, boxes))
        self._give_sign(part, boxes, inner, (layer, neuron), forms[neuron])

    def _give_sign(self, part: Part, boxes: Boxes | None, inner: ExactPart, neuron: Neuron, form: Form) -> None:
        """Go on with the sign that a neuron has on a part, if it has one, else with both parts."""
        points = list(part.points)
        for sign in (-1, 1):
            if any(_at(form, point) * sign < 0 for point in points):
                continue
            found = inner.greatest([-sign * entry for entry in form])
            if found is not None and found[0].value <= 0:
                part.node.line = {"sign": [*neuron, sign], "sum": sum_document(found[1])}
                self._go_on(replace(part, bounds=boxes, points=(*points, found[0].point)), neuron, (sign,))
                return
            if found is not None:
                points.append(found[0].point)
        part.node.line = {"neuron": list(neuron)}
        for sign, child in zip((1, -1), self._go_on(replace(part, bounds=boxes), neuron, (1, -1)), strict=True):
            child.points = tuple(point for point in points if _at(form, point) * sign >= 0)

    def _go_on(self, part: Part, neuron: Neuron, signs: Sequence[int]) -> list[Part]:
        """What is left of a part, with each of some signs of a neuron."""
        part.node.below = tuple(Node() for _ in signs)
        children = [
            replace(part, node=node, signs={**part.signs, neuron: sign})
            for node, sign in zip(part.node.below, signs, strict=True)
        ]
        self._left += children
        return children

    def _exact_leaf(self, inner: ExactPart, forms: Sequence[Form]) -> Line:
        """The leaf of a part on which the net is affine."""
        if self._task.steepness:
            return GRADIENT
        slacks = []
        for one in self._task.asserted:
            form = [fmpq(0)] * len(forms[0])
            for factor, output in zip(one.row, forms, strict=True):
                if factor:
                    form = [a + factor * b for a, b in zip(form, output, strict=True)]
            form[0] += one.start
            slacks.append((one, form))
        found = inner.refutation(slacks)
        assert found is not None, "what is claimed is true"
        return sum_leaf(found)

    def _settled(self, signs: dict[Neuron, int], boxes: Boxes | None) -> tuple[list[list[bool]], int | None]:
        """Whether neurons pass on what enters them, layer by layer, and the first layer where some sign is not known."""
        found: list[list[bool]] = []
        for layer, one in enumerate(self._task.network.hidden):
            if next(self._open(layer, signs, boxes), None) is not None:
                return found, layer
            found.append([self._passes(layer, place, signs, boxes) for place in range(one.outputs)])
        return found, None

    def _passes(self, layer: int, place: int, signs: dict[Neuron, int], boxes: Boxes | None) -> bool:
        if not self._task.network.hidden[layer].has_relu[place]:
            return True
        sign = signs.get((layer, place))
        return sign > 0 if sign else boxes is not None and bool(boxes.least[layer][0, place] >= 0)

    def _open(self, layer: int, signs: dict[Neuron, int], boxes: Boxes | None) -> Iterator[int]:
        """The neurons of a layer whose signs are not known."""
        for place, relu in enumerate(self._task.network.hidden[layer].has_relu):
            if not relu or (layer, place) in signs:
                continue
            if boxes is None or boxes.least[layer][0, place] < 0 < boxes.most[layer][0, place]:
                yield place

    def _neuron_forms(self, signs: dict[Neuron, int], passing: Sequence[Sequence[bool]]) -> list[tuple[Neuron, Form]]:
        """What enters neurons whose signs are given, times these."""
        return [
            ((layer, place), [sign * entry for entry in self._forms.of(passing[:layer])[place]])
            for (layer, place), sign in signs.items()
        ]


def _with_signs(boxes: Boxes, signs: dict[Neuron, int]) -> Boxes:
    """The bounds of a single box's neurons, with the signs that are given."""
    least, most = [one.copy() for one in boxes.least], [one.copy() for one in boxes.most]
    for (layer, place), sign in signs.items():
        if sign > 0:
            least[layer][0, place] = max(least[layer][0, place], 0.0)
        else:
            most[layer][0, place] = min(most[layer][0, place], 0.0)
    return Boxes(boxes.low, boxes.high, tuple(least), tuple(most))


def narrow_neurons(relaxation: Relaxation, place: int) -> list[list[int]]:
    """The neurons that are bounded by constants on a box."""
    return [[layer, int(neuron)] for layer, one in enumerate(relaxation.narrow) for neuron in np.flatnonzero(one[place])]


def _at(form: Form, point: Sequence[Fraction]) -> fmpq:
    return sum((slope * from_fraction(entry) for slope, entry in zip(form[1:], point, strict=True)), form[0])
