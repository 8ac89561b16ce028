"""The net of an arrangement: its regions are the net's pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relupoly.errors import ArrangementError
from relupoly.geometry.arrangement import Arrangement
from relupoly.networks.network import Network


def arrangement_net(arrangement: Arrangement, metadata: Mapping[str, Any] | None = None) -> Network:
    """The net f(x) = sum over the hyperplanes <a, x> = b of relu(<a, x> - b).

    Parameters
    ----------
    arrangement : Arrangement
    metadata : mapping, optional
        Of the net.

    Raises
    ------
    ArrangementError
        If there is no hyperplane.

    Examples
    --------
    >>> arrangement_net(Arrangement.of([[1, 1, 2]])).layers[0].bias
    [-2]

    Notes
    -----
    Its activation cells are the closed regions, and so are its pieces under every notion but `patterns`: f is convex, and
    across each hyperplane its gradient rises by the normal vector a, so no two regions share an affine function.
    """
    if not arrangement.rows:
        raise ArrangementError("there is no hyperplane, so there is no net of them; give one at least")
    biases = [-row[-1] for row in arrangement.rows]
    return Network.from_rows([(arrangement.normals, biases), ([[1] * len(biases)], None)], metadata)
