"""`Node`: a node of a tree, with the line that it is in the certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpq

from relupoly.analysis.proof.exact_part import Sum
from relupoly.exact.fractions import exact_text, to_fraction

Line = dict[str, Any]


@dataclass
class Node:
    """A node of the tree: its line, neurons to be bounded by constants, and the nodes below it."""

    line: Line = field(default_factory=dict)
    narrow: list[list[int]] = field(default_factory=list)
    below: tuple[Node, ...] = ()

    def lines(self) -> Iterator[Line]:
        """The lines of the tree, in preorder."""
        left = [self]
        while left:
            node = left.pop()
            yield {**node.line, "narrow": node.narrow} if node.narrow else node.line
            left += reversed(node.below)


def sum_leaf(weights: Sum) -> Line:
    """The leaf that adds constraints up."""
    return {"leaf": sum_document(weights)}


def sum_document(weights: Sum) -> Line:
    """Multipliers, as certificates have them."""
    return {
        "asserted": [[place, _text(factor)] for place, factor in weights.asserted],
        "rows": [[place, _text(factor)] for place, factor in weights.rows],
        "neurons": [[layer, place, _text(factor)] for (layer, place), factor in weights.neurons],
    }


def _text(value: fmpq | Fraction) -> str:
    return exact_text(to_fraction(value) if isinstance(value, fmpq) else value)
