"""`Target`: something that reads input, with inputs to start from, and what must be true of whatever it accepts."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from archive_mutations import mutate_archive
from bytes_mutations import mutate_bytes
from json_mutations import mutate_json
from table_mutations import mutate_table

# How a target's inputs may be understood by mutations; bytes they always are.
JSON, TABLE, ARCHIVE = "json", "table", "archive"
_AWARE = {JSON: mutate_json, TABLE: mutate_table, ARCHIVE: mutate_archive}

_SHARE_AWARE = 0.65  # of mutations; the rest know nothing of the form, and find what the others cannot
_MOST_MUTATIONS = 4  # in one input: more of them rarely leave anything that gets past the first check
_LARGEST = 200_000  # bytes; what takes long over more than that is large, not hostile
_SHARE_UNSEALED = 0.04  # of inputs left without a repaired checksum, or damaged after it


class Broken(AssertionError):
    """An input was accepted, but what came out of it is not what it must be."""


def require(condition: object, what: str) -> None:
    """Raise `Broken` unless a condition holds."""
    if not condition:
        raise Broken(what)


def _same(data: bytes) -> bytes:
    return data


@dataclass(frozen=True)
class Target:
    """A reader, as the fuzzer sees it.

    Attributes
    ----------
    name : str
    seeds : callable
        Makes inputs that are accepted.
    check : callable
        Reads an input. An error of the library says that it is refused; any other exception is a finding, and so is
        `Broken`: the input was accepted, and what came out of it is wrong.
    forms : tuple of str
        JSON, TABLE, ARCHIVE: what its inputs are, for mutations that know of structure.
    tokens : tuple of bytes
        The words of the format.
    opened, sealed : callable
        From an input to what mutations are made on, and back: compression, checksums.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    check: Callable[[bytes], None]
    forms: tuple[str, ...] = ()
    tokens: tuple[bytes, ...] = ()
    opened: Callable[[bytes], bytes] = _same
    sealed: Callable[[bytes], bytes] = _same
    _made: list[bytes] = field(default_factory=list, compare=False)

    @property
    def inputs(self) -> list[bytes]:
        """The inputs to start from, as mutations see them; made once."""
        if not self._made:
            self._made.extend(self.opened(seed) for seed in self.seeds())
        return self._made

    def case(self, seed: int, number: int) -> bytes:
        """An input, always the same for the same numbers; the first ones are the seeds themselves."""
        inputs = self.inputs
        if number < len(inputs):
            return self.sealed(inputs[number])
        chance = random.Random(f"{seed} {self.name} {number}")
        data = chance.choice(inputs)
        for _ in range(chance.randint(1, _MOST_MUTATIONS)):
            data = self._mutated(data, chance)[:_LARGEST]
        if chance.random() < _SHARE_UNSEALED:
            return mutate_bytes(self.sealed(data), inputs, self.tokens, chance)
        return self.sealed(data)

    def _mutated(self, data: bytes, chance: random.Random) -> bytes:
        if self.forms and chance.random() < _SHARE_AWARE:
            changed = _AWARE[chance.choice(self.forms)](data, chance)
            if changed is not None:
                return changed
        return mutate_bytes(data, self.inputs, self.tokens, chance)
