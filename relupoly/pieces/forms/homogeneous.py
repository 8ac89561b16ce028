"""A net and a domain, made ready for the walk: homogeneous, essential, in integers.

Homogeneous: a point x of R^d becomes the ray (x, 1); an affine form becomes a linear one. A layer becomes an augmented
matrix [[W, b], [0, c]] with a constant c > 0, so that layers may be rescaled freely and stay integers.

Essential: directions in which neither the first layer nor the domain changes only multiply every cell by a line. So
input columns that depend on earlier ones, in the first layer and the domain's inequalities together, are left out: the
coordinate subspace that remains is a complement of those directions, and it has the same cells.

Linear neurons are rows of a layer that are always active and have no hyperplane, as the constant is. They stand between the
neurons with ReLU and the constant, whatever their order in the net. Sparse layers stay sparse, but for the first one, which has
as many columns as there are coordinates.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from flint import fmpq, fmpq_mat

from relupoly.exact import blocks
from relupoly.exact.matrices import beside, column, from_rows, integer_rows, rows_of, take_columns, take_rows
from relupoly.exact.rank import pivot_columns
from relupoly.geometry.bounded_set import BoundedSet, most_vertices
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.networks.composition import restrict
from relupoly.networks.network import Layer, Network
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.charts import charted
from relupoly.pieces.forms.homogeneous_net import INFINITY as INFINITY
from relupoly.pieces.forms.homogeneous_net import PRIMES as PRIMES
from relupoly.pieces.forms.homogeneous_net import HomogeneousNet as HomogeneousNet
from relupoly.pieces.forms.refusal import check_dense, fits_dense, refuse_too_many_cells

# A box has 2^d vertices, and a cell that few hyperplanes have cut has as many rays. Up to so many inputs, as measured on random
# nets (eight in each dimension from 2 to 11), the compiled walk over rays is the faster one: on 6 inputs by 4 times where there
# are many cells, on 8 it is 1.6 times as fast at best and 7 times as slow at worst, on 11 some 30 times as slow. Weights that
# are short integers meet ties all the time, which cost it more. With one hidden layer it lists no cell. A cell does not lose
# dimensions on its way, nor vertices in general: so the choice is made once, for the domain.
MOST_COORDINATES_WITH_RAYS = 7
_FEWER_WITH_TIES = 2
MOST_COORDINATES_OF_ONE_LAYER = 14
SHORT_BITS = 20  # weights that stay in machine words through some layers
# Of a first layer that is made dense for cells that are held by constraints: it takes a second, and 100 MB.
_MOST_WEIGHTS = 2**21


def homogenize(network: Network, domain: Domain, may_be_constrained: bool = False) -> HomogeneousNet:
    """Bring a net and a domain into homogeneous essential coordinates.

    Parameters
    ----------
    network : Network
    domain : Domain
    may_be_constrained : bool
        Whether cells may be held by constraints, where there would be too many rays.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them, so that the first layer is not made dense in vain.
    """
    domain.check_dimension(network.input_dim)
    if domain.subspace:
        network = restrict(network, domain.subspace)
    network = relu_first(network)
    if may_be_constrained and (found := _by_constraints_or_rays(network, domain)):
        return found
    first = network.layers[0]
    if network.hidden:
        refuse_too_many_cells(first, domain.polyhedron)
    else:
        domain = Domain()  # One cell, wherever it is.
    inequalities = _inequalities(domain, network.input_dim)
    if isinstance(domain.polyhedron, Box):
        essential = list(range(network.input_dim))
    else:
        linear = blocks.stack(take_columns(inequalities, range(network.input_dim)), first.weight)
        essential = pivot_columns(linear)
    check_dense(first.weight, len(essential))
    entered = replace(first, weight=blocks.densely(blocks.take_columns(first.weight, essential)))
    sides = integer_rows(take_columns(inequalities, [*essential, network.input_dim]))
    return HomogeneousNet.of(network, entered, essential, sides)


def by_constraints(network: Network, domain: Domain) -> HomogeneousNet | None:
    """The net on a domain whose cells would have too many rays, so that they are held by constraints; else None.

    Parameters
    ----------
    network : Network
        Its neurons with ReLU first in each layer.
    domain : Domain
        On the coordinates of its inputs.
    """
    found = _by_constraints_or_rays(network, domain)
    return found if found and found.bounds else None


def fits_constraints(network: Network, polyhedron: Polyhedron) -> bool:
    """Whether a first layer is small enough, on the coordinates of a set, and the set has inputs enough for constraints.

    Parameters
    ----------
    network : Network
    polyhedron : Polyhedron
        On the parameters of a subspace, perhaps.
    """
    first, size = network.layers[0], polyhedron.dimension
    is_small = size * first.outputs <= _MOST_WEIGHTS and fits_dense(first.weight, size)
    return bool(network.hidden) and size > MOST_COORDINATES_WITH_RAYS - _FEWER_WITH_TIES and is_small


def has_many_vertices(polyhedron: Polyhedron) -> bool:
    """Whether a set may have too many vertices for cells with rays, where no coordinate is left out, whatever a net sees.

    Examples
    --------
    >>> has_many_vertices(Polyhedron.box([0] * 8, [1] * 8)), has_many_vertices(Polyhedron.box([0] * 7, [1] * 7))
    (True, False)
    """
    most = MOST_COORDINATES_WITH_RAYS
    if polyhedron.dimension <= most:
        return False
    return Box.of(polyhedron) is not None or most_vertices(polyhedron) > 2**most


def _by_constraints_or_rays(network: Network, domain: Domain) -> HomogeneousNet | None:
    """The net on a box that is large enough for constraints, and held by them unless few inputs are seen; else None."""
    if domain.polyhedron is None or not fits_constraints(network, domain.polyhedron):
        return None
    box = Box.of(domain.polyhedron)
    if box is None and most_vertices(domain.polyhedron) <= 2**MOST_COORDINATES_WITH_RAYS:
        return None
    found = held_by_constraints(network, box or domain.polyhedron)
    if found is None:
        return None
    if found.dimension - 1 > _most_coordinates_with_rays(found, is_box=box is not None):
        return found
    return found.with_rays() if box and found.dimension - 1 < box.dimension else None


def _most_coordinates_with_rays(net: HomogeneousNet, is_box: bool) -> int:
    """Up to how many coordinates the cells of a net are held by rays."""
    if net.depth == 1 and is_box:
        return MOST_COORDINATES_OF_ONE_LAYER
    return MOST_COORDINATES_WITH_RAYS - (_FEWER_WITH_TIES if net.bits <= SHORT_BITS else 0)


def held_by_constraints(network: Network, polyhedron: Polyhedron) -> HomogeneousNet | None:
    """A net on a polyhedron, whose cells are held by constraints; None if it holds a line.

    Parameters
    ----------
    network : Network
        With a hidden layer at least, its neurons with ReLU first in each layer.
    polyhedron : Polyhedron
    """
    region = BoundedSet.of(polyhedron)
    if region is None and not any(blocks.nonzero_rows(network.layers[0].weight)):
        # Where nothing is seen, one set is as good as another.
        region = BoundedSet((fmpq(0),) * network.input_dim, (fmpq(1),) * network.input_dim)
    return charted(network, polyhedron) if region is None else constrained(network, region)


def relu_first(network: Network) -> Network:
    """The same net with the linear neurons of each hidden layer behind the others, and without layers of linear neurons alone.

    Examples
    --------
    >>> from relupoly.networks.network import Layer
    >>> skip = Layer(fmpq_mat(2, 1, [1, 2]), fmpq_mat(2, 1), linear=(0,))
    >>> relu_first(Network((skip, Layer(fmpq_mat(1, 2, [5, 7]), fmpq_mat(1, 1))))).layers[1].weight
    [7, 5]
    """
    if not any(layer.linear for layer in network.layers):
        return network
    layers = [network.layers[0]]
    for following in network.layers[1:]:
        layer = layers[-1]
        if not layer.relus:
            joint = replace(
                following, weight=following.weight * layer.weight, bias=following.weight * layer.bias + following.bias
            )
            layers[-1] = joint
            continue
        order = [*np.flatnonzero(layer.has_relu).tolist(), *layer.linear]
        linear = tuple(range(layer.relus, layer.outputs))
        layers[-1] = Layer(blocks.take_rows(layer.weight, order), take_rows(layer.bias, order), linear)
        layers.append(replace(following, weight=blocks.take_columns(following.weight, order)))
    return Network(tuple(layers), network.metadata)


def _inequalities(domain: Domain, dimension: int) -> fmpq_mat:
    """The rows (-a, b) of the domain's inequalities <a, x> <= b that say something."""
    if domain.polyhedron is None:
        return from_rows([], dimension + 1)
    rows = rows_of(beside(-domain.polyhedron.matrix, domain.polyhedron.bound))
    return from_rows([row for row in rows if any(row[:-1])], dimension + 1)


