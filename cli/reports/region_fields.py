"""What can be told of cells and of pieces, by name: the values of `--fields`, known without loading the library."""

from __future__ import annotations

from collections.abc import Sequence

CELL_FIELDS = (
    *("number", "pattern", "piece", "gradient", "constant", "facets", "neighbours", "vertices", "rays", "point"),
    *("bounded", "volume", "coordinates"),
)
"""Those of a cell, in the order in which they are printed; a test compares all but the last with those of the library."""

PIECE_FIELDS = (
    *("number", "notion", "cells", "patterns", "gradient", "constant", "facets", "neighbours", "convex", "point"),
    *("bounded", "volume", "coordinates"),
)
"""Those of a piece, likewise."""

ALL_FIELDS = tuple(dict.fromkeys(CELL_FIELDS + PIECE_FIELDS))

_IF_ASKED = ("piece", "coordinates")
_BY_DEFAULT = {
    of_cells: tuple(field for field in fields if field not in _IF_ASKED)
    for of_cells, fields in ((True, CELL_FIELDS), (False, PIECE_FIELDS))
}


def chosen_fields(names: Sequence[str] | None, of_cells: bool) -> tuple[str, ...]:
    """The fields that are printed, in their order: all but `piece` and `coordinates` by default; `number` always.

    Parameters
    ----------
    names : sequence of str or None
        What `--fields` names.
    of_cells : bool
        Whether cells are told; else pieces, for which `pattern` means `patterns`.

    Raises
    ------
    ValueError
        If a name is no field of such records; it says so.

    Examples
    --------
    >>> chosen_fields(["volume", "pattern"], False)
    ('number', 'patterns', 'volume')
    """
    if names is None:
        return _BY_DEFAULT[of_cells]
    known = CELL_FIELDS if of_cells else PIECE_FIELDS
    wanted = {"number", *("patterns" if name == "pattern" and not of_cells else name for name in names)}
    for name in names:
        if name not in known and not (name == "pattern" and not of_cells):
            other = "pieces; leave --cells out" if of_cells else "cells; add --cells"
            raise ValueError(f"{name} is told of {other}")
    return tuple(field for field in known if field in wanted)
