"""Where the walk starts: pointed cones that tile the domain, made of independent hyperplanes.

In R^d, take d independent forms: inequalities of the domain first, then hyperplanes of the first layer. Together with
t >= 0 they bound simplicial cones, one for each choice of sides of the hyperplanes; one matrix inverse gives the rays of
all. So nothing artificial is cut, and R^n, half-spaces and slabs are as good as boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat

from relupoly.errors import SizeError
from relupoly.exact.matrices import from_rows, stack, take_columns, take_rows
from relupoly.exact.rank import independent_rows
from relupoly.exact.vectors import Vectors
from relupoly.geometry.cone import Cone, simplicial_rays
from relupoly.pieces.forms.homogeneous import INFINITY, HomogeneousNet
from relupoly.pieces.forms.refusal import check_hyperplanes


@dataclass(frozen=True)
class InitialCones:
    """The simplicial cones that the walk starts from.

    Attributes
    ----------
    labels : tuple of int
        The labels of the independent forms; t >= 0 is the last.
    rays : fmpz_mat, shape (D, D)
        Ray i lies on all walls but the i-th, on its positive side.
    inequalities : int
        How many of the labels belong to the domain: there the side is fixed.
    """

    labels: tuple[int, ...]
    rays: fmpz_mat
    inequalities: int

    @property
    def count(self) -> int:
        """The number of cones: one for each choice of sides of the hyperplanes."""
        return int(2 ** (len(self.labels) - 1 - self.inequalities))

    def cones(self, kind: type[Vectors], first: int = 0, step: int = 1) -> Iterator[Cone]:
        """The cones, or every `step`-th of them from the one with number `first` on."""
        rays = kind.from_directions(self.rays).balanced()
        for number in range(first, self.count, step):
            yield self._cone(number, rays)

    def _cone(self, number: int, rays: Vectors) -> Cone:
        """The cone on the sides that the binary digits of its number choose, 0 for the positive one."""
        size = len(self.labels)
        hyperplanes = size - 1 - self.inequalities
        chosen = [-1 if number >> place & 1 else 1 for place in reversed(range(hyperplanes))]
        sides = np.array([1] * self.inequalities + chosen + [1], dtype=np.int8)
        return Cone(rays.flip(sides), ~np.eye(size, dtype=np.bool_), np.array(self.labels, dtype=np.intp), sides)


def initial_cones(net: HomogeneousNet) -> InitialCones:
    """Choose independent forms, the domain's first."""
    first = net.first_label[0]
    planes = [int(neuron) for neuron in net.hyperplanes[0].first]
    forms = stack(fmpq_mat(net.domain), take_rows(fmpq_mat(net.entry), planes))
    linear = take_columns(forms, range(net.dimension - 1))
    chosen = independent_rows(linear)
    labels = [1 + row for row in chosen]
    if len(labels) < net.dimension - 1:
        raise SizeError(
            f"of the {net.dimension - 1} directions that the first hidden layer sees, its neurons with ReLU and the domain see "
            f"{len(labels)}: the others pass through linear neurons, without end on both sides; count in a box, or at one go"
        )
    hyperplanes = sum(label >= first for label in labels)
    check_hyperplanes(hyperplanes)
    infinity = from_rows([[fmpq(0)] * (net.dimension - 1) + [fmpq(1)]])
    rays = simplicial_rays(stack(take_rows(forms, chosen), infinity))
    return InitialCones((*labels, INFINITY), rays, len(labels) - hyperplanes)
