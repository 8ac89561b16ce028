"""Shards: however the work is divided, the parts merge to the count."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.merging import NETS
from oracles.strategies import nets_on_domains
from oracles.tables import native_net, needs_shared, table, table_net

from relupoly.errors import DomainError, InputError, PartError
from relupoly.geometry.domain import Domain
from relupoly.parallel.part_file import decode, encode
from relupoly.parallel.run import count_part
from relupoly.pieces.count import count_pieces
from relupoly.pieces.counting.part import Part
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.walk.driver import Walk
from relupoly.run import Run


def shards(net, domain, notion, number):
    return [count_part(net, domain, notion, shard=(i, number), jobs=1) for i in range(1, number + 1)]


def sent(part):
    """The part as another machine reads it."""
    return decode(encode(part))


def merged(parts):
    first, *others = parts
    for other in others:
        first.merge(other)
    first.finish()
    return first


def check(net, domain, number, source, notion="all"):
    expected = count_pieces(net, domain, notion)
    parts = [sent(part) for part in shards(net, domain, notion, number)]
    source.shuffle(parts)
    found = merged(parts).count()
    assert (found.counts, found.cells, found.pieces) == (expected.counts, expected.cells, expected.pieces)
    assert (found.complete, found.stopped, found.asked) == (True, None, expected.asked)
    assert (found.domain, found.widths, found.input_dim) == (expected.domain, expected.widths, expected.input_dim)


@settings(max_examples=40)
@given(nets_on_domains(neurons=10, width=5), st.sampled_from([1, 2, 3, 7]), st.randoms(use_true_random=False))
def test_all_notions_on_random_nets(case, number, source):
    check(*case, number, source)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(4))
def test_all_notions_on_hostile_nets(entry, seed):
    source = random.Random(f"{entry} {seed} shards")
    net = hostile_net(source, ENTRIES[entry], source.randint(1, 3), [source.randint(1, 4), 3], source.randint(1, 2))
    check(net, random_domain(source, net.input_dim), source.choice([2, 3, 7]), source)


@pytest.mark.slow
@pytest.mark.parametrize("notion", [*NOTIONS, "all"])
@pytest.mark.parametrize("name", NETS)
def test_every_notion_on_nets_whose_pieces_have_many_cells(name, notion):
    check(NETS[name], Domain(), 3, random.Random(name), notion)


@pytest.mark.parametrize("name", ["hill", "dead layer"])
@pytest.mark.parametrize("number", [2, 7])
def test_pieces_cross_from_shard_to_shard(name, number):
    parts = shards(NETS[name], None, "closed", number)
    apart = [part.counters.counts() for part in parts]
    together = merged(parts).count().counts
    for notion in ("open", "affine"):
        assert sum(counts[notion] for counts in apart) > together[notion]
    assert together == count_pieces(NETS[name], notion="closed").counts


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("notion", ["open", "closed", "strict"])
@pytest.mark.parametrize("name", NETS)
def test_interpreted_and_compiled_shards_mix(name, notion, compiled, monkeypatch):
    """Which walk counts a task depends on the time and the machine; the parts must not."""
    monkeypatch.setattr(Walk, "_impatient", lambda self: compiled)
    parts = [count_part(NETS[name], None, notion, shard=(1, 2))]
    monkeypatch.setattr(Walk, "_impatient", lambda self: not compiled)
    parts.append(count_part(NETS[name], None, notion, shard=(2, 2)))
    assert merged(parts).count().counts == count_pieces(NETS[name], notion=notion).counts


def test_more_shards_than_tasks():
    net = NETS["cancelling"]
    parts = [sent(part) for part in shards(net, None, "all", 40)]
    assert sum(not part.done for part in parts) == 32
    assert all(part.counters.cells == 0 for part in parts if not part.done)
    assert merged(parts).count().counts == count_pieces(net, notion="all").counts


@needs_shared
@pytest.mark.parametrize("row", table("region_notions"), ids=lambda row: row and row["name"])
def test_nets_that_separate_the_notions(row):
    check(table_net(row), Domain(), 3, random.Random(0))


@needs_shared
@pytest.mark.parametrize("row", table("degenerate"), ids=lambda row: row and row["name"])
def test_nets_on_which_other_tools_fail(row):
    check(native_net(row["network"]), Domain(), 3, random.Random(0))


@settings(max_examples=15)
@given(nets_on_domains(neurons=10, width=5), st.randoms(use_true_random=False))
def test_merges_merge_in_any_order(case, source):
    """A random tree of merges, each result written down and read again."""
    parts = [sent(part) for part in shards(*case, "all", 6)]
    while len(parts) > 1:
        source.shuffle(parts)
        one, other = parts.pop(), parts.pop()
        one.merge(other)
        parts.append(sent(one))
    [whole] = parts
    whole.finish()
    assert whole.count().counts == count_pieces(*case, "all").counts


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_any_number_of_threads(jobs):
    net, box = NETS["hill"], Domain.box([-2, -2], [2, 2])
    assert count_part(net, box, "all", jobs=jobs).count().counts == count_pieces(net, box, "all").counts


class TestStopping:
    def test_a_limit_leaves_whole_tasks(self):
        net = NETS["hill"]
        cells = count_pieces(net).cells
        part = count_part(net, limit=cells - 1, jobs=1)
        assert (part.stopped, part.complete, part.count().stopped) == ("limit", False, "limit")
        assert 0 < len(part.done) < part.split.tasks
        assert part.count().cells < cells

    def test_as_many_cells_as_the_limit_are_complete(self):
        net = NETS["hill"]
        assert count_part(net, limit=count_pieces(net).cells).complete

    def test_a_deadline_before_the_work_is_divided(self):
        part = sent(count_part(NETS["hill"], notion="all", run=Run(deadline=0)))
        assert (part.stopped, part.split, part.missing()) == (None, None, ["all tasks"])
        assert (part.count().complete, part.count().stopped, part.count().cells) == (False, "parts", 0)
        whole = count_part(NETS["hill"], notion="all")
        part.merge(whole)
        assert part.count().counts == whole.count().counts

    def test_the_second_walk_of_closed_can_be_stopped_and_done_later(self):
        parts = [sent(part) for part in shards(NETS["trap"], None, "closed", 2)]
        parts[0].merge(parts[1])

        def stop():
            raise InterruptedError

        assert parts[0].complete
        with pytest.raises(InterruptedError):
            parts[0].finish(run=Run().also(stop))
        assert (parts[0].count().complete, parts[0].count().pieces) == (False, None)
        again = sent(parts[0])
        again.finish()
        assert again.count().pieces == 6
        assert sent(again).count().pieces == 6

    def test_an_unfinished_shard_names_its_tasks(self):
        part = count_part(NETS["hill"], shard=(2, 3), limit=20, jobs=1)
        own = len(part.plan.numbers(2, part.split.tasks))
        assert 0 < len(part.done) < own
        assert part.missing() == ["shard 1/3", f"{own - len(part.done)} of the {own} tasks of shard 2/3", "shard 3/3"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("other", "message"),
        [
            ((NETS["trap"], None, "open", (1, 2)), "of another network"),
            ((NETS["hill"], Domain.box([0, 0], [1, 1]), "open", (1, 2)), "on another domain (box 0 1, not R^n)"),
            ((NETS["hill"], None, "strict", (1, 2)), "under another notion (strict, not open)"),
            ((NETS["hill"], None, "open", (1, 3)), "divided in another way (3 shards, not 2 shards)"),
        ],
    )
    def test_parts_of_different_counts(self, other, message):
        net, domain, notion, shard = other
        part = count_part(NETS["hill"], shard=(2, 2))
        before = encode(part)
        with pytest.raises(PartError) as caught:
            part.merge(count_part(net, domain, notion, shard=shard))
        assert message in str(caught.value)
        assert encode(part) == before

    def test_the_name_of_a_domain_does_not_matter(self):
        box = Domain.box([0, 0], [1, 1])
        one = count_part(NETS["hill"], box, shard=(1, 2))
        one.merge(count_part(NETS["hill"], Domain(box.polyhedron, None, "square"), shard=(2, 2)))
        assert one.complete

    def test_a_task_twice(self):
        one, other = shards(NETS["hill"], None, "open", 2)
        one.merge(other)
        with pytest.raises(PartError, match="tasks that the parts before it hold, too"):
            one.merge(sent(other))

    def test_tasks_of_another_version(self):
        one, other = shards(NETS["hill"], None, "open", 2)
        other.split = type(other.split)(other.split.tasks, "0" * 64)
        with pytest.raises(PartError, match="divides the work in another way"):
            one.merge(other)

    @pytest.mark.parametrize("shard", [(0, 2), (3, 2), (-1, 2)])
    def test_no_such_shard(self, shard):
        with pytest.raises(PartError, match=r"there is no shard .*; give one from 1/2 to 2/2"):
            count_part(NETS["hill"], shard=shard)

    @pytest.mark.parametrize("number", [0, 10_001])
    def test_no_such_number_of_shards(self, number):
        with pytest.raises(InputError, match="give one from 1 to 10000"):
            count_part(NETS["hill"], shard=(1, number))

    def test_what_count_pieces_refuses(self):
        with pytest.raises(DomainError):
            count_part(NETS["hill"], Domain.box([0], [1]))
        with pytest.raises(InputError, match="no notion"):
            count_part(NETS["hill"], notion="opne")


def test_what_is_counted_on_the_way():
    """The notions beside those asked for are those of count_pieces."""
    for notion in NOTIONS:
        expected = count_pieces(NETS["zonotope"], notion=notion).counts
        assert count_part(NETS["zonotope"], notion=notion).count().counts == expected


def test_an_empty_part_is_the_neutral_element():
    part = count_part(NETS["hill"], notion="all")
    empty = Part(part.plan)
    empty.merge(part)
    assert empty.count().counts == part.count().counts
