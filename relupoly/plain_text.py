"""Text that does nothing to a terminal: what files and arguments say is shown, never obeyed.

Names, numbers and metadata come from files and arguments, and may hold escape sequences, which move the cursor and forge
lines, and marks that turn the direction of text around. Python's notion of a printable character leaves out all of these:
control and format characters, line and paragraph separators, surrogates, and blanks that are no space.
"""

from __future__ import annotations

MOST_SHOWN = 40
"""How many characters of what somebody else wrote a message shows: it stays on one line of a terminal, with what it says."""


def plain_text(text: str, keep: str = "") -> str:
    r"""A text in which every character that is not printable is written as an escape of Python.

    Parameters
    ----------
    text : str
    keep : str
        Characters that stay as they are, such as the line feeds between lines of our own.

    Examples
    --------
    >>> print(plain_text("a\x1b[2J\u202eb\n"))
    a\x1b[2J\u202eb\n
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in keep else _escape(one) for one in text)


def clipped(text: str, most: int = MOST_SHOWN) -> str:
    """A text, shortened where it is long.

    Examples
    --------
    >>> clipped("0123456789", 8)
    '01234...'
    """
    return text if len(text) <= most else text[: most - 3] + "..."


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "piece"), counted(2, "piece"), counted(2, "box")
    ('1 piece', '2 pieces', '2 boxes')
    """
    several = "es" if noun.endswith("x") else "s"
    return f"{number} {noun}{'' if number == 1 else several}"


def and_more(number: int, noun: str) -> str:
    """What follows the first one of several: nothing, where there is no more.

    Examples
    --------
    >>> and_more(0, "line"), and_more(1, "line"), and_more(2, "line")
    ('', ' (and 1 line more)', ' (and 2 lines more)')
    """
    return f" (and {counted(number, noun)} more)" if number else ""


def plain_json(text: str) -> str:
    r"""A JSON document in ASCII without control characters but line feeds: DEL is the one that JSON lets through.

    Examples
    --------
    >>> print(plain_json('"\x7f"'))
    "\u007f"
    """
    return text.replace("\x7f", "\\u007f")


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
