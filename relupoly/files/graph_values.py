"""Attributes of graphs as files hold them: exact objects become texts, and what is nested becomes JSON.

JSON holds nested values as they are; GraphML, GEXF and DOT know texts, whole numbers and truth values alone. There a nested
value is its JSON as a text, which every reader can take apart again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from relupoly.exact.json_numbers import jsonable
from relupoly.plain_text import plain_text

Scalar: TypeAlias = str | int | float | bool

_BETWEEN_LAYERS = "|"


def structure(value: Any) -> Any:
    """A value as JSON holds it: rationals are texts "p/q", patterns texts with "|" between layers, dataclasses objects.

    Examples
    --------
    >>> from flint import fmpq
    >>> structure({"gradient": ((fmpq(1, 2), fmpq(3)),), "neighbours": (("+-", "0"), None)})
    {'gradient': [['1/2', '3']], 'neighbours': ['+-|0', None]}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): structure(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        if value and all(isinstance(entry, str) for entry in value):
            return _BETWEEN_LAYERS.join(value)
        return [structure(entry) for entry in value]
    return jsonable(value)


def scalars(attributes: Mapping[Any, Any]) -> dict[str, Scalar]:
    r"""Attributes without structure, whose texts do nothing to a terminal and are allowed in XML; None is left out.

    Entries of mappings become attributes of their own.

    Examples
    --------
    >>> scalars({"name": "a\x00b", "piece": {"open": 3}, "neurons": ((1, 2), (2, 1)), "volume": None, "bounded": True})
    {'name': 'a\\x00b', 'piece_open': 3, 'neurons': '[[1,2],[2,1]]', 'bounded': True}
    """
    return {plain_text(key): value for key, value in _flat(attributes)}


def with_scalars(graph: Any) -> Any:
    """A copy of a graph with the attributes that `scalars` makes of its own; names of nodes are numbers or plain texts."""
    import networkx

    def name(node: Any) -> Any:
        return node if isinstance(node, int) else plain_text(str(node))

    plain = networkx.Graph(**scalars(graph.graph))
    plain.add_nodes_from((name(node), scalars(values)) for node, values in graph.nodes(data=True))
    plain.add_edges_from((name(one), name(other), scalars(values)) for one, other, values in graph.edges(data=True))
    return plain


def _flat(attributes: Mapping[Any, Any]) -> Iterator[tuple[str, Scalar]]:
    for key, value in attributes.items():
        found = structure(value)
        if isinstance(found, dict):
            yield from ((f"{key}_{inner}", one) for inner, one in _flat(found))
        elif isinstance(found, list):
            yield str(key), plain_text(json.dumps(found, separators=(",", ":")))
        elif found is not None:
            yield str(key), plain_text(found) if isinstance(found, str) else found
