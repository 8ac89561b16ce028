"""The bounds against the published tables and the exact counts of nets that come close to them."""

import pytest
from oracles.tables import table

from relupoly.bounds.lower import lower_bounds
from relupoly.bounds.upper import upper_bounds

COLUMNS = {
    "trivial": "trivial",
    "raghu2017": "raghu17",
    "montufar2017": "montufar17",
    "serra2018": "serra18",
    "hinz2019": "serra18",
}
LOWER_COLUMNS = {
    "pascanu2013": "pascanu13_lower",
    "montufar2014": "montufar14_lower",
    "serra2018": "serra18_lower",
    "arora2018": "arora18_lower",
}


def architecture(row: dict | None) -> str | None:
    return row and f"{row.get('n0', 1)}-{'-'.join(map(str, row['widths']))}"


@pytest.mark.parametrize("row", table("bounds_table"), ids=architecture)
def test_bounds_agree_with_the_published_table(row):
    bounds = upper_bounds(row["n0"], row["widths"])
    assert {name: bounds[name] for name in COLUMNS} == {name: row[column] for name, column in COLUMNS.items()}


@pytest.mark.parametrize("row", table("bounds_table"), ids=architecture)
def test_lower_bounds_agree_with_the_published_table(row):
    bounds = lower_bounds(row["n0"], row["widths"])
    assert {name: bounds[name] for name in LOWER_COLUMNS} == {name: row[column] for name, column in LOWER_COLUMNS.items()}


@pytest.mark.parametrize("row", table("bounds_table"), ids=architecture)
def test_no_lower_bound_exceeds_an_upper_one(row):
    lower = [value for value in lower_bounds(row["n0"], row["widths"]).values() if value is not None]
    upper = [value for value in upper_bounds(row["n0"], row["widths"]).values() if value is not None]
    assert 1 <= max(lower) <= min(upper)


@pytest.mark.parametrize("row", table("arora_zonotope"), ids=lambda row: row and f"{row['n']}-{row['m']}-{row['w']}-{row['k']}")
def test_the_family_of_arora_has_at_least_its_bound_under_every_notion(row):
    bound = lower_bounds(row["n"], [2 * row["m"], *[row["w"]] * row["k"]])["arora2018"]
    assert bound <= min(row["R2"], row["R4"], row["R5"], row["R6"])


@pytest.mark.parametrize("row", table("bounds_exact", "univariate"), ids=architecture)
def test_serra_is_attained_with_one_input(row):
    assert upper_bounds(1, row["widths"])["serra2018"] == row["bound"] == row["R2"]


@pytest.mark.parametrize("row", table("bounds_exact", "serra_construction"), ids=architecture)
def test_serra_is_above_the_construction_of_serra(row):
    bounds = upper_bounds(row["n0"], row["widths"])
    assert bounds["serra2018"] == row["upper"]
    assert max(value for value in lower_bounds(row["n0"], row["widths"]).values() if value is not None) <= row["R2"]
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
    bounds = upper_bounds(input_dim, widths)
    assert bounds.pop("histograms") <= serra
    expected = {"trivial": trivial, "raghu2017": raghu, "montufar2017": montufar, "serra2018": serra, "hinz2019": serra}
    assert bounds == expected | {"zaslavsky": None}
