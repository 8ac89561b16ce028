"""The tree and the end: for each condition that the check tests, a certificate that this condition alone stops."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from oracles.forger import MISSING, POSITIVE, SPIKE, THIRD, ZERO, checked, leaf, refused, split

from relupoly.errors import CheckFailed, FileFormatError
from relupoly.run import Run
from relupoly.training.check import check_certificate
from relupoly.training.check.packed_products import PackedProducts
from relupoly.training.check.replay import _narrowed


@pytest.mark.parametrize(
    "body", [None, "01", {}, [], [0], [0, 0, 0], [0, True], [False, 0], [0.0, 0], [0, 0.0], ["0", 0], (0, None)]
)
def test_a_split_of_another_form(body: Any) -> None:
    tree = [leaf(0, 1, 0), {"split": body}, *[SPIKE.tree[1]] * 2]
    assert checked(replace(SPIKE, tree=[leaf(0, 1, 0), split(0, 0), *[SPIKE.tree[1]] * 2])).splits == 1
    refused(replace(SPIKE, tree=tree), 3, "a split is not [class, sample]")


@pytest.mark.parametrize("place", [-1, 1, 2])
def test_a_class_that_is_not_there(place: int) -> None:
    tree = [leaf(0, 1, 0), split(place, 0), *[SPIKE.tree[1]] * 2]
    refused(replace(SPIKE, tree=tree), 3, f"there is no class {place}: the node has 1")


@pytest.mark.parametrize("sample", [-1, 3, 4])
def test_a_sample_that_is_not_there(sample: int) -> None:
    tree = [leaf(0, 1, 0), split(0, sample), *[SPIKE.tree[1]] * 2]
    refused(replace(SPIKE, tree=tree), 3, f"there is no sample {sample}: they are counted from 0 to 2")


@pytest.mark.parametrize("kind", ["leaf", "split"])
def test_a_line_with_something_else(kind: str) -> None:
    whole = {"leaf": SPIKE.tree[1]["leaf"], "split": [0, 0]}
    for document in (None, [], "leaf", {}, {kind: whole[kind], "more": 1}, whole, {"end": {}}):
        tree = [SPIKE.tree[0], document]
        lines = [json.dumps(one) for one in [SPIKE.header, *tree]]
        refused(SPIKE, 3, 'neither {"split": ...} nor {"leaf": ...}, though the tree is not complete', lines)


def test_what_each_side_of_a_split_allows() -> None:
    """A neuron that is not positive at 1 is a sum of (2, 1, 0) and (1, 0, 0), one that is not negative of the others
    and (2, 1, 0).

    The first child is behind the sample, the second one ahead of it.
    """
    first, behind, ahead = leaf(0, 0, 0), leaf(-1, 0, 1), leaf(1, -2, -1)
    forge = replace(SPIKE, bound=0)
    assert checked(replace(forge, tree=[first, split(0, 2), behind, ahead])).leaves == 3
    refused(replace(forge, tree=[first, split(0, 2), ahead, behind]), 4, POSITIVE)
    refused(replace(forge, tree=[first, split(0, 2), behind, behind]), 5, POSITIVE)
    refused(replace(forge, tree=[first, split(0, 0), behind, ahead]), 4, POSITIVE)


@pytest.mark.parametrize("place", [0, 1])
def test_the_other_classes_stay_when_one_is_split(place: int) -> None:
    """All -1 is right for positive neurons, all 1 for negative ones; a node with both has no place for either."""
    forge = replace(SPIKE, bound=0, neurons=[(0, THIRD, 1), ZERO])
    first, entry = leaf(0, 0, 0), 2 * place - 1
    for number in range(2):
        children = [first] * number + [leaf(entry, entry, entry)] + [first] * (1 - number)
        refused(replace(forge, tree=[first, split(place, 1), *children, first]), 4 + number, POSITIVE)
    tree = [first, split(place, 1), split(0, 0), first, leaf(entry, entry, entry), first, first]
    refused(replace(forge, tree=tree), 6, POSITIVE)


@pytest.mark.parametrize("sample", [0, 2])
def test_packs_keep_the_rays_of_all_classes(sample: int) -> None:
    """After two splits, at -1 and 1, few rays are left; a vector that is positive on one of them is found still."""
    forge = replace(SPIKE, bound=0)
    first, other = leaf(0, 0, 0), 2 - sample
    tree = [first, split(0, sample), split(0, other), first, split(0, 1), first, leaf(1, 1, 1), first]
    refused(replace(forge, tree=tree), 8, POSITIVE)


def test_a_pack_is_narrowed_to_what_is_less_than_half_of_it() -> None:
    pack = PackedProducts.of([[1]] * 6)
    classes = ((1, 1, 0b000101), (-1, 2, 0b100100))
    narrow = _narrowed(classes, pack)
    assert narrow.numbers == [0, 2, 5]
    assert narrow.doubtful([1], 0b111111, 0b111111) == ([0, 2, 5], [])
    assert _narrowed((*classes, (1, 1, 0b000010)), pack) is pack
    assert _narrowed(((1, 1, 0b000100),), narrow).numbers == [2]


def test_an_incomplete_tree() -> None:
    for count in range(1, 3):
        lines = SPIKE.lines[:count]
        refused(SPIKE, count, "the certificate ends here, but something is missing", lines)
    refused(SPIKE, 3, "the certificate ends here, but something is missing", SPIKE.lines[:3])
    refused(replace(SPIKE, tree=SPIKE.tree[:1]), 3, "neither ")
    refused(replace(SPIKE, tree=[leaf(0, 1, 0), split(0, 0), SPIKE.tree[1]]), 5, "neither ")
    with pytest.raises(CheckFailed, match=r"^line 1: the certificate ends here"):
        checked(SPIKE, [])


def test_a_tree_with_more_than_it_needs() -> None:
    refused(replace(SPIKE, tree=[*SPIKE.tree, leaf(0, 0, 0)]), 4, "the tree is complete before this line")


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_leaf_for_each_number_of_positive_neurons(width: int) -> None:
    """Zeros prove nothing, and are right wherever they stand."""
    forge = replace(SPIKE, bound=0, neurons=[(0, THIRD, 1), *[ZERO] * (width - 1)])
    zeros = [leaf(0, 0, 0)] * (width + 1)
    assert checked(replace(forge, tree=zeros)).leaves == width + 1
    refused(replace(forge, tree=zeros[1:]), width + 2, "neither ")
    refused(replace(forge, tree=[*zeros, zeros[0]]), width + 3, "the tree is complete before this line")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_child_for_each_number_of_neurons_ahead(count: int) -> None:
    """All neurons of the first sign vector are alike; those of the last child, all ahead, split again in as many ways."""
    forge = replace(SPIKE, bound=0, neurons=[(0, THIRD, 1), *[ZERO] * (count - 1)])
    zeros = [leaf(0, 0, 0)]
    tree = [split(0, 1), *zeros * count, split(0, 1), *zeros * (count + 1), *zeros * count]
    verdict = checked(replace(forge, tree=tree))
    assert (verdict.splits, verdict.leaves) == (2, 3 * count + 1)
    if count > 1:
        # A child with neurons on both sides has two classes, one with all on one side has one.
        mixed = [split(0, 1), *zeros, split(1, 0), *zeros * 2, *zeros * (count - 1), *zeros * count]
        if count == 2:
            assert checked(replace(forge, tree=mixed)).splits == 2
        refused(replace(forge, tree=[split(0, 1), split(1, 0)]), 3, "there is no class 1: the node has 1")
    refused(replace(forge, tree=[split(0, 1), *zeros * count, split(1, 1)]), count + 3, "there is no class 1: the node has 1")


def ended(**changes: Any) -> list[str]:
    lines = SPIKE.lines
    end = json.loads(lines[-1])["end"] | changes
    return [*lines[:-1], json.dumps({"end": {key: value for key, value in end.items() if value is not MISSING}})]


@pytest.mark.parametrize(
    "changes",
    [{"splits": 1}, {"leaves": 1}, {"leaves": 3}, {"sha256": "0" * 64}, {"sha256": MISSING}, {"splits": MISSING}, {"more": 1}],
)
def test_an_end_that_does_not_fit(changes: dict[str, Any]) -> None:
    refused(SPIKE, 4, "the lines before are not those that were written: counts or digest differ", ended(**changes))


def test_lines_that_were_altered() -> None:
    """A blank more changes nothing but the digest."""
    for place in range(3):
        lines = SPIKE.lines
        lines[place] = lines[place].replace(": ", ":  ", 1)
        refused(SPIKE, 4, "the lines before are not those that were written: counts or digest differ", lines)


def test_something_beside_the_end() -> None:
    lines = SPIKE.lines
    for last in (json.loads(lines[-1]) | {"more": 1}, {}, None, [], {"stop": json.loads(lines[-1])["end"]}):
        refused(SPIKE, 4, "the tree is complete before this line; the end should come here", [*lines[:-1], json.dumps(last)])


def test_lines_after_the_end() -> None:
    assert checked(SPIKE, [*SPIKE.lines, "\n", "  \n"]).optimal
    refused(SPIKE, 4, "there are lines after the end", [*SPIKE.lines, "\n", SPIKE.lines[-1]])
    refused(SPIKE, 4, "there are lines after the end", [*SPIKE.lines, "."])


def test_ends_of_lines_do_not_count() -> None:
    assert checked(SPIKE, [f"{line}\n" for line in SPIKE.lines]).optimal


def test_keys_that_stand_twice() -> None:
    """One reader would see the first, another one the last."""
    lines = SPIKE.lines
    lines[1] = '{"leaf": {"dual": [0, 0, 0]}, "leaf": {"dual": [0, 1, 0]}}'
    refused(SPIKE, 2, "not JSON", lines)


def test_what_is_no_json() -> None:
    lines = SPIKE.lines
    with pytest.raises(FileFormatError, match="it is not a certificate: the first line is not JSON"):
        checked(SPIKE, ["{", *lines[1:]])
    refused(SPIKE, 2, "not JSON", [lines[0], "{", *lines[2:]])
    refused(SPIKE, 2, "not JSON", [lines[0], "[" * 100_000, *lines[2:]])
    refused(SPIKE, 4, "not JSON", [*lines[:-1], ""])


def test_progress() -> None:
    seen: list[int] = []
    check_certificate(SPIKE.lines, *SPIKE.samples, run=Run(progress=seen.append))
    assert seen == [1, 2]


def test_it_can_be_stopped() -> None:
    """While rays are looked for, of which there are three lines, and at each line of the tree."""
    calls: list[str] = []
    run = Run(progress=lambda _: calls.append("leaf")).also(lambda: calls.append("before"))
    check_certificate(SPIKE.lines, *SPIKE.samples, run=run)
    assert calls[:3] == ["before"] * 3
    assert calls[-4:] == ["before", "leaf"] * 2
