"""Attributes of graphs as files hold them: exact objects become texts, and what is nested becomes JSON.

JSON holds nested values as they are; GraphML, GEXF and DOT know texts, whole numbers and truth values alone. There a nested
value is its JSON as a text, which every reader can take apart again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import fmpq, fmpz

from relupoly.exact.json_numbers import jsonable
from relupoly.plain_text import plain_text

Scalar: TypeAlias = str | int | float | bool

_BETWEEN_LAYERS = "|"
_EXACT = {fmpq, fmpz}
_SEQUENCES = {tuple, list}


def structure(value: Any) -> Any:
    """A value as JSON holds it: rationals are texts "p/q", patterns texts with "|" between layers, dataclasses objects.

    Examples
    --------
    >>> from flint import fmpq
    >>> structure({"gradient": ((fmpq(1, 2), fmpq(3)),), "neighbours": (("+-", "0"), None)})
    {'gradient': [['1/2', '3']], 'neighbours': ['+-|0', None]}
    """
    kind = type(value)
    if kind in _EXACT:  # first, for these are most
        return str(value)
    if kind in _SEQUENCES:
        if value and all(type(entry) is str for entry in value):
            return _BETWEEN_LAYERS.join(value)
        return [structure(entry) for entry in value]
    if dataclasses.is_dataclass(kind):
        return {field.name: structure(getattr(value, field.name)) for field in dataclasses.fields(kind)}
    if isinstance(value, Mapping):
        return {str(key): structure(entry) for key, entry in value.items()}
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


def scalar_text(value: Scalar) -> str:
    """A value as XML and DOT write it.

    Examples
    --------
    >>> scalar_text(True), scalar_text(3), scalar_text("a")
    ('true', '3', 'a')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def types_of(values: Iterable[Mapping[str, Scalar]]) -> dict[str, type]:
    """The type of each attribute, in the order in which they occur: a text where it has several types."""
    found: dict[str, type] = {}
    for one in values:
        for name, value in one.items():
            kind = type(value)
            found[name] = kind if found.get(name, kind) is kind else str
    return found


@dataclass(frozen=True)
class PlainGraph:
    """An undirected graph whose attributes are scalars.

    Attributes
    ----------
    own : dict
        What is told of the graph itself.
    nodes : list of (int or str, dict)
    edges : list of (int or str, int or str, dict)
    """

    own: dict[str, Scalar]
    nodes: list[tuple[int | str, dict[str, Scalar]]]
    edges: list[tuple[int | str, int | str, dict[str, Scalar]]]

    @classmethod
    def of(cls, graph: Any) -> PlainGraph:
        """A `networkx.Graph`, with the attributes that `scalars` makes of its own; its nodes become numbers or plain texts."""
        return cls(
            scalars(graph.graph),
            [(_name(node), scalars(values)) for node, values in graph.nodes(data=True)],
            [(_name(one), _name(other), scalars(values)) for one, other, values in graph.edges(data=True)],
        )

    @property
    def node_values(self) -> list[dict[str, Scalar]]:
        """The attributes of the nodes."""
        return [values for _, values in self.nodes]

    @property
    def edge_values(self) -> list[dict[str, Scalar]]:
        """The attributes of the edges."""
        return [values for _, _, values in self.edges]


def _name(node: Any) -> int | str:
    return node if isinstance(node, int) else plain_text(str(node))


def _flat(attributes: Mapping[Any, Any]) -> Iterator[tuple[str, Scalar]]:
    for key, value in attributes.items():
        found = structure(value)
        if isinstance(found, dict):
            yield from ((f"{key}_{inner}", one) for inner, one in _flat(found))
        elif isinstance(found, list):
            yield str(key), plain_text(json.dumps(found, separators=(",", ":")))
        elif found is not None:
            yield str(key), plain_text(found) if isinstance(found, str) else found
