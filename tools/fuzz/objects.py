"""Objects of the library from which inputs are made: small, and each with something special."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem

# The folder of a process, for readers that want files.
FOLDER = Path(tempfile.mkdtemp(prefix="relupoly-fuzz-"))
# Results are sealed with a secret of their user; here with one that goes with the folder.
os.environ["XDG_STATE_HOME"] = str(FOLDER)


def written(name: str, data: bytes) -> Path:
    """A file with some bytes, in the folder of this process."""
    place = FOLDER / name
    place.write_bytes(data)
    return place


@cache
def networks() -> list[Network]:
    """Nets with doubles only, so that every format holds them."""
    return [
        Network.from_rows([([[1]], [0])]),
        Network.from_rows([([[1], [-1], [0.5]], [0, 0.25, -1]), ([[1, 1, -2]], [3])], {"family": "f", "parameters": {"n": 1}}),
        Network.from_rows([([[1, 2], [0.1, -4e-3]], None), ([[1, 1], [0, 1]], [1, 2]), ([[1, -1], [2, 2]], None)]),
        Network.from_rows([([[1e300, 0, -1]], [5e-324])], {"nnet": {"comments": ["c"], "means": ["0.5", "1", "2", "3"]}}),
    ]


@cache
def domains() -> list[Domain]:
    """Domains of every kind."""
    plane = AffineSubspace.through([["1/3", 0], ["0.1", "1e-30"]])
    return [
        Domain(),
        Domain.box(["1/3", 0], [2**70, "0.7"]),
        Domain(Polyhedron.from_inequalities([[1, "1/7"], [-1, 0], [0, 0]], [1, 0, 3]), None, "a name"),
        Domain.box([-1], [1]).inside(plane),
    ]


@cache
def problems() -> dict[str, Problem]:
    """A training problem for each loss."""
    points = [[0, 1], [1, "1/2"], [2, -1], ["-0.5", 0], [1, 1]]
    return {
        loss: Problem.from_rows(points, [1, -1, 1, 1, -1] if loss == "hinge" else [0, "1/3", 2, -1, "0.7"], 2, loss=loss)
        for loss in LOSSES
    }


@dataclass(frozen=True)
class Solved:
    """What a training gives: its certificate, its checkpoint after the search, and the least loss."""

    certificate: bytes
    checkpoint: bytes
    optimum: Fraction


@cache
def solved() -> dict[str, Solved]:
    """The solution of each training problem, from a process of its own: training has threads, which no fork survives."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as apart:
        return {loss: apart.submit(_solve, problem).result() for loss, problem in problems().items()}


def _solve(problem: Problem) -> Solved:
    from relupoly.training.train import train

    with tempfile.TemporaryDirectory() as folder:
        certificate, checkpoint = Path(folder) / "certificate", Path(folder) / "checkpoint"
        found = train(problem, certificate=certificate, checkpoint=checkpoint)
        train(problem, checkpoint=checkpoint)  # what is compiled to go on is kept, so that no case waits for a compiler
        return Solved(*(_expanded(place.read_bytes()) for place in (certificate, checkpoint)), found.loss_sum)


def _expanded(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def json_bytes(document: object) -> bytes:
    """A document as JSON."""
    return json.dumps(document).encode()


def saved(save: Callable[..., None], *arrays: object, **named: object) -> bytes:
    """What numpy's `save` or `savez` makes of arrays."""
    import io

    stream = io.BytesIO()
    save(stream, *arrays, **named)
    return stream.getvalue()
