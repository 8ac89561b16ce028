"""Lines of a table that go on in the next one, since an entry in quotation marks holds a line break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.files.tables.separators import NumberedLine

# Blanks separate, too, but there a mark within a line opens nothing: 5" 6" are two sizes.
_OPENING = re.compile(r'(?:^|[,;\t])[^\S\t]*"')
_REST = re.compile(r'(?:[^"]|"")*"(?!")')


# A column may be called #, and spreadsheets write #N/A.
_COMMENT = re.compile(r"\s*#(?![,;\t]|NA\b|N/A\b)")


def is_comment(line: str) -> bool:
    """Whether a line of a table is a comment.

    Examples
    --------
    >>> is_comment("# 1, 2"), is_comment("#,name"), is_comment("#N/A,1")
    (True, False, False)
    """
    return _COMMENT.match(line) is not None


def joined_lines(lines: Iterable[NumberedLine]) -> Iterator[NumberedLine]:
    r"""Lines, each with all that follow it until its last quotation mark is closed; it has the number of the first.

    Raises
    ------
    FileFormatError
        If a mark is not closed; it names the line.

    Examples
    --------
    >>> list(joined_lines([(1, 'a,"b'), (2, '# c"'), (3, "d")]))
    [(1, 'a,"b\n# c"'), (3, 'd')]
    """
    pieces: list[str] = []
    first = size = 0
    for number, line in lines:
        if not pieces and ('"' not in line or is_comment(line)):
            yield number, line
            continue
        first = first if pieces else number
        is_open = _is_open(line, bool(pieces))
        pieces.append(line)
        if not is_open:
            yield first, "\n".join(pieces)
            pieces, size = [], 0
            continue
        size += len(line)
        check_size(size, f"line {first}: an entry in quotation marks holds")
    if pieces:
        raise FileFormatError(
            f"line {first}: a quotation mark begins an entry, and none ends it; add it, or write two where the entry holds one"
        )


def _is_open(line: str, was_open: bool) -> bool:
    """Whether an entry is still open at the end of a line, which begins within one or not."""
    position = 0
    while True:
        if not was_open:
            opening = _OPENING.search(line, position)
            if opening is None:
                return False
            position = opening.end()
        rest = _REST.match(line, position)
        if rest is None:
            return True
        position, was_open = rest.end(), False
