"""`Part`: what is known of a count when some of its tasks are done.

What a shard prints, what a checkpoint holds, what comes back from a cluster: all are parts. Parts of one plan whose tasks
are different merge, in any order; a part with all tasks done is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from relupoly.errors import PartError
from relupoly.pieces.counters.region_counters import RegionCounters
from relupoly.pieces.counting.piece_count import PieceCount
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.merging.affine_functions import UnseenFunctions
from relupoly.pieces.walk.driver import Walk
from relupoly.plain_text import counted
from relupoly.run import UNLIMITED, Run
from relupoly.run.cores import threads_for

MISSING = "parts"


@dataclass(frozen=True)
class Split:
    """How many tasks there are, and the digest that names them."""

    tasks: int
    digest: str


@dataclass(frozen=True)
class Outcome:
    """A task that is done.

    Attributes
    ----------
    task : int
    counters : RegionCounters
        Of its cells.
    exact_predicates : int
        How many of its signs machine arithmetic could not decide.
    """

    task: int
    counters: RegionCounters
    exact_predicates: int


class Part:
    """The tasks of a plan that are done, and what they found.

    Parameters
    ----------
    plan : Plan

    Attributes
    ----------
    split : Split or None
        None where the work was stopped before it was divided.
    done : set of int
    counters : RegionCounters
        Of the cells of the tasks that are done.
    exact_predicates : int
    seconds : float
        How long all of it took, on all machines together.
    stopped : str or None
        Why the last run ended before its end, if it did: "limit", "deadline" or "interrupted".
    unsaved : str or None
        Why the last run could not write its checkpoint, if it could not.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.split: Split | None = None
        self.done: set[int] = set()
        self.counters = plan.counters()
        self.exact_predicates = 0
        self.seconds = 0.0
        self.stopped: str | None = None
        self.unsaved: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all tasks are done."""
        return self.split is not None and len(self.done) == self.split.tasks

    def left(self, shard: int) -> list[int]:
        """The tasks of a shard that are not done; the split must be known."""
        assert self.split is not None
        return [task for task in self.plan.numbers(shard, self.split.tasks) if task not in self.done]

    def begin(self, split: Split) -> None:
        """Note how the work is divided.

        Raises
        ------
        PartError
            If the tasks that are done were divided in another way.
        """
        if self.split not in (None, split):
            raise PartError("it comes from a version of relupoly that divides the work in another way; use one version for all")
        self.split = split

    def add(self, outcome: Outcome) -> None:
        """Add a task that is done."""
        self.done.add(outcome.task)
        self.counters.merge(outcome.counters)
        self.exact_predicates += outcome.exact_predicates

    def merge(self, other: Part) -> None:
        """Add the tasks of another part.

        Raises
        ------
        PartError
            If it belongs to another plan, or has a task that is done here already.
        """
        difference = self.plan.difference(other.plan)
        if difference:
            raise PartError(f"it is a part of a count {difference}; merge parts of one count")
        twice = self.done & other.done
        if twice:
            raise PartError(
                f"it holds {counted(len(twice), 'task')} that the parts before it hold, too; give each part once, "
                "and no part beside one that it was merged into"
            )
        if other.split:
            self.begin(other.split)
        self.done |= other.done
        self.counters.merge(other.counters)
        self.exact_predicates += other.exact_predicates
        self.seconds += other.seconds

    def finish(self, jobs: int | None = None, run: Run = UNLIMITED) -> None:
        """Do what needs all cells, once all tasks are done; that is a second walk for `affine` and `closed`, in some nets.

        Raises
        ------
        PartError
            If that walk shows that a part is not what it says.
        """
        net = self.plan.net
        if self.complete and net.depth:
            try:
                self.counters.settle(lambda **options: Walk(net, run=run, jobs=threads_for(jobs), **options))
            except UnseenFunctions:
                raise PartError("a part holds functions that its network does not have; count its parts again") from None

    def missing(self) -> list[str]:
        """What is not done, in words, shard by shard."""
        if self.split is None:
            return ["all tasks"]
        lines = []
        for shard in range(1, self.plan.shards + 1):
            own, left = len(self.plan.numbers(shard, self.split.tasks)), len(self.left(shard))
            name = f"shard {shard}/{self.plan.shards}"
            if left == own > 0:
                lines.append(name)
            elif left:
                lines.append(f"{left} of the {counted(own, 'task')} of {name}")
        return lines

    def count(self) -> PieceCount:
        """The count as far as it is known."""
        asked, has_layers = self.plan.asked, bool(self.plan.net.depth)
        counts = self.counters.counts() if has_layers else dict.fromkeys(asked, 1)
        known = self.complete and (self.counters.settled or not has_layers)
        return PieceCount(
            counts=counts,
            asked=asked,
            domain=self.plan.domain,
            input_dim=self.plan.network.input_dim,
            widths=self.plan.network.widths,
            cells=self.counters.cells if has_layers else 1,
            complete=known,
            final=self.counters.final() if self.complete and has_layers else asked if known else (),
            stopped=None if known else self.stopped or MISSING,
            certified=True,
            exact_predicates=self.exact_predicates,
            seconds=self.seconds,
            linear=self.plan.network.linear,
        )
