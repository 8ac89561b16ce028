"""`Prices`: which rays of the table have a feature that a dual vector points to; decided exactly.

The products of all allowed features with the vector are first computed in floats, with error bounds from the table: that
settles almost all signs, and says which features point farthest. What the bounds leave in doubt (a feature in use has the
product 0) is computed in integers. So an empty answer is a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.doubles import EPSILON
from relupoly.exact.tables import WORD, Table
from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.lifted import Lifted
from relupoly.training.proof.proof import Key
from relupoly.training.rays.ray_table import RayTable
from relupoly.training.search.node import Node, Sides

Floats = NDArray[np.float64]

# A length below which a feature is divided by this instead: so quotients are finite, also where the length is 0.
_TINY = 2.0**-900
# Entries that are priced at a time: as floats these are 2 megabytes, what a core's cache holds.
_STEP = 2**18


@dataclass(frozen=True)
class Allowed:
    """The rays that the classes of a node may use.

    Attributes
    ----------
    index : ndarray of int
        Rays that some class may use in some orientation.
    masks : dict
        From (sign, orientation) to a mask over `index`.
    """

    index: NDArray[np.intp]
    masks: dict[tuple[int, int], NDArray[np.bool_]]


class Prices:
    """The features of a ray table, with signs: a key (sign, ray, orientation) is sign * relu(orientation * <ray, v>).

    Parameters
    ----------
    lifted : Lifted
    rays : RayTable
    run : Run
        It ticks whenever some rays are priced.

    Attributes
    ----------
    run : Run
    """

    def __init__(self, lifted: Lifted, rays: RayTable, run: Run = UNLIMITED) -> None:
        self._rays = rays
        self.run = run
        self._vectors: Table = np.array(lifted.vectors, dtype=object).reshape(len(lifted.vectors), lifted.rank)
        largest = int(np.abs(self._vectors).max(initial=0)) * int(np.abs(rays.rays).max(initial=0)) * max(1, lifted.rank)
        self._in_words = largest < WORD
        if self._in_words:
            self._vectors = self._vectors.astype(np.int64)
        self._sizes = self._lengths()

    def feature(self, ray: int, orientation: int) -> list[int]:
        """relu(orientation * <ray, v>) at all points."""
        return [int(entry) for entry in self._features(np.array([ray]), np.array([orientation]))[0]]

    def floats(self, ray: int, orientation: int) -> Floats:
        """A positive multiple of a feature, in floats."""
        found: Floats = np.maximum(orientation * self._rays.values[ray], 0.0)
        found /= max(self._sizes[ray, (1 - orientation) // 2], _TINY)
        return found

    def scale(self, ray: int, orientation: int) -> Fraction:
        """What `floats` of a feature is multiplied by to give the feature."""
        size = max(self._sizes[ray, (1 - orientation) // 2], _TINY)
        return Fraction(float(size)) * Fraction(2) ** int(self._rays.exponents[ray])

    def allowed(self, node: Node) -> Allowed:
        """The rays that respect the sides of some class."""
        masks: dict[tuple[int, int], NDArray[np.bool_]] = {}
        for one in node.classes:
            for orientation in (1, -1):
                mask = self._inside(np.int8(orientation) * one.sides)
                before = masks.get((one.sign, orientation))
                masks[one.sign, orientation] = mask if before is None else before | mask
        some = np.zeros(len(self._rays), dtype=np.bool_)
        for mask in masks.values():
            some |= mask
        index = np.flatnonzero(some)
        return Allowed(index, {key: mask[index] for key, mask in masks.items()})

    def _inside(self, sides: Sides) -> NDArray[np.bool_]:
        """The rays that are on the sides of the points that have one.

        Points are taken in random order, more and more at a time, for the rays that are left: mostly the first few leave few.
        """
        fixed = np.random.default_rng(0).permutation(np.flatnonzero(sides))
        index = np.arange(len(self._rays))
        start = 0
        while start < len(fixed) and len(index):
            part = fixed[start : start + max(1, min(start, _STEP // len(index)))]
            fit = self._rays.signs[index[:, None], part] * sides[part] >= 0
            index = index[fit.all(axis=1)]
            start += len(part)
        mask = np.zeros(len(self._rays), dtype=np.bool_)
        mask[index] = True
        return mask

    def steepest(self, dual: Floats, allowed: Allowed) -> tuple[float, Key | None]:
        """The feature with the largest product with a vector for its length, and that product; in floats, no proof."""
        best, key = 0.0, None
        for start, rows, scores in self._scores(dual, allowed):
            for (sign, orientation), mask in allowed.masks.items():
                column = (1 - orientation) // 2
                steep = np.where(mask[start : start + len(rows)], sign * scores[column], 0.0)
                steep = steep / np.maximum(self._sizes[rows, column], _TINY)
                place = int(steep.argmax()) if len(steep) else -1
                if place >= 0 and steep[place] > best:
                    best, key = float(steep[place]), (sign, int(rows[place]), orientation)
        return best, key

    def violated(self, dual: Sequence[Fraction], allowed: Allowed, most: int = 4) -> list[Key]:
        """Some features with a positive product with a vector, those that are steepest; none if there are none, exactly."""
        scale = lcm(*(entry.denominator for entry in dual)) if dual else 1
        whole = [int(entry * scale) for entry in dual]
        # Floats of at most 1; rounding them is covered by the bound.
        bits = max((abs(entry).bit_length() for entry in whole), default=0)
        floats = np.array([entry / (1 << bits) for entry in whole])
        total = float(np.abs(floats).sum())
        found: list[tuple[float, Key]] = []
        for start, rows, scores in self._scores(floats, allowed):
            bound = total * ((len(whole) + 8) * EPSILON + 2 * self._rays.errors[rows]) + _TINY
            for (sign, orientation), mask in allowed.masks.items():
                column = (1 - orientation) // 2
                score = sign * scores[column]
                inside = mask[start : start + len(rows)]
                sure = np.flatnonzero(inside & (score > bound))
                doubtful = np.flatnonzero(inside & (np.abs(score) <= bound))
                sure = np.concatenate([sure, doubtful[self._positive(rows[doubtful], orientation, sign, whole)]])
                steep = score[sure] / np.maximum(self._sizes[rows[sure], column], _TINY)
                for place in np.argsort(-steep)[:most]:
                    found.append((float(steep[place]), (sign, int(rows[sure[place]]), orientation)))
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return [key for _, key in found[:most]]

    def _positive(self, rows: NDArray[np.intp], orientation: int, sign: int, whole: list[int]) -> NDArray[np.bool_]:
        """Which rays have a feature whose product with integers, times a sign, is positive."""
        if not len(rows):
            return np.zeros(0, dtype=np.bool_)
        features = self._features(rows, np.full(len(rows), orientation))
        products = features.astype(object) @ np.array(whole, dtype=object)
        return np.array([sign * product > 0 for product in products], dtype=np.bool_)

    def _features(self, rows: NDArray[np.intp], orientations: NDArray[np.int_]) -> Table:
        rays = self._rays.rays[rows]
        if not self._in_words:
            rays = rays.astype(object)
        products: Table = (rays @ self._vectors.T) * orientations[:, None]
        return np.maximum(products, 0)

    def _scores(self, dual: Floats, allowed: Allowed) -> Iterator[tuple[int, NDArray[np.intp], tuple[Floats, Floats]]]:
        """The products of the features of both orientations with a vector, block by block."""
        step = max(1, _STEP // max(1, len(dual)))
        for start in range(0, len(allowed.index), step):
            self.run.tick()
            rows = allowed.index[start : start + step]
            values = self._rays.values[rows]
            ahead = np.maximum(values, 0.0) @ dual
            yield start, rows, (ahead, ahead - values @ dual)

    def _lengths(self) -> Floats:
        """The lengths of the features of both orientations."""
        sizes = np.zeros((len(self._rays), 2))
        step = max(1, _STEP // max(1, len(self._vectors)))
        for start in range(0, len(self._rays), step):
            self.run.tick()
            values = self._rays.values[start : start + step]
            for column, part in enumerate((np.maximum(values, 0.0), np.minimum(values, 0.0))):
                sizes[start : start + step, column] = np.sqrt((part * part).sum(axis=1))
        return sizes
