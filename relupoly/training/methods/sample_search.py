"""Local search on the samples alone: a good net before there are rays, or where there are too many of them.

The loss is piecewise quadratic in the neurons for the squared loss, and close to it elsewhere once samples are reweighted as in
iteratively reweighted least squares (for the largest error: Lawson's weights). So the method is that of Levenberg and
Marquardt: the normal equations in the current cells, with a damping that shrinks as long as steps help. Random starts have
neurons whose hyperplanes go through samples. Inputs are made orthonormal first, since a descent's steps do not depend on their
coordinates then.

All is in floats, which only choose: nets are evaluated exactly. This is not as good as
`relupoly.training.methods.compiled_local`, which moves from cell to cell, but needs no table beyond the samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.evaluation import Candidate, Evaluation, LocalState
from relupoly.training.problem.lifted import Lifted
from relupoly.training.problem.losses import HINGE, MAX, SQUARED

Floats = NDArray[np.float64]

# A descent that still improves is nearly always within a thousandth of its end after so many steps.
_STEPS = 40
# Damping: as strong as the diagonal's thousandth at first, a third after a step that helps, five times as strong after one that
# does not; beyond the last no step moves anything in floats.
_DAMPING, _RELAXED, _DAMPED, _MOST_DAMPING = 1e-3, 1 / 3, 5.0, 1e8
# A step that improves the loss by less than this share ends a descent.
_LITTLE = 1e-7
# Errors below this share of the targets count as so large, or their samples would weigh infinitely much.
_SMALL_ERROR = 1e-6
# The sizes of entries in floats, so that squares neither overflow nor vanish.
_SAFE_BITS = 400


def sample_search(
    lifted: Lifted,
    seed: int,
    starts: int,
    run: Run = UNLIMITED,
) -> Candidate:
    """The best net of some descents from random nets, or the net that is 0.

    Parameters
    ----------
    lifted : Lifted
    seed : int
    starts : int
        How many descents.
    run : Run
        It ticks before every step; its progress is `LocalState`, told after every descent.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> line = lift(Problem.from_rows([[0], [1], [2]], [1, 3, 5], width=1))
    >>> float(sample_search(line, seed=0, starts=4).loss) < 1e-20
    True
    """
    evaluation = Evaluation(lifted)
    best = evaluation.zero()
    run.progress(LocalState(best, 0))
    # More neurons than points are of no use: the predictions of all nets are sums of so many neurons' (Caratheodory).
    width = min(lifted.problem.width, len(lifted.vectors))
    if not lifted.rank or not width:
        return best
    samples = _Samples(lifted)
    chance = np.random.default_rng(seed % 2**63)
    best_net = None
    for number in range(1, starts + 1):
        run.tick()
        start = _random_net(samples, width, chance)
        if best_net and number > starts // 2:
            # The second half starts from the best net, but for one neuron.
            start = best_net.with_neuron(int(chance.integers(width)), start)
        # What overflows on the way is no good net: the exact evaluation tells.
        with np.errstate(all="ignore"):
            net = _Descent(samples, start).go(run)
        found = evaluation.padded(*samples.exact(net), lifted.problem.width)
        if found.loss < best.loss:
            best, best_net = found, net
        run.progress(LocalState(best, number))
    return best


def step_cost(lifted: Lifted) -> float:
    """About how many floating-point operations a step of a descent takes."""
    size = min(lifted.problem.width, len(lifted.vectors)) * lifted.rank + 1
    return float(size) ** 2 * (len(lifted.vectors) + size / 3) + 1.0


def search_memory(lifted: Lifted) -> int:
    """About how many bytes the search takes: derivatives, the normal equations and their factors, and the samples."""
    size = min(lifted.problem.width, len(lifted.vectors)) * lifted.rank + 1
    return 8 * (3 * size * size + (3 * size + 2 * lifted.rank) * len(lifted.vectors) + 8 * len(lifted.targets))


class _Net:
    """Neurons in orthonormal coordinates, their output signs, and the output bias."""

    def __init__(self, neurons: Floats, signs: Floats, bias: float) -> None:
        self.neurons, self.signs, self.bias = neurons, signs, bias

    def moved(self, step: Floats) -> _Net:
        """The net after a step: entries of the neurons, then that of the output bias, if it has one."""
        size = self.neurons.size
        neurons = self.neurons + step[:size].reshape(self.neurons.shape)
        return _Net(neurons, self.signs, self.bias + float(step[size:].sum()))

    def with_neuron(self, place: int, other: _Net) -> _Net:
        """The net with one neuron of another."""
        neurons, signs = self.neurons.copy(), self.signs.copy()
        neurons[place], signs[place] = other.neurons[place], other.signs[place]
        return _Net(neurons, signs, self.bias)


class _Samples:
    """A problem in floats, with orthonormal inputs and targets of at most 1."""

    def __init__(self, lifted: Lifted) -> None:
        self.loss = lifted.problem.loss
        self.free = lifted.problem.output_bias
        columns, self._exponents = _scaled_columns(lifted)
        self.inputs, self._triangle = np.linalg.qr(columns)
        # Columns of ones have the length of a sample's share, so that neurons are about as large as targets.
        self.inputs *= len(columns) ** 0.5
        self._triangle /= len(columns) ** 0.5
        largest = max((abs(target) for target in lifted.targets), default=Fraction(0)) or Fraction(1)
        self._unit = Fraction(1) if self.loss == HINGE else largest
        heaviest = max(lifted.weights, default=Fraction(1))
        self.point = np.array(lifted.point, dtype=np.intp)
        self.targets = np.array([float(target / self._unit) for target in lifted.targets])
        self.weights = np.array([float(weight / heaviest) for weight in lifted.weights])

    def exact(self, net: _Net) -> tuple[list[tuple[Fraction, ...]], list[int], Fraction]:
        """A net's neurons in lifted coordinates, signs and output bias, as rationals."""
        try:
            rows = np.linalg.lstsq(self._triangle, net.neurons.T, rcond=None)[0].T
        except np.linalg.LinAlgError:
            rows = np.full((len(net.neurons), self._triangle.shape[1]), np.nan)
        if not np.isfinite(rows).all():
            rows = np.zeros_like(rows)
        units = [self._unit / Fraction(2) ** shift for shift in self._exponents]
        neurons = [tuple(unit * Fraction(float(entry)) for entry, unit in zip(row, units, strict=True)) for row in rows]
        return neurons, [int(sign) for sign in net.signs], self._unit * Fraction(net.bias)

    def errors(self, net: _Net) -> Floats:
        """What the net predicts beyond each target; for the hinge loss, by how much it falls short of the margin."""
        values = np.maximum(self.inputs @ net.neurons.T, 0.0) @ net.signs + net.bias
        predicted: Floats = values[self.point]
        return 1.0 - self.targets * predicted if self.loss == HINGE else predicted - self.targets

    def total(self, errors: Floats) -> float:
        """The loss of errors."""
        if self.loss == SQUARED:
            return float(self.weights @ (errors * errors))
        if self.loss == MAX:
            return float(np.abs(errors).max(initial=0.0))
        return float(self.weights @ (np.maximum(errors, 0.0) if self.loss == HINGE else np.abs(errors)))

    def quadratic(self, errors: Floats, shares: Floats) -> tuple[Floats, Floats]:
        """Weights and residuals of the terms in a sum of squares that touches the loss here, and is no smaller."""
        sizes = np.maximum(np.abs(errors), _SMALL_ERROR)
        if self.loss == SQUARED:
            return self.weights, errors
        if self.loss == MAX:
            return shares, errors
        if self.loss == HINGE:
            return self.weights / sizes, -self.targets * (errors + sizes) / 2.0
        return self.weights / sizes, errors


