"""S-expressions: the lists of SMT-LIB and VNN-LIB, each with the line where it begins.

An index in brackets, as VNN-LIB 2.0 writes it, belongs to the name before it: X [0, 1] is the atom X[0,1].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted

_TOKEN = re.compile(r'(?P<blank>\s+|;[^\n]*)|(?P<token>[()]|"(?:[^"]|"")*"|\|[^|]*\||\[[^\]()";|]*\]|[^\[\]\s()";|]+)')


@dataclass(frozen=True)
class Expression:
    """An atom, or a list of expressions.

    Attributes
    ----------
    line : int
        Where it begins.
    atom : str or None
        The text of an atom; None for a list.
    items : tuple of Expression
        What is in the list.
    """

    line: int
    atom: str | None
    items: tuple[Expression, ...] = ()

    @property
    def head(self) -> str:
        """The atom that a list begins with, or the empty text."""
        return (self.items[0].atom or "") if self.items else ""

    @property
    def arguments(self) -> tuple[Expression, ...]:
        """What follows the head of a list."""
        return self.items[1:]

    def atoms(self) -> Iterator[str]:
        """All atoms in it, however deep."""
        waiting = [self]
        while waiting:
            expression = waiting.pop()
            if expression.atom is not None:
                yield expression.atom
            waiting.extend(reversed(expression.items))

    def error(self, message: str) -> FileFormatError:
        """The error that names the line."""
        return FileFormatError(f"line {self.line}: {message}")


def parse_expressions(text: str) -> list[Expression]:
    """All expressions of a text, without its comments (from ; to the end of the line).

    Raises
    ------
    FileFormatError
        If a parenthesis has no partner, or a quotation mark has none; it names the line.

    Examples
    --------
    >>> [[item.atom for item in expression.items] for expression in parse_expressions("(<= X_0 1) ; bound")]
    [['<=', 'X_0', '1']]
    """
    # A list of open lists instead of recursion: depth is then no matter.
    open_lists: list[tuple[int, list[Expression]]] = [(0, [])]
    for token, line in _tokens(text):
        if token == "(":
            open_lists.append((line, []))
        elif token.startswith("["):
            _add_index(open_lists[-1][1], token, line)
        elif token != ")":
            open_lists[-1][1].append(Expression(line, token))
        elif len(open_lists) == 1:
            raise FileFormatError(f'line {line}: ")" closes nothing; remove it')
        else:
            start, items = open_lists.pop()
            open_lists[-1][1].append(Expression(start, None, tuple(items)))
    if len(open_lists) > 1:
        raise FileFormatError(f'line {open_lists[-1][0]}: "(" is never closed; add ")"')
    return open_lists[0][1]


def _add_index(items: list[Expression], index: str, line: int) -> None:
    """Append an index to the atom that it follows."""
    name = items[-1].atom if items else None
    if name is None or name.endswith(("]", '"')):
        raise FileFormatError(f"line {line}: {quoted(index)} follows no name; write X[0]")
    items[-1] = Expression(items[-1].line, name + "".join(index.split()))


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            if text[position] == "]":
                raise FileFormatError(f'line {line}: "]" closes nothing; remove it')
            raise FileFormatError(f"line {line}: {text[position]} begins a text that does not end; close it")
        if match["token"]:
            yield match["token"], line
        line += match[0].count("\n")
        position = match.end()
