"""Files of points: `read_points`, the affine subspace through them, and `read_vectors`."""

from __future__ import annotations

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.files.rows import rows_in
from relupoly.files.streams import Location, display_name, located
from relupoly.files.tables.columns import check_lengths
from relupoly.geometry.subspace import AffineSubspace


def read_points(source: Location, format: str | None = None) -> AffineSubspace:
    """The affine subspace x = p0 + sum_i t_i (p_i - p0) through the points p0, ..., pk of a file.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, CSV unless `format` says otherwise.
    format : str or None
        "csv" (a table, also .tsv, .txt and .dat), "json" or "npy"; by default the suffix decides.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or its format is not known, or it is not what its format promises; it names row and
        column.
    DomainError
        If the points have different lengths, or are affinely dependent.
    """
    with located(display_name(source)):
        return AffineSubspace.through(rows_in(source, format))


def read_vectors(source: Location, format: str | None = None) -> list[list[fmpq]]:
    """The vectors in a file of the same formats, one a row, all of one length.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or holds no vector, or vectors of different lengths; it names the row.
    """
    with located(display_name(source)):
        rows = rows_in(source, format)
        if not rows or not rows[0]:
            raise FileFormatError("it holds no vector; write one on each line")
        check_lengths(((f"row {number}", row) for number, row in enumerate(rows, 1)), "row 1", len(rows[0]))
        return rows
