"""Certificates: all pass the check, and none passes it with one number altered, whatever digest it is given."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from oracles.small_problems import larger_problem, small_problem

from relupoly.errors import CheckFailed, FileFormatError
from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.check import Verdict, check_certificate
from relupoly.training.methods import training_certificate
from relupoly.training.problem.lifted import lift, network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem
from relupoly.training.proof.certificate import Claim, certificate_lines
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.exact_bounder import exact_search
from relupoly.training.train import train

# Few problems are worth a search each: their certificates are made once.
_MADE: dict[Problem, list[str]] = {}


def certificate(problem: Problem) -> list[str]:
    if problem not in _MADE:
        lifted = lift(problem)
        search = exact_search(Relaxation(lifted, ray_table(lifted)))
        search.run()
        net = network(lifted, search.best.neurons, search.best.signs, search.best.output_bias)
        claim = Claim(problem, net, search.best.loss, search.lower_bound)
        _MADE[problem] = list(certificate_lines(claim, lifted, search.items()))
    return list(_MADE[problem])


def checked(problem: Problem, lines: list[str]) -> Verdict:
    return check_certificate(lines, problem.points, problem.targets, problem.weights)


def resealed(documents: list[Any]) -> list[str]:
    """The lines of a certificate whose end agrees with them, as a forger would write it."""
    lines = [json.dumps(document) for document in documents[:-1]]
    body = "".join(f"{line}\n" for line in lines)
    splits = sum("split" in document for document in documents[:-1])
    leaves = sum("leaf" in document for document in documents[:-1])
    end = {"splits": splits, "leaves": leaves, "sha256": hashlib.sha256(body.encode()).hexdigest()}
    return [*lines, json.dumps({"end": end})]


def forged(problem: Problem, change: Callable[[list[Any]], None]) -> list[str]:
    documents = [json.loads(line) for line in certificate(problem)]
    change(documents)
    return resealed(documents)


def fault(problem: Problem, lines: list[str]) -> str:
    """What the check finds wrong; nothing if it finds nothing."""
    try:
        assert checked(problem, lines).optimal
    except CheckFailed as error:
        return str(error)
    return ""


def refused(problem: Problem, lines: list[str], *parts: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        checked(problem, lines)
    assert str(caught.value).startswith("line ")
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize("seed", range(60))
def test_every_certificate_passes(seed: int) -> None:
    problem = small_problem(seed, largest=8)
    verdict = checked(problem, certificate(problem))
    assert verdict.optimal
    assert (verdict.width, verdict.samples, verdict.inputs) == (problem.width, problem.samples, problem.inputs)
    assert verdict.leaves >= problem.width + 1


@pytest.mark.parametrize("seed", range(60, 90))
def test_a_search_that_has_hardly_begun(seed: int) -> None:
    """Its leaves prove little, some nothing but that a loss is not negative."""
    problem = small_problem(seed, largest=8)
    lifted = lift(problem)
    search = exact_search(Relaxation(lifted, ray_table(lifted)))
    # Its roots are bounded, and divided.
    left = [None] * (problem.width + 1)
    with suppress(IndexError):
        search.run(UNLIMITED.also(lambda: left.pop()))
    bound = search.lower_bound
    zero = search.relaxation.nothing().proof
    net = network(lifted, search.best.neurons, search.best.signs, search.best.output_bias)
    claim = Claim(problem, net, search.best.loss, bound)
    verdict = checked(problem, list(certificate_lines(claim, lifted, search.items())))
    assert verdict.lower_bound == bound
    trivial = replace(claim, lower_bound=Fraction(0))
    assert checked(problem, list(certificate_lines(trivial, lifted, [zero] * (problem.width + 1)))).splits == 0


@pytest.mark.parametrize("loss", LOSSES)
def test_a_forger_who_only_reseals_it_changes_nothing(loss: str) -> None:
    problem = larger_problem(10, loss)
    assert checked(problem, forged(problem, lambda documents: None)).optimal


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(40))
def test_one_altered_number_fails(loss: str, seed: int) -> None:
    """Any number anywhere, the counts and digests included."""
    problem = larger_problem(10, loss)
    source = random.Random(seed)
    lines = certificate(problem)
    place = source.choice([0, len(lines) - 1, source.randrange(len(lines))])
    places = [index for index, letter in enumerate(lines[place]) if letter.isdigit()]
    index = source.choice(places)
    digit = source.choice([other for other in "123456789" if other != lines[place][index]])
    lines[place] = lines[place][:index] + digit + lines[place][index + 1 :]
    with pytest.raises((CheckFailed, FileFormatError)):
        checked(problem, lines)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("key", ["loss_sum_exact", "lower_bound_exact", "width", "samples", "inputs"])
@pytest.mark.parametrize("step", [1, -1])
def test_an_altered_claim_fails_though_resealed(loss: str, key: str, step: int) -> None:
    problem = larger_problem(10, loss)

    def change(documents: list[Any]) -> None:
        value = documents[0][key]
        documents[0][key] = value + step if isinstance(value, int) else str(Fraction(value) + Fraction(step, 1000))

    if (key, step) == ("lower_bound_exact", -1):
        # That is a weaker claim, and true.
        assert not checked(problem, forged(problem, change)).optimal
    else:
        refused(problem, forged(problem, change))


@pytest.mark.parametrize("loss", LOSSES)
def test_another_net_fails_though_resealed(loss: str) -> None:
    problem = larger_problem(10, loss)

    def change(documents: list[Any]) -> None:
        documents[0]["network"]["layers"][1]["weight"] = [[0, 0]]

    refused(problem, forged(problem, change), "line 1: the net's loss is ")


@pytest.mark.parametrize("loss", LOSSES)
def test_a_dual_vector_is_no_better_for_being_larger(loss: str) -> None:
    """An entry of a leaf's dual vector, or a coefficient of the residual, is changed in each leaf in turn."""
    problem = larger_problem(10, loss)
    documents = [json.loads(line) for line in certificate(problem)]
    leaves = [place for place, document in enumerate(documents) if "leaf" in document]
    caught = 0
    for place in leaves:
        [(kind, body)] = documents[place]["leaf"].items()
        row, index = (body[0], -1) if kind == "residual_of" else (body, random.Random(place).randrange(len(body)))
        before = row[index]
        row[index] = str(Fraction(before) / 2 + (2 if kind == "dual" else 0))
        wrong = fault(problem, resealed(documents))
        assert not wrong or wrong.startswith(f"line {place + 1}: ")
        caught += bool(wrong)
        row[index] = before
    # A leaf may have room to spare; most have not.
    assert 2 * caught > len(leaves)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_split_at_another_sample_or_class_fails(loss: str) -> None:
    problem = larger_problem(10, loss)
    documents = [json.loads(line) for line in certificate(problem)]
    splits = [place for place, document in enumerate(documents) if "split" in document]
    for place in splits[:3]:
        before = documents[place]["split"]
        for split in ([before[0], 99], [7, before[1]], [before[0], -1], [before[0]], "0", [0.5, 1]):
            documents[place]["split"] = split
            refused(problem, resealed(documents), f"line {place + 1}: ")
        documents[place]["split"] = before


