"""Checkpoints: a file that always holds a part of the count, from which it goes on."""

import errno
import itertools
import json
import os

import pytest
from oracles.merging import NETS
from oracles.stops import After

from relupoly.errors import FileFormatError, PartError
from relupoly.geometry.domain import Domain
from relupoly.parallel import checkpoint as module
from relupoly.parallel.part_file import decode, encode, read_part
from relupoly.parallel.run import count_part
from relupoly.pieces.count import count_pieces
from relupoly.run import Run


@pytest.mark.parametrize("name", ["hill", "trap", "dead layer"])
def test_interrupted_again_and_again(name, tmp_path):
    place, stops = tmp_path / "a.part", 0
    for attempt in itertools.count(1):
        part = count_part(NETS[name], notion="all", checkpoint=place, jobs=1, run=Run(interrupted=After(40 * attempt)))
        assert encode(read_part(place)) == encode(part)
        if not part.stopped:
            break
        stops += 1
    expected = count_pieces(NETS[name], notion="all")
    assert (part.count().counts, part.count().cells, stops > 1) == (expected.counts, expected.cells, True)


def test_a_finished_one_answers_at_once(tmp_path, monkeypatch):
    place = tmp_path / "a.part"
    first = count_part(NETS["trap"], notion="all", checkpoint=place)
    monkeypatch.setattr("relupoly.pieces.counting.plan.divide", None)
    again = count_part(NETS["trap"], notion="all", checkpoint=place, run=Run(deadline=60))
    assert again.count().counts == first.count().counts
    assert again.seconds >= first.seconds


def test_it_is_there_before_the_first_task_is_done(tmp_path, monkeypatch):
    place = tmp_path / "a.part"

    def none(hire, numbers, jobs, run):
        assert (read_part(place).done, len(numbers) > 1) == (set(), True)
        yield from ()

    monkeypatch.setattr("relupoly.parallel.run.count_on_threads", none)
    assert not count_part(NETS["hill"], checkpoint=place).complete


@pytest.mark.parametrize(("clock", "writes"), [(10, "all"), (0, "few")])
def test_it_is_written_now_and_then(clock, writes, tmp_path, monkeypatch):
    times = itertools.count(1, clock)
    written = []

    class Time:
        monotonic = staticmethod(lambda: next(times))

    monkeypatch.setattr(module, "time", Time)
    monkeypatch.setattr(module, "write_part", lambda part, place, force: written.append(len(part.done)))
    part = count_part(NETS["hill"], checkpoint=tmp_path / "a.part", jobs=1)
    tasks = len(part.done)
    # Each reading moves the clock by 10 s: so a write takes 10 s, and the next one is due in 100 s, ten tasks later.
    assert tasks > 100
    assert written == ([0, tasks] if writes == "few" else [0, *range(10, tasks + 1, 10), tasks])


def test_a_checkpoint_of_a_shard_is_its_part(tmp_path):
    place = tmp_path / "a.part"
    part = count_part(NETS["hill"], notion="all", shard=(1, 2), checkpoint=place)
    part.merge(count_part(NETS["hill"], notion="all", shard=(2, 2)))
    part.finish()
    whole = count_part(NETS["hill"], notion="all", shard=(2, 2), checkpoint=place)
    assert whole.complete
    assert whole.count().counts == part.count().counts == count_pieces(NETS["hill"], notion="all").counts


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"network": NETS["trap"]}, "it is a checkpoint of a count of another network; give its own question, or another file"),
        ({"domain": Domain.box([0, 0], [1, 1])}, "on another domain (R^n, not box 0 1)"),
        ({"notion": "strict"}, "under another notion (open, not strict)"),
        ({"shard": (1, 2)}, "divided in another way (1 shard, not 2 shards)"),
    ],
)
def test_of_another_count(options, message, tmp_path):
    place = tmp_path / "a.part"
    count_part(NETS["hill"], checkpoint=place, limit=20)
    before = place.read_bytes()
    with pytest.raises(PartError) as caught:
        count_part(**({"network": NETS["hill"], "checkpoint": place} | options))
    assert str(caught.value).startswith(f"{place}: ")
    assert message in str(caught.value)
    assert place.read_bytes() == before


