"""`Lifted`: what the search sees of a problem: distinct integer vectors v_j that span R^r.

A neuron <a, x> + b is a linear form on the lifted points v = (x, 1), or v = x without bias. Three steps make them nice,
and each has its way back:

* Columns that depend on others add no function on the data: only pivot columns are kept, so the r columns left are
  independent and every closed cell of the arrangement {a : <v_j, a> = 0} is a pointed cone. A net of the kept columns has
  weight 0 in the others.
* Each kept column is divided by a positive rational, so that its entries are coprime integers; the weight is divided too.
* Equal points have equal predictions: they are merged. For the squared loss, samples (y_i, c_i) at one point cost
  c (f - y)^2 + constant with c = sum c_i and y = sum c_i y_i / c. For other losses each distinct target stays a term.

A point with v = 0 (x = 0 without bias) is predicted 0 by every net; without output bias its loss is a constant.

The output bias is a free scalar, no neuron. Each prediction vector is sum_i s_i relu(V a_i) + c (1, ..., 1): the vector of
ones is one more feature, whose coefficient has no sign. A bound by duality stays valid if the dual vector u is orthogonal
to it, sum_j c_j u_j = 0: that is the inequality of a ray, for both orientations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from flint import fmpq, fmpq_mat

from relupoly.exact.fractions import from_fraction
from relupoly.exact.rank import pivot_columns
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.losses import MAX, SQUARED, sample_loss, total_loss
from relupoly.training.problem.problem import Problem

Vector = tuple[int, ...]


@dataclass(frozen=True)
class Lifted:
    """A problem in lifted coordinates: minimise constant + sum_t weights[t] loss(f(vectors[point[t]]), targets[t]).

    Attributes
    ----------
    problem : Problem
    vectors : tuple of tuple of int, shape (D', r)
        Distinct, of rank r. Only with output bias and without bias may one be zero.
    point : tuple of int
        The vector that each term belongs to; for the squared loss, term j is the only one of vector j.
    targets, weights : tuple of Fraction
        Of the terms.
    constant : Fraction
        The loss that no net changes; for the loss "max" a lower limit instead of a summand.
    columns : tuple of int
        The kept columns, of n (or n + 1, the last for the bias).
    scales : tuple of Fraction
        What each kept column was divided by.
    """

    problem: Problem
    vectors: tuple[Vector, ...]
    point: tuple[int, ...]
    targets: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    constant: Fraction
    columns: tuple[int, ...]
    scales: tuple[Fraction, ...]

    @property
    def rank(self) -> int:
        """The dimension r of the space of neurons; 0 if no net can learn anything."""
        return len(self.columns)

    def loss(self, predictions: Sequence[Fraction]) -> Fraction:
        """The loss of predictions at the vectors."""
        costs = (
            (weight, sample_loss(self.problem.loss, predictions[place], target))
            for place, target, weight in zip(self.point, self.targets, self.weights, strict=True)
        )
        return total_loss(self.problem.loss, costs, self.constant)

    def whole(self, loss: Fraction) -> Fraction:
        """The loss of all samples, from that of the terms alone."""
        return max(loss, self.constant) if self.problem.loss == MAX else loss + self.constant


def lift(problem: Problem, run: Run = UNLIMITED) -> Lifted:
    """Lift the samples of a problem, keep pivot columns as integers, and merge equal points.

    Parameters
    ----------
    problem : Problem
    run : Run, optional

    Examples
    --------
    >>> lifted = lift(Problem.from_rows([[0, 0], ["1/2", 1], ["1/2", 1]], [1, 2, 4], width=1))
    >>> lifted.vectors, lifted.columns, [str(y) for y in lifted.targets], str(lifted.constant)
    (((0, 1), (1, 1)), (0, 2), ['1', '3'], '2')
    """
    rows = [(*point, Fraction(1)) if problem.bias else point for point in problem.points]
    entries: list[fmpq] = []
    for row in rows:
        run.tick()
        entries += map(from_fraction, row)
    columns = tuple(pivot_columns(fmpq_mat(len(rows), len(rows[0]), entries), run))
    scales = tuple(_scale([row[column] for row in rows]) for column in columns)
    groups: dict[Vector, dict[Fraction, Fraction]] = {}
    for row, target, weight in zip(rows, problem.targets, problem.weights, strict=True):
        run.tick()
        vector = tuple(int(row[column] / scale) for column, scale in zip(columns, scales, strict=True))
        terms = groups.setdefault(vector, {})
        terms[target] = terms.get(target, Fraction(0)) + weight
    nothing = {} if problem.output_bias else groups.pop((0,) * len(columns), {})
    constant = total_loss(
        problem.loss, [(weight, sample_loss(problem.loss, Fraction(0), target)) for target, weight in nothing.items()]
    )
    merged = [_merge(problem.loss, terms) for terms in groups.values()]
    if problem.loss == SQUARED:
        constant += sum((rest for _, rest in merged), Fraction(0))
    flat = [(place, *term) for place, (terms, _) in enumerate(merged) for term in terms]
    point, targets, weights = ((*table,) for table in zip(*flat, strict=True)) if flat else ((), (), ())
    return Lifted(problem, tuple(groups), point, targets, weights, constant, columns, scales)


def network(
    lifted: Lifted,
    neurons: Sequence[Sequence[Fraction]],
    signs: Sequence[int],
    output_bias: Fraction = Fraction(0),
    drop_zero: bool = False,
) -> Network:
    """The net f = sum_i signs[i] relu(<neurons[i], v>) + output_bias, in the coordinates of the samples.

    Parameters
    ----------
    neurons : sequence of vectors of Fraction, each of length r
    signs : sequence of int
        1 or -1 each.
    drop_zero : bool
        Whether neurons that are zero are left out; one is kept where all are.

    Examples
    --------
    >>> lifted = lift(Problem.from_rows([[0, 0], ["1/2", 1]], [1, 2], width=1))
    >>> net = network(lifted, [(Fraction(1), Fraction(-1))], [1])
    >>> net.layers[0].weight.tolist(), net.layers[0].bias.tolist()
    ([[2, 0]], [[-1]])
    """
    pairs = list(zip(neurons, signs, strict=True))
    if drop_zero:
        pairs = [pair for pair in pairs if any(pair[0])] or pairs[:1]
    inputs = lifted.problem.inputs
    rows = [full_neuron(lifted, neuron) for neuron, _ in pairs]
    hidden = ([row[:inputs] for row in rows], [row[inputs] for row in rows])
    return Network.from_rows([hidden, ([[sign for _, sign in pairs]], [output_bias])])


def full_neuron(lifted: Lifted, neuron: Sequence[Fraction | int]) -> list[Fraction]:
    """The weights and the bias of a neuron in the coordinates of the samples."""
    row = [Fraction(0)] * (lifted.problem.inputs + 1)
    for column, scale, entry in zip(lifted.columns, lifted.scales, neuron, strict=True):
        row[column] = entry / scale
    return row


def _scale(column: Iterable[Fraction]) -> Fraction:
    """The positive rational that divides a column into coprime integers."""
    numerators, denominators = zip(*((entry.numerator, entry.denominator) for entry in column), strict=True)
    return Fraction(gcd(*numerators), lcm(*denominators))


def _merge(loss: str, terms: dict[Fraction, Fraction]) -> tuple[list[tuple[Fraction, Fraction]], Fraction]:
    """The terms (target, weight) that the samples at one point amount to, and a constant on top."""
    if loss == SQUARED:
        weight = sum(terms.values(), Fraction(0))
        mean = sum((target * one for target, one in terms.items()), Fraction(0)) / weight
        return [(mean, weight)], sum((one * (target - mean) ** 2 for target, one in terms.items()), Fraction(0))
    kept = {min(terms), max(terms)} if loss == MAX else set(terms)
    return [(target, terms[target]) for target in sorted(kept)], Fraction(0)
