"""Bytes <-> objects: networks, domains, points, samples and more, one module for each format, found through a table.

Reading and writing are fourteen verbs, of which each stands beside its table of formats: `read_network`, `write_network` and
`encode_network` (`networks`), `read_domain` and `read_domains` (`domains`), `read_property` (`properties`), `read_points` and
`read_vectors` (`points`), `stream_points` (`point_rows`), `read_generators` (`generators`), `read_arrangement`
(`arrangements`), `read_samples` (`samples`), `write_graph` (`graphs`) and `write_mesh` (`meshes`). The nouns that they return
know no format. Read `formats` first: a verb, and the module of a format, are imported when they are used. Formats that share
much have folders, which say what to read first: `tables`, `polyhedra`, `onnx`, `tensors`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relupoly.files.arrangements import read_arrangement
    from relupoly.files.domains import read_domain, read_domains
    from relupoly.files.generators import read_generators
    from relupoly.files.graphs import write_graph
    from relupoly.files.meshes import write_mesh
    from relupoly.files.networks import encode_network, read_network, write_network
    from relupoly.files.point_rows import stream_points
    from relupoly.files.points import read_points, read_vectors
    from relupoly.files.properties import read_property
    from relupoly.files.samples import read_samples

__all__ = [
    "encode_network",
    "read_arrangement",
    "read_domain",
    "read_domains",
    "read_generators",
    "read_network",
    "read_points",
    "read_property",
    "read_samples",
    "read_vectors",
    "stream_points",
    "write_graph",
    "write_mesh",
    "write_network",
]

_HOMES = {
    "encode_network": "networks",
    "read_arrangement": "arrangements",
    "read_domain": "domains",
    "read_domains": "domains",
    "read_generators": "generators",
    "read_network": "networks",
    "read_points": "points",
    "read_property": "properties",
    "read_samples": "samples",
    "read_vectors": "points",
    "stream_points": "point_rows",
    "write_graph": "graphs",
    "write_mesh": "meshes",
    "write_network": "networks",
}


def __getattr__(name: str) -> Any:
    """Load a verb from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The verbs."""
    return __all__