@pytest.mark.parametrize("loss", LOSSES)
def test_swapped_children_fail(loss: str) -> None:
    problem = larger_problem(10, loss)
    documents = [json.loads(line) for line in certificate(problem)]
    pairs = [
        place
        for place in range(1, len(documents) - 2)
        if "leaf" in documents[place] and "leaf" in documents[place + 1] and documents[place] != documents[place + 1]
    ]
    caught = 0
    for place in pairs:
        documents[place], documents[place + 1] = documents[place + 1], documents[place]
        caught += bool(fault(problem, resealed(documents)))
        documents[place], documents[place + 1] = documents[place + 1], documents[place]
    assert 2 * caught > len(pairs) > 0


@pytest.mark.parametrize("loss", LOSSES)
def test_a_missing_leaf_fails(loss: str) -> None:
    problem = larger_problem(10, loss)
    documents = [json.loads(line) for line in certificate(problem)]
    for place in [place for place, document in enumerate(documents) if "leaf" in document]:
        refused(problem, resealed(documents[:place] + documents[place + 1 :]))


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_truncated_file_fails(cut: int) -> None:
    problem = larger_problem(10, "squared")
    refused(problem, certificate(problem)[:-cut], "something is missing")


def test_lines_after_the_end_fail() -> None:
    problem = larger_problem(10, "squared")
    lines = certificate(problem)
    refused(problem, [*lines, lines[-1]], "after the end")
    assert checked(problem, [*lines, "", "\n"]).optimal
    documents = [json.loads(line) for line in lines]
    refused(problem, resealed([*documents[:-1], documents[-2], documents[-1]]), "the tree is complete")


