"""Sets of constant bits, depth first through the neurons.

A set remembers one of its points. The next neuron's sign there proves one of its two sides to be non-empty, so only the
other one needs a linear program; a neuron that does not cut the set adds no inequality to it. Linear neurons have no bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq_mat

from relupoly.exact.blocks import nonzero_rows
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.networks.network import Layer, Network
from relupoly.run import Run

Form = tuple[Fraction, ...]
"""An affine form on the domain: its constant, then one coefficient for each coordinate."""

Map = tuple[Form, ...]
"""An affine map: one form for each output."""

Row = tuple[Fraction, list[tuple[int, Fraction]]]
"""A neuron: its bias, and its weights that are not 0, each after the neuron that it belongs to."""


@dataclass(frozen=True)
class Wall:
    """The half-space where a form is positive (`strict`) or not negative.

    Attributes
    ----------
    neuron : int
        The neuron that the wall comes from, counted through all layers without the linear ones; -1 for the domain.
    """

    form: Form
    strict: bool
    neuron: int = -1

    def holds(self, point: Sequence[Fraction]) -> bool:
        """Whether the point lies in the half-space."""
        value = self.form[0] + sum(a * x for a, x in zip(self.form[1:], point, strict=True))
        return value > 0 or (value == 0 and not self.strict)


@dataclass(frozen=True)
class SignSet:
    """The points of the domain at which the neurons up to some place have given bits.

    Attributes
    ----------
    layer : int
        The layer that the search has reached.
    forms : tuple of Form
        The preactivations of that layer on this set.
    place : int
        How many neurons of the layer have been looked at.
    bits : tuple of bool
        Of all neurons with ReLU so far.
    walls : tuple of Wall
        The domain and the neurons that cut an earlier set in two: the others say nothing new about this set.
    point : tuple of Fraction
        One point of the set.
    vanishing : bool
        Whether some neuron with ReLU is zero on the whole set.
    """

    layer: int
    forms: Map
    point: tuple[Fraction, ...]
    walls: tuple[Wall, ...]
    place: int = 0
    bits: tuple[bool, ...] = ()
    vanishing: bool = False

    @property
    def dimension(self) -> int:
        """The dimension of the domain."""
        return len(self.point)


@dataclass(frozen=True)
class Search:
    """The search through all bit vectors.

    Attributes
    ----------
    layers : list of list of Row
        The neurons of each layer.
    linear : list of frozenset of int
        Which of them are linear.
    inputs : tuple of Form
        The inputs of the net, on the coordinates of the domain.
    sides : list of Form
        The forms that are not negative on the domain.
    run : Run
    """

    layers: list[list[Row]]
    linear: list[frozenset[int]]
    inputs: Map
    sides: list[Form]
    run: Run

    @classmethod
    def of(cls, network: Network, domain: Domain, run: Run) -> Search:
        """The search for the sets of a net in a domain."""
        layers = [_rows(layer) for layer in network.layers]
        linear = [frozenset(layer.linear) for layer in network.layers]
        if domain.subspace is not None:
            inputs = _augmented(domain.subspace.origin, domain.subspace.basis)
        else:
            n = network.input_dim
            inputs = [tuple(Fraction(int(i == j)) for j in range(-1, n)) for i in range(n)]
        sides = _augmented(domain.polyhedron.bound, -domain.polyhedron.matrix) if domain.polyhedron else []
        return cls(layers, linear, tuple(inputs), [side for side in sides if any(side[1:])], run)

    def sets(self, interior: bool) -> Iterator[SignSet]:
        """The sets of constant bits: those that are not empty, or (`interior`) those that have interior points.

        For the interior, an off neuron is negative and not just not positive, unless it is zero on the whole set.
        """
        dimension = len(self.inputs[0]) - 1
        point = find_point(dimension, strict=self.sides, run=self.run)
        assert point is not None, "a domain has interior points"
        walls = tuple(Wall(side, interior) for side in self.sides)
        stack = [SignSet(0, _composed(self.layers[0], self.inputs), point, walls)]
        while stack:
            self.run.tick()
            current = stack.pop()
            if current.layer == len(self.layers) - 1:
                yield current
            elif current.place == len(current.forms):
                stack.append(self._next_layer(current))
            elif current.place in self.linear[current.layer]:
                stack.append(replace(current, place=current.place + 1))
            else:
                stack.extend(_halves(current, interior, self.run))

    def _next_layer(self, current: SignSet) -> SignSet:
        zero = (Fraction(0),) * (current.dimension + 1)
        linear = self.linear[current.layer]
        bits = iter(current.bits[len(current.bits) - len(current.forms) + len(linear) :])
        outputs = [form if neuron in linear or next(bits) else zero for neuron, form in enumerate(current.forms)]
        layer = current.layer + 1
        return replace(current, layer=layer, forms=_composed(self.layers[layer], outputs), place=0)


def _augmented(offset: fmpq_mat, matrix: fmpq_mat) -> list[Form]:
    rows = [[start, *row] for start, row in zip(offset.entries(), rows_of(matrix), strict=True)]
    return [tuple(to_fraction(entry) for entry in row) for row in rows]


def _rows(layer: Layer) -> list[Row]:
    rows = zip(layer.bias.entries(), nonzero_rows(layer.weight), strict=True)
    return [(to_fraction(bias), [(place, to_fraction(entry)) for place, entry in row.items()]) for bias, row in rows]


def _composed(layer: list[Row], inputs: Sequence[Form]) -> Map:
    """The forms of a layer, given the forms of its inputs."""
    return tuple(_combined(bias, weights, inputs) for bias, weights in layer)


def _combined(bias: Fraction, weights: list[tuple[int, Fraction]], inputs: Sequence[Form]) -> Form:
    total = [bias, *(Fraction(0) for _ in inputs[0][1:])]
    for place, weight in weights:
        if any(inputs[place]):
            total = [one + weight * two for one, two in zip(total, inputs[place], strict=True)]
    return tuple(total)


def _halves(current: SignSet, interior: bool, run: Run) -> list[SignSet]:
    """The set, split by its next neuron into what is not empty (or has interior points)."""
    form, neuron = current.forms[current.place], len(current.bits)
    current = replace(current, place=current.place + 1)
    if not any(form[1:]):
        return [replace(current, bits=(*current.bits, form[0] > 0), vanishing=current.vanishing or not form[0])]
    on, off = Wall(form, True, neuron), Wall(_negative(form), interior, neuron)
    halves = []
    for bit, wall in ((True, on), (False, off)):
        walls = (*current.walls, wall)
        point = current.point if wall.holds(current.point) else _point(current.dimension, walls, run)
        if point is not None:
            halves.append(replace(current, bits=(*current.bits, bit), point=point, walls=walls))
    return halves if len(halves) == 2 else [replace(halves[0], walls=current.walls)]


def _negative(form: Form) -> Form:
    return tuple(-entry for entry in form)


def _point(dimension: int, walls: Sequence[Wall], run: Run) -> tuple[Fraction, ...] | None:
    strict = [wall.form for wall in walls if wall.strict]
    return find_point(dimension, strict, [wall.form for wall in walls if not wall.strict], run=run)