def _random_net(samples: _Samples, width: int, chance: np.random.Generator) -> _Net:
    """Neurons whose hyperplanes go through a sample each, but for some that may see all samples on one side."""
    points, rank = samples.inputs.shape
    neurons = chance.standard_normal((width, rank))
    through = samples.inputs[chance.integers(points, size=width)]
    along = (neurons * through).sum(axis=1) / np.maximum((through * through).sum(axis=1), _SMALL_ERROR)
    along[chance.random(width) < 1.0 / (width + 1)] = 0.0
    neurons -= along[:, None] * through
    return _Net(neurons / width, chance.choice([-1.0, 1.0], size=width), 0.0)


class _Descent:
    """Steps from one net."""

    def __init__(self, samples: _Samples, start: _Net) -> None:
        self._samples = samples
        self._net = start
        self._errors = samples.errors(start)
        self._shares = np.full(len(samples.targets), 1.0 / max(1, len(samples.targets)))

    def go(self, run: Run) -> _Net:
        """The best net of the descent."""
        damping, best, least = _DAMPING, self._net, self._samples.total(self._errors)
        for _ in range(_STEPS):
            if damping > _MOST_DAMPING or not least > 0.0:
                break
            step = self._step(damping, run)
            if step is None:
                break
            net = self._net.moved(step)
            errors = self._samples.errors(net)
            before, after = self._merit(self._errors), self._merit(errors)
            if not after < before:
                damping *= _DAMPED
                continue
            self._net, self._errors, damping = net, errors, damping * _RELAXED
            loss = self._samples.total(errors)
            if loss < least:
                best, least = net, loss
            if not self._reweigh(errors) and after > before * (1.0 - _LITTLE):
                break
        return best

    def _merit(self, errors: Floats) -> float:
        """What steps have to make smaller: the loss, or for the largest error the squares with Lawson's weights."""
        largest = self._samples.loss == MAX
        return float(self._shares @ (errors * errors)) if largest else self._samples.total(errors)

    def _step(self, damping: float, run: Run) -> Floats | None:
        samples = self._samples
        weights, residuals = samples.quadratic(self._errors, self._shares)
        points = len(samples.inputs)
        curvature = np.bincount(samples.point, weights, points)
        slope = np.bincount(samples.point, weights * residuals, points)
        derivatives = np.hstack(list(self._derivatives()))
        run.tick()
        normal = derivatives.T @ (derivatives * curvature[:, None])
        diagonal = normal.diagonal()
        # Neurons that are 0 at all samples have no curvature: they stay where they are.
        least = _SMALL_ERROR**2 * max(1.0, float(diagonal.max(initial=0.0)))
        normal[np.diag_indices_from(normal)] += damping * diagonal + least
        run.tick()
        try:
            step: Floats = np.asarray(np.linalg.solve(normal, -(derivatives.T @ slope)), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        return step if np.isfinite(step).all() else None

    def _derivatives(self) -> Iterator[Floats]:
        """The derivatives of the predictions by the entries of each neuron, and by the output bias."""
        inputs, net = self._samples.inputs, self._net
        ahead = inputs @ net.neurons.T > 0.0
        for neuron, sign in enumerate(net.signs):
            yield sign * inputs * ahead[:, neuron, None]
        if self._samples.free:
            yield np.ones((len(inputs), 1))

    def _reweigh(self, errors: Floats) -> bool:
        """Lawson's weights, for the largest error: samples with large errors count more and more. Whether they changed."""
        if self._samples.loss != MAX:
            return False
        shares = self._shares * (np.abs(errors) + _SMALL_ERROR)
        self._shares = shares / shares.sum()
        return True


def _scaled_columns(lifted: Lifted) -> tuple[Floats, list[int]]:
    """The vectors in floats, each column divided by the power of two of its largest entry; and the exponents."""
    exponents = [max(abs(entry).bit_length() for entry in column) for column in zip(*lifted.vectors, strict=True)]
    if max(exponents) < _SAFE_BITS:
        table = np.array(lifted.vectors, dtype=np.float64)
        return np.ldexp(table, -np.array(exponents)[None, :]), exponents
    rows = [[float(Fraction(entry, 1 << shift)) for entry, shift in zip(row, exponents, strict=True)] for row in lifted.vectors]
    return np.array(rows), exponents
