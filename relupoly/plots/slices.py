"""Slices: what is left of a domain where some coordinates have fixed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import fmpq

from relupoly.errors import DomainError
from relupoly.exact.rationals import decimal_text, rational_at
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import section
from relupoly.geometry.subspace import AffineSubspace
from relupoly.plots.window import coordinate_names
from relupoly.run import UNLIMITED, Run


def sliced(domain: Domain, dimension: int, values: Mapping[int, Any], run: Run = UNLIMITED) -> Domain:
    """The points of a domain where some coordinates have fixed values.

    Parameters
    ----------
    domain : Domain
    dimension : int
        How many coordinates it has: inputs, or parameters of its subspace.
    values : mapping of int to number
        By coordinates, from 1.
    run : Run, optional

    Raises
    ------
    DomainError
        If there is no such coordinate, all are fixed, or the slice has no interior.

    Examples
    --------
    >>> found = sliced(Domain.box([0, 0, 0], [1, 2, 3]), 3, {3: "1/2"})
    >>> found.name, found.dimension
    ('box 0 1,2,3 at x3 = 0.5', 2)
    """
    fixed: dict[int, fmpq] = {}
    for number, value in values.items():
        if not 1 <= number <= dimension:
            raise DomainError(f"there is no coordinate {number} to fix; they are numbered from 1 to {dimension}")
        fixed[number - 1] = rational_at(value, f"coordinate {number}", DomainError)
    subspace = AffineSubspace.fixing(dimension, fixed)
    names = coordinate_names(domain, dimension)
    told = ", ".join(f"{names[index]} = {decimal_text(value)}" for index, value in fixed.items())
    name = f"{domain.name} at {told}"
    inner = Domain(None, subspace, name)
    if domain.polyhedron is not None:
        inner = section(domain.polyhedron, subspace, name, run)
        if inner.subspace is None:
            inner = Domain(inner.polyhedron, subspace, name)
    if domain.subspace is None:
        return inner
    return Domain(inner.polyhedron, domain.subspace.compose(subspace), name)
