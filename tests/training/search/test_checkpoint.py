"""Checkpoints are input like any other: whatever one says, the answer is true, or the file is refused and kept.

Forged files have a right digest here: `sealed` makes one for any lines.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from oracles.small_problems import larger_problem, small_problem
from oracles.stops import After

from relupoly.certificates.lines import read_lines
from relupoly.errors import FileFormatError
from relupoly.files.samples import read_samples
from relupoly.run import Run
from relupoly.training.answer import Training
from relupoly.training.check import check_certificate
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of
from relupoly.training.search import checkpoint as checkpoint_module
from relupoly.training.search.checkpoint import TrainingCheckpoint
from relupoly.training.train import train

OLD = Path(__file__).parents[2] / "data" / "checkpoints"


def sealed(lines: list[Any]) -> bytes:
    """A checkpoint of lines, with a digest that fits them; texts are taken as they are."""
    text = b"".join((line if isinstance(line, str) else json.dumps(line)).encode() + b"\n" for line in lines)
    end = {"end": {"lines": len(lines), "sha256": hashlib.sha256(text).hexdigest()}}
    return gzip.compress(text + json.dumps(end).encode() + b"\n")


def opened(place: Path) -> list[Any]:
    """The lines of a checkpoint but the last."""
    return [json.loads(line) for line in gzip.decompress(place.read_bytes()).splitlines()[:-1]]


def begin(problem: Problem, nodes: int, place: Path) -> Path:
    """Train until so many nodes were looked at."""
    seen = [0]
    train(
        problem,
        checkpoint=place,
        run=Run(interrupted=lambda: seen[-1] >= nodes, progress=lambda state: seen.append(state.nodes)),
    )
    return place


@pytest.fixture
def begun(tmp_path: Path) -> Callable[[Problem, int], Path]:
    """Makes a checkpoint of a search that was stopped."""
    places = (tmp_path / name / "a.ckpt" for name in map(str, itertools.count()))

    def begun(problem: Problem, nodes: int) -> Path:
        place = next(places)
        place.parent.mkdir()
        return begin(problem, nodes, place)

    return begun


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The first line of a checkpoint for `larger_problem(10, "squared")`."""
    return opened(begin(larger_problem(10, "squared"), 4, tmp_path_factory.mktemp("begun") / "a.ckpt"))[0]


