"""`ConstrainedNode`: what the walk over constraints works on."""

from __future__ import annotations

from dataclasses import dataclass

from relupoly.pieces.constraints.cell import ConstrainedStage
from relupoly.pieces.constraints.polytope import Polytope
from relupoly.pieces.walk.node import WalkNode


@dataclass
class ConstrainedNode(WalkNode):
    """A part of the domain in the walk, held by constraints; signs are those at its witness."""

    stage: ConstrainedStage
    cell: Polytope
