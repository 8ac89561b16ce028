"""The vertices of a zonotope: one for each region of its dual arrangement, which are cells of a net.

On a cell of the net sum_i relu(<b_i, x>) each <b_i, x> has one sign, and the vertex of the zonotope in direction x is
sum_i sign_i b_i. A zonotope is symmetric, so half of the cells, where the first of them is positive, are enough. The walk
is output-sensitive: its work is proportional to what it lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq, fmpz, fmpz_mat

from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.zonotope import Vector, Zonotope
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.driver import Walk
from relupoly.run import UNLIMITED, Run


def list_vertices(zonotope: Zonotope, run: Run = UNLIMITED) -> Iterator[Vector]:
    """The vertices of a zonotope, each once, a vertex and its negative one after the other.

    Parameters
    ----------
    zonotope : Zonotope
    run : Run, optional
        Asked at every step whether to go on.

    Examples
    --------
    >>> sorted(tuple(map(int, vertex)) for vertex in list_vertices(Zonotope.of([[1, 0], [1, 1]])))
    [(-2, -1), (0, -1), (0, 1), (2, 1)]

    Raises
    ------
    SizeError
        If there are provably too many, at least 2^60.
    """
    directions = list(zonotope.segments)
    if not directions:
        yield tuple([fmpq(0)] * zonotope.ambient_dimension)
        return
    common = fmpz(1)
    for length in zonotope.segments.values():
        common = common.lcm(length.q)
    lengths = [int((length * common).p) for length in zonotope.segments.values()]
    table = fmpz_mat([[length * entry for entry in row] for row, length in zip(directions, lengths, strict=True)])
    network = Network.from_rows([(directions, None), ([[1] * len(directions)], None)])
    half = Domain(Polyhedron.from_inequalities([[-entry for entry in directions[0]]], [0]))
    for cell in Walk(homogenize(network, half), run=run):
        corner = (fmpz_mat([cell.neuron_signs().tolist()]) * table).entries()
        vertex = tuple(fmpq(entry, common) for entry in corner)
        yield vertex
        yield tuple(-entry for entry in vertex)