def test_of_a_version_that_divides_the_work_in_another_way(tmp_path):
    place = tmp_path / "a.part"
    part = count_part(NETS["hill"], limit=20)
    part.split = type(part.split)(part.split.tasks, "0" * 64)
    place.write_bytes(encode(part))
    before = place.read_bytes()
    with pytest.raises(PartError, match="divides the work in another way"):
        count_part(NETS["hill"], checkpoint=place)
    assert decode(place.read_bytes()).done == decode(before).done


@pytest.mark.parametrize("content", [b"", b"{", b"[]", json.dumps({"format": "relupoly-network"}).encode(), b"\xff"])
def test_a_file_that_is_none_is_left_alone(content, tmp_path):
    place = tmp_path / "a.part"
    place.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"a\.part: "):
        count_part(NETS["hill"], checkpoint=place)
    assert place.read_bytes() == content


def test_where_nothing_can_be_written(tmp_path):
    with pytest.raises(FileFormatError, match="there is no folder"):
        count_part(NETS["hill"], checkpoint=tmp_path / "missing" / "a.part")
    with pytest.raises(FileFormatError, match="it is a directory"):
        count_part(NETS["hill"], checkpoint=tmp_path)


def full_disk(monkeypatch, working=0):
    """After so many more files nothing can be written."""
    left = [2 * working]  # Each file is written to disk, and its folder, too.

    def fsync(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("working", [0, 1])
def test_a_full_disk_does_not_stop_a_count(working, tmp_path, monkeypatch):
    full_disk(monkeypatch, working)
    place = tmp_path / "a.part"
    part = count_part(NETS["hill"], notion="all", checkpoint=place)
    assert part.count().counts == count_pieces(NETS["hill"], notion="all").counts
    assert part.unsaved == f"{place}: it cannot be written (No space left on device); give another place"
    monkeypatch.undo()
    assert sorted(os.listdir(tmp_path)) == ["a.part"] * working
    if working:
        assert (read_part(place).plan, read_part(place).done) == (part.plan, set())
    again = count_part(NETS["hill"], notion="all", checkpoint=place)
    assert (again.unsaved, again.count().counts) == (None, part.count().counts)


def test_a_disk_that_was_full_for_a_while(tmp_path, monkeypatch):
    def none(hire, numbers, jobs, run):
        assert not (tmp_path / "a.part").exists()
        monkeypatch.undo()
        yield from ()

    monkeypatch.setattr("relupoly.parallel.run.count_on_threads", none)
    full_disk(monkeypatch)
    part = count_part(NETS["hill"], checkpoint=tmp_path / "a.part")
    assert (part.unsaved, encode(read_part(tmp_path / "a.part"))) == (None, encode(part))


def test_two_runs_on_one_checkpoint(tmp_path, monkeypatch):
    place = tmp_path / "a.part"

    def second(hire, numbers, jobs, run):
        before = place.read_bytes()
        with pytest.raises(FileFormatError, match=r"a\.part: another run keeps its work in it"):
            count_part(NETS["hill"], checkpoint=place)
        assert place.read_bytes() == before
        monkeypatch.undo()
        count_part(NETS["hill"], checkpoint=tmp_path / "b.part")
        yield from ()

    monkeypatch.setattr("relupoly.parallel.run.count_on_threads", second)
    assert not count_part(NETS["hill"], checkpoint=place).complete
    assert sorted(os.listdir(tmp_path)) == ["a.part", "b.part"]


@pytest.mark.parametrize("place", ["/dev/zero", "/dev/full", "pipe", "link"])
def test_what_is_no_plain_file(place, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    count_part(NETS["hill"], limit=0, checkpoint=tmp_path / "a.part")
    (tmp_path / "link").symlink_to(tmp_path / "a.part")
    before = (tmp_path / "a.part").read_bytes()
    with pytest.raises(FileFormatError, match=r"it is (no plain file|a symbolic link)"):
        count_part(NETS["hill"], checkpoint=tmp_path / place)
    assert (tmp_path / "a.part").read_bytes() == before