@pytest.fixture(params=["exact", "compiled"])
def either_search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both searches go on from checkpoints."""
    if request.param == "exact":
        monkeypatch.setattr("relupoly.training.methods.branch.suits", lambda relaxation: False)


def is_true(found: Training, problem: Problem, optimum: Any) -> bool:
    return (found.loss_sum, found.lower_bound, found.status) == (optimum, optimum, "optimal") and found.loss_sum == loss_of(
        problem, found.network
    )


def forgery(lines: list[Any], chance: random.Random) -> list[Any]:
    """Some lines changed, left out, or put in."""
    lines = json.loads(json.dumps(lines))
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(1, len(lines)) if len(lines) > 1 else 0
        kind = chance.randrange(8)
        if kind == 0:
            lines[place] = {"closed": []}
        elif kind == 1:
            lines[place] = {"split": [chance.randint(0, 2), chance.randint(0, 6)]}
        elif kind == 2:
            lines[place:place] = [{"closed": [chance.randint(-9, 9) or 1]} for _ in range(chance.randint(1, 3))]
        elif kind == 3:
            del lines[place]
        elif kind == 4:
            # A whole subtree is said to be closed.
            lines = lines[:1] + closed_below(lines[1:], chance)
        elif kind == 5:
            lines[0]["neurons"] = [[str(chance.randint(-3, 3)) for _ in row] for row in lines[0]["neurons"]]
        elif kind == 6:
            lines[0]["signs"] = [chance.choice([1, -1]) for _ in lines[0]["signs"]]
        else:
            lines[0].update(nodes=chance.randrange(10**6), seconds=chance.random())
    return lines


def closed_below(tree: list[Any], chance: random.Random) -> list[Any]:
    """Roots that are said to be closed, all of them or some."""
    roots = 3
    return [{chance.choice(["closed", "waiting"]): []} for _ in range(roots)] if chance.random() < 0.5 else tree[::-1]


def problems(loss: str) -> list[Problem]:
    """Two with decimals, and two degenerate ones that have points enough to be searched."""
    small = (replace(small_problem(seed, loss, largest=10), width=2) for seed in itertools.count())
    searched = (problem for problem in small if len(lift(problem).vectors) > 3)
    return [larger_problem(1, loss), larger_problem(2, loss), *itertools.islice(searched, 2)]


@pytest.mark.slow
@pytest.mark.usefixtures("either_search")
@pytest.mark.parametrize("loss", LOSSES)
def test_random_forgeries_are_refused_or_do_no_harm(loss: str, begun: Callable[[Problem, int], Path]) -> None:
    chance = random.Random(loss)
    refused = believed = 0
    for problem in problems(loss):
        optimum = train(problem).loss_sum
        place = begun(problem, chance.randint(3, 30))
        lines = opened(place)
        for _ in range(12):
            data = sealed(forgery(lines, chance))
            place.write_bytes(data)
            try:
                found = train(problem, checkpoint=place)
            except FileFormatError:
                refused += 1
                assert place.read_bytes() == data
            else:
                believed += 1
                assert is_true(found, problem, optimum)
    assert refused > 5
    assert believed > 5


@pytest.mark.slow
@pytest.mark.usefixtures("either_search")
@pytest.mark.parametrize("loss", LOSSES)
def test_a_tree_that_is_said_to_be_closed_is_searched_anew(loss: str, begun: Callable[[Problem, int], Path]) -> None:
    problem = larger_problem(10, loss)
    optimum = train(problem).loss_sum
    place = begun(problem, 4)
    [header, *_] = opened(place)
    zero = [["0"] * len(row) for row in header["neurons"]]
    place.write_bytes(sealed([{**header, "neurons": zero}, *[{"closed": []}] * (problem.width + 1)]))
    proof = place.with_name("proof.jsonl")
    found = train(problem, checkpoint=place, certificate=proof)
    assert is_true(found, problem, optimum)
    assert check_certificate(read_lines(str(proof)), problem.points, problem.targets, problem.weights).optimal


@pytest.mark.usefixtures("either_search")
def test_what_a_wider_gap_closed_is_not_closed_without_it(tmp_path: Path) -> None:
    problem = larger_problem(10, "squared")
    place = tmp_path / "a.ckpt"
    train(problem, checkpoint=place, gap=problem.targets[0] * 0 + 1)
    assert is_true(train(problem, checkpoint=place), problem, train(problem).loss_sum)


@pytest.mark.slow
@pytest.mark.usefixtures("either_search")
@pytest.mark.parametrize("times", [10, 100, 300, 500])
def test_a_stop_while_leaves_are_proved_again_gives_a_bound_that_is_one(
    times: int, begun: Callable[[Problem, int], Path]
) -> None:
    problem = larger_problem(10, "absolute")
    optimum = train(problem).loss_sum
    place = begun(problem, 10**9)
    found = train(problem, checkpoint=place, run=Run(interrupted=After(times)))
    assert found.lower_bound <= optimum <= found.loss_sum == loss_of(problem, found.network)
    assert is_true(train(problem, checkpoint=place), problem, optimum)


def changed(**fields: Any) -> Callable[[list[Any]], list[Any]]:
    return lambda lines: [{**lines[0], **fields}, *lines[1:]]


def added(line: Any) -> Callable[[list[Any]], list[Any]]:
    return lambda lines: [lines[0], line, *lines[2:]]


ROOTS = [{"closed": []}] * 3

FORGERIES: dict[str, tuple[Callable[[list[Any]], list[Any]], str]] = {
    "null for a line": (added(None), "it is not a checkpoint"),
    "a number for a line": (added(7), "it is not a checkpoint"),
    "a list for a header": (lambda lines: [[1], *lines[1:]], "it is not a checkpoint"),
    "nothing": (lambda lines: [], "it is not a checkpoint"),
    "nesting": (added('{"closed": ' + "[" * 100_000 + "]" * 100_000 + "}"), "it is not a checkpoint"),
    "an integer of many digits": (added('{"closed": [' + "7" * 5000 + "]}"), "it is not a checkpoint"),
    "a large ray": (added({"closed": [2**40]}), "is not the number of a ray"),
    "ray 0": (added({"closed": [0]}), "0 is not the number of a ray"),
    "a ray that is not there": (added({"closed": [2001]}), "it names ray 1000, but there are"),
    "a truth for a ray": (added({"closed": [True]}), "it is not a checkpoint"),
    "a text for rays": (added({"closed": "11"}), "it is not a checkpoint"),
    "an unknown leaf": (added({"leaf": []}), "it is not a checkpoint"),
    "two kinds in a line": (added({"closed": [], "waiting": []}), "it is not a checkpoint"),
    "an early end": (lambda lines: lines[:2], "ends after"),
    "no tree": (lambda lines: lines[:1], "ends after 0 nodes"),
    "too many nodes": (lambda lines: [*lines, {"closed": []}], "more nodes than its splits make"),
    "a class that is not there": (lambda lines: [lines[0], {"split": [1, 0]}, *ROOTS], "divides class 1 at point 0"),
    "a negative class": (lambda lines: [lines[0], {"split": [-1, 0]}, *ROOTS], "divides class -1"),
    "a point that is not there": (lambda lines: [lines[0], {"split": [0, 7]}, *ROOTS], "at point 7"),
    "a negative point": (lambda lines: [lines[0], {"split": [0, -1]}, *ROOTS], "at point -1"),
    "a point twice": (lambda lines: [lines[0], {"split": [0, 3]}, {"split": [0, 3]}, *ROOTS, *ROOTS], "twice at point 3"),
    "a split of three": (added({"split": [0, 0, 0]}), "3 numbers of a split"),
    "signs that are none": (changed(signs=[5, 5]), "signs 1 or -1"),
    "a sign that is true": (changed(signs=[True, 1]), "it is not a checkpoint"),
    "too few signs": (changed(signs=[1]), "1 signs where 2 belong"),
    "too few neurons": (changed(neurons=[["1", "2", "3"]]), "1 neurons where 2 belong"),
    "too many neurons": (changed(neurons=[["1", "2", "3"]] * 3), "3 neurons where 2 belong"),
    "a short neuron": (changed(neurons=[["1"], ["1", "2", "3"]]), "3 rationals for each neuron"),
    "a neuron of numbers": (changed(neurons=[[1, 2, 3]] * 2), "it is not a checkpoint"),
    "a division by 0": (changed(neurons=[["1/0", "2", "3"]] * 2), "it is not a checkpoint"),
    "an infinite neuron": (changed(neurons=[["inf", "2", "3"]] * 2), "it is not a checkpoint"),
    "no neurons": (changed(neurons=None), "it is not a checkpoint"),
    "an output bias": (changed(output_constant="1"), "an output bias, which the question does not allow"),
    "negative nodes": (changed(nodes=-1), "numbers of things that were done"),
    "too many nodes done": (changed(nodes=2**63), "numbers of things that were done"),
    "nodes that are none": (changed(nodes=1.5), "it is not a checkpoint"),
    "no time": (changed(seconds=float("nan")), "numbers of things that were done"),
    "endless time": (changed(seconds=float("inf")), "numbers of things that were done"),
    "a text for time": (changed(seconds="1"), "numbers of things that were done"),
    "another format": (changed(format="mine"), "it is not a checkpoint"),
    "an old version": (changed(version=2), "it is a checkpoint of version 2, and this program goes on from version 3 only"),
    "a version that is none": (changed(version="3"), "it is not a checkpoint"),
    "a width that is true": (changed(width=True), "another width"),
}


@pytest.mark.usefixtures("either_search")
@pytest.mark.parametrize("name", FORGERIES)
def test_each_field_is_looked_at(name: str, header: Any, tmp_path: Path) -> None:
    problem, place = larger_problem(10, "squared"), tmp_path / "a.ckpt"
    forge, message = FORGERIES[name]
    data = sealed(forge([header, *ROOTS]))
    place.write_bytes(data)
    with pytest.raises(FileFormatError, match="^.*a.ckpt: .*" + message) as caught:
        train(problem, checkpoint=place)
    assert "\n" not in str(caught.value)
    assert place.read_bytes() == data


def test_what_was_not_forged_is_believed_as_far_as_it_goes(header: Any, tmp_path: Path) -> None:
    problem, place = larger_problem(10, "squared"), tmp_path / "a.ckpt"
    place.write_bytes(sealed([header, *ROOTS]))
    assert is_true(train(problem, checkpoint=place), problem, train(problem).loss_sum)


@pytest.mark.parametrize("seed", range(20))
def test_damage_is_noticed(seed: int, begun: Callable[[Problem, int], Path]) -> None:
    chance = random.Random(seed)
    problem = larger_problem(10, "squared", 1)
    place = begun(problem, 4)
    data = bytearray(place.read_bytes())
    if seed % 2:
        del data[chance.randrange(len(data)) :]
    else:
        # Behind the header of gzip, which says nothing about the contents.
        data[chance.randrange(10, len(data))] ^= 1 << chance.randrange(8)
    place.write_bytes(data)
    with pytest.raises(FileFormatError, match=r"a\.ckpt: (it|its) "):
        train(problem, checkpoint=place)
    assert place.read_bytes() == bytes(data)


def test_lines_that_were_changed_are_noticed(begun: Callable[[Problem, int], Path]) -> None:
    problem = larger_problem(10, "squared", 1)
    place = begun(problem, 4)
    place.write_bytes(gzip.compress(gzip.decompress(place.read_bytes()).replace(b'"nodes": ', b'"nodes": 1', 1)))
    with pytest.raises(FileFormatError, match=r"a\.ckpt: it is damaged"):
        train(problem, checkpoint=place)


@pytest.mark.parametrize("behind", [b"more", gzip.compress(b"more")], ids=["bytes", "archive"])
def test_nothing_comes_behind_the_end(behind: bytes, begun: Callable[[Problem, int], Path]) -> None:
    problem = larger_problem(10, "squared", 1)
    place = begun(problem, 4)
    place.write_bytes(place.read_bytes() + behind)
    with pytest.raises(FileFormatError, match="it is not a checkpoint"):
        train(problem, checkpoint=place)


def test_a_file_that_expands_without_end_is_refused(tmp_path: Path) -> None:
    problem = larger_problem(10, "squared", 1)
    place = tmp_path / "a.ckpt"
    place.write_bytes(gzip.compress(b" " * 2**22))
    with pytest.raises(FileFormatError, match="expands to more than the 1000000 bytes of memory allow"):
        train(problem, checkpoint=place, run=Run(memory=10**6))


def test_a_line_that_is_too_long_is_named(tmp_path: Path) -> None:
    problem = larger_problem(10, "squared", 1)
    place = tmp_path / "a.ckpt"
    place.write_bytes(gzip.compress(b" " * 2**22))
    with pytest.raises(FileFormatError, match=r"a\.ckpt: line 1 expands to more than 1 MiB; allow more memory"):
        train(problem, checkpoint=place, run=Run(memory=2**26))
    with pytest.raises(FileFormatError, match="line 1 expands to more than 2 MiB, 1/64 of the memory; allow more memory"):
        train(problem, checkpoint=place, run=Run(memory=2**27))


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    problem = larger_problem(10, "squared", 1)
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(FileFormatError, match="it is no plain file"):
            train(problem, checkpoint=place)


@pytest.mark.parametrize("name", ["damaged", "forged", "h_signs_6", "line_null", "truncated_tree"])
def test_files_that_were_believed_or_ended_in_a_traceback(name: str, tmp_path: Path) -> None:
    rows = read_samples(OLD / "samples.csv")
    problem = Problem.from_rows(rows.points, rows.targets, 2, loss="absolute")
    place = tmp_path / "a.ckpt"
    data = (OLD / f"{name}.ckpt").read_bytes()
    place.write_bytes(data)
    with pytest.raises(FileFormatError, match=r"it is not a checkpoint|version 2"):
        train(problem, checkpoint=place)
    assert place.read_bytes() == data


def test_a_file_without_room_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, place, said = larger_problem(10, "squared"), tmp_path / "a.ckpt", []

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint_module, "_SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(checkpoint_module, "_write", full)
    found = train(problem, checkpoint=place, run=Run(notice=said.append))
    assert is_true(found, problem, train(problem).loss_sum)
    [what] = found.unwritten
    assert "a.ckpt: it cannot be written (No space left on device)" in what
    assert any("the search goes on" in text for text in said)
    assert list(tmp_path.iterdir()) == []


def test_a_deadline_holds_while_it_is_read(begun: Callable[[Problem, int], Path]) -> None:
    problem = larger_problem(10, "squared")
    place = begun(problem, 20)
    data = place.read_bytes()
    found = train(problem, checkpoint=place, run=Run(interrupted=After(1)))
    assert (found.status, found.lower_bound) == ("interrupted", 0)
    assert place.read_bytes() == data


def test_it_reads_what_it_wrote(begun: Callable[[Problem, int], Path]) -> None:
    problem = replace(larger_problem(16, "squared"), output_bias=True)  # nothing interpolates these samples
    place = begun(problem, 20)
    saved = TrainingCheckpoint(place, lift(problem), 10**9).load()
    assert saved
    assert len(saved.neurons) == len(saved.signs) == problem.width
    assert saved.most_ray >= 0
    assert saved.nodes > 0


def test_without_any_time_the_saved_net_is_the_answer(begun: Callable[[Problem, int], Path]) -> None:
    problem = larger_problem(10, "squared", 1)
    place = begun(problem, 4)
    known = train(problem, checkpoint=place)
    found = train(problem, checkpoint=place, run=Run(deadline=0.0))
    assert (found.status, found.loss_sum) == ("deadline", known.loss_sum)
