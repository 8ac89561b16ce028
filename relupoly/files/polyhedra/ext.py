"""Polyhedra by their vertices and rays, in the format of cddlib and lrs: rows (1, x) are points, rows (0, y) are rays.

    name                          any words
    V-representation
    begin
    m n type                      n - 1 is the dimension; type is integer, rational, real, float or double
    1 x_1 ... x_{n-1}             a point, or
    0 y_1 ... y_{n-1}             a ray; m rows
    end

Numbers are exact decimals or fractions, whatever the type. Rays that the option `linearity` names are lines; without a point
the set is a cone with its apex at 0, as for those programs. pycddlib finds the inequalities; where points span a lower
dimension, the polyhedron is a domain of its own dimension. `relupoly.files.polyhedra.ine_options` reads the options.
"""

from __future__ import annotations

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.matrices import from_rows
from relupoly.files.polyhedra.ine import Matrix, labels, parse_matrices, parse_matrix
from relupoly.geometry.domain import Domain
from relupoly.geometry.hull import hull
from relupoly.geometry.v_representation import VRepresentation
from relupoly.run import UNLIMITED, Run

_POINT, _RAY = fmpq(1), fmpq(0)


def decode(data: bytes, name: str, run: Run = UNLIMITED) -> Domain:
    r"""The convex hull of the points and rays of an .ext file.

    Raises
    ------
    FileFormatError
        If the text is not what the format promises; it names the line or the row.
    DomainError
        If the set is empty or a single point.
    MissingPackageError, SizeError, Stopped
        As `relupoly.geometry.double_description.convert`.

    Examples
    --------
    >>> ray = decode(b"V-representation\nbegin\n2 2 rational\n1 1/3\n0 1\nend\n", "ray.ext")
    >>> ray.polyhedron.bound[0, 0] / ray.polyhedron.matrix[0, 0]
    1/3
    """
    return hull(generators_of(parse_generators(data)), name, run)


def decode_sets(data: bytes, name: str, run: Run = UNLIMITED) -> tuple[Domain, ...]:
    """The convex hulls of an .ext file, in which several blocks of points and rays may stand one behind the other.

    Raises
    ------
    FileFormatError, DomainError, MissingPackageError, SizeError, Stopped
        As `decode`.
    """
    matrices = [_as_generators(matrix) for matrix in parse_matrices(data)]
    named = zip(matrices, labels(name, len(matrices)), strict=True)
    return tuple(hull(generators_of(matrix), label, run) for matrix, label in named)


def parse_generators(data: bytes) -> Matrix:
    """The matrix of a file that lists points and rays.

    Raises
    ------
    FileFormatError
        If the text is not what the format promises, it lists inequalities, or a row begins with something else than 0 or 1.
    """
    return _as_generators(parse_matrix(data))


def _as_generators(matrix: Matrix) -> Matrix:
    if matrix.options.inequalities:
        raise FileFormatError("it lists inequalities; give a V-representation, whose rows are 0 or 1 and then a generator")
    for number, row in enumerate(matrix.rows, 1):
        if row[0] not in (_POINT, _RAY):
            raise FileFormatError(f"row {number} begins with {row[0]}; begin it with 0 or 1 and let the generator follow")
    return matrix


def generators_of(matrix: Matrix) -> VRepresentation:
    """The points, rays and lines that the rows of a V-representation stand for.

    Raises
    ------
    FileFormatError
        If an option means something else.
    """
    options = matrix.options
    if options.strict or options.nonnegative:
        option = "strict_inequality" if options.strict else "nonnegative"
        raise FileFormatError(f"{option} is about inequalities, and rows are points and rays here; remove it")
    for row in sorted(options.equations):
        if matrix.rows[row][0] == _POINT:
            raise FileFormatError(f"linearity names row {row + 1}, which is a point; name rays only")
    points = [row[1:] for row in matrix.rows if row[0] == _POINT]
    rays = [row[1:] for place, row in enumerate(matrix.rows) if row[0] == _RAY and place not in options.equations]
    lines = [matrix.rows[place][1:] for place in sorted(options.equations)]
    if not points and rays + lines:
        points = [[fmpq(0)] * matrix.dimension]
    return VRepresentation(*(from_rows(rows, matrix.dimension) for rows in (points, rays, lines)))
