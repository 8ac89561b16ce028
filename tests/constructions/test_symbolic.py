"""Formulas of sympy: with their numbers put in, they are the net."""

import pytest
import sympy
from flint import fmpq
from oracles.strategies import sparsely

from relupoly.constructions.hard import hard
from relupoly.constructions.hard_net import Claims, HardNet
from relupoly.constructions.symbolic import symbolic
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network

POINTS = ["-1", "0", "1/7", "1/3", "2/5", "1/2", "5/8", "6/7", "1", "5/4", "3"]

CASES = [
    ("sawtooth", {"breakpoints": "1/5,1/2;1/4,2/3", "height": "3/2"}),
    ("sawtooth", {"width": 2, "depth": 3}),
    ("zonotope", {"generators": [[1, 2], ["-1/2", 1]], "breakpoints": "1/3", "height": "2"}),
    ("telgarsky", {"iterations": 3}),
    ("maximum", {"arguments": 3}),
    ("serra", {"inputs": 2, "widths": "6,2"}),
    ("random", {"inputs": 2, "widths": "3,2", "outputs": 2, "seed": 3}),
]


def value(formulas, point, outputs=None):
    """The outputs, by going through the definitions one by one."""
    known = {**formulas.values, **dict(zip(formulas.inputs, map(sympy.Rational, point), strict=True))}
    for symbol, formula in formulas.definitions:
        known[symbol] = sympy.sympify(formula).subs(known)
    return [known[symbol] for symbol in formulas.outputs]


def exact(number):
    return fmpq(int(number.p), int(number.q))


@pytest.mark.parametrize(("family", "given_parameters"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_numbers_put_in_make_the_net(family, given_parameters):
    net = hard(family, **given_parameters)
    formulas = symbolic(net)
    n = net.network.input_dim
    for index in range(len(POINTS)):
        point = [POINTS[(index + 3 * i) % len(POINTS)] for i in range(n)]
        assert list(map(exact, value(formulas, point))) == evaluate(net.network, point)


@pytest.mark.parametrize(
    ("family", "given_parameters"), [CASES[1], CASES[3], CASES[4]], ids=["sawtooth", "telgarsky", "maximum"]
)
def test_composed_formulas_are_the_net(family, given_parameters):
    net = hard(family, **given_parameters)
    formulas = symbolic(net)
    [whole] = formulas.composed()
    assert whole.free_symbols <= {*formulas.inputs, *formulas.values}
    for text in POINTS:
        point = [text] * net.network.input_dim
        numbers = {**formulas.values, **dict(zip(formulas.inputs, map(sympy.Rational, point), strict=True))}
        assert exact(whole.subs(numbers)) == evaluate(net.network, point)[0]


def test_lines_are_python_that_sympy_reads():
    net = hard("sawtooth", width=3, depth=2)
    formulas = symbolic(net)
    names = {str(symbol): symbol for symbol in (*formulas.inputs, *formulas.values)}
    space = {"Piecewise": sympy.Piecewise, **names}
    lines = formulas.lines()
    assert lines[:2] == ["# 0 < a_1_1 < a_1_2 < M", "# 0 < a_2_1 < a_2_2 < M"]
    exec("\n".join(lines), space)
    result = space["y_2"].subs({**formulas.values, names["x"]: sympy.Rational(1, 7)})
    assert exact(result) == evaluate(net.network, ["1/7"])[0]


def test_a_tooth_simplifies_to_its_slopes():
    formulas = symbolic(hard("sawtooth", width=3, depth=1))
    [(_, tooth)] = formulas.definitions
    [x], M = formulas.inputs, next(symbol for symbol in formulas.values if str(symbol) == "M")
    a, b = (symbol for symbol in formulas.values if str(symbol).startswith("a_"))
    slopes = [sympy.simplify(sympy.diff(formula, x)) for formula, _ in tooth.args]
    assert all(
        sympy.simplify(one - other) == 0 for one, other in zip(slopes, [0, M / a, M / (a - b), M / (M - b)], strict=True)
    )


def test_symbols_for_breakpoints_are_positive():
    """So sympy simplifies what depends on them."""
    assert all(symbol.is_positive for symbol in symbolic(hard("sawtooth", width=3, depth=2)).values)


def test_linear_neurons_have_no_maximum():
    first, last = Network.from_rows([([[1], [-1]], [0, 3]), ([[1, "1/2"]], None)]).layers
    layers = (sparsely(Layer(first.weight, first.bias, linear=(1,))), sparsely(last))
    formulas = symbolic(HardNet.of("leaky", Network(layers), {}, Claims("none")))
    assert formulas.lines() == ["h_1_1 = Max(0, x)", "h_1_2 = 3 - x", "f = h_1_1 + h_1_2/2"]
