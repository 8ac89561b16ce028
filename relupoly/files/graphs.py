"""Graph files: the table of formats, and `write_graph`.

What is written is a `networkx.Graph`, whatever its nodes mean; attributes may be exact numbers, tuples, dataclasses
(`relupoly.files.graph_values`). The same graph gives the same bytes, on every day and with every version of networkx.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from relupoly.disk.atomic import check_target
from relupoly.files.formats import Formats
from relupoly.files.streams import Location, display_name, is_standard, located, write_bytes

GraphEncoder: TypeAlias = Callable[[Any], bytes]

GRAPH_FORMATS: Formats[GraphEncoder] = Formats(
    {
        "graphml": "graphml:encode",
        "gexf": "gexf:encode",
        "json": "node_link:encode",
        "dot": "dot:encode",
        "gv": "dot:encode",
    }
)


def write_graph(graph: Any, target: Location, format: str | None = None, force: bool = False) -> None:
    """Write a graph to a file, whole or not at all.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, without parallel edges.
    target : path or "-"
        "-" is standard output, JSON unless `format` says otherwise.
    format : str or None
        "graphml", "gexf", "json" (node-link data), or "dot" ("gv"); by default the suffix decides.
    force : bool
        Whether an existing file may be overwritten.

    Raises
    ------
    FileFormatError
        If the format is not known, or the file exists or cannot be written.

    Examples
    --------
    >>> import networkx
    >>> write_graph(networkx.path_graph(2), "graph.svg")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: graph.svg: unknown suffix ".svg"; known are .graphml, .gexf, .json, .dot, .gv
    """
    write_bytes(target, encode_graph(graph, target, format), force)


def encode_graph(graph: Any, target: Location, format: str | None = None) -> bytes:
    """What `write_graph` would write.

    Raises
    ------
    FileFormatError
        If the format is not known.
    """
    return GRAPH_FORMATS[_format(target, format)](graph)


def check_graph_target(target: Location, format: str | None = None, force: bool = False) -> None:
    """Raise now if `write_graph` would refuse, for work that takes long before it writes.

    Raises
    ------
    FileFormatError
        As there.
    """
    _format(target, format)
    if not is_standard(target):
        with located(display_name(target)):
            check_target(Path(target), force)


def _format(target: Location, format: str | None) -> str:
    with located("standard output" if is_standard(target) else display_name(target)):
        return GRAPH_FORMATS.name_of(target, format)
