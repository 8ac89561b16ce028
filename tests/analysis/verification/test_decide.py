"""Properties decided: by brute force where nets are small, in known cases, and where they touch in a point."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import event, given
from hypothesis import strategies as st
from oracles.properties import satisfiable, texts
from oracles.small_nets import small_nets
from oracles.strategies import linear_nets

from relupoly.analysis.verification import decide as decide_module
from relupoly.analysis.verification.decide import decide
from relupoly.errors import DomainError, SizeError
from relupoly.files.polyhedra.vnnlib_property import decode
from relupoly.networks.network import Network
from relupoly.networks.property import Property
from relupoly.run import Run

ABSOLUTE = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
# min(x, y), as y - relu(y - x).
MINIMUM = Network.from_rows([([[-1, 1], [0, 1], [0, -1]], None), ([[-1, 1, -1]], None)])


def read(text, inputs=1, outputs=1):
    names = [f"X_{i}" for i in range(inputs)] + [f"Y_{j}" for j in range(outputs)]
    return decode(("".join(f"(declare-const {name} Real)\n" for name in names) + text).encode(), "p.vnnlib")


def check(network, given_property):
    """The verdict, which a witness confirms."""
    verdict = decide(network, given_property)
    assert verdict.complete
    if verdict.satisfiable:
        assert network(verdict.point) == list(verdict.outputs)
        alternative = given_property.alternatives[verdict.alternative - 1]
        assert all(one.holds(verdict.point, verdict.outputs) for one in alternative)
    return verdict


@given(linear_nets(inputs=2, layers=2, width=3, neurons=6), st.booleans(), st.data())
def test_brute_force_says_the_same(net, bounded, data):
    given_property = decode(data.draw(texts(net.input_dim, net.output_dim, bounded)).encode(), "p.vnnlib")
    verdict = check(net, given_property)
    event(f"{verdict.word}, {'by a point' if not verdict.cells else 'by cells'}")
    assert verdict.satisfiable == satisfiable(net, given_property)


@given(small_nets(outputs=2), st.data())
def test_brute_force_says_the_same_where_no_points_are_tried(net, data):
    given_property = decode(data.draw(texts(net.input_dim, 2)).encode(), "p.vnnlib")
    with pytest.MonkeyPatch.context() as patch:
        no_samples(patch)
        verdict = check(net, given_property)
    event(verdict.word)
    assert verdict.satisfiable == satisfiable(net, given_property)


BOX = "(assert (<= -1 X_0 2))"


@pytest.mark.parametrize(
    ("text", "word", "point"),
    [
        ("(assert (>= Y_0 2))", "sat", [2]),
        ("(assert (> Y_0 2))", "unsat", None),
        ("(assert (<= Y_0 0))", "sat", [0]),
        ("(assert (< Y_0 0))", "unsat", None),
        ("(assert (= Y_0 0))", "sat", [0]),
        ("(assert (= Y_0 3/2)) (assert (< X_0 2))", "sat", [fmpq(3, 2)]),
        ("(assert (= Y_0 3/2)) (assert (< X_0 3/2))", "unsat", None),
        ("(assert (<= Y_0 -1/1000000000000000000000))", "unsat", None),
        # |x| = -x + 2 at 1 alone, |x| = 2 - 3 x at 1/2.
        ("(assert (= (+ X_0 Y_0) 2))", "sat", [1]),
        ("(assert (= Y_0 (- 2 (* 3 X_0))))", "sat", [fmpq(1, 2)]),
        ("(assert (>= (- X_0 Y_0) 0)) (assert (<= X_0 0))", "sat", [0]),
        ("(assert (>= (- X_0 Y_0) 0)) (assert (< X_0 0))", "unsat", None),
        ("(assert (= X_0 -1/3)) (assert (>= Y_0 1/3))", "sat", [fmpq(-1, 3)]),
        ("(assert (= X_0 -1/3)) (assert (> Y_0 1/3))", "unsat", None),
        ("(assert (< X_0 -1))", "unsat", None),
        ("(assert (<= X_0 -1))", "sat", [-1]),
        ("(assert (<= X_0 -1.5))", "unsat", None),
        ("(assert (<= 1 0))", "unsat", None),
        ("(assert (or (<= X_0 -3) (>= Y_0 2)))", "sat", [2]),
        ("(assert (or (and (<= X_0 0) (> Y_0 1)) (< Y_0 0)))", "unsat", None),
    ],
)
def test_where_an_absolute_value_touches(text, word, point, monkeypatch):
    no_samples(monkeypatch)
    verdict = check(ABSOLUTE, read(BOX + text))
    assert verdict.word == word
    assert verdict.point == (None if point is None else tuple(point))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("(assert (>= Y_0 1)) (assert (<= -1 X_0 1))", "sat"),
        ("(assert (> Y_0 1)) (assert (<= -1 X_0 1))", "unsat"),
        ("(assert (>= Y_0 0)) (assert (<= (+ X_0 X_1) 0)) (assert (>= (+ X_0 X_1) 0))", "sat"),
        ("(assert (> Y_0 0)) (assert (<= (+ X_0 X_1) 0)) (assert (>= (+ X_0 X_1) 0))", "unsat"),
        ("(assert (> (- Y_0 X_0) 0)) (assert (= X_0 X_1)) (assert (>= X_0 0))", "unsat"),
    ],
)
def test_a_net_of_two_inputs(text, word, monkeypatch):
    no_samples(monkeypatch)
    box = "(assert (<= -1 X_0 1)) (assert (<= -1 X_1 1))"
    assert check(MINIMUM, read(box + text, inputs=2)).word == word


def test_sets_without_end(monkeypatch):
    no_samples(monkeypatch)
    assert check(ABSOLUTE, read("(assert (>= Y_0 1000)) (assert (<= X_0 0))")).satisfiable
    assert not check(ABSOLUTE, read("(assert (< Y_0 0))")).satisfiable
    assert check(ABSOLUTE, read("(assert (= (* 3 Y_0) (+ X_0 400)))")).point in {(200,), (-100,)}


def test_equations_that_inequalities_hide(monkeypatch):
    no_samples(monkeypatch)
    # x + y <= 0, x >= 0, y >= 0 leave one point; x <= y <= z <= x leave a line.
    assert check(
        MINIMUM, read("(assert (<= (+ X_0 X_1) 0)) (assert (<= 0 X_0)) (assert (<= 0 X_1)) (assert (>= Y_0 0))", 2)
    ).point == (0, 0)
    total = Network.from_rows([([[1, 1, 1], [-1, -1, -1]], None), ([[1, 1]], None)])
    line = "(assert (<= X_0 X_1)) (assert (<= X_1 X_2)) (assert (<= X_2 X_0)) (assert (<= 0 X_0 5))"
    assert check(total, read(line + "(assert (>= Y_0 15))", 3)).point == (5, 5, 5)
    assert not check(total, read(line + "(assert (> Y_0 15))", 3)).satisfiable


def test_a_net_without_hidden_layer(monkeypatch):
    no_samples(monkeypatch)
    affine = Network.from_rows([([[1, -1]], [1])])
    assert check(affine, read("(assert (<= 0 X_0 1)) (assert (<= 0 X_1 1)) (assert (<= Y_0 0))", 2)).point == (0, 1)
    assert not check(affine, read("(assert (<= 0 X_0 1)) (assert (<= 0 X_1 1)) (assert (< Y_0 0))", 2)).satisfiable


def test_the_alternative_is_told():
    text = "".join(f"(and (= Y_0 {number}) (<= X_0 0))" for number in (5, 4, 1, 2))
    verdict = check(ABSOLUTE, read(f"{BOX}(assert (or {text}))"))
    assert (verdict.alternative, verdict.alternatives, verdict.point) == (3, 4, (-1,))


def test_a_property_without_constraints_holds_everywhere():
    assert decide(ABSOLUTE, Property(1, 1, ((),))).satisfiable
    assert not decide(ABSOLUTE, Property(1, 1, ())).satisfiable


def test_many_inputs(monkeypatch):
    no_samples(monkeypatch)
    # Sums of 20 inputs in a box, held by constraints: |s| + s, s from -20 to 20.
    net = Network.from_rows([([[1] * 20, [-1] * 20], None), ([[2, 0]], None)])
    box = "".join(f"(assert (<= -1 X_{place} 1))" for place in range(20))
    assert check(net, read(box + "(assert (>= Y_0 39))", 20)).satisfiable
    assert not check(net, read(box + "(assert (> Y_0 40))", 20)).satisfiable


def test_a_deadline_leaves_the_question_open():
    verdict = decide(ABSOLUTE, read(BOX + "(assert (< Y_0 0))"), run=Run(deadline=0))
    assert (verdict.satisfiable, verdict.word, verdict.stopped, verdict.complete) == (None, "timeout", "deadline", False)
    assert decide(ABSOLUTE, read(BOX), run=Run(interrupted=lambda: True)).word == "unknown"


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"), [(2, 1, "about 2 inputs"), (1, 3, "about 3 outputs, but the network has 1")]
)
def test_other_nets_are_refused(inputs, outputs, message):
    with pytest.raises(DomainError, match=message):
        decide(ABSOLUTE, Property(inputs, outputs, ((),)))


def test_cells_that_nobody_lists_do_not_hide_a_point(monkeypatch):
    monkeypatch.setattr("relupoly.pieces.listing.active.Parts.of", _refuses)
    assert decide(ABSOLUTE, read(BOX + "(assert (>= Y_0 0))")).satisfiable
    with pytest.raises(SizeError):
        decide(ABSOLUTE, read(BOX + "(assert (< Y_0 0))"))


def _refuses(*_, **__):
    raise SizeError("too many")


def no_samples(monkeypatch):
    """So that cells have to tell."""
    monkeypatch.setattr(decide_module, "_MOST_SAMPLES", 0)
    monkeypatch.setattr(decide_module, "_FEWEST_SAMPLES", 0)


def test_a_notebook_shows_the_verdict():
    shown = decide(ABSOLUTE, read(BOX + "(assert (= Y_0 1))"))._repr_html_()
    assert "sat, alternative 1 of 1" in shown
    assert "input" in shown
    assert "unsat" in decide(ABSOLUTE, read(BOX + "(assert (< Y_0 0))"))._repr_html_()
