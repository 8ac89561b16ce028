"""The largest and the least value of a net on a domain, exactly, with a point that has it, or a ray along which there is none.

In a box they are found by branch and bound (`relupoly.analysis.branching`), which looks at few cells only; on other domains
by a look at all cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flint import fmpq

from relupoly.analysis.branching.answers import HighestOnBox, OnBox
from relupoly.analysis.largest import Extremum, Largest
from relupoly.analysis.over_cells import over_cells
from relupoly.errors import NetworkError
from relupoly.exact.rationals import rational_at
from relupoly.files.by_name import domain_of, network_of
from relupoly.networks.network import Network
from relupoly.plain_text import counted
from relupoly.run import Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


def maximum(
    network: NetworkLike,
    domain: DomainLike = None,
    objective: Sequence[Any] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Extremum:
    """The largest value of a net on a domain, or of a linear combination of its outputs.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    objective : sequence of numbers, optional
        The weights of the outputs; needed where there are several.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension, or its sets in several subspaces.
    NetworkError
        If there are several outputs and no objective, or not as many weights.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> maximum(hat)
    Extremum(value=1, point=(0,), ray=None, pattern=('+--',), bound=None, complete=True)
    >>> maximum(Network.from_rows([([[1]], None), ([[3]], None)])).ray
    (1,)
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    weights = weights_of(network, objective)
    if where := OnBox.of(network, domain):
        by_boxes = HighestOnBox(where, weights)
        by_boxes.run(run)
        return by_boxes.found
    search = Largest(weights, run)
    over_cells(network, domain, [search], run)
    assert search.found is not None, "a domain has cells"
    return search.found


def minimum(
    network: NetworkLike,
    domain: DomainLike = None,
    objective: Sequence[Any] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Extremum:
    """The least value of a net on a domain, or of a linear combination of its outputs; all else as for `maximum`.

    Examples
    --------
    >>> from relupoly import Domain
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> minimum(hat, Domain.box([-3], [1])).value
    0
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    found = maximum(network, domain, [-entry for entry in weights_of(network, objective)], run=run)
    return found.negative


def weights_of(network: Network, objective: Sequence[Any] | None) -> list[fmpq]:
    """The weights of the outputs.

    Raises
    ------
    NetworkError
        If they are not given, or not as many.
    """
    outputs = network.output_dim
    if objective is None:
        if outputs > 1:
            raise NetworkError(f"the network has {outputs} outputs; give an objective, a weight for each")
        return [fmpq(1)]
    if len(objective) != outputs:
        raise NetworkError(
            f"the objective has {counted(len(objective), 'weight')}, but the network has {counted(outputs, 'output')}; "
            "give as many"
        )
    return [rational_at(entry, f"weight {place} of the objective", NetworkError) for place, entry in enumerate(objective, 1)]
