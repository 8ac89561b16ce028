"""VNN-LIB 2.0: tensors instead of scalars. The reference parser (`vnnlib` from PyPI) is the oracle."""

from fractions import Fraction
from math import prod

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from refusal import check_refused

from relupoly.errors import DomainError, FileFormatError
from relupoly.exact.matrices import column
from relupoly.files import read_domain
from relupoly.files.polyhedra.vnnlib import decode
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace


def network(shape="[2]", others="(declare-output Y Real [2])", kind="Real"):
    return f"(vnnlib-version <2.0>)\n(declare-network f (declare-input X {kind} {shape}) {others})\n"


def read(text, **declared):
    [domain] = decode((network(**declared) + text).encode(), "p.vnnlib")
    return domain


BOX = "(assert (<= X[0] 1.0)) (assert (>= X[0] -0.1)) (assert (<= X[1] 2)) (assert (< 0 X[1]))"


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"kind": "float32"},
        {"kind": "float64", "others": '(declare-output Y float64 [1,5] "out")'},
        {"shape": "[ 2 ]", "others": '(declare-hidden Z Real [3] "relu_1") (declare-output Y Real [])'},
        {"others": "(declare-output Y Real [2]) (isomorphic-to g)"},
    ],
)
def test_declarations(declared):
    domain = read(BOX + "(assert (or (>= Y[0] 0.0) (<= Y[0, 1] X[0])))", **declared)
    assert domain.polyhedron == Polyhedron.box(["-0.1", 0], [1, 2])
    assert domain.name == "closure of the box of p.vnnlib"


def test_hidden_values_say_nothing_about_inputs():
    others = '(declare-hidden Z Real [3] "relu_1") (declare-output out Real [])'
    domain = read(BOX + "(assert (<= Z[0] X[1])) (assert (!= out 0))", others=others)
    assert domain.polyhedron == Polyhedron.box(["-0.1", 0], [1, 2])


def test_entries_are_in_row_major_order():
    bounds = "".join(f"(assert (<= {3 * i + j} X [{i} , {j}] {3 * i + j + 1}))" for j in range(3) for i in range(2))
    assert read(bounds, shape="[2,3]").polyhedron == Polyhedron.box(range(6), range(1, 7))


@pytest.mark.parametrize("name", ["X", "X[]"])
def test_a_scalar_has_no_index(name):
    assert read(f"(assert (<= 0 {name} 1))", shape="[]").polyhedron == Polyhedron.box([0], [1])


def test_fixed_inputs_and_equations():
    domain = read("(assert (== X[0,1] 0.5)) (assert (<= 0 X[0,0] 1))", shape="[1,2]")
    assert domain.subspace == AffineSubspace.fixing(2, {1: "1/2"})
    assert domain.name == "box of p.vnnlib (X[0,1] = 0.5 held fixed)"


