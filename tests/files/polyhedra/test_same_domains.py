"""One set, written in every format of domains, is one domain."""

import json

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import DomainError
from relupoly.files.polyhedra import ine, json_polyhedron, vnnlib

ENTRIES = st.integers(-3, 3) | st.decimals(-3, 3, places=2, allow_nan=False)
TEXTS = ENTRIES.map(lambda entry: f"{entry:f}" if not isinstance(entry, int) else str(entry))


@st.composite
def systems(draw):
    """Rows (a, b) of inequalities a x <= b around 0, and of equations a x = 0, as texts."""
    dimension = draw(st.integers(2, 4))
    row = st.lists(TEXTS, min_size=dimension, max_size=dimension).filter(lambda entries: any(map(float, entries)))
    inequalities = draw(st.lists(st.tuples(row, st.decimals("0.01", 3, places=2).map(str)), min_size=1, max_size=4))
    return inequalities, draw(st.lists(st.tuples(row, st.just("0")), min_size=0, max_size=dimension - 1)), dimension


def as_ine(inequalities, equations, dimension):
    rows = [f"{bound} {' '.join(str(-fmpq_of(entry)) for entry in row)}" for row, bound in [*equations, *inequalities]]
    numbers = " ".join(str(number) for number in range(1, len(equations) + 1))
    text = f"H-representation\nbegin\n{len(rows)} {dimension + 1} rational\n" + "\n".join(rows) + "\nend\n"
    return ine.decode((text + f"linearity {len(equations)} {numbers}\n").encode(), "file")


def as_json(inequalities, equations, dimension):
    document = {"A": [row for row, _ in inequalities], "b": [bound for _, bound in inequalities]}
    if equations:
        document |= {"C": [row for row, _ in equations], "d": [value for _, value in equations]}
    return json_polyhedron.decode(json.dumps(document).encode(), "file")


def as_vnnlib(inequalities, equations, dimension):
    names = "".join(f"(declare-const X_{i} Real)" for i in range(dimension))
    claims = [("<=", *one) for one in inequalities] + [("=", *one) for one in equations]
    lines = [
        f"(assert ({sign} (+ {' '.join(f'(* {entry} X_{i})' for i, entry in enumerate(row))}) {bound}))"
        for sign, row, bound in claims
    ]
    [domain] = vnnlib.decode((names + "\n".join(lines)).encode(), "file")
    return domain


def as_vnnlib_2(inequalities, equations, dimension):
    claims = [("<=", *one) for one in inequalities] + [("==", *one) for one in equations]
    lines = [
        f"(assert ({sign} (+ {' '.join(f'(* {entry} X[0,{i}])' for i, entry in enumerate(row))}) {bound}))"
        for sign, row, bound in claims
    ]
    network = f"(declare-network f (declare-input X Real [1,{dimension}]) (declare-output Y Real []))"
    [domain] = vnnlib.decode((network + "\n".join(lines)).encode(), "file")
    return domain


def fmpq_of(text):
    whole, _, decimals = text.partition(".")
    return fmpq(int(whole + decimals), 10 ** len(decimals))


def outcome(read, system):
    """The subspace, and the half-spaces in it, each scaled; or the error."""
    try:
        domain = read(*system)
    except DomainError as error:
        return str(error).split(";")[0]
    half_spaces = set()
    if domain.polyhedron:
        table = zip(domain.polyhedron.matrix.tolist(), domain.polyhedron.bound.entries(), strict=True)
        for row, bound in table:
            scale = abs(next(entry for entry in row if entry))
            direction = tuple(str(entry / scale) for entry in row)
            half_spaces.add((direction, bound / scale))
    # VNN-LIB keeps the tightest bound of each direction, the others keep all.
    tightest = {one: min(bound for other, bound in half_spaces if other == one) for one, _ in half_spaces}
    subspace = domain.subspace and (str(domain.subspace.origin), str(domain.subspace.basis))
    return subspace, {(one, str(bound)) for one, bound in tightest.items()}


@pytest.mark.parametrize("read", [as_json, as_vnnlib, as_vnnlib_2])
@given(system=systems())
def test_every_format_says_the_same(read, system):
    expected = outcome(as_ine, system)
    found = outcome(read, system)
    if isinstance(expected, str):
        assert isinstance(found, str)
    else:
        assert found == expected
