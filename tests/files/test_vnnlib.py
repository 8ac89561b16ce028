"""The input sets of VNN-LIB properties."""

import pytest
from flint import fmpq

from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_domain
from relupoly.files.vnnlib import decode
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace


def declared(inputs=2, outputs=2):
    names = [f"X_{i}" for i in range(inputs)] + [f"Y_{j}" for j in range(outputs)]
    return "".join(f"(declare-const {name} Real)\n" for name in names)


def read(text, inputs=2):
    return decode((declared(inputs) + text).encode(), "p.vnnlib")


BOX = "(assert (>= X_0 -0.1)) (assert (<= X_0 1/3)) (assert (<= 0 X_1)) (assert (>= 1e-3 X_1))"
BOX_SET = Polyhedron.box(["-0.1", 0], ["1/3", "0.001"])


@pytest.mark.parametrize(
    "text",
    [
        BOX,
        BOX + "(assert (>= Y_0 Y_1))",
        BOX + "(assert (or (and (<= Y_0 1) (>= Y_1 2)) (and (<= Y_0 X_0))))",
        BOX + "(assert (<= (+ X_0 Y_1) 0))",
        BOX + "(assert (not (<= Y_0 0)))",
        BOX + "(assert (or (<= X_0 0) (<= Y_0 0)))",
        BOX + "(assert (>= X_0 -7)) ; a weaker bound\n(check-sat)",
        f'(set-logic QF_LRA) (set-info :source "a ( in a text") {BOX}',
        "(assert (and (>= X_0 -0.1) (<= X_0 1/3) (and (<= 0 X_1) (>= 1e-3 X_1))))",
        "(assert (or (and (<= -0.1 X_0 1/3) (>= 1e-3 X_1 0))))",
        "(assert (or (and (<= -0.1 X_0 1/3) (>= 1e-3 X_1 0) (>= Y_0 0)) (and (>= 1e-3 X_1 0) (<= -0.1 X_0 1/3) (<= Y_1 0))))",
        "(assert (<= (- 0.1) X_0)) (assert (<= (* 3 X_0) 1)) (assert (>= (- X_1) (/ -1 1000)))"
        "(assert (<= (+ X_0 1) (+ X_1 1 X_0)))",
        BOX + "(assert (<= 0 1))",
    ],
)
def test_boxes(text):
    domain = read(text)
    assert domain.polyhedron == BOX_SET
    assert domain.subspace is None
    assert domain.name == "box of p.vnnlib"


def test_an_input_with_equal_bounds_is_held_fixed():
    domain = read("(assert (<= X_0 1)) (assert (>= X_0 0)) (assert (= X_1 0.50)) (assert (<= 2 X_2 3))", inputs=3)
    assert domain.polyhedron == Polyhedron.box([0, 2], [1, 3])
    assert domain.subspace == AffineSubspace.fixing(3, {1: "1/2"})
    assert domain.name == "box of p.vnnlib (X_1 = 0.5 held fixed)"
    domain.check_dimension(3)


def test_many_fixed_inputs_are_counted_in_the_name():
    text = "".join(f"(assert (= X_{i} 0))" for i in range(5)) + "(assert (<= 0 X_5 1))"
    assert read(text, inputs=6).name == "box of p.vnnlib (5 inputs held fixed)"


def test_a_missing_bound_leaves_the_input_unbounded():
    domain = read("(assert (<= X_0 1))")
    assert domain.polyhedron == Polyhedron.from_inequalities([[1, 0]], [1])
    assert domain.name == "polyhedron of p.vnnlib"


def test_inequalities_among_inputs_make_a_polyhedron():
    domain = read("(assert (= X_2 2)) (assert (<= (+ X_0 (* 2 X_1) X_2) 3)) (assert (>= X_0 0)) (assert (>= X_1 0))", inputs=3)
    assert domain.polyhedron == Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 2]], [0, 0, 1])
    assert domain.subspace == AffineSubspace.fixing(3, {2: 2})
    assert domain.name == "polyhedron of p.vnnlib (X_2 = 2 held fixed)"


def test_all_other_inputs_may_be_free():
    domain = read("(assert (= X_1 4))")
    assert domain.polyhedron is None
    assert domain.subspace == AffineSubspace.fixing(2, {1: 4})
    assert domain.name == "subspace of p.vnnlib (X_1 = 4 held fixed)"


