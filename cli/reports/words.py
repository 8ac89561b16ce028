"""Words that many reports share."""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.plain_text import counted as counted

MOST_LISTED = 12
"""How many entries of a list a text shows: with their commas they fill one line of a terminal."""

_REASONS = {
    "limit": "stopped by the limit",
    "deadline": "stopped by the deadline",
    "interrupted": "stopped by Ctrl-C",
    "parts": "parts are missing",
}


def why_partial(stopped: str | None) -> str:
    """Why work is not complete, in words."""
    return _REASONS[stopped] if stopped else ""


def listed(entries: Sequence[str], separator: str = ", ", lengths: Sequence[int] | None = None) -> str:
    """The entries one after another; of many the first ones, and how many more there are.

    Parameters
    ----------
    entries : sequence of str
    separator : str
    lengths : sequence of int, optional
        For how many things each entry stands, if not for one.

    Examples
    --------
    >>> listed(["1", "2"]), listed(["layer 1"] * 100, "; ")[-32:]
    ('1, 2', 'layer 1; and 88 more with --json')
    """
    if len(entries) <= MOST_LISTED:
        return separator.join(entries)
    more = len(entries) - MOST_LISTED if lengths is None else sum(lengths[MOST_LISTED:])
    return separator.join([*entries[:MOST_LISTED], f"and {more} more with --json"])


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, three or more that follow each other as a range.

    Examples
    --------
    >>> ranges([1, 2, 4, 5, 6, 9]), ranges(range(1, 100, 3))[-35:]
    ('1, 2, 4-6, 9', '28, 31, 34, and 21 more with --json')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [run for one in runs for run in ([one] if len(one) > 2 else [[number] for number in one])]
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in shown]
    return listed(texts, lengths=list(map(len, shown)))
