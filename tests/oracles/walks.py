"""How many cells and open pieces a prepared net has, by a walk of a chosen kind."""

from relupoly.exact.floats import FloatVectors
from relupoly.pieces.merging.open_pieces import OpenPieces
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail


def pieces(prepared, patience=0, kind=FloatVectors, jobs=1):
    """The numbers of cells and of open pieces; compiled after `patience` interpreted steps."""
    counter, cells = OpenPieces(prepared), 0
    for part in Walk(prepared, kind=kind, patience=patience, jobs=jobs).cells(Detail.MERGE):
        if isinstance(part, Cell):
            counter.add(part)
            cells += 1
        else:
            counter.add_counted(part)
            cells += part.count
    return cells, counter.count
