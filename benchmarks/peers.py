"""The peers: other programs that enumerate the cells of a ReLU net, timed on the same nets in the same box.

All of them work in floats and prove nothing, so the number of cells that they find is printed beside ours. They live in an
environment of their own (`make peers` installs benchmarks/requirements-peers.txt there), so that what they need does not
touch ours; where it is absent, the table says so.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cases import SEED, Case
from measure import FOLDER, Failed, TooSlow, run_child
from nets import FAMILIES, ROOT, box, random_layers

from relupoly import Network

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
RADIUS = 10
ABSENT = "not installed: make peers"

Layers = Sequence[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Match:
    """A peer and a net on which it is timed, in the box [-radius, radius]^n.

    Attributes
    ----------
    peer, net : str
    layers : callable
    inputs : int
    extra : bool
        Measured with --all only.
    radius : float
    count : Case or None
        The same count as a row of ours, where it is a row of another table, too.
    """

    peer: str
    net: str
    layers: Callable[[], Layers]
    inputs: int
    extra: bool = False
    radius: float = RADIUS
    count: Case | None = None

    @property
    def name(self) -> str:
        """What names the row."""
        return " | ".join(["peers", *([self.count.section] if self.count else []), self.peer, self.net])

    @property
    def ours(self) -> Case:
        """The same count as a row of ours."""
        return self.count or Case(
            "peers",
            self.net,
            f"[-10,10]^{self.inputs}",
            "activation",
            lambda: (Network.from_rows(self.layers()), box(self.inputs)),
        )


@dataclass(frozen=True)
class PeerRow:
    """What a peer found, or why it did not."""

    match: Match
    version: str = ""
    cells: int | None = None
    seconds: float | None = None
    megabytes: float | None = None
    failure: str = ""


def _random(inputs: int, widths: Sequence[int]) -> tuple[str, Callable[[], Layers], int]:
    return f"{inputs}-{'-'.join(map(str, widths))}", lambda: random_layers(inputs, widths, SEED), inputs


def _arrangement(family: str, size: int) -> tuple[str, Callable[[], Layers], int]:
    def layers() -> Layers:
        rows = np.array(FAMILIES[family](size), dtype=float)
        return [(rows[:, :-1].copy(), -rows[:, -1]), (np.ones((1, len(rows))), np.zeros(1))]

    return f"{family}, R^{size}", layers, size


PLANAR = [(2, [16, 16]), (2, [32, 32, 32]), (2, [64, 64]), (2, [128, 128, 128])]
MIDDLING = [(2, [16, 16]), (2, [32, 32, 32]), (3, [16, 16, 16]), (4, [16, 16])]
LARGE = [(2, [64, 64]), (3, [32, 32]), (5, [12, 12]), (6, [10, 10]), (4, [32, 32]), (8, [14])]
SMALL = [(2, [8, 8]), (3, [8, 8]), (2, [16, 16])]


def all_matches() -> Iterator[Match]:
    """Which peer is timed on which nets: those that it can do, and does in a sensible time."""
    for shape in PLANAR:
        yield Match("regioncam", *_random(*shape))
    for shape in MIDDLING:
        yield Match("affinitree", *_random(*shape))
    for shape in LARGE:
        yield Match("affinitree", *_random(*shape), extra=True)
    for shape in SMALL:
        yield Match("relucent", *_random(*shape))
    yield Match("relucent", *_random(2, [32, 32, 32]), extra=True)
    for peer in ("affinitree", "relucent"):
        yield Match(peer, *_arrangement("typeB", 3))
        yield Match(peer, *_arrangement("resonance", 4))
    yield Match("regioncam", *_arrangement("typeB", 2))


def compete(match: Match, runs: int, deadline: float) -> PeerRow:
    """Time a peer on a net, in a process of its own."""
    if not PYTHON.exists():
        return PeerRow(match, failure=ABSENT)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.npz"
        arrays = {}
        for number, (weight, bias) in enumerate(match.layers(), start=1):
            arrays |= {f"W{number}": weight, f"b{number}": bias}
        np.savez(file, **arrays)
        try:
            figures = run_child([PYTHON, FOLDER / "peer_child.py", match.peer, file, match.radius, runs], deadline + 10)
        except TooSlow:
            return PeerRow(match, failure=f"> {deadline:g} s")
        except Failed as error:
            return PeerRow(match, failure=str(error))
    figures["seconds"] = statistics.median(figures["seconds"])
    return PeerRow(match, **figures)
