"""Neurons that read inputs and all earlier neurons, made into layers that read only the layer before.

What a layer does not read from the layer before has to be carried through it. The sums that later layers read span a space;
a vector u of it passes a layer as relu(u) - relu(-u). There are three ways to span it, and the cheapest one is taken: a
basis (2 neurons for each vector); the earlier neurons themselves, which are never negative (1 neuron each), and a basis for
the affine functions of the input; or inputs z of the layer's own neurons, for which relu(z) is there already (1 each).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flint import fmpq, fmpq_mat

from relupoly.exact.matrices import from_rows, stack, take_columns, take_rows
from relupoly.exact.rank import independent_rows, pivot_columns
from relupoly.networks.network import Layer, Network
from relupoly.run import Run


@dataclass(frozen=True)
class Sum:
    """An affine function of the input plus multiples of neurons.

    Attributes
    ----------
    form : tuple of fmpq, length n + 1
        The affine function (a_1, ..., a_n, c).
    neurons : mapping of int to fmpq
        The multiples, by the number of the neuron; none of them 0.
    """

    form: tuple[fmpq, ...]
    neurons: Mapping[int, fmpq] = field(default_factory=dict)

    @property
    def zero(self) -> tuple[fmpq, ...]:
        """The affine function 0."""
        return (fmpq(0),) * len(self.form)

    @property
    def is_constant(self) -> bool:
        """Whether it is a number, as written."""
        return not self.neurons and not any(self.form[:-1])

    @property
    def leading(self) -> fmpq:
        """The first coefficient that is not 0."""
        return next(entry for entry in self.entries()[0] if entry)

    def plus(self, other: Sum, factor: fmpq) -> Sum:
        """The sum with a multiple of another one."""
        neurons = dict(self.neurons)
        for index, entry in other.neurons.items():
            neurons[index] = neurons.get(index, fmpq(0)) + factor * entry
        form = tuple(one + factor * two for one, two in zip(self.form, other.form, strict=True))
        return Sum(form, {index: entry for index, entry in neurons.items() if entry})

    def times(self, factor: fmpq) -> Sum:
        """A multiple of this sum."""
        return Sum(self.zero).plus(self, factor)

    def entries(self) -> tuple[list[fmpq], tuple[int, ...]]:
        """All coefficients, those of the neurons last; and the numbers of these neurons."""
        places = tuple(sorted(self.neurons))
        return [*self.form, *(self.neurons[index] for index in places)], places


@dataclass
class _Passage:
    """What a layer hands on, and how a sum is read from it.

    Attributes
    ----------
    width : int
        The number of its neurons.
    own : dict of int to int
        The row of each neuron that is handed on as it is.
    basis : list of (Sum, int, int)
        A vector u, and the rows of relu(u) and relu(-u).
    """

    width: int = 0
    own: dict[int, int] = field(default_factory=dict)
    basis: list[tuple[Sum, int, int]] = field(default_factory=list)

    def read(self, sums: Sequence[Sum]) -> list[tuple[list[fmpq], fmpq]]:
        """Each sum as weights on the rows, and a constant."""
        read = []
        rest = [Sum(one.form, {i: c for i, c in one.neurons.items() if i not in self.own}) for one in sums]
        shares = _expressed(rest, [vector for vector, _, _ in self.basis])
        for one, factors in zip(sums, shares, strict=True):
            weights, constant = [fmpq(0)] * self.width, one.form[-1]
            for index, entry in one.neurons.items():
                if index in self.own:
                    weights[self.own[index]] += entry
            for factor, (vector, plus, minus) in zip(factors, self.basis, strict=True):
                weights[plus] += factor
                weights[minus] -= factor
                constant -= factor * vector.form[-1]
            read.append((weights, constant))
        return read


def network_of_layers(inputs: Sequence[Sum], layers: Sequence[int], output: Sum, dimension: int, run: Run) -> Network:
    """The net of an output that is a sum of neurons, each of them in a layer and with a sum of earlier ones as input."""
    depth = max(layers, default=0)
    before: _Passage | None = None
    built = []
    for layer in range(1, depth + 1):
        run.tick()
        own = [index for index, place in enumerate(layers) if place == layer]
        later = [inputs[index] for index, place in enumerate(layers) if place > layer] + [output]
        passage, rows = _passage(own, inputs, _carried(later, layers, layer))
        built.append(_layer(_read(before, rows)))
        before = passage
    return Network((*built, _layer(_read(before, [output]))))


def _read(before: _Passage | None, sums: Sequence[Sum]) -> list[tuple[list[fmpq], fmpq]]:
    """Sums as weights on the layer before, or on the input, and constants."""
    return before.read(sums) if before else [(list(one.form[:-1]), one.form[-1]) for one in sums]


def _carried(later: Iterable[Sum], layers: Sequence[int], layer: int) -> list[Sum]:
    """What is left of the sums that later layers read without the layer's own neurons and later ones, and constants."""
    rest = (
        Sum((*one.form[:-1], fmpq(0)), {index: c for index, c in one.neurons.items() if layers[index] < layer}) for one in later
    )
    return [one for one in rest if not one.is_constant]


