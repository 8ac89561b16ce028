"""Nets whose cells are hardly ever simple, or whose numbers are long: each notion once took minutes on one of them.

The numbers of open pieces, cells and functions, and the patterns, were those of the slow way as well; so were the closed pieces
where it came to an end.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from relupoly import count_pieces
from relupoly.pieces.walk.driver import Walk

FOLDER = Path(__file__).parents[1] / "data" / "cliffs"
NAMES = ("open", "activation", "affine", "closed", "patterns", "strict")
COUNTS = {
    "int1_5_8_8": (407, 4471, 402, 403, 4625, 4459),
    "n8_zb": (1004, 3632, 1004, 1004, 3633, 3632),
    "saw14": (16386, 16386, 16385, 16386, 20481, 16384),
    "rat_2_6_6_300": (90, 90, 90, 90, 90, 90),
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_notion(name, monkeypatch):
    monkeypatch.setattr(Walk, "_impatient", lambda self: True)
    assert count_pieces(FOLDER / f"{name}.json", notion="all").counts == dict(zip(NAMES, COUNTS[name], strict=True))
