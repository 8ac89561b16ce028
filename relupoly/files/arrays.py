"""Arrays of numpy from bytes, without unpickling and without rounding: single ones (.npy), and archives of them (.npz)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted

_NUMBER = 8  # bytes; an entry of one byte becomes a number like any other


def load_array(data: bytes) -> Any:
    """What numpy reads from bytes without unpickling: an array, or an open archive.

    Raises
    ------
    FileFormatError
        If the bytes are neither.
    """
    with numpy_errors("it is not a numpy file, or it is damaged or holds Python objects; save plain arrays"):
        return np.load(io.BytesIO(data), allow_pickle=False)


def load_arrays(data: bytes, arguments: str) -> dict[str, Any]:
    """The arrays of an archive by their names, without unpickling.

    Parameters
    ----------
    data : bytes
    arguments : str
        How the arrays are called, as arguments of `np.savez`, to say what would be right.

    Raises
    ------
    FileFormatError
        If the bytes are no archive, or it is damaged, or holds an array twice.
    """
    archive = load_array(data)
    if isinstance(archive, np.ndarray):
        raise FileFormatError(f"it is a single array (.npy); save an archive with np.savez(file, {arguments})")
    arrays = {}
    with archive:
        # zipfile reads no more than these sizes, whatever the compressed bytes hold.
        check_size(sum(info.file_size for info in archive.zip.infolist()), "expanded, it holds")
        for key in archive.files:
            # numpy reads the last one of two; another program may read the first.
            if key in arrays:
                raise FileFormatError(f"the archive holds the array {quoted(key)} twice; keep one")
            with numpy_errors(f"the array {quoted(key)} is damaged or holds Python objects; save it again"):
                arrays[key] = archive[key]
    return arrays


def exact_list(array: Any, name: str, axes: int) -> list[Any]:
    """An array of numbers as nested lists, without rounding.

    Raises
    ------
    FileFormatError
        If it is no array, has another number of axes, or is not of integers or floats up to double precision.
    """
    if not isinstance(array, np.ndarray):
        raise FileFormatError(f"{name} is not a numpy array; save the archive with np.savez")
    if array.ndim != axes:
        raise FileFormatError(f"{name} has {array.ndim} axes; give it {axes}")
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise FileFormatError(f"{name} has entries of type {array.dtype}; give integers, float32 or float64")
    # Rows without entries take memory, too.
    check_size(max(array.size, *array.shape) * _NUMBER, f"as numbers, {name} takes")
    return list(array.tolist())


@contextmanager
def numpy_errors(message: str) -> Iterator[None]:
    """Turn whatever numpy raises at a damaged file into one error; its warnings about old files concern nobody here."""
    # Damage comes out as any of a dozen exceptions of zipfile, zlib, struct, tokenize and numpy: no list would be complete.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception:
        raise FileFormatError(message) from None
