"""DualBounds: for each condition that the check tests, a certificate that this condition alone stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from oracles.forger import (
    ABSOLUTE,
    GENUINE,
    HALF,
    LARGEST,
    POSITIVE,
    QUARTER,
    SHIFTED,
    SPIKE,
    THIRD,
    TWINS,
    WEIGHTED,
    ZERO,
    Forge,
    checked,
    leaf,
    refused,
    residual,
)

from relupoly.errors import CheckFailed

# DualBounds.


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        [0, 1, 0],
        {},
        {"dual": "010"},
        {"dual": {}},
        {"residual_of": {}},
        {"primal": [0, 1, 0]},
        {"dual": [0, 1, 0], "residual_of": []},
    ],
)
def test_a_leaf_of_another_form(body: Any) -> None:
    refused(replace(SPIKE, tree=[{"leaf": body}, SPIKE.tree[1]]), 2, 'a leaf has either "dual" or "residual_of", a list')


@pytest.mark.parametrize("loss", ["squared", "absolute", "hinge", "max"])
@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_dual_vector_of_another_length(loss: str, count: int) -> None:
    """Nothing is claimed, so that nothing else is wrong with it."""
    forge = replace(SPIKE, loss=loss, targets=[-1, -1, -1], neurons=[ZERO], loss_sum=1 if loss == "max" else 3, bound=0)
    forge = replace(forge, tree=[leaf(0, 0, 0), leaf(*[0] * count)])
    refused(forge, 3, f"the dual vector has {count} entries for 3 samples")


@pytest.mark.parametrize("entry", ["one", None, False, [0], float("nan"), "1/0", "1/00", "--1"])
def test_a_dual_vector_of_what_is_no_number(entry: Any) -> None:
    with pytest.raises(CheckFailed, match=r"^line 2: .* is not an exact number"):
        checked(replace(SPIKE, tree=[leaf(0, entry, 0), SPIKE.tree[1]]))


SIZE = "the dual vector's entry of sample {} is too large, or of the wrong sign"


def test_the_absolute_loss_limits_each_entry() -> None:
    """Twice a dual vector would prove twice the bound, of a net with twice the loss: f = 1, which misses 0, 0 by 1 each."""
    forge = replace(ABSOLUTE, tree=[leaf(0, 2, 0), leaf(-1, 2, -1)], bound=2, loss_sum=2, neurons=[(0, 1, 1)])
    refused(forge, 2, SIZE.format(2))
    # The leaf of the other sign vector would do: only the negative entry of sample 1 is too large.
    first = leaf(0, 1, 0)
    refused(replace(ABSOLUTE, tree=[first, leaf(-Fraction(3, 2), 1, 0)]), 3, SIZE.format(1))
    assert checked(replace(ABSOLUTE, tree=[first, leaf(-1, 1, -1)])).optimal


def test_the_limits_of_the_absolute_loss_are_the_weights() -> None:
    forge = replace(ABSOLUTE, weights=[HALF, 1, HALF])
    assert checked(forge).optimal
    refused(replace(forge, weights=[THIRD, 1, HALF]), 3, SIZE.format(1))
    refused(replace(forge, weights=[HALF, 1, Fraction(49, 100)]), 3, SIZE.format(3))


def test_the_hinge_loss_limits_each_entry_from_above() -> None:
    """3/2 (1, -1) would prove 3, which f = 2 has."""
    much = Fraction(3, 2)
    forge = replace(TWINS, tree=[leaf(much, -much)] * 2, bound=3, loss_sum=3, neurons=[(0, 2, 1)])
    refused(forge, 2, SIZE.format(1))
    weighted = replace(TWINS, weights=[much, 1], tree=[leaf(much, -much)] * 2, bound=3, loss_sum=3)
    refused(replace(weighted, neurons=[(0, 2, 1)], loss_sum=3), 2, SIZE.format(2))


def test_the_hinge_loss_wants_the_sign_of_the_target() -> None:
    """An entry of the other sign lowers the bound by 1/2, but lets the next one raise it by 1.

    On 0, 1, 2 with labels -1, -1, 1 the net -relu(1 - x/2) costs 3/2. -relu(2 - x) costs only 1.
    """
    forge = Forge(
        [[0], [1], [2]],
        [-1, -1, 1],
        [leaf(HALF, -1, 1), leaf(-1, -1, 0)],
        Fraction(3, 2),
        Fraction(3, 2),
        neurons=[(-HALF, 1, -1)],
        loss="hinge",
    )
    refused(forge, 2, SIZE.format(1))
    assert checked(replace(forge, tree=[leaf(0, 0, 1), leaf(-1, 0, 0)], bound=1, loss_sum=1, neurons=[(-1, 2, -1)])).optimal


def test_the_largest_error_limits_the_sum() -> None:
    tree = [leaf(0, 1, 0), leaf(-THIRD, 2 * THIRD, -THIRD)]
    forge = replace(LARGEST, tree=tree, bound=2 * THIRD, loss_sum=2 * THIRD, neurons=[(0, 2 * THIRD, 1)])
    refused(forge, 3, "the absolute values of the dual vector add up to more than 1")


@pytest.mark.parametrize("name", GENUINE)
@pytest.mark.parametrize("place", [0, 1])
def test_a_leaf_that_proves_less_than_claimed(name: str, place: int) -> None:
    """A third of each vector; for the squared loss, where a factor does not matter, one that is further from the targets."""
    forge = GENUINE[name]
    tree = list(forge.tree)
    weak = [Fraction(entry) / 3 for entry in tree[place]["leaf"]["dual"]]
    if name in ("squared", "weighted"):
        weak = [-1, 1, -1] if place else [0, 1, 5]
    if name == "fixed":
        forge, weak = replace(forge, points=[[0], [0]], targets=[1, 0], tree=[leaf(1, 0)] * 2), [1, 1]
        tree = list(forge.tree)
    if name == "shifted":
        forge, weak = replace(forge, points=[[0]] * 3, targets=[0, 2, 1], tree=[leaf(-1, 1, 0)] * 2), [-1, 2, -1]
        tree = list(forge.tree)
    assert checked(forge).optimal
    tree[place] = leaf(*weak)
    refused(replace(forge, tree=tree), place + 2, "the leaf proves ")


def test_a_vector_against_the_targets_is_no_fault_where_nothing_is_claimed() -> None:
    for loss in ("squared", "absolute", "max"):
        forge = replace(SPIKE, loss=loss, targets=[0, 0, 1], neurons=[(1, 0, 1)], loss_sum=0, bound=0)
        assert checked(replace(forge, tree=[leaf(0, 0, 1), leaf(0, 0, -1)])).optimal


def test_what_a_leaf_proves_is_said() -> None:
    refused(
        replace(SPIKE, tree=[leaf(0, 1, 1), SPIKE.tree[1]]), 2, "the leaf proves 1/2, which is less than the bound claimed, 2/3"
    )
    refused(replace(ABSOLUTE, tree=[leaf(0, HALF, 0), ABSOLUTE.tree[1]]), 2, "the leaf proves 1/2, which is less than")


def test_a_vector_that_points_away_from_the_targets_proves_nothing() -> None:
    """Its product with them has the right square."""
    forge = replace(SPIKE, targets=[0, -1, 0], tree=[leaf(1, -2, 1), leaf(0, -1, 0)], neurons=[(0, THIRD, -1)])
    assert checked(forge).optimal
    refused(replace(forge, tree=[leaf(0, 1, 0), leaf(0, -1, 0)]), 2, "the leaf proves 0, which is less than")


def test_a_bound_of_nothing_needs_no_vector() -> None:
    tree = [leaf(0, 0, 0)] * 2
    for bound in (0, -1):
        verdict = checked(replace(SPIKE, tree=tree, bound=bound))
        assert (verdict.optimal, verdict.lower_bound) == (False, bound)
    refused(replace(SPIKE, tree=tree, bound=Fraction(1, 10**9)), 2, "the leaf proves 0, which is less than")


def test_the_bound_of_each_loss() -> None:
    """Just what the leaves prove is accepted, and not a billionth more."""
    more = Fraction(1, 10**9)
    for forge in GENUINE.values():
        # The net is worse, so that the bound may be larger.
        worse = replace(forge, neurons=[(0, 0, 1)], constant=0)
        if forge.loss == "squared":
            worse = replace(worse, loss_sum=sum(weight * target**2 for _, target, weight in zip(*forge.samples, strict=True)))
        elif forge.loss == "max":
            worse = replace(worse, loss_sum=1)
        assert checked(worse).lower_bound == forge.bound
        if worse.loss_sum > forge.bound:
            refused(replace(worse, bound=forge.bound + more), 3 if forge is not SHIFTED else 2, "the leaf proves ")


def test_scales_of_samples_and_weights() -> None:
    """Denominators everywhere: the optimum of the spike, 2/3, is multiplied by the weight, and by the square of the target."""
    forge = replace(SPIKE, points=[[-THIRD], [0], [THIRD]], targets=[0, THIRD, 0], weights=[Fraction(3, 5)] * 3)
    value = Fraction(2, 3) * Fraction(3, 5) * THIRD**2
    forge = replace(forge, loss_sum=value, bound=value, neurons=[(0, THIRD / 3, 1)])
    assert checked(forge).optimal
    more = value + Fraction(1, 10**9)
    refused(replace(forge, bound=more, loss_sum=Fraction(1, 15), neurons=[ZERO]), 3, "the leaf proves 2/45, which is less")
    for loss, optimum in (("absolute", THIRD * Fraction(3, 5)), ("max", THIRD / 2)):
        scale = Fraction(3, 5) if loss == "absolute" else 1
        dual = [-HALF, 1, -HALF] if loss == "absolute" else [-QUARTER, HALF, -QUARTER]
        tree = [leaf(0, scale, 0), leaf(*(entry * scale for entry in dual))]
        net = [ZERO] if loss == "absolute" else [(0, THIRD / 2, 1)]
        linear = replace(forge, loss=loss, tree=tree, loss_sum=optimum, bound=optimum, neurons=net)
        assert checked(linear).optimal


def test_a_positive_product() -> None:
    """(0, 1, 0) would prove that no net of width 1 is better than 0; relu(1/3) is."""
    forge = replace(SPIKE, loss_sum=1, bound=1, neurons=[ZERO], tree=[leaf(0, 1, 0)] * 2)
    refused(forge, 3, POSITIVE)
    for loss in ("absolute", "max"):
        refused(replace(forge, loss=loss), 3, POSITIVE)
    refused(replace(forge, targets=[0, -1, 0], tree=[leaf(0, -1, 0)] * 2), 2, POSITIVE)


@pytest.mark.parametrize(
    "entries",
    [(0, 1, 0), (0, HALF, 0), (-2, 2, -1), (-1, 2, -2), (-THIRD, 1, -HALF), (-1, Fraction(5, 3), HALF - 1), (-1, -1, -1)],
)
def test_one_positive_product_is_enough(entries: Sequence[Any]) -> None:
    """The rays are (0, 1, 2), (2, 1, 0), (0, 0, 1) and (1, 0, 0)."""
    wanted = any(sum(map(lambda a, b: a * b, entries, ray)) > 0 for ray in ((0, 1, 2), (2, 1, 0), (0, 0, 1), (1, 0, 0)))
    forge = replace(SPIKE, bound=0, tree=[leaf(0, 1, 0), leaf(*entries)])
    opposite = replace(
        SPIKE,
        bound=0,
        targets=[0, -1, 0],
        neurons=[(0, THIRD, -1)],
        tree=[leaf(*(-entry for entry in entries)), leaf(0, -1, 0)],
    )
    if wanted:
        refused(forge, 3, POSITIVE)
        refused(opposite, 2, POSITIVE)
    else:
        checked(forge)
        checked(opposite)


def test_a_product_of_one() -> None:
    """The smallest that there is, in integers."""
    forge = replace(SPIKE, bound=0, tree=[leaf(0, 1, 0), leaf(0, -1, 1)])
    refused(forge, 3, POSITIVE)
    refused(replace(forge, tree=[leaf(0, 1, 0), leaf(1, -2, 0)]), 3, POSITIVE)


def test_a_product_that_rounding_hides() -> None:
    """The ray that is 0 at -1 is 1 at 0 and 2^30 at the last sample: rounded to 28 bits beside that, 1 is nothing.

    So all that the coarse test of `relupoly.training.check.packed_products` sees is a negative number; the product is 1.
    """
    far = 2**30
    forge = Forge([[-1], [0], [far - 1]], [0, 1, 0], [leaf(0, 1, 0), leaf(-far, far + 1, -1)], 1, 0, neurons=[ZERO])
    refused(forge, 3, POSITIVE)
    assert checked(replace(forge, tree=[leaf(0, 1, 0), leaf(-far, far, -1)])).leaves == 2


def test_a_product_that_rounding_of_the_vector_hides() -> None:
    """Beside 2^50 small entries are rounded down: 3 to 0, -1 to a large number, so that (0, 1, 2) seems to be negative."""
    forge = Forge([[-1], [0], [1]], [0, 1, 0], [leaf(0, 1, 0), leaf(-(2**50), 3, -1)], 1, 0, neurons=[ZERO])
    refused(forge, 3, POSITIVE)
    assert checked(replace(forge, tree=[leaf(0, 1, 0), leaf(-(2**50), 2, -1)])).leaves == 2


def test_an_output_bias_wants_entries_that_add_up_to_nothing() -> None:
    """(0, 1) proves 4 for nets that are 0 at 0; the constant 1 costs 2."""
    forge = replace(SHIFTED, tree=[leaf(0, 1)] * 2, loss_sum=4, bound=4, constant=0)
    message = "the dual vector's entries do not add up to 0, as the output bias needs"
    refused(forge, 2, message)
    refused(replace(forge, tree=[leaf(0, -1)] * 2, targets=[0, -2]), 2, message)
    assert checked(replace(forge, output_bias=False)).optimal
    for entries in ((HALF, 1), (-1, Fraction(1001, 1000)), (-1, 1 + Fraction(1, 10**12))):
        refused(replace(SHIFTED, tree=[leaf(*entries)] * 2, bound=Fraction(1, 100)), 2, message)


def test_the_residual_of_a_net() -> None:
    """The targets minus relu(1/3) are (-1/3, 2/3, -1/3)."""
    forge = replace(SPIKE, tree=[residual(), residual([0, THIRD, 1])])
    assert checked(forge).optimal
    assert checked(replace(SPIKE, tree=[residual(), residual([0, 1, HALF], [0, 1, -HALF], [0, 2, Fraction(1, 6)])])).optimal
    weighted = replace(WEIGHTED, tree=[residual(), residual([0, HALF, 1])])
    assert checked(weighted).optimal
    refused(replace(weighted, weights=[1, 2, 2], loss_sum=Fraction(5, 4)), 3, "the leaf proves ")
    more = Fraction(2, 3) + Fraction(1, 10**9)
    refused(replace(forge, bound=more, loss_sum=1, neurons=[ZERO]), 3, "the leaf proves 2/3, which is less")


def test_residuals_for_the_other_losses() -> None:
    """The targets minus |x| / 2 are (-1/2, 1, -1/2), and minus 1/2 - |x| / 4 half of that: neither is a net of width 1."""
    absolute = residual([1, 0, HALF], [-1, 0, HALF])
    largest = residual([0, 1, HALF], [1, 0, -QUARTER], [-1, 0, -QUARTER])
    assert checked(replace(ABSOLUTE, tree=[residual(), absolute])).optimal
    assert checked(replace(LARGEST, tree=[residual(), largest])).optimal
    refused(replace(LARGEST, tree=[residual(), absolute]), 3, "the absolute values of the dual vector add up to more than 1")
    refused(
        replace(LARGEST, tree=[residual(), largest], targets=[0, 2, 0], loss_sum=1, bound=1, neurons=[(0, 1, 1)]), 2, "the abs"
    )
    shares = replace(ABSOLUTE, weights=[Fraction(2, 3)] * 3, loss_sum=Fraction(2, 3), bound=Fraction(2, 3))
    assert checked(replace(shares, tree=[residual(), absolute])).optimal
    refused(replace(shares, tree=[residual(), residual([1, 0, 2], [-1, 0, 2])]), 3, SIZE.format(1))


def test_a_feature_that_is_negative_somewhere() -> None:
    """relu(x) is (0, 0, 1): with it, the residual of (0, 1, 2) is (0, 1, 1)."""
    forge = replace(SPIKE, targets=[0, 1, 2], loss_sum=0, bound=0, neurons=[(1, 1, 1)])
    positive = residual([1, 0, 2], [1, 1, 1])
    refused(
        replace(forge, tree=[residual([1, 0, 1]), leaf(0, 0, 0)], targets=[0, -1, 1], neurons=[ZERO], loss_sum=2), 2, POSITIVE
    )
    assert checked(replace(forge, tree=[residual([1, 0, 1]), positive])).leaves == 2
    refused(replace(forge, tree=[residual([1, 0, 1]), residual([1, 0, 2])]), 3, POSITIVE)


@pytest.mark.parametrize("feature", [[], [0, THIRD], [0, THIRD, 0, 1], "0 1/3 1", None, {"0": 1}])
def test_a_feature_of_another_length(feature: Any) -> None:
    row = [str(entry) for entry in feature] if isinstance(feature, list) else feature
    forge = replace(SPIKE, bound=0, tree=[residual(), {"leaf": {"residual_of": [["0", "1/3", "1"], row]}}])
    refused(forge, 3, "a feature of the residual is not a list of 3 numbers")


def test_a_feature_of_what_is_no_number() -> None:
    forge = replace(SPIKE, tree=[residual(), residual([0, "one", 1])])
    refused(forge, 3, "'one' is not an exact number")
