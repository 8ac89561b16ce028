"""Mutations of tables and of texts made of words: cells, rows and columns added, left out, exchanged, made strange."""

from __future__ import annotations

import random
import re

from bytes_mutations import TOKENS

Chance = random.Random
_CELLS = re.compile(rb"([,;\t ]+)")


def mutate_table(data: bytes, chance: Chance) -> bytes:
    """One mutation of lines of cells, whatever separates these."""
    lines = data.split(b"\n")
    place = chance.randrange(len(lines))
    kind = chance.random()
    if kind < 0.1:
        lines.insert(place, lines[chance.randrange(len(lines))])
    elif kind < 0.2:
        lines.pop(place)
    elif kind < 0.3:
        other = chance.randrange(len(lines))
        lines[place], lines[other] = lines[other], lines[place]
    elif kind < 0.4:
        return _separated(data, chance)
    elif kind < 0.45:
        lines[place : place + 1] = [lines[place]] * chance.choice((0, 3, 2000))
    else:
        lines[place] = _cells(lines[place], chance)
    return b"\n".join(lines)


def _cells(line: bytes, chance: Chance) -> bytes:
    """A line with one cell changed, doubled or left out; separators stand between the cells of the split."""
    cells = _CELLS.split(line)
    place = chance.randrange(len(cells))
    kind = chance.random()
    if kind < 0.6:
        cells[place] = chance.choice(TOKENS)
    elif kind < 0.75:
        cells = cells[:place] + cells[place + 2 :]
    elif kind < 0.9:
        cells = cells[:place] + cells[place : place + 2] * chance.choice((2, 500)) + cells[place:]
    else:
        chance.shuffle(cells)
    return b"".join(cells)


def _separated(data: bytes, chance: Chance) -> bytes:
    """Another separator, everywhere."""
    old, new = chance.choice((b",", b";", b"\t", b" ", b"\n")), chance.choice((b",", b";", b"\t", b" ", b", ", b"\r\n", b"\r"))
    return data.replace(old, new)
