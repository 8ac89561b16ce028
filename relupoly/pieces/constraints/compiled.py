"""Driving the compiled walk over constraints: data in and out of its tables, and what it leaves for exact arithmetic.

`relupoly.pieces.constraints.kernel` walks the cells below a node as far as doubles prove every answer. This module lays a node
out in its tables, answers the questions that it leaves open in integers, and makes `ConstrainedCell`s of the cells that need a
closer look.
"""

from __future__ import annotations

import functools

import numpy as np
from flint import fmpq, fmpz
from numpy.typing import NDArray

from relupoly.exact.doubles import SMALLEST, UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors, safe_from_underflow
from relupoly.exact.rationals import nearest_float
from relupoly.exact.vectors import UNKNOWN, Signs
from relupoly.geometry.box_basis import Basis
from relupoly.pieces import kernel as rays
from relupoly.pieces.constraints import kernel
from relupoly.pieces.constraints.cell import ConstrainedCell, ConstrainedStage
from relupoly.pieces.constraints.node import ConstrainedNode
from relupoly.pieces.constraints.polytope import Polytope, Question, exact_form
from relupoly.pieces.constraints.tables import Rooms, empty_cuts, grown_cuts, row_scales, scratch_of
from relupoly.pieces.constraints.witness import Witness
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.walk.kernel_walk import KernelWalk
from relupoly.pieces.walk.node import Detail, WalkNode
from relupoly.pieces.walk.tables import empty_stack, grown_stack
from relupoly.run import Run

_ACCURATE = 2.0**-40  # relative error bounds of forms that are written anew


