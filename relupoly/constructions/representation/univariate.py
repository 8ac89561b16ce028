"""Theorem 2.2 of Arora et al.: a piecewise linear function of one variable as a net of least size.

Let f have p pieces, breakpoints a_1 < ... < a_{p-1}, slopes s_1, ..., s_p and jumps d_i = s_{i+1} - s_i, none of them 0. Its
leftmost piece is s_1 x + t. Among nets with one hidden layer, the least number of neurons is the following.

With output bias:

* p = 1: 0 if f is constant, else 2. (A single neuron is flat on one side; the theorem's "at most p" errs here.)
* p >= 2: p - 1 if some of the jumps add up to -s_1, else p.

Proof. A neuron bends the function at one point at most, so each a_i has a neuron of its own. With p - 1 neurons there is no
other: neuron i is d_i relu(x - a_i), or d_i relu(a_i - x), which adds -d_i to the leftmost slope. So the slopes s_1 that can
be had are the sums of -d_i over the neurons that open to the left; the bias gives any value. With p neurons, let all of
a_1, ..., a_{p-2} open to the left and give a_{p-1} a neuron to each side: s_p relu(x - a_{p-1}) - s_{p-1} relu(a_{p-1} - x).

Without output bias:

* p = 1: 0 if f = 0, 1 if f is another constant, else 2.
* p >= 2: p - 1 if for some set L of indices sum_L d_i = -s_1 and sum_L d_i a_i = t;
* else p if sum_L d_i = -s_1 for some L, or sum_L d_i (a_i - a_k) = s_1 a_k + t for some k and some L without k;
* else p + 1.

Proof. The neurons of L open to the left, so far to the left the p - 1 neurons make sum_L d_i (a_i - x): with nothing to
shift it, this is s_1 x + t. With p neurons one is more than a breakpoint needs. If it is constant, it does what the bias did.
Otherwise it bends the function, and not at a new point, where nothing would cancel it, but at some a_k: both neurons there
open to different sides (else they are one), the left one as c relu(a_k - x) with any c. Comparing slope and constant far to
the left, c = -s_1 - sum_L d_i and c a_k = t - sum_L d_i a_i; eliminating c gives the condition. With p + 1 neurons, take
those of the net with bias and one constant neuron. Each condition is about real weights, though all numbers are rational.

So the least size is a question of SUBSET-SUM, decided exactly in `relupoly.constructions.representation.subset_sum`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flint import fmpq

from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear
from relupoly.constructions.representation.subset_sum import subset_with_sum
from relupoly.exact.matrices import primitive
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run, Stopped

THEOREM = "Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.2"


@dataclass(frozen=True)
class UnivariateNetwork:
    """A net of a function of one variable.

    Attributes
    ----------
    network : Network
        With one hidden layer, or none where the function is constant.
    pieces : int
    minimal : bool or None
        Whether no net with one hidden layer is smaller; None if the search was stopped before that was known.
    stopped : str or None
        Why the search was stopped.
    """

    network: Network
    pieces: int
    minimal: bool | None
    stopped: str | None = None

    @property
    def size(self) -> int:
        """The number of neurons."""
        return sum(self.network.widths)


@dataclass(frozen=True)
class _Neurons:
    """A net to be: for each neuron its output weight, its weight and its bias; and the output bias."""

    rows: tuple[tuple[fmpq, fmpq, fmpq], ...]
    constant: fmpq

    def value(self, x: fmpq) -> fmpq:
        return sum((out * max(weight * x + bias, fmpq(0)) for out, weight, bias in self.rows), self.constant)

    def shifted(self, constant: fmpq) -> _Neurons:
        return _Neurons(self.rows, self.constant + constant)

    def network(self) -> Network:
        if not self.rows:
            return Network.from_rows([([[0]], [self.constant])])
        outs, weights, biases = zip(*self.rows, strict=True)
        return Network.from_rows([([[weight] for weight in weights], biases), ([outs], [self.constant])])


def univariate_network(
    function: PiecewiseLinear,
    output_bias: bool = True,
    *,
    run: Run = UNLIMITED,
) -> UnivariateNetwork:
    """The net of least size of a piecewise linear function of one variable, among those with one hidden layer.

    Parameters
    ----------
    function : PiecewiseLinear
    output_bias : bool
        Whether the output layer may add a constant. Definition 1 of the paper does without; its proofs need it.
    run : Run, optional
        Where it stops, the smallest net so far is returned; its progress is told how many choices of jumps were compared.

    Examples
    --------
    >>> absolute_value = PiecewiseLinear.from_slopes([0], [-1, 1], 0, 1)
    >>> univariate_network(absolute_value).size, univariate_network(absolute_value, output_bias=False).size
    (2, 3)

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.2, with the exact least size; the module says it and proves it.
    """
    f = function.reduced()
    best, stopped = _least(f, output_bias, run)
    minimal = None if stopped else True
    facts = {
        "representation": "univariate",
        "theorem": THEOREM,
        "pieces": len(f.slopes),
        "size": len(best.rows),
        "minimal": minimal,
        "output_bias": output_bias,
    }
    network = best.network()
    return UnivariateNetwork(Network(network.layers, facts), len(f.slopes), minimal, stopped)


def _least(f: PiecewiseLinear, output_bias: bool, run: Run) -> tuple[_Neurons, str | None]:
    """The least net, or the smallest that was found and why the search was stopped."""
    if not f.breakpoints:
        return _affine(f, output_bias), None
    search = _Search(f, run)
    try:
        return search.least() if output_bias else search.least_without_bias(), None
    except Stopped as stopped:
        return search.fallback(output_bias), stopped.reason


def _affine(f: PiecewiseLinear, output_bias: bool) -> _Neurons:
    """An affine function: the constant one needs no neuron but for its value."""
    slope, one = f.slopes[0], fmpq(1)
    if not slope:
        return _Neurons((), f.value) if output_bias or not f.value else _Neurons(((f.value, fmpq(0), one),), fmpq(0))
    zero = f.at - f.value / slope
    return _Neurons(((slope, one, -zero), (-slope, -one, zero)), fmpq(0))


class _Search:
    """The search for the least net of a function with breakpoints."""

    def __init__(self, f: PiecewiseLinear, run: Run) -> None:
        self.f = f
        self.left_value = f(f.breakpoints[0]) - f.slopes[0] * f.breakpoints[0]
        self._run = run
        self._best: _Neurons | None = None

    def least(self) -> _Neurons:
        """The least net with output bias."""
        opening_left = self._one_each()
        return self._both_sides() if opening_left is None else self._fitted(self._neurons(opening_left))

    def least_without_bias(self) -> _Neurons:
        """The least net without output bias."""
        f = self.f
        rows = [(jump, jump * place) for jump, place in zip(f.jumps, f.breakpoints, strict=True)]
        both = self._subset(rows, (-f.slopes[0], self.left_value))
        if both is not None:
            return self._neurons(both)
        opening_left = self._one_each()
        if opening_left is not None:
            return _with_constant_neuron(self._fitted(self._neurons(opening_left)))
        for k, place in enumerate(f.breakpoints):
            others = [(jump * (a - place),) for jump, a in zip(f.jumps, f.breakpoints, strict=True)]
            opening_left = self._subset(others, (f.slopes[0] * place + self.left_value,), without=k)
            if opening_left is not None:
                return self._neurons(opening_left, doubled=k)
        return _with_constant_neuron(self._both_sides())

    def fallback(self, output_bias: bool) -> _Neurons:
        """What is known when the search is stopped."""
        best = self._best or self._both_sides()
        return best if output_bias or not best.constant else _with_constant_neuron(best)

    def _one_each(self) -> tuple[int, ...] | None:
        """Which neurons open to the left where one for each breakpoint is enough, with an output bias."""
        found = self._subset([(jump,) for jump in self.f.jumps], (-self.f.slopes[0],))
        if found is not None:
            self._best = self._fitted(self._neurons(found))
        return found

    def _subset(
        self, rows: Sequence[tuple[fmpq, ...]], target: tuple[fmpq, ...], without: int | None = None
    ) -> tuple[int, ...] | None:
        """The indices of some rows that add up to the target."""
        indices = [index for index in range(len(rows)) if index != without]
        *numbers, goal = _packed([rows[index] for index in indices] + [target])
        found = subset_with_sum(numbers, goal, run=self._run)
        return None if found is None else tuple(indices[index] for index in found)

    def _neurons(self, opening_left: Collection[int], doubled: int | None = None) -> _Neurons:
        """A neuron for each breakpoint; at one of them, perhaps, a second one that makes the leftmost slope right."""
        f, one = self.f, fmpq(1)
        rows = []
        for index, (jump, place) in enumerate(zip(f.jumps, f.breakpoints, strict=True)):
            if index == doubled:
                left = -f.slopes[0] - sum((f.jumps[other] for other in opening_left), fmpq(0))
                rows += [(jump - left, one, -place), (left, -one, place)]
            else:
                side = -one if index in opening_left else one
                rows.append((jump, side, -side * place))
        return _Neurons(tuple(row for row in rows if row[0]), fmpq(0))

    def _both_sides(self) -> _Neurons:
        """The net of the theorem's proof: all neurons open to the left, and at the last breakpoint one to each side."""
        last = len(self.f.breakpoints) - 1
        return self._fitted(self._neurons(range(last), doubled=last))

    def _fitted(self, neurons: _Neurons) -> _Neurons:
        """With the output bias that makes the values right."""
        return neurons.shifted(self.f.value - neurons.value(self.f.at))


def _with_constant_neuron(neurons: _Neurons) -> _Neurons:
    """The same function with a constant neuron instead of the output bias."""
    return _Neurons((*neurons.rows, (neurons.constant, fmpq(0), fmpq(1))), fmpq(0))


def _packed(rows: Sequence[tuple[fmpq, ...]]) -> list[int]:
    """Integers of which some add up to the last one exactly if the same rows add up to the last row."""
    columns = [[int(entry) for entry in primitive(column)] for column in zip(*rows, strict=True)]
    packed = [0] * len(rows)
    for column in columns:
        room = 2 * sum(map(abs, column)) + 1
        packed = [number * room + entry for number, entry in zip(packed, column, strict=True)]
    return packed
