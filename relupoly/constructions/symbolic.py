"""The function of a hard net as formulas of sympy, with symbols for the numbers that may vary.

A composition is written as a list of definitions, each in terms of the ones before: put into one another, they would grow
by a factor of the width with every layer. `Formulas.composed` does so for those who want it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq

from relupoly.constructions.hard_net import HardNet
from relupoly.exact.blocks import nonzero_rows
from relupoly.exact.rationals import rational
from relupoly.networks.network import Network


@dataclass(frozen=True)
class Formulas:
    """A function as definitions, one after the other.

    Attributes
    ----------
    inputs : tuple of sympy.Symbol
    definitions : tuple of (sympy.Symbol, sympy.Expr)
    outputs : tuple of sympy.Symbol
    values : mapping of sympy.Symbol to sympy.Rational
        The symbols for numbers of the family, and their values in the net.
    conditions : tuple of str
        What these numbers must satisfy.
    """

    inputs: tuple[Any, ...]
    definitions: tuple[tuple[Any, Any], ...]
    outputs: tuple[Any, ...]
    values: Mapping[Any, Any]
    conditions: tuple[str, ...] = ()

    def composed(self) -> tuple[Any, ...]:
        """The outputs as expressions in the inputs and the symbols of the family."""
        known: dict[Any, Any] = {}
        for symbol, formula in self.definitions:
            known[symbol] = formula.xreplace(known)
        return tuple(known[symbol] for symbol in self.outputs)

    def lines(self) -> list[str]:
        """The definitions as lines of Python, after the conditions as comments."""
        return [*(f"# {text}" for text in self.conditions), *(f"{symbol} = {formula}" for symbol, formula in self.definitions)]


def symbolic(net: HardNet) -> Formulas:
    r"""The function of a hard net: with symbols where the family has numbers that may vary, else layer by layer.

    Examples
    --------
    >>> from relupoly.constructions.hard import hard
    >>> formulas = symbolic(hard("sawtooth", width=2, depth=1))
    >>> print("\n".join(formulas.lines()))
    # 0 < a_1_1 < M
    y_1 = Piecewise((0, x <= 0), (M*x/a_1_1, x <= a_1_1), (M*(M - x)/(M - a_1_1), True))
    >>> [str(formula.subs(formulas.values)) for formula in formulas.composed()]
    ['Piecewise((0, x <= 0), (2*x, x <= 1/2), (2 - 2*x, True))']
    """
    return _FORMULAS.get(net.family, _of_layers)(net)


def _of_sawtooth(net: HardNet) -> Formulas:
    from sympy import Symbol

    x = Symbol("x", real=True)
    return _teeth(net, (x,), [], x, {})


def _of_zonotope(net: HardNet) -> Formulas:
    from sympy import Abs, Add, Symbol

    inputs = _inputs(net.network)
    values: dict[Any, Any] = {}
    terms = []
    for i, row in enumerate(net.parameters["generators"], 1):
        symbols = [Symbol(f"b_{i}_{j}", real=True) for j in range(1, len(row) + 1)]
        values |= dict(zip(symbols, map(_number, row), strict=True))
        terms.append(Abs(Add(*(b * x for b, x in zip(symbols, inputs, strict=True)))))
    support = Symbol("g", real=True)
    return _teeth(net, inputs, [(support, Add(*terms))], support, values)


def _teeth(net: HardNet, inputs: tuple[Any, ...], definitions: list[Any], variable: Any, values: dict[Any, Any]) -> Formulas:
    """The layers of a sawtooth in a variable, after other definitions."""
    from sympy import Symbol

    height = Symbol("M", positive=True)
    values = {**values, height: _number(net.parameters["height"])}
    conditions = []
    for i, layer in enumerate(net.parameters["breakpoints"], 1):
        points = [Symbol(f"a_{i}_{j}", positive=True) for j in range(1, len(layer) + 1)]
        values |= dict(zip(points, map(_number, layer), strict=True))
        conditions.append(" < ".join(map(str, [0, *points, height])))
        definitions.append((Symbol(f"y_{i}", real=True), _tooth(variable, points, height)))
        variable = definitions[-1][0]
    return Formulas(inputs, tuple(definitions), (variable,), values, tuple(conditions))


def _tooth(variable: Any, points: list[Any], height: Any) -> Any:
    """h_a of a variable: rising on every other interval, falling between."""
    from sympy import Piecewise, S

    ends = [S.Zero, *points, height]
    pieces: list[Any] = [(S.Zero, variable <= 0)]
    for j, (start, end) in enumerate(pairwise(ends)):
        share = (variable - start) / (end - start) if j % 2 == 0 else (end - variable) / (end - start)
        pieces.append((height * share, variable <= end if j < len(points) else True))
    return Piecewise(*pieces, evaluate=False)


def _of_telgarsky(net: HardNet) -> Formulas:
    from sympy import Max, Rational, Symbol

    x = variable = Symbol("x", real=True)
    definitions = []
    for i in range(1, net.parameters["iterations"] + 1):
        tent = Max(0, 2 * Max(0, variable) - 4 * Max(0, variable - Rational(1, 2)))
        variable = Symbol(f"y_{i}", real=True)
        definitions.append((variable, tent))
    return Formulas((x,), tuple(definitions), (variable,), {})


def _of_maximum(net: HardNet) -> Formulas:
    from sympy import Max, Symbol

    inputs, output = _inputs(net.network), Symbol("f", real=True)
    return Formulas(inputs, ((output, Max(*inputs)),), (output,), {})


def _of_layers(net: HardNet) -> Formulas:
    """The neurons of any net, h_l_j for the j-th of hidden layer l."""
    from sympy import Add, Max, Symbol

    before = inputs = _inputs(net.network)
    definitions: list[Any] = []
    for number, layer in enumerate(net.network.layers, 1):
        last = number == len(net.network.layers)
        names = [f"f_{j}" if last else f"h_{number}_{j}" for j in range(1, layer.outputs + 1)]
        symbols = tuple(Symbol(name, real=True) for name in (["f"] if last and len(names) == 1 else names))
        neurons = zip(symbols, nonzero_rows(layer.weight), layer.bias.entries(), layer.has_relu.tolist(), strict=True)
        for symbol, row, bias, relu in neurons:
            form = Add(*(_number(entry) * before[place] for place, entry in row.items()), _number(bias))
            definitions.append((symbol, Max(0, form) if relu and not last else form))
        before = symbols
    return Formulas(inputs, tuple(definitions), before, {})


def _inputs(network: Network) -> tuple[Any, ...]:
    from sympy import Symbol

    count = network.input_dim
    return tuple(Symbol("x" if count == 1 else f"x_{i}", real=True) for i in range(1, count + 1))


def _number(value: Any) -> Any:
    from sympy import Rational

    exact: fmpq = rational(value)
    return Rational(int(exact.p), int(exact.q))


_FORMULAS: dict[str, Callable[[HardNet], Formulas]] = {
    "maximum": _of_maximum,
    "sawtooth": _of_sawtooth,
    "telgarsky": _of_telgarsky,
    "zonotope": _of_zonotope,
}
