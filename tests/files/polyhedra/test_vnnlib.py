"""The input sets of VNN-LIB properties."""

from pathlib import Path

import pytest
from command import document
from flint import fmpq
from hypothesis import event, given
from hypothesis import strategies as st
from refusal import check_refused

from relupoly.errors import DomainError, FileFormatError
from relupoly.exact.matrices import column
from relupoly.files import read_domain, read_domains
from relupoly.files.polyhedra.vnnlib import decode
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace

CASES = Path(__file__).parents[1] / "cases"


def declared(inputs=2, outputs=2):
    names = [f"X_{i}" for i in range(inputs)] + [f"Y_{j}" for j in range(outputs)]
    return "".join(f"(declare-const {name} Real)\n" for name in names)


def read(text, inputs=2):
    [domain] = decode((declared(inputs) + text).encode(), "p.vnnlib")
    return domain


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


@pytest.mark.parametrize(
    "text",
    [
        "(assert (< X_0 1/3)) (assert (<= -0.1 X_0)) (assert (< 0 X_1 1e-3))",
        "(assert (> 1/3 X_0)) (assert (> X_0 -0.1)) (assert (and (>= X_1 0) (<= X_1 0.001))) (assert (<= X_0 7))",
    ],
)
def test_strict_inequalities_give_the_closure(text):
    domain = read(text)
    assert domain.polyhedron == BOX_SET
    assert domain.name == "closure of the box of p.vnnlib"


def test_a_strict_inequality_that_another_one_implies_leaves_no_trace():
    assert read(BOX + "(assert (< X_0 7)) (assert (> X_1 -1))").name == "box of p.vnnlib"


def test_outputs_need_not_be_declared():
    domain = read(BOX + "(assert (<= Y_9 Y_10)) (assert (or (<= X_0 Y_7) (<= X_1 0)))")
    assert domain.polyhedron == BOX_SET


def test_an_equation_among_inputs_is_substituted():
    domain = read("(assert (== (+ X_0 X_1) 1)) (assert (<= 0 X_0)) (assert (< 0 X_1))")
    assert domain.subspace.origin.entries() == [1, 0]
    assert domain.subspace.basis.entries() == [-1, 1]
    assert domain.polyhedron == Polyhedron.from_inequalities([[1], [-1]], [1, 0])
    assert domain.name == "closure of the 1-dimensional polyhedron of p.vnnlib"


def read_all(text, inputs=2):
    return decode((declared(inputs) + text).encode(), "p.vnnlib")


def test_boxes_that_do_not_touch_are_several_domains():
    domains = read_all(
        "(assert (or (<= 0 X_0 1) (<= 1.5 X_0 2) (< -1 X_0 -1/2))) (assert (<= 0 X_1 1)) (assert (or (<= Y_0 0)))"
    )
    assert [domain.polyhedron for domain in domains] == [
        Polyhedron.box([0, 0], [1, 1]),
        Polyhedron.box(["3/2", 0], [2, 1]),
        Polyhedron.box([-1, 0], ["-1/2", 1]),
    ]
    assert [domain.name for domain in domains] == [
        "box of p.vnnlib, part 1 of 3",
        "box of p.vnnlib, part 2 of 3",
        "closure of the box of p.vnnlib, part 3 of 3",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(assert (or (<= 0 X_0 1) (<= 0 X_0 1) (<= 1/4 X_0 3/4)))",
        "(assert (or (<= 1/4 X_0 3/4) (and (<= 0 X_0 1))))",
        "(assert (or (<= 0 X_0 1) (<= 3 X_0 2) (<= 2 1)))",
        "(assert (or (<= X_0 1) (and (<= 5 X_0) (<= X_0 4)))) (assert (<= 0 X_0))",
    ],
)
def test_empty_boxes_and_those_in_others_are_left_out(text):
    [domain] = read_all(text + "(assert (<= 0 X_1 1))")
    assert domain.polyhedron == Polyhedron.box([0, 0], [1, 1])
    assert domain.name == "box of p.vnnlib"


def test_boxes_that_touch_are_several_domains():
    assert [domain.polyhedron for domain in read_all("(assert (or (< X_0 1) (>= X_0 1)))")] == [
        Polyhedron.from_inequalities([[1, 0]], [1]),
        Polyhedron.from_inequalities([[-1, 0]], [-1]),
    ]


def test_two_ors_make_a_grid():
    domains = read_all("(assert (or (<= 0 X_0 1) (<= 2 X_0 3))) (assert (or (<= 0 X_1 1) (<= 2 X_1 3)))")
    assert [domain.polyhedron for domain in domains] == [Polyhedron.box([x, y], [x + 1, y + 1]) for x in (0, 2) for y in (0, 2)]


