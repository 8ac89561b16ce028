"""The Lipschitz constant of a net on a domain: the largest norm of a gradient over all cells.

On a convex domain that is the least L with |f(x) - f(y)| <= L |x - y|, since f is affine on the parts of each segment, and no
cell is too small for two points of it. A union need not be convex: there each set has its own constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.search import LipschitzSearch
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.run import Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


def lipschitz(
    network: NetworkLike, domain: DomainLike = None, norm: Any = 2, *, deadline: float | None = None, run: Run | None = None
) -> Lipschitz:
    """The Lipschitz constant of a net on a convex domain, or on each set of a union.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. Of a union the answer has `parts`, one for each set, and tells itself the largest of them.
    norm : number
        The p >= 1 of the norm of inputs, and of outputs where there are several: 1, 2, `math.inf` or "inf"; with one output
        any.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
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
    >>> from relupoly import Domain, DomainUnion, Network
    >>> net = Network.from_rows([([[1, 2], [3, 0]], None), ([[1, 1]], None)])
    >>> lipschitz(net).squared, lipschitz(net, norm=1).value, lipschitz(net, norm="inf").value
    (20, 4, 6)
    >>> corners = DomainUnion((Domain.box([1, 1], [2, 2]), Domain.box([-2, -2], [-1, -1])))
    >>> [(one.part, one.squared) for one in lipschitz(net, corners).parts]
    [(1, 20), (2, 0)]
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    search = LipschitzSearch(network, domain or Domain(), norm)
    search.run(run)
    found = search.found
    assert found is not None, "a domain has cells"
    return found
