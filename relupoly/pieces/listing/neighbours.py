"""Which cell lies behind a facet, by its pattern.

Behind a facet that a single hyperplane supports, all forms but this one's keep their signs: they do not vanish on the facet,
and are continuous. Where several hyperplanes support it, or forms vanish on the whole cell, the net's germ tells
(`relupoly.networks.germ`): a point in the facet's relative interior, and the direction across.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpz

from relupoly.networks.germ import germ
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.records import Pattern

_OTHER = {"+": "-", "-": "+"}


class Neighbours:
    """The patterns of the cells around the cells of a net.

    Parameters
    ----------
    listed : ListedNet
    """

    def __init__(self, listed: ListedNet) -> None:
        self._listed = listed

    def flipped(self, signs: str, label: int) -> Pattern:
        """The pattern behind a facet of a cell with strict signs that a single hyperplane supports."""
        for row in self._listed.rows_on[label]:
            signs = signs[:row] + _OTHER[signs[row]] + signs[row + 1 :]
        return self._listed.pattern(signs)

    def at(self, point: Sequence[fmpq], direction: Sequence[fmpz]) -> Pattern:
        """The pattern right beside a point, in a direction in which a cell lies there."""
        listed = self._listed
        found = germ(listed.network, point, [[fmpq(entry) for entry in direction]])
        return listed.pattern("".join("-0+"[sign + 1] for signs in found.signs for sign in signs))
