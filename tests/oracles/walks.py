"""How many cells and open pieces a prepared net has, by a walk of a chosen kind."""

from relupoly.exact.floats import FloatVectors
from relupoly.pieces.merging.open_pieces import OpenTally
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Look


def pieces(prepared, patience=0, kind=FloatVectors, jobs=1):
    """The numbers of cells and of open pieces; compiled after `patience` interpreted steps."""
    tally, cells = OpenTally(prepared), 0
    for part in Walk(prepared, kind=kind, patience=patience, jobs=jobs).parts(Look.MERGE):
        if isinstance(part, Cell):
            tally.add(part)
            cells += 1
        else:
            tally.add_plain(part)
            cells += part.count
    return cells, tally.count
