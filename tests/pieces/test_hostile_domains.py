"""Counts and comparisons on domains made to defeat floats: sizes over 600 orders of magnitude, slivers, near ties.

A walk that cut a cone with values of a form that belonged to rays before they were rescaled was certain of wrong signs, and
only hostile domains showed it. Each count here is held against exact linear programs, each comparison against what is known.
"""

import itertools
import random
from fractions import Fraction

import pytest
from oracles.hostile import BOUNDS, ENTRIES, gaussian, hostile_net, hostile_polyhedron

from relupoly.analysis.equality.equality import difference
from relupoly.analysis.samples import contains
from relupoly.exact.floats import FloatVectors
from relupoly.exact.rationals import rational
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount import recount
from relupoly.pieces.walk.certify import exact_ray
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CountedCells, Detail

NEVER = 10**9
DAILY, OFTEN = 12, 250
SEEDS = [pytest.param(range(DAILY), id="few"), pytest.param(range(DAILY, OFTEN), id="many", marks=pytest.mark.slow)]


def sample(seed, entry):
    """A small net with weights of some kind, a hostile domain, and the source of what else is random."""
    source = random.Random(f"{seed} {entry}")
    inputs = source.randint(1, 3)
    widths = [source.randint(1, 3) for _ in range(source.randint(1, 2))]
    weights = source.choice([*ENTRIES.values(), gaussian])
    return hostile_net(source, weights, inputs, widths), Domain(hostile_polyhedron(source, BOUNDS[entry], inputs)), source


def cells_by(net, domain, patience, detail):
    """The number of cells by a walk in floats."""
    walk = Walk(homogenize(net, domain), kind=FloatVectors, patience=patience)
    return sum(part.count if isinstance(part, CountedCells) else 1 for part in walk.cells(detail))


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("entry", BOUNDS)
def test_all_notions_are_those_of_exact_linear_programs(entry, seeds):
    for seed in seeds:
        net, domain, _ = sample(seed, entry)
        expected = recount(net, domain, NOTIONS)
        found = count_pieces(net, domain, "all")
        assert (found.counts, found.certified, found.complete) == (expected, True, True), seed
        for patience in (0, 3, NEVER):
            for detail in (Detail.COUNT, Detail.MERGE, Detail.EVERY):
                assert cells_by(net, domain, patience, detail) == expected["activation"], (seed, patience, detail)


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("entry", BOUNDS)
def test_rays_are_where_their_error_bounds_say(entry, seeds):
    for seed in seeds:
        net, domain, _ = sample(seed, entry)
        for patience in (0, NEVER):
            for cell in Walk(homogenize(net, domain), kind=FloatVectors, patience=patience):
                for place in range(len(cell.cone.rays)):
                    rays, exact = cell.cone.rays, exact_ray(cell.cone, place, cell.output)
                    assert encloses_a_multiple(rays.value[place].tolist(), rays.error[place].tolist(), exact), (seed, patience)


def encloses_a_multiple(value, error, exact):
    """Whether some positive multiple of an integer vector is within the bounds."""
    low, high = Fraction(0), None
    for number, bound, entry in zip(map(Fraction, value), map(Fraction, error), map(int, exact), strict=True):
        if entry == 0:
            if abs(number) > bound:
                return False
            continue
        ends = sorted(((number - bound) / entry, (number + bound) / entry))
        low, high = max(low, ends[0]), ends[1] if high is None else min(high, ends[1])
    return high is not None and high > 0 and low <= high


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("entry", BOUNDS)
def test_a_net_equals_itself_written_in_another_way(entry, seeds):
    for seed in seeds:
        net, domain, source = sample(seed, entry)
        assert difference(net, rewritten(net, source), domain) is None, seed


def rewritten(net, source):
    """The same function: neurons of each layer in another order, each scaled."""
    layers = [([list(row) for row in layer.weight.tolist()], list(layer.bias.entries())) for layer in net.layers]
    for (weight, bias), (after, _) in itertools.pairwise(layers):
        order = source.sample(range(len(bias)), len(bias))
        scale = [rational(Fraction(source.randint(1, 9), 7) * Fraction(10) ** source.randint(-40, 40)) for _ in order]
        weight[:] = [[entry * factor for entry in weight[place]] for place, factor in zip(order, scale, strict=True)]
        bias[:] = [bias[place] * factor for place, factor in zip(order, scale, strict=True)]
        for row in after:
            row[:] = [row[place] / factor for place, factor in zip(order, scale, strict=True)]
    return Network.from_rows(layers)


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("entry", BOUNDS)
def test_a_neuron_is_zero_where_linear_programs_say_so(entry, seeds):
    """relu(<a, x> + b) against 0: the domain's own facets, moved by next to nothing, are among the hyperplanes."""
    seen = set()
    for seed in seeds:
        source = random.Random(f"{seed} {entry}")
        inputs = source.randint(1, 3)
        polyhedron = hostile_polyhedron(source, BOUNDS[entry], inputs)
        a, b = neuron(polyhedron, source, BOUNDS[entry])
        net = Network.from_rows([([a], [b]), ([[1]], None)])
        zero = Network.from_rows([([[0] * inputs], [0]), ([[1]], None)])
        rows = polyhedron.matrix.tolist()
        inner = [
            [fraction(bound), *(-fraction(entry) for entry in row)]
            for row, bound in zip(rows, polyhedron.bound.entries(), strict=True)
            if any(row)
        ]
        active = find_point(inputs, strict=[*inner, [b, *a]])
        witness = difference(net, zero, Domain(polyhedron))
        seen.add(witness is None)
        assert (witness is None) == (active is None), seed
        if witness:
            assert contains(Domain(polyhedron), list(witness.point))
            assert [tuple(evaluate(net, witness.point)), tuple(evaluate(zero, witness.point))] == list(witness.values)
            assert witness.values[0] != witness.values[1]
    assert seen == {True, False}


def neuron(polyhedron, source, entry):
    """A form: one of the domain's, positive just outside a facet or just inside; or any other."""
    if source.random() < 0.3:
        return [entry(source) for _ in range(polyhedron.dimension)], entry(source)
    place = source.randrange(polyhedron.matrix.nrows())
    row = [fraction(number) for number in polyhedron.matrix.tolist()[place]]
    shift = source.randint(-1, 1) * Fraction(10) ** -source.randint(0, 300)
    return row, shift - fraction(polyhedron.bound.entries()[place])


def fraction(value):
    return Fraction(int(value.p), int(value.q))


class TestThePublishedMiscount:
    """relu(x/10 + y/10 - 2) is never active on {x >= -1e-62, y <= 0.1234567 x, x + y <= 1 + 1e-20}."""

    NET = Network.from_rows([([[0.1, 0.1]], [-2]), ([[1]], [0])])
    DOMAIN = Domain(Polyhedron.from_inequalities([[-1, 0], ["-0.1234567", 1], [1, 1]], ["1e-62", 0, "1.00000000000000000001"]))

    def test_counts(self):
        found = count_pieces(self.NET, self.DOMAIN, "all")
        assert (set(found.counts.values()), found.certified) == ({1}, True)

    def test_it_is_zero(self):
        assert difference(self.NET, Network.from_rows([([[0, 0]], [0]), ([[1]], [0])]), self.DOMAIN) is None
