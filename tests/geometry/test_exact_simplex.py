"""The exact simplex method against cddlib where that can be trusted, and against proofs of its own where it cannot."""

import random
from fractions import Fraction

import cdd
import cdd.gmp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.geometry import exact_simplex
from relupoly.geometry.basis_guess import guess_basis
from relupoly.geometry.exact_simplex import DUAL_INFEASIBLE, INFEASIBLE, OPTIMAL, Dictionary
from relupoly.geometry.linear_programs import _solve
from relupoly.run import UNLIMITED


def by_cddlib(table, objective):
    """The status and the value that cddlib finds."""
    rows = [*table] or [[Fraction(1), *(0 * entry for entry in objective)]]
    program = cdd.gmp.linprog_from_array([*rows, [Fraction(0), *objective]], cdd.LPObjType.MAX)
    cdd.gmp.linprog_solve(program, cdd.LPSolverType.CRISS_CROSS)
    if program.status == cdd.LPStatusType.OPTIMAL:
        return "optimal", program.obj_value
    if program.status in (cdd.LPStatusType.INCONSISTENT, cdd.LPStatusType.STRUC_INCONSISTENT) or not any(objective):
        return "infeasible", None
    feasible = by_cddlib(table, [Fraction(0)] * len(objective))[0] == "optimal"
    return ("unbounded" if feasible else "infeasible"), None


def value(form, point):
    return form[0] + sum(entry * at for entry, at in zip(form[1:], point, strict=True))


def assert_attained(table, objective, best):
    if best.point is not None:
        assert all(value(form, best.point) >= 0 for form in table)
        assert value([0, *objective], best.point) == best.value


ENTRIES = st.integers(-3, 3).map(Fraction) | st.fractions(-2, 2, max_denominator=5)


@st.composite
def programs(draw, entries=ENTRIES):
    dimension = draw(st.integers(0, 4))
    table = draw(st.lists(st.lists(entries, min_size=dimension + 1, max_size=dimension + 1), max_size=9))
    return table, draw(st.lists(entries, min_size=dimension, max_size=dimension))


@pytest.mark.parametrize("worth", [0, 10**9], ids=["guessing", "not guessing"])
@given(programs())
def test_cddlib_finds_the_same(worth, program):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_simplex, "_WORTH_A_GUESS", worth)
        best = _solve(*program)
    assert (best.status, best.value) == by_cddlib(*program)
    assert_attained(*program, best)


@pytest.mark.parametrize("seed", range(20))
def test_larger_ones(seed):
    chance = random.Random(seed)
    dimension, rows = chance.randint(3, 8), chance.randint(10, 40)
    table = [
        [Fraction(abs(chance.gauss(0, 1))), *(Fraction(chance.gauss(0, 1)) for _ in range(dimension))] for _ in range(rows)
    ]
    objective = [Fraction(chance.gauss(0, 1)) for _ in range(dimension)]
    best = _solve(table, objective)
    assert (best.status, best.value) == by_cddlib(table, objective)
    assert_attained(table, objective, best)


def hostile(chance):
    """A number of any size, near others in part."""
    return Fraction(chance.choice([-1, 0, 1]) * chance.choice([1, 3, 10**16 + 1])) * Fraction(10) ** chance.randint(-300, 300)


def dual_proof(table, objective):
    """What the dual program finds, whose feasibility nothing here depends on: the least bound that multipliers prove."""
    # Multipliers l >= 0 with sum l_i a_i = -objective prove that the objective is at most sum l_i b_i.
    forms = [[Fraction(0), *(Fraction(int(i == j)) for j in range(len(table)))] for i in range(len(table))]
    for place, entry in enumerate(objective):
        column = [form[place + 1] for form in table]
        forms += [[entry, *column], [-entry, *(-one for one in column)]]
    return _solve(forms, [-form[0] for form in table])


@pytest.mark.parametrize("seed", range(300))
def test_hostile_numbers_are_proved_by_the_dual(seed):
    chance = random.Random(seed)
    dimension, rows = chance.randint(1, 3), chance.randint(1, 6)
    table = [[hostile(chance) for _ in range(dimension + 1)] for _ in range(rows)]
    objective = [hostile(chance) for _ in range(dimension)]
    best, dual = _solve(table, objective), dual_proof(table, objective)
    assert_attained(table, objective, best)
    if best.status == "optimal":
        assert (dual.status, -dual.value) == ("optimal", best.value)
    else:
        assert dual.status == {"unbounded": "infeasible"}.get(best.status, dual.status)
        assert dual.status != "optimal"


@pytest.mark.parametrize("factor", [1, Fraction(1, 10**40), 10**400])
def test_a_cube_that_makes_the_simplex_method_slow(factor):
    """Klee and Minty: all 2^n vertices lie on an ascending path."""
    n = 6
    table = []
    for i in range(n):
        row = [Fraction(0)] * n
        for j in range(i):
            row[j] = -(Fraction(2) ** (i - j + 1))
        row[i] = Fraction(-1)
        table.append([Fraction(5) ** (i + 1) * factor, *row])
        table.append([Fraction(0), *(Fraction(int(i == j)) for j in range(n))])
    assert _solve(table, [Fraction(2) ** (n - 1 - j) for j in range(n)]).value == 5**n * factor


def test_statuses():
    one, nil = Fraction(1), Fraction(0)
    assert Dictionary([[one, -one]], [one]).solve() == OPTIMAL
    assert Dictionary([[one, one]], [one]).solve() == DUAL_INFEASIBLE
    assert Dictionary([[-one, nil]], [nil]).solve() == INFEASIBLE
    assert Dictionary([], []).solve() == OPTIMAL


@given(programs(st.integers(-(10**320), 10**320) | st.integers(-2, 2)))
def test_a_guess_is_some_rows_whatever_the_numbers(program):
    table, objective = program
    guessed = guess_basis(table, [0, *objective])
    assert len(set(guessed)) == len(guessed) <= len(objective)
    assert set(guessed) <= set(range(len(table)))


class Enough(Exception):
    """Raised by a tick."""


@pytest.mark.parametrize("bits", [8, 300])
def test_a_tick_ends_one_program(bits):
    chance = random.Random(bits)
    table = [[Fraction(chance.randint(-(2**bits), 2**bits)) for _ in range(5)] for _ in range(12)]
    objective = [Fraction(0)] * 4
    ticks = []
    expected = Dictionary(table, objective).solve()
    assert Dictionary(table, objective).solve(UNLIMITED.also(lambda: ticks.append(1))) == expected
    # Each of the four variables is exchanged, and each exchange goes through 12 rows and the objective.
    assert len(ticks) >= 4 * 13
    for allowed in (0, 1, 13, len(ticks) - 1):
        left = iter(range(allowed))

        def tick(left=left):
            if next(left, None) is None:
                raise Enough

        with pytest.raises(Enough):
            Dictionary(table, objective).solve(UNLIMITED.also(tick))


@pytest.mark.parametrize("long", [0, 10**9], ids=["flint", "Python"])
@given(programs(st.integers(-(2**80), 2**80).map(Fraction) | ENTRIES))
def test_both_kinds_of_integers_find_what_cddlib_finds(long, program):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_simplex, "_LONG", long)
        best = _solve(*program)
    assert (best.status, best.value) == by_cddlib(*program)
    assert_attained(*program, best)
