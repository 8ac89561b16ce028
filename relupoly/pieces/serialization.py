"""The state of a counter as JSON can hold it: numbers, lists, and bytes as text."""

from __future__ import annotations

import base64
from typing import Any, TypeAlias

State: TypeAlias = dict[str, Any]


def to_text(data: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(data).decode("ascii")


def from_text(text: str) -> bytes:
    """The bytes of a base64 text.

    Raises
    ------
    ValueError
        If it is none.
    """
    return base64.b64decode(text, validate=True)


def to_count(value: Any) -> int:
    """A number of things.

    Raises
    ------
    ValueError
        If it is none.
    """
    if type(value) is not int or value < 0:
        raise ValueError("not a number of things")
    return value
