"""Depth separation: how large nets with fewer hidden layers must be to do what a sawtooth of small width does.

The sawtooth of width w with k hidden layers, w >= 2, has w^k pieces on [0, M] and size w k. A net with k' < k hidden layers
and so many pieces is exponentially larger. The bounds here are those of Arora et al., kept exactly, and the least sizes that
their arguments really prove.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from relupoly.bounds.size import RootBound, arora2018_size, least_size
from relupoly.errors import NetworkError, NumberError


@dataclass(frozen=True)
class Gap:
    """What nets with k' hidden layers need for a sawtooth of width w with k hidden layers.

    Attributes
    ----------
    width : int
        w, at least 2.
    depth : int
        k, the number of hidden layers.
    smaller_depth : int
        k', at least 1 and at most k.
    delta : fmpq or None
        The error in L1 for the approximate version, 0 < delta < 1/4.

    Examples
    --------
    >>> gap = Gap(3, 9, 3)
    >>> gap.size, gap.pieces, str(gap.paper.exact), gap.sharp
    (27, 19684, '79/2', 79)

    Raises
    ------
    NetworkError
        If w, k or k' is out of its range.
    NumberError
        If delta is.
    """

    width: int
    depth: int
    smaller_depth: int
    delta: fmpq | None = None

    def __post_init__(self) -> None:
        if self.width < 2:
            raise NetworkError(f"the width is {self.width}; the theorem is about widths of 2 or more")
        if not 1 <= self.smaller_depth <= self.depth:
            raise NetworkError(
                f"the smaller depth is {self.smaller_depth} for depth {self.depth}; give 1 to {self.depth} hidden layers"
            )
        if self.delta is not None and not 0 < self.delta < fmpq(1, 4):
            raise NumberError(f"delta is {self.delta}; give a number between 0 and 1/4, both excluded")

    @property
    def size(self) -> int:
        """The size w k of the sawtooth."""
        return self.width * self.depth

    @property
    def teeth(self) -> int:
        """The number w^k of its pieces on [0, M]."""
        return int(self.width**self.depth)

    @property
    def pieces(self) -> int:
        """The number of its pieces on R: one more for x < 0, and for even w and k >= 2 a constant one beyond M."""
        return self.teeth + (2 if self.width % 2 == 0 and self.depth > 1 else 1)

    @property
    def paper(self) -> RootBound:
        """The published lower bound (k'/2) w^(k/k') - 1 on the size of a net that is equal to the sawtooth.

        Notes
        -----
        Arora, Basu, Mianjy, Mukherjee, "Understanding deep neural networks with rectified linear units" (ICLR 2018),
        Theorem 3.1, and for w = k and k^(1+e) layers Corollaries 3.3 and 3.4; these need k >= 2 and k^(1+e) an integer,
        which the paper does not say.
        """
        return arora2018_size(self.teeth, self.smaller_depth)

    @property
    def sharp(self) -> int:
        """The least size with which a net with k' hidden layers can have as many pieces on R."""
        return least_size(self.pieces, self.smaller_depth)

    @property
    def l1_paper(self) -> RootBound | None:
        """The published size up to which every net with k' hidden layers has an L1 error above delta on [0, 1].

        The sawtooth is the one with M = 1 and equal teeth; None where no delta is given.

        Notes
        -----
        Theorem 3.5 of Arora et al.: k' w^(k/k') (1 - 4 delta)^(1/k') / 2^(1 + 1/k'). The paper says "for all delta > 0", but
        for delta >= 1/4 it says nothing.
        """
        if self.delta is None:
            return None
        return RootBound(fmpq(self.smaller_depth, 2), (1 - 4 * self.delta) * self.teeth / 2, self.smaller_depth, fmpq(0))

    @property
    def l1_sharp(self) -> int | None:
        """The least size with which a net with k' hidden layers may come within delta in L1 on [0, 1].

        Notes
        -----
        The argument of Theorem 3.5: each of the P - 1 breakpoints of a net spoils one of the floor(q/2) tents of a sawtooth
        with q = w^k pieces at most; on every other tent the net is affine, which costs 1/(2q) at least. So an error of at
        most delta needs P >= floor(q/2) + 1 - 2 q delta pieces.
        """
        if self.delta is None:
            return None
        pieces = int((self.teeth // 2 + 1 - 2 * self.teeth * self.delta).ceil())
        return least_size(max(1, pieces), self.smaller_depth)


def power(base: int, exponent: fmpq) -> int | None:
    """base^exponent for an exponent p/q >= 0, where it is an integer.

    Examples
    --------
    >>> power(4, fmpq(3, 2)), power(4, fmpq(4, 3)), power(7, fmpq(2))
    (8, None, 49)
    """
    root = fmpq(base).p.root(int(exponent.q))
    return int(root ** int(exponent.p)) if root ** int(exponent.q) == base else None
