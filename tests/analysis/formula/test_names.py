"""Names that users and files give: they are shown, and nothing else, in every language."""

import ast
import keyword
import random
import re

import pytest
import sympy
from flint import fmpq, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import formula_readers as readers

from relupoly.analysis.formula.c_form import c_form
from relupoly.analysis.formula.formula import Branch, Formula, HalfSpace
from relupoly.analysis.formula.latex_form import latex_form, latex_name
from relupoly.analysis.formula.names import identifiers
from relupoly.analysis.formula.python_form import python_form
from relupoly.analysis.formula.sympy_form import formula_sympy, sympy_form
from relupoly.analysis.formula.text_form import text_form

HOSTILE = [
    "x); import os",
    'x"""\nimport os\nos.system("false")\n"""',
    "*/ #error no\n/* */",
    "x\\\n#error no",
    "??/\n#error no",
    "\\input{secret}",
    "$^^5cinput secret$",
    "}\\end{cases}",
    "f",
    "_value",
    "Fraction",
    "lambda",
    "None",
    "if",
    "otherwise",
    "Piecewise",
    "α",
    "ﬁ",
    "fi",
    "\ud800",
    "\u202e",
    "",
    " ",
    "1",
    "x1",
    "{planes}",
    "%d",
    "x'",
    "'",
]


def named(names, title=""):
    """A function of many variables: their sum with factors 1, 2, ... where that is not positive, else 0."""
    row = tuple(fmpq(place) for place, _ in enumerate(names, 1))
    normal = tuple(entry.p for entry in row)
    nothing = tuple(fmpq(0) for _ in names)
    below = HalfSpace(normal, fmpz(0))
    above = HalfSpace(tuple(-entry for entry in normal), fmpz(0))
    branches = (Branch((row,), (fmpq(0),), ((below,),)), Branch((nothing,), (fmpq(0),), ((above,),)))
    return Formula(tuple(names), branches, True, title, title)


def expected(point):
    return (min(sum(place * entry for place, entry in enumerate(point, 1)), 0),)


def points(n):
    source = random.Random(4)
    return [[source.randint(-9, 9) for _ in range(n)] for _ in range(5)]


names_of_any_kind = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(HOSTILE)), min_size=1, max_size=6, unique=True)


@settings(max_examples=20)
@given(names_of_any_kind, st.sampled_from(HOSTILE))
def test_programs_and_text_are_the_same_function_under_any_names(names, title):
    formula = named(names, title)
    script = {}
    exec(sympy_form(formula), script)
    symbols = {value.name: value for value in script.values() if isinstance(value, sympy.Symbol)}
    functions = [
        readers.Text(text_form(formula)),
        readers.python(python_form(formula)),
        readers.sympy_function([script["f"]], [symbols[name] for name in names]),
    ]
    for point in points(len(names)):
        assert [function(*point) for function in functions] == [expected(point)] * 3


@given(names_of_any_kind, st.sampled_from(HOSTILE))
def test_what_is_written_is_plain(names, title):
    formula = named(names, title)
    for write in (text_form, python_form, sympy_form, c_form):
        text = write(formula)
        assert text.isascii()
        assert text.replace("\n", "").isprintable()


def test_the_module_of_python_has_no_statement_of_others():
    mild = ast.parse(python_form(named([f"x{place}" for place, _ in enumerate(HOSTILE)])))
    wild = ast.parse(python_form(named(HOSTILE, HOSTILE[1])))
    assert [type(node) for node in ast.walk(mild)] == [type(node) for node in ast.walk(wild)]


def test_c_with_hostile_names(tmp_path):
    program = readers.C(c_form(named(HOSTILE, HOSTILE[3])), tmp_path)
    asked = points(len(HOSTILE))
    assert program.exact(asked) == [expected(point) for point in asked]


@given(names_of_any_kind, st.sampled_from(HOSTILE))
def test_latex_has_no_command_of_others(names, title):
    text = latex_form(named(names, title))
    assert text.replace("\n", "").isprintable()
    comments = [line for line in text.splitlines() if line.startswith("%")]
    assert len(comments) == 2 * bool(title)
    commands = set(re.findall(r"\\([A-Za-z]+|.)", "\n".join(text.splitlines()[len(comments) :]), re.DOTALL))
    own = {"begin", "end", "text", "le", "\\", "mathrm", "backslash", "wedge", "sim", "prime", "langle", "rangle"}
    assert commands <= own | set(" {}$&%#_")
    shown = "".join(map(latex_name, names))
    for command in ("wedge", "sim", "prime", "backslash", "langle", "rangle"):
        shown = shown.replace(f"\\{command}{{}}", "")
    plain = re.sub(r"\\[^A-Za-z]|\\mathrm", "", shown)
    assert not set(plain) & set("\\$&%#^~")
    assert plain.count("{") == plain.count("}")


def test_names_that_differ_stay_apart_in_latex():
    names = [*HOSTILE, "x_1", "x_{1}", "x01", "\\u202e", "X1", "xx1"]
    assert len(set(map(latex_name, names))) == len(names)


def test_identifiers():
    found = identifiers(HOSTILE, keyword.kwlist)
    assert len(set(found)) == len(HOSTILE)
    assert all(word.isidentifier() and word.isascii() and not keyword.iskeyword(word) for word in found)
    assert found[HOSTILE.index("x1")] == "x1"
    assert identifiers(["a b", "a_b", "a-b"], ()) == ("a_b_", "a_b", "a_b__")


def test_symbols_of_sympy_have_the_names():
    (expression,) = formula_sympy(named(["speed (m/s)", "lambda"]))
    assert {symbol.name for symbol in expression.free_symbols} == {"speed (m/s)", "lambda"}
    assert all(symbol.is_real for symbol in expression.free_symbols)


def test_what_variables_were_called_is_told():
    text = text_form(named(["speed (m/s)", "x"], 'the "net"\n'))
    assert text.splitlines()[:3] == ["# net: 'the \"net\"\\n'", "# domain: 'the \"net\"\\n'", "# speed_m_s is 'speed (m/s)'"]


@pytest.mark.parametrize("write", [text_form, latex_form, python_form, sympy_form])
def test_nothing_is_said_where_nothing_is_to_be_said(write):
    assert not any(line.startswith(("#  ", "%")) for line in write(named(["x1", "x2"])).splitlines())
