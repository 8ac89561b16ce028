"""`ProofTask`: what a tree of a certificate has to prove of a convex set, as those know it who make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from relupoly.exact.matrices import rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.networks.composition import restrict, with_inputs
from relupoly.networks.network import Network
from relupoly.networks.property import Alternative

Vector = tuple[fmpq, ...]
End = fmpq | None


@dataclass(frozen=True)
class Asserted:
    """That <row, outputs> + start >= 0, or > 0: what no point is to satisfy."""

    row: Vector
    start: fmpq
    strict: bool


@dataclass(frozen=True)
class Steepness:
    """That the norm of the Jacobian is at most a bound; the square of the norm 2.

    Attributes
    ----------
    norm : str
        "1", "2" or "inf".
    most : fmpq
    takes_bounds : bool
        Whether bounds of the sizes of entries bound it: not in a subspace.
    """

    norm: str
    most: fmpq
    takes_bounds: bool


@dataclass(frozen=True)
class ProofTask:
    """A net on a convex set, and what is to be proved there.

    Attributes
    ----------
    network : Network
        On the coordinates of the set; perhaps with inputs that are passed on after the outputs.
    low, high : tuple of fmpq or None
        The box that the set lies in; None where it has no end.
    rows : tuple of (tuple of fmpq, fmpq)
        Further inequalities <row, x> <= bound.
    asserted : tuple of Asserted
    steepness : Steepness or None
        What else is to be proved, if nothing is asserted.
    """

    network: Network
    low: tuple[End, ...]
    high: tuple[End, ...]
    rows: tuple[tuple[Vector, fmpq], ...]
    asserted: tuple[Asserted, ...]
    steepness: Steepness | None = None

    @classmethod
    def on(
        cls, network: Network, domain: Domain, asserted: Sequence[Asserted] = (), steepness: Steepness | None = None
    ) -> ProofTask:
        """A task on a convex domain."""
        inner = restrict(network, domain.subspace) if domain.subspace else network
        low, high, rows = ends_and_rows(domain, inner.input_dim)
        return cls(inner, low, high, rows, tuple(asserted), steepness)

    @classmethod
    def refuting(cls, network: Network, alternative: Alternative) -> ProofTask:
        """That no input satisfies the constraints of an alternative."""
        size = network.input_dim
        low: list[End] = [None] * size
        high: list[End] = [None] * size
        rows = []
        for one in alternative:
            if one.outputs:
                continue
            if len(one.inputs) != 1:
                rows.append((_dense(one.inputs, size), one.bound))
                continue
            [(place, slope)] = one.inputs
            end, side = one.bound / slope, high if slope > 0 else low
            old = side[place]
            side[place] = end if old is None else min(old, end) if slope > 0 else max(old, end)
        asked = [one for one in alternative if one.outputs or one.strict]
        carried = sorted({place for one in asked for place, _ in one.inputs})
        places = {place: number for number, place in enumerate(carried)}
        asserted = tuple(
            Asserted(
                tuple(-entry for entry in _dense(one.outputs, network.output_dim))
                + tuple(-entry for entry in _dense([(places[k], slope) for k, slope in one.inputs], len(carried))),
                one.bound,
                one.strict,
            )
            for one in asked
        )
        return cls(with_inputs(network, carried), tuple(low), tuple(high), tuple(rows), asserted)

    @property
    def empty(self) -> bool:
        """Whether the box has no point."""
        return any(a is not None and b is not None and a > b for a, b in zip(self.low, self.high, strict=True))


def ends_and_rows(domain: Domain, size: int) -> tuple[tuple[End, ...], tuple[End, ...], tuple[tuple[Vector, fmpq], ...]]:
    """The ends of the coordinates that a domain gives, and its further inequalities."""
    polyhedron = domain.polyhedron
    if polyhedron is None:
        return (None,) * size, (None,) * size, ()
    if isinstance(polyhedron, Box):
        return tuple(polyhedron.lower), tuple(polyhedron.upper), ()
    rows = zip(rows_of(polyhedron.matrix), polyhedron.bound.entries(), strict=True)
    return (None,) * size, (None,) * size, tuple((tuple(row), bound) for row, bound in rows)


def _dense(slopes: Sequence[tuple[int, fmpq]], size: int) -> Vector:
    found = [fmpq(0)] * size
    for place, slope in slopes:
        found[place] += slope
    return tuple(found)
