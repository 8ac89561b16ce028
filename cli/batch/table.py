"""A table of results: a row for each job, a column for each single value of their documents.

The columns are those of the records, then those of all results, in the order in which they first occur: an object gives a
column for each of its values (`result.counts.open`), a list is one text of JSON.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from relupoly.plain_text import plain_text

_FIRST = ("job", "argv", "exit_code", "error", "seconds", "version")


def table(lines: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    r"""The lines of a table in CSV, of the records that `lines` gives each time that it is called.

    Examples
    --------
    >>> records = [{"job": 1, "argv": ["info", "a b"], "result": {"pieces": 4, "counts": {"open": 4}}}]
    >>> for line in table(lambda: [json.dumps(one).encode() for one in [*records, {"job": 2, "error": "no"}]]):
    ...     print(line.decode().rstrip("\n"))
    job,argv,exit_code,error,seconds,version,result.pieces,result.counts.open
    1,info 'a b',,,,,4,4
    2,,,no,,,,
    """
    columns = dict.fromkeys(_FIRST)
    for line in lines():
        columns.update(dict.fromkeys(_flat(json.loads(line))))
    yield _row(columns)
    for line in lines():
        entries = _flat(json.loads(line))
        yield _row(entries.get(column, "") for column in columns)


def _flat(record: dict[str, Any]) -> dict[str, str]:
    """The single values of a record as texts, by their columns."""
    import shlex

    flat: dict[str, str] = {}
    for key, value in record.items():
        if key == "argv":
            flat[key] = shlex.join(value or [])
        elif key == "result":
            _flatten(value, key, flat)
        elif key in _FIRST:
            flat[key] = _text(value)
    return flat


def _flatten(value: Any, name: str, into: dict[str, str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key}", into)
    elif value is not None or name != "result":
        into[name] = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _row(entries: Iterable[str]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow([plain_text(entry) for entry in entries])
    return stream.getvalue().encode()
