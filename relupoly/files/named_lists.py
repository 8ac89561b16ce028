"""Samples by the names of their parts: X, y and weights, as keys of a JSON object or as arrays of an .npz archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from relupoly.errors import FileFormatError
from relupoly.files.arrays import exact_list, load_arrays
from relupoly.files.json_text import check_keys, check_rows
from relupoly.files.tables.columns import ONE_OUTPUT


def json_lists(document: Any, needed: Sequence[str], others: Sequence[str]) -> dict[str, list[Any]]:
    """The parts of a JSON document, where X is a list of rows, and the others are lists.

    Raises
    ------
    FileFormatError
        If a key is missing or unknown, or a part is no such list.

    Examples
    --------
    >>> json_lists({"X": [["1"]], "y": ["2"]}, ("X",), ("y", "weights"))
    {'X': [['1']], 'y': ['2']}
    """
    check_keys(document, needed, others)
    check_rows(document["X"], "X")
    for key in ("y", "weights"):
        if not isinstance(document.get(key, []), list):
            raise FileFormatError(f"{key} is not a list of numbers")
    return dict(document)


def npz_lists(data: bytes, needed: Sequence[str], others: Sequence[str]) -> dict[str, list[Any]]:
    """The parts of an archive: X has two dimensions, y one, or two where each target has a row of its own, weights one.

    Raises
    ------
    FileFormatError
        If the archive is damaged, an array is missing or unknown, or has other dimensions.
    """
    arrays = load_arrays(data, ", ".join(f"{key}=..." for key in needed))
    check_keys(arrays, needed, others)
    axes = {"X": 2, "y": 2 if np.ndim(arrays.get("y", 0)) == 2 else 1, "weights": 1}
    return {key: exact_list(array, key, axes[key]) for key, array in arrays.items()}


def check_heights(lists: Mapping[str, Sequence[Any]]) -> None:
    """Raise unless the other parts have as many entries as X has rows.

    Raises
    ------
    FileFormatError
        It names the part.
    """
    height = len(lists["X"])
    for key, entries in lists.items():
        if len(entries) != height:
            raise FileFormatError(f"X has {height} rows, but {key} has {len(entries)}; give one for each sample")


def single(entry: Any, place: str) -> Any:
    """The only target of a sample, which may stand in a list of its own.

    Raises
    ------
    FileFormatError
        If there are more, or none.
    """
    if not isinstance(entry, list):
        return entry
    if len(entry) != 1:
        raise FileFormatError(f"{place} has {len(entry)} targets; {ONE_OUTPUT}")
    return entry[0]
