"""`Network`: a feed-forward ReLU net with exact weights.

A net with k hidden layers is T_{k+1} o relu o T_k o ... o relu o T_1 with affine maps T_i(x) = W_i x + b_i: ReLU follows
every layer but the last. All weights are rationals; a float weight is the dyadic rational that it stores.

Some neurons of a hidden layer may be linear: what they compute is passed on as it is, without ReLU. They have no hyperplane,
and make no cells. Skip connections, leaky ReLU, absolute values and maxima become ReLU and linear neurons (`lowering.py`).
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from relupoly.errors import DomainError, NetworkError
from relupoly.exact.matrices import column, from_rows
from relupoly.exact.rationals import rational_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from relupoly.exact.integer_maps import IntegerMap
    from relupoly.exact.sparse import Matrix, SparseMatrix  # a net without sparse weights is read without numpy

_SHOWN = 40  # parameters that one line shows


@dataclass(frozen=True)
class Layer:
    """An affine map x -> weight x + bias.

    Attributes
    ----------
    weight : fmpq_mat or SparseMatrix, shape (n_out, n_in)
    bias : fmpq_mat, shape (n_out, 1)
    linear : tuple of int
        Which neurons of a hidden layer, counted from 0, pass on what they compute without ReLU; ascending.
    """

    weight: Matrix
    bias: fmpq_mat
    linear: tuple[int, ...] = ()

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return int(self.weight.ncols())

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return int(self.weight.nrows())

    @property
    def relus(self) -> int:
        """The number of neurons that have a ReLU, where the layer is hidden."""
        return self.outputs - len(self.linear)

    @cached_property
    def has_relu(self) -> NDArray[np.bool_]:
        """For each neuron whether it has a ReLU, where the layer is hidden."""
        import numpy as np

        flags = np.ones(self.outputs, dtype=np.bool_)
        flags[list(self.linear)] = False
        return flags

    @cached_property
    def integers(self) -> IntegerMap | None:
        """The same map in integers over one denominator; None where that would be too long."""
        from relupoly.exact.integer_maps import integer_map

        return integer_map(self.weight, self.bias)

    @cached_property
    def sparse(self) -> SparseMatrix | None:
        """The weight without its zeros; None where the common denominator of its entries would be long."""
        from relupoly.exact.blocks import over_one_denominator

        return over_one_denominator(self.weight)

    def __repr__(self) -> str:
        if self.outputs * (self.inputs + 1) > _SHOWN:
            return f"Layer({self.outputs} x {self.inputs})"
        rows = self.weight.tolist()
        linear = f", linear={self.linear}" if self.linear else ""
        return f"Layer({rows}, {self.bias.entries()}{linear})"

    def activated(self, values: Sequence[fmpq]) -> list[fmpq]:
        """What the neurons of a hidden layer pass on, where they compute these values."""
        zero = fmpq(0)
        return [max(value, zero) if relu else value for value, relu in zip(values, self.has_relu.tolist(), strict=True)]


@dataclass(frozen=True)
class Network:
    """A ReLU net with exact weights.

    Attributes
    ----------
    layers : tuple of Layer
        At least one; the widths chain. ReLU follows every layer but the last.
    metadata : mapping
        What the net's file says about it (family, parameters, claims); kept on conversion.

    Raises
    ------
    NetworkError
        If there is no layer, a layer is empty, or the widths do not chain.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> absolute_value.input_dim, absolute_value.widths, absolute_value.output_dim
    (1, (2,), 1)
    >>> absolute_value(["-1/3"]), absolute_value([["-1/3"], [0.5]])
    ([1/3], [[1/3], [1/2]])
    """

    layers: tuple[Layer, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if not self.layers:
            raise NetworkError("the network has no layer; give at least one")
        for number, layer in enumerate(self.layers, 1):
            _check_shape(number, layer)
        for number, (first, second) in enumerate(zip(self.layers, self.layers[1:], strict=False), 1):
            if first.outputs != second.inputs:
                raise NetworkError(
                    f"layer {number + 1}: weight has {second.inputs} columns, but layer {number} has {first.outputs} outputs; "
                    "make them equal"
                )
        if self.layers[-1].linear:
            raise NetworkError(
                f"layer {len(self.layers)}: no ReLU follows the last layer, so none of its neurons is named linear"
            )

    @classmethod
    def from_rows(cls, layers: Sequence[tuple[Any, Any]], metadata: Mapping[str, Any] | None = None) -> Network:
        """A net from pairs (weight rows, bias entries or None for zero) of anything that `rational` understands.

        Parameters
        ----------
        layers : sequence of (weight, bias)
            `weight` is a sequence of rows, an array of shape (n_out, n_in) or a `SparseMatrix`; `bias` has n_out entries, or
            is None.

        Raises
        ------
        NetworkError
            If rows are ragged, an entry is not a finite number, or the shapes do not chain; it names layer and entry.
        """
        return cls(tuple(_layer(number, *pair) for number, pair in enumerate(layers, 1)), dict(metadata or {}))

    def __call__(self, x: Any) -> list[Any]:
        """What `evaluate` gives."""
        return self.evaluate(x)

    def evaluate(self, x: Any) -> list[Any]:
        """The outputs at a point, or at each of several points, in rationals.

        Parameters
        ----------
        x : sequence of numbers, length n_in, or sequence of such sequences
            A point, or a list of points: also as arrays. Numbers are ints, floats (the dyadic rationals that they store),
            fractions, or texts such as "1/3" and "0.1".

        Returns
        -------
        list of fmpq, length n_out, or list of such lists
            One for each point, where `x` is a list of points.

        Raises
        ------
        NetworkError
            If `x` is neither, or a point has the wrong length; it says which one.
        NumberError
            If an entry is no finite number; it says which one.

        Examples
        --------
        >>> net = Network.from_rows([([[1, 2]], ["1/3"])])
        >>> net.evaluate([1, "1/2"]), net.evaluate([[0, 0], [0.5, 0]])
        ([7/3], [[1/3], [5/6]])
        """
        from relupoly.networks.evaluation import evaluate, evaluate_each, is_one_point

        return evaluate(self, x) if is_one_point(x) else evaluate_each(self, x)

    def count_pieces(self, domain: Any = None, notion: str = "open", **options: Any) -> Any:
        """What `relupoly.count_pieces` says of this net: a `PieceCount`.

        Examples
        --------
        >>> Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)]).count_pieces().pieces
        2
        """
        return _face().count_pieces(self, domain, notion, **options)

    def pieces(self, domain: Any = None, notion: str = "open", **options: Any) -> Iterator[Any]:
        """The affine pieces one by one, each a `PieceRecord`.

        Parameters
        ----------
        domain : Domain, DomainUnion or path, optional
            All of R^n by default.
        notion : str
            "open", "activation", "closed" or "affine".
        options
            Those of `relupoly.list_pieces`: `fields`, `deadline`, `run`.

        Yields
        ------
        PieceRecord

        Examples
        --------
        >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
        >>> [piece.gradient for piece in absolute_value.pieces()]
        [((1,),), ((-1,),)]
        """
        found: Iterator[Any] = _face().list_pieces(self, domain, notion, **options)
        return found

    def piece_at(self, point: Sequence[Any], domain: Any = None, notion: str = "open", **options: Any) -> Any:
        """The piece that holds a point; on a border the first of those that `relupoly.pieces_at` gives.

        Parameters
        ----------
        point : sequence of numbers
            In the coordinates of the domain: parameters t where it lies in a subspace; but in those of the inputs where its
            sets lie in several.
        domain, notion, options
            As of `pieces`.

        Returns
        -------
        PieceRecord
            Its number is 1: the others are not listed.

        Raises
        ------
        DomainError
            If the point lies outside of the domain.

        Examples
        --------
        >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
        >>> absolute_value.piece_at(["-1/2"]).gradient
        ((-1,),)
        """
        found: list[Any] = _face().pieces_at(self, point, domain, notion, **options)
        if not found:
            name = getattr(domain, "name", domain)
            raise DomainError(f"the point lies outside of the domain, {name}; give one inside")
        return found[0]

    def plot(self, domain: Any = None, **options: Any) -> Any:
        """Draw the net by `relupoly.plot`, whose options these are; gives the axes of matplotlib."""
        return _face().plot(self, domain, **options)

    def page(self, domain: Any = None, **options: Any) -> Any:
        """Make a page for a browser by `relupoly.page`, whose options these are; notebooks show it."""
        return _face().page(self, domain, **options)

    def save(self, path: str | os.PathLike[str], **options: Any) -> None:
        """Write the net to a file by `relupoly.save`; the suffix names the format."""
        _face().save(self, path, **options)

    def __len__(self) -> int:
        """The number of layers, with the one of the outputs."""
        return len(self.layers)

    def __repr__(self) -> str:
        if self.parameters <= _SHOWN:
            return f"Network({', '.join(map(repr, self.layers))})"
        hidden = ", ".join(map(str, self.widths)) or "none"
        return f"Network({self.input_dim} inputs, hidden layers: {hidden}, {self.output_dim} outputs)"

    def _repr_html_(self) -> str:
        """A table of the layers, for notebooks."""
        head = "<tr><th>layer</th><th>inputs</th><th>ReLU neurons</th><th>linear neurons</th><th>weights not 0</th></tr>"
        told = [(str(number), layer, str(layer.relus), len(layer.linear)) for number, layer in enumerate(self.hidden, 1)]
        told.append(("outputs", self.layers[-1], "", self.output_dim))
        rows = [
            f"<tr><td>{name}</td><td>{layer.inputs}</td><td>{relus}</td><td>{linear}</td><td>{_nonzeros(layer.weight)}</td></tr>"
            for name, layer, relus, linear in told
        ]
        return f"<table>{head}{''.join(rows)}</table>"

    @property
    def input_dim(self) -> int:
        """The number of inputs."""
        return self.layers[0].inputs

    @property
    def output_dim(self) -> int:
        """The number of outputs."""
        return self.layers[-1].outputs

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """The layers that ReLU follows."""
        return self.layers[:-1]

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers of neurons of the hidden layers."""
        return tuple(layer.outputs for layer in self.hidden)

    @property
    def relus(self) -> tuple[int, ...]:
        """The numbers of neurons of the hidden layers that have a ReLU."""
        return tuple(layer.relus for layer in self.hidden)

    @property
    def linear(self) -> int:
        """The number of neurons of the hidden layers that have no ReLU."""
        return sum(len(layer.linear) for layer in self.hidden)

    @property
    def parameters(self) -> int:
        """The number of weights and biases; of a sparse layer, those that are kept."""
        return sum(layer.outputs + _kept(layer.weight) for layer in self.layers)