def test_an_or_that_a_choice_leaves_open_says_nothing():
    [domain] = read_all(BOX + "(assert (or (<= X_0 0) (<= 1 1)))")
    assert domain.polyhedron == BOX_SET


@pytest.mark.parametrize("name", ["v_strict_in", "v_undeclY", "v2"])
def test_counts(name):
    assert document(CASES / "n2.json", "--domain", CASES / f"{name}.vnnlib", "--check")["pieces"] == 5


def test_boxes_that_share_a_side_are_one_set():
    found = document(CASES / "n2.json", "--domain", CASES / "v_or_boxes.vnnlib")
    assert found["pieces"] == 3
    assert found["domain"].startswith("union of 2 sets: box of v_or_boxes.vnnlib, part 1 of 2; ")


@st.composite
def claims(draw, depth=2):
    """A tree of "and" and "or" over intervals of two inputs and outputs, as a text, and what decides it at a point."""
    if depth == 0 or draw(st.booleans()):
        if draw(st.integers(0, 9)) == 0:
            return "(<= Y_0 1)", lambda point: True
        index, low = draw(st.integers(0, 1)), draw(st.integers(-4, 4))
        high = low + draw(st.integers(1, 2))
        sign = draw(st.sampled_from(["<=", "<"]))
        return f"({sign} {low} X_{index} {high})", lambda point: low < point[index] < high
    parts = draw(st.lists(claims(depth=depth - 1), min_size=1, max_size=3))
    word, combine = draw(st.sampled_from([("and", all), ("or", any)]))
    return f"({word} {' '.join(text for text, _ in parts)})", lambda point: combine(holds(point) for _, holds in parts)


@given(st.lists(claims(), min_size=1, max_size=3), st.data())
def test_the_domains_are_the_points_that_the_claims_allow(asserted, data):
    bounds = "(assert (<= -9 X_0 9)) (assert (<= -9 X_1 9))"
    text = declared() + bounds + "".join(f"(assert {one})" for one, _ in asserted)
    try:
        domains = decode(text.encode(), "p.vnnlib")
    except DomainError as error:
        event(str(error)[:20])
        domains = ()
    # Half-odd numbers lie on no boundary.
    entry = st.integers(-9, 8).map(lambda whole: fmpq(2 * whole + 1, 2))
    for point in data.draw(st.lists(st.tuples(entry, entry), min_size=5, max_size=20)):
        assert any(lies_in(point, domain) for domain in domains) == all(holds(point) for _, holds in asserted)


def lies_in(point, domain):
    """Whether a point that is on no boundary lies in a domain; an input held fixed at an integer keeps it out."""
    if domain.subspace:
        return False
    slack = domain.polyhedron.bound - domain.polyhedron.matrix * column(point)
    return all(entry > 0 for entry in slack.entries())