class CompiledConstraints(KernelWalk):
    """The compiled walk over cells that are held by constraints."""

    def __init__(
        self, net: HomogeneousNet, program: rays.Program | None = None, watch: NDArray[np.uint64] | None = None
    ) -> None:
        super().__init__(net, FloatVectors, program, watch=watch)
        assert net.bounds is not None
        self._bounds = net.bounds
        self._rooms = Rooms.of(net)
        self._room = self._rooms.stack
        self._stack = empty_stack(net, self._room)
        self._cuts = empty_cuts(net, self._rooms)
        self._scratch = scratch_of(net)
        self._witnesses: dict[int, Witness] = {}  # those that the tables hold with an error only
        self._number = 0  # of the last one
        self._stages: list[tuple[int, ConstrainedStage] | None] = [None] * net.depth

    def _call(self, detail: int, bulk: bool, steps: int) -> int:
        if not self._bound:
            partial = getattr(kernel.walk, "partial", functools.partial(functools.partial, kernel.walk))
            self._bound = partial(self.program, self._stack, self._cuts, self._scratch, self._prints)
        return int(self._bound(detail, bulk, steps))

    def _grow(self) -> None:
        self._bound = None
        self._rooms = self._rooms.grown()
        self._room = self._rooms.stack
        self._stack = grown_stack(self.net, self._room, self._stack)
        self._cuts = grown_cuts(self.net, self._rooms, self._cuts)

    def _load(self, node: WalkNode) -> bool:
        assert isinstance(node, ConstrainedNode)
        cell, count = node.cell, len(node.cell.labels)
        while len(node.chosen) > min(self._room.open, self._room.chosen) or count >= self._rooms.rows:
            self._grow()
        stack, cuts = self._stack, self._cuts
        self._witnesses.clear()
        self._stages = [None] * self.net.depth
        stack.register[rays.TOP] = 0
        stack.nodes[0] = 0
        stack.nodes[0, [rays.LAYER, rays.RAYS, rays.OPEN]] = node.stage.layer_map.layer, 1, len(node.open)
        self._write_stages(node.stage.stages, whole=False)
        stack.open[: len(node.open)] = node.open
        stack.signs[: len(node.signs)] = node.signs
        stack.chosen[: len(node.chosen)] = node.chosen
        cuts.node[0] = 0
        cuts.node[0, kernel.ROWS] = count
        cuts.node[0, kernel.TOUCHED] = node.cell.touched
        cuts.node[0, kernel.EXACT] = self._write_witness(cell.witness, stack.value[0], stack.error[0])
        cuts.answer[0] = kernel.EMPTY
        cuts.row[:count], cuts.row_error[:count] = cell.rows.value, cell.rows.error
        cuts.label[:count], cuts.side[:count] = cell.labels, cell.sides
        cuts.scale[:count] = row_scales(cell.rows.value, cuts.lower, cuts.upper)
        cuts.register[kernel.VALID] = 0
        return True

    def _write_witness(self, witness: Witness, value: Floats, error: Floats) -> int:
        """Write a witness into tables; its number, if these hold it with an error only, else 0."""
        value[:], error[:] = witness.vector.value[0], witness.vector.error[0]
        if witness.rational is None:
            return 0
        self._number += 1
        if len(self._witnesses) > 2 * len(self._cuts.node):
            top = int(self._stack.register[rays.TOP])
            used = {*self._cuts.node[: top + 1, kernel.EXACT].tolist(), int(self._cuts.register[kernel.OTHER])}
            self._witnesses = {number: one for number, one in self._witnesses.items() if number in used}
        self._witnesses[self._number] = witness
        return self._number

    def _witness(self) -> Witness:
        """The witness of the top node."""
        node = self._stack.register[rays.TOP]
        number = int(self._cuts.node[node, kernel.EXACT])
        return self._witnesses[number] if number else Witness.of_doubles(self._stack.value[node, :-1].copy())

    def _polytope(self) -> Polytope:
        """The cell of the top node."""
        cuts, node = self._cuts, self._stack.register[rays.TOP]
        count = int(cuts.node[node, kernel.ROWS])
        labels, sides = cuts.label[:count].copy(), cuts.side[:count].copy()
        rows = FloatVectors(cuts.row[:count].copy(), cuts.row_error[:count].copy())
        if cuts.node[node, kernel.FRESH]:
            label, side = int(cuts.node[node, kernel.LABEL]), cuts.node[node, kernel.SIDE]
            form = self._form(label)
            labels[-1], sides[-1] = label, side
            rows.value[-1], rows.error[-1] = side * form.value[0], form.error[0]
        touched = bool(cuts.node[node, kernel.TOUCHED])
        return Polytope(self._bounds, labels, sides, rows, self._witness(), touched=touched)

    def _form(self, label: int) -> FloatVectors:
        """The form of a hyperplane of the top node's layer; shape (1, D)."""
        layer, d = self._top[rays.LAYER], self.net.dimension
        neuron = int(self.net.hyperplanes[layer].first[label - self.net.first_label[layer]])
        start = int(self._stack.form_at[layer]) + neuron * d
        part = slice(start, start + d)
        return FloatVectors(self._stack.form[part][None].copy(), self._stack.form_error[part][None].copy())

    def _stage(self, layer: int) -> ConstrainedStage:
        """A layer on the current cell of the earlier ones."""
        serial, kept = int(self._stack.serial[layer]), self._stages[layer]
        if kept is None or kept[0] != serial:
            earlier, signs = (self._stage(layer - 1), self._finished(layer)[-1]) if layer else (None, None)
            kept = serial, ConstrainedStage(self._layer_map(layer), self._forms(layer), earlier, signs)
            self._stages[layer] = kept
        return kept[1]

    def _cell(self, run: Run) -> ConstrainedCell:
        stages = self._stage(self.net.depth - 1).stages
        return ConstrainedCell(self.net, self._finished(self.net.depth), self._output(), self._polytope(), stages, run)

    def _node(self) -> ConstrainedNode:
        planes, signs = self._open()
        exact = self._signs_of(planes, signs)
        return ConstrainedNode(self._stage(self._top[rays.LAYER]), self._chosen(), planes.copy(), exact, self._polytope())

    def _signs_of(self, planes: NDArray[np.intp], signs: Signs) -> Signs:
        """The signs of open hyperplanes at the witness, with those decided that the kernel has left open."""
        found: Signs = signs[:, 0].copy()
        for place in np.flatnonzero(found == UNKNOWN).tolist():
            found[place] = self._exact_sign(int(planes[place]))
        return found

    def _exact_sign(self, plane: int) -> int:
        """The sign of a hyperplane of the top node's layer at its witness."""
        layer = self._top[rays.LAYER]
        form = exact_form(self._layer_map(layer), self.net.first_label[layer] + plane)
        entry = sum((one * other for one, other in zip(form, self._witness().ray, strict=True)), fmpz(0))
        return int(entry > 0) - int(entry < 0)

    def _decide(self, run: Run) -> int:
        """Decide in integers whether the first open hyperplane cuts the top node."""
        cuts, layer = self._cuts, self._top[rays.LAYER]
        planes, signs = self._open()
        plane, sign = int(planes[0]), int(signs[0, 0])
        label = self.net.first_label[layer] + plane
        if sign == UNKNOWN:
            signs[0] = sign = self._exact_sign(plane)
            if sign:
                return 1
        if sign and cuts.register[kernel.REASON] == kernel.BROAD and self._write_form(label):
            return 1
        question = Question(self._polytope(), self._layer_map(layer), run)
        if sign == 0:
            self._answer_around(question, label)
        else:
            basis = self._basis() if cuts.register[kernel.REASON] == kernel.PROGRAM else Basis.of_slacks(self.net.dimension - 1)
            self._answer(question.exactly(label, sign, basis))
        return 1 + question.decided

    def _write_form(self, label: int) -> bool:
        """Write the form of a hyperplane of the top node's layer anew; False where the layer's scale is lost, too.

        Forms of a layer have a positive factor in common. The constant's form is a product of single weights, not of sums, so
        it tells the factor.
        """
        layer, stack, d = self._top[rays.LAYER], self._stack, self.net.dimension
        forms, start = self.net.charted(self._layer_map(layer).forms), int(stack.form_at[layer])
        last = forms.nrows() - 1
        row = slice(start + last * d, start + (last + 1) * d)
        column = int(np.abs(stack.form[row]).argmax())
        constant, error = float(stack.form[row][column]), float(stack.form_error[row][column])
        if constant == 0 or error > _ACCURATE * abs(constant):
            return False
        factor = fmpq(*constant.as_integer_ratio()) / forms[last, column]
        neuron = int(self.net.hyperplanes[layer].first[label - self.net.first_label[layer]])
        entries = [factor * forms[neuron, column] for column in range(d)]
        value = np.array([nearest_float(entry) for entry in entries], dtype=np.float64)
        lost = np.array([entry != 0 for entry in entries]) & (np.abs(value) < SMALLEST)
        doubt = np.where(lost, 2 * SMALLEST, np.abs(value) * (error / abs(constant) + 4 * UNIT_ROUNDOFF))
        found = safe_from_underflow(np.where(lost, 0.0, value), doubt)
        part = slice(start + neuron * d, start + (neuron + 1) * d)
        stack.form[part], stack.form_error[part] = found
        return not len(FloatVectors(found[0][None], found[1][None]).inaccurate())

    def _answer(self, other: Witness | None) -> None:
        """Tell the kernel of a witness beyond the first open hyperplane of the top node, or that there is none."""
        cuts, node = self._cuts, self._stack.register[rays.TOP]
        if other is None:
            cuts.node[node, kernel.TOUCHED] = 1
            cuts.answer[0] = kernel.MISSES
        else:
            cuts.register[kernel.OTHER] = self._write_witness(other, cuts.found[0], cuts.found_error[0])
            cuts.answer[0] = kernel.CUTS

    def _answer_around(self, question: Question, label: int) -> None:
        """The same for a hyperplane that has the present witness on it."""
        stack, cuts, node = self._stack, self._cuts, self._stack.register[rays.TOP]
        found = question.around(label)
        if found is None:
            self._answer(None)
            return
        cuts.node[node, kernel.EXACT] = self._write_witness(found[1], stack.value[node], stack.error[node])
        self._answer(found[-1])
        cuts.answer[0] = kernel.AT_ZERO

    def _basis(self) -> Basis:
        """The last one of the linear program at the top node."""
        cuts, d = self._cuts, self.net.dimension - 1
        count = int(cuts.node[self._stack.register[rays.TOP], kernel.ROWS])
        start = count * (count - 1) // 2
        basic, others = cuts.basic[start : start + count], cuts.others[count]
        upper = np.zeros(d, dtype=np.bool_)
        upper[others[others < d]] = cuts.cost[:-1][others < d] < 0
        return Basis(others[others >= d] - d, basic[basic < d], upper)


def compile_ahead() -> None:
    """Compile the kernel, if the disk does not hold it yet, so that no count has to wait for it."""
    from relupoly.geometry.domain import Domain
    from relupoly.networks.network import Network
    from relupoly.pieces.constraints.steps import ConstraintSteps
    from relupoly.pieces.forms.homogeneous import homogenize

    layers = [([[1 / 3] * 17, [2 / 3] * 17], [1 / 9, 1 / 3]), ([[1 / 3, 2 / 3], [3 / 7, -1 / 7]], [1 / 9, 1 / 3])]
    net = homogenize(Network.from_rows(layers), Domain.box([-1] * 17, [1] * 17), may_be_constrained=True)
    [root] = ConstraintSteps(net).roots()
    for _ in CompiledConstraints(net).below(root, Detail.COUNT, None):
        pass
