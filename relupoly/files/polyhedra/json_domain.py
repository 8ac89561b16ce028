"""A domain as JSON, whole: its inequalities, its subspace and its name. Every number is an exact rational, as text."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mat

from relupoly.errors import FileFormatError
from relupoly.exact.matrices import column, from_rows, rows_of
from relupoly.exact.rationals import rational_at
from relupoly.files.json_text import check_keys, check_rows
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace, CoordinateSubspace


def document_of(domain: Domain) -> dict[str, Any]:
    """The JSON document of a domain.

    Examples
    --------
    >>> document_of(Domain.box([0], ["1/3"]))["polyhedron"]
    {'lower': ['0'], 'upper': ['1/3']}
    """
    document: dict[str, Any] = {"name": domain.name}
    if isinstance(domain.polyhedron, Box):
        box = domain.polyhedron
        document["polyhedron"] = {"lower": list(map(str, box.lower)), "upper": list(map(str, box.upper))}
    elif domain.polyhedron:
        document["polyhedron"] = {"A": _texts(domain.polyhedron.matrix), "b": _column(domain.polyhedron.bound)}
    if domain.subspace:
        document["subspace"] = subspace_document(domain.subspace)
    return document


def subspace_document(subspace: AffineSubspace) -> dict[str, Any]:
    """The JSON document of a subspace x = origin + basis t; or of one that holds inputs fixed, whose other inputs are t.

    Examples
    --------
    >>> subspace_document(AffineSubspace.through([[0, 1], ["1/2", 1]])), subspace_document(AffineSubspace.fixing(2, {1: 5}))
    ({'origin': ['0', '1'], 'basis': [['1/2'], ['0']]}, {'fixed': [None, '5']})
    """
    if isinstance(subspace, CoordinateSubspace):
        fixed = subspace.fixed
        return {"fixed": [str(fixed[index]) if index in fixed else None for index in range(subspace.ambient_dimension)]}
    return {"origin": _column(subspace.origin), "basis": _texts(subspace.basis)}


def domain_of(document: Any) -> Domain:
    """The domain that a JSON document describes.

    Raises
    ------
    FileFormatError, DomainError
        If it describes none.

    Examples
    --------
    >>> box = Domain.box([0], ["1/3"])
    >>> domain_of(document_of(box)) == box
    True
    """
    check_keys(document, ("name",), ("polyhedron", "subspace"), "domain: ")
    name = document["name"]
    if not isinstance(name, str):
        raise FileFormatError("the name of the domain is not a text")
    polyhedron = _polyhedron(document["polyhedron"]) if "polyhedron" in document else None
    return Domain(polyhedron, _subspace(document["subspace"]) if "subspace" in document else None, name)


def _polyhedron(document: Any) -> Polyhedron:
    if isinstance(document, dict) and "lower" in document:
        check_keys(document, ("lower", "upper"), (), "domain: ")
        return Polyhedron.box(*(_vector(document[key], key).entries() for key in ("lower", "upper")))
    check_keys(document, ("A", "b"), (), "domain: ")
    return Polyhedron(_matrix(document["A"], "A"), _vector(document["b"], "b"))


def _subspace(document: Any) -> AffineSubspace:
    if isinstance(document, dict) and "fixed" in document:
        return _coordinate_subspace(document)
    check_keys(document, ("origin", "basis"), (), "domain: ")
    return AffineSubspace(_vector(document["origin"], "origin"), _matrix(document["basis"], "basis"))


def _coordinate_subspace(document: Any) -> AffineSubspace:
    check_keys(document, ("fixed",), (), "domain: ")
    fixed = document["fixed"]
    if not isinstance(fixed, list):
        raise FileFormatError("fixed is not a list of numbers, with null for what is free")
    values = {index: rational_at(entry, "fixed", FileFormatError) for index, entry in enumerate(fixed) if entry is not None}
    return AffineSubspace.fixing(len(fixed), values)


def _matrix(rows: Any, name: str) -> fmpq_mat:
    check_rows(rows, name)
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise FileFormatError(f"{name} has no rows of one length")
    return from_rows([[rational_at(entry, name, FileFormatError) for entry in row] for row in rows])


def _vector(entries: Any, name: str) -> fmpq_mat:
    if not isinstance(entries, list):
        raise FileFormatError(f"{name} is not a list of numbers")
    return column([rational_at(entry, name, FileFormatError) for entry in entries])


def _texts(matrix: fmpq_mat) -> list[list[str]]:
    return [[str(entry) for entry in row] for row in rows_of(matrix)]


def _column(matrix: fmpq_mat) -> list[str]:
    return [str(entry) for entry in matrix.entries()]
