"""The nets that are measured: seeded random ones, trained ones, and families that meet exact ties all the time."""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from relupoly import Domain, Network, compose, read_domain, read_network, read_points

ROOT = Path(__file__).resolve().parents[1]
NETS = ROOT.parent / "shared" / "nets"

sys.path.append(str(ROOT / "tests"))

from oracles.arrangements import FAMILIES, net_of  # noqa: E402
from oracles.onnx_weights import float_tensors  # noqa: E402


def random_layers(inputs: int, widths: Sequence[int], seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights N(0, 2/fan_in) and biases N(0, 1/4) in double precision, for layers of these widths and one output."""
    source = np.random.default_rng(seed)
    return [
        (source.normal(0, np.sqrt(2 / before), (after, before)), source.normal(0, 0.5, after))
        for before, after in itertools.pairwise([inputs, *widths, 1])
    ]


def random_net(inputs: int, widths: Sequence[int], seed: int = 5) -> Network:
    """The net of `random_layers`."""
    return Network.from_rows(random_layers(inputs, widths, seed))


def box(inputs: int, radius: int = 10) -> Domain:
    """The box [-radius, radius]^inputs."""
    return Domain.box([-radius] * inputs, [radius] * inputs)


def acas(net: str, number: int) -> tuple[Network, Domain]:
    """An ACAS Xu net on the box of a property."""
    folder = NETS / "acasxu"
    return read_network(folder / f"ACASXU_run2a_{net}_batch_2000.nnet"), read_domain(folder / f"prop_{number}.vnnlib")


def mnist() -> tuple[Network, Domain]:
    """The MNIST net, by way of an `.npz`, on the plane through two digits and the origin, t in [-1, 2]^2."""
    tensors = float_tensors(NETS / "mnistfc" / "mnist-net_256x2.onnx")
    arrays = {}
    for number, layer in enumerate((0, 2, 4), start=1):
        arrays[f"W{number}"] = tensors[f"layers.{layer}.weight"]
        arrays[f"b{number}"] = tensors[f"layers.{layer}.bias"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mnist.npz"
        np.savez(file, **arrays)
        net = read_network(file)
    return net, Domain.box([-1, -1], [2, 2]).inside(read_points(NETS / "mnistfc" / "three_points.csv"))


def sawtooth(teeth: int, depth: int) -> Network:
    """A sawtooth with teeth^depth pieces on [0, 1]: `depth` layers of `teeth` neurons."""
    starts = [f"{j}/{teeth}" for j in range(teeth)]
    jumps = [teeth if j == 0 else 2 * teeth * (-1) ** j for j in range(teeth)]
    tooth = Network.from_rows([([[1]] * teeth, [f"-{start}" for start in starts]), ([jumps], None)])
    net = tooth
    for _ in range(depth - 1):
        net = compose(tooth, net)
    return net


def zonotope(inputs: int, generators: int, teeth: int, depth: int) -> Network:
    """The sawtooth of the support function sum_t |<b_t, x>| with generators b_t = (1, t, t^2, ...)."""
    rows = [[sign * t**i for i in range(inputs)] for t in range(1, generators + 1) for sign in (1, -1)]
    return compose(sawtooth(teeth, depth), Network.from_rows([(rows, None), ([[1] * len(rows)], None)]))


def cancelling(inputs: int, pairs: int, widths: Sequence[int], seed: int = 5) -> Network:
    """A random net behind pairs relu(h) - relu(-h) = h: each of these cuts cells, but the function does not see it."""
    (weight, bias), *deeper = random_layers(inputs, [pairs, *widths], seed)
    (second, second_bias), *rest = deeper
    first = (np.concatenate([weight, -weight]), np.concatenate([bias, -bias]))
    return Network.from_rows([first, (np.concatenate([second, -second], axis=1), second_bias), *rest])


def arrangement(family: str, size: int) -> Network:
    """The net whose cells are the regions of a hyperplane arrangement (`FAMILIES` of the tests' oracles)."""
    return net_of(FAMILIES[family](size))


def shifted_signs(dimension: int, reach: int) -> Network:
    """The net of all hyperplanes with normals in {-1, 0, 1}^n and right-hand sides -reach, ..., reach."""
    rows = [[*row[:-1], shift] for row in FAMILIES["all_pm1"](dimension) for shift in range(-reach, reach + 1)]
    return net_of(rows)
