"""`Prover`: makes the tree of a certificate, for what is known to be true.

The set is divided into boxes, many at once, until bounds in doubles prove what is to be proved on each, as in the search
(`relupoly.analysis.branching`). Boxes with few cells, and sets without ends, are divided by the signs of neurons, layer by
layer, with exact linear programs; each box starts with bounds of its own, as the checker's does. What the checker computes is
at least as tight as the doubles, so that it accepts what they prove.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import comb, inf
from typing import Any

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.analysis.branching.mixing import best_mixture
from relupoly.analysis.branching.relaxation import Boxes, Relaxation
from relupoly.analysis.proof.exact_part import ExactPart, Form, Forms, Neuron, Sum
from relupoly.analysis.proof.slopes import are_flat_enough, entries_at_most
from relupoly.analysis.proof.task import End, ProofTask
from relupoly.exact.fractions import exact_text, from_fraction, to_fraction
from relupoly.exact.rationals import nearest_float
from relupoly.pieces.forms.bounds import Bounds as ExactBounds
from relupoly.run import UNLIMITED, Run

_BATCH = 64
# A box with so many cells at most is divided by neurons: a linear program in rationals takes as long as bounds of ten boxes.
_FEW_CELLS = 256
# A box thinner than this, in shares of the set, is not halved any more.
_THINNEST = 2.0**-30

EMPTY = Sum()


@dataclass
class _Node:
    """A node of the tree: its line, neurons to be bounded by constants, and the nodes below it."""

    line: dict[str, Any] = field(default_factory=dict)
    narrow: list[list[int]] = field(default_factory=list)
    below: tuple[_Node, ...] = ()


@dataclass
class _Exact:
    """A part that is divided by neurons.

    Attributes
    ----------
    node : _Node
    low, high : tuple of fmpq or None
        The ends of its box.
    signs : dict
        The signs of neurons that are given.
    bounds : Boxes or None
        Of its neurons in doubles, if there are any.
    points : tuple of points
        That lie in it.
    """

    node: _Node
    low: tuple[End, ...]
    high: tuple[End, ...]
    signs: dict[Neuron, int]
    bounds: Boxes | None
    points: tuple[Sequence[Fraction], ...] = ()


class Prover:
    """The tree that proves a task.

    Parameters
    ----------
    task : ProofTask
        What it says is true.
    run : Run
        Its progress is the number of nodes.
    """

    def __init__(self, task: ProofTask, run: Run = UNLIMITED) -> None:
        self._task, self._run = task, run
        self._doubles = DoublesNet.of(task.network)
        self._forms = Forms(task.network)
        self._rows = np.array([[nearest_float(entry) for entry in one.row] for one in task.asserted])
        self._starts = np.array([nearest_float(one.start) for one in task.asserted])
        self._exact: list[_Exact] = []
        self._nodes = 0

    def lines(self) -> Iterator[dict[str, Any]]:
        """The documents of the tree, in preorder.

        Raises
        ------
        Stopped
            If the run is stopped.
        """
        root = _Node()
        self._prove(root)
        left = [root]
        while left:
            node = left.pop()
            yield {**node.line, "narrow": node.narrow} if node.narrow else node.line
            left += reversed(node.below)

    def _prove(self, root: _Node) -> None:
        task = self._task
        if task.empty:
            root.line = {"leaf": _sum_document(EMPTY)}
            return
        node, low, high = self._bounded(root)
        if node.line:
            return
        if self._doubles and all(a is not None and b is not None for a, b in zip(low, high, strict=True)):
            self._in_boxes(node, low, high)
        else:
            self._exact.append(_Exact(node, low, high, {}, None))
            self._finish_exact()

    def _bounded(self, node: _Node) -> tuple[_Node, tuple[End, ...], tuple[End, ...]]:
        """The node of the set in its box: where inequalities bound a coordinate, there is a cut, beyond which is no point."""
        task = self._task
        low, high = list(task.low), list(task.high)
        if not task.rows:
            return node, task.low, task.high
        part = ExactPart(task, low, high, [], self._run)
        if (empty := part.emptiness()) is not None:
            node.line = {"leaf": _sum_document(empty)}
            return node, task.low, task.high
        for place in range(len(low)):
            for side, sign in ((high, 1), (low, -1)):
                if side[place] is not None:
                    continue
                form = [fmpq(0)] * (len(low) + 1)
                form[place + 1] = fmpq(sign)
                found = part.greatest(form)
                if found is None:
                    continue
                end = sign * from_fraction(found[0].value)
                # The cut is a little farther out, where the proof of emptiness has room.
                side[place] = end + sign * (1 + abs(end))
                inner, outer = _Node(), _Node({"leaf": _sum_document(found[1])})
                node.line = {"cut": [place, str(side[place])]}
                node.below = (inner, outer) if sign > 0 else (outer, inner)
                node = inner
        return node, tuple(low), tuple(high)

    def _in_boxes(self, node: _Node, low: Sequence[End], high: Sequence[End]) -> None:
        """Halve boxes until each is done with."""
        assert self._doubles
        exact_low, exact_high = (tuple(e for e in ends if e is not None) for ends in (low, high))
        ends = ExactBounds(exact_low, exact_high).outer
        thinnest = (ends[1] - ends[0]) * _THINNEST
        waiting = [(node, Boxes.one(self._doubles, *ends))]
        while waiting:
            self._run.tick()
            first, waiting = waiting[-_BATCH:], waiting[:-_BATCH]
            nodes = [one for one, _ in first]
            relaxation = Relaxation(self._doubles, Boxes.together([box for _, box in first]))
            done, smear = self._bound(relaxation)
            boxes = relaxation.boxes
            for place, (one, leaf) in enumerate(zip(nodes, done, strict=True)):
                one.narrow = _narrow(relaxation, place)
                if leaf is not None:
                    self._end(one, leaf)
                    continue
                width = boxes.high[place] - boxes.low[place]
                if self._has_few_cells(relaxation.unsettled[place]) or (width <= thinnest).all():
                    single = boxes.take(np.array([place]))
                    inner = _within(single, exact_low, exact_high)
                    self._exact.append(_Exact(one, *inner, {}, single))
                    self._finish_exact()
                    continue
                waiting += self._halved(one, boxes.take(np.array([place])), np.where(width <= thinnest, -1.0, smear[place]))

    def _halved(self, node: _Node, box: Boxes, weights: Floats) -> list[tuple[_Node, Boxes]]:
        """The halves of a box, across the coordinate of the largest weight, about whose neurons nothing is known."""
        assert self._doubles
        axis = int(weights.argmax())
        node.narrow = []
        middle = box.center[0, axis]
        node.line = {"cut": [axis, str(fmpq(*float(middle).as_integer_ratio()))]}
        node.below = (_Node(), _Node())
        self._told()
        halves = box.halves(np.array([axis]))
        return [(one, Boxes.one(self._doubles, halves.low[place], halves.high[place])) for place, one in enumerate(node.below)]

    def _bound(self, relaxation: Relaxation) -> tuple[list[dict[str, Any] | None], Floats]:
        """The leaf of each box that bounds prove, or None; and how much each coordinate matters."""
        assert self._doubles
        boxes, task = relaxation.boxes, self._task
        width = boxes.high - boxes.low
        if task.steepness:
            entries = entries_at_most(self._doubles, boxes)
            flat = are_flat_enough(entries, task.steepness.norm, _below(task.steepness.most)) & task.steepness.takes_bounds
            flat |= relaxation.unsettled == 0
            smear = (width[:, None] * entries).sum(axis=1)
            return [{"leaf": "gradient"} if one else None for one in flat], _known(smear, width)
        outside = self._outside(boxes)
        if not task.asserted:
            return outside, width
        bounds, slopes = relaxation.upper(self._rows, self._starts)
        single = len(task.asserted) == 1
        mixed, weights = (bounds[:, 0], np.ones(bounds.shape)) if single else best_mixture(bounds, slopes, boxes.radius)
        found = [
            one or ({"leaf": _sum_document(Sum(((int(row.argmin()), fmpq(1)),)))} if row.min() < 0 else None)
            for one, row in zip(outside, bounds, strict=True)
        ]
        for place in np.flatnonzero(mixed < 0):
            if found[place] is None:
                found[place] = self._mixture(boxes.take(np.array([place])), weights[place])
        smear = (weights[:, None] @ relaxation.smear(self._rows))[:, 0]
        return found, _known(smear, width)

    def _mixture(self, box: Boxes, weights: Floats) -> dict[str, Any] | None:
        """The leaf that adds up what is asserted with weights, if the bound of the sum proves it."""
        assert self._doubles
        whole = np.round(weights * 2.0**20) * 2.0**-20
        bound, _ = Relaxation(self._doubles, box).upper(whole[None] @ self._rows, np.array([whole @ self._starts]))
        # The sums above are rounded, too.
        room = 1e-12 * (np.abs(whole) @ (np.abs(self._rows).sum(axis=1) + np.abs(self._starts)))
        if not bound[0, 0] < -room:
            return None
        given = tuple((place, fmpq(*float(one).as_integer_ratio())) for place, one in enumerate(whole) if one)
        return {"leaf": _sum_document(Sum(given))}

    def _outside(self, boxes: Boxes) -> list[dict[str, Any] | None]:
        """A leaf for each box that an inequality of the set leaves out altogether."""
        found: list[dict[str, Any] | None] = [None] * len(boxes)
        for number, (row, bound) in enumerate(self._task.rows):
            slopes = np.array([nearest_float(entry) for entry in row])
            least = np.maximum(slopes, 0.0) * boxes.low + np.minimum(slopes, 0.0) * boxes.high
            size = np.abs(slopes) * np.maximum(np.abs(boxes.low), np.abs(boxes.high))
            beyond = least.sum(axis=1) - nearest_float(bound) > 1e-12 * (size.sum(axis=1) + abs(nearest_float(bound)))
            for place in np.flatnonzero(beyond):
                found[place] = {"leaf": _sum_document(Sum((), ((number, fmpq(1)),)))}
        return found

    def _has_few_cells(self, unsettled: int) -> bool:
        dimension = self._task.network.input_dim
        return sum(comb(unsettled, taken) for taken in range(min(unsettled, dimension) + 1)) <= _FEW_CELLS

    def _finish_exact(self) -> None:
        """Divide parts by neurons until each is done with."""
        while self._exact:
            self._run.tick()
            self._divide(self._exact.pop())

    def _divide(self, part: _Exact) -> None:
        boxes = part.bounds
        if boxes is not None and part.signs:
            assert self._doubles
            relaxation = Relaxation(self._doubles, _with_signs(boxes, part.signs))
            [leaf], _ = self._bound(relaxation)
            part.node.narrow = _narrow(relaxation, 0)
            boxes = relaxation.boxes
            if leaf is not None:
                self._end(part.node, leaf)
                return
        passing, layer = self._settled(part.signs, boxes)
        forms = self._forms.of(passing)
        known = self._neuron_forms(part.signs, passing)
        inner = ExactPart(self._task, part.low, part.high, known, self._run)
        if self._task.rows and not part.signs and (empty := inner.emptiness()) is not None:
            self._end(part.node, {"leaf": _sum_document(empty)})
            return
        if layer is None:
            self._end(part.node, self._exact_leaf(inner, forms))
            return
        neuron = next(place for place in self._open(layer, part.signs, boxes))
        self._give_sign(part, boxes, inner, (layer, neuron), forms[neuron])

    def _give_sign(self, part: _Exact, boxes: Boxes | None, inner: ExactPart, neuron: Neuron, form: Form) -> None:
        """Go on with the sign that a neuron has on a part, if it has one, else with both parts."""
        points = list(part.points)
        for sign in (-1, 1):
            if any(_at(form, point) * sign < 0 for point in points):
                continue
            found = inner.greatest([-sign * entry for entry in form])
            if found is not None and found[0].value <= 0:
                part.node.line = {"sign": [*neuron, sign], "sum": _sum_document(found[1])}
                self._go_on(replace(part, bounds=boxes, points=(*points, found[0].point)), neuron, (sign,))
                return
            if found is not None:
                points.append(found[0].point)
        part.node.line = {"neuron": list(neuron)}
        for sign, child in zip((1, -1), self._go_on(replace(part, bounds=boxes), neuron, (1, -1)), strict=True):
            child.points = tuple(point for point in points if _at(form, point) * sign >= 0)

    def _go_on(self, part: _Exact, neuron: Neuron, signs: Sequence[int]) -> list[_Exact]:
        """What is left of a part, with each of some signs of a neuron."""
        part.node.below = tuple(_Node() for _ in signs)
        self._told()
        children = [
            replace(part, node=node, signs={**part.signs, neuron: sign})
            for node, sign in zip(part.node.below, signs, strict=True)
        ]
        self._exact += children
        return children

    def _exact_leaf(self, inner: ExactPart, forms: Sequence[Form]) -> dict[str, Any]:
        """The leaf of a part on which the net is affine."""
        if self._task.steepness:
            return {"leaf": "gradient"}
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
        return {"leaf": _sum_document(found)}

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

    def _end(self, node: _Node, leaf: dict[str, Any]) -> None:
        node.line = leaf
        self._told()

    def _told(self) -> None:
        self._nodes += 1
        self._run.progress(self._nodes)


def _with_signs(boxes: Boxes, signs: dict[Neuron, int]) -> Boxes:
    """The bounds of a single box's neurons, with the signs that are given."""
    least, most = [one.copy() for one in boxes.least], [one.copy() for one in boxes.most]
    for (layer, place), sign in signs.items():
        if sign > 0:
            least[layer][0, place] = max(least[layer][0, place], 0.0)
        else:
            most[layer][0, place] = min(most[layer][0, place], 0.0)
    return Boxes(boxes.low, boxes.high, tuple(least), tuple(most))


