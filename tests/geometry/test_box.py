"""Boxes held as bounds: the same sets as their inequalities, and small, however many coordinates there are."""

import time

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import ENTRY, boxes

from relupoly.analysis.samples import interior_point
from relupoly.errors import DomainError
from relupoly.files import read_domain
from relupoly.files.json_domain import document_of, domain_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, section
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace

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
    began = time.monotonic()
    domains = [read_domain(tmp_path / "box.vnnlib"), read_domain(tmp_path / "box.json")]
    assert time.monotonic() - began < 20
    for domain in domains:
        box = domain.polyhedron
        assert (box.lower[-1], box.upper[-1]) == (fmpq(3071, 10**4), fmpq(30711, 10**5))
        line = AffineSubspace.through([interior_point(domain, MANY), box.lower])
        assert section(box, line, "line").polyhedron.matrix.nrows() == 2
        assert "matrix" not in vars(box)
    assert domains[0].polyhedron == domains[1].polyhedron


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
