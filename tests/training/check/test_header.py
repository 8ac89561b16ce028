"""Headers, nets and samples: for each condition that the check tests, a certificate that this condition alone stops."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from oracles.forger import (
    ABSOLUTE,
    FIXED,
    GENUINE,
    HALF,
    LINE,
    MISSING,
    POSITIVE,
    SPIKE,
    THIRD,
    TWINS,
    ZERO,
    Forge,
    checked,
    leaf,
    refused,
    sealed,
)

from relupoly.errors import CheckFailed, FileFormatError, ProblemError
from relupoly.training.check import check_certificate


@pytest.mark.parametrize("name", GENUINE)
def test_the_genuine_ones_pass(name: str) -> None:
    verdict = checked(GENUINE[name])
    forge = GENUINE[name]
    assert verdict.optimal
    assert (verdict.loss, verdict.width, verdict.loss_sum) == (forge.loss, 1, forge.loss_sum)
    assert (verdict.bias, verdict.output_bias) == (forge.bias, forge.output_bias)
    assert (verdict.samples, verdict.inputs, verdict.splits, verdict.leaves) == (len(forge.points), 1, 0, 2)


def test_rays_are_counted() -> None:
    """Three kinks on a line, in both directions; without bias, one direction and its opposite."""
    assert checked(SPIKE).rays == 6
    assert checked(replace(FIXED, points=[[1]], targets=[0], loss_sum=0, bound=0, tree=[leaf(0)] * 2)).rays == 2


@pytest.mark.parametrize("value", [MISSING, None, 1.5, [], "1", True, 7, {}])
@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("loss", str),
        ("width", int),
        ("bias", bool),
        ("output_bias", bool),
        ("samples", int),
        ("inputs", int),
        ("digest", str),
        ("loss_sum_exact", str),
        ("lower_bound_exact", str),
        ("network", dict),
    ],
)
def test_entries_have_their_types(key: str, kind: type, value: Any) -> None:
    if type(value) is not kind:
        refused(replace(SPIKE, entries={key: value}), 1, f'"{key}" is missing or not what it should be')


@pytest.mark.parametrize("document", [None, [], "relupoly-certificate", {}, {"format": "relupoly-network"}])
def test_another_kind_of_file(document: Any) -> None:
    with pytest.raises(FileFormatError, match="it is not a certificate: the first line has no"):
        checked(SPIKE, sealed([document, *SPIKE.tree]))


@pytest.mark.parametrize("entries", [{"format": "relupoly-network"}, {"format": MISSING}])
def test_another_format(entries: dict[str, Any]) -> None:
    with pytest.raises(FileFormatError, match="it is not a certificate: the first line has no"):
        checked(replace(SPIKE, entries=entries))


@pytest.mark.parametrize("version", [0, 2, "1", MISSING])
def test_another_version(version: Any) -> None:
    with pytest.raises(FileFormatError, match="of another version"):
        checked(replace(SPIKE, entries={"version": version}))


def test_an_entry_that_nobody_knows() -> None:
    refused(replace(SPIKE, entries={"margin": 1}), 1, '"margin" is not known')
    refused(replace(SPIKE, entries={"zeal": 1, "area": 2}), 1, '"area" is not known')


def test_an_unknown_loss() -> None:
    """It would be taken for the absolute one."""
    refused(replace(ABSOLUTE, entries={"loss": "log"}), 1, "there is no such loss or width")


def test_no_neuron() -> None:
    refused(replace(FIXED, neurons=(), tree=[leaf(1)]), 1, "there is no such loss or width")


@pytest.mark.parametrize(("key", "value"), [("samples", 2), ("samples", 4), ("inputs", 0), ("inputs", 2)])
def test_another_number_of_samples_or_inputs(key: str, value: int) -> None:
    refused(replace(SPIKE, entries={key: value}), 1, "it is about ")


def test_another_digest() -> None:
    digest = SPIKE.digest
    other = ("0" if digest[0] != "0" else "1") + digest[1:]
    for wrong in (other, digest.upper() if digest.upper() != digest else other, "", digest + " "):
        refused(replace(SPIKE, entries={"digest": wrong}), 1, "it is about other samples: their digests differ")


@pytest.mark.parametrize("change", [{"points": [[-1], [0], [2]]}, {"targets": [0, 1, -1]}, {"weights": [1, 1, 2]}])
def test_the_digest_is_of_all_numbers(change: dict[str, Any]) -> None:
    other = replace(SPIKE, **change)
    refused(replace(other, entries={"digest": SPIKE.digest}), 1, "it is about other samples: their digests differ")


@pytest.mark.parametrize("size", [2, HALF])
def test_the_hinge_loss_of_other_targets(size: Any) -> None:
    share = 1 / Fraction(size)
    forge = replace(TWINS, targets=[size, -size], tree=[leaf(share, -share)] * 2)
    refused(forge, 1, "the hinge loss needs targets -1 and 1")
    mixed = replace(TWINS, targets=[1, -size], tree=[leaf(share, -share)] * 2, bound=0)
    refused(mixed, 1, "the hinge loss needs targets -1 and 1")


def test_a_bound_above_the_loss() -> None:
    refused(replace(SPIKE, bound=Fraction(3, 4)), 1, "the lower bound is above the loss of the net")


@pytest.mark.parametrize("key", ["loss_sum_exact", "lower_bound_exact"])
@pytest.mark.parametrize("value", ["", "one", "1/0", "0x1", "1e3", "1.5", "+1", " 1", "1/-2", "\u0661", "1_000"])
def test_claims_that_are_no_numbers(key: str, value: str) -> None:
    refused(replace(SPIKE, entries={key: value}), 1, f"{value!r} is not an exact number")


def network(**layers: Any) -> dict[str, Any]:
    hidden, output = SPIKE.network["layers"]
    return {"network": SPIKE.network | {"layers": [hidden | layers.get("hidden", {}), output | layers.get("output", {})]}}


@pytest.mark.parametrize(
    "entries",
    [
        {"format": "relupoly-certificate"},
        {"version": 2},
        {"version": None},
        {"linear": [0]},
        {"metadata": {}},
    ],
)
def test_a_net_that_says_more_than_its_layers(entries: dict[str, Any]) -> None:
    forge = replace(SPIKE, entries={"network": SPIKE.network | entries})
    refused(forge, 1, '"network" is not a net of version 1 with "layers" and nothing else')


@pytest.mark.parametrize("key", ["format", "version", "layers"])
def test_a_net_that_says_less(key: str) -> None:
    left = {name: value for name, value in SPIKE.network.items() if name != key}
    refused(replace(SPIKE, entries={"network": left}), 1, '"network" is not a net of version 1')


def test_a_linear_neuron() -> None:
    """With a ReLU the net has the loss claimed; whoever reads the file would get another net."""
    for name in ("hidden", "output"):
        forge = replace(SPIKE, entries=network(**{name: {"linear": [0]}}))
        refused(forge, 1, 'a layer of "network" has not "weight", "bias" and nothing else')


@pytest.mark.parametrize("layers", [{}, 1, [1, 2], [{}, {}], "ab", {"a": 1, "b": 2}])
def test_layers_that_are_none(layers: Any) -> None:
    forge = replace(SPIKE, entries={"network": SPIKE.network | {"layers": layers}})
    refused(forge, 1, 'a layer of "network" has not "weight", "bias" and nothing else')


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_layers(count: int) -> None:
    layers = (SPIKE.network["layers"] * 2)[:count]
    forge = replace(SPIKE, entries={"network": SPIKE.network | {"layers": layers}})
    refused(forge, 1, '"network" is not a net with one hidden layer and one output')


@pytest.mark.parametrize(
    "layers",
    [
        {"hidden": {"weight": 0}},
        {"hidden": {"weight": [0]}},
        {"hidden": {"bias": None}},
        {"output": {"weight": []}},
        {"output": {"weight": [[1], [1]]}},
        {"output": {"weight": [1]}},
        {"output": {"bias": []}},
        {"output": {"bias": [0, 0]}},
        {"output": {"bias": 0}},
    ],
)
def test_a_net_of_another_form(layers: dict[str, Any]) -> None:
    forge = replace(SPIKE, entries=network(**layers))
    refused(forge, 1, '"network" is not a net with one hidden layer and one output')


@pytest.mark.parametrize(
    "layers",
    [
        {"hidden": {"weight": [[0], [0]]}},
        {"hidden": {"weight": []}},
        {"hidden": {"bias": ["1/3", 0]}},
        {"hidden": {"bias": []}},
        {"output": {"weight": [[1, 0]]}},
        {"output": {"weight": [[]]}},
        {"hidden": {"weight": [[0, 0]]}},
        {"hidden": {"weight": [[]]}},
    ],
)
def test_a_net_of_another_shape(layers: dict[str, Any]) -> None:
    refused(replace(SPIKE, entries=network(**layers)), 1, "the net has not 1 neurons with 1 inputs each")


def test_one_of_two_neurons_with_other_inputs() -> None:
    forge = replace(SPIKE, neurons=[(0, THIRD, 1), ZERO], tree=[leaf(0, 0, 0)] * 3, bound=0)
    assert checked(forge).width == 2
    for rows in ([[0], [0, 0]], [[0], []], [[0, 0], [0]]):
        hidden, output = forge.network["layers"]
        wrong = forge.network | {"layers": [hidden | {"weight": rows}, output]}
        refused(replace(forge, entries={"network": wrong}), 1, "the net has not 2 neurons with 1 inputs each")


def test_a_wider_net() -> None:
    """Two neurons do better than one may."""
    forge = replace(SPIKE, neurons=[(0, THIRD, 1), ZERO], entries={"width": 1})
    refused(forge, 1, "the net has not 1 neurons with 1 inputs each")
    # A header that admits it needs a proof for neurons of both signs.
    refused(replace(SPIKE, neurons=[(0, THIRD, 1), ZERO]), 3, POSITIVE)


@pytest.mark.parametrize("entry", ["one", None, True, [1], float("nan"), float("inf")])
@pytest.mark.parametrize("layers", [("hidden", "weight"), ("hidden", "bias"), ("output", "weight"), ("output", "bias")])
def test_a_net_of_what_is_no_number(entry: Any, layers: tuple[str, str]) -> None:
    layer, key = layers
    value = [[entry]] if key == "weight" else [entry]
    forge = replace(SPIKE, entries=network(**{layer: {key: value}}))
    with pytest.raises(CheckFailed, match=r"^line 1: .* is not an exact number"):
        checked(forge)


def test_a_bias_where_there_is_none() -> None:
    """relu(2) misses the target as far as 0 does."""
    refused(replace(FIXED, neurons=[(0, 2, 1)]), 1, "the net has biases, though its neurons are said to have none")
    refused(replace(FIXED, neurons=[(0, -2, 1)]), 1, "the net has biases, though its neurons are said to have none")


def test_one_bias_of_two_where_there_is_none() -> None:
    forge = replace(FIXED, tree=[leaf(1)] * 3, neurons=[(0, 2, 1), ZERO])
    refused(forge, 1, "the net has biases, though its neurons are said to have none")


def test_an_output_bias_where_there_is_none() -> None:
    refused(replace(FIXED, constant=2), 1, "the net has an output bias, though it is said to have none")


@pytest.mark.parametrize("name", GENUINE)
def test_a_loss_that_the_net_does_not_have(name: str) -> None:
    """The bound is right, and so would be a net with this loss."""
    forge = GENUINE[name]
    other = [(0, 3, 1)] if forge.bias else [(3, 0, 1)]
    constant = 4 if forge.output_bias else 0
    if name == "fixed":
        forge = replace(forge, points=[[1]], targets=[1], tree=[leaf(0)] * 2, neurons=[(1, 0, 1)], loss_sum=0, bound=0)
    refused(replace(forge, neurons=other, constant=constant), 1, "the net's loss is ")
    refused(replace(forge, loss_sum=forge.loss_sum + 1), 1, "the net's loss is ")


@pytest.mark.parametrize(
    ("loss", "weights", "total"),
    [
        ("squared", None, 14),
        ("squared", [1, 2, THIRD], 12),
        ("absolute", None, 6),
        ("absolute", [1, 2, THIRD], 6),
        ("max", None, 3),
    ],
)
def test_the_loss_of_a_net(loss: str, weights: Any, total: int) -> None:
    """2 relu(x) - 1 at -1, 0, 1, where the targets are 0, 1, -2: errors of 1, 2, 3."""
    forge = Forge(LINE, [0, 1, -2], [leaf(0, 0, 0)] * 2, total, 0, weights, [(1, 0, 2)], -1, loss, output_bias=True)
    assert checked(forge).loss_sum == total


def test_the_hinge_loss_of_a_net() -> None:
    """2 relu(x) - 1 at -1, 0, 1, where the labels are -1, 1, 1: nothing is lost where the net is right."""
    tree = [leaf(0, 0, 0)] * 2
    forge = Forge(LINE, [-1, 1, 1], tree, 2, 0, None, [(1, 0, 2)], -1, "hinge", output_bias=True)
    assert checked(forge).loss_sum == 2
    assert checked(replace(forge, neurons=[(1, 0, 3)])).loss_sum == 2
    assert checked(replace(forge, weights=[1, THIRD, 1], loss_sum=Fraction(2, 3))).loss_sum == Fraction(2, 3)
    assert checked(replace(forge, neurons=[(1, 0, Fraction(3, 2))], loss_sum=Fraction(5, 2))).loss_sum == Fraction(5, 2)


def test_a_net_on_two_inputs() -> None:
    """relu(x + 2y + 1) - relu(3x - y) is 2 - 0 at (-1, 1), and 0 - 4 at (1, -1)."""
    points, neurons = [[-1, 1], [1, -1]], [(1, 2, 1, 1), (3, -1, 0, -1)]
    forge = Forge(points, [2, -4], [leaf(0, 0)] * 3, 0, 0, neurons=neurons)
    assert checked(forge).optimal


def test_the_weights_of_samples() -> None:
    points, targets, _ = SPIKE.samples
    for weights, message in (
        ([0, 0, 0], "every sample has the weight 0; give at least one a positive weight"),
        ([1, 0, -1], "sample 3: its weight is -1; give a positive one, or 0 to leave the sample out"),
        ([1, 1], "there are 3 samples, 3 targets and 2 weights"),
    ):
        with pytest.raises(ProblemError, match=message):
            check_certificate(SPIKE.lines, points, targets, list(map(Fraction, weights)))
    with pytest.raises(ProblemError, match="there are 3 samples, 2 targets and 3 weights"):
        check_certificate(SPIKE.lines, points, targets[1:])
    with pytest.raises(ProblemError, match="there is no sample"):
        check_certificate(SPIKE.lines, [], [])


def test_weights_of_one() -> None:
    points, targets, _ = SPIKE.samples
    assert check_certificate(SPIKE.lines, points, targets).optimal


def test_a_sample_without_weight() -> None:
    points, targets, weights = SPIKE.samples
    for place in range(4):
        longer = [
            [*column[:place], other, *column[place:]]
            for column, other in zip((points, targets, weights), ([Fraction(5)], Fraction(7), Fraction(0)), strict=True)
        ]
        verdict = check_certificate(SPIKE.lines, *longer)
        assert (verdict.optimal, verdict.samples) == (True, 3)
