"""The optimum of nets that are as wide as there is any use for: a convex program, no search.

The predictions of a net are a sum of the predictions of rays with either sign, each of which is that of one neuron; and a sum
of vectors in R^D is a sum of at most D of them (Caratheodory). So if there are as many neurons as points, the best net is that
of the program over all rays, which bounds every net from below, and any wider net can do no better.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.proof.proof import Proof
from relupoly.training.search.node import NeuronClass, Node


@dataclass(frozen=True)
class WideOptimum:
    """The best net, its loss, and a proof that no net of any width and any output signs has a smaller one."""

    candidate: Candidate
    value: Fraction
    proof: Proof


def wide_optimum(relaxation: Relaxation) -> WideOptimum | None:
    """The best of the nets of a problem's width, if the program over all rays needs no more neurons; else None.

    Examples
    --------
    >>> from relupoly.training.rays.ray_table import ray_table
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> lifted = lift(Problem.from_rows([[1], [2]], [1, 3], width=1000, bias=False))
    >>> found = wide_optimum(Relaxation(lifted, ray_table(lifted)))
    >>> str(found.value), len(found.candidate.neurons)
    ('1/5', 1000)
    """
    lifted = relaxation.lifted
    width = lifted.problem.width
    free = np.zeros(len(lifted.vectors), dtype=np.int8)
    bound = relaxation.solve(Node((NeuronClass(1, width, free), NeuronClass(-1, width, free))))
    missing = width - len(bound.support)
    if missing < 0:
        return None
    pairs = zip(bound.support, bound.coefficients, strict=True)
    neurons = [
        tuple(value * orientation * entry for entry in relaxation.rays.ray(ray)) for (_, ray, orientation), value in pairs
    ]
    zero = (Fraction(0),) * lifted.rank
    signs = [sign for sign, _, _ in bound.support]
    candidate = relaxation.evaluated([*neurons, *[zero] * missing], [*signs, *[1] * missing], bound.output_bias)
    return WideOptimum(candidate, bound.value, bound.proof) if candidate.loss == bound.value else None
