"""The rows of the benchmarks: what is measured is what it is called."""

import itertools
import json

import pytest
from cases import Case, Target, all_cases, random_cases
from measure import Failed, Row, TooSlow, measure, run_child
from peers import all_matches
from table import ENGINE, PEERS, engine_cells, missing_cells

from relupoly import Domain, Network, count_pieces
from relupoly.exact.rationals import nearest_float


def row(case, **figures):
    standard = {"cells": 100, "pieces": 90, "complete": True, "certified": True, "exact_predicates": 3, "runs": 5}
    standard |= {"seconds": 0.5, "cpu_seconds": 0.9, "megabytes": 200.0, "megabytes_before": 180.0}
    return Row(case, **(standard | figures))


def plain_case(**changes):
    return Case("random", "net", "R^1", "open", lambda: (Network.from_rows([([[1]], [0])]), Domain()), **changes)


def test_names_are_unique():
    names = [case.name for case in all_cases()]
    assert len(names) == len(set(names))
    matches = [match.name for match in all_matches()]
    assert len(matches) == len(set(matches))


def test_the_family_of_the_issue_is_there():
    boxes = {case.net for case in random_cases() if case.radius == 10}
    expected = {"2-16-16", "2-32-32-32", "2-64-64", "2-128-128-128", "3-16-16-16", "3-32-32", "3-64-64", "4-16-16", "4-32-32"}
    expected |= {"5-12-12", "5-20-20", "6-10-10", "6-16-16", "8-14", "8-10-10", "10-16"}
    assert boxes == expected


def test_nets_have_the_widths_in_their_names():
    for case in random_cases():
        net, _ = case.make()
        assert "-".join(map(str, [net.input_dim, *net.widths])) == case.net


KNOWN = [case for case in all_cases() if case.section == "ties" and case.notion == "activation" and case.cells]


@pytest.mark.parametrize("case", [case for case in KNOWN if case.cells <= 20_000], ids=lambda case: case.net)
def test_known_counts(case):
    """The formulas and tables from which counts are known, on those families that take no time."""
    net, domain = case.make()
    assert count_pieces(net, domain, "activation").pieces == case.cells


@pytest.mark.parametrize(
    ("quantity", "bound", "good", "bad"),
    [("seconds", 0.5, 0.4, 0.6), ("megabytes", 500, 499, 501), ("rate", 1000, 1001, 999), ("bytes_per_cell", 24, 23.5, 25)],
)
def test_targets(quantity, bound, good, bad):
    target = Target(quantity, bound)
    assert target.met(good)
    assert not target.met(bad)


def test_a_row_at_its_deadline_is_shown_as_partial_and_meets_no_target():
    partial = row(plain_case(target=Target("seconds", 9)), complete=False, cells=3_100_000, pieces=None, seconds=120.0)
    cells = dict(zip([column.title for column in ENGINE], engine_cells(partial, 120), strict=True))
    assert (cells["cells"], cells["seconds"], cells["pieces"]) == ("3,100,000 so far", "> 120", "")
    assert cells["target"] == "< 9 s: NOT MET"


def test_a_wrong_count_is_called_wrong():
    assert row(plain_case(cells=100)).right
    assert not row(plain_case(cells=101)).right
    assert not row(plain_case(), certified=False).right
    assert "100 WRONG" in engine_cells(row(plain_case(cells=101)), 60)


def test_growth_per_cell():
    assert row(plain_case(), cells=2**20).bytes_per_cell == 20


def test_every_line_has_all_columns():
    assert len(missing_cells(["net"], PEERS, "why")) == len(PEERS)
    assert len(engine_cells(row(plain_case()), 60)) == len(ENGINE)


def test_a_row_is_measured_in_a_process_of_its_own():
    case = next(case for case in random_cases() if case.net == "2-16-16")
    found = measure(case, runs=2, deadline=60)
    assert (found.cells, found.complete, found.runs, found.right) == (437, True, 2, True)
    assert found.seconds > 0
    assert 20 < found.megabytes_before <= found.megabytes


@pytest.mark.slow
@pytest.mark.parametrize("notion", ["activation", "open"])
def test_ten_million_cells_in_500_megabytes(notion):
    case = next(case for case in all_cases() if case.section == "memory" and case.notion == notion)
    found = measure(case, runs=1, deadline=600)
    assert found.complete
    assert found.cells > 10_000_000
    assert found.megabytes < 500


def test_a_child_that_fails_is_told_from_one_that_is_slow():
    with pytest.raises(Failed, match="boom"):
        run_child(["python3", "-c", "raise SystemExit('boom')"], 60)
    with pytest.raises(TooSlow):
        run_child(["python3", "-c", "import time; time.sleep(60)"], 0.2)
    assert run_child(["python3", "-c", f"print('noise'); print({json.dumps(json.dumps({'a': 1}))})"], 60) == {"a": 1}


def test_peers_are_given_the_nets_that_the_engine_is_given():
    for match in itertools.islice(all_matches(), 12):
        net, domain = match.ours.make()
        assert domain.name == Domain.box([-10] * match.inputs, [10] * match.inputs).name
        for layer, (weight, bias) in zip(net.layers, match.layers(), strict=True):
            assert [[nearest_float(e) for e in line] for line in layer.weight.tolist()] == weight.tolist()
            assert [nearest_float(e) for e in layer.bias.entries()] == bias.tolist()
