"""A polyhedron as JSON: {"A": rows, "b": entries} means A x <= b. Decimals are exact.

{"A": rows, "b": entries, "C": rows, "d": entries} means A x <= b and C x = d; A and b may then be left out. The equations are
substituted, so that the polyhedron is a domain of its own dimension.

{"lower": entries, "upper": entries} means the box lower <= x <= upper.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import rational_at
from relupoly.files.json_text import check_keys, check_rows, parse_json
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, solutions
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.run import UNLIMITED, Run


def decode(data: bytes, name: str, run: Run = UNLIMITED) -> Domain:
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
    if isinstance(document, dict) and not document.keys().isdisjoint(("lower", "upper")):
        return _box(document, name)
    equations = isinstance(document, dict) and not document.keys().isdisjoint(("C", "d"))
    check_keys(document, ("C", "d") if equations else ("A", "b"), ("A", "b") if equations else ("C", "d"))
    for key in {"A", "C"} & document.keys():
        check_rows(document[key], key)
    for key in {"b", "d"} & document.keys():
        if not isinstance(document[key], list):
            raise FileFormatError(f"{key} is not a list of numbers")
    if equations:
        return _substituted(document, name, run)
    return Domain(Polyhedron.from_inequalities(document["A"], document["b"], run), None, f"polyhedron of {name}")


def _box(document: dict[str, Any], name: str) -> Domain:
    """The domain of a document with bounds alone."""
    check_keys(document, ("lower", "upper"), ())
    for key in ("lower", "upper"):
        if not isinstance(document[key], list):
            raise FileFormatError(f"{key} is not a list of numbers")
    return Domain(Polyhedron.box(document["lower"], document["upper"]), None, f"box of {name}")


def _substituted(document: dict[str, Any], name: str, run: Run) -> Domain:
    """The domain of a document with equations."""
    equations, values = _system(document, "C", "d")
    if not equations:
        raise FileFormatError("C has no row; leave C and d out")
    dimension = len(equations[0])
    rows, bounds = _system(document, "A", "b")
    if rows and len(rows[0]) != dimension:
        raise FileFormatError(f"A has {len(rows[0])} columns, but C has {dimension}; give both the same number")
    subspace = solutions(equations, values, dimension)
    shown = f"{subspace.dimension}-dimensional polyhedron" if subspace else "polyhedron"
    return cut_out(rows, bounds, subspace, f"{shown} of {name}", run=run)


def _system(document: dict[str, Any], left: str, right: str) -> tuple[list[list[fmpq]], list[fmpq]]:
    """The exact rows and right-hand sides under two keys, none where the keys are missing."""
    rows, sides = document.get(left, []), document.get(right, [])
    if len(rows) != len(sides):
        raise FileFormatError(f"{right} has {len(sides)} entries, but {left} has {len(rows)} rows; give one for each row")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]) or not row:
            raise FileFormatError(f"row {number} of {left} has {len(row)} entries; give all rows the same number, at least 1")
    exact = [
        [rational_at(entry, f"{left}[{r}][{c}]", FileFormatError) for c, entry in enumerate(row, 1)]
        for r, row in enumerate(rows, 1)
    ]
    return exact, [rational_at(entry, f"{right}[{r}]", FileFormatError) for r, entry in enumerate(sides, 1)]
