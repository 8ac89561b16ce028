"""Properties of small nets by brute force: all bit vectors, and Fourier-Motzkin elimination in each closed cell.

Nothing is shared with the library but the weights of the net and the numbers of the property.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from oracles.brute_force import _candidates, feasible

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.networks.property import Property

ENTRY = st.integers(-2, 2)


def satisfiable(network: Network, given: Property) -> bool:
    """Whether some input satisfies a property: in some closed cell, be it of lower dimension.

    Examples
    --------
    >>> absolute = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> [satisfiable(absolute, Property.from_rows(1, 1, [([[0, 1]], [bound])])) for bound in (0, -1)]
    [True, False]
    """
    return any(_holds_in(cell, network.input_dim, one) for cell in _candidates(network, Domain()) for one in given.alternatives)


def _holds_in(cell, inputs, alternative) -> bool:
    """Whether a conjunction holds somewhere in the closed cell of a bit vector."""
    closed = [
        (form if bit else tuple(-entry for entry in form), False) for form, bit in zip(cell.forms, cell.bits, strict=True)
    ]
    for one in alternative:
        form = [Fraction(0)] * inputs + [_fraction(one.bound)]
        for place, slope in one.inputs:
            form[place] -= _fraction(slope)
        for place, slope in one.outputs:
            form = [entry - _fraction(slope) * other for entry, other in zip(form, cell.outputs[place], strict=True)]
        closed.append((tuple(form), one.strict))
    return feasible(closed)


def _fraction(value) -> Fraction:
    return Fraction(int(value.p), int(value.q))


@st.composite
def texts(draw, inputs: int, outputs: int, bounded: bool = True) -> str:
    """VNN-LIB in which coincidences are common: equations, strict inequalities, mixed ones, nested alternatives."""
    names = [f"X_{place}" for place in range(inputs)] + [f"Y_{place}" for place in range(outputs)]
    text = [f"(declare-const {name} Real)" for name in names]
    if bounded:
        for place in range(inputs):
            low = draw(ENTRY)
            text.append(f"(assert (<= {low} X_{place} {low + draw(st.integers(0, 3))}))")
    return "\n".join([*text, *(f"(assert {claim})" for claim in draw(st.lists(_claims(names), min_size=1, max_size=3)))])


def _claims(names: list[str]) -> st.SearchStrategy[str]:
    term = st.one_of(
        st.sampled_from(names),
        st.tuples(ENTRY, st.sampled_from(names)).map(lambda it: f"(* {it[0]} {it[1]})"),
        st.lists(st.sampled_from(names), min_size=2, max_size=3).map(lambda it: f"(- {' '.join(it)})"),
    )
    sign = st.sampled_from(["<=", ">=", "<=", ">=", "<", ">", "="])
    bound = st.one_of(st.integers(-3, 3).map(str), st.sampled_from(names), st.sampled_from(["1/2", "-0.25"]))
    claim = st.tuples(sign, term, bound).map(lambda it: f"({it[0]} {it[1]} {it[2]})")
    return st.recursive(
        claim,
        lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda it: f"({it[0]} {' '.join(it[1])})"
        ),
        max_leaves=4,
    )
