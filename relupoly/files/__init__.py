"""Bytes <-> objects: networks, domains, points, samples and more, one module for each format, found through a table.

Reading and writing are nine verbs: `read_network`, `write_network`, `read_domain`, `read_domains`, `read_points`,
`read_vectors`, `read_generators`, `read_arrangement` and `read_samples`. The nouns that they return know no format.
"""

from relupoly.files.arrangements import read_arrangement
from relupoly.files.domains import read_domain, read_domains
from relupoly.files.generators import read_generators
from relupoly.files.networks import encode_network, read_network, write_network
from relupoly.files.points import read_points, read_vectors
from relupoly.files.samples import read_samples

__all__ = [
    "encode_network",
    "read_arrangement",
    "read_domain",
    "read_domains",
    "read_generators",
    "read_network",
    "read_points",
    "read_samples",
    "read_vectors",
    "write_network",
]
