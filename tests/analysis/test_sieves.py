"""Quantities that take only the cells that may matter, against the same ones given all cells; and how few these are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from flint import fmpq

from relupoly.analysis import high_cells
from relupoly.analysis.largest import Largest
from relupoly.analysis.lipschitz.largest_gradient import LargestGradient
from relupoly.analysis.lipschitz.norms import GradientNorm
from relupoly.analysis.over_cells import over_cells
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.records import CellRecord
from relupoly.run import Run


def random_net(seed: int) -> Network:
    """A net with up to 3 inputs and outputs and up to 20 neurons in a layer: with short integers, doubles, or no biases."""
    source = np.random.default_rng(seed)
    sizes = [
        int(size) for size in (source.integers(1, 4), *source.integers(1, 21, source.integers(1, 3)), source.integers(1, 4))
    ]
    layers = []
    for before, after in itertools.pairwise(sizes):
        if seed % 3 == 0:
            weight, bias = source.normal(size=(after, before)), source.normal(size=after)
        else:
            weight = source.integers(-2, 3, size=(after, before))
            bias = source.integers(-3, 4, size=after) * (seed % 3 == 1)
        layers.append((weight.tolist(), bias.tolist()))
    return Network.from_rows(layers)


def domains(n: int) -> list[Domain]:
    """All of R^n, a box, a polytope and a cone."""
    unit = [[int(place == other) for other in range(n)] for place in range(n)]
    negative = [[-entry for entry in row] for row in unit]
    return [
        Domain(),
        Domain.box([-2] * n, [3] * n),
        Domain(Polyhedron.from_inequalities([*negative, [1] * n], ["1/2"] * n + ["7/2"])),
        Domain(Polyhedron.from_inequalities(negative, [1] * n)),
    ]


class Counting:
    """Counts the cells that a quantity is given."""

    def __init__(self, quantity: Largest | LargestGradient) -> None:
        self.quantity, self.fields, self.cells = quantity, quantity.fields, 0
        self.sieve = quantity.sieve

    @property
    def settled(self) -> bool:
        return self.quantity.settled

    def add(self, cell: CellRecord) -> None:
        self.cells += 1
        self.quantity.add(cell)


@pytest.mark.parametrize("seed", range(60))
def test_the_largest_value_is_that_of_all_cells(seed):
    net = random_net(seed)
    weights = [fmpq(entry) for entry in (1, -2, 3)[: net.output_dim]]
    for domain in domains(net.input_dim):
        sieved, full = Largest(weights), Largest(weights)
        over_cells(net, domain, [sieved])
        for cell in list_cells(net, domain, Largest.fields):
            if not full.settled:
                full.add(cell)
        assert sieved.found == full.found


@pytest.mark.parametrize("seed", range(60))
def test_the_largest_gradient_is_that_of_all_cells(seed):
    net = random_net(seed)
    for domain in domains(net.input_dim):
        for norm in (1, 2, "inf"):
            sieved, full = (LargestGradient(GradientNorm(norm, net.output_dim)) for _ in range(2))
            over_cells(net, domain, [sieved])
            for cell in list_cells(net, domain, full.fields):
                full.add(cell)
            assert sieved.found == full.found


@pytest.mark.parametrize("seed", range(0, 30, 3))
def test_so_it_is_in_a_subspace(seed):
    net = random_net(seed)
    n = net.input_dim
    plane = AffineSubspace.through([[0] * n, [1] * n, *([[1, -2, 3]] if n == 3 else [])])
    domain = Domain.box([-2] * plane.dimension, [2] * plane.dimension).inside(plane)
    sieved, full = (LargestGradient(GradientNorm(2, net.output_dim, plane)) for _ in range(2))
    over_cells(net, domain, [sieved])
    for cell in list_cells(net, domain, full.fields):
        full.add(cell)
    assert sieved.found == full.found


def test_few_cells_are_taken():
    source = np.random.default_rng(1)
    net = Network.from_rows([(source.normal(size=(30, 2)), source.normal(size=30)), (source.normal(size=(2, 30)), [0, 0])])
    domain = domains(2)[2]
    looks = [Counting(Largest([fmpq(1), fmpq(1)])), Counting(LargestGradient(GradientNorm(2, 2)))]
    cells = over_cells(net, domain, looks)
    assert cells > 80
    assert max(one.cells for one in looks) < cells / 3


def test_a_look_at_many_vertices_can_be_stopped(monkeypatch):
    """The run is asked at every few vertices, not once for all of a thousand cells."""
    monkeypatch.setattr(high_cells, "_STEP", 1)
    asked: list[int] = []
    net = Network.from_rows([([[1]] * 9, list(range(9))), ([[1, -2, 2, -2, 2, -2, 2, -2, 1]], None)])
    over_cells(net, Domain.box([-20], [20]), [Largest([fmpq(1)], Run(interrupted=lambda: bool(asked.append(1))))])
    assert len(asked) >= 11
