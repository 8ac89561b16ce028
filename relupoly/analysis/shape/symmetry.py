"""Even, odd, positively homogeneous: equality of a net with another one, on domains where the question has a meaning.

Even and odd are asked where the domain is its own mirror image at 0: then f is even exactly if it equals x -> f(-x) there, and
odd if it equals x -> -f(-x). A union is its own mirror image where that of each set lies in one of the sets.

Positively homogeneous, f(c x) = c f(x) for all c > 0, is asked on cones with apex 0. There f is so exactly if it equals its
directional derivative h -> f'(0; h). If it is, then f(0) = 0 by continuity, and f'(0; h) = lim f(t h) / t = f(h). And f'(0; .)
is always positively homogeneous. It is a net again (`relupoly.networks.tangent`), with no more neurons, so this is equality of
two nets, too. That f(2 x) = 2 f(x) for all x says no more and no less for nets, since near 0 a net is f(0) + f'(0; .), and each
point can be halved until it is near; but f(2 .) has all neurons of f, and for a function with infinitely many pieces one factor
would not be enough. Where f differs from f'(0; .) at x, one of the factors 1/2, 1/4, ... shows it: for all short steps t it is
f(t x) = f(0) + t f'(0; x), which equals t f(x) for one t at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flint import fmpq

from relupoly.analysis.equality.equality import difference
from relupoly.analysis.shape.answers import YES, ShapeAnswer
from relupoly.analysis.shape.points import halves
from relupoly.exact.blocks import take_rows
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import rows_of
from relupoly.exact.matrices import take_rows as take_entries
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.union import DomainUnion
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network
from relupoly.networks.tangent import tangent
from relupoly.pieces.listing.records import Vector
from relupoly.run import UNLIMITED, Run

Sets = Sequence[Polyhedron | None]


def even(network: Network, sets: Sets, run: Run = UNLIMITED) -> Iterator[tuple[int, ShapeAnswer]]:
    """For each output whether f(-x) = f(x); the outputs that are not even come first.

    Parameters
    ----------
    network : Network
        In the coordinates of the domain.
    sets : sequence of (Polyhedron or None)
        The sets that make up the domain; None for the whole space.
    run : Run, optional
    """
    yield from _mirrored(network, _reflected(network), sets, run)


def odd(network: Network, sets: Sets, run: Run = UNLIMITED) -> Iterator[tuple[int, ShapeAnswer]]:
    """For each output whether f(-x) = -f(x), as `even`."""
    mirrored = _reflected(network)
    last = mirrored.layers[-1]
    opposite = Network((*mirrored.layers[:-1], Layer(-last.weight, -last.bias)))
    yield from _mirrored(network, opposite, sets, run)


def homogeneous(network: Network, sets: Sets, run: Run = UNLIMITED) -> Iterator[tuple[int, ShapeAnswer]]:
    """For each output whether f(c x) = c f(x) for all c > 0, as `even`."""
    reason = _no_cone(sets, run)
    if reason:
        yield from _unasked(network, reason)
        return
    origin = (fmpq(0),) * network.input_dim
    for output, point in _differing(network, tangent(network, origin), sets, run):
        if point is None:
            yield output, YES
            continue
        value = evaluate(network, point)[output]
        factor = next(one for one in halves() if evaluate(network, _times(one, point))[output] != one * value)
        yield output, replace(_no(network, output, (point, _times(factor, point))), factor=factor)


def _mirrored(network: Network, mirrored: Network, sets: Sets, run: Run) -> Iterator[tuple[int, ShapeAnswer]]:
    reason = _no_mirror_image(sets, run)
    if reason:
        yield from _unasked(network, reason)
        return
    for output, point in _differing(network, mirrored, sets, run):
        yield output, YES if point is None else _no(network, output, (point, _times(fmpq(-1), point)))


def _unasked(network: Network, reason: str) -> Iterator[tuple[int, ShapeAnswer]]:
    return ((output, ShapeAnswer(None, reason=reason)) for output in range(network.output_dim))


def _no(network: Network, output: int, points: tuple[Vector, Vector]) -> ShapeAnswer:
    return ShapeAnswer(False, points, tuple(evaluate(network, point)[output] for point in points))


def _differing(network: Network, other: Network, sets: Sets, run: Run) -> Iterator[tuple[int, Vector | None]]:
    """For each output a point of the domain where two nets differ in it, or None; those that differ come first."""
    domain = DomainUnion(tuple(map(Domain, sets))) if len(sets) > 1 else Domain(sets[0])
    left = [*range(network.output_dim)]
    while left:
        witness = difference(_outputs(network, left), _outputs(other, left), domain, run=run)
        if witness is None:
            break
        values = list(zip(left, *witness.values, strict=True))
        yield from ((output, witness.point) for output, one, two in values if one != two)
        left = [output for output, one, two in values if one == two]
    yield from ((output, None) for output in left)


def _outputs(network: Network, chosen: Sequence[int]) -> Network:
    """The net of some of its outputs."""
    last = network.layers[-1]
    return Network((*network.layers[:-1], Layer(take_rows(last.weight, chosen), take_entries(last.bias, chosen))))


def _reflected(network: Network) -> Network:
    """The net of x -> f(-x)."""
    first, *others = network.layers
    return Network((Layer(-first.weight, first.bias, first.linear), *others))


def _times(factor: fmpq, point: Sequence[fmpq]) -> Vector:
    return tuple(factor * entry for entry in point)


def _no_mirror_image(sets: Sets, run: Run) -> str | None:
    """Why a domain is not seen to be its own mirror image at 0."""
    for number, one in enumerate(sets, 1):
        if not any(_lies_in(one, fmpq(-1), other, run) for other in (one, *sets)):
            if len(sets) == 1:
                return "the domain is not symmetric about 0"
            return f"the mirror image at 0 of set {number} lies in none of the sets"
    return None


def _no_cone(sets: Sets, run: Run) -> str | None:
    """Why a domain is not seen to be a cone."""
    for number, one in enumerate(sets, 1):
        if one is not None and not _is_cone(one, run):
            return f"{'the domain' if len(sets) == 1 else f'set {number}'} is no cone with apex 0"
    return None


def _is_cone(polyhedron: Polyhedron, run: Run) -> bool:
    """Whether a set holds 0, and twice each of its points: then also, as it is convex, all multiples."""
    if isinstance(polyhedron, Box) or any(bound < 0 for bound in polyhedron.bound.entries()):
        return False
    return _lies_in(polyhedron, fmpq(2), polyhedron, run)


def _lies_in(one: Polyhedron | None, factor: fmpq, other: Polyhedron | None, run: Run) -> bool:
    """Whether a multiple of a set lies in another set."""
    if one is None or other is None:
        return other is None
    if isinstance(one, Box) and isinstance(other, Box):
        ends = (_times(factor, end) for end in (one.lower, one.upper))
        return all(
            low <= min(pair) and max(pair) <= high for low, *pair, high in zip(other.lower, *ends, other.upper, strict=True)
        )
    rows = [[to_fraction(entry) for entry in row] for row in rows_of(one.matrix)]
    bounds = [to_fraction(entry) for entry in one.bound.entries()]
    for row, bound in zip(rows_of(other.matrix), other.bound.entries(), strict=True):
        run.tick()
        best = maximize([to_fraction(factor * entry) for entry in row], rows, bounds, run=run).value
        if best is None or best > to_fraction(bound):
            return False
    return True
