"""The search tree as a proof: its splits, and what proves the bound of each leaf.

A vector u with sum_j u_j f(x_j) <= 0 for all nets f of a node bounds their loss from below, by the inequality of Cauchy and
Schwarz for the squared loss and by linear duality for the others. All here is in lifted coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from relupoly.training.problem.lifted import Vector

Key: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True)
class Split:
    """A node that is divided: the place of a class among those of the node, and a point."""

    place: int
    point: int


@dataclass(frozen=True)
class Residual:
    """The dual vector u_j = weight_j (target_j - p(v_j)) with p = output_bias + sum_k coefficient_k relu(<neuron_k, v>).

    Attributes
    ----------
    terms : tuple of (neuron, coefficient)
        A neuron is a vector of integers, a coefficient has either sign.
    output_bias : Fraction
    """

    terms: tuple[tuple[Vector, Fraction], ...]
    output_bias: Fraction = Fraction(0)


@dataclass(frozen=True)
class Dual:
    """A dual vector as it is: an entry for each term of the lifted problem; for linear losses."""

    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Open:
    """A leaf that is not finished: what is proved about it so far, and the bound that follows."""

    proof: Residual | Dual
    value: Fraction


@dataclass(frozen=True)
class Closed:
    """A finished leaf whose proof is not written down yet.

    Attributes
    ----------
    keys : tuple of (sign, ray, orientation)
        The features that its relaxation uses: not needed, but the proof is found faster with them.
    """

    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Waiting:
    """A leaf that is not finished, with features to start from, as above."""

    keys: tuple[Key, ...]


Proof: TypeAlias = Residual | Dual
Item: TypeAlias = Split | Residual | Dual | Open
Part: TypeAlias = Split | Closed | Waiting
