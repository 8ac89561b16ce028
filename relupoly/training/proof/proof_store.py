"""`ProofStore`: the proofs of finished leaves, on disk: they are many, and nobody needs them before the end.

Where the disk is full, or has no place for temporary files, they are kept in memory: the search must not end for want of it.
"""

from __future__ import annotations

import pickle
import tempfile
from typing import IO, Any

from relupoly.training.proof.proof import Dual, Residual


class ProofStore:
    """Keeps proofs in a nameless temporary file.

    Examples
    --------
    >>> store = ProofStore()
    >>> place = store.put(Dual(()))
    >>> store.get(place)
    Dual(values=())
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0
        self._kept: list[Residual | Dual] = []

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def put(self, proof: Residual | Dual) -> int:
        """Keep a proof; returns its place: in the file, or a negative number."""
        data = pickle.dumps(proof)
        try:
            if self._file is None:
                # Without a buffer, so that what does not fit is known at once.
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the store lives
            self._file.seek(self._end)
            if self._file.write(data) < len(data):
                raise OSError("the disk is full")
        except OSError:
            self._kept.append(proof)
            return -len(self._kept)
        place, self._end = self._end, self._end + len(data)
        return place

    def get(self, place: int) -> Residual | Dual:
        """The proof at a place."""
        if place < 0:
            return self._kept[-place - 1]
        assert self._file is not None
        self._file.seek(place)
        # The file has no name: what is in it was written above.
        found: Any = pickle.load(self._file)
        assert isinstance(found, (Residual, Dual))
        return found