def test_acas_xu_property_6_is_two_boxes(shared):
    one, two = read_domains(shared / "nets" / "acasxu" / "prop_6.vnnlib")
    assert one.polyhedron.bound[6, 0] == fmpq(499999896, 10**9)
    assert two.polyhedron.bound[6, 0] == -fmpq(11140846, 10**8)


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
        "(assert (or (and (<= 0 X_0) (<= X_0 1)) (and (<= 2 X_0) (<= X_0 3))))",
        "it allows 2 input sets, and this takes one; give one file for each (count-pieces and equal take their union)",
    ),
    "boxes that touch": ("\n(assert (or (<= 0 X_0 1) (<= 1 X_0 2)))", "it allows 2 input sets, and this takes one"),
    "many sets": (
        "\n(assert (and " + " ".join(f"(or (<= X_0 {i}) (<= X_1 {i}))" for i in range(12)) + "))",
        "line 6: it allows 1024 input sets; 1000 are supported",
    ),
    "all boxes empty": (
        "(assert (or (<= 1 X_0 0) (<= 3 X_0 2)))",
        "X_0 must be at least 3 and at most 2, so the domain is empty",
    ),
    "unbounded": ("(assert (<= Y_0 1))", "it says nothing about the inputs"),
    "not declared": ("(assert (<= X_2 1))", 'line 5: "X_2" is not declared'),
    "output alone, not declared": ("(assert (<= Y_9 1))", "it says nothing about the inputs"),
    "not declared beside an output": ("(assert (<= X_2 Y_0))", 'line 5: "X_2" is not declared'),
    "another name": ("(assert (<= Z 1))", 'line 5: "Z" is not a number'),
    "whole numbers": ("(declare-fun X_2 () Int)", 'line 5: X_2 is of type "Int", but inputs are real numbers here'),
    "truth values": ("(declare-const X_2 Bool)", 'line 5: X_2 is of type "Bool", but inputs are real numbers here'),
    "declared twice": ("(declare-const X_0 Real)", "line 5: X_0 is declared twice"),
    "declared oddly": ("(declare-const weight Real)", 'line 5: "weight" is neither an input'),
    "declared X_007": ("(declare-const X_007 Real)", 'line 5: "X_007" is neither an input'),
    "declared nothing": ("(declare-const)", 'line 5: "" is neither an input'),
    "gap": ("(declare-const X_3 Real)(assert (<= X_3 1))", "3 inputs are declared, but X_2 is not one of them"),
    "command": ("(define-fun f () Real 1)", 'line 5: "define-fun" is not understood'),
    "atom": ("hello", 'line 5: "hello" is not understood'),
    "not equal": ("(assert (!= X_0 1))", 'line 5: "!=" is not supported on inputs'),
    "strict and empty": (
        "(assert (< X_0 1)) (assert (>= X_0 1))",
        "X_0 must be at least 1 and less than 1, so the domain is empty",
    ),
    "strict and never": ("(assert (< 1 1))", "line 5: it never holds"),
    "strict and empty in a subspace": (
        "(assert (= X_0 X_1)) (assert (< (+ X_0 1) (+ X_1 1)))",
        "the domain is empty: a combination of inputs must be",
    ),
    "strict and empty by two equations": (
        "(declare-const X_2 Real) (assert (= X_0 X_1)) (assert (= X_1 X_2)) (assert (< X_0 X_2))",
        "the domain is empty: no point satisfies",
    ),
    "not": ("(assert (not (<= X_0 1)))", 'line 5: "not" is not supported on inputs'),
    "false": ("(assert false)", 'line 5: "false" is not supported on inputs'),
    "unary": ("(assert (<= X_0))", 'line 5: "<=" is not supported'),
    "product": ("(assert (<= (* X_0 X_1) 1))", "line 5: a product of variables is not linear"),
    "quotient": ("(assert (<= (/ 1 X_0) 1))", 'line 5: "/" does not make a linear term'),
    "division by zero": ("(assert (<= (/ X_0 0) 1))", 'line 5: "/" does not make a linear term'),
    "function": ("(assert (<= (sin X_0) 1))", 'line 5: "sin" does not make a linear term'),
    "number": ("(assert (<= X_0 1.2.3))", 'line 5: "1.2.3" is not a number'),
    "infinite": ("(assert (<= X_0 inf))", 'line 5: "inf" is not a number'),
    "never": ("(assert (<= 1 0))", "line 5: it never holds"),
    "empty set": ("(assert (<= (+ X_0 X_1) 0)) (assert (>= (+ X_0 X_1) 1))", "the domain is empty"),
    "contradiction": (
        "(declare-const X_2 Real) (assert (= X_0 X_1)) (assert (= X_1 X_2)) (assert (= X_0 (+ X_2 1)))",
        "the equations contradict each other",
    ),
    "a point": ("(assert (= X_0 X_1)) (assert (= X_0 (- X_1)))", "its equations leave one point only"),
    "brackets": ("(assert ([0]))", 'line 5: "[0]" follows no name'),
    "bracket alone": ("(assert (<= X_0] 1))", 'line 5: "]" closes nothing'),
    "version": ("(vnnlib-version <3.0>)", 'line 5: version "<3.0>" is not known'),
    "deep term": (f"(assert (<= X_0 {'(- ' * 50_000}1{')' * 50_000}))", "it is nested too deeply"),
    "deep claim": (f"(assert {'(and ' * 2_000}(<= X_0 1){')' * 2_000})", "it is nested too deeply"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    text, message = REFUSED[name]
    check_refused(
        read_domain, tmp_path / "p.vnnlib", (declared() if text else "") + text, message, (FileFormatError, DomainError)
    )


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


class TestLongTerms:
    """Terms with very many parts: the right value, or a refusal, in time that grows with their length."""

    def test_a_product_of_20_000_factors(self, tmp_path):
        place = tmp_path / "a.vnnlib"
        text = "(declare-const X_0 Real) (assert (>= X_0 0)) (assert (<= X_0 (* {})))"
        place.write_text(text.format(" ".join(["1.5", "2/3"] * 10_000) + " 7"))
        assert read_domain(place).polyhedron == Polyhedron.box([0], [7])
        place.write_text(text.format(" ".join(["1e9999"] * 5000)))
        with pytest.raises(FileFormatError, match="line 1: a sum or product of 5000 numbers has more digits"):
            read_domain(place)

    def test_a_sum_over_1_000_inputs(self, tmp_path):
        place = tmp_path / "a.vnnlib"
        names = [f"X_{number}" for number in range(1000)]
        declared = "".join(f"(declare-const {name} Real)" for name in names)
        place.write_text(f"{declared} (assert (<= (+ {' '.join(names * 20)} -3) 17))")
        polyhedron = read_domain(place).polyhedron
        assert polyhedron.matrix.entries() == [1] * 1000  # 20 times the sum is at most 20
        assert polyhedron.bound.entries() == [1]
