"""Nets of 10 to 784 inputs on boxes in which few neurons are unstable, and what is timed beside us there.

The enumerator over linear programs (`enumerator.py`) is our own, and does what others would do who prove nothing. affinitree
and relucent are given the nets that they do in a sensible time. Trained nets come from the folder beside the checkout.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from cases import SEED, Case
from nets import NETS, random_layers
from peers import Layers, Match

from relupoly import Domain, Network

FOLDER = NETS / "many_inputs"
SECTION = "many inputs"
ENUMERATOR = "enumerator"
# Inputs, widths and radius of the box around the origin.
RANDOM: list[tuple[int, Sequence[int], float]] = [
    (10, (12, 12), 0.15),
    (16, (10, 10), 0.15),
    (20, (12, 8), 0.1),
    (30, (16, 16), 0.04),
    (64, (24, 24), 0.02),
    (784, (64, 32), 0.002),
    (784, (256, 256), 0.0003),
]
# Trained nets, on [0, 0.1]^10: cells as published with the nets, or counted by linear programs alone.
TRAINED = {"SDnet_10_15_10_3": 12, "SDnet_10_20_15_10_3": 89, "SDnet_10_30_30_30_3": 747}
GIVEN = ("n10_12x12", "n16_10x10", "n20_12x8", "n30_16x16", "n64_24x24")
# What else there is: each on the nets with at most so many inputs; relucent, which did none of them in 20 s, with --all only.
OTHERS = {"affinitree": 64, "relucent": 20}
SLOW = {"relucent"}


@dataclass(frozen=True)
class BoxedNet:
    """A net on the box [centre - radius, centre + radius]^n.

    Attributes
    ----------
    name, domain : str
    layers : callable
        Weights and biases as doubles.
    inputs : int
    lower, upper : float
    cells : callable
        The number of cells where it is known beforehand, else None.
    needs_shared : bool
    """

    name: str
    domain: str
    layers: Callable[[], Layers]
    inputs: int
    lower: float
    upper: float
    cells: int | None = None
    needs_shared: bool = False

    @property
    def case(self) -> Case:
        """The count as a row of ours."""
        return Case(SECTION, self.name, self.domain, "activation", self._made, self.cells, needs_shared=self.needs_shared)

    def _made(self) -> tuple[Network, Domain]:
        return Network.from_rows(self.layers()), Domain.box([self.lower] * self.inputs, [self.upper] * self.inputs)

    def match(self, peer: str) -> Match:
        """The count as a row of a peer, which is given the net in a box around the origin."""
        return Match(
            peer,
            f"{self.name}, {self.domain}",
            self._centred,
            self.inputs,
            radius=(self.upper - self.lower) / 2,
            count=self.case,
            extra=peer in SLOW,
        )

    def _centred(self) -> Layers:
        (weight, bias), *deeper = self.layers()
        centre = (self.upper + self.lower) / 2
        return [(weight, bias + weight @ np.full(self.inputs, centre)), *deeper] if centre else [(weight, bias), *deeper]


def boxed_nets() -> Iterator[BoxedNet]:
    """All nets, the random ones first."""
    for inputs, widths, radius in RANDOM:
        name, domain = f"{inputs}-{'-'.join(map(str, widths))}", f"[-{radius:g},{radius:g}]^{inputs}"
        yield BoxedNet(
            name, domain, lambda inputs=inputs, widths=widths: random_layers(inputs, widths, SEED), inputs, -radius, radius
        )
    yield BoxedNet("784-1, zero sum", "[0,1]^784", _one_neuron, 784, 0, 1, cells=2)
    known = _counts()
    for name in GIVEN:
        inputs, (radius, cells) = int(name[1:].split("_")[0]), known.get(name, (0.1, None))
        yield BoxedNet(
            name,
            f"[-{radius:g},{radius:g}]^{inputs}",
            lambda name=name: _read(f"{name}.json"),
            inputs,
            -radius,
            radius,
            cells,
            True,
        )
    for name, cells in TRAINED.items():
        yield BoxedNet(name, "[0,0.1]^10", lambda name=name: _read(f"{name}.net.json"), 10, 0, 0.1, cells, True)


def many_inputs_cases() -> list[Case]:
    """The rows of ours."""
    return [net.case for net in boxed_nets()]


def many_inputs_matches() -> Iterator[Match]:
    """Who is timed on which nets."""
    for net in boxed_nets():
        yield net.match(ENUMERATOR)
        for peer, most in OTHERS.items():
            if net.inputs <= most:
                yield net.match(peer)


def _one_neuron() -> Layers:
    """The sign of a sum with weights 1 and -1 and no bias, which the box has on both sides."""
    return [(np.tile([1.0, -1.0], 392)[None, :], np.zeros(1)), (np.ones((1, 1)), np.zeros(1))]


def _counts() -> dict[str, tuple[float, int]]:
    """Radius and cells of the given nets."""
    file = FOLDER / "counts.json"
    if not file.is_file():
        return {}
    return {entry["name"]: (entry["box"], entry["activation"]) for entry in json.loads(file.read_text())}


def _read(name: str) -> Layers:
    """The weights of a native file whose numbers are doubles."""
    layers = json.loads((FOLDER / name).read_text())["layers"]
    return [
        (np.array(layer["weight"], dtype=float), np.array(layer.get("bias") or [0.0] * len(layer["weight"]), dtype=float))
        for layer in layers
    ]
