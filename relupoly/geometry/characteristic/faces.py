"""The f-vector of an arrangement: how many faces it has of each dimension.

The faces of dimension k are the regions of the restrictions of the arrangement to its flats of dimension k (Zaslavsky
1975): f_k = sum over the flats X of dimension k of |chi(A^X, -1)|.

Flats are found depth first, each once and without a list of those seen: the first hyperplanes, in their order, that
are independent and contain a flat Y are a basis of it, and Y is found from the flat X of all of them but the last. So a
hyperplane of the restriction to X is taken exactly if the first hyperplane that cuts it out comes after the basis of X.
Where the arrangement is a product, the faces of each factor are counted alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.geometry.arrangement import Arrangement, Row
from relupoly.geometry.characteristic.counting import Work, whitney_numbers
from relupoly.geometry.characteristic.plain import image
from relupoly.geometry.characteristic.summands import product, summands

Section = dict[Row, int]


def f_vector(arrangement: Arrangement, work: Work | None = None) -> tuple[int, ...]:
    """The numbers of faces of dimension 0, ..., n.

    Parameters
    ----------
    arrangement : Arrangement
    work : Work, optional
        How to count, and whom to tell.

    Examples
    --------
    Two crossing lines: a vertex, four edges, four regions.

    >>> f_vector(Arrangement.of([[1, 0, 0], [0, 1, 0]]))
    (1, 4, 4)

    Notes
    -----
    The hyperplane at infinity of an affine arrangement is the first of all and is never taken: no flat found lies in it.
    The cone over an arrangement has twice as many regions.
    """
    work = work or Work()
    central = arrangement.is_central
    vectors = arrangement.vectors() if central else arrangement.cone()
    faces: Sequence[int] = (1,)
    known: dict[frozenset[Row], int] = {}
    for part in summands(vectors):
        own = {vector: place + central for vector, place in part.items()}
        faces = product([faces, _of_summand(own, work, known)])
    return (*[0] * (arrangement.dimension + 1 - len(faces)), *reversed(faces))


def _of_summand(whole: Section, work: Work, known: dict[frozenset[Row], int]) -> list[int]:
    """The numbers of faces by codimension; the hyperplane at infinity has number 0."""
    at_infinity = 0 in whole.values()
    counts = [0] * (len(next(iter(whole))) + (not at_infinity))
    waiting = [(whole, 0, 0)]
    seen = 0
    while waiting:
        section, last, codimension = waiting.pop()
        work.run.tick()
        counts[codimension] += _regions(section, work, known) // (2 if at_infinity else 1)
        waiting += [(_cut(section, to), first, codimension + 1) for to, first in section.items() if first > last]
        seen += 1
        work.run.progress(seen)
    return counts


def _regions(section: Section, work: Work, known: dict[frozenset[Row], int]) -> int:
    """The number of regions of a central arrangement."""
    rank = len(next(iter(section))) if section else 0
    if rank <= 2:
        return (1, 2, 2 * len(section))[rank]
    key = frozenset(section)
    if key not in known:
        known[key] = sum(whitney_numbers(section, work))
    return known[key]


def _cut(section: Section, to: Row) -> Section:
    """What hyperplanes cut out of one of them, and the first hyperplane that does so."""
    cut: Section = {}
    for vector, first in section.items():
        if vector != to:
            key = image(vector, to)
            cut[key] = min(first, cut.get(key, first))
    return cut