def test_other_samples_fail() -> None:
    problem = larger_problem(10, "squared")
    lines = certificate(problem)
    with pytest.raises(CheckFailed, match="line 1: it is about other samples"):
        check_certificate(lines, problem.points, [target + 1 for target in problem.targets], problem.weights)
    with pytest.raises(CheckFailed, match="line 1: it is about 7 samples with 2 inputs; there are 6"):
        check_certificate(lines, problem.points[1:], problem.targets[1:])


def test_other_samples_with_a_forged_digest_fail() -> None:
    """The samples of the certificate's leaves are not those that were given."""
    from relupoly.training.check.dual_bounds import Data
    from relupoly.training.check.header import digest

    problem = larger_problem(10, "squared")
    targets = [problem.targets[0] + 1, *problem.targets[1:]]

    def change(documents: list[Any]) -> None:
        documents[0]["digest"] = digest(Data(problem.points, targets, problem.weights))

    with pytest.raises(CheckFailed, match="line 1: the net's loss is"):
        check_certificate(forged(problem, change), problem.points, targets, problem.weights)


def test_samples_without_weight_are_left_out() -> None:
    problem = larger_problem(10, "squared")
    points, targets = [*problem.points, problem.points[0]], [*problem.targets, Fraction(9)]
    verdict = check_certificate(certificate(problem), points, targets, [*problem.weights, Fraction(0)])
    assert verdict.samples == problem.samples


@pytest.mark.parametrize("text", ["", "no", "[]", '{"format": "relupoly-network"}', '{"format": 1, "format": 2}'])
def test_what_is_no_certificate_is_said_to_be_none(text: str) -> None:
    problem = larger_problem(10, "squared")
    with pytest.raises((FileFormatError, CheckFailed)):
        checked(problem, [text])


@pytest.mark.parametrize(
    ("key", "value"),
    [("version", 2), ("loss", "log"), ("width", 0), ("bias", 1), ("network", {}), ("digest", None), ("more", 1)],
)
def test_headers_of_another_kind(key: str, value: Any) -> None:
    problem = larger_problem(10, "squared")

    def change(documents: list[Any]) -> None:
        documents[0][key] = value

    with pytest.raises((CheckFailed, FileFormatError)):
        checked(problem, forged(problem, change))


def test_a_certificate_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer stands, and says which file is missing."""
    monkeypatch.setattr(training_certificate, "_SECONDS_TO_CERTIFY", -1e9)
    monkeypatch.setattr(training_certificate, "_SHARE_TO_CERTIFY", -1e9)
    problem = Problem.from_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], width=1)
    found = train(problem, certificate=tmp_path / "proof.jsonl", run=Run(deadline=1e6))
    assert found.complete
    assert found.certificate is None
    assert [text.partition("proof.jsonl: ")[2] for text in found.unwritten] == [
        "the deadline struck while it was written; allow more time"
    ]
    assert not list(tmp_path.iterdir())
