"""`Plan`: a question about a net, and the tasks into which its answer is divided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from relupoly.errors import InputError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.counters.region_counters import RegionCounters
from relupoly.pieces.counting.tasks import Tasks, divide
from relupoly.pieces.forms.homogeneous import HomogeneousNet, homogenize
from relupoly.pieces.forms.image import on_image
from relupoly.pieces.notions import PATTERNS, counted_notions
from relupoly.pieces.walk.driver import Walk
from relupoly.plain_text import counted
from relupoly.run import UNLIMITED, Run

MOST_SHARDS = 10_000  # dividing a walk takes longer the more tasks there are, and every machine does that
_TASKS = 256  # what is lost when a count is killed, or a worker of a cluster, is a small share of it
_TASKS_PER_SHARD = 8  # tasks have very different numbers of cells: with some in each, shards take similar times


@dataclass(frozen=True)
class Plan:
    """What is to be counted, and in how many shards: all that the tasks depend on.

    Attributes
    ----------
    network : Network
    domain : Domain
    notion : str
        A notion, or "all".
    shards : int

    Raises
    ------
    InputError
        If the number of shards is not between 1 and 10,000, or there is no such notion.
    """

    network: Network
    domain: Domain
    notion: str
    shards: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.shards <= MOST_SHARDS:
            raise InputError(f"{self.shards} is no number of shards; give one from 1 to {MOST_SHARDS}")
        counted_notions(self.notion)

    @property
    def asked(self) -> tuple[str, ...]:
        """The notions that are asked for."""
        return counted_notions(self.notion)

    @cached_property
    def net(self) -> HomogeneousNet:
        """The net on the domain, ready for the walk: on the domain's image, where the first layer sees few directions."""
        network, domain = on_image(self.network, self.domain) or (self.network, self.domain)
        net = homogenize(network, domain, may_be_constrained=True)
        return net.with_rays() if PATTERNS in self.asked else net

    def counters(self) -> RegionCounters:
        """Counters for what is asked, without cells."""
        return RegionCounters(self.net, self.asked)

    def walk(self, run: Run = UNLIMITED, jobs: int = 1) -> Walk:
        """A walk whose cells the counters take."""
        return Walk(self.net, self.counters().every_wall, run, jobs=jobs)

    def tasks(self, run: Run = UNLIMITED) -> Tasks:
        """The tasks, the same on every machine; a net without hidden layer needs none."""
        if not self.net.depth:
            return Tasks((), "")
        return divide(self.walk(run.noticing(lambda text: None)), self.most_tasks)

    @property
    def least_tasks(self) -> int:
        """One, that takes all cells; none for a net without hidden layer."""
        return min(1, self.net.depth)

    @property
    def most_tasks(self) -> int:
        """How many tasks there can be: a node is split in two at most, and no further one when there are so many."""
        return max(_TASKS, _TASKS_PER_SHARD * self.shards) if self.net.depth else 0

    def numbers(self, shard: int, tasks: int) -> range:
        """Which of so many tasks belong to a shard, counted from 1: every `shards`-th one."""
        return range(shard - 1, tasks, self.shards)

    def difference(self, other: Plan) -> str | None:
        """What tells another plan from this one, in words; None if they are the same."""
        if self.network != other.network:
            return "of another network"
        if (self.domain.polyhedron, self.domain.subspace) != (other.domain.polyhedron, other.domain.subspace):
            return f"on another domain ({other.domain.name}, not {self.domain.name})"
        if self.notion != other.notion:
            return f"under another notion ({other.notion}, not {self.notion})"
        if self.shards != other.shards:
            return f"divided in another way ({counted(other.shards, 'shard')}, not {counted(self.shards, 'shard')})"
        return None
