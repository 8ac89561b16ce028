"""What stands around the matrix in a file of cddlib or lrs: a name, the representation, and options.

Most options tell those programs what to compute, and change no set. A few do: `linearity` makes rows equations,
`strict_inequality` makes them strict, `nonnegative` adds the inequalities x >= 0. An option that is not known here may be one
of that kind, so it is refused, in the places where only options can stand: after the representation and after `end`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import parse_count
from relupoly.files.json_text import quoted

_INEQUALITIES, _GENERATORS = "h-representation", "v-representation"
REPRESENTATIONS = ([_INEQUALITIES], [_GENERATORS])
"""The first words of lines that say what the rows of a matrix are."""
# cddlib takes these as one: the rows named are equations.
_EQUATIONS = ("linearity", "equality", "partial_enumeration", "partial_enum")
_STRICT = ("strict_inequality", "strict_ineq")
_NONNEGATIVE = "nonnegative"
# The options of the manuals of cddlib 0.94, cdd+ 0.77 and lrslib 7 that leave the set as it is.
_OTHERS = (
    "adjacency algebraic allbases asis bound cache checkpoint combinatorial criss-cross debug digits dual-simplex "
    "dualperturb dynout_off eliminate estimates extract facet_listing find_interior fulldimension geometric hvolume "
    "incidence initbasis_at_bottom input_adjacency input_incidence integervertices lexmax lexmin logfile_on "
    "lp_display lponly lponly_b lponly_d lponly_r lponly_rd lrs maxcobases maxcutoff maxdepth maximize maxindex "
    "maxoutput messages mincutoff mindepth minimize minindex mixcutoff mplrs nondegenerate nonredundant objective "
    "postanalysis preprojection printcobasis printslack project projection randomcutoff redund redund_list restart "
    "round_output row_decompose seed startingcobasis stdout_off subtreesize testlin threads tope_listing "
    "triangulation truncate verbose verify_input vertex_listing volume voronoi zero_tolerance"
)
_NUMBERS = re.compile(r"[-+0-9./eE\s]*")


@dataclass
class Options:
    """What the options of a file say about its set.

    Attributes
    ----------
    generators : int
        The line that says that the rows are vertices and rays; 0 if none does.
    inequalities : int
        The line that says that they are inequalities; 0 if none does.
    nonnegative : bool
    equations, strict : set of int
        The rows, counted from 0.
    """

    generators: int = 0
    inequalities: int = 0
    nonnegative: bool = False
    equations: set[int] = field(default_factory=set)
    strict: set[int] = field(default_factory=set)


def read_options(before: Iterable[tuple[int, str]], after: Iterable[tuple[int, str]], rows: int) -> Options:
    """What the lines before `begin` and after `end` say.

    Parameters
    ----------
    before, after : iterables of (int, str)
        The lines, without comments, with their numbers.
    rows : int
        How many rows the matrix has.

    Raises
    ------
    FileFormatError
        If a line names an option that is not known, or rows that are not there; it names the line.

    Examples
    --------
    >>> read_options([(1, "H-representation"), (2, "linearity 1 2")], [(9, "volume")], 3).equations
    {1}
    """
    options = Options()
    for number, words in _with_numbers(before):
        _read(options, number, words, rows, title=not (options.inequalities or options.generators))
    for number, words in _with_numbers(after):
        _read(options, number, words, rows, title=False)
    return options


def _with_numbers(lines: Iterable[tuple[int, str]]) -> Iterable[tuple[int, list[str]]]:
    """The words of each option, those in lines of mere numbers that follow it included."""
    found: list[tuple[int, list[str]]] = []
    for number, line in lines:
        words = line.lower().split()
        if words and found and _NUMBERS.fullmatch(line):
            found[-1][1].extend(words)
        elif words:
            found.append((number, words))
    return found


def _read(options: Options, number: int, words: list[str], rows: int, title: bool) -> None:
    option, *arguments = words
    if option == _INEQUALITIES:
        options.inequalities = number
    elif option in (_GENERATORS, "hull"):
        options.generators = number
    elif title and not _NUMBERS.fullmatch(" ".join(arguments)):
        return
    elif option == _NONNEGATIVE:
        options.nonnegative = True
    elif option in _EQUATIONS or option in _STRICT:
        named = _rows_named(option, arguments, number, rows)
        (options.equations if option in _EQUATIONS else options.strict).update(named)
    elif not title and option not in _OTHERS.split():
        raise FileFormatError(
            f"line {number}: {quoted(option)} is no known option of cddlib or lrs, so it may change the set; "
            "remove it if it does not"
        )


def _rows_named(option: str, arguments: list[str], line: int, rows: int) -> set[int]:
    """The rows of an option that is followed by how many there are, and their numbers."""
    named = [parse_count(word) for word in arguments or ["0"]]
    if None in named:
        raise FileFormatError(f"line {line}: {option} is followed by something else than numbers of rows; write {option} 1 3")
    count, *numbers = (one for one in named if one is not None)
    if len(numbers) != count:
        raise FileFormatError(f"line {line}: {option} says that {count} rows follow, but there are {len(numbers)}; correct it")
    missing = next((one for one in numbers if not 1 <= one <= rows), None)
    if missing is not None:
        raise FileFormatError(f"line {line}: {option} names row {missing}, but rows are numbered from 1 to {rows}")
    return {one - 1 for one in numbers}
