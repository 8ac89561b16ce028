"""Certificates of analyses: what was found by other means is proved, and the checker agrees; what is false cannot be proved."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from relupoly import Domain, DomainUnion, Network, Property, analyze, decide, read_network
from relupoly.analysis.analysis import Analysis
from relupoly.analysis.check import AnalysisVerdict, check_analysis
from relupoly.analysis.largest import Extremum
from relupoly.analysis.proof import prover
from relupoly.analysis.proof.certificate import (
    ProvedClaim,
    analysis_certificate,
    extremum_claim,
    lipschitz_claim,
    property_claim,
)
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import column, from_rows
from relupoly.files import read_property
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer
from relupoly.run import Run, Stopped
from relupoly_cli.commands.check_analysis import layer_rows

SHARED = Path(__file__).parents[4] / "shared" / "nets"

HAT = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])


def proved(network: Network, claims: Sequence[ProvedClaim]) -> AnalysisVerdict:
    """What the checker says of a certificate."""
    return check_analysis(list(analysis_certificate(network, claims)), network.input_dim, layer_rows(network))


def claims_of(network: Network, found: Analysis) -> list[ProvedClaim]:
    """All claims of an analysis, each output by itself."""
    size = network.output_dim
    rows = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    claims = [
        extremum_claim(network, found.domain, row, one, is_maximum)
        for extrema, is_maximum in ((found.maximum, True), (found.minimum, False))
        for row, one in zip(rows, extrema or (), strict=False)
    ]
    if found.lipschitz:
        assert isinstance(found.domain, Domain)
        claims.append(lipschitz_claim(network, found.domain, found.lipschitz))
    return claims


def random_net(rng: random.Random) -> Network:
    """A net of small integers: so there are ties, duplicates and neurons that vanish."""
    dims = [rng.randint(1, 3), *(rng.randint(1, 4) for _ in range(rng.randint(1, 3))), rng.randint(1, 2)]
    size = rng.choice([1, 2, 5])
    return Network.from_rows(
        [
            ([[rng.randint(-size, size) for _ in range(a)] for _ in range(b)], [rng.randint(-size, size) for _ in range(b)])
            for a, b in itertools.pairwise(dims)
        ]
    )


def random_domain(rng: random.Random, size: int) -> Domain:
    """A box, all of the space, a simplex, a cone, or a line."""
    kind = rng.choice(["box", "space", "simplex", "cone", "line"])
    if kind == "box":
        return Domain.box([-1] * size, [rng.choice([1, 2, "1/3"])] * size)
    if kind == "simplex" or kind == "cone":
        rows = [[-int(i == j) for j in range(size)] for i in range(size)]
        rows += [[1] * size] if kind == "simplex" else []
        return Domain(Polyhedron.from_inequalities(rows, [0] * size + [2] * (len(rows) - size)), None, kind)
    if kind == "line" and size > 1:
        return Domain(Polyhedron.box([-1], [1])).inside(AffineSubspace.through([[0] * size, [1, 2, 3][:size]]))
    return Domain()


@pytest.mark.parametrize("seed", range(60))
def test_what_is_found_is_proved(seed: int) -> None:
    rng = random.Random(seed)
    network = random_net(rng)
    domain = random_domain(rng, network.input_dim)
    norm = 2 if domain.subspace else rng.choice([1, 2, "inf"])
    found = analyze(network, domain, norm=norm)
    verdict = proved(network, claims_of(network, found))
    outputs = network.output_dim
    assert [claim.kind for claim in verdict.claims] == [*["max"] * outputs, *["min"] * outputs, "lipschitz"]
    for claim, one in zip(verdict.claims, (*(found.maximum or ()), *(found.minimum or ())), strict=False):
        assert claim.statement["value"] == (None if one.value is None else str(one.value))


@pytest.mark.parametrize("seed", range(12))
def test_by_boxes_alone(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes are halved again and again: the bounds of the checker are as tight as those in doubles."""
    monkeypatch.setattr(prover, "_FEW_CELLS", 2)
    monkeypatch.setattr(prover, "_THINNEST", 2.0**-3)
    rng = random.Random(1000 + seed)
    while (network := random_net(rng)).input_dim > 2:
        pass
    domain = Domain.box([-1] * network.input_dim, [1] * network.input_dim)
    found = analyze(network, domain)
    assert proved(network, claims_of(network, found)).leaves


