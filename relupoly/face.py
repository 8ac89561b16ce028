"""What people type first, as they type it: the functions here take file names where nets and domains are expected.

They do nothing else than to read files and to call the engine: `relupoly.files`, `relupoly.pieces.count` and
`relupoly.analysis.equality.equality` are the functions behind them. In an interactive session, a notebook among them, Ctrl-C
ends a count with what is known so far; a second one, or one in a script, raises `KeyboardInterrupt` as ever.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from relupoly.files.by_name import domain_of, network_of
from relupoly.run.interactive import interruptible, run_of

if TYPE_CHECKING:
    from relupoly.analysis.equality.equality import Witness
    from relupoly.files.by_name import DomainLike, NetworkLike
    from relupoly.networks.network import Network
    from relupoly.pieces.counting.piece_count import PieceCount
    from relupoly.run import Run


def load(path: str | os.PathLike[str], **options: Any) -> Network:
    """The network in a file: native JSON, .npz, .nnet, .onnx, .safetensors, .pt.

    Parameters
    ----------
    path : path
    options
        Those of `relupoly.read_network`, of which this is another name.

    Raises
    ------
    InputError
        If the file cannot be read as a network; one line names file and place.

    Examples
    --------
    >>> import relupoly as rp
    >>> rp.load("no.such.json")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: no.such.json: there is no such file; check its name and folder
    """
    from relupoly.files import read_network

    return read_network(path, **options)


def save(network: Network, path: str | os.PathLike[str], **options: Any) -> None:
    """Write a network to a file, whose suffix names the format.

    Parameters
    ----------
    network : Network
    path : path
    options
        Those of `relupoly.write_network`, of which this is another name: `force=True` to replace a file that exists.

    Raises
    ------
    InputError
        If the file exists, the format cannot hold the network exactly, or the file cannot be written.
    """
    from relupoly.files import write_network

    write_network(network, path, **options)


def count_pieces(
    network: NetworkLike,
    domain: DomainLike = None,
    notion: str = "open",
    *,
    limit: int | None = None,
    deadline: float | None = None,
    jobs: int | None = None,
    run: Run | None = None,
) -> PieceCount:
    """Count the affine pieces of a net exactly.

    Parameters
    ----------
    network : Network or path
        A path is read by `load`.
    domain : Domain, DomainUnion or path, optional
        All of R^n by default. A path is read by `relupoly.read_domains`: several sets in it are counted as one.
    notion : str
        "open" (affine pieces), "activation", "affine", "closed", "patterns", "strict", or "all".
    limit : int, optional
        Stop when there are more cells than this.
    deadline : float, optional
        Stop after so many seconds; not beside `run`, which has its own.
    jobs : int, optional
        The number of threads; by default one for each core, at most two. The count is the same for every number.
    run : Run, optional
        Somebody who is told how far the work is, or may stop it.

    Returns
    -------
    PieceCount
        Partial, with `complete` False, where the count was stopped; by Ctrl-C, too, in an interactive session.

    Raises
    ------
    InputError
        If a file cannot be read, the domain lies in a space of another dimension than the net's input, or there is no such
        notion.
    SizeError
        If there are so many cells that nobody lists them.
    ValueError
        If both a deadline and a run are given.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> count_pieces(absolute_value)
    PieceCount({'open': 2, 'activation': 2}, domain='R^n', cells=2, complete, certified=True)
    >>> count_pieces(absolute_value, Domain.box([1], [2]), "all").counts["activation"]
    1
    """
    from relupoly.pieces import count

    net, where = network_of(network), domain_of(domain)
    with interruptible(run_of(deadline, run)) as watched:
        return count.count_pieces(net, where, notion, limit=limit, jobs=jobs, run=watched)


def region_graph(
    network: NetworkLike,
    domain: DomainLike = None,
    notion: str = "activation",
    fields: Collection[str] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Any:
    """The graph of a net's regions: which of them are neighbours, and across which neurons.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    notion : str
        "activation": a node is an activation cell; or "open", "closed", "affine".
    fields : collection of str, optional
        What nodes tell, all of it by default: "number", "pattern", "gradient", "constant", "facets", "neighbours", "vertices",
        "rays", "point", "bounded", "volume"; of pieces "cells" and "patterns" instead of "pattern", "convex", and no corners.
    deadline : float, optional
        Give up after so many seconds.
    run : Run, optional

    Returns
    -------
    networkx.Graph
        Its nodes are numbers, with the fields as attributes, exactly. An edge has `neurons`, pairs of layer and neuron that are
        crossed, and `facets`, the common ones as inequalities of the node with the lower number. `relupoly.write_graph` writes
        it to a file.

    Raises
    ------
    InputError
        If a file cannot be read, the net and the domain do not fit each other, or there is no such notion.
    Stopped
        If the deadline passed.
    ValueError
        If both a deadline and a run are given.

    Examples
    --------
    >>> from relupoly import Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> graph = region_graph(absolute_value, fields=["pattern"])
    >>> sorted(values["pattern"] for _, values in graph.nodes(data=True)), graph.edges[1, 2]["neurons"]
    ([('+-',), ('-+',)], ((1, 1), (1, 2)))
    """
    from relupoly.pieces.listing import graph

    return graph.region_graph(network_of(network), domain_of(domain), notion, fields, run=run_of(deadline, run))


def difference(
    network: NetworkLike,
    other: NetworkLike,
    domain: DomainLike = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Witness | None:
    """A point of a domain where two nets differ; None if they are the same function there.

    Parameters
    ----------
    network, other : Network or path
    domain : Domain, DomainUnion or path, optional
        All of R^n by default.
    deadline : float, optional
        Give up after so many seconds.
    run : Run, optional

    Raises
    ------
    InputError
        If a file cannot be read, or the nets and the domain do not fit each other.
    Stopped
        If the deadline passed before the question was decided.
    ValueError
        If both a deadline and a run are given.

    Examples
    --------
    >>> from relupoly import Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> twice_positive = Network.from_rows([([[1]], None), ([[2]], None)])
    >>> difference(absolute_value, twice_positive)
    Witness(point=(-1,), values=((1,), (0,)))
    """
    from relupoly.analysis.equality import equality

    return equality.difference(network_of(network), network_of(other), domain_of(domain), run=run_of(deadline, run))


def equal(
    network: NetworkLike,
    other: NetworkLike,
    domain: DomainLike = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> bool:
    """Whether two nets are the same function on a domain, decided exactly: whether there is no `difference`.

    Parameters and exceptions are those of `difference`.

    Examples
    --------
    >>> from relupoly import Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> equal(absolute_value, absolute_value)
    True
    """
    return difference(network, other, domain, deadline=deadline, run=run) is None
