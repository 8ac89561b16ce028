"""The Lipschitz constant of a net on a domain: the largest norm of a gradient over all cells.

On a convex domain that is the least L with |f(x) - f(y)| <= L |x - y|, since f is affine on the parts of each segment, and no
cell is too small for two points of it. A union need not be convex: there each set has its own constant.
"""

from __future__ import annotations

from typing import Any

from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.search import LipschitzSearch
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run


def lipschitz(
    network: Network, domain: Domain | DomainUnion | None = None, norm: Any = 2, *, run: Run = UNLIMITED
) -> Lipschitz:
    """The Lipschitz constant of a net on a convex domain, or on each set of a union.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default. Of a union the answer has `parts`, one for each set, and tells itself the largest of them.
    norm : number
        The p >= 1 of the norm of inputs, and of outputs where there are several: 1, 2, `math.inf` or "inf"; with one output
        any.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    NumberError
        If there is no such norm, or none that is computed for so many outputs.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 2], [3, 0]], None), ([[1, 1]], None)])
    >>> lipschitz(net).squared, lipschitz(net, norm=1).value, lipschitz(net, norm="inf").value
    (20, 4, 6)
    >>> corners = DomainUnion((Domain.box([1, 1], [2, 2]), Domain.box([-2, -2], [-1, -1])))
    >>> [(one.part, one.squared) for one in lipschitz(net, corners).parts]
    [(1, 20), (2, 0)]
    """
    search = LipschitzSearch(network, domain or Domain(), norm)
    search.run(run)
    found = search.found
    assert found is not None, "a domain has cells"
    return found
