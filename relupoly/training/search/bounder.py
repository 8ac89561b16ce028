"""`Bounder`: what a search asks of whoever bounds its nodes, in rationals or compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from relupoly.run import Run
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.proof.proof import Dual
from relupoly.training.search.open_node import OpenNode


@dataclass
class Outcome:
    """What a bounder did with the nodes that it was given; what became of each is in the tree.

    Attributes
    ----------
    left : list of OpenNode
        What is still open.
    candidate : Candidate or None
        A net that may be better than the incumbent.
    nodes, leaves : int
        How many nodes were bounded, and how many of them are finished.
    again : list of OpenNode
        Nodes that are bounded once more, though they were counted.
    trusted : list of OpenNode
        Nodes that are closed without proof.
    """

    left: list[OpenNode] = field(default_factory=list)
    candidate: Candidate | None = None
    nodes: int = 0
    leaves: int = 0
    again: list[OpenNode] = field(default_factory=list)
    trusted: list[OpenNode] = field(default_factory=list)


class Prover(Protocol):
    """Proves leaves whose proofs were not kept."""

    def find(self, leaf: OpenNode) -> Dual | None:
        """The proof of a leaf; None if it finds none."""


class Bounder(Protocol):
    """Closes and divides nodes; a context manager, inside which it works.

    Attributes
    ----------
    at_once : int
        How many leaves of an earlier search it proves in one step.
    """

    at_once: int

    @property
    def nodes(self) -> list[OpenNode]:
        """The nodes that it has in hand: they are open."""

    @property
    def is_free(self) -> bool:
        """Whether it takes more nodes now."""

    def __enter__(self) -> Any: ...

    def __exit__(self, *error: Any) -> None: ...

    def start(self, nodes: list[OpenNode], best: Candidate, proving: bool) -> None:
        """Take some nodes; `proving` says that they are leaves of an earlier search."""

    def next(self, run: Run, best: Candidate) -> Outcome:
        """Do something about the nodes in hand; if the run stops that, they stay there."""

    def halted(self, best: Candidate) -> Outcome | None:
        """End what goes on at the same time, one thing at each call; None if there is nothing."""

    def give_back(self) -> list[OpenNode]:
        """The nodes in hand, which are so no longer."""

    def polished(self, best: Candidate) -> Candidate:
        """The best net of the cells of a net, if that is wanted."""

    def adopted(self, node: OpenNode) -> OpenNode:
        """A node of the bounder before this one, with its bound in the units of this one."""

    def loss(self, bound: Any) -> Fraction:
        """The loss of all samples that the bound of a node stands for."""

    def closed(self, loss: Fraction) -> Fraction:
        """No node is closed with a smaller bound than this, where the incumbent has this loss."""

    def refined(self, nodes: list[OpenNode], best: Candidate, seconds: float) -> list[OpenNode]:
        """Nodes with bounds that are as good as can be had in a short time."""

    def prover(self, claim: Fraction) -> Prover | None:
        """What proves that the loss in a leaf is at least what is claimed; None if there is nothing but the relaxation."""
