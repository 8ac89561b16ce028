"""Mutations of JSON as trees: documents that stay JSON, and are wrong in what they say."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

Chance = random.Random

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3, 255, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**30, 10**400),
    *(0.5, -0.0, 1e308, 5e-324, float("nan"), float("inf"), -float("inf")),
    *("", "0", "-1", "1/3", "1/0", "0.1", "1e9999", "1e999999999", "nan", "inf", "9" * 5000, "1/" + "9" * 3000, "\x00"),
    *("\ud800", "\u0661", "\u202e", "\x1b[31m", "../x", "/dev/zero", "-", "AAAA", "open", "all", "json"),
    *([], {}, [[]], [[], []], [None], [0], [[0]], [["1/3"]], {"": 0}, {"a": {}}, [[[0]]]),
)
# A text in place of one of these stands for a JSON number of its own spelling, which Python's writer would not make.
_SPELLINGS = ("1e999999999", "-1e-999999999", "1" * 5000, "0.1e400", "-0", "1E+2", "0." + "3" * 3000, "7e-330")
_MARK = "relupoly-fuzz-number"
_DEPTH = 3_000


def mutate_json(data: bytes, chance: Chance) -> bytes | None:
    """One mutation of a document, or of one line of JSON; None where there is none."""
    lines = data.split(b"\n")
    if len([line for line in lines if line.strip()]) > 1:
        changed = _mutate_lines(lines, chance)
        if changed is not None:
            return changed
    document = _parsed(data)
    return None if document is None else _text(_mutated(document[0], chance), chance)


def _mutate_lines(lines: list[bytes], chance: Chance) -> bytes | None:
    """A mutation of a file with a document on each line."""
    if any(line.strip() and _parsed(line) is None for line in lines[:1]):
        return None
    place = chance.randrange(len(lines))
    kind = chance.random()
    if kind < 0.1:
        lines = lines[:place] + lines[place + 1 :]
    elif kind < 0.2:
        lines = [*lines[:place], lines[place], *lines[place:]]
    elif kind < 0.3:
        lines = chance.sample(lines, len(lines))
    else:
        document = _parsed(lines[place])
        if document is None:
            return None
        lines = [*lines[:place], _text(_mutated(document[0], chance), chance), *lines[place + 1 :]]
    return b"\n".join(lines)


def _parsed(data: bytes) -> tuple[Any] | None:
    """A document in a tuple, since it may be None itself."""
    try:
        return (json.loads(data),)
    except (ValueError, RecursionError):
        return None


def _mutated(document: Any, chance: Chance) -> Any:
    document = copy.deepcopy(document)
    places = list(_places(document))
    if not places or chance.random() < 0.02:
        return _value(document, chance)
    container, key = chance.choice(places)
    kind = chance.random()
    if kind < 0.55:
        container[key] = _value(container[key], chance)
    elif kind < 0.7:
        del container[key]
    elif kind < 0.8:
        other, elsewhere = chance.choice(places)
        container[key] = copy.deepcopy(other[elsewhere])
    elif isinstance(container, list):
        container.insert(key, copy.deepcopy(container[key]))
    else:
        container[chance.choice(("", "x", key.upper(), key + "s", " " + key))] = container.pop(key)
    return document


def _places(document: Any) -> Any:
    """Every value in a tree, as its container and key."""
    waiting = [document]
    while waiting:
        container = waiting.pop()
        keys = list(container) if isinstance(container, dict) else range(len(container)) if isinstance(container, list) else ()
        for key in keys:
            yield container, key
            waiting.append(container[key])


def _value(old: Any, chance: Chance) -> Any:
    kind = chance.random()
    if kind < 0.15 and isinstance(old, int):
        return old + chance.choice((-1, 1, 2, -old - 1, old * 2**40))
    if kind < 0.25:
        return _MARK + chance.choice(_SPELLINGS)
    if kind < 0.3:
        return [old]
    if kind < 0.34 and isinstance(old, list):
        return old * chance.choice((0, 2, 100))
    if kind < 0.38 and isinstance(old, (str, int)):
        return str(old) if isinstance(old, int) else old[: chance.randrange(len(old) + 1)]
    if kind < 0.4:
        return f"{_MARK}{'[' * _DEPTH}{']' * _DEPTH}"
    return copy.deepcopy(chance.choice(VALUES))


def _text(document: Any, chance: Chance) -> bytes:
    text = json.dumps(document, ensure_ascii=chance.random() < 0.8)
    while f'"{_MARK}' in text:
        before, _, after = text.partition(f'"{_MARK}')
        number, _, rest = after.partition('"')
        text = before + number + rest
    if chance.random() < 0.03 and text.startswith("{") and len(text) > 2:
        text = text[:-1] + "," + text[1:]  # every key twice
    return text.encode("utf-8", "surrogatepass")
