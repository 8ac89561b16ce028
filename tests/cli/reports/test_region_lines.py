"""Lines of records, put together quickly, say what `json.dumps` of the same lists and dicts says."""

import json

import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from relupoly.geometry.subspace import AffineSubspace
from relupoly.pieces.listing.records import FIELDS, PIECE_FIELDS, CellRecord, Facet, PieceRecord
from relupoly_cli.reports import region_texts
from relupoly_cli.reports.region_columns import RecordColumns
from relupoly_cli.reports.region_fields import CELL_FIELDS, chosen_fields
from relupoly_cli.reports.region_fields import PIECE_FIELDS as PIECE_NAMES
from relupoly_cli.reports.region_lines import RecordLines
from relupoly_cli.reports.region_texts import Shared, rational_text

# Python itself refuses to print so many digits.
HUGE = st.sampled_from([10**5000, 1 - 10**5000])
INTEGERS = st.one_of(st.integers(-5, 5), st.integers(-(10**40), 10**40), HUGE)
RATIONALS = st.builds(lambda p, q: fmpq(p, q), INTEGERS, st.one_of(st.integers(1, 4), st.integers(1, 10**40)))
SIGNS = st.text("+-0", max_size=4)


def rational(number):
    """As flint shows it, which has no limit on digits."""
    return str(number)


def vectors(size):
    return st.tuples(*[RATIONALS] * size)


@st.composite
def facets(draw, size):
    neurons = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), max_size=2))
    sides = draw(st.lists(st.integers(1, 9), max_size=2))
    return Facet(tuple(map(fmpz, draw(st.tuples(*[INTEGERS] * size)))), fmpz(draw(INTEGERS)), tuple(neurons), tuple(sides))


@st.composite
def cells(draw, size=2, outputs=1):
    """A cell with whatever values: no geometry is meant."""
    known = draw(st.lists(facets(size), max_size=3).map(tuple))
    pattern = st.lists(SIGNS, max_size=2).map(tuple)
    shared = draw(st.lists(vectors(size), max_size=3).map(tuple))
    return CellRecord(
        draw(st.integers(1, 10**6)),
        draw(pattern),
        draw(st.none() | st.tuples(*[vectors(size)] * outputs)),
        draw(st.none() | vectors(outputs)),
        draw(st.sampled_from([None, known])),
        draw(st.none() | st.tuples(*[st.none() | pattern] * len(known))),
        draw(st.sampled_from([None, shared, (), shared[::-1]])),
        draw(st.sampled_from([None, shared, ()])),
        None,
        draw(st.none() | vectors(size)),
        draw(st.none() | st.booleans()),
        draw(st.none() | RATIONALS),
        draw(st.none() | st.dictionaries(st.sampled_from(["open", "closed", "affine"]), st.integers(1, 99))),
    )


def vector(entries):
    return [rational(entry) for entry in entries]


def alone(entries):
    """One output has no list of its own."""
    return entries[0] if len(entries) == 1 else entries


def known(value, make):
    return None if value is None else make(value)


def facet_document(facet):
    return {
        "normal": [str(entry) for entry in facet.normal],
        "offset": str(facet.offset),
        "neurons": [list(neuron) for neuron in facet.neurons],
        "sides": list(facet.sides),
    }


def document(record, fields, subspace=None):
    """The plain document of a record."""
    found = {}
    for field in fields:
        value = getattr(record, field, None)
        if field == "gradient":
            value = known(value, lambda rows: alone([vector(row) for row in rows]))
        elif field == "constant":
            value = known(value, lambda entries: alone(vector(entries)))
        elif field == "facets":
            value = known(value, lambda facets: [facet_document(facet) for facet in facets])
        elif field == "neighbours":
            value = known(value, lambda patterns: [known(pattern, list) for pattern in patterns])
        elif field in ("vertices", "rays"):
            value = known(value, lambda points: [vector(point) for point in points])
        elif field == "pattern":
            value = list(value)
        elif field == "patterns":
            value = [list(cell.pattern) for cell in record.cells]
        elif field == "cells":
            value = [cell.number for cell in record.cells]
        elif field == "volume":
            value = known(value, rational)
        elif field == "point":
            value = known(value, vector)
        found[field] = value
        if field == "point" and subspace is not None and record.point is not None:
            found["input"] = vector(subspace.at(record.point))
    return found


@given(st.data(), st.integers(1, 3), st.integers(1, 2))
def test_cells(data, size, outputs):
    records = data.draw(st.lists(cells(size, outputs), min_size=1, max_size=4))
    lines = RecordLines(FIELDS)
    for record in [*records, *records]:
        assert lines.line(record) == json.dumps(document(record, FIELDS))


@given(st.data())
def test_pieces(data):
    members = tuple(data.draw(st.lists(cells(), min_size=1, max_size=3)))
    values = data.draw(cells())
    piece = PieceRecord(
        *(7, "open", members, values.gradient, values.constant, values.facets, values.neighbours),
        *(data.draw(st.none() | st.booleans()), values.point, values.bounded, values.volume),
    )
    fields = chosen_fields(None, False)
    assert RecordLines(fields).line(piece) == json.dumps(document(piece, fields))


