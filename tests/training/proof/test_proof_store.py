"""Proofs of finished leaves: they come back whatever happens to the disk."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from typing import Any

import pytest

from relupoly.training.proof.proof import Dual
from relupoly.training.proof.proof_store import ProofStore


def proofs(count: int) -> list[Dual]:
    return [Dual((Fraction(number, 7),) * 9) for number in range(count)]


def test_proofs_come_back_in_any_order() -> None:
    store = ProofStore()
    places = [store.put(proof) for proof in proofs(20)]
    assert [store.get(place) for place in places[::-1]] == proofs(20)[::-1]


class Full:
    """A file on a disk that has room for so many bytes; what does not fit is written in part, as systems do."""

    def __init__(self, room: int, file: Any) -> None:
        self.room, self.file = room, file

    def write(self, data: bytes) -> int:
        fits = data[: max(0, self.room)]
        self.room -= len(data)
        return self.file.write(fits)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 100, 1000])
def test_where_the_disk_is_full_they_are_kept_in_memory(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **options: Full(room, real(**options)))
    store = ProofStore()
    places = [store.put(proof) for proof in proofs(20)]
    assert min(places) < 0
    assert [store.get(place) for place in places] == proofs(20)


def test_where_there_is_no_temporary_folder_they_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(**options: Any) -> None:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    store = ProofStore()
    assert [store.get(store.put(proof)) for proof in proofs(3)] == proofs(3)
