"""A command line that is not finished yet, read as shells read it: its words without quotes, and the one at the cursor."""

from __future__ import annotations

from dataclasses import dataclass

_BLANKS = " \t\n"
_EXPANDED = "$`"  # what a shell puts something else for, unless it stands between single quotes or after a backslash


@dataclass(frozen=True)
class Line:
    """What stands before the cursor.

    Attributes
    ----------
    words : tuple of str
        The words that are complete, without their quotes.
    word : str
        The one at the cursor, likewise; it may be empty.
    broken : int
        How much of it stands before what the shell takes for the word: bash divides words at characters such as = and :, too.
    expands : bool
        Whether the shell would put something else for a part of it.
    """

    words: tuple[str, ...]
    word: str
    broken: int = 0
    expands: bool = False


def read_line(text: str, breaks: str = "") -> Line:
    r"""Read what stands before the cursor; quotes may be open still.

    Parameters
    ----------
    text : str
    breaks : str
        The characters at which the shell divides words, besides blanks and quotes.

    Examples
    --------
    >>> read_line(r"relupoly info my\ ne")
    Line(words=('relupoly', 'info'), word='my ne', broken=0, expands=False)
    >>> read_line("relupoly info --domain='my pro", "=:")
    Line(words=('relupoly', 'info'), word='--domain=my pro', broken=9, expands=False)
    >>> read_line("relupoly info $HOME/")
    Line(words=('relupoly', 'info'), word='$HOME/', broken=0, expands=True)
    """
    words: list[str] = []
    word: str | None = None
    quote, escaped, broken, expands = "", False, 0, False
    for one in text:
        if escaped:
            # Between double quotes a backslash stands for itself, but before these.
            word = (word or "") + (one if not quote or one in '"\\$`\n' else f"\\{one}")
            escaped = False
        elif one == "\\" and quote != "'":
            word, escaped = word or "", True
        elif quote:
            word, quote = (word or "") + one * (one != quote), "" if one == quote else quote
            expands |= quote == '"' and one in _EXPANDED
        elif one in "'\"":
            word, quote = word or "", one
        elif one in _BLANKS:
            if word is not None:
                words.append(word)
            word, broken, expands = None, 0, False
        else:
            word = (word or "") + one
            expands |= one in _EXPANDED
            broken = len(word) if one in breaks else broken
    return Line(tuple(words), word or "", broken, expands)