def _face() -> Any:
    """The functions that people type: they stand above this module, so they are looked up when somebody asks."""
    return importlib.import_module("relupoly")


def _nonzeros(weight: Matrix) -> int:
    return sum(map(bool, weight.entries())) if isinstance(weight, fmpq_mat) else weight.count


def _kept(weight: Matrix) -> int:
    return int(weight.nrows() * weight.ncols()) if isinstance(weight, fmpq_mat) else weight.count


def _check_shape(number: int, layer: Layer) -> None:
    if layer.outputs == 0:
        raise NetworkError(f"layer {number}: it is empty; give at least one row of weights")
    if layer.inputs == 0:
        what = "the network has no input" if number == 1 else "it has no input"
        raise NetworkError(f"layer {number}: {what}; give each row of weights at least one entry")
    if layer.bias.nrows() != layer.outputs or layer.bias.ncols() != 1:
        raise NetworkError(
            f"layer {number}: bias has {layer.bias.nrows()} entries, but weight has {layer.outputs} rows; give one for each row"
        )
    if list(layer.linear) != sorted({*layer.linear} & {*range(layer.outputs)}):
        raise NetworkError(
            f"layer {number}: linear neurons are named by their numbers from 0 to {layer.outputs - 1}, ascending, each once"
        )


def _layer(number: int, weight: Any, bias: Any) -> Layer:
    matrix = _matrix(number, weight)
    biases = [0] * matrix.nrows() if bias is None else _sequence(bias, f"layer {number}: bias", "a list of numbers")
    offset = column([rational_at(entry, f"layer {number}: bias[{r}]", NetworkError) for r, entry in enumerate(biases, 1)])
    return Layer(matrix, offset)


def _matrix(number: int, weight: Any) -> Matrix:
    if not isinstance(weight, (list, tuple)):  # so that lists, as files have them, are read without numpy
        from relupoly.exact.sparse import SparseMatrix

        if isinstance(weight, SparseMatrix):
            return weight
    return _dense(number, weight)


def _dense(number: int, weight: Any) -> fmpq_mat:
    rows = _sequence(weight, f"layer {number}: weight", "a list of rows")
    exact: list[list[fmpq]] = []
    for r, row in enumerate(rows, 1):
        entries = _sequence(row, f"layer {number}: row {r} of weight", "a list of numbers")
        if exact and len(entries) != len(exact[0]):
            raise NetworkError(
                f"layer {number}: row {r} of weight has {len(entries)} entries, but row 1 has {len(exact[0])}; "
                "give every row the same length"
            )
        exact.append(
            [rational_at(entry, f"layer {number}: weight[{r}][{c}]", NetworkError) for c, entry in enumerate(entries, 1)]
        )
    return from_rows(exact, len(exact[0]) if exact else 0)


def _sequence(value: Any, place: str, wanted: str) -> list[Any]:
    if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__len__"):
        raise NetworkError(f"{place} is not {wanted}")
    return list(value)
