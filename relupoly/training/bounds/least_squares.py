"""Least squares over a cone, exactly: minimise sum_j c_j (y_j - sum_k l_k phi_k(j))^2 over l >= 0.

The active-set method of Lawson and Hanson, in rationals. It keeps a set of features in use, solves the normal equations on
it, and lets in a feature that the residual still points to; features whose coefficient would become negative leave. In
floats this can cycle, when a feature that has just come leaves at once. In exact arithmetic it cannot: a feature with a
positive product with the residual is independent of those in use, whose products are 0, and its coefficient becomes
positive; so each round lowers the value, no set comes twice, and normal equations are never singular. Dependent features,
which degenerate data have, need no rule of their own.

Only products of features enter. They are integers and are kept, so one `LeastSquares` solves programs over many cones of
its features: each costs a few small linear systems, whatever the number of samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from relupoly.exact.fractions import to_fraction
from relupoly.exact.rank import pivot_columns

Generator = tuple[int, int]
FREE = 0


@dataclass(frozen=True)
class ConeOptimum:
    """The best point of a cone.

    Attributes
    ----------
    value : Fraction
        The loss there, the smallest in the cone.
    coefficients : tuple of Fraction
        Of the generators.
    """

    value: Fraction
    coefficients: tuple[Fraction, ...]


class LeastSquares:
    """Weighted least squares over cones that some features generate.

    Parameters
    ----------
    features : sequence of sequences of int, shape (K, D)
        phi_k(j), row by row.
    targets, weights : sequences of Fraction, length D
        y_j and c_j > 0.

    Examples
    --------
    >>> one = Fraction(1)
    >>> program = LeastSquares([[1, 1, 0], [0, 1, 1]], [one, 2 * one, -one], [one, one, one])
    >>> best = program.minimize([(0, 1), (1, 1)])
    >>> best.coefficients, best.value, program.residual([(0, 1), (1, 1)], best)
    ((Fraction(3, 2), Fraction(0, 1)), Fraction(3, 2), (Fraction(-1, 2), Fraction(1, 2), Fraction(-1, 1)))
    """

    def __init__(self, features: Sequence[Sequence[int]], targets: Sequence[Fraction], weights: Sequence[Fraction]) -> None:
        samples = len(targets)
        self._targets = targets
        self._features = fmpz_mat(len(features), samples, [entry for row in features for entry in row])
        # Integers throughout: targets and weights are multiplied by their common denominators.
        self._target_scale = lcm(*(target.denominator for target in targets))
        self._weight_scale = lcm(*(weight.denominator for weight in weights))
        whole = [int(target * self._target_scale) for target in targets]
        masses = [int(weight * self._weight_scale) for weight in weights]
        self._weighted = fmpz_mat(
            samples, len(features), [mass * row[place] for place, mass in enumerate(masses) for row in features]
        )
        pulled = fmpz_mat(1, samples, whole) * self._weighted
        self._moments = list(pulled.entries())
        self._size = fmpz(sum(mass * target * target for mass, target in zip(masses, whole, strict=True)))
        self._products: dict[int, list[fmpz]] = {}

    def minimize(self, generators: Sequence[Generator], guess: Iterable[int] = ()) -> ConeOptimum:
        """The best point of the cone of some features with signs.

        Parameters
        ----------
        generators : sequence of (feature, sign)
            Sign 1 for the feature, -1 for its negative, `FREE` for both.
        guess : iterable of int
            Generators, by their places, that are thought to have positive coefficients.

        Notes
        -----
        The answer is proved by the conditions of Karush, Kuhn and Tucker: with the residual u = y - sum_k l_k phi_k, the
        product sum_j c_j u_j s_k phi_k(j) is 0 for generators in use and free ones, and not positive for the others. So
        the smallest value is sum_j c_j u_j^2, and u proves it for every cone whose generators it does not point to.
        """
        used = self._beginning(generators, guess)
        while (entering := self._entering(generators, used)) is not None:
            used = self._exchanged(generators, used, entering)
        coefficients = [Fraction(0)] * len(generators)
        gain = fmpq(0)
        for place, coefficient in used.items():
            coefficients[place] = to_fraction(coefficient / self._target_scale)
            gain += coefficient * self._moment(generators[place])
        value = (self._size - gain) / (self._weight_scale * self._target_scale**2)
        return ConeOptimum(to_fraction(value), tuple(coefficients))

    def residual(self, generators: Sequence[Generator], optimum: ConeOptimum) -> tuple[Fraction, ...]:
        """The targets minus the point with the given coefficients."""
        scale = lcm(self._target_scale, *(coefficient.denominator for coefficient in optimum.coefficients))
        steps = [0] * self._features.nrows()
        for (feature, sign), coefficient in zip(generators, optimum.coefficients, strict=True):
            steps[feature] += int(coefficient * scale) * (sign or 1)
        point = (fmpz_mat(1, len(steps), steps) * self._features).entries()
        return tuple(target - Fraction(int(entry), scale) for target, entry in zip(self._targets, point, strict=True))

    def _beginning(self, generators: Sequence[Generator], guess: Iterable[int]) -> dict[int, fmpq]:
        """Independent generators with positive coefficients among those guessed; the free ones belong to them always."""
        free = [place for place, (_, sign) in enumerate(generators) if sign == FREE]
        chosen = [*free, *sorted(set(guess) - set(free))]
        if not chosen:
            return {}
        independent = pivot_columns(fmpq_mat(self._gram(generators, chosen)))
        chosen = [chosen[place] for place in independent]
        while True:
            found = self._solved(generators, chosen)
            kept = [place for place in chosen if generators[place][1] == FREE or found[place] > 0]
            if len(kept) == len(chosen):
                return found
            chosen = kept

    def _entering(self, generators: Sequence[Generator], used: dict[int, fmpq]) -> int | None:
        """A generator that the residual points to, or None: then the conditions for an optimum hold."""
        for place, (feature, sign) in enumerate(generators):
            if place not in used and self._slope(generators, used, feature) * sign > 0:
                return place
        return None

    def _slope(self, generators: Sequence[Generator], used: dict[int, fmpq], feature: int) -> fmpq:
        """The product of a feature with the residual, up to a positive factor."""
        products = self._product(feature)
        slope = fmpq(self._moments[feature])
        for place, coefficient in used.items():
            other, sign = generators[place]
            slope -= coefficient * products[other] * (sign or 1)
        return slope

    def _exchanged(self, generators: Sequence[Generator], used: dict[int, fmpq], entering: int) -> dict[int, fmpq]:
        """The generators in use after one has come: move to the solution with it, leaving out what would turn negative."""
        now = {**used, entering: fmpq(0)}
        while True:
            aim = self._solved(generators, list(now))
            falling = [place for place in now if generators[place][1] != FREE and aim[place] <= 0]
            if not falling:
                return aim
            step = min(now[place] / (now[place] - aim[place]) for place in falling)
            moved = {place: value + step * (aim[place] - value) for place, value in now.items()}
            now = {place: value for place, value in moved.items() if value > 0 or generators[place][1] == FREE}

    def _solved(self, generators: Sequence[Generator], chosen: list[int]) -> dict[int, fmpq]:
        """The coefficients of independent generators that leave no product with the residual."""
        if not chosen:
            return {}
        moments = [self._moment(generators[place]) for place in chosen]
        solution = self._gram(generators, chosen).solve(fmpz_mat(len(chosen), 1, moments))
        return dict(zip(chosen, solution.entries(), strict=True))

    def _gram(self, generators: Sequence[Generator], chosen: list[int]) -> fmpz_mat:
        """The products of generators with each other."""
        pairs = [generators[place] for place in chosen]
        entries = [self._product(one)[two] * ((first or 1) * (second or 1)) for one, first in pairs for two, second in pairs]
        return fmpz_mat(len(chosen), len(chosen), entries)

    def _moment(self, generator: Generator) -> fmpz:
        feature, sign = generator
        return self._moments[feature] * (sign or 1)

    def _product(self, feature: int) -> list[fmpz]:
        """The products of a feature with all others."""
        if feature not in self._products:
            row = fmpz_mat(1, self._features.ncols(), [self._features[feature, j] for j in range(self._features.ncols())])
            self._products[feature] = list((row * self._weighted).entries())
        return self._products[feature]
