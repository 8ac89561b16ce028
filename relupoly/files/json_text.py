"""JSON with nothing lost: duplicate keys, misspelt keys and broken text are errors that say where.

JSON has one kind of number, and formats disagree on what it means. A network holds what some program stored, so its
decimals are doubles; a domain or a point is what somebody wrote, so its decimals are exact.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.streams import decode_text
from relupoly.plain_text import MOST_SHOWN, clipped

OWN = {"relupoly-network": "a network", "relupoly-part": "a part of a count", "relupoly-certificate": "a certificate"}
"""What our own documents are, by the "format" that they name."""


def parse_json(data: bytes, exact_decimals: bool = False) -> Any:
    """The value of a JSON document.

    Parameters
    ----------
    data : bytes
        UTF-8.
    exact_decimals : bool
        Whether numbers are given as their text, which `relupoly.exact.rationals.rational` takes as exact, or as floats.

    Raises
    ------
    FileFormatError
        If it is not JSON (with line and column), or an object has a key twice.

    Examples
    --------
    >>> parse_json(b"[0.1, 2]"), parse_json(b"[0.1, 2]", exact_decimals=True)
    ([0.1, 2], ['0.1', '2'])
    """
    text = decode_text(data)
    if not text.strip():
        raise FileFormatError("the file is empty; it is not JSON")
    number = str if exact_decimals else None
    try:
        return json.loads(text, parse_float=number, parse_int=number, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise FileFormatError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except ValueError:
        # The only other refusal: Python's limit against integers that take quadratic time to read.
        raise FileFormatError('an integer has thousands of digits; write it as a text, "1000..."') from None


def check_keys(value: Any, required: Collection[str], optional: Collection[str] = (), place: str = "") -> None:
    """Raise unless a JSON value is an object that has every required key, and no unknown one.

    Raises
    ------
    FileFormatError
        It names the place, the key, and the known key nearest to it.
    """
    known = dict.fromkeys([*required, *optional])
    if not isinstance(value, Mapping):
        raise FileFormatError(f"{place}it is not an object; write {_pattern(required)}")
    kind = value.get("format")
    if "format" not in known and isinstance(kind, str) and kind in OWN:
        raise FileFormatError(f"{place}it is {OWN[kind]}; here write {_pattern(required)}")
    for key in value:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {quoted(near[0])}?" if near else f"known keys are {', '.join(map(quoted, known))}"
            raise FileFormatError(f"{place}unknown key {quoted(key)}; {hint}")
    for key in required:
        if key not in value:
            raise FileFormatError(f"{place}the key {quoted(key)} is missing; add it")


def _pattern(keys: Collection[str]) -> str:
    """An object with some keys, as a pattern to write one by."""
    return f"{{{', '.join(f'{quoted(key)}: ...' for key in keys)}}}"


def check_rows(value: Any, name: str) -> None:
    """Raise unless a JSON value is a list of lists; what is in them is the reader's business."""
    if not isinstance(value, list):
        raise FileFormatError(f"{name} is not a list of rows")
    for number, row in enumerate(value, 1):
        if not isinstance(row, list):
            raise FileFormatError(f"row {number} of {name} is not a list of numbers")


def quoted(text: str, most: int = MOST_SHOWN) -> str:
    """A text in quotation marks, on one line, shortened where it is long."""
    return json.dumps(clipped(text, most))


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise FileFormatError(f"an object has the key {quoted(key)} twice; keep one")
        result[key] = value
    return result
