"""`Training`: a trained net, and what is proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from relupoly.networks.network import Network

OPTIMAL, GAP, DEADLINE, INTERRUPTED = "optimal", "gap", "deadline", "interrupted"


@dataclass(frozen=True)
class Training:
    """The answer of `relupoly.training.train.train`.

    Attributes
    ----------
    network : Network
        With exact weights; one hidden layer, one output.
    loss_sum : Fraction
        Its loss over all samples, evaluated exactly: the weighted sum, or the largest error for the loss "max".
    loss : Fraction
        The mean over the samples; the largest error for the loss "max".
    lower_bound : Fraction
        No net of this width has a smaller loss over all samples.
    status : str
        "optimal": the net is a global optimum, but for rounding if that is not certified. "gap": the search ended within the
        gap that was asked for, or the method proves nothing. "deadline", "interrupted": it was stopped.
    certified : bool
        Whether the lower bound is proved, whatever is rounded.
    method : str
        "branch", "enumerate" or "local".
    nodes, leaves : int
        How many convex programs were solved, and how many nodes of the search are finished.
    seconds : float
    width, samples, inputs : int
    output_signs : tuple of int
        The output weights.
    certificate : str or None
        The file of the proof, if one was asked for, and written.
    """

    network: Network
    loss_sum: Fraction
    loss: Fraction
    lower_bound: Fraction
    status: str
    certified: bool
    method: str
    nodes: int
    leaves: int
    seconds: float
    width: int
    samples: int
    inputs: int
    output_signs: tuple[int, ...]
    certificate: str | None = None

    @property
    def gap(self) -> Fraction:
        """(loss_sum - lower_bound) / loss_sum: how much smaller the optimum can be; 0 for an optimum."""
        return (self.loss_sum - self.lower_bound) / self.loss_sum if self.loss_sum else Fraction(0)

    @property
    def complete(self) -> bool:
        """Whether the search was not stopped before its end."""
        return self.status in (OPTIMAL, GAP)
