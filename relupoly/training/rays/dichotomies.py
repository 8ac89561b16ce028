"""The closed dichotomies of the data: which points a neuron can be active on, with all neurons that are.

Neurons a with the same signs of all <v_j, a> form a cell of the central arrangement of the hyperplanes {a : <v_j, a> = 0},
the dual arrangement of the points. These are the activation cells of the net a -> sum_j relu(<v_j, a>), so the engine that
counts the pieces of nets lists them, with their rays. A closed cell is the cone of its rays, since the points span the space.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relupoly.exact.integers import IntegerVectors
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.certify import exact_cone
from relupoly.pieces.walk.driver import Walk
from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.lifted import Lifted, Vector


@dataclass(frozen=True)
class Dichotomy:
    """A closed cell of the dual arrangement.

    Attributes
    ----------
    signs : tuple of int, length D
        The sign of each point for the neurons inside; 0 for a point that is zero.
    rays : tuple of tuple of int
        The extreme rays of the cell, as primitive integer vectors.
    """

    signs: tuple[int, ...]
    rays: tuple[Vector, ...]


def dichotomies(lifted: Lifted, run: Run = UNLIMITED) -> Iterator[Dichotomy]:
    """All closed dichotomies of the points of a problem.

    Parameters
    ----------
    lifted : Lifted
    run : Run
        It ticks at every step.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> found = dichotomies(lift(Problem.from_rows([[0], [1]], [0, 0], width=1)))
    >>> sorted((cell.signs, sorted(cell.rays)) for cell in found)[0]
    ((-1, -1), [(-1, 0), (1, -1)])

    Notes
    -----
    D points in general position in R^n have 2 sum_{i <= n} C(D - 1, i) of them, with a bias (Cover, 1965). The paper's bound
    2 C(D, n), of Arora et al. (2018), is too small for few points.
    """
    some = [place for place, vector in enumerate(lifted.vectors) if any(vector)]
    if not some:
        yield Dichotomy((0,) * len(lifted.vectors), ())
        return
    dual = Network.from_rows([([lifted.vectors[place] for place in some], None), ([[1] * len(some)], None)])
    for cell in Walk(homogenize(dual, Domain()), run=run):
        signs = [0] * len(lifted.vectors)
        for place, sign in zip(some, cell.neuron_signs().tolist(), strict=True):
            signs[place] = sign
        yield Dichotomy(tuple(signs), _rays(cell))


def _rays(cell: Cell) -> tuple[Vector, ...]:
    """The rays of a central cell: in homogeneous coordinates, those at infinity."""
    rays = exact_cone(cell.cone, cell.output).rays
    assert isinstance(rays, IntegerVectors), "exact rays are integers"
    return tuple(tuple(int(entry) for entry in ray[:-1]) for ray in rays.data if ray[-1] == 0)
