"""Whole properties of VNN-LIB files: their alternatives at points, worked out from the text, and what is refused."""

import itertools
import operator
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.properties import texts
from refusal import check_refused

from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_property
from relupoly.files.polyhedra.sexpr import parse_expressions
from relupoly.files.polyhedra.vnnlib_property import decode
from relupoly.networks.property import LinearConstraint, Property

_COMPARE = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "=": operator.eq}


def declared(inputs=2, outputs=2):
    names = [f"X_{i}" for i in range(inputs)] + [f"Y_{j}" for j in range(outputs)]
    return "".join(f"(declare-const {name} Real)\n" for name in names)


def read(text, inputs=2, outputs=2):
    return decode((declared(inputs, outputs) + text).encode(), "p.vnnlib")


def truth(expression, values):
    """Whether an assertion holds, by its text alone."""
    if expression.head in ("and", "or"):
        return (all if expression.head == "and" else any)(truth(part, values) for part in expression.arguments)
    numbers = [value(part, values) for part in expression.arguments]
    return all(_COMPARE[expression.head](low, high) for low, high in itertools.pairwise(numbers))


def value(term, values):
    if term.atom is not None:
        return values.get(term.atom) if term.atom in values else Fraction(term.atom)
    first, *rest = [value(part, values) for part in term.arguments]
    return first * rest[0] if term.head == "*" else first - sum(rest)


@given(st.data())
def test_an_alternative_holds_where_the_assertions_do(data):
    inputs, outputs = data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2))
    text = data.draw(texts(inputs, outputs))
    found = decode(text.encode(), "p.vnnlib")
    claims = [command.arguments[0] for command in parse_expressions(text) if command.head == "assert"]
    entry = st.fractions(-3, 3, max_denominator=4)
    for numbers in data.draw(st.lists(st.lists(entry, min_size=4, max_size=4), min_size=5, max_size=10)):
        x, y = numbers[:inputs], numbers[2 : 2 + outputs]
        values = {f"X_{place}": one for place, one in enumerate(x)} | {f"Y_{place}": one for place, one in enumerate(y)}
        exact = [[fmpq(one.numerator, one.denominator) for one in part] for part in (x, y)]
        assert (found.alternative_of(*exact) is not None) == all(truth(claim, values) for claim in claims)


def test_constraints_are_what_is_written():
    found = read("(assert (<= (+ (* 2 Y_1) (- X_0) 1) Y_0)) (assert (> X_1 0.1))")
    assert found.alternatives == (
        (
            LinearConstraint(((0, fmpq(-1)),), ((0, fmpq(-1)), (1, fmpq(2))), fmpq(-1)),
            LinearConstraint(((1, fmpq(-1)),), (), fmpq(-1, 10), True),
        ),
    )
    assert (found.input_dim, found.output_dim, found.name) == (2, 2, "p.vnnlib")


def test_alternatives_are_multiplied_out():
    found = read("(assert (or (<= Y_0 0) (and (<= Y_1 0) (or (<= X_0 1) (<= X_0 2))))) (assert (or (<= X_1 1) (>= X_1 2)))")
    assert [len(one) for one in found.alternatives] == [2, 2, 3, 3, 3, 3]


def test_what_never_holds_is_left_out():
    assert read("(assert (or (and (<= Y_0 0) (<= 1 0)) (<= Y_1 0)))").alternatives == (
        (LinearConstraint((), ((1, fmpq(1)),), fmpq(0)),),
    )
    assert read("(assert (< Y_0 Y_0))").alternatives == ()
    assert read("(assert (<= Y_0 Y_0))").alternatives == ((),)
    assert read("(assert (or (<= Y_0 0) true))").alternatives == ((),)


def test_acas_xu_property_6(shared):
    found = read_property(shared / "nets" / "acasxu" / "prop_6.vnnlib")
    assert (found.input_dim, found.output_dim, [len(one) for one in found.alternatives]) == (5, 5, [11] * 8)
    assert [one[-1].outputs for one in found.alternatives[:4]] == [((0, -1), (number, 1)) for number in (1, 2, 3, 4)]


TENSORS = "(vnnlib-version <2.0>)\n(declare-network f (declare-input X float32 [1,2]) (declare-output Y Real [2,2]))\n"


def test_tensors():
    text = TENSORS + "(assert (<= Y[1,0] X[0,1])) (assert (or (< Y [0,0] 1) (== Y[1,1] 2)))"
    found = decode(text.encode(), "p.vnnlib")
    assert (found.input_dim, found.output_dim) == (2, 4)
    assert found.alternatives[0] == (
        LinearConstraint(((1, fmpq(-1)),), ((2, fmpq(1)),), fmpq(0)),
        LinearConstraint((), ((0, fmpq(1)),), fmpq(1), True),
    )
    assert len(found.alternatives[1]) == 3


