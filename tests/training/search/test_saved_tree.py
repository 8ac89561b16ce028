"""Trees of checkpoints: their shape is checked, and leaves come back in preorder."""

from __future__ import annotations

import pytest

from relupoly.errors import FileFormatError
from relupoly.training.proof.proof import Closed, Part, Split, Waiting
from relupoly.training.search.saved_tree import SavedTree, key_of, number_of


def test_numbers_of_features_go_both_ways() -> None:
    keys = [(sign, ray, orientation) for sign in (1, -1) for ray in (0, 1, 1000) for orientation in (1, -1)]
    assert [key_of(number_of(key)) for key in keys] == keys
    assert len({number_of(key) for key in keys}) == len(keys)


@pytest.mark.parametrize("number", [0, 2**31, -(2**31)])
def test_numbers_that_are_none(number: int) -> None:
    with pytest.raises(FileFormatError, match="is not the number of a ray"):
        key_of(number)


def test_leaves_come_in_preorder_with_what_was_said_of_them() -> None:
    parts: list[Part] = [Split(0, 1), Closed(((1, 2, -1),)), Waiting(()), Closed(())]
    tree = SavedTree(parts, width=1, points=2)
    assert [(leaf.identity, leaf.keys, leaf.closed) for leaf in tree.leaves()] == [
        (2, ((1, 2, -1),), True),
        (3, (), False),
        (1, (), True),
    ]
    assert list(tree.splits()) == [(0, Split(0, 1), 2, 2)]
    assert (tree.size, tree.closed, tree.most_ray()) == (4, 2, 2)


def test_a_tree_that_ends_too_soon_says_where() -> None:
    with pytest.raises(FileFormatError, match="ends after 1 nodes, too soon"):
        SavedTree([Closed(())], width=1, points=2)
