"""Each form, read back, is the net: inside, on borders, and outside of the domain."""

import ast
import random
import re
from fractions import Fraction

import pytest
import sympy
from flint import fmpq, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import formula_readers as readers
from oracles.formula_cases import CASES, Case, random_net
from oracles.strategies import nets_on_domains

from relupoly.analysis.formula.forms import FORMS, formula_text
from relupoly.analysis.formula.formula import Branch, Formula, HalfSpace
from relupoly.analysis.formula.latex_form import latex_form
from relupoly.analysis.formula.python_form import python_form
from relupoly.analysis.formula.sympy_form import formula_sympy, sympy_form
from relupoly.analysis.formula.text_form import text_form
from relupoly.errors import FunctionError


def by_objects(formula):
    symbols = [sympy.Symbol(name, real=True) for name in formula.variables]
    return readers.sympy_function(formula_sympy(formula), symbols)


def by_script(formula):
    made = {}
    exec(sympy_form(formula), made)
    expressions = made["f"] if isinstance(made["f"], tuple) else (made["f"],)
    return readers.sympy_function(expressions, [made[name] for name in formula.variables])


QUICK = {
    "text": lambda formula: readers.Text(text_form(formula)),
    "latex": lambda formula: readers.latex(latex_form(formula)),
    "python": lambda formula: readers.python(python_form(formula)),
}
SLOW = {"objects of sympy": by_objects, "scripts for sympy": by_script}


@pytest.mark.parametrize("form", QUICK)
@pytest.mark.parametrize("name", CASES)
def test_a_form_is_the_net(name, form):
    case = CASES[name]
    for formula in (case.formula, case.formula_of_pieces):
        function = QUICK[form](formula)
        for point in case.points():
            assert function(*point) == case.value(point)


@pytest.mark.parametrize("form", SLOW)
@pytest.mark.parametrize("name", CASES)
def test_sympy_has_the_net(name, form):
    case = CASES[name]
    function = SLOW[form](case.formula)
    points = case.points(count=2)
    for point in points[:: len(points) // 10 or 1]:
        assert function(*point) == case.value(point)


@given(nets_on_domains(inputs=3, neurons=6), st.data())
def test_random_nets(pair, data):
    case = Case.of(*pair)
    points = [*case.points(count=0), data.draw(st.tuples(*[st.fractions(-4, 4, max_denominator=6)] * case.dimension))]
    for formula in (case.formula, case.formula_of_pieces):
        functions = [read(formula) for read in QUICK.values()]
        for point in points:
            assert [function(*point) for function in functions] == [case.value(point)] * len(functions)


@settings(max_examples=10)
@given(nets_on_domains(inputs=2, neurons=3))
def test_random_nets_in_sympy(pair):
    case = Case.of(*pair)
    functions = [read(case.formula) for read in SLOW.values()]
    for point in case.points(count=1)[:12]:
        assert [function(*point) for function in functions] == [case.value(point)] * len(functions)


def test_the_text_is_read_by_sympy_too():
    case = CASES["the plane"]
    x = sympy.symbols("x1 x2")
    lines = text_form(case.formula).partition(" = ")[2].splitlines()
    for line, branch in zip(lines, case.formula.branches, strict=True):
        value = sympy.sympify(line.split(" if ")[0].replace("otherwise", "").strip(), dict(zip(("x1", "x2"), x, strict=True)))
        row = [sympy.Rational(int(entry.p), int(entry.q)) for entry in (*branch.gradient[0], branch.constant[0])]
        assert sympy.expand(value - row[0] * x[0] - row[1] * x[1] - row[2]) == 0


def test_coordinates_of_python_are_exact():
    class Whole(int):
        """What numpy's integers do: they are no ints of Python when divided."""

    line = Branch(((fmpq(1, 3), fmpq(1)),), (fmpq(0),), ((),))
    function = readers.python(python_form(Formula(("x1", "x2"), (line,), True)))
    assert function(0.1, 3) == (Fraction(0.1) / 3 + 3,)
    assert function(Fraction(1, 7), Whole(-2)) == (Fraction(1, 21) - 2,)
    assert function(2**200, 5e-324) == (Fraction(2**200, 3) + Fraction(5e-324),)
    numpy = pytest.importorskip("numpy")
    assert function(numpy.int64(2**62), numpy.float64(0.1)) == (Fraction(2**62, 3) + Fraction(0.1),)


def test_the_python_module_imports_the_standard_library_alone():
    tree = ast.parse(python_form(CASES["a box"].formula))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"fractions", "math"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]