def constrained(network: Network, region: BoundedSet) -> HomogeneousNet:
    """A net on a bounded set, whose cells are held by constraints: a box, moved and scaled to a moderate size, and rows.

    Coordinates that no neuron of the first layer sees, and that no inequality ties to those that are seen, are left out.

    Parameters
    ----------
    network : Network
        With a hidden layer at least, its neurons with ReLU first in each layer.
    region : BoundedSet
    """
    from relupoly.pieces.forms.box_coordinates import BoxCoordinates

    first = network.layers[0]
    weight = blocks.densely(first.weight)
    rows = weight.tolist()
    essential, part = region.seen([place for place in range(network.input_dim) if any(row[place] for row in rows)])
    coordinates = BoxCoordinates.of(part.lower, part.upper)
    entering, bias = coordinates.of_forms(take_columns(weight, essential), first.bias)
    size = len(essential)
    sides = coordinates.of_forms(
        from_rows([[-entry for entry in row[:-1]] for row in part.rows], size), column([row[-1] for row in part.rows])
    )
    bounds = Bounds(coordinates.of_points(part.lower), coordinates.of_points(part.upper))
    entered = replace(first, weight=entering, bias=bias)
    return HomogeneousNet.of(network, entered, essential, integer_rows(beside(*sides)), bounds)
