"""The polyhedral complex of a net's activation cells: all faces, each once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.domain import Domain
from relupoly.geometry.faces import all_faces
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import INFINITY, homogenize
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.run import UNLIMITED, Run


def finite_faces(cell: Cell) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """The faces of a cell that are not at infinity, itself among them.

    Parameters
    ----------
    cell : Cell
        With every wall.

    Yields
    ------
    dimension : int
    walls : ndarray of int
        The labels of the walls that contain the face.
    """
    labels = cell.cone.walls
    for face in all_faces(cell.cone):
        walls = labels[[index for index in range(len(labels)) if face.walls >> index & 1]]
        if INFINITY not in walls:
            yield face.dimension - 1, walls


def f_vector(network: Network, domain: Domain | None = None, *, run: Run = UNLIMITED) -> list[int]:
    """The numbers of faces of the complex of activation cells, by dimension.

    Parameters
    ----------
    network : Network
        With at least one hidden layer.
    domain : Domain, optional
        All of R^n by default.
    run : Run, optional
        Asked at every step whether to go on.

    Returns
    -------
    list of int
        Entry i is the number of i-dimensional faces. Directions in which nothing changes are left out: where the first
        layer has rank r and there are no inequalities, the faces are those of a complex in R^r.

    Notes
    -----
    On a bounded domain the alternating sum is 1 (Euler's relation): a check of any enumeration.

    Examples
    --------
    >>> absolute_sum = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], None)])
    >>> f_vector(absolute_sum, Domain.box([-1, -1], [1, 1]))
    [9, 12, 4]
    """
    net = homogenize(network, domain or Domain())
    keys: list[set[bytes]] = [set() for _ in range(net.dimension)]
    for cell in Walk(net, every_wall=True, run=run):
        for dimension, walls in finite_faces(cell):
            keys[dimension].add(cell.face_key(walls))
    return [len(faces) for faces in keys]
