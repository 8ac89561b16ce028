"""`Training`: a trained net, and what is proved about it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from relupoly.networks.network import Network
from relupoly.training.methods import LOCAL
from relupoly.training.problem.problem import Problem, loss_of, mean_loss

OPTIMAL, GAP, INTERRUPTED, MEMORY = "optimal", "gap", "interrupted", "memory"


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
        gap that was asked for, or the method proves nothing. "deadline", "interrupted": it was stopped. "memory": it was not
        begun, since it needs more than is allowed; the net is that of a local search.
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
    unwritten : tuple of str
        For each file that was asked for and could not be written, what is wrong with it.
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
    unwritten: tuple[str, ...] = ()

    @property
    def gap(self) -> Fraction:
        """(loss_sum - lower_bound) / loss_sum: how much smaller the optimum can be; 0 for an optimum."""
        return (self.loss_sum - self.lower_bound) / self.loss_sum if self.loss_sum else Fraction(0)

    @property
    def proved_optimal(self) -> bool:
        """Whether it is proved, whatever is rounded, that no net of this width is better."""
        return self.certified and self.status == OPTIMAL

    @property
    def optimal(self) -> bool:
        """The same as `proved_optimal`, by the name that it has in JSON and in the net's metadata."""
        return self.proved_optimal

    @property
    def complete(self) -> bool:
        """Whether the search was not stopped before its end."""
        return self.status in (OPTIMAL, GAP)


def training_answer(
    problem: Problem,
    network: Network,
    lower_bound: Fraction,
    stopped: str | None,
    certified: bool,
    method: str,
    nodes: int,
    leaves: int,
    seconds: float,
) -> Training:
    """The answer of a training; its loss is that of the net, evaluated exactly, and it is optimal only if that is the bound."""
    loss = loss_of(problem, network)
    ended = loss == lower_bound and method != LOCAL
    return Training(
        network=network,
        loss_sum=loss,
        loss=mean_loss(problem, loss),
        lower_bound=lower_bound,
        status=OPTIMAL if ended else stopped or GAP,
        certified=certified,
        method=method,
        nodes=nodes,
        leaves=leaves,
        seconds=seconds,
        width=problem.width,
        samples=problem.samples,
        inputs=problem.inputs,
        output_signs=tuple(int(entry) for entry in network.layers[1].weight.entries()),
    )