def _at(form: Form, point: Sequence[Fraction]) -> fmpq:
    return sum((slope * from_fraction(entry) for slope, entry in zip(form[1:], point, strict=True)), form[0])


def _narrow(relaxation: Relaxation, place: int) -> list[list[int]]:
    """The neurons that are bounded by constants on a box."""
    return [[layer, int(neuron)] for layer, one in enumerate(relaxation.narrow) for neuron in np.flatnonzero(one[place])]


def _within(box: Boxes, low: Sequence[fmpq], high: Sequence[fmpq]) -> tuple[tuple[fmpq, ...], tuple[fmpq, ...]]:
    """The ends of a single box, within those of the set."""
    inner = (tuple(fmpq(*float(one).as_integer_ratio()) for one in ends[0]) for ends in (box.low, box.high))
    below, above = inner
    return tuple(map(max, low, below)), tuple(map(min, high, above))


def _known(smear: Floats, width: Floats) -> Floats:
    """What each coordinate matters; by its width where nothing else is known."""
    known = np.where(np.isfinite(smear), smear, 0.0)
    found: Floats = np.where(known.max(axis=1, keepdims=True) > 0, known, width)
    return found


def _below(value: fmpq) -> float:
    """A double at most as large as a rational."""
    found = nearest_float(value)
    return found if fmpq(*found.as_integer_ratio()) <= value else float(np.nextafter(found, -inf))


def _sum_document(weights: Sum) -> dict[str, Any]:
    return {
        "asserted": [[place, _text(factor)] for place, factor in weights.asserted],
        "rows": [[place, _text(factor)] for place, factor in weights.rows],
        "neurons": [[layer, place, _text(factor)] for (layer, place), factor in weights.neurons],
    }


def _text(value: fmpq | Fraction) -> str:
    return exact_text(to_fraction(value) if isinstance(value, fmpq) else value)
