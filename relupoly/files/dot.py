r"""Graphs in DOT, the language of Graphviz.

Of networkx's writers of DOT each needs one more package; what we write needs a page. Every name and text stands in quotes: of
all characters only these and the backslash mean something there. A backslash is doubled, since Graphviz takes \N and \n in some
attributes for a name and a line feed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relupoly.files.graph_values import PlainGraph, Scalar, scalar_text


def encode(graph: Any) -> bytes:
    r"""An undirected graph as DOT.

    Examples
    --------
    >>> import networkx
    >>> graph = networkx.path_graph(2)
    >>> graph.graph["name"] = 'a "net"'
    >>> print(encode(graph).decode(), end="")
    graph {
      "name"="a \"net\"";
      0;
      1;
      0 -- 1;
    }
    """
    plain = PlainGraph.of(graph)
    lines = [f"  {quoted(key)}={_identifier(value)};" for key, value in plain.own.items()]
    lines += [f"  {_identifier(node)}{_attributes(values)};" for node, values in plain.nodes]
    for one, other, values in plain.edges:
        lines.append(f"  {_identifier(one)} -- {_identifier(other)}{_attributes(values)};")
    return "\n".join(["graph {", *lines, "}", ""]).encode()


def quoted(text: str) -> str:
    r"""A text as an identifier of DOT.

    Examples
    --------
    >>> print(quoted('a "b" \\'))
    "a \"b\" \\"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _attributes(values: Mapping[str, Scalar]) -> str:
    found = ", ".join(f"{quoted(key)}={_identifier(value)}" for key, value in values.items())
    return found and f" [{found}]"


def _identifier(value: Scalar) -> str:
    """A value: a whole number stands as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return quoted(scalar_text(value))
