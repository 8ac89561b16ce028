"""The upper envelope against values at many points, and against facts that can be checked by eye."""

from itertools import product

from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.constructions.representation.envelope import envelope

ENTRY = st.integers(-4, 4).map(fmpq)


def forms(n, most=9):
    return st.lists(st.tuples(*[ENTRY] * (n + 1)), min_size=1, max_size=most)


def value(form, point):
    return sum((a * x for a, x in zip(form[:-1], point, strict=True)), form[-1])


def highest(functions, point):
    return max(value(form, point) for form in functions)


@settings(max_examples=40)
@given(st.integers(1, 3).flatmap(forms), st.data())
def test_the_maximum_stays_and_nothing_can_be_left_out(functions, data):
    needed = envelope(functions)
    n = len(functions[0]) - 1
    assert set(needed) <= set(functions)
    assert len({form[:-1] for form in needed}) == len(needed)
    points = [[fmpq(x, 3) for x in point] for point in product(range(-9, 10, 3), repeat=n)]
    points.append([fmpq(data.draw(st.integers(-99, 99)), 7) for _ in range(n)])
    for point in points:
        assert highest(needed, point) == highest(functions, point)
    for form in needed:
        others = [other for other in needed if other != form]
        assert not others or len(envelope([*others, form])) == len(needed)


def test_a_square_and_its_middle():
    corners = [(fmpq(x), fmpq(y), fmpq(0)) for x in (-1, 1) for y in (-1, 1)]
    middle = (fmpq(0), fmpq(0), fmpq(0))
    edge = (fmpq(1), fmpq(0), fmpq(0))
    assert set(envelope([*corners, middle, edge])) == set(corners)
    raised = (fmpq(0), fmpq(0), fmpq(1, 1000))
    assert set(envelope([*corners, raised])) == {*corners, raised}


def test_parallel_functions():
    assert envelope([(fmpq(1), fmpq(2)), (fmpq(1), fmpq(3)), (fmpq(1), fmpq(3))]) == [(fmpq(1), fmpq(3))]