@given(cells(size=1))
def test_points_of_a_subspace_have_a_place_among_the_inputs(cell):
    line = AffineSubspace.through([[1, 0, 2], [0, "1/3", 2]])
    fields = ("number", "point", "bounded")
    assert RecordLines(fields, [line]).line(cell) == json.dumps(document(cell, fields, line))


def row(table, record):
    before, behind = table.around(record)
    return [*before, str(record.number), *behind]


def test_several_subspaces():
    """A record says in which it is; how its coordinates become inputs is told where somebody asks."""
    lines = AffineSubspace.through([[1, 0], [0, "1/3"]]), AffineSubspace.fixing(2, {1: 7})
    cells = [CellRecord(1, ("+",), point=(fmpq(2),), subspace=1), CellRecord(2, ("-",), point=(fmpq(2),), subspace=2)]
    found = [json.loads(RecordLines(("number", "point", "coordinates"), lines).line(cell)) for cell in cells]
    assert found == [
        {
            "number": 1,
            "subspace": 1,
            "point": ["2"],
            "input": ["-1", "2/3"],
            "coordinates": {"origin": ["1", "0"], "basis": [["-1"], ["1/3"]]},
        },
        {"number": 2, "subspace": 2, "point": ["2"], "input": ["2", "7"], "coordinates": {"fixed": [None, "7"]}},
    ]
    piece = PieceRecord(1, "open", (cells[1],))
    assert RecordLines(("number", "notion"), lines).line(piece) == '{"number": 1, "subspace": 2, "notion": "open"}'
    table = RecordColumns(("number", "point", "coordinates"), 1, 1, subspaces=lines)
    assert table.header == ["number", "subspace", "t", "x1", "x2", "origin_x1", "dx1/dt", "origin_x2", "dx2/dt"]
    assert [row(table, cell) for cell in cells] == [
        ["1", "1", "2", "-1", "2/3", "1", "-1", "0", "1/3"],
        ["2", "2", "2", "2", "7", "0", "1", "7", "0"],
    ]


def test_the_whole_space_beside_a_subspace_of_its_dimension():
    """Two descriptions of one space: sets that lie apart have coordinates of their own."""
    spaces = None, AffineSubspace.through([[5], [3]])
    cells = [CellRecord(number, (), point=(fmpq(2),), subspace=number) for number in (1, 2)]
    lines, fields = RecordLines(("number", "point", "coordinates"), spaces), ("number", "point", "coordinates")
    found = [json.loads(lines.line(cell)) for cell in cells]
    assert [one.get("input") for one in found] == [None, ["1"]]
    assert [one["coordinates"] for one in found] == [None, {"origin": ["5"], "basis": [["-2"]]}]
    table = RecordColumns(fields, 1, 1, subspaces=spaces)
    assert [dict(zip(table.header, row(table, cell), strict=True)) for cell in cells] == [
        {"number": "1", "subspace": "1", "t": "2", "x": "2", "origin_x": "0", "dx/dt": "1"},
        {"number": "2", "subspace": "2", "t": "2", "x": "1", "origin_x": "5", "dx/dt": "-2"},
    ]


def test_coordinates_that_are_inputs():
    assert json.loads(RecordLines(("number", "coordinates")).line(CellRecord(1, ()))) == {"number": 1, "coordinates": None}
    assert row(RecordColumns(("number", "coordinates"), 2, 1), CellRecord(1, ())) == ["1"]


def test_the_point_that_was_asked_for():
    line = RecordLines(("number", "pattern")).line(CellRecord(3, ("+",)), [fmpq(1, 2), fmpq(-3)])
    assert line == '{"number": 3, "at": ["1/2", "-3"], "pattern": ["+"]}'


@given(RATIONALS)
def test_rationals(number):
    assert rational_text(number) == str(number)


def test_texts_are_shared_by_identity_and_do_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(region_texts, "_MOST_SHARED", 2)
    made = []
    shared = Shared(lambda one: made.append(one) or f"text {one[0]}")
    entries = [[number] for number in range(4)]
    for entry in [entries[0], entries[0], entries[1], entries[0]]:
        assert shared(entry) == f"text {entry[0]}"
    assert made == [[0], [1]]
    # Others take their place, also where they are made where those were.
    assert [shared([number]) for number in range(100)] == [f"text {number}" for number in range(100)]
    assert len(shared._known) <= 2


def test_the_names_are_those_of_the_library():
    own = ("coordinates",)
    assert (*FIELDS, *own) == CELL_FIELDS
    assert (*PIECE_FIELDS, *own) == PIECE_NAMES


@pytest.mark.parametrize(
    ("names", "of_cells", "fields"),
    [
        (None, True, tuple(field for field in FIELDS if field != "piece")),
        (None, False, PIECE_FIELDS),
        (("volume", "pattern"), True, ("number", "pattern", "volume")),
        (("volume", "pattern"), False, ("number", "patterns", "volume")),
        (("piece",), True, ("number", "piece")),
        (("number",), False, ("number",)),
    ],
)
def test_which_fields_are_told(names, of_cells, fields):
    assert chosen_fields(names, of_cells) == fields


@pytest.mark.parametrize(("name", "of_cells"), [("vertices", False), ("piece", False), ("convex", True), ("patterns", True)])
def test_fields_of_the_other_kind(name, of_cells):
    with pytest.raises(ValueError, match=f"{name} is told of {'pieces; leave' if of_cells else 'cells; add'} --cells"):
        chosen_fields([name], of_cells)
