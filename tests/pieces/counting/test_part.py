"""A part: what it adds up, what it refuses, and what it says is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from oracles.merging import NETS

from relupoly.errors import PartError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.counting import part as part_module
from relupoly.pieces.counting.driver import take_all
from relupoly.pieces.counting.part import Outcome, Part, Split
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.walk.driver import Walk

# Eight cells, which are one piece; here each is a task.
PLAN = Plan(NETS["cancelling"], Domain(), "all", shards=3)
SPLIT = Split(8, "digest")
CELLS = list(Walk(PLAN.net, PLAN.counters().every_wall))


def nothing() -> None:
    pass


def outcome(task: int, exact_predicates: int = 0) -> Outcome:
    counters = PLAN.counters()
    counters.take(CELLS[task])
    return Outcome(task, counters, exact_predicates)


def part(*tasks: int, plan: Plan = PLAN, split: Split | None = SPLIT) -> Part:
    """The part with some tasks; task k needs 10^k exact predicates, and takes 2^k seconds."""
    found = Part(plan)
    if split:
        found.begin(split)
    for task in tasks:
        found.add(outcome(task, 10**task))
        found.seconds += 2.0**task
    return found


def test_an_empty_part() -> None:
    empty = Part(PLAN)
    assert (empty.plan, empty.split, empty.done, empty.complete) == (PLAN, None, set(), False)
    assert (empty.exact_predicates, empty.seconds, empty.stopped, empty.counters.cells) == (0, 0.0, None, 0)
    assert empty.missing() == ["all tasks"]
    count = empty.count()
    assert (count.complete, count.stopped, count.cells) == (False, "parts", 0)
    assert (count.exact_predicates, count.seconds) == (0, 0.0)


def test_adding_tasks() -> None:
    some = part(0, 3)
    assert (some.done, some.counters.cells, some.exact_predicates) == ({0, 3}, 2, 1001)
    assert not some.complete
    assert [some.left(shard) for shard in (1, 2, 3)] == [[6], [1, 4, 7], [2, 5]]
    assert some.missing() == ["1 of the 3 tasks of shard 1/3", "shard 2/3", "shard 3/3"]


def test_merging_adds_everything_up() -> None:
    whole = part(0, 3, 6)
    whole.merge(part(1, 4, 7))
    assert (whole.done, whole.counters.cells) == ({0, 1, 3, 4, 6, 7}, 6)
    assert (whole.exact_predicates, whole.seconds) == (11_011_011, 219.0)
    assert whole.missing() == ["shard 3/3"]
    whole.merge(part(2, 5))
    assert (whole.complete, whole.missing()) == (True, [])
    assert (whole.exact_predicates, whole.seconds) == (11_111_111, 255.0)
    whole.finish()
    count = whole.count()
    assert count.counts == count_pieces(PLAN.network, notion="all").counts
    assert (count.cells, count.complete, count.stopped, count.certified) == (8, True, None, True)
    assert (count.exact_predicates, count.seconds) == (11_111_111, 255.0)
    assert (count.asked, count.domain, count.input_dim, count.widths) == (PLAN.asked, PLAN.domain, 3, (6,))


def test_merging_into_nothing_known() -> None:
    """A part that was stopped before its work was divided takes the other's division, and leaves it its own."""
    first, last = part(split=None), part(0)
    first.merge(last)
    assert (first.split, first.done) == (SPLIT, {0})
    last.merge(part(split=None))
    assert (last.split, last.done) == (SPLIT, {0})


@pytest.mark.parametrize("other", [Split(9, "digest"), Split(8, "other")])
def test_parts_divided_in_another_way(other: Split) -> None:
    whole = part(0)
    with pytest.raises(PartError, match="divides the work in another way"):
        whole.merge(part(1, split=other))
    assert (whole.split, whole.done, whole.counters.cells, whole.exact_predicates) == (SPLIT, {0}, 1, 1)


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (replace(PLAN, network=Network.from_rows([([[1, 0, 0]], [1]), ([[1]], None)])), "of another network"),
        (replace(PLAN, domain=Domain.box([0] * 3, [1] * 3)), "on another domain"),
        (replace(PLAN, notion="open"), "under another notion"),
        (replace(PLAN, shards=2), r"divided in another way \(2 shards, not 3 shards\)"),
    ],
)
def test_parts_of_another_count(plan: Plan, text: str) -> None:
    with pytest.raises(PartError, match=f"it is a part of a count {text}.*; merge parts of one count"):
        part(0).merge(part(plan=plan))


def test_tasks_that_come_twice() -> None:
    whole = part(0, 1)
    with pytest.raises(PartError, match="it holds 1 task that the parts before it hold, too"):
        whole.merge(part(1, 2))
    with pytest.raises(PartError, match="it holds 2 tasks that the parts before it hold, too"):
        whole.merge(part(0, 1, 2))
    assert (whole.done, whole.counters.cells) == ({0, 1}, 2)


def test_what_is_missing() -> None:
    """A shard without tasks is never missing; one of one task is missing as a whole."""
    many = replace(PLAN, shards=10)
    assert part(plan=many).missing() == [f"shard {number}/10" for number in range(1, 9)]
    assert part(0, plan=many).missing() == [f"shard {number}/10" for number in range(2, 9)]
    assert part(0, plan=replace(PLAN, shards=1)).missing() == ["7 of the 8 tasks of shard 1/1"]
    two = replace(PLAN, shards=2)
    assert part(1, 2, plan=two).missing() == ["3 of the 4 tasks of shard 1/2", "3 of the 4 tasks of shard 2/2"]


def test_a_count_that_is_not_settled() -> None:
    """`closed` needs a second walk once all is seen; until then the count is not complete."""
    whole = part(*range(8))
    assert (whole.count().complete, whole.count().stopped) == (False, "parts")
    whole.stopped = "deadline"
    assert whole.count().stopped == "deadline"
    whole.finish()
    assert (whole.count().complete, whole.count().stopped) == (True, None)


def test_an_incomplete_part_is_not_finished() -> None:
    some = part(0, 1)
    some.finish()
    assert (some.count().complete, some.counters.settled) == (False, False)


@pytest.mark.parametrize("jobs", [None, 1, 3])
def test_the_second_walk_has_the_threads_asked_for(jobs: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def watched(*arguments: object, jobs: int, **options: object) -> Walk:
        seen.append(jobs)
        return Walk(*arguments, jobs=jobs, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(part_module, "Walk", watched)
    monkeypatch.setattr(part_module, "threads_for", lambda jobs: jobs or 2)
    # The function is 0 on both sides of the hat: of these two open pieces only a second walk can say whether they meet.
    hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    found = Part(Plan(hat, Domain(), "closed"))
    take_all(found)
    found.finish(jobs)
    assert found.count().counts == {"open": 4, "activation": 4, "affine": 3, "closed": 4}
    assert seen
    assert set(seen) == {jobs or 2}


def test_a_net_without_hidden_layer() -> None:
    plan = Plan(Network.from_rows([([[1, 2]], [3])]), Domain(), "all")
    found = Part(plan)
    assert not found.count().complete
    found.begin(Split(0, ""))
    found.finish()
    count = found.count()
    assert (count.complete, count.cells, set(count.counts.values()), tuple(count.counts)) == (True, 1, {1}, plan.asked)


def test_no_count_of_some_tasks_is_final() -> None:
    plan = replace(PLAN, notion="activation")
    counters = plan.counters()
    counters.take(CELLS[0])
    some = Part(plan)
    some.begin(SPLIT)
    some.add(Outcome(0, counters, 0))
    assert some.count().final == ()