@pytest.mark.parametrize("seed", range(20))
def test_weights_that_are_doubles(seed: int) -> None:
    rng = random.Random(seed)
    dims = [2, 6, 5, 2]
    rows = [
        ([[rng.gauss(0, 1) for _ in range(a)] for _ in range(b)], [rng.gauss(0, 1) for _ in range(b)])
        for a, b in itertools.pairwise(dims)
    ]
    network = Network.from_rows(rows)
    found = analyze(network, Domain.box([-1, -1], [1, 1]))
    assert proved(network, claims_of(network, found)).leaves


def test_linear_neurons() -> None:
    first = Layer(from_rows([[fmpq(1)], [fmpq(2)], [fmpq(-1)]]), column([fmpq(1), fmpq(0), fmpq(1)]), (1,))
    second = Layer(from_rows([[fmpq(1), fmpq(-2), fmpq(1)], [fmpq(0), fmpq(1), fmpq(1)]]), column([fmpq(0)] * 2), (0,))
    network = Network((first, second, Layer(from_rows([[fmpq(1), fmpq(1)]]), column([fmpq(0)]))))
    found = analyze(network, Domain.box([-2], [2]))
    assert len(proved(network, claims_of(network, found)).claims) == 3


def test_no_hidden_layer() -> None:
    network = Network.from_rows([([[1, -2]], [3])])
    found = analyze(network, Domain.box([0, 0], [1, 1]))
    assert proved(network, claims_of(network, found)).claims[0].statement["value"] == "4"


def test_a_union() -> None:
    domain = DomainUnion((Domain.box([-2], [0]), Domain.box([1], [3])))
    found = analyze(HAT, domain, ["max", "min"])
    verdict = proved(HAT, claims_of(HAT, found))
    assert [claim.statement["value"] for claim in verdict.claims] == ["1", "0"]
    assert len(verdict.claims[0].tasks) == 2


def test_a_bound_where_the_search_was_stopped() -> None:
    bounded = Extremum(fmpq(1, 2), (fmpq(1, 2),), None, ("+",), fmpq(5))
    verdict = proved(HAT, [extremum_claim(HAT, Domain.box([-2], [2]), [fmpq(1)], bounded, True)])
    assert (verdict.claims[0].statement["value"], verdict.claims[0].statement["bound"]) == ("1/2", "5")


@pytest.mark.parametrize("is_maximum", [True, False])
def test_what_is_false_cannot_be_proved(is_maximum: bool) -> None:
    """The tree cannot be made, or it would be refused: the largest value is 1, the least one 0."""
    value = fmpq(1, 2)
    point = (fmpq(1, 2),)
    claim = extremum_claim(HAT, Domain.box([-2], [2]), [fmpq(1)], Extremum(value, point, None, ()), is_maximum)
    with pytest.raises(AssertionError, match="what is claimed is true"):
        proved(HAT, [claim])


def test_the_run_stops_it() -> None:
    claim = extremum_claim(HAT, Domain.box([-2], [2]), [fmpq(1)], Extremum(fmpq(1), (fmpq(0),), None, ()), True)
    with pytest.raises(Stopped):
        list(analysis_certificate(HAT, [claim], run=Run(deadline=0)))


