"""`Stability`: what is known of the signs of neurons on a domain, while it is found out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stability:
    """For each neuron with ReLU, layer by layer, what is known; flags are set in place.

    Attributes
    ----------
    positive, negative : ndarray of bool, shape (number of neurons,)
        Whether the preactivation is known to be positive somewhere, and negative somewhere.
    closed : ndarray of bool, shape (number of neurons,)
        Whether nothing else is to be found out: a sign that has not been seen does not occur.
    """

    positive: Flags
    negative: Flags
    closed: Flags

    @classmethod
    def unknown(cls, neurons: int) -> Stability:
        """Where nothing is known of so many neurons."""
        return cls(*(np.zeros(neurons, dtype=np.bool_) for _ in range(3)))

    def see(self, positive: Flags, negative: Flags) -> None:
        """Note of which neurons a preactivation is positive somewhere, and negative somewhere."""
        np.logical_or(self.positive, positive, out=self.positive)
        np.logical_or(self.negative, negative, out=self.negative)

    def close(self, flags: Flags | bool = True) -> None:
        """Note for which neurons nothing else is to be found out; by default for all."""
        np.logical_or(self.closed, flags, out=self.closed)

    @property
    def active(self) -> Flags:
        """Which neurons are always active."""
        return self.closed & self.positive & ~self.negative

    @property
    def inactive(self) -> Flags:
        """Which neurons are never active."""
        return self.closed & ~self.positive

    @property
    def undecided(self) -> Flags:
        """Of which neurons it is not known whether they are stable."""
        return ~self.closed & ~(self.positive & self.negative)

    def part(self, start: int, stop: int) -> Stability:
        """What is known of some neurons; what is set there is set here."""
        return Stability(self.positive[start:stop], self.negative[start:stop], self.closed[start:stop])
