"""Patterns of faces in the arrays of the compiled walk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet

_ROOM = 2**14  # patterns that are handed over at a time: a megabyte for 500 neurons
_FACES = 2**14  # of one dimension that are not simple; a cell with more is left to the interpreted search


def no_faces() -> kernel.Faces:
    """For walks that look at no faces."""
    return _faces(0, 0, 0)


def faces_of(net: HomogeneousNet) -> kernel.Faces:
    """For walks that collect the patterns of faces."""
    return _faces(sum(net.widths), _ROOM, _FACES)


def _faces(neurons: int, room: int, faces: int) -> kernel.Faces:
    words, table = (neurons + 63) // 64, 2 ** (2 * faces).bit_length()
    return kernel.Faces(
        count=np.zeros(1, dtype=np.int64),
        cells=np.zeros(1, dtype=np.int64),
        batch=np.zeros(1, dtype=np.int64),
        pattern=np.zeros((room, words), dtype=np.uint64),
        owner=np.full(2 ** (2 * room).bit_length(), -1, dtype=np.int64),
        base=np.zeros(words, dtype=np.uint64),
        level=np.zeros((2, faces), dtype=np.uint64),
        wide=np.zeros(faces, dtype=np.uint64),
        stamp=np.zeros(1, dtype=np.int64),
        spanned=np.zeros(table, dtype=np.uint64),
        spanned_stamp=np.zeros(table, dtype=np.int64),
        met=np.zeros(table, dtype=np.uint64),
        met_stamp=np.zeros(table, dtype=np.int64),
    )


def taken_patterns(faces: kernel.Faces, neurons: int) -> NDArray[np.uint8]:
    """The patterns that were collected, a row of bytes for each, as `PatternCounter` keeps them; then there are none."""
    count = int(faces.count[0])
    # What the table holds of these is older than the next batch.
    faces.batch[0] += count
    faces.count[0] = faces.cells[0] = 0
    words = faces.pattern[:count].astype("<u8")
    bits = np.unpackbits(words.view(np.uint8).reshape(count, -1), axis=1, count=neurons, bitorder="little")
    return np.packbits(bits, axis=1)
