"""`PackedProducts`: many products at once, by multiplying integers that hold a number of each ray one after the other.

A leaf's dual vector is multiplied with the features of some thousand rays, and all products have to be negative or 0. Most are
far from 0. So features are scaled to 28 bits and rounded down, and written side by side, 64 bits each, into one long integer
for each sample; a dual vector's entry times such an integer is all products with this entry. What rounding may have hidden is
bounded, and the rays that are left in doubt have to be looked at exactly. All this is done in integers.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from itertools import compress

# The bits of a field: those of a number in an array; and of a rounded feature: enough that few rays are left in doubt, and so
# few that a product with an entry of some thirty bits fits.
_FIELD = 64
_BYTES = _FIELD // 8
_HALF = 1 << (_FIELD - 1)
_FEATURE = 28
_FULL = bytes(byte >> 7 for byte in range(256))
_NOT_FULL = bytes(1 - (byte >> 7) for byte in range(256))


class PackedProducts:
    """Some rays with their features, rounded.

    Parameters
    ----------
    numbers : list of int
        The rays; in a mask, ray k is bit k.
    columns : list of array of unsigned 64-bit integers
        For each sample, the features of the rays, scaled and rounded down.

    Examples
    --------
    >>> pack = PackedProducts.of([[0, 5], [3, 0], [1, 1]])
    >>> pack.doubtful([-1, 2], 0b111, 0b111)
    ([0, 2], [1])
    >>> pack.select(0b110).doubtful([-1, 2], 0b111, 0b111)
    ([2], [1])
    """

    def __init__(self, numbers: list[int], columns: list[array[int]]) -> None:
        self.numbers = numbers
        self._length = max(numbers, default=-1) + 1
        self._columns = columns
        self._packed = [_joined(column) for column in columns]
        self._ones = _joined(array("Q", [1]) * len(numbers))
        # Products, sums and what is added to them stay within half a field.
        self._bits = _FIELD - 3 - _FEATURE - len(columns).bit_length()

    @classmethod
    def of(cls, features: Sequence[Sequence[int]]) -> PackedProducts:
        """All rays, by their features."""
        scales = [max(max(feature), 1) for feature in features]
        samples = len(features[0]) if features else 0
        columns = [
            array("Q", ((feature[sample] << _FEATURE) // scale for feature, scale in zip(features, scales, strict=True)))
            for sample in range(samples)
        ]
        return cls(list(range(len(features))), columns)

    def select(self, mask: int) -> PackedProducts:
        """The rays of a mask only."""
        text = self._text(mask)
        chosen = bytes([text[number] == "1" for number in self.numbers])
        return PackedProducts(
            list(compress(self.numbers, chosen)), [array("Q", compress(column, chosen)) for column in self._columns]
        )

    def doubtful(self, dual: Sequence[int], down: int, up: int) -> tuple[list[int], list[int]]:
        """The rays of two masks whose features' products with a vector are not surely negative, or not surely positive."""
        if not self.numbers:
            return [], []
        shift = max(0, max(map(abs, dual)).bit_length() - self._bits)
        whole = [entry >> shift for entry in dual]
        # A scaled feature is at most 2^28 and exceeds its rounded value by less than 1, as an entry does if it was rounded: the
        # first loses less than the entry if that is positive, the second less than 2^28.
        above = (len(whole) << _FEATURE if shift else 0) + sum(max(entry, 0) for entry in whole)
        below = -sum(min(entry, 0) for entry in whole)
        products = sum(packed * entry for packed, entry in zip(self._packed, whole, strict=True))
        not_negative = self._full(products + (_HALF + above) * self._ones, _FULL)
        not_positive = self._full(products + (_HALF - below - 1) * self._ones, _NOT_FULL)
        return self._members(down, not_negative), self._members(up, not_positive)

    def _full(self, fields: int, flags: bytes) -> bytes:
        """A flag for each field that says whether it is at least half full, or not."""
        tops = fields.to_bytes(len(self.numbers) * _BYTES, "little")[_BYTES - 1 :: _BYTES]
        return tops.translate(flags)

    def _members(self, mask: int, flags: bytes) -> list[int]:
        """The rays of a mask that have a flag."""
        if not mask:
            return []
        text = self._text(mask)
        return [number for number in compress(self.numbers, flags) if text[number] == "1"]

    def _text(self, mask: int) -> str:
        """The bits of a mask, the first one first."""
        return f"{mask:b}"[::-1].ljust(self._length, "0")


def _joined(column: array[int]) -> int:
    """Numbers as the fields of an integer, the first one lowest."""
    if sys.byteorder == "big":
        column = array("Q", column)
        column.byteswap()
    return int.from_bytes(column.tobytes(), "little")
