"""Graphs as GraphML, GEXF and JSON: networkx writes the first two, without what would differ from day to day.

JSON is the node-link form of networkx, with the keys "nodes" and "edges", a line for each of them; it is written here, since
networkx changed its mind about these keys.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.sax.saxutils import escape

from relupoly.files.graph_values import structure, with_scalars
from relupoly.plain_text import plain_json

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_META = re.compile(r"<meta\b.*?</meta>", re.DOTALL)


def graphml(graph: Any) -> bytes:
    """A graph as GraphML, with its own attributes, too."""
    from networkx.readwrite.graphml import GraphMLWriter

    # Of this class, and not of the one that builds on lxml: bytes must not depend on what else is installed.
    writer = GraphMLWriter()
    writer.add_graph_element(with_scalars(graph))
    truths = {key.get("id") for key in writer.xml.iter("key") if key.get("attr.type") == "boolean"}
    for entry in writer.xml.iter("data"):
        if entry.get("key") in truths:
            entry.text = entry.text.lower()  # XML has "true", Python "True"
    return f"{_DECLARATION}{writer}\n".encode()


def gexf(graph: Any) -> bytes:
    """A graph as GEXF, whose description has the graph's own attributes: GEXF has no other place for them."""
    from networkx.readwrite.gexf import generate_gexf

    plain = with_scalars(graph)
    own = "; ".join(f"{key}: {value}" for key, value in plain.graph.items())
    plain.graph.clear()
    # networkx names its version and the date there. In the texts, "<" is escaped.
    meta = f"<meta><description>{escape(own)}</description></meta>"
    return (_DECLARATION + _META.sub(lambda found: meta, "\n".join(generate_gexf(plain)), count=1) + "\n").encode()


def node_link(graph: Any) -> bytes:
    r"""A graph as JSON, with values that are nested where they are.

    Examples
    --------
    >>> import networkx
    >>> print(node_link(networkx.Graph([(1, 2)], name="path")).decode(), end="")
    {"directed": false, "multigraph": false, "graph": {"name": "path"},
    "nodes": [
    {"id": 1},
    {"id": 2}
    ],
    "edges": [
    {"source": 1, "target": 2}
    ]}
    """
    nodes = [{**structure(values), "id": node} for node, values in graph.nodes(data=True)]
    edges = [{**structure(values), "source": one, "target": other} for one, other, values in graph.edges(data=True)]
    head = f'{{"directed": false, "multigraph": false, "graph": {json.dumps(structure(graph.graph))},\n'
    body = f'"nodes": {_lines(nodes)},\n"edges": {_lines(edges)}}}\n'
    return plain_json(head + body).encode()


def _lines(entries: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(map(json.dumps, entries)) + "\n]" if entries else "[]"
