"""Forged parts, with the checksum that they should have: one line, or an answer; never a traceback, never a hang."""

import json
import random
from pathlib import Path

import pytest
from command import assert_refused, run
from oracles.merging import NETS

from relupoly.errors import InputError
from relupoly.parallel.part_file import _canonical, _checksum, decode, encode
from relupoly.parallel.run import count_part
from relupoly.pieces.count import count_pieces

HOSTILE = Path(__file__).parent / "hostile"
STRANGE = "it is no part that relupoly has written; count this part again"


def document(name, notion="all", shard=(1, 1)):
    return json.loads(encode(count_part(NETS[name], notion=notion, shard=shard)))


TRAP = document("trap")
TALLIES = TRAP["tallies"]


def sealed(document):
    """The bytes of a changed document, with the checksum that it should have."""
    document = {key: value for key, value in document.items() if key != "checksum"}
    return json.dumps(document | {"checksum": _checksum(_canonical(document))}).encode()


def merged(data):
    """What merge makes of a part: its count, or the line that refuses it."""
    try:
        part = decode(data)
        part.finish()
        return part.count()
    except InputError as error:
        [line] = str(error).splitlines()
        return line


def changed(document, path, value):
    """A document with another value at a place."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return copy


def places(value, path=()):
    """All places in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def test_a_fingerprint_that_is_too_large():
    assert_refused(run("merge", HOSTILE / "part_tb.part"), "part_tb.part: ", STRANGE)


def test_a_name_with_control_characters_is_read():
    assert decode((HOSTILE / "esc.part").read_bytes()).count().pieces == 28


FALSE = {
    "more cells than the other notions have": ("activation", "count", TALLIES["activation"]["count"] + 1),
    "fewer cells than tasks": ("activation", "count", 1),
    "more strict cells than cells": ("strict", "count", TALLIES["activation"]["count"] + 1),
    "more plain cells than cells": ("patterns", "plain", TALLIES["activation"]["count"] + 1),
    "fewer patterns than cells": ("patterns", "patterns", ""),
    "settled counts that contradict the others": ("closed", "settled", [0, 10**6]),
    "fewer closed pieces than functions": ("closed", "settled", [0, 0]),
    "a function twice": ("closed", "pieces", TALLIES["closed"]["pieces"] * 2),
    "functions in another order": ("closed", "pieces", TALLIES["closed"]["pieces"][::-1]),
    "a function without pieces": ("closed", "pieces", [[one, 0] for one, _ in TALLIES["closed"]["pieces"]]),
    "more pieces than there are": ("closed", "pieces", [[one, 99] for one, _ in TALLIES["closed"]["pieces"]]),
    "as many merges as cells": ("closed", "open", TALLIES["closed"]["open"] | {"merges": TALLIES["closed"]["open"]["cells"]}),
    "something more": ("closed", "more", 1),
}


@pytest.mark.parametrize("name", FALSE)
def test_counts_that_contradict_each_other(name):
    counter, key, value = FALSE[name]
    assert merged(sealed(changed(TRAP, ("tallies", counter), TALLIES[counter] | {key: value}))) == STRANGE


@pytest.mark.parametrize(
    "change",
    [{"tasks": 257}, {"tasks": 10**15}, {"tasks": 0}, {"done": []}, {"done": TRAP["done"][::-1]}, {"seconds": float("inf")}],
)
def test_tasks_that_cannot_be(change):
    assert merged(sealed(TRAP | change)) == STRANGE


def test_an_unfinished_part_is_not_settled():
    part = document("trap", shard=(1, 2))
    closed = part["tallies"]["closed"] | {"settled": [0, 6]}
    assert merged(sealed(changed(part, ("tallies", "closed"), closed))) == STRANGE


@pytest.mark.parametrize("notion", ["affine", "closed"])
def test_functions_that_the_net_has_not(notion):
    """A second walk over the cells looks for them, and finds none."""
    one = json.loads(encode(count_part(NETS["trap"], notion=notion, shard=(1, 2))))
    part = decode(sealed(one))
    functions = part.counters._counters[notion]._functions
    functions.add(12345)
    functions.add(12345)
    other = count_part(NETS["trap"], notion=notion, shard=(2, 2))
    part.merge(other)
    with pytest.raises(InputError, match="a part holds functions that its network does not have; count its parts again"):
        part.finish()


VALUES = [
    None,
    True,
    0,
    -1,
    1,
    3,
    2**31,
    2**62,
    2**64,
    10**30,
    0.5,
    1e400,
    "",
    "x",
    "AAAA",
    "/////////98=",
    [],
    {},
    [[]],
    [1, 2],
]


@pytest.mark.parametrize("name", ["trap", "hill", "sawtooth", "dead layer", "no hidden layer", "zeros"])
@pytest.mark.parametrize("shard", [(1, 1), (2, 3)])
def test_any_change_gives_one_line_or_an_answer(name, shard):
    """Wherever a value is changed: a count that contradicts nothing may pass, but then it is one."""
    chance = random.Random(f"{name} {shard}")
    original = document(name, shard=shard)
    everywhere = [path for path in places(original) if path != ("checksum",)]
    refused = 0
    for _ in range(120):
        path = chance.choice(everywhere)
        value = at(original, path)
        other = chance.choice(
            [*VALUES, *([value + 1, value * 7] if type(value) is int else []), at(original, chance.choice(everywhere))]
        )
        found = merged(sealed(changed(original, path, other)))
        refused += isinstance(found, str)
        if path[0] == "tallies" and not isinstance(found, str) and found.complete and other != value:
            # What the counters of other notions do not contradict is one number that nothing else depends on.
            right = count_pieces(NETS[name], notion="all").counts
            assert sum(right[notion] != found.counts[notion] for notion in right) <= 1
    assert refused > 60


@pytest.mark.parametrize("name", ["trap", "hill"])
def test_any_cut_gives_one_line(name):
    data = encode(count_part(NETS[name], notion="all"))
    chance = random.Random(name)
    for _ in range(60):
        start = chance.randrange(len(data))
        end = start + chance.choice([0, 1, 5, 100])
        cut = data[:start] + chance.choice([b"", b"[", b'"', b"\xff", b"\0", b"{" * 50]) + data[end:]
        # The line feed at the end is no part of the document.
        if cut.rstrip() != data.rstrip():
            assert isinstance(merged(cut), str)
