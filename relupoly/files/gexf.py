"""Graphs as GEXF 1.2, the format of Gephi.

GEXF has no attributes of a graph; they are in the description of the file. It is written here, as GraphML is: networkx's own
writer tells the day and its version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from relupoly.files.graph_values import PlainGraph, Scalar, scalar_text, types_of

_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}


def encode(graph: Any) -> bytes:
    """An undirected graph as GEXF.

    Examples
    --------
    >>> import networkx
    >>> graph = networkx.path_graph(2)
    >>> graph.graph["name"] = "<edge>"
    >>> print(encode(graph).decode(), end="")
    <?xml version="1.0" encoding="utf-8"?>
    <gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
      <meta>
        <description>name: &lt;edge&gt;</description>
      </meta>
      <graph mode="static" defaultedgetype="undirected">
        <nodes>
          <node id="0" label="0"/>
          <node id="1" label="1"/>
        </nodes>
        <edges>
          <edge id="0" source="0" target="1"/>
        </edges>
      </graph>
    </gexf>
    """
    return "\n".join([*_document(PlainGraph.of(graph)), ""]).encode()


def _document(plain: PlainGraph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">'
    yield "  <meta>"
    own = "; ".join(f"{name}: {scalar_text(value)}" for name, value in plain.own.items())
    yield f"    <description>{escape(own)}</description>"
    yield "  </meta>"
    yield '  <graph mode="static" defaultedgetype="undirected">'
    of_nodes, of_edges = types_of(plain.node_values), types_of(plain.edge_values)
    yield from _attributes("node", of_nodes)
    yield from _attributes("edge", of_edges)
    node_places, edge_places = ({name: place for place, name in enumerate(types)} for types in (of_nodes, of_edges))
    yield "    <nodes>"
    for node, values in plain.nodes:
        name = quoteattr(str(node))
        yield from _element("node", f"id={name} label={name}", values, node_places)
    yield "    </nodes>"
    yield "    <edges>"
    for number, (one, other, values) in enumerate(plain.edges):
        names = f'id="{number}" source={quoteattr(str(one))} target={quoteattr(str(other))}'
        yield from _element("edge", names, values, edge_places)
    yield "    </edges>"
    yield "  </graph>"
    yield "</gexf>"


def _attributes(scope: str, types: Mapping[str, type]) -> Iterator[str]:
    """What attributes there are; they are named by their places."""
    if types:
        yield f'    <attributes class="{scope}" mode="static">'
        for place, (name, kind) in enumerate(types.items()):
            yield f'      <attribute id="{place}" title={quoteattr(name)} type="{_TYPES[kind]}"/>'
        yield "    </attributes>"


def _element(scope: str, names: str, values: Mapping[str, Scalar], places: Mapping[str, int]) -> Iterator[str]:
    if not values:
        yield f"      <{scope} {names}/>"
        return
    yield f"      <{scope} {names}>"
    yield "        <attvalues>"
    for name, value in values.items():
        yield f'          <attvalue for="{places[name]}" value={quoteattr(scalar_text(value))}/>'
    yield "        </attvalues>"
    yield f"      </{scope}>"
