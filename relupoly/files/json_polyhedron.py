"""A polyhedron as JSON: {"A": rows, "b": entries} means A x <= b. Decimals are exact."""

from __future__ import annotations

from relupoly.errors import FileFormatError
from relupoly.files.json_text import check_keys, check_rows, parse_json
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron


def decode(data: bytes, name: str) -> Domain:
    """The polyhedron of a JSON file.

    Raises
    ------
    FileFormatError, DomainError
        If it is not JSON, not of this form, or the set is empty or of lower dimension.

    Examples
    --------
    >>> decode(b'{"A": [[1], [-1]], "b": [0.1, "1/3"]}', "slab.json").polyhedron.bound
    [1/10]
    [ 1/3]
    """
    document = parse_json(data, exact_decimals=True)
    check_keys(document, ("A", "b"))
    check_rows(document["A"], "A")
    if not isinstance(document["b"], list):
        raise FileFormatError("b is not a list of numbers")
    return Domain(Polyhedron.from_inequalities(document["A"], document["b"]), None, f"polyhedron of {name}")
