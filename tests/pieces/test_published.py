"""Published and independently computed counts."""

import json

import pytest
from oracles.arrangements import FAMILIES, net_of
from oracles.hard import sawtooth, zonotope
from oracles.tables import SHARED, named_domain, native_net, needs_shared, table, table_net

from relupoly.geometry.domain import Domain
from relupoly.pieces.count import count_pieces

NAMES = {"patterns": "R1", "strict": "HR", "activation": "R2", "open": "R4", "closed": "R5", "affine": "R6"}


def name_of(row):
    return row.get("name") if isinstance(row, dict) else None


@pytest.mark.parametrize("row", table("region_notions"), ids=name_of)
def test_nets_that_separate_the_notions(row):
    assert count_pieces(table_net(row), notion="all").counts == {name: row[key] for name, key in NAMES.items()}


@pytest.mark.slow
@pytest.mark.parametrize("row", table("arora_1d"), ids=lambda row: row and f"w{row['w']}-k{row['k']}-{row['kind']}")
def test_sawtooth_family(row):
    net = sawtooth(row)
    counts = count_pieces(net, notion="all").counts
    assert counts["open"] == row["pieces_R"] == row["formula"]
    assert {name: counts[name] for name, key in NAMES.items() if f"net_{key}" in row} == {
        name: row[f"net_{key}"] for name, key in NAMES.items() if f"net_{key}" in row
    }
    assert count_pieces(net, Domain.box([0], [row["M"]])).pieces == row["pieces_0M"]


@pytest.mark.parametrize("row", table("arora_zonotope"), ids=lambda row: row and "n{n}-m{m}-w{w}-k{k}".format(**row))
def test_zonotope_family(row):
    net = zonotope(row)
    assert sum(net.widths) == row["size"]
    counts = count_pieces(net, notion="closed").counts
    assert counts == {"open": row["R4"], "activation": row["R2"], "affine": row["R6"], "closed": row["R5"]}


@pytest.mark.parametrize("row", table("degenerate"), ids=name_of)
def test_nets_on_which_other_tools_fail(row):
    net = native_net(row["network"])
    for name, expected in row["counts"].items():
        counts = count_pieces(net, named_domain(name, net.input_dim), notion="all").counts
        assert {key: counts[key] for key in expected if key in counts} == {
            key: count for key, count in expected.items() if key in counts
        }, name


@pytest.mark.parametrize("row", table("quantities"), ids=name_of)
def test_nets_in_boxes(row):
    counts = count_pieces(table_net(row), Domain.box(*row["box"]), notion="closed").counts
    assert counts == {"open": row["R4"], "activation": row["cells_R2"], "affine": row["R6"], "closed": row["R5"]}


@pytest.mark.parametrize(
    "row", table("bounds_exact", "random_max"), ids=lambda row: row and "-".join(map(str, [row["n0"], *row["widths"]]))
)
def test_nets_with_many_regions(row):
    net = table_net({"layers": row["net_R2"]})
    assert count_pieces(net, notion="activation").pieces == row["best_R2"]


def arrangements():
    for row in table("arrangements"):
        if not isinstance(row, dict) or row["regions"] <= 50_000:
            slow = isinstance(row, dict) and row["regions"] > 5_000
            yield pytest.param(row, marks=[pytest.mark.slow] if slow else []) if isinstance(row, dict) else row


@pytest.mark.parametrize("row", list(arrangements()), ids=lambda row: row and f"{row['family']}-{row['n']}")
def test_arrangements(row):
    hyperplanes = FAMILIES[row["family"]](row["n"])
    assert len(hyperplanes) == row["hyperplanes"]
    assert count_pieces(net_of(hyperplanes)).pieces == row["regions"]


def random_nets():
    path = SHARED / "facts" / "random_nets.json"
    if not path.is_file():
        yield table("random_nets")[0]
        return
    for name, counts in json.loads(path.read_text()).items():
        for domain, count in counts.items():
            yield pytest.param((name, domain, count), marks=[pytest.mark.slow] if count > 3_000 else [], id=f"{name}-{domain}")


@pytest.mark.parametrize("case", list(random_nets()))
def test_random_nets(case):
    name, domain, count = case
    net = native_net(json.loads((SHARED / "nets" / "random" / f"{name}.json").read_text()))
    result = count_pieces(net, named_domain(domain, net.input_dim), notion="activation")
    assert (result.pieces, result.certified, result.complete) == (count, True, True)


@needs_shared
def test_every_named_family_is_in_the_table():
    assert {row["family"] for row in table("arrangements")} == set(FAMILIES)
