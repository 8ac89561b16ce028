"""Published nets: as many records under each notion as the tables say, and what is known of their volumes."""

import pytest
from oracles.tables import named_domain, native_net, table, table_net

from relupoly import Domain
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.pieces import LISTED_NOTIONS, list_pieces

MOST = 400  # cells


def name_of(row):
    return row.get("name") if isinstance(row, dict) else None


def counts(net, domain):
    return {notion: sum(1 for _ in list_pieces(net, domain, notion)) for notion in LISTED_NOTIONS}


@pytest.mark.parametrize("row", table("degenerate"), ids=name_of)
def test_nets_on_which_other_tools_fail(row):
    net = native_net(row["network"])
    for name, published in row["counts"].items():
        expected = {notion: published[notion] for notion in LISTED_NOTIONS if notion in published}
        if max(expected.values(), default=0) <= MOST:
            found = counts(net, named_domain(name, net.input_dim))
            assert {notion: found[notion] for notion in expected} == expected, name


@pytest.mark.parametrize("row", table("quantities"), ids=name_of)
def test_nets_in_boxes(row):
    expected = {"open": row["R4"], "activation": row["cells_R2"], "affine": row["R6"], "closed": row["R5"]}
    if row["cells_R2"] > MOST:
        pytest.skip("many cells")
    net, box = table_net(row), Domain.box(*row["box"])
    assert counts(net, box) == expected
    lower, upper = box.polyhedron.lower, box.polyhedron.upper
    size = 1
    for low, high in zip(lower, upper, strict=True):
        size *= high - low
    volumes = [cell.volume for cell in list_cells(net, box, ("volume",))]
    if None not in volumes:
        assert sum(volumes) == size
