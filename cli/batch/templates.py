"""Templates: the words of a command, in which `{column}` stands for an entry of a table.

A template is divided into words as a shell does it, before anything is put into them: so an entry is never more than a part of
one word, whatever it holds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from difflib import get_close_matches

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Template:
    """The words of a command, with places for entries.

    Parameters
    ----------
    text : str
        `{{` and `}}` stand for braces.

    Raises
    ------
    FileFormatError
        If quotation marks or braces are left open, or there is no word.

    Examples
    --------
    >>> template = Template("count-pieces {net} --box {low} {high}")
    >>> template.filled(["net", "low", "high"], ["my net.json", "-1", "1"])
    ['count-pieces', 'my net.json', '--box', '-1', '1']
    """

    def __init__(self, text: str) -> None:
        try:
            self._words = shlex.split(text)
        except ValueError as error:
            raise FileFormatError(f"--template {quoted(text)}: {str(error).lower()}") from None
        if not self._words:
            raise FileFormatError('--template is empty; write a command, such as "count-pieces {net}"')
        self._columns: dict[str, None] = {}
        for word in self._words:
            for found in _FIELD.finditer(word):
                if found[0] in ("{", "}"):
                    raise FileFormatError(
                        f"--template {quoted(text)}: a brace stands alone; write {{column}}, or {{{{ for a brace"
                    )
                if found[1] is not None:
                    self._columns[found[1].strip()] = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return tuple(self._columns)

    def check(self, header: Sequence[str]) -> None:
        """Raise unless a table has all the columns, each once.

        Raises
        ------
        FileFormatError
            It names the column.
        """
        for column in self._columns:
            if header.count(column) > 1:
                raise FileFormatError(f"two columns are called {quoted(column)}, which --template names; rename one")
            if column not in header:
                near = get_close_matches(column, header, n=1)
                hint = f"did you mean {quoted(near[0])}?" if near else f"there are {', '.join(map(quoted, header))}"
                raise FileFormatError(f"--template names {quoted('{' + column + '}')}, and there is no such column; {hint}")

    def filled(self, header: Sequence[str], row: Sequence[str]) -> list[str]:
        """The words with the entries of a row.

        Raises
        ------
        FileFormatError
            If the row has fewer or more entries than there are columns.
        """
        if len(row) != len(header):
            entries = "1 entry" if len(row) == 1 else f"{len(row)} entries"
            raise FileFormatError(f"it has {entries}, and the header has {len(header)}")
        named = dict(zip(header, (entry.strip() for entry in row), strict=True))

        def entry(found: re.Match[str]) -> str:
            return found[0][0] if found[1] is None else named[found[1].strip()]

        return [_FIELD.sub(entry, word) for word in self._words]