MANY = " ".join(f"(or (<= X_0 {i}) (<= Y_1 {i}))" for i in range(14))
REFUSED = {
    "no output": ("", "(declare-const X_0 Real)(assert (<= X_0 1))", "no output Y_0 is declared; add (declare-const Y_0 Real)"),
    "no input": ("", "(declare-const Y_0 Real)(assert (<= Y_0 1))", "no input X_0 is declared"),
    "output not declared": (None, "(assert (<= Y_2 1))", 'line 5: "Y_2" is not declared; add (declare-const Y_2 Real) above'),
    "input not declared": (None, "(assert (<= X_2 Y_0))", 'line 5: "X_2" is not declared'),
    "gap": (None, "(declare-const Y_3 Real)", "3 outputs are declared, but Y_2 is not one of them; number them from Y_0"),
    "whole outputs": (
        None,
        "(declare-const Y_2 Int) (assert (<= Y_2 1))",
        'line 5: Y_2 is of type "Int", but outputs are real numbers here',
    ),
    "product": (None, "(assert (<= (* X_0 Y_0) 1))", "line 5: a product of variables is not linear"),
    "not": (None, "(assert (not (<= Y_0 0)))", 'line 5: "not" is not supported; write <=, <, >=, >, =, and, or'),
    "implication": (None, "(assert (=> (<= X_0 0) (<= Y_0 0)))", 'line 5: "=>" is not supported'),
    "another name": (None, "(assert (<= Z 1))", 'line 5: "Z" is not a number'),
    "many alternatives": (None, f"\n(assert (and {MANY}))", "line 6: it allows 16384 alternatives; 10000 are supported"),
    "many in an or": (
        None,
        f"(assert (or {' '.join(['(<= Y_0 0)'] * 10_001)}))",
        "line 5: it allows 10001 alternatives; 10000 are supported",
    ),
    "much in all": (
        None,
        f"(assert (and {' '.join(['(<= Y_0 0)'] * 2000)})) (assert (or {' '.join(['(<= Y_0 0)'] * 9000)}))",
        "line 5: multiplied out, it has 18009000 inequalities; 10000000 are supported",
    ),
    "deep": (None, f"(assert {'(and ' * 2_000}(<= Y_0 1){')' * 2_000})", "it is nested too deeply"),
    "hidden": (
        "",
        "(declare-network f (declare-input X Real [1]) (declare-hidden H Real [1]) (declare-output Y Real [1]))\n"
        "(assert (<= H[0] 1))",
        'line 2: "H[0]" is a value inside the network',
    ),
    "two outputs": (
        "",
        "(declare-network f (declare-input X Real [1])\n(declare-output Y Real [1]) (declare-output Z Real [1]))"
        "(assert (<= Y[0] 1))",
        "line 2: Z is a second output, but networks have one here",
    ),
    "no output tensor": ("", "(declare-network f (declare-input X Real [1]))(assert (<= X[0] 1))", "the network has no output"),
    "beyond": ("", TENSORS + "(assert (<= Y[0,2] 1))", 'line 3: "Y[0,2]" is beyond the shape [2, 2]'),
    "few indices": ("", TENSORS + "(assert (<= Y[0] 1))", 'line 3: "Y[0]" needs 2 indices, such as Y[0,0]'),
    "whole tensor": (
        "",
        "(declare-network f (declare-input X Real [1]) (declare-output Y int8 [1]))(assert (<= Y[0] 1))",
        'line 1: Y has entries of type "int8", but outputs are real numbers here',
    ),
    "unknown tensor": ("", TENSORS + "(assert (<= Z[0] 1))", 'line 3: "Z[0]" is not declared'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    before, text, message = REFUSED[name]
    check_refused(
        read_property, tmp_path / "p.vnnlib", (declared() if before is None else before) + text, message, FileFormatError
    )


def test_other_formats_are_refused(tmp_path):
    check_refused(read_property, tmp_path / "p.json", "{}", 'unknown suffix ".json"', FileFormatError)


@pytest.mark.parametrize(
    ("alternatives", "message"),
    [
        ([([[1, 0]], [0])], "alternative 1, row 1 has 2 entries; give one for each of 2 inputs and 1 outputs"),
        ([([[1, 0, 0]], [0]), ([[1, 0, 0]], [])], "alternative 2 has 1 rows, but 0 bounds"),
        ([([[1, "x", 0]], [0])], "alternative 1, row 1, entry 2"),
        ([([[1, 0, 0]], ["inf"])], "alternative 1, row 1, bound"),
    ],
)
def test_rows_that_make_no_property(alternatives, message):
    with pytest.raises(DomainError, match=message):
        Property.from_rows(2, 1, alternatives)


def test_constraints_on_what_there_is_not():
    with pytest.raises(DomainError, match="alternative 1 speaks of output 1, counted from 0, but there are 1 outputs"):
        Property(1, 1, ((LinearConstraint((), ((1, fmpq(1)),), fmpq(0)),),))