def test_numbers_that_python_refuses_as_decimals():
    large = fmpq(fmpz(7) ** 6000, fmpz(3) ** 12000)
    right = HalfSpace((-large.q,), -large.p)
    left = HalfSpace((large.q,), large.p)
    formula = Formula(
        ("x",), (Branch(((fmpq(0),),), (large,), ((left,),)), Branch(((fmpq(1),),), (fmpq(0),), ((right,),))), True
    )
    exact = Fraction(7**6000, 3**12000)
    for function in (readers.python(python_form(formula)), by_script(formula), by_objects(formula)):
        assert function(exact) == function(0) == (exact,)
        assert function(exact + 1) == (exact + 1,)
    assert all(re.search(r"\d{5000}", write(formula)) for write in (text_form, latex_form))


@pytest.mark.slow
def test_thousands_of_pieces():
    case = Case.of(random_net(11, 3, 14, 12, 1))
    assert len(case.cells) > 3000
    function = readers.python(python_form(case.formula))
    plain = readers.Text(text_form(case.formula))
    for point in case.random_points(random.Random(2), 10):
        assert function(*point) == plain(*point) == case.value(point)


def test_many_variables():
    net = random_net(12, 400, 2, 1)
    case = Case.of(net)
    for read in QUICK.values():
        function = read(case.formula)
        for point in case.points(count=2):
            assert function(*point) == case.value(point)


def test_forms_by_name():
    formula = CASES["the plane"].formula
    for name, write in FORMS.items():
        text = formula_text(formula, name)
        assert text == write(formula)
        assert text.isascii()
        assert text.endswith("\n")
    with pytest.raises(FunctionError, match='"Pascal" is no form of a formula; take one of text, latex, sympy, python, c'):
        formula_text(formula, "Pascal")


def test_what_people_see():
    assert text_form(CASES["one piece"].formula) == "f(x1, x2) = (7/3, -1)\n"
    shown = text_form(CASES["one piece of a box"].formula).splitlines()
    assert shown == [
        "# domain: 'box 0 1'",
        "f(x1, x2) = 1/3*x1 + 2/3*x2 + 10/3    if 0 <= x1 <= 1 and 0 <= x2 <= 1",
        "            undefined                 otherwise",
    ]
    two = Branch(((fmpq(1),),), (fmpq(0),), ((HalfSpace((fmpz(1),), fmpz(-1)),), (HalfSpace((fmpz(-1),), fmpz(-1)),)))
    both = Branch(((fmpq(-1),),), (fmpq(-1, 2),), ((HalfSpace((fmpz(-2),), fmpz(1)), HalfSpace((fmpz(3),), fmpz(1))),))
    assert text_form(Formula(("v",), (two, both))).splitlines() == [
        "f(v) = v            if v <= -1 or v >= 1",
        "       -v - 1/2     if -1/2 <= v <= 1/3",
        "       undefined    otherwise",
    ]
    corner = (HalfSpace((fmpz(1), fmpz(0)), fmpz(0)), HalfSpace((fmpz(0), fmpz(-1)), fmpz(-2)))
    sets = (corner, (HalfSpace((fmpz(-1), fmpz(1)), fmpz(0)),))
    formula = Formula(("a", "b"), (Branch(((fmpq(0), fmpq(-1)),), (fmpq(0),), sets),))
    assert text_form(formula).splitlines()[0] == "f(a, b) = -b           if (a <= 0 and b >= 2) or a - b >= 0"
    assert r"\text{if } \left(a \le 0 \text{ and } b \ge 2\right) \text{ or } a - b \ge 0 \\" in latex_form(formula)
