"""Whitney numbers from flats up to isomorphism: for arrangements with symmetry.

The Whitney number w_k is the sum of |mu(X)| over the flats X of rank k. Weisner's theorem says, for any hyperplane H that
contains a flat Y, that |mu(Y)| is the sum of |mu(X)| over the flats X that Y is a hyperplane of and H does not contain.
Averaging over all n_Y hyperplanes H that contain Y gives

    |mu(Y)| = sum over X of |mu(X)| (n_Y - n_X) / n_Y,

where the one flat before counts with its share only. This needs no order of the hyperplanes, so no symmetry is lost: all
that matters about X from there on is the restriction to X as an arrangement, each of its hyperplanes with the weight
n_Y - n_X, and n_X. Flats that have these in common up to a linear map are merged, with the sum of their |mu|. That two
restrictions are isomorphic is proved by writing both in bases that their structure suggests, and finding them equal; where
the suggestion fails, equal ones may be counted apart, which costs time only. Within one restriction, automorphisms found
in the same way spare all but one hyperplane of each orbit.

The resonance arrangement in R^8 has 419,172,756,930 regions, and about 300 classes of flats of rank up to 4 are all that it
takes to count them. Brysiewicz, Eble and Kuehne ("Computing characteristic polynomials of hyperplane arrangements with
symmetries", 2023) use the symmetries that keep an order of deletions instead, for a group that is given.

The sums are integers but their terms are fractions: they are computed modulo primes whose product exceeds any possible sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import comb, prod
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.primes import primes_below
from relupoly.geometry.characteristic.kernel.field import Field
from relupoly.run import Run
from relupoly.run.pool import Pool

Vectors = NDArray[np.int64]
Residues = list[int]
Result = TypeVar("Result")

# From this corank on the kernel sums over chains of flats directly.
_LAST = 4
# Where classes have fewer than three members at first, they will hardly have more later, and the sweep is quicker.
_MERGED = 3


@dataclass(frozen=True)
class _Flats:
    """A class of flats: the restriction to each of them.

    Attributes
    ----------
    vectors : bytes
        Of an isomorphic arrangement, in short integers.
    weights : bytes
        How many hyperplanes meet the flat in each of the restriction's.
    base : int
        How many hyperplanes contain the flat.
    """

    vectors: bytes
    weights: bytes
    base: int


Classes = dict[_Flats, Residues]


class _Counting:
    """What does not change while an arrangement is counted."""

    def __init__(self, vectors: Vectors, field: Field, check: Callable[[], None]) -> None:
        self.field = field
        self.check = check
        count, self.rank, self.primes = vectors.shape
        self.short = np.uint8 if int(field.primes.max()) <= 256 else np.uint32
        most = max(comb(count, degree) for degree in range(self.rank + 1))
        self.moduli: list[int] = []
        for prime in primes_below(2**31):
            self.moduli.append(prime)
            if prod(self.moduli) > most:
                break
        self.inverses = np.array([[0, *(pow(x, -1, q) for x in range(1, count + 1))] for q in self.moduli], dtype=np.int64)

    def pack(self, vectors: Vectors, weights: Vectors, base: int) -> _Flats:
        """A class of flats, from one of them."""
        return _Flats(vectors.astype(self.short).tobytes(), weights.astype(np.uint32).tobytes(), base)

    def unpack(self, flats: _Flats, rank: int) -> tuple[Vectors, Vectors]:
        """The vectors and weights of a class of flats."""
        weights = np.frombuffer(flats.weights, dtype=np.uint32).astype(np.int64)
        vectors = np.frombuffer(flats.vectors, dtype=self.short).astype(np.int64)
        return vectors.reshape(len(weights), rank, self.primes), weights

    def sections(self, flats: _Flats, rank: int) -> list[tuple[_Flats, Residues]]:
        """The classes of the flats of one dimension less, and their shares; one of each orbit."""
        from relupoly.geometry.characteristic import compiled

        vectors, weights = self.unpack(flats, rank)
        leader = compiled.orbits(vectors, weights, self.field)
        section = compiled.sections(vectors, weights, self.field)
        found = []
        for index, size in zip(*np.unique(leader, return_counts=True), strict=True):
            self.check()
            form, sums = section(int(index))
            weight = int(weights[index])
            base = flats.base + weight
            share = [int(size) * weight * int(row[base]) % q for row, q in zip(self.inverses, self.moduli, strict=True)]
            found.append((self.pack(form, sums, base), share))
        return found

    def rest(self, flats: _Flats) -> Vectors:
        """The sums of shares along chains of 0, ..., 3 flats above one of corank 4, modulo each prime."""
        from relupoly.geometry.characteristic import compiled

        vectors, weights = self.unpack(flats, _LAST)
        return compiled.finish(vectors, weights, flats.base, self.field, np.array(self.moduli, dtype=np.int64), self.inverses)

    def integer(self, residues: Residues) -> int:
        """The number below the product of the primes that has these residues."""
        whole, product = 0, 1
        for residue, prime in zip(residues, self.moduli, strict=True):
            whole += product * ((residue - whole) * pow(product, -1, prime) % prime)
            product *= prime
        return whole


def count_by_orbits(
    vectors: Vectors,
    field: Field,
    insist: bool,
    jobs: int,
    run: Run,
) -> tuple[int, ...] | None:
    """The Whitney numbers of normalised vectors of rank at least 4; None if there is too little symmetry to insist.

    Parameters
    ----------
    vectors : ndarray, shape (m, k, q)
    field : Field
    insist : bool
        Whether to go on where the hyperplanes are not alike.
    jobs : int
        The number of threads.
    run : Run, optional
        Its progress is told the number of restrictions seen, now and then.

    Raises
    ------
    BadPrimeError
        If the field's primes are not fit for these vectors.
    """
    pool: Pool[Callable[[], Any], Any] = Pool(jobs, lambda: lambda call: call())
    counting = _Counting(vectors, field, pool.check)
    rank = counting.rank
    sums: list[Residues] = [[1] * len(counting.moduli)]
    level: Classes = {counting.pack(vectors, np.ones(len(vectors), dtype=np.int64), 0): sums[0]}
    seen = 0
    with pool:
        for k in range(rank, _LAST, -1):
            following: Classes = {}
            total = [0] * len(counting.moduli)
            for factor, sections in _in_threads(pool, level, partial(counting.sections, rank=k), run):
                run.tick()
                for flats, share in sections:
                    product = _times(factor, share, counting.moduli)
                    following[flats] = _plus(following.get(flats), product, counting.moduli)
                    total = _plus(total, product, counting.moduli)
                seen += len(sections)
                run.progress(seen)
            sums.append(total)
            level = following
            if k == rank and not insist and _MERGED * len(level) > len(vectors):
                return None
        last = [[0] * len(counting.moduli) for _ in range(_LAST - 1)]
        for factor, rest in _in_threads(pool, level, counting.rest, run):
            run.tick()
            last = [
                _plus(part, _times(factor, [int(one) for one in row], counting.moduli), counting.moduli)
                for part, row in zip(last, rest[1:], strict=True)
            ]
            seen += 1
            run.progress(seen)
    numbers = [counting.integer(part) for part in [*sums, *last]]
    return (*numbers, abs(sum((-1) ** degree * number for degree, number in enumerate(numbers))))


def _in_threads(
    pool: Pool[Callable[[], Any], Any], level: Classes, work: Callable[[_Flats], Result], run: Run
) -> Iterator[tuple[Residues, Result]]:
    """Work on all classes, in threads but in order."""
    return zip(level.values(), pool.map([partial(work, flats) for flats in level], run), strict=True)


def _times(one: Residues, other: Residues, moduli: list[int]) -> Residues:
    return [a * b % q for a, b, q in zip(one, other, moduli, strict=True)]


def _plus(one: Residues | None, other: Residues, moduli: list[int]) -> Residues:
    return other if one is None else [(a + b) % q for a, b, q in zip(one, other, moduli, strict=True)]
