"""Behind which facets of a cell the net is the same function.

Crossing a hyperplane of a single neuron changes the function, unless the derivative of the outputs by that neuron vanishes;
that is computed modulo a prime (`relupoly.pieces.merging.open_pieces.changing`). Other facets are rare, and the functions on
their two sides are compared exactly. So a cell knows its piece's inner facets by itself, before its neighbours are seen.
"""

from __future__ import annotations

import itertools

import numpy as np

from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.records import CellRecord, Pattern
from relupoly.pieces.merging.open_pieces import changing
from relupoly.pieces.walk.cell import same_function


class SameFunction:
    """Tells behind which facets the function is the same.

    Parameters
    ----------
    listed : ListedNet
    """

    def __init__(self, listed: ListedNet) -> None:
        self._listed = listed
        of, _ = listed.planes
        self._plane_of = dict(zip(listed.names, of.tolist(), strict=True))
        self._cuts = np.cumsum([len(planes.first) for planes in listed.plain.hyperplanes])[:-1]
        starts = itertools.accumulate(listed.plain.widths, initial=0)
        self._first = np.concatenate(
            [planes.first + start for planes, start in zip(listed.plain.hyperplanes, starts, strict=False)]
        )

    def behind(self, cell: CellRecord) -> tuple[bool, ...]:
        """For each facet of a cell whether the function is the same on its other side.

        Parameters
        ----------
        cell : CellRecord
            With facets and neighbours.
        """
        assert cell.facets is not None
        assert cell.neighbours is not None
        if self._listed.affine:
            return tuple(neighbour is not None for neighbour in cell.neighbours)
        text = "".join(cell.pattern)
        changes = self._changes(text) if "0" not in text else None
        found, own = [], None
        for facet, neighbour in zip(cell.facets, cell.neighbours, strict=True):
            if neighbour is None:
                found.append(False)
            elif neighbour == cell.pattern:
                found.append(True)
            elif changes is not None and len(facet.neurons) == 1 and changes[self._plane_of[facet.neurons[0]]]:
                found.append(False)
            else:
                own = own or self._map(cell.pattern)
                found.append(same_function(own, self._map(neighbour)))
        return tuple(found)

    def _changes(self, text: str) -> list[bool]:
        """For each hyperplane whether crossing it alone changes the function for certain."""
        signs = np.where(np.frombuffer(text.encode(), dtype=np.uint8) == ord("+"), 1, -1).astype(np.int8)
        found = changing(self._listed.plain, np.split(signs[self._first], self._cuts))
        return [bool(one) for one in found]

    def _map(self, pattern: Pattern) -> LayerMap:
        return output_map(self._listed.plain, pattern)


def output_map(net: HomogeneousNet, pattern: Pattern) -> LayerMap:
    """The output map of a pattern, in the coordinates of the walked or the plain net."""
    active = np.frombuffer("".join(pattern).encode(), dtype=np.uint8) == ord("+")
    return LayerMap.of_pattern(net, np.packbits(active).tobytes())
