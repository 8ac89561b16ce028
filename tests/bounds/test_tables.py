"""The upper bounds against the published tables and the exact counts of nets that come close to them."""

import pytest
from oracles.tables import table

from relupoly.bounds.upper import upper_bounds

COLUMNS = {"trivial": "trivial", "raghu2017": "raghu17", "montufar2017": "montufar17", "serra2018": "serra18"}


def architecture(row: dict | None) -> str | None:
    return row and f"{row.get('n0', 1)}-{'-'.join(map(str, row['widths']))}"


@pytest.mark.parametrize("row", table("bounds_table"), ids=architecture)
def test_bounds_agree_with_the_published_table(row):
    bounds = upper_bounds(row["n0"], row["widths"])
    assert {name: bounds[name] for name in COLUMNS} == {name: row[column] for name, column in COLUMNS.items()}


@pytest.mark.parametrize("row", table("bounds_exact", "univariate"), ids=architecture)
def test_serra_is_attained_with_one_input(row):
    assert upper_bounds(1, row["widths"])["serra2018"] == row["bound"] == row["R2"]


@pytest.mark.parametrize("row", table("bounds_exact", "serra_construction"), ids=architecture)
def test_serra_is_above_the_construction_of_serra(row):
    bounds = upper_bounds(row["n0"], row["widths"])
    assert bounds["serra2018"] == row["upper"]
    assert row["R2"] <= min(bound for bound in bounds.values() if bound is not None)


@pytest.mark.parametrize("row", table("bounds_exact", "random_max"), ids=architecture)
def test_bounds_are_above_the_best_of_many_random_nets(row):
    bounds = upper_bounds(row["n0"], row["widths"])
    names = ("trivial", "montufar2017", "serra2018")
    assert [bounds[name] for name in names] == [row["trivial"], row["montufar17"], row["serra18"]]
    assert max(row["best_R1"], row["best_R2"]) <= min(bound for bound in bounds.values() if bound is not None)


@pytest.mark.parametrize(
    ("input_dim", "widths", "trivial", "raghu", "montufar", "serra"),
    [
        (1, [2, 2], 16, 9, 9, 9),
        (2, [4, 4], 256, 121, 121, 121),
        (2, [8, 2, 8], 262144, 5476, 5476, 2072),
        (2, [16, 1, 16], 8589934592, 37538, 4658, 2466),
        (3, [3, 5, 7], 32768, 13312, 13312, 2851),
        (3, [7, 5, 3], 32768, 13312, 13312, 12672),
        (4, [16, 8, 4, 2], 1073741824, 26257344, 26257344, 23385447),
        (784, [11, 11], 4194304, 4194304, 4194304, 2449868),
        (784, [10, 12], 4194304, 4194304, 4180992, 1744436),
        (1, [1, 1], 4, 4, 4, 3),
    ],
)
def test_published_values(input_dim, widths, trivial, raghu, montufar, serra):
    expected = {"trivial": trivial, "raghu2017": raghu, "montufar2017": montufar, "serra2018": serra, "zaslavsky": None}
    assert upper_bounds(input_dim, widths) == expected
