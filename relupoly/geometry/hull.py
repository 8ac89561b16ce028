"""The convex hull of points, rays and lines as a domain of its own dimension.

Its affine hull is a system of equations, which are substituted as those of a polyhedron that is given by inequalities.
"""

from __future__ import annotations

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, solutions
from relupoly.geometry.v_representation import VRepresentation
from relupoly.run import UNLIMITED, Run


def hull(generators: VRepresentation, name: str, run: Run = UNLIMITED) -> Domain:
    """The convex hull as a domain: a polyhedron, in a subspace where it is of lower dimension.

    Parameters
    ----------
    generators : VRepresentation
    name : str
        What the polyhedron comes from, for its name.
    run : Run

    Raises
    ------
    DomainError
        If it is a single point.
    MissingPackageError, SizeError, Stopped
        As `relupoly.geometry.double_description.convert`.

    Examples
    --------
    >>> hull(VRepresentation.of([[0, 0], [1, 2]]), "points.ext").name
    '1-dimensional polyhedron of points.ext'
    """
    facets, equations = generators.inequalities(run)
    if len(equations) == generators.dimension:
        raise DomainError("its points are one and the same; give points that leave at least one direction free")
    subspace = solutions([row[1:] for row in equations], [-row[0] for row in equations], generators.dimension)
    return cut_out(
        [[-entry for entry in row[1:]] for row in facets],
        [row[0] for row in facets],
        subspace,
        f"{f'{subspace.dimension}-dimensional ' if subspace else ''}polyhedron of {name}",
        run=run,
    )
