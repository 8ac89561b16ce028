"""Numbers in JSON: exact, also for readers that hold every number of JSON as a double.

JSON itself knows no limit, but JavaScript, jq and many others round what a double does not hold. So what is no double, or an
integer beyond `LARGEST_WHOLE`, is a text. Flint writes integers of any length, Python refuses those of thousands of digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpz

from relupoly.exact.doubles import LARGEST_WHOLE
from relupoly.exact.rationals import is_double, nearest_float


def jsonable(value: Any) -> Any:
    """A document that JSON holds exactly: integers beyond 2^53, rationals and whatever else JSON does not know are texts.

    Examples
    --------
    >>> jsonable({"rows": [[fmpq(1, 3), fmpq(2)], (5, 2**60)], "name": None})
    {'rows': [['1/3', '2'], [5, '1152921504606846976']], 'name': None}
    """
    if isinstance(value, Mapping):
        return {key: jsonable(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(entry) for entry in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_WHOLE:
        return str(fmpz(value))
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def whole_or_text(value: fmpq) -> int | str:
    """A rational as an integer, or else as a text "p/q"; `jsonable` has more to say about large integers.

    Examples
    --------
    >>> whole_or_text(fmpq(4, 2)), whole_or_text(fmpq(1, 2))
    (2, '1/2')
    """
    return int(value.p) if value.q == 1 else str(value)


def number_text(value: fmpq) -> str:
    """The text in a JSON file that stands for a rational, where numbers of JSON are the doubles that they parse to.

    Examples
    --------
    >>> print(number_text(fmpq(3)), number_text(fmpq(1, 4)), number_text(fmpq(1, 3)))
    3 0.25 "1/3"
    """
    if value.q == 1 and abs(value.p) <= LARGEST_WHOLE:
        return str(value.p)
    return repr(nearest_float(value)) if is_double(value) else f'"{value}"'
