"""A part as a file: JSON that holds all that merging and resuming need, the net and the domain among it.

Facets, patterns and fingerprints are bytes in base64. A checksum over the whole document (its keys sorted, without white
space) tells a damaged file from a good one, so that it cannot become a wrong count. It does not make a file true, whoever has
written it: so every field is looked at, counts must agree with the tasks and with each other, and each state must be written
as the program itself writes it. What a part says beyond that, it vouches for: to doubt it, count again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from typing import Any

from relupoly.disk.sizes import OWN_FILES
from relupoly.errors import FileFormatError
from relupoly.files import json_network
from relupoly.files.json_text import check_keys, parse_json, quoted
from relupoly.files.polyhedra import json_domain
from relupoly.files.streams import Location, display_name, located, read_bytes, write_bytes
from relupoly.pieces.counting.part import Part, Split
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.serialization import to_count

FORMAT = "relupoly-part"
VERSION = 2

_PLAN = ("network", "domain", "notion", "shards")
_KEYS = ("tasks", "digest", "done", "exact_predicates", "seconds", "tallies")


def read_part(source: Location) -> Part:
    """The part in a file, or on standard input for "-".

    Raises
    ------
    FileFormatError
        If the file cannot be read, or is not a part.
    """
    with located(display_name(source)):
        return decode(read_bytes(source, OWN_FILES))


def write_part(part: Part, target: Location, force: bool = False) -> None:
    """Write a part to a file, whole or not at all, or to standard output for "-".

    Raises
    ------
    FileFormatError
        If the file exists and `force` is False, or it cannot be written.
    """
    write_bytes(target, encode(part), force)


def merge_files(sources: Sequence[Location], merged_so_far: Callable[[int], None] | None = None) -> Part:
    """The merge of the parts in one file or more.

    Parameters
    ----------
    sources : sequence of path or "-"
    merged_so_far : callable, optional
        Told after each part how many are merged.

    Raises
    ------
    FileFormatError
        If a file cannot be read, or is not a part.
    PartError
        If a part belongs to another count than those before it, or repeats what they hold.
    """
    first, *others = sources
    merged = read_part(first)
    for number, source in enumerate(others, 2):
        part = read_part(source)
        with located(display_name(source)):
            merged.merge(part)
        if merged_so_far is not None:
            merged_so_far(number)
    return merged


def encode(part: Part) -> bytes:
    """The bytes of a part's file."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        **plan_document(part.plan),
        "tasks": part.split.tasks if part.split else None,
        "digest": part.split.digest if part.split else None,
        "done": sorted(part.done),
        "exact_predicates": part.exact_predicates,
        "seconds": round(part.seconds, 6),
        "tallies": part.counters.state(),
    }
    text = _canonical(document)
    return f'{text[:-1]},"checksum":"{_checksum(text)}"}}\n'.encode()


def decode(data: bytes) -> Part:
    """The part of a file.

    Raises
    ------
    FileFormatError
        If it is not a part, of another version, or damaged.
    """
    document = parse_json(data)
    _check_header(document)
    check_keys(document, ("format", "version", *_PLAN, *_KEYS, "checksum"))
    checksum = document.pop("checksum")
    if checksum != _checksum(_canonical(document)):
        raise FileFormatError("its checksum is wrong, so the file is damaged; count this part again")
    part = Part(plan_of({key: document[key] for key in _PLAN}))
    try:
        _fill(part, document)
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise FileFormatError("it is no part that relupoly has written; count this part again") from None
    return part


def plan_document(plan: Plan) -> dict[str, Any]:
    """The JSON document of a plan."""
    layers = json.loads(json_network.encode(type(plan.network)(plan.network.layers)))
    domain = json_domain.document_of(plan.domain)
    return {"network": layers, "domain": domain, "notion": plan.notion, "shards": plan.shards}


def plan_of(document: dict[str, Any]) -> Plan:
    """The plan that a JSON document describes.

    Raises
    ------
    InputError
        If it describes none.
    """
    network, domain = json_network.network_of(document["network"]), json_domain.domain_of(document["domain"])
    if type(document["shards"]) is not int or not isinstance(document["notion"], str):
        raise FileFormatError('"shards" is not a number or "notion" is not a text; count this part again')
    domain.check_dimension(network.input_dim)
    return Plan(network, domain, document["notion"], document["shards"])


def _check_header(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileFormatError("it is not a part of a count; give what count-pieces --shard or --checkpoint has written")
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise FileFormatError(f'"version" is {quoted(str(version))}; this program reads version {VERSION}')


def _fill(part: Part, document: dict[str, Any]) -> None:
    """Put what a document says into an empty part; raise anything where that makes no sense."""
    tasks, digest, done, seconds = (document[key] for key in ("tasks", "digest", "done", "seconds"))
    _require(tasks is None or isinstance(digest, str))
    _require(isinstance(done, list) and type(seconds) in (int, float) and math.isfinite(seconds))
    part.split = None if tasks is None else Split(to_count(tasks), digest)
    _require(part.split is None or min(part.plan.most_tasks, 1) <= part.split.tasks <= part.plan.most_tasks)
    part.done = {to_count(task) for task in done}
    _require(sorted(part.done) == done and all(part.split and task < part.split.tasks for task in done))
    part.exact_predicates = to_count(document["exact_predicates"])
    part.seconds = max(0.0, float(seconds))
    part.counters.restore(document["tallies"])
    part.counters.check(document["tallies"], len(part.done), part.complete)


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError


def _canonical(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
