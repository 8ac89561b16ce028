"""The f-vector of an arrangement: how many faces it has of each dimension.

The faces of dimension k are the regions of the restrictions of the arrangement to its flats of dimension k (Zaslavsky
1975): f_k = sum over the flats X of dimension k of |chi(A^X, -1)|. Flats are found level by level, each from all larger
ones at once: a flat is the set of the hyperplanes that contain it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from relupoly.geometry.arrangement import Arrangement, Row
from relupoly.geometry.characteristic.counting import Work, whitney_numbers
from relupoly.geometry.characteristic.plain import image

Members = frozenset[int]
Section = dict[Row, Members]


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
    """
    work = work or Work()
    central = arrangement.is_central
    vectors = arrangement.vectors() if central else arrangement.cone()
    infinity = None if central else 0
    counts = [0] * (arrangement.dimension + 1)
    known: dict[frozenset[Row], int] = {}
    level: dict[Members, Section] = {Members(): {vector: Members([number]) for number, vector in enumerate(vectors)}}
    for rank in range(arrangement.rank + 1):
        for section in level.values():
            key = frozenset(section)
            if key not in known:
                known[key] = sum(whitney_numbers(key, work)) // (1 if central else 2)
            counts[arrangement.dimension - rank] += known[key]
        level = _next_level(level, infinity, work.tick)
    return tuple(counts)


def _next_level(level: dict[Members, Section], infinity: int | None, tick: Callable[[], None]) -> dict[Members, Section]:
    """The flats of one dimension less, but not those at infinity; each with the hyperplanes that cut it."""
    found: dict[Members, Section] = {}
    for flat, section in level.items():
        for vector, members in section.items():
            tick()
            if infinity not in members and flat | members not in found:
                found[flat | members] = _section(section.items(), vector)
    return found


def _section(classes: Iterable[tuple[Row, Members]], to: Row) -> Section:
    """What hyperplanes cut out of one of them, and which of them cut out the same."""
    cut: Section = {}
    for vector, members in classes:
        if vector != to:
            key = image(vector, to)
            cut[key] = cut.get(key, Members()) | members
    return cut
