"""What is kept of a job that has come to an end: one line of JSON."""

from __future__ import annotations

import base64
import functools
import json
from dataclasses import dataclass
from typing import Any

from relupoly.plain_text import plain_json

from .job import digest_of

SCHEMA = 1
_ERROR = "Error: "


@dataclass(frozen=True)
class Ending:
    """How a job has ended.

    Attributes
    ----------
    exit_code : int
        That of the command; 128 and the number of a signal that killed it.
    seconds : float
    printed : bytes
        What it has printed to standard output.
    told : bytes
        What it has printed to stderr.
    error : str or None
        What is to be said in the place of what it has said itself.
    """

    exit_code: int
    seconds: float
    printed: bytes = b""
    told: bytes = b""
    error: str | None = None


def record_line(number: int, words: tuple[str, ...] | list[str], ending: Ending) -> bytes:
    r"""The line of a job, without its line feed.

    Examples
    --------
    >>> line = record_line(1, ["info", "a.json"], Ending(3, 0.01, told=b"Error: a.json: there is no such file\n"))
    >>> document = json.loads(line)
    >>> document["exit_code"], document["result"], document["error"]
    (3, None, 'a.json: there is no such file')
    """
    result, beside = _answer(ending.printed)
    errors, notes = _told(ending.told, ending.exit_code)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "job": number,
        "argv": list(words) or None,
        "exit_code": ending.exit_code,
        "result": result,
        "error": ending.error or errors or None,
        "seconds": round(ending.seconds, 6),
        "version": version(),
        "digest": digest_of(words),
        **beside,
    }
    if notes:
        document["notes"] = notes
    return plain_json(json.dumps(document)).encode()


@functools.cache
def version() -> str:
    """The version of relupoly."""
    from importlib.metadata import version

    return version("relupoly")


def _answer(printed: bytes) -> tuple[Any, dict[str, str]]:
    """What was printed as JSON, if it is that: an object, or the list of several; and as what it is else."""
    if not printed.strip():
        return None, {}
    try:
        text = printed.decode()
    except UnicodeDecodeError:
        return None, {"output_base64": base64.b64encode(printed).decode()}
    for texts in ([text], [line for line in text.split("\n") if line]):
        try:
            found = [json.loads(one) for one in texts]
        except ValueError:
            continue
        if all(isinstance(one, dict) for one in found):
            return (found[0] if len(found) == 1 else found), {}
    return None, {"output": text}


def _told(told: bytes, code: int) -> tuple[str, list[str]]:
    """The errors among what was told, in a line, and the other lines; where there is no error, what failed says what it can."""
    lines = [line for line in told.decode("utf-8", "backslashreplace").splitlines() if line.strip()]
    errors = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
    if errors:
        # What else is told of misuse is how to use it.
        notes = [] if code == 2 else [line for line in lines if not line.startswith(_ERROR)]
        return "; ".join(errors), notes
    return ("; ".join(lines), []) if code else ("", lines)
