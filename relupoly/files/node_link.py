"""Graphs as JSON: the node-link form of networkx and D3, with the keys "nodes" and "edges", and a line for each of these.

networkx changed its mind about the second key: `networkx.node_link_graph` reads it from version 3.6 on, and with the argument
edges="edges" (3.4) or link="edges" before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from relupoly.files.graph_values import structure
from relupoly.plain_text import plain_json


def encode(graph: Any) -> bytes:
    r"""An undirected graph as JSON, with values that are nested where they are.

    Examples
    --------
    >>> import networkx
    >>> print(encode(networkx.path_graph(2)).decode(), end="")
    {"directed": false, "multigraph": false, "graph": {},
    "nodes": [
    {"id": 0},
    {"id": 1}
    ],
    "edges": [
    {"source": 0, "target": 1}
    ]}
    """
    nodes = [_entry({"id": _name(node)}, values) for node, values in graph.nodes(data=True)]
    edges = [_entry({"source": _name(one), "target": _name(other)}, values) for one, other, values in graph.edges(data=True)]
    head = f'{{"directed": false, "multigraph": false, "graph": {json.dumps(structure(graph.graph))},\n'
    body = f'"nodes": {_lines(nodes)},\n"edges": {_lines(edges)}}}\n'
    return plain_json(head + body).encode()


def _name(node: Any) -> int | str:
    return node if isinstance(node, int) else str(node)


def _entry(names: dict[str, Any], values: Mapping[Any, Any]) -> dict[str, Any]:
    """A node or an edge, its names first; no attribute takes their place."""
    return {**names, **structure(values), **names}


def _lines(entries: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(map(json.dumps, entries)) + "\n]" if entries else "[]"
