"""Splitting a central arrangement into summands: sets of hyperplanes that have nothing to do with each other.

Where the space is a direct sum, and each vector lies in one of the parts, faces are products of faces: a cube is a product
of segments. So characteristic polynomials and f-vectors multiply, and only those of the summands need to be counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from flint import fmpq_mat

from relupoly.exact.matrices import primitive, take_rows
from relupoly.exact.rank import independent_rows
from relupoly.geometry.arrangement import Row, normalized


def summands(vectors: Collection[Row]) -> list[dict[Row, int]]:
    """The summands that cannot be split any further, by the place of their first vector.

    Parameters
    ----------
    vectors : collection of tuple of int
        Distinct normalised vectors that span the space that they are in.

    Returns
    -------
    list of dict
        For each summand its vectors, in coordinates of the space that they span, and the place of each among all vectors. Where
        there is one summand, it is the vectors as they are.

    Examples
    --------
    Three planes through a line, and one across.

    >>> summands([(1, 0, 0), (0, 0, 1), (1, 1, 0), (0, 1, 0)])
    [{(1, 0): 0, (0, 1): 2, (1, -1): 3}, {(1,): 1}]

    Notes
    -----
    These are the connected components of the matroid: in coordinates of a basis, vectors are connected with the basis vectors
    that they need (Oxley, "Matroid Theory", 2011, Proposition 4.3.2 with Section 4.1).
    """
    rows = list(vectors)
    if not rows:
        return []
    table = fmpq_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row])
    table = table * take_rows(table, independent_rows(table)).inv()
    coordinates = table.tolist()
    supports = [[place for place, entry in enumerate(row) if entry] for row in coordinates]
    joined = _joined(supports, len(rows[0]))
    if not any(joined):
        return [{row: number for number, row in enumerate(rows)}]
    found: dict[int, dict[Row, int]] = {}
    for number, (row, support) in enumerate(zip(coordinates, supports, strict=True)):
        part = joined[support[0]]
        own = [row[place] for place in range(len(row)) if joined[place] == part]
        vector = normalized([int(entry) for entry in primitive(own)])
        found.setdefault(part, {})[vector] = number
    return list(found.values())


def product(polynomials: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """The product of polynomials, each given by its coefficients.

    Examples
    --------
    >>> product([(1, 2), (1, 2), (1, 1)])
    (1, 5, 8, 4)
    """
    whole = [1]
    for factor in polynomials:
        longer = [0] * (len(whole) + len(factor) - 1)
        for i, one in enumerate(whole):
            for j, other in enumerate(factor):
                longer[i + j] += one * other
        whole = longer
    return tuple(whole)


def _joined(supports: Iterable[Sequence[int]], size: int) -> list[int]:
    """For each coordinate the least one that it is connected with by supports."""
    least = list(range(size))
    for support in supports:
        parts = {least[place] for place in support}
        if len(parts) > 1:
            to = min(parts)
            least = [to if part in parts else part for part in least]
    return least
