"""Boxes held as bounds: the same sets as their inequalities, and small, however many coordinates there are."""

import json

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import ENTRY, boxes, matrices

from relupoly.analysis.samples import interior_point
from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_domain
from relupoly.files.polyhedra.json_domain import document_of, domain_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, section
from relupoly.geometry.frames import are_apart
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network

MANY = 3072


@given(boxes(3), st.lists(ENTRY, min_size=3, max_size=3))
def test_it_is_what_its_inequalities_are(domain, entries):
    box, point = domain.polyhedron, list(map(fmpq, entries))
    rows = Polyhedron(box.matrix, box.bound)
    assert box == rows
    assert rows == box
    assert Box.of(rows) == box
    assert box.slacks(point) == rows.slacks(point)
    assert all(slack > 0 for slack in rows.slacks(box.center))
    assert domain_of(document_of(domain)) == domain
    assert Box.of(Polyhedron(box.matrix * 2, box.bound)) is None


@given(boxes(3), st.lists(st.lists(ENTRY, min_size=3, max_size=3), min_size=2, max_size=3))
def test_it_meets_a_plane_as_its_inequalities_do(domain, points):
    try:
        plane = AffineSubspace.through(points)
    except DomainError:
        return
    box = domain.polyhedron
    general = Polyhedron(box.matrix, box.bound)
    assert box.inequalities_on(plane) == general.inequalities_on(plane)
    try:
        want = cut_out(box.matrix.tolist(), box.bound.entries(), plane, "cut")
    except DomainError as error:
        with pytest.raises(DomainError, match=str(error).split(";")[0]):
            section(box, plane, "cut")
        return
    found = section(box, plane, "cut")
    if want.polyhedron is None:
        assert found.polyhedron is None
        return
    assert found.polyhedron.matrix.nrows() <= want.polyhedron.matrix.nrows()
    for step in range(-6, 7):
        t = [fmpq(step, 2) + fmpq(index, 3) for index in range(plane.dimension)]
        inside = [all(slack >= 0 for slack in one.polyhedron.slacks(t)) for one in (found, want)]
        assert inside[0] == inside[1]


def test_boxes_of_thousands_of_inputs_are_read_as_bounds(tmp_path):
    """No matrix is made of them; reading took 3 seconds and 600 MB when there was one."""
    names = "".join(f"(declare-const X_{i} Real)\n" for i in range(MANY))
    bounds = "".join(f"(assert (<= X_{i} 0.{i:04}1))\n(assert (>= X_{i} 0.{i:04}))\n" for i in range(MANY))
    (tmp_path / "box.vnnlib").write_text(names + bounds + "(assert (<= Y_0 0))")
    low, high = (", ".join(f"0.{i:04}{last}" for i in range(MANY)) for last in ("", "1"))
    (tmp_path / "box.json").write_text(f'{{"lower": [{low}], "upper": [{high}]}}')
    domains = [read_domain(tmp_path / "box.vnnlib"), read_domain(tmp_path / "box.json")]
    for domain in domains:
        box = domain.polyhedron
        assert (box.lower[-1], box.upper[-1]) == (fmpq(3071, 10**4), fmpq(30711, 10**5))
        line = AffineSubspace.through([interior_point(domain, MANY), box.lower])
        assert section(box, line, "line").polyhedron.matrix.nrows() == 2
        assert "matrix" not in vars(box)
    assert domains[0].polyhedron == domains[1].polyhedron


def test_of_thousands_of_inputs_half_may_be_held_fixed(tmp_path):
    """The basis of such a subspace would have millions of entries; reading took 12 seconds when it was made."""
    names = "".join(f"(declare-const X_{i} Real)\n" for i in range(MANY))
    bounds = "".join(f"(assert (<= X_{i} 0.{i:04}{i % 2}))\n(assert (>= X_{i} 0.{i:04}))\n" for i in range(MANY))
    (tmp_path / "box.vnnlib").write_text(names + bounds)
    domain = read_domain(tmp_path / "box.vnnlib")
    assert domain.dimension == MANY // 2
    assert domain_of(document_of(domain)) == domain
    net = Network.from_rows([([[1] * MANY], [-600]), ([[1]], None)])
    inner = restrict(net, domain.subspace)
    assert inner.input_dim == MANY // 2
    assert evaluate(inner, domain.polyhedron.lower) == evaluate(net, domain.subspace.at(domain.polyhedron.lower))
    assert are_apart(domain, Domain.box([1] * MANY, [2] * MANY))
    assert "basis" not in vars(domain.subspace)


@given(st.sets(st.integers(0, 3), max_size=3), st.data())
def test_fixing_coordinates_is_what_its_basis_is(fixed, data):
    values = {index: data.draw(ENTRY) for index in fixed}
    subspace = AffineSubspace.fixing(4, values)
    general = AffineSubspace(subspace.origin, subspace.basis)
    assert subspace == general
    assert general == subspace
    assert hash(subspace) == hash(general)
    assert (subspace.dimension, subspace.ambient_dimension) == (general.dimension, general.ambient_dimension)
    parameters = [fmpq(data.draw(ENTRY)) for _ in range(subspace.dimension)]
    assert subspace.at(parameters) == general.at(parameters)
    net = Network.from_rows([(data.draw(matrices(2, 4)), None), ([[1, 1]], None)])
    assert restrict(net, subspace) == restrict(net, general)
    assert domain_of(document_of(Domain(None, subspace, "some"))).subspace == general
    other = AffineSubspace.fixing(4, {index: value + 1 for index, value in values.items()})
    assert (other == subspace) == (not values)


@pytest.mark.parametrize("fixed", ["0", '["1/2"]', "[1, 2]", '[null, "x"]', "[]"])
def test_faults_of_fixed_coordinates(fixed):
    with pytest.raises((FileFormatError, DomainError)):
        domain_of({"name": "some", "subspace": {"fixed": json.loads(fixed)}})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"lower": [0]}', "upper"),
        ('{"lower": 0, "upper": [1]}', "lower is not a list of numbers"),
        ('{"lower": [0], "upper": [1, 2]}', "the box has 1 lower and 2 upper bounds"),
        ('{"lower": [0, 1], "upper": [1, 1]}', "coordinate 2 of the box: lo = hi = 1"),
        ('{"lower": [0], "upper": [1], "A": [[1]]}', "A"),
    ],
)
def test_faults_of_boxes_in_json(tmp_path, text, fault):
    (tmp_path / "box.json").write_text(text)
    with pytest.raises(Exception, match=fault):
        read_domain(tmp_path / "box.json")


def test_a_large_box_names_no_number_twice():
    assert Domain.box([0] * MANY, [1] * MANY).name == "box 0 1"
