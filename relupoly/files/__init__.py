"""Bytes <-> objects: networks, domains, points, arrangements and more, one module for each format, found through a table.

Reading and writing are seven verbs: `read_network`, `write_network`, `read_domain`, `read_points`, `read_vectors`,
`read_generators` and `read_arrangement`. The nouns that they return know no format.
"""

from relupoly.files.arrangements import read_arrangement
from relupoly.files.domains import read_domain
from relupoly.files.generators import read_generators
from relupoly.files.networks import encode_network, read_network, write_network
from relupoly.files.points import read_points, read_vectors

__all__ = [
    "encode_network",
    "read_arrangement",
    "read_domain",
    "read_generators",
    "read_network",
    "read_points",
    "read_vectors",
    "write_network",
]
