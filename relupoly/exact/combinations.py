"""Which of some rows are independent, and the others as combinations of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpq

from relupoly.exact.blocks import densely, from_nonzero_rows
from relupoly.exact.matrices import rows_of, take_columns, take_rows
from relupoly.exact.rank import independent_rows, pivot_columns

Sparse = Mapping[int, fmpq]


def combinations_of(rows: Sequence[Sparse]) -> list[dict[int, fmpq] | None]:
    """For each row the combination of independent rows that it is, by their numbers; None where it is one of these.

    Parameters
    ----------
    rows : sequence of mappings of int to fmpq
        Entries by their columns, without zeros.

    Examples
    --------
    >>> one, two = fmpq(1), fmpq(2)
    >>> combinations_of([{0: one}, {3: two}, {0: two, 3: two}, {}])
    [None, None, {0: 2, 1: 1}, {}]
    """
    columns = {place: new for new, place in enumerate(sorted({place for row in rows for place in row}))}
    if not columns:
        return [{} for _ in rows]
    dense = [{columns[place]: entry for place, entry in row.items()} for row in rows]
    matrix = densely(from_nonzero_rows(dense, len(columns), sparse=False))
    basis = independent_rows(matrix)
    found: list[dict[int, fmpq] | None] = [None] * len(rows)
    others = sorted({*range(len(rows))} - {*basis})
    if not others:
        return found
    pivots = pivot_columns(take_rows(matrix, basis))
    square, wanted = (take_columns(take_rows(matrix, chosen), pivots) for chosen in (basis, others))
    shares = rows_of(square.transpose().solve(wanted.transpose()).transpose())
    for place, row in zip(others, shares, strict=True):
        found[place] = {name: entry for name, entry in zip(basis, row, strict=True) if entry}
    return found
