"""`ProofStore`: the proofs of finished leaves, on disk: they are many, and nobody needs them before the end."""

from __future__ import annotations

import pickle
import tempfile
from typing import IO, Any

from relupoly.training.proof import Dual, Residual


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
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the store lives

    def __del__(self) -> None:
        self._file.close()

    def put(self, proof: Residual | Dual) -> int:
        """Keep a proof; returns its place."""
        place = self._file.seek(0, 2)
        pickle.dump(proof, self._file)
        return place

    def get(self, place: int) -> Residual | Dual:
        """The proof at a place."""
        self._file.seek(place)
        # The file has no name: what is in it was written above.
        found: Any = pickle.load(self._file)
        assert isinstance(found, (Residual, Dual))
        return found
