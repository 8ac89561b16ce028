"""Extrema, integrals and Lipschitz constants against published and independently computed values."""

from __future__ import annotations

import math

import pytest
from oracles.tables import SHARED, needs_shared, table, table_net

from relupoly.analysis.extrema import maximum, minimum
from relupoly.analysis.lipschitz.lipschitz import lipschitz
from relupoly.analysis.moments import moments
from relupoly.files import read_network
from relupoly.geometry.domain import Domain

# Of trained nets of the LipBaB paper (Bhowmick, D'Souza, Raghavan 2021), on [0, high]^n: for p = 2, 1 and infinity.
LIPBAB = {
    "iris_net_4_5_5_3": (1, 6.771454513402937, 5.958048912394726, 12.605085581416922),
    "SDnet_10_15_10_3": ("1/10", 9.530716922306004, 10.41286850374477, 16.274810805318676),
    "SDnet_10_20_15_10_3": ("1/10", 40.05651016370293, 48.04897158493324, 72.28569774866806),
    "SDnet_10_30_30_30_3": ("1/10", 19.462799793264388, 19.369311332018757, 39.11036425646691),
}


@pytest.mark.parametrize("row", table("quantities"), ids=lambda row: row and row["name"])
def test_quantities_of_small_nets(row):
    net, box = table_net(row), Domain.box(*row["box"])
    found = {
        "max": maximum(net, box).value,
        "min": minimum(net, box).value,
        "integral": moments(net, box).integral[0],
        "grad_L2_sq_max": lipschitz(net, box).squared,
        # The norm of the gradient is dual to that of inputs.
        "grad_L1_max": lipschitz(net, box, "inf").value,
        "grad_Linf_max": lipschitz(net, box, 1).value,
    }
    assert {name: str(value) for name, value in found.items()} == {name: row[name] for name in found}


@needs_shared
@pytest.mark.parametrize("name", LIPBAB)
def test_published_lipschitz_constants(name):
    high, *published = LIPBAB[name]
    net = read_network(SHARED / "nets" / "many_inputs" / f"{name}.net.json")
    box = Domain.box([0] * net.input_dim, [high] * net.input_dim)
    for norm, value in zip((2, 1, math.inf), published, strict=True):
        assert math.isclose(float(lipschitz(net, box, norm)), value, rel_tol=1e-13)
