"""`ExactPart`: a part of a convex set on which the signs of the neurons of some layers are known, and its linear programs.

There the values of the next layer are affine, so that an exact linear program tells which signs they have, with multipliers
that prove it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from relupoly.analysis.proof.task import Asserted, End, ProofTask
from relupoly.exact.blocks import densely
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import rows_of
from relupoly.geometry.linear_programs import Greatest, greatest
from relupoly.networks.network import Network
from relupoly.run import Run

Neuron = tuple[int, int]
Form = list[fmpq]  # the constant, then a slope for each coordinate


@dataclass(frozen=True)
class Sum:
    """Multipliers of constraints: pairs of a place, counted from 0, and a number that is not 0."""

    asserted: tuple[tuple[int, fmpq | Fraction], ...] = ()
    rows: tuple[tuple[int, fmpq | Fraction], ...] = ()
    neurons: tuple[tuple[Neuron, fmpq | Fraction], ...] = ()


class Forms:
    """The values that enter the neurons of a layer, as affine forms, where the signs of those before are known.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self._layers = [
            ([[(k, e) for k, e in enumerate(row) if e] for row in rows_of(densely(layer.weight))], layer.bias.entries())
            for layer in network.layers
        ]
        self._relus = [layer.has_relu for layer in network.hidden]
        self._inputs = network.input_dim
        self._known: dict[tuple[tuple[bool, ...], ...], list[Form]] = {}

    def of(self, signs: Sequence[Sequence[bool]]) -> list[Form]:
        """The forms of the layer after those whose signs are given: whether what enters each neuron is passed on."""
        key = tuple(map(tuple, signs))
        if key not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._made(key)
        return self._known[key]

    def _made(self, signs: tuple[tuple[bool, ...], ...]) -> list[Form]:
        size = self._inputs + 1
        if signs:
            before = [
                form if passes or not relu else [fmpq(0)] * size
                for form, passes, relu in zip(self.of(signs[:-1]), signs[-1], self._relus[len(signs) - 1], strict=True)
            ]
        else:
            before = [[fmpq(int(place == k + 1)) for place in range(size)] for k in range(self._inputs)]
        found = []
        for row, bias in zip(*self._layers[len(signs)], strict=True):
            form = [fmpq(0)] * size
            form[0] += bias
            for place, entry in row:
                other = before[place]
                form = [one + entry * two if two else one for one, two in zip(form, other, strict=True)]
            found.append(form)
        return found


_MOST_KNOWN = 2000


class ExactPart:
    """The inequalities of a part.

    Parameters
    ----------
    task : ProofTask
    low, high : sequences of fmpq or None
        The ends of its box.
    neurons : sequence of (neuron, form)
        Forms that are at least 0: what enters neurons, times their signs.
    run : Run
    """

    def __init__(
        self, task: ProofTask, low: Sequence[End], high: Sequence[End], neurons: Sequence[tuple[Neuron, Form]], run: Run
    ) -> None:
        self._task, self._neurons, self._run = task, [neuron for neuron, _ in neurons], run
        size = len(low)
        forms: list[Form] = []
        for place, (a, b) in enumerate(zip(low, high, strict=True)):
            unit = [fmpq(int(k == place)) for k in range(size)]
            if a is not None:
                forms.append([-a, *unit])
            if b is not None:
                forms.append([b, *(-entry for entry in unit)])
        self._ends = len(forms)
        forms += [[bound, *(-entry for entry in row)] for row, bound in task.rows]
        forms += [form for _, form in neurons]
        self._size = size
        self._forms = [list(map(to_fraction, form)) for form in forms]

    def greatest(self, form: Form) -> tuple[Greatest, Sum] | None:
        """The largest value of a form on the part, which has a point; None if there is none."""
        found = greatest(list(map(to_fraction, form[1:])), self._forms, self._run)
        if found is None:
            return None
        value = Greatest(found.value + to_fraction(form[0]), found.point, found.multipliers)
        return value, self._sum(found.multipliers)

    def refutation(self, slacks: Sequence[tuple[Asserted, Form]]) -> Sum | None:
        """Multipliers that prove that no point of the part has all slacks at least 0, or above 0 where that is asserted.

        None if there is such a point.
        """
        if slacks:
            found = self._refuted(slacks, [True] * len(slacks), strictly=False)
            strict = [one.strict for one, _ in slacks]
            return found or (self._refuted(slacks, strict, strictly=True) if any(strict) else None)
        return self.emptiness()

    def emptiness(self) -> Sum | None:
        """Multipliers that prove that there is no point; None if there is one."""
        forms = [[*form, Fraction(-1)] for form in self._forms]
        best = greatest([Fraction(0)] * self._size + [Fraction(1)], forms, self._run)
        return self._sum(best.multipliers) if best is not None and best.value < 0 else None

    def _refuted(self, slacks: Sequence[tuple[Asserted, Form]], moved: Sequence[bool], strictly: bool) -> Sum | None:
        """The proof by the largest s for which there is a point with the moved slacks at least s, and the others at least 0."""
        one, zero = Fraction(1), Fraction(0)
        asked = [[*map(to_fraction, form), -one if moves else zero] for (_, form), moves in zip(slacks, moved, strict=True)]
        forms = [*([*form, zero] for form in self._forms), *asked]
        best = greatest([zero] * self._size + [one], forms, self._run)
        if best is None or best.value > 0 or (not best.value and not strictly):
            return None
        own = len(self._forms)
        given = tuple((place, factor) for place, factor in enumerate(best.multipliers[own:]) if factor)
        rest = self._sum(best.multipliers[:own])
        return Sum(given, rest.rows, rest.neurons)

    def _sum(self, multipliers: Sequence[Fraction]) -> Sum:
        rows = len(self._task.rows)
        some = multipliers[self._ends :]
        return Sum(
            (),
            tuple((place, factor) for place, factor in enumerate(some[:rows]) if factor),
            tuple((neuron, factor) for neuron, factor in zip(self._neurons, some[rows:], strict=True) if factor),
        )
