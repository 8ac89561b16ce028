"""Words that many reports share."""

from __future__ import annotations

_REASONS = {
    "limit": "stopped by the limit",
    "deadline": "stopped by the deadline",
    "interrupted": "stopped by Ctrl-C",
    "parts": "parts are missing",
}


def why_partial(stopped: str | None) -> str:
    """Why work is not complete, in words."""
    return _REASONS[stopped] if stopped else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "piece"), counted(2, "piece")
    ('1 piece', '2 pieces')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