REFUSED = {
    "empty": ("", "no input X_0 is declared"),
    "open": ("(assert (<= X_0 1)", 'line 5: "(" is never closed'),
    "closed": ("\n(assert (<= X_0 1)))", 'line 6: ")" closes nothing'),
    "text": ('(set-info "x', 'line 5: " begins a text that does not end'),
    "lower above upper": (
        "(assert (<= X_1 -1)) (assert (>= X_1 1))",
        "X_1 must be at least 1 and at most -1, so the domain is empty",
    ),
    "all fixed": ("(assert (= X_0 1)) (assert (= X_1 1))", "every input is held fixed"),
    "several boxes": (
        "\n(assert (or (and (<= 0 X_0) (<= X_0 1)) (and (<= 2 X_0) (<= X_0 3))))",
        "line 6: it allows several input boxes (2)",
    ),
    "unbounded": ("(assert (<= Y_0 1))", "it says nothing about the inputs"),
    "not declared": ("(assert (<= X_2 1))", 'line 5: "X_2" is not declared'),
    "output not declared": ("(assert (<= Y_9 1))", 'line 5: "Y_9" is not declared'),
    "another name": ("(assert (<= Z 1))", 'line 5: "Z" is not a number'),
    "declared twice": ("(declare-const X_0 Real)", "line 5: X_0 is declared twice"),
    "declared oddly": ("(declare-const weight Real)", 'line 5: "weight" is neither an input'),
    "declared X_007": ("(declare-const X_007 Real)", 'line 5: "X_007" is neither an input'),
    "declared nothing": ("(declare-const)", 'line 5: "" is neither an input'),
    "gap": ("(declare-const X_3 Real)(assert (<= X_3 1))", "3 inputs are declared, but X_2 is not one of them"),
    "command": ("(define-fun f () Real 1)", 'line 5: "define-fun" is not understood'),
    "atom": ("hello", 'line 5: "hello" is not understood'),
    "strict": ("(assert (< X_0 1))", 'line 5: "<" is not supported on inputs'),
    "not": ("(assert (not (<= X_0 1)))", 'line 5: "not" is not supported on inputs'),
    "false": ("(assert false)", 'line 5: "false" is not supported on inputs'),
    "unary": ("(assert (<= X_0))", 'line 5: "<=" is not supported'),
    "product": ("(assert (<= (* X_0 X_1) 1))", "line 5: a product of inputs is not linear"),
    "quotient": ("(assert (<= (/ 1 X_0) 1))", 'line 5: "/" does not make a linear term'),
    "division by zero": ("(assert (<= (/ X_0 0) 1))", 'line 5: "/" does not make a linear term'),
    "function": ("(assert (<= (sin X_0) 1))", 'line 5: "sin" does not make a linear term'),
    "number": ("(assert (<= X_0 1.2.3))", 'line 5: "1.2.3" is not a number'),
    "infinite": ("(assert (<= X_0 inf))", 'line 5: "inf" is not a number'),
    "never": ("(assert (<= 1 0))", "line 5: it never holds"),
    "empty set": ("(assert (<= (+ X_0 X_1) 0)) (assert (>= (+ X_0 X_1) 1))", "the domain is empty"),
    "equation": ("(assert (= (+ X_0 X_1) 0))", "the domain has no interior"),
    "deep term": (f"(assert (<= X_0 {'(- ' * 50_000}1{')' * 50_000}))", "it is nested too deeply"),
    "deep claim": (f"(assert {'(and ' * 2_000}(<= X_0 1){')' * 2_000})", "it is nested too deeply"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    text, message = REFUSED[name]
    path = tmp_path / "p.vnnlib"
    path.write_text((declared() if text else "") + text)
    with pytest.raises((FileFormatError, DomainError)) as caught:
        read_domain(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


ACAS_XU = {
    1: (["0.6", "-0.5", "-0.5", "0.45", "-0.5"], ["0.679857769", "0.5", "0.5", "0.5", "-0.45"]),
    2: (["0.6", "-0.5", "-0.5", "0.45", "-0.5"], ["0.679857769", "0.5", "0.5", "0.5", "-0.45"]),
    3: (["-0.303531156", "-0.009549297", "0.493380324", "0.3", "0.3"], ["-0.298552812", "0.009549297", "0.5", "0.5", "0.5"]),
}


@pytest.mark.parametrize("number", ACAS_XU)
def test_acas_xu_boxes(shared, number):
    domain = read_domain(shared / "nets" / "acasxu" / f"prop_{number}.vnnlib")
    assert domain.polyhedron == Polyhedron.box(*ACAS_XU[number])
    assert domain.name == f"box of prop_{number}.vnnlib"


def test_acas_xu_property_4_holds_an_input_fixed(shared):
    domain = read_domain(shared / "nets" / "acasxu" / "prop_4.vnnlib")
    lower = ["-0.303531156", "-0.009549297", "0.318181818", "0.083333333"]
    upper = ["-0.298552812", "0.009549297", "0.5", "0.166666667"]
    assert domain.polyhedron == Polyhedron.box(lower, upper)
    assert domain.subspace == AffineSubspace.fixing(5, {2: fmpq(0)})
    assert domain.name == "box of prop_4.vnnlib (X_2 = 0 held fixed)"