REFUSED = {
    "no input": ("(declare-network f (declare-output Y Real [1]))", "line 1: the network has no input"),
    "two inputs": ("(declare-network f (declare-input A Real [1])\n(declare-input B Real [1]))", "line 2: B is a second input"),
    "two networks": (network() + network().splitlines()[1], "line 3: it is a second network"),
    "twice": ("(declare-network f (declare-input X Real [1]) (declare-output X Real [1]))", "line 1: X is declared twice"),
    "integers": (network(kind="int8"), 'line 2: X has entries of type "int8", but inputs are real numbers here'),
    "no shape": (
        "(declare-network f (declare-input X Real))",
        "line 1: it is no declaration of a tensor; write (declare-input X",
    ),
    "shape 0": (network(shape="[2,0]"), "line 2: [2,0] is no shape"),
    "huge shape": (network(shape="[999999,999999]"), "line 2: [999999,999999] is no shape"),
    "word in a network": ("(declare-network f (declare-weights W))", 'line 1: "declare-weights" is not understood'),
    "index beyond": (network() + "(assert (<= X[2] 1))", 'line 3: "X[2]" is beyond the shape [2]; indices begin with 0'),
    "index beyond, with an output": (network() + "(assert (<= X[2] Y[0]))", 'line 3: "X[2]" is beyond the shape [2]'),
    "few indices": (network(shape="[1,2]") + "(assert (<= X[2] 1))", 'line 3: "X[2]" needs 2 indices, such as X[0,0]'),
    "no index": (network() + "(assert (<= X 1))", 'line 3: "X" needs 1 indices, such as X[0]'),
    "odd index": (network() + "(assert (<= X[-1] 1))", 'line 3: "X[-1]" needs 1 indices'),
    "not declared": (network() + "(assert (<= Z[0] 1))", 'line 3: "Z[0]" is not declared'),
    "not equal": (network() + "(assert (!= X[0] 1))", 'line 3: "!=" is not supported on inputs'),
    "nothing": (network() + "(assert (>= Y[0] 1))", "it says nothing about the inputs"),
    "version": ("(vnnlib-version 3)", 'line 1: version "3" is not known'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    text, message = REFUSED[name]
    check_refused(read_domain, tmp_path / "p.vnnlib", text, message, (FileFormatError, DomainError))


NUMBERS = st.decimals(-3, 3, places=1).map(lambda number: f"{number:f}")


@st.composite
def properties(draw):
    """A shape, and the text of a property whose input set is a polyhedron around 0."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3).filter(lambda sizes: prod(sizes) <= 6))
    indices = st.tuples(*(st.integers(0, size - 1) for size in shape)).map(lambda it: f"X[{','.join(map(str, it))}]")
    factor = st.tuples(NUMBERS, indices).map(lambda it: f"(* {it[0]} {it[1]})")
    term = st.one_of(
        indices,
        factor,
        st.lists(factor | indices, min_size=1, max_size=3).map(lambda parts: f"(+ {' '.join(parts)})"),
        st.lists(factor | indices, min_size=1, max_size=3).map(lambda parts: f"(- {' '.join(parts)})"),
    )
    bound = st.decimals("0.1", 3, places=1)
    claim = st.one_of(
        st.tuples(st.sampled_from(["<=", "<"]), term, bound).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        st.tuples(st.sampled_from([">=", ">"]), term, bound).map(lambda it: f"({it[0]} {it[1]} -{it[2]})"),
    )
    claims = draw(st.lists(claim | st.lists(claim, min_size=1).map(lambda it: f"(and {' '.join(it)})"), min_size=1, max_size=6))
    size = ",".join(map(str, shape))
    # One claim that does not cancel out.
    claims.append(f"(<= {draw(indices)} 2.5)")
    return shape, network(shape=f"[{size}]", kind="float32") + "\n".join(f"(assert {one})" for one in claims)


def value(expression, point, shape):
    """The value of a term of the reference parser, from its tree and the texts of its numbers."""
    import vnnlib

    if isinstance(expression, vnnlib.Var):
        place = 0
        for index, size in zip(expression.indices, shape, strict=True):
            place = place * size + index
        return point[place]
    if isinstance(expression, vnnlib.Literal):
        return Fraction(expression.lexeme)
    if isinstance(expression, vnnlib.Negate):
        return -value(expression.expr, point, shape)
    if isinstance(expression, vnnlib.Minus):
        return value(expression.head, point, shape) - sum(value(one, point, shape) for one in expression.rest)
    values = [value(one, point, shape) for one in expression.args]
    return sum(values) if isinstance(expression, vnnlib.Plus) else prod(values)


def holds(expression, point, shape):
    """Whether a point satisfies a claim, strict or not."""
    import vnnlib

    if isinstance(expression, vnnlib.And):
        return all(holds(one, point, shape) for one in expression.args)
    low, high = value(expression.lhs, point, shape), value(expression.rhs, point, shape)
    return low <= high if isinstance(expression, (vnnlib.LessEqual, vnnlib.LessThan)) else low >= high


@given(properties(), st.data())
def test_the_reference_parser_sees_the_same_set(given_property, data):
    vnnlib = pytest.importorskip("vnnlib")
    shape, text = given_property
    query = vnnlib.parse_query_string(text)
    [domain] = decode(text.encode(), "p.vnnlib")
    entry = st.fractions(-3, 3, max_denominator=10)
    for point in data.draw(st.lists(st.lists(entry, min_size=prod(shape), max_size=prod(shape)), min_size=1, max_size=5)):
        inside = all(holds(one.expr, point, shape) for one in query.assertions)
        assert contains(domain, point) == inside


def contains(domain, point):
    x = column([fmpq(entry.numerator, entry.denominator) for entry in point])
    slack = (domain.polyhedron.bound - domain.polyhedron.matrix * x).entries()
    return all(entry >= 0 for entry in slack)
