"""A union of sets as convex sets whose interiors are disjoint, and the net on each of them.

Let U be the union of polyhedra with interior points. Each polyhedron without the earlier ones is a union of convex pieces,
whose interiors are disjoint; the closures of all pieces have the union U (`relupoly.geometry.subdivision`). In a convex piece a
pattern has one cell at most, and the walk finds it. What is one set in U was cut by facets that two pieces have in common, or
meets where they touch: these places alone need a closer look (`relupoly.pieces.unions.joints`).

Functions, too, are compared across pieces, by the forms of their maps. So all pieces need the same coordinates: those in which
something changes, in the net or in any inequality. A piece in which the walk would need fewer of them, because its own
inequalities do not, is cut in two by a hyperplane x_i = 0; as every piece, the two halves hang together by their common facet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from relupoly.exact.blocks import take_rows
from relupoly.exact.matrices import from_rows, stack, take_columns
from relupoly.exact.rank import certified_rank, pivot_columns
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.geometry.domain import Domain
from relupoly.geometry.meeting import Row, from_inequalities, rows
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subdivision import interior_disjoint
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict
from relupoly.networks.network import Layer, Network
from relupoly.pieces.forms.charts import in_place
from relupoly.pieces.forms.homogeneous import HomogeneousNet, by_constraints, homogenize, relu_first
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class ConvexParts:
    """A net on convex sets whose interiors are disjoint.

    Attributes
    ----------
    network : Network
        On the coordinates of the sets, with a hidden layer at least.
    polyhedra : tuple of Polyhedron
    groups : tuple of int
        For each set, the number of the group to which it belongs: sets of different groups do not touch.
    nets : tuple of HomogeneousNet
        The net on each set; they differ in nothing but their domains.
    """

    network: Network
    polyhedra: tuple[Polyhedron, ...]
    groups: tuple[int, ...]
    nets: tuple[HomogeneousNet, ...]

    @property
    def net(self) -> HomogeneousNet:
        """One of the nets, where the domain does not matter."""
        return self.nets[0]

    def pairs(self) -> list[tuple[int, int]]:
        """All pairs of sets that may touch, by their numbers."""
        return [(one, two) for two, own in enumerate(self.groups) for one in range(two) if self.groups[one] == own]


def convex_parts(
    network: Network, subspace: AffineSubspace | None, groups: Sequence[Sequence[Polyhedron]], run: Run = UNLIMITED
) -> ConvexParts:
    """The convex sets of a union, and the net on them.

    Parameters
    ----------
    network : Network
    subspace : AffineSubspace or None
        Where the union lies; None for the whole space.
    groups : sequence of sequences of Polyhedron
        On the parameters of the subspace; polyhedra of different groups do not touch.
    """
    network = _with_hidden_layer(relu_first(restrict(network, subspace) if subspace else network))
    disjoint = [(number, part) for number, group in enumerate(groups) for part in interior_disjoint(group, run)]
    needed = _needed(network.layers[0].weight, [part for _, part in disjoint])
    if len(needed) < network.input_dim:
        network = _on_coordinates(network, needed)
        disjoint = [(number, _on_some(part, needed)) for number, part in disjoint]
    pointed = [(number, half) for number, part in disjoint for half in _pointed(part, _relu_rows(network.layers[0]), run)]
    polyhedra = tuple(part for _, part in pointed)
    nets = _by_constraints(network, polyhedra) or tuple(homogenize(network, Domain(part)) for part in polyhedra)
    assert all(net.layers == nets[0].layers and net.essential == nets[0].essential for net in nets)
    return ConvexParts(network, polyhedra, tuple(number for number, _ in pointed), nets)


def _by_constraints(network: Network, polyhedra: Sequence[Polyhedron]) -> tuple[HomogeneousNet, ...] | None:
    """The nets on bounded sets of which some have too many vertices, in the same coordinates; None for others."""
    if not any(by_constraints(network, Domain(part)) for part in polyhedra):
        return None
    nets = [net for part in polyhedra if (net := in_place(network, part))]
    return tuple(nets) if len(nets) == len(polyhedra) else None


def _with_hidden_layer(network: Network) -> Network:
    """The net; one without hidden layer is one affine function, as this one is: its only neuron is never active."""
    if network.hidden:
        return network
    return Network(
        (
            Layer(fmpq_mat(1, network.input_dim), fmpq_mat([[-1]])),
            Layer(fmpq_mat(network.output_dim, 1), fmpq_mat(network.output_dim, 1)),
        )
    )


def _needed(weight: Matrix, polyhedra: Sequence[Polyhedron]) -> list[int]:
    """Coordinates that tell all points apart that the first layer or an inequality tells apart, and no more."""
    if any(isinstance(part, Box) for part in polyhedra):
        return list(range(weight.ncols()))
    return pivot_columns(stack(*(part.matrix for part in polyhedra), _dense(weight)))


def _on_coordinates(network: Network, chosen: Sequence[int]) -> Network:
    """The net where the other inputs are 0."""
    first = network.layers[0]
    weight = take_columns(_dense(first.weight), chosen)
    return Network((Layer(weight, first.bias, first.linear), *network.layers[1:]), network.metadata)


def _on_some(part: Polyhedron, chosen: Sequence[int]) -> Polyhedron:
    return Polyhedron(take_columns(part.matrix, chosen), part.bound)


def _relu_rows(layer: Layer) -> Matrix:
    """The weights of the neurons with ReLU, which come first."""
    return take_rows(layer.weight, range(layer.relus))


def _pointed(part: Polyhedron, weight: Matrix, run: Run) -> list[Polyhedron]:
    """A set, cut until its inequalities and the first layer's neurons with ReLU together depend on every coordinate."""
    if isinstance(part, Box):
        return [part]
    found: list[list[Row]] = [rows(part)]
    spanned = stack(part.matrix, _dense(weight))
    rank, dimension = certified_rank(spanned, run), part.dimension
    for index in range(dimension):
        if rank == dimension:
            break
        unit = [fmpq(int(place == index)) for place in range(dimension)]
        wider = stack(spanned, from_rows([unit]))
        if certified_rank(wider, run) > rank:
            spanned, rank = wider, rank + 1
            sides: list[Row] = [(*(side * entry for entry in unit), fmpq(0)) for side in (1, -1)]
            found = [[*one, side] for one in found for side in sides]
    return [from_inequalities(one, run) for one in found]


def _dense(weight: Matrix) -> fmpq_mat:
    return weight.dense() if isinstance(weight, SparseMatrix) else weight