def _passage(own: Sequence[int], inputs: Sequence[Sum], carried: Sequence[Sum]) -> tuple[_Passage, list[Sum]]:
    """A layer that hands on its own neurons and what is to be carried; and the inputs of its neurons."""
    passage = _Passage(own={index: place for place, index in enumerate(own)})
    rows = [inputs[index] for index in own]
    kept, basis, doubled = _cheapest(rows, carried)
    for index in kept:
        passage.own[index] = len(rows)
        rows.append(Sum(rows[0].zero if rows else carried[0].zero, {index: fmpq(1)}))
    for vector in basis:
        passage.basis.append((vector, len(rows), len(rows) + 1))
        rows += [vector, vector.times(fmpq(-1))]
    for place in doubled:
        passage.basis.append((rows[place], place, len(rows)))
        rows.append(rows[place].times(fmpq(-1)))
    passage.width = len(rows)
    return passage, rows


def _cheapest(rows: Sequence[Sum], carried: Sequence[Sum]) -> tuple[list[int], list[Sum], list[int]]:
    """The earlier neurons to be handed on, the basis, and the rows to be doubled, with the fewest neurons in all."""
    if not carried:
        return [], [], []
    kept = sorted({index for one in carried for index in one.neurons})
    affine = _basis([Sum(one.form) for one in carried])
    ways: list[tuple[list[int], list[Sum], list[int]]] = [([], _basis(carried), []), (kept, affine, [])]
    if not kept:
        ways.append(([], [], _doubled(rows, carried)))
    return min((way for way in ways if way[0] or way[1] or way[2]), key=lambda way: len(way[0]) + 2 * len(way[1]) + len(way[2]))


def _doubled(rows: Sequence[Sum], carried: Sequence[Sum]) -> list[int]:
    """Rows that span what is to be carried: none if they do not."""
    if not rows:
        return []
    places = sorted({index for one in rows for index in one.neurons})
    matrix = _vectors(rows, places)
    chosen = independent_rows(matrix)
    everything = stack(take_rows(matrix, chosen), _vectors(carried, places))
    if len(independent_rows(everything)) > len(chosen):
        return []
    shares = _expressed(carried, [rows[index] for index in chosen])
    return [index for place, index in enumerate(chosen) if any(factors[place] for factors in shares)]


def _basis(sums: Sequence[Sum]) -> list[Sum]:
    """Some of the sums that span all of them."""
    places = sorted({index for one in sums for index in one.neurons})
    return [sums[index] for index in independent_rows(_vectors(sums, places))]


def _expressed(sums: Sequence[Sum], basis: Sequence[Sum]) -> list[list[fmpq]]:
    """The sums, which lie in the span of a basis, in coordinates; constants do not count."""
    if not basis:
        return [[] for _ in sums]
    places = sorted({index for one in (*sums, *basis) for index in one.neurons})
    matrix = _vectors(basis, places)
    columns = pivot_columns(matrix)
    inverse = take_columns(matrix, columns).inv()
    coordinates = take_columns(_vectors(sums, places), columns) * inverse
    return [list(row) for row in coordinates.tolist()]


def _vectors(sums: Sequence[Sum], places: Sequence[int]) -> fmpq_mat:
    """The coefficients without constants, as rows."""
    rows = [[*one.form[:-1], *(one.neurons.get(index, fmpq(0)) for index in places)] for one in sums]
    return from_rows(rows, len(sums[0].form) - 1 + len(places))


def _layer(rows: Sequence[tuple[Sequence[fmpq], fmpq]]) -> Layer:
    weights = from_rows([list(weights) for weights, _ in rows])
    return Layer(weights, fmpq_mat(len(rows), 1, [constant for _, constant in rows]))
