"""The hard functions of Arora et al., written down from their definitions (FACTS.md 1.5 and 1.7)."""

from fractions import Fraction
from functools import reduce
from typing import Any

from relupoly.networks.composition import compose
from relupoly.networks.network import Network


def tooth(breakpoints: list[str], height: str) -> Network:
    """The net of h_a: 0 for x <= 0, then alternating between 0 and the height at the breakpoints, up to x = height."""
    top = Fraction(height)
    starts = [Fraction(0), *map(Fraction, breakpoints)]
    ends = [*starts[1:], top]
    slopes = [(-1) ** j * top / (end - start) for j, (start, end) in enumerate(zip(starts, ends, strict=True))]
    jumps = [slope - before for slope, before in zip(slopes, [Fraction(0), *slopes], strict=False)]
    return Network.from_rows([([[1]] * len(starts), [-start for start in starts]), ([jumps], None)])


def sawtooth(row: dict[str, Any]) -> Network:
    """The composition of the teeth of all layers, the first one acting first."""
    return reduce(lambda inner, outer: compose(outer, inner), [tooth(a, row["M"]) for a in row["a"]])


def zonotope(row: dict[str, Any]) -> Network:
    """The sawtooth of the support function sum_i |<b_i, x>| of a zonotope."""
    rows = [[sign * Fraction(entry) for entry in generator] for generator in row["b"] for sign in (1, -1)]
    return compose(sawtooth(row), Network.from_rows([(rows, None), ([[1] * len(rows)], None)]))
