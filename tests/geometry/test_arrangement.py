from fractions import Fraction

import pytest

from relupoly.errors import ArrangementError
from relupoly.geometry.arrangement import Arrangement


def test_multiples_of_a_hyperplane_are_one() -> None:
    arrangement = Arrangement.of([[2, 4, 6], [-1, -2, -3], ["0.5", 1, Fraction(3, 2)], [1, 2, 4]])
    assert arrangement.rows == ((1, 2, 3), (1, 2, 4))


def test_parallel_hyperplanes_are_not_central() -> None:
    assert not Arrangement.of([[1, 0], [1, 1]]).is_central
    assert Arrangement.of([[1, 1], [1, 1]]).is_central


def test_hyperplanes_through_one_point_are_central_but_not_linear() -> None:
    arrangement = Arrangement.of([[1, 0, 1], [0, 1, 1], [1, 1, 2]])
    assert arrangement.is_central
    assert not arrangement.is_linear


def test_rank_deficient_ones_are_cut_to_their_rank() -> None:
    arrangement = Arrangement.of([[0, 1, -1, 3], [0, 2, -2, 1]])
    assert arrangement.rank == 1
    assert arrangement.essentialisation() == Arrangement.of([[1, 3], [2, 1]])


def test_no_hyperplane_at_all() -> None:
    nothing = Arrangement.of([], dimension=3)
    assert (nothing.rank, nothing.is_central, nothing.vectors()) == (0, True, ())


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1, 0], [0, 5]], "row 2 is no hyperplane"),
        ([[1, 0], [0, 0]], "row 2 is no hyperplane"),
        ([[1, 2, 3], [1, 2]], "row 2 has 2 entries, but 3 are needed"),
        ([[1, 2], [1, "x"]], "row 2, entry 2: "),
        ([[float("nan"), 2]], "row 1, entry 1: "),
        ([[3]], "no dimension"),
        ([], "there is no hyperplane"),
    ],
)
def test_what_is_no_arrangement(rows: list[list[object]], message: str) -> None:
    with pytest.raises(ArrangementError, match=message):
        Arrangement.of(rows)


def test_rows_that_are_not_normal_are_refused() -> None:
    with pytest.raises(ArrangementError, match="not primitive"):
        Arrangement(((2, 4),), 1)
    with pytest.raises(ArrangementError, match="two rows are equal"):
        Arrangement(((1, 4), (1, 4)), 1)
