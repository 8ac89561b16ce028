"""Functions with the same fingerprint, told apart by a second walk: as many as linear programs find."""

from __future__ import annotations

import pytest
from oracles.merging import NETS

from relupoly.pieces.count import count_pieces
from relupoly.pieces.recount import recount

# Those with several cells of one function, and few enough of all for the recount.
CASES = ("trap", "crossed trap", "cancelling", "dead layer", "sawtooth", "zeros")


@pytest.mark.parametrize("name", CASES)
def test_as_many_functions_as_the_recount_finds(name: str) -> None:
    found = recount(NETS[name], notions=("affine",))
    assert count_pieces(NETS[name], notion="affine").counts["affine"] == found["affine"]
