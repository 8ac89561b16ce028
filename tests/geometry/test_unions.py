"""How convex sets meet, unions as sets with disjoint interiors, and their frames: against elimination and points."""

import itertools
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.brute_force import _sides, _strictly, _weakly, feasible
from oracles.strategies import ENTRY, boxes

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.frames import are_apart, frames
from relupoly.geometry.meeting import common_facet, common_part, interior, overlap, touch
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subdivision import interior_disjoint
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion


def general(box):
    """The same box, not known to be one."""
    rows, bounds = box.matrix.tolist(), box.bound.entries()
    return Polyhedron.from_inequalities([*rows, rows[0]], [*bounds, bounds[0] + 1])


@st.composite
def pairs(draw):
    n = draw(st.integers(1, 3))
    one, other = (draw(boxes(n)).polyhedron for _ in range(2))
    if draw(st.booleans()):
        slopes = draw(st.lists(ENTRY, min_size=n, max_size=n).filter(any))
        height = sum((a * x for a, x in zip(slopes, other.center, strict=True)), fmpq(0))
        other = Polyhedron.from_inequalities([*other.matrix.tolist(), slopes], [*other.bound.entries(), height])
    return one, other


def sides(polyhedron):
    return _sides(Domain(polyhedron))


def holds(polyhedron, point):
    return all(slack >= 0 for slack in polyhedron.slacks(point))


@given(pairs())
def test_whether_sets_meet(pair):
    one, other = pair
    both = [*sides(one), *sides(other)]
    for first in (one, general(one)):
        assert overlap(first, other) == feasible(_strictly(both))
        assert touch(first, other) == feasible(_weakly(both))


@given(pairs())
def test_what_sets_have_in_common(pair):
    one, other = pair
    n = one.dimension
    part = common_part(one, other)
    assert (part is None) == (not touch(one, other))
    if part is None:
        return
    alike = common_part(general(one), other)
    assert (alike.dimension, alike.domain is None) == (part.dimension, part.domain is None)
    for found in (part, alike):
        assert holds(one, found.point)
        assert holds(other, found.point)
        assert found.dimension == (0 if found.domain is None else found.domain.dimension or n)
    both = [*sides(one), *sides(other)]
    at = [*(Fraction(int(x.p), int(x.q)) for x in part.point), Fraction(1)]
    vanish = [form for form in both if sum(a * x for a, x in zip(form, at, strict=True)) == 0]
    if part.dimension == n:
        assert not vanish
    if not overlap(one, other):
        facet = common_facet(one, other)
        assert (facet is not None) == (part.dimension == n - 1)
        if facet:
            for polyhedron, side in ((one, -1), (other, 1)):
                inner = interior(polyhedron)
                assert side * sum((a * (x - p) for a, x, p in zip(facet.outward, inner, facet.point, strict=True)), fmpq(0)) > 0


@given(st.lists(pairs(), min_size=1, max_size=2), st.data())
def test_sets_with_disjoint_interiors_have_the_same_union(found, data):
    n = found[0][0].dimension
    parts = [one for pair in found for one in pair if one.dimension == n]
    pieces = interior_disjoint(parts)
    assert not any(overlap(one, other) for one, other in itertools.combinations(pieces, 2))
    entry = st.integers(-24, 40).map(lambda whole: fmpq(whole, 8) + fmpq(1, 97))
    for point in data.draw(st.lists(st.tuples(*[entry] * n), min_size=5, max_size=20)):
        assert any(holds(part, point) for part in parts) == (sum(holds(piece, point) for piece in pieces) == 1)


def test_pieces_of_boxes_are_boxes():
    cross = [Polyhedron.box([-1, -3], [1, 3]), Polyhedron.box([-3, -1], [3, 1]), Polyhedron.box([0, 0], [1, 1])]
    assert interior_disjoint(cross) == [cross[0], Box([-3, -1], [-1, 1]), Box([1, -1], [3, 1])]


class TestFrames:
    LINE = AffineSubspace.through([[0, 0], [1, 1]])

    def test_descriptions_of_one_line(self):
        same = AffineSubspace.through([[2, 2], [0, 0]])
        ray = Domain(Polyhedron.from_inequalities([[1]], [0]), same)
        [frame] = frames([Domain(None, self.LINE), ray])
        assert frame.numbers == (0, 1)
        assert frame.polyhedra[0] is None
        # t = 2 - 2 s, so that s <= 0 is t >= 2.
        assert holds(frame.polyhedra[1], [fmpq(2)])
        assert not holds(frame.polyhedra[1], [fmpq(19, 10)])

    def test_other_lines_have_frames_of_their_own(self):
        other = AffineSubspace.through([[0, 1], [1, 2]])
        assert [frame.numbers for frame in frames([Domain(None, self.LINE), Domain(None, other), Domain()])] == [
            (0,),
            (1,),
            (2,),
        ]

    @pytest.mark.parametrize(("point", "apart"), [([1, 1], False), ([1, 2], True)])
    def test_lines_that_cross_and_lines_that_do_not(self, point, apart):
        segment = Domain(Polyhedron.box([-1], [1]), AffineSubspace.through([point, [point[0] + 1, point[1]]]))
        assert are_apart(Domain(Polyhedron.box([0], ["3/2"]), self.LINE), segment) == apart

    def test_groups_hang_together_through_others(self):
        union = DomainUnion(tuple(Domain.box([low, 0], [low + 1, 1]) for low in (0, 2, 5, 1)))
        assert union.groups() == ((0, 1, 3), (2,))
        assert union.name == "union of 4 sets: box 0 1; box 2,0 3,1; box 5,0 6,1; ..."

    def test_parts_have_one_dimension(self):
        with pytest.raises(DomainError, match="have dimensions 1 and 2"):
            DomainUnion((Domain(None, self.LINE), Domain.box([0, 0], [1, 1])))
        with pytest.raises(DomainError, match="there is no domain"):
            DomainUnion(())


def test_a_set_without_inequalities_that_say_something_is_everything():
    everything = Domain(Polyhedron.from_inequalities([[0, 0]], [1]))
    (frame,) = DomainUnion((everything, Domain.box([0, 0], [1, 1]))).frames()
    assert frame.polyhedra[0] is None
    assert frame.polyhedra[1] is not None