class TestProperties:
    def decided(self, network: Network, asked: Property) -> AnalysisVerdict:
        return proved(network, [property_claim(network, asked, decide(network, asked))])

    def test_an_unsatisfied_one(self) -> None:
        box = [[1, 0], [-1, 0]], [2, 1]
        above = Property.from_rows(1, 1, [([*box[0], [0, -1]], [*box[1], "-3/2"])])
        assert self.decided(HAT, above).claims[0].statement["answer"] == "unsat"

    def test_a_satisfied_one(self) -> None:
        box = [[1, 0], [-1, 0]], [2, 1]
        above = Property.from_rows(1, 1, [([*box[0], [0, -1]], [*box[1], "-1/2"])])
        found = self.decided(HAT, above)
        [point] = found.claims[0].statement["point"]
        assert evaluate(HAT, [fmpq(*map(int, (point + "/1").split("/")[:2]))])[0] >= fmpq(1, 2)

    @pytest.mark.parametrize("seed", range(40))
    def test_random_ones(self, seed: int) -> None:
        """Alternatives with constraints on inputs, on outputs, and on both, some of them strict, some with equations."""
        rng = random.Random(seed)
        network = random_net(rng)
        n, m = network.input_dim, network.output_dim
        alternatives = []
        for _ in range(rng.randint(1, 2)):
            rows = [[side * int(i == j) for j in range(n)] + [0] * m for i in range(n) for side in (1, -1)]
            bounds: list[Any] = [rng.choice([0, 1]) for _ in rows]
            rows += [[rng.randint(-1, 1) for _ in range(n + m)] for _ in range(rng.randint(1, 3))]
            bounds += [rng.randint(-3, 2) for _ in range(len(rows) - len(bounds))]
            alternatives.append((rows, bounds))
        asked = Property.from_rows(n, m, alternatives)
        strict = [tuple(replace(one, strict=rng.random() < 0.3) for one in some) for some in asked.alternatives]
        asked = Property(n, m, tuple(strict))
        verdict = decide(network, asked)
        assert self.decided(network, asked).claims[0].statement["answer"] == verdict.word

    @pytest.mark.skipif(not (SHARED / "acasxu").is_dir(), reason="the ACAS Xu networks are not there")
    def test_acas_xu(self) -> None:
        network = read_network(SHARED / "acasxu" / "ACASXU_run2a_5_5_batch_2000.nnet")
        found = self.decided(network, read_property(SHARED / "acasxu" / "prop_4.vnnlib"))
        assert found.claims[0].statement["answer"] == "unsat"


class TestMultipliers:
    """The linear programs of `relupoly.geometry.linear_programs.greatest`: duality holds identically."""

    @pytest.mark.parametrize("seed", range(30))
    def test_they_add_up(self, seed: int) -> None:
        from relupoly.geometry.linear_programs import greatest

        rng = random.Random(seed)
        size = rng.randint(1, 3)
        constants = [Fraction(rng.randint(0, 4), rng.randint(1, 3)) for _ in range(5)]
        forms = [[constant, *(Fraction(rng.randint(-3, 3), 2) for _ in range(size))] for constant in constants]
        objective = [Fraction(rng.randint(-3, 3), 4) for _ in range(size)]
        found = greatest(objective, forms)
        if found is None:
            return
        assert all(factor >= 0 for factor in found.multipliers)
        weighted = [[m * entry for entry in form] for m, form in zip(found.multipliers, forms, strict=True)]
        total = [sum(entries) for entries in zip(*weighted, strict=True)]
        assert total == [found.value, *(-entry for entry in objective)]
        assert sum(a * b for a, b in zip(objective, found.point, strict=True)) == found.value
        assert all(form[0] + sum(a * b for a, b in zip(form[1:], found.point, strict=True)) >= 0 for form in forms)


def test_layers_of_the_checker_are_the_net() -> None:
    from relupoly.analysis.check.layers import Layers

    rng = random.Random(5)
    for _ in range(20):
        network = random_net(rng)
        layers = Layers.of(network.input_dim, layer_rows(network))
        point = [fmpq(rng.randint(-9, 9), rng.randint(1, 5)) for _ in range(network.input_dim)]
        assert layers.at(list(map(to_fraction, point)))[0] == list(map(to_fraction, evaluate(network, point)))
