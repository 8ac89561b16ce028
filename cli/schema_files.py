"""The JSON Schemas of what commands print: a file for each command, and one with what several of them refer to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("schemas")
COMMANDS = (
    *("analyze", "arrangement", "batch", "bounds", "check", "count-pieces", "demo", "equal", "evaluate", "gap"),
    *("hard", "hard verify", "info", "merge", "regions", "represent max-affine", "represent net"),
    *("represent univariate", "setup", "train", "zonotope"),
)
"""The commands that print JSON, in the order of their names."""

_SHARED = "shared"
_HERE = "#/$defs/"


def schema_of(command: str) -> dict[str, Any]:
    """The schema of a command's documents, with all that it refers to.

    Examples
    --------
    >>> sorted(schema_of("represent net")["$defs"])
    ['document', 'unbegun']
    """
    found = _read(command.replace(" ", "-"))
    shared = _read(_SHARED)["$defs"]
    definitions = found["$defs"]
    waiting = sorted({*references(found)} - {*definitions})
    while waiting:
        name = waiting.pop()
        definitions[name] = shared[name]
        waiting += sorted({*references(shared[name])} - {*definitions, *waiting})
    return found


def references(part: Any) -> Iterator[str]:
    """The names of all definitions that a part of a schema refers to.

    Examples
    --------
    >>> list(references({"items": [{"$ref": "#/$defs/whole"}, {"type": "null"}]}))
    ['whole']
    """
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].removeprefix(_HERE)
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document
