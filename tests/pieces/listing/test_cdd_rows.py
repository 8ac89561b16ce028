"""Cells as rows of cddlib, whose own conversions are the oracle: each form of a cell gives the other one."""

from fractions import Fraction

import cdd
import cdd.gmp
import pytest
from flint import fmpq
from hypothesis import given, settings
from oracles.strategies import nets_on_domains

from relupoly.files.polyhedra import ext, ine
from relupoly.files.polyhedra.cdd_writer import encode_block
from relupoly.geometry.domain import Domain
from relupoly.geometry.double_description import GENERATORS, INEQUALITIES
from relupoly.networks.network import Network
from relupoly.pieces.listing.cdd_rows import generator_rows, inequality_rows
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.records import CellRecord

FIELDS = ("facets", "vertices", "rays", "point", "gradient")


def cells_of(net, domain=None):
    return list(list_cells(net, domain, FIELDS))


def parsed(block):
    """The rows of a block, by the format's own words."""
    lines = block.decode().splitlines()
    begin = lines.index("begin")
    height, width, kind = lines[begin + 1].split()
    rows = [[Fraction(word) for word in line.split()] for line in lines[begin + 2 : -1]]
    assert (lines[-1], kind, len(rows), {len(row) for row in rows}) == ("end", "rational", int(height), {int(width)})
    return lines[begin - 1], rows


def converted(block):
    """What cddlib makes of a block: the rows of the other form."""
    title, rows = parsed(block)
    forms = {"H-representation": cdd.RepType.INEQUALITY, "V-representation": cdd.RepType.GENERATOR}
    polyhedron = cdd.gmp.polyhedron_from_matrix(cdd.gmp.matrix_from_array(rows, rep_type=forms[title]))
    found = cdd.gmp.copy_generators(polyhedron) if title[0] == "H" else cdd.gmp.copy_inequalities(polyhedron)
    return [*found.array, *([-entry for entry in found.array[place]] for place in found.lin_set)]


def normal(rows):
    """Rows that say something, as directions; cones may come with their apex, and without it."""
    scaled = set()
    for row in rows:
        size = next((abs(entry) for entry in row if entry), None)
        scaled.add(tuple(Fraction(entry) / size for entry in row) if size else ())
    return scaled - {()}


def said(rows):
    """Inequalities without 1 >= 0."""
    return {row for row in normal(rows) if any(row[1:])}


def check(cell):
    inequalities = encode_block(INEQUALITIES, inequality_rows(cell), f"cell {cell.number}")
    generators = encode_block(GENERATORS, generator_rows(cell), f"cell {cell.number}")
    n = len(cell.point)
    apex = (Fraction(1), *[Fraction(0)] * n)
    assert normal(converted(inequalities)) | {apex} == normal(parsed(generators)[1]) | {apex}
    assert said(converted(generators)) == said(parsed(inequalities)[1])


@settings(max_examples=30)
@given(nets_on_domains(inputs=3, neurons=6))
def test_each_form_gives_the_other(case):
    net, domain = case
    for cell in cells_of(net, domain)[:10]:
        check(cell)


def test_our_own_readers():
    net = Network.from_rows([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, -1, 1]], ["1/3"]), ([[1]], None)])
    for cell in cells_of(net, Domain.box([-1, -1], [2, "5/2"])):
        by_rows = ine.decode(encode_block(INEQUALITIES, inequality_rows(cell)), "a.ine").polyhedron
        by_points = ext.decode(encode_block(GENERATORS, generator_rows(cell)), "a.ext").polyhedron
        for found in (by_rows, by_points):
            assert sorted(map(tuple, found.vertices().vertices.tolist())) == sorted(cell.vertices)
        assert all(slack > 0 for slack in by_rows.slacks(cell.point))


def test_the_whole_space():
    [cell] = cells_of(Network.from_rows([([[1, 2]], [3])]))
    assert inequality_rows(cell) == [[1, 0, 0]]
    check(cell)
    assert ine.decode(encode_block(INEQUALITIES, inequality_rows(cell)), "a.ine").polyhedron.vertices().lines.nrows() == 2


def test_what_is_not_known():
    bare = CellRecord(3, ("+",))
    with pytest.raises(ValueError, match="cell 3 has no facets; list the field facets"):
        inequality_rows(bare)
    for cell in (bare, CellRecord(3, ("+",), vertices=((fmpq(0),),)), CellRecord(3, ("+",), vertices=(), rays=())):
        with pytest.raises(ValueError, match="the vertices and rays of cell 3 are not known"):
            generator_rows(cell)
    with pytest.raises(ValueError, match="cell 3 does not tell the number of coordinates"):
        inequality_rows(CellRecord(3, ("+",), facets=()))
    assert inequality_rows(CellRecord(3, ("+",), facets=(), point=(fmpq(0), fmpq(0)))) == [[1, 0, 0]]
