"""Bytes <-> objects: networks, domains and points, one module for each format, found through a table.

Reading and writing are four verbs: `read_network`, `write_network`, `read_domain`, `read_points`. The nouns that they
return know no format.
"""

from relupoly.files.domains import read_domain
from relupoly.files.networks import read_network, write_network
from relupoly.files.points import read_points

__all__ = ["read_domain", "read_network", "read_points", "write_network"]
