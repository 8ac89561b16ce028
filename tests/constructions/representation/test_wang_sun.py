"""The reduction of maxima: as an identity of values, as an identity of indicator functions, and against the recursion."""

from collections import Counter
from itertools import combinations, pairwise, product

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.analysis.equality.equality import difference
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.representation import wang_sun
from relupoly.constructions.representation.assembly import network_of_maxima
from relupoly.constructions.representation.envelope import envelope
from relupoly.constructions.representation.wang_sun import reduce_maximum
from relupoly.errors import SizeError
from relupoly.networks.composition import compose
from relupoly.networks.network import Network

ENTRY = st.integers(-5, 5).map(fmpq)


def convex(n, most):
    """Functions of different slopes, each of which is the maximum somewhere."""
    return st.lists(st.tuples(*[ENTRY] * (n + 1)), min_size=1, max_size=most).map(envelope)


def value(form, point):
    return sum((a * x for a, x in zip(form[:-1], point, strict=True)), form[-1])


def lines(*pairs):
    return [tuple(map(fmpq, pair)) for pair in pairs]


@given(st.integers(1, 4).flatmap(lambda n: convex(n, 10)), st.data())
def test_values(functions, data):
    terms = reduce_maximum(functions)
    n = len(functions[0]) - 1
    assert all(len(forms) <= n + 1 for _, forms in terms)
    for _ in range(5):
        point = [fmpq(data.draw(st.integers(-50, 50)), data.draw(st.integers(1, 9))) for _ in range(n)]
        signed = sum((sign * max(value(form, point) for form in forms) for sign, forms in terms), fmpq(0))
        assert signed == max(value(form, point) for form in functions)


@settings(max_examples=20)
@given(st.integers(1, 3).flatmap(lambda n: convex(n, 6)))
def test_exactly(functions):
    """The signed sum is the maximum as a function: proved on the cells of the nets of both."""
    n = len(functions[0]) - 1
    net = network_of_maxima([(fmpq(sign), forms) for sign, forms in reduce_maximum(functions)], n)
    tree = compose(maximum_network(len(functions)), rows(functions))
    assert difference(net, tree) is None
    assert len(net.hidden) <= n.bit_length()


def rows(functions):
    return Network.from_rows([([form[:-1] for form in functions], [form[-1] for form in functions])])


def test_the_example_of_the_maximum_norm():
    """max(|x|, |y|) = max(|x|, y) + max(|x|, -y) - |x|, or the same with x and y exchanged."""
    east, west, north, south = lines((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0))
    terms = Counter({frozenset(forms): sign for sign, forms in reduce_maximum([east, west, north, south])})
    through_x = {frozenset([east, west, north]): 1, frozenset([east, west, south]): 1, frozenset([east, west]): -1}
    through_y = {frozenset([north, south, east]): 1, frozenset([north, south, west]): 1, frozenset([north, south]): -1}
    assert terms in (through_x, through_y)


def test_one_variable_telescopes():
    functions = lines((-2, 0), (-1, 1), (0, "3/2"), (3, 1))
    terms = Counter({forms: sign for sign, forms in reduce_maximum(functions)})
    expected = dict.fromkeys(pairwise(functions), 1) | {(form,): -1 for form in functions[1:-1]}
    assert terms == expected


def test_slopes_on_a_line_need_two_functions():
    functions = lines((0, 0, 0), (1, 2, -1), (2, 4, -3), (3, 6, -6))
    assert max(len(forms) for _, forms in reduce_maximum(functions)) == 2


@given(st.integers(1, 3).flatmap(lambda n: convex(n, 7)))
def test_signs_add_up_to_one(functions):
    """At x = 0 with all constants shifted, both sides shift alike: the Euler characteristic of the triangulation."""
    assert sum(sign for sign, _ in reduce_maximum(functions)) == 1


@settings(max_examples=40)
@given(st.integers(1, 2).flatmap(lambda n: convex(n, 6)), st.data())
def test_the_reduction_by_radon_partitions_is_the_same_function(functions, data):
    """The paper's recursion, written down independently: both are signed sums of small maxima of the same function."""
    n = len(functions[0]) - 1
    recursive = Counter({frozenset(functions): 1})
    while big := [forms for forms in recursive if len(forms) > n + 1]:
        forms = max(big, key=len)
        sign = recursive.pop(forms)
        for smaller, factor in radon(sorted(forms), n):
            recursive[smaller] += sign * factor
    for _ in range(5):
        point = [fmpq(data.draw(st.integers(-50, 50)), 7) for _ in range(n)]
        sums = [
            sum((factor * max(value(form, point) for form in forms) for forms, factor in terms), fmpq(0))
            for terms in (recursive.items(), [(forms, sign) for sign, forms in reduce_maximum(functions)])
        ]
        assert sums[0] == sums[1]


def radon(forms, n):
    """The terms of max(A u B u C) = sum over proper subsets S of B of (-1)^(|B| - |S| + 1) max(A u C u S)."""
    from flint import fmpq_mat

    chosen, rest = forms[: n + 2], forms[n + 2 :]
    columns = [[*form[:-1], fmpq(1)] for form in chosen]
    matrix = fmpq_mat(n + 2, n + 1, [entry for row in columns for entry in row]).transpose()
    kernel, _ = matrix.numer_denom()[0].nullspace()
    mu = [int(kernel[i, 0]) for i in range(n + 2)]
    gap = sum((weight * form[-1] for weight, form in zip(mu, chosen, strict=True)), fmpq(0))
    above = [form for weight, form in zip(mu, chosen, strict=True) if (weight > 0 if gap >= 0 else weight < 0)]
    below = [form for weight, form in zip(mu, chosen, strict=True) if (weight < 0 if gap >= 0 else weight > 0)]
    others = [form for weight, form in zip(mu, chosen, strict=True) if not weight]
    for size in range(len(below)):
        for subset in combinations(below, size):
            yield frozenset([*above, *others, *rest, *subset]), (-1) ** (len(below) - size + 1)


def test_too_many_simplices():
    functions = envelope([(fmpq(x), fmpq(y), fmpq(-x * x - y * y)) for x in range(5) for y in range(5)])
    assert len(functions) == 25
    assert sum(len(forms) == 3 for _, forms in reduce_maximum(functions)) == 32
    with pytest.raises(SizeError, match="more than 20 simplices"):
        reduce_maximum(functions, most=20)


def test_second_heights_that_tie_are_drawn_again(monkeypatch):
    """The corners of a cube, all at one height: heights of 0 and 1 leave many faces undivided."""
    monkeypatch.setattr(wang_sun, "_SPREAD", 1)
    corners = [(*map(fmpq, corner), fmpq(0)) for corner in product((0, 1), repeat=3)]
    terms = reduce_maximum(corners)
    for point in product((-5, -2, 1, 7), repeat=3):
        signed = sum(sign * max(value(form, point) for form in forms) for sign, forms in terms)
        assert signed == sum(max(entry, 0) for entry in point)
