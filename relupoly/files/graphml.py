"""Graphs as GraphML, which yEd, Gephi, igraph and networkx read.

It is written here: networkx's own writer writes truth values that XML does not know, needs the right version of numpy, and
gives other bytes where lxml is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from relupoly.files.graph_values import PlainGraph, Scalar, scalar_text, types_of

_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}

_Keys = dict[tuple[str, str], str]


def encode(graph: Any) -> bytes:
    """An undirected graph as GraphML.

    Examples
    --------
    >>> import networkx
    >>> graph = networkx.path_graph(2)
    >>> graph.graph["name"] = "<edge>"
    >>> print(encode(graph).decode(), end="")
    <?xml version="1.0" encoding="utf-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="d0" for="graph" attr.name="name" attr.type="string"/>
      <graph edgedefault="undirected">
        <data key="d0">&lt;edge&gt;</data>
        <node id="0"/>
        <node id="1"/>
        <edge source="0" target="1"/>
      </graph>
    </graphml>
    """
    return "\n".join([*_document(PlainGraph.of(graph)), ""]).encode()


def _document(plain: PlainGraph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    keys: _Keys = {}
    all_values = (("graph", [plain.own]), ("node", plain.node_values), ("edge", plain.edge_values))
    for scope, listed in all_values:
        for name, kind in types_of(listed).items():
            keys[scope, name] = f"d{len(keys)}"
            yield f'  <key id="{keys[scope, name]}" for="{scope}" attr.name={quoteattr(name)} attr.type="{_TYPES[kind]}"/>'
    yield '  <graph edgedefault="undirected">'
    yield from (f"    {one}" for one in _data("graph", plain.own, keys))
    for node, values in plain.nodes:
        yield from _element("node", f"id={quoteattr(str(node))}", values, keys)
    for one, other, values in plain.edges:
        yield from _element("edge", f"source={quoteattr(str(one))} target={quoteattr(str(other))}", values, keys)
    yield "  </graph>"
    yield "</graphml>"


def _element(scope: str, names: str, values: Mapping[str, Scalar], keys: _Keys) -> Iterator[str]:
    if not values:
        yield f"    <{scope} {names}/>"
        return
    yield f"    <{scope} {names}>"
    yield from (f"      {one}" for one in _data(scope, values, keys))
    yield f"    </{scope}>"


def _data(scope: str, values: Mapping[str, Scalar], keys: _Keys) -> Iterator[str]:
    for name, value in values.items():
        yield f'<data key="{keys[scope, name]}">{escape(scalar_text(value))}</data>'
