"""Polyhedra in the format of cddlib and lrs: rows (b, a) that mean b + <a, x> >= 0.

    name                          any words
    H-representation
    begin
    m n type                      n - 1 is the dimension; type is integer, rational, real, float or double
    b a_1 ... a_{n-1}             m rows
    end

Numbers are exact decimals or fractions, whatever the type. Rows that the option `linearity` names are equations; they are
substituted, so that the polyhedron is a domain of its own dimension. `relupoly.files.polyhedra.ine_options` reads the options.
Several such blocks, each with its line H-representation, are several sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from flint import fmpq

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import parse_count, parse_rational
from relupoly.files.json_text import quoted
from relupoly.files.polyhedra.ine_options import REPRESENTATIONS, Options, read_options
from relupoly.files.streams import decode_text
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, solutions
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.run import UNLIMITED, Run

_TYPES = ("integer", "rational", "real", "float", "double")
_NUMBER = 8  # bytes, as an entry of an array takes
_Line: TypeAlias = tuple[int, str]
_UNCOUNTED = "*****"  # lrs writes rows before it knows how many there will be


@dataclass(frozen=True)
class _Word:
    text: str
    line: int

    def error(self, message: str) -> FileFormatError:
        return FileFormatError(f"line {self.line}: {message}")


@dataclass(frozen=True)
class Matrix:
    """What a file says between `begin` and `end`, and around it.

    Attributes
    ----------
    rows : list of lists of fmpq
    dimension : int
        One less than the number of columns.
    options : Options
        What the lines outside say.
    """

    rows: list[list[fmpq]]
    dimension: int
    options: Options


def decode(data: bytes, name: str, run: Run = UNLIMITED) -> Domain:
    r"""The polyhedron of an .ine file.

    Raises
    ------
    FileFormatError
        If the text is not what the format promises; it names the line.
    DomainError
        If the set is empty or of lower dimension.

    Examples
    --------
    >>> decode(b"H-representation\nbegin\n2 2 rational\n1/3 1\n1 -1\nend\n", "slab.ine").polyhedron.bound
    [1/3]
    [  1]
    """
    return _domain(_as_inequalities(parse_matrix(data)), name, run)


def decode_sets(data: bytes, name: str, run: Run = UNLIMITED) -> tuple[Domain, ...]:
    r"""The polyhedra of an .ine file, in which several may stand one behind the other.

    Raises
    ------
    FileFormatError, DomainError
        As `decode`.

    Examples
    --------
    >>> one = b"H-representation\nbegin\n1 2 rational\n1/3 1\nend\n"
    >>> [domain.name for domain in decode_sets(one + one, "rays.ine")]
    ['polyhedron of rays.ine, part 1 of 2', 'polyhedron of rays.ine, part 2 of 2']
    """
    matrices = [_as_inequalities(matrix) for matrix in parse_matrices(data)]
    return tuple(_domain(matrix, label, run) for matrix, label in zip(matrices, labels(name, len(matrices)), strict=True))


def labels(name: str, count: int) -> list[str]:
    """What to call the sets of a file: by its name, and by their numbers where they are several."""
    return [name] if count == 1 else [f"{name}, part {number} of {count}" for number in range(1, count + 1)]


def _domain(matrix: Matrix, name: str, run: Run) -> Domain:
    bounds = [row[0] for row in matrix.rows]
    sides = [[-entry for entry in row[1:]] for row in matrix.rows]
    if matrix.options.nonnegative:
        sides += [[-entry for entry in row] for row in _unit_rows(matrix.dimension)]
        bounds += [fmpq(0)] * matrix.dimension
    if not (matrix.options.equations or matrix.options.strict):
        return Domain(Polyhedron.from_inequalities(sides, bounds, run), None, f"polyhedron of {name}")
    return _substituted(sides, bounds, matrix, name, run)


def _substituted(sides: list[list[fmpq]], bounds: list[fmpq], matrix: Matrix, name: str, run: Run) -> Domain:
    """The domain of <side, x> <= bound, where some rows are equations, and some are strict."""
    equations, strict = sorted(matrix.options.equations), matrix.options.strict
    subspace = solutions([sides[row] for row in equations], [bounds[row] for row in equations], matrix.dimension)
    others = [row for row in range(len(sides)) if row not in matrix.options.equations]
    kind = "closure of the polyhedron" if strict else "polyhedron"
    return cut_out(
        [sides[row] for row in others],
        [bounds[row] for row in others],
        subspace,
        f"{f'{subspace.dimension}-dimensional ' if subspace else ''}{kind} of {name}",
        {place for place, row in enumerate(others) if row in strict},
        run,
    )


def parse_matrix(data: bytes) -> Matrix:
    """The matrix of a file of cddlib or lrs, whatever its rows mean.

    Raises
    ------
    FileFormatError
        If the text is not what the format promises; it names the line.
    """
    return _parse(_lines(data))


def parse_matrices(data: bytes) -> list[Matrix]:
    """The matrices of a file in which several may stand one behind the other, each with its own H- or V-representation.

    Raises
    ------
    FileFormatError
        As `parse_matrix`.
    """
    return [_parse(lines) for lines in _blocks(_lines(data))]


def _lines(data: bytes) -> list[_Line]:
    """The lines that are no comments, with their numbers."""
    return [(number, line) for number, line in enumerate(decode_text(data).split("\n"), 1) if line and not _is_comment(line)]


def _blocks(lines: list[_Line]) -> list[list[_Line]]:
    """The lines of each matrix: the next one begins where a representation is named between an `end` and a `begin`."""
    first = [line.lower().split()[:1] for _, line in lines]
    begins = [place for place, words in enumerate(first) if words == ["begin"]]
    starts = [0]
    for begin, following in pairwise(begins):
        ends = [place for place in range(begin, following) if first[place] == ["end"]]
        named = [place for place in range(ends[0], following) if first[place] in REPRESENTATIONS] if ends else []
        starts += named[:1]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _parse(lines: list[_Line]) -> Matrix:
    starts = [index for index, (_, line) in enumerate(lines) if line.lower().split()[:1] == ["begin"]]
    if len(starts) != 1:
        raise FileFormatError(f"there are {len(starts)} lines that say begin; there must be one")
    rows, width, end = _matrix([_Word(text, number) for number, line in lines[starts[0] :] for text in line.split()])
    options = read_options(lines[: starts[0]], [line for line in lines if line[0] > end], len(rows))
    return Matrix(rows, width - 1, options)


def decode_rows(data: bytes) -> list[list[fmpq]]:
    r"""The rows (b, a) between `begin` and `end`, whatever they mean.

    Raises
    ------
    FileFormatError
        If the text is not what the format promises; it names the line.

    Examples
    --------
    >>> decode_rows(b"begin\n1 2 rational\n1/3 1\nend\n")
    [[1/3, 1]]
    """
    matrix = _as_inequalities(parse_matrix(data))
    unit = _unit_rows(matrix.dimension) if matrix.options.nonnegative else []
    return matrix.rows + [[fmpq(0), *row] for row in unit]


def _as_inequalities(matrix: Matrix) -> Matrix:
    """A matrix that lists inequalities."""
    if matrix.options.generators:
        raise FileFormatError(
            f"line {matrix.options.generators}: it lists vertices and rays; name it .ext if it is a domain, or convert it to "
            "an H-representation (lrs or cddexec)"
        )
    return matrix


def _unit_rows(dimension: int) -> list[list[fmpq]]:
    """The unit vectors, which a single word stands for in the file."""
    check_size(dimension**2 * _NUMBER, "the rows that nonnegative stands for take")
    return [[fmpq(int(i == j)) for j in range(dimension)] for i in range(dimension)]


def _is_comment(line: str) -> bool:
    words = line.lower().split()
    return bool(words) and words[0][0] in "*#" and not (words[0] == _UNCOUNTED and words[2:] in [[one] for one in _TYPES])


def _matrix(words: list[_Word]) -> tuple[list[list[fmpq]], int, int]:
    """The rows between `begin` and `end`, the number of columns, and the line of `end`."""
    begin, *rest = words
    if len(rest) < 3:
        raise begin.error("the file ends after begin; write the number of rows, of columns, and the type of the numbers")
    width = _size(rest[1])
    if width < 2:
        raise rest[1].error("the space has no dimension; there must be at least 2 columns, b and a_1")
    if rest[2].text.lower() not in _TYPES:
        raise rest[2].error(f"{quoted(rest[2].text)} is no type of number; write one of {', '.join(_TYPES)}")
    body = rest[3:]
    ends = [index for index, word in enumerate(body) if word.text.lower() == "end"]
    if not ends:
        raise words[-1].error("the file ends without a line that says end; add it")
    height = ends[0] // width if rest[0].text == _UNCOUNTED else _size(rest[0])
    if ends[0] != height * width:
        raise body[ends[0]].error(f"there are {ends[0]} numbers before end, but {height} rows of {width} need {height * width}")
    entries = [_number(word) for word in body[: ends[0]]]
    rows = [entries[row * width : (row + 1) * width] for row in range(height)]
    return rows, width, body[ends[0]].line


def _size(word: _Word) -> int:
    size = parse_count(word.text)
    if size is None:
        raise word.error(f"{quoted(word.text)} is not a number of rows or columns; write a whole number")
    return size


def _number(word: _Word) -> fmpq:
    try:
        return parse_rational(word.text)
    except NumberError as error:
        raise word.error(str(error)) from None
