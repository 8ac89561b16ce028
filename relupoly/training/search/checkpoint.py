"""The file from which a search that was stopped, or killed, goes on: the tree so far, and the incumbent.

JSON, one object on each line, compressed; numbers that need not be small integers are texts, exact rationals:

* the header {"format": "relupoly-training-checkpoint", "version": 3, "loss", "width", "bias", "output_bias", "digest",
  "neurons", "signs", "output_constant", "nodes", "seconds"}: the question, the incumbent, and what was done;
* the search tree in preorder, as in a certificate (`relupoly.training.proof.certificate`). An inner node is {"split": [class,
  point]}, a finished leaf {"closed": [ray, ...]}, a leaf to go on from {"waiting": [ray, ...]}. Rays are those that the
  leaf's relaxation uses: for ray k of the table 2 k + 1, or 2 k + 2 if it is turned round, negative for the output
  weight -1. They are only where the search starts from;
* the end {"end": {"lines", "sha256"}}, with the number and the digest of all lines before it.

The file is replaced as a whole, so whenever the program dies it holds a tree; the digest tells what a disk or a copy damaged.
It proves nothing, since whoever changes the file can mend the digest. So there are no bounds and no proofs in it: the
incumbent's loss is evaluated anew, and each leaf is proved against it again, or searched.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from relupoly.disk.atomic import replacing
from relupoly.disk.plain import open_plain
from relupoly.disk.sizes import size_text
from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.fractions import exact_text, parse_fraction
from relupoly.files.streams import Location, display_name, located
from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.evaluation import Neuron
from relupoly.training.problem.lifted import Lifted
from relupoly.training.proof.certificate import data_digest
from relupoly.training.proof.proof import Closed, Key, Part, Split, Waiting
from relupoly.training.search.feature_codes import key_of, number_of
from relupoly.training.search.saved_tree import SavedTree

FORMAT = "relupoly-training-checkpoint"
VERSION = 3

# Saving is due after so long, and after ten times as long as it takes: so it costs a tenth of the time at most.
_SECONDS_BETWEEN, _SHARE = 2.0, 10
# They are read in a millisecond: so a small checkpoint gives its net even where there is no time at all.
_LINES_BETWEEN = 256
# Counts of nodes stay below what machine words count, and times below the age of the universe.
_MOST_NODES = 2**63
_MOST_SECONDS = 1e18
# JSON in memory takes some ten times as much as its text: so no line may take more than a share of what is allowed.
_SHARE_OF_A_LINE = 64
# A line may be so long in any case: it holds a net, or the rays of a leaf, of which there are no more than samples.
_LINE = 2**20
_NO_CHECKPOINT = "it is not a checkpoint of a training; give another file, or remove it"


@dataclass(frozen=True)
class Saved:
    """What a checkpoint holds.

    Attributes
    ----------
    neurons, signs, output_bias
        The incumbent, in lifted coordinates.
    nodes : int
        How many nodes were bounded.
    seconds : float
        The time that all runs took so far.
    parts : iterable of Part, or SavedTree
        The tree in preorder; where it was read from a file, with a shape that was checked.
    """

    neurons: tuple[Neuron, ...]
    signs: tuple[int, ...]
    output_bias: Fraction
    nodes: int
    seconds: float
    parts: Iterable[Part] | SavedTree

    @property
    def most_ray(self) -> int:
        """The largest number of a ray that a leaf names; -1 if none does."""
        return self.parts.most_ray() if isinstance(self.parts, SavedTree) else -1


class TrainingCheckpoint:
    """Keeps a search in a file.

    Parameters
    ----------
    place : path
    lifted : Lifted
        The problem as it is searched.
    memory : int
        In bytes: a file that expands to more is refused.
    """

    def __init__(self, place: Location, lifted: Lifted, memory: int) -> None:
        problem = lifted.problem
        self._place = Path(place)
        self._lifted = lifted
        self._memory = memory
        self._question = {
            "loss": problem.loss,
            "width": problem.width,
            "bias": problem.bias,
            "output_bias": problem.output_bias,
            "digest": data_digest(problem),
        }
        self._next = time.monotonic() + _SECONDS_BETWEEN

    def load(self, run: Run = UNLIMITED) -> Saved | None:
        """What the file holds; None where there is no file.

        Parameters
        ----------
        run : Run

        Raises
        ------
        FileFormatError
            If it is no checkpoint, or is damaged, or belongs to another question.
        """
        with located(display_name(self._place)):
            try:
                raw = open_plain(self._place)
                if raw is None:
                    return None
                with raw, gzip.GzipFile(fileobj=raw) as stream:
                    return self._decode(_Lines(stream, self._memory, run))
            except (OSError, EOFError, zlib.error, NumberError, ValueError, KeyError, TypeError, IndexError, RecursionError):
                raise FileFormatError(_NO_CHECKPOINT) from None

    @property
    def due(self) -> bool:
        """Whether it is time to save again: after two seconds, and ten times as long as saving takes."""
        return time.monotonic() >= self._next

    def save(self, saved: Saved) -> None:
        """Write the file, now."""
        began = time.monotonic()
        try:
            name = display_name(self._place)
            with located(name), replacing(self._place, force=True) as raw, gzip.GzipFile("", "wb", 1, raw) as stream:
                _write(stream, self._encode(saved))
        finally:
            ended = time.monotonic()
            self._next = ended + max(_SECONDS_BETWEEN, _SHARE * (ended - began))

    def _encode(self, saved: Saved) -> Iterator[Any]:
        assert not isinstance(saved.parts, SavedTree)
        yield {
            "format": FORMAT,
            "version": VERSION,
            **self._question,
            "neurons": [list(map(exact_text, neuron)) for neuron in saved.neurons],
            "signs": list(saved.signs),
            "output_constant": exact_text(saved.output_bias),
            "nodes": saved.nodes,
            "seconds": saved.seconds,
        }
        for part in saved.parts:
            yield _document(part)

    def _decode(self, lines: _Lines) -> Saved:
        header = lines.next()
        self._check_question(header)
        width, rank = self._lifted.problem.width, self._lifted.rank
        neurons = tuple(tuple(map(parse_fraction, neuron)) for neuron in _list(header["neurons"], width, "neurons"))
        signs = tuple(map(_integer, _list(header["signs"], width, "signs")))
        if any(len(neuron) != rank for neuron in neurons) or any(abs(sign) != 1 for sign in signs):
            raise FileFormatError(f"its net has not {rank} rationals for each neuron, and signs 1 or -1")
        bias = parse_fraction(header["output_constant"])
        nodes, seconds = _integer(header["nodes"]), header["seconds"]
        if not (type(seconds) in (int, float) and 0 <= seconds < _MOST_SECONDS and 0 <= nodes < _MOST_NODES):
            raise FileFormatError("its nodes and seconds are no numbers of things that were done")
        if bias and not self._lifted.problem.output_bias:
            raise FileFormatError("its net has an output bias, which the question does not allow")
        tree = SavedTree(map(_part, lines.until_end()), width, len(self._lifted.vectors), UNLIMITED.also(lines.tick))
        return Saved(neurons, signs, bias, nodes, float(seconds), tree)

    def _check_question(self, header: Any) -> None:
        if header["format"] != FORMAT:
            raise ValueError
        version = _integer(header["version"])
        if version != VERSION:
            raise FileFormatError(
                f"it is a checkpoint of version {version}, and this program goes on from version {VERSION} only; "
                "remove it, or give another file"
            )
        wrong = [name for name, value in self._question.items() if json.dumps(header[name]) != json.dumps(value)]
        if wrong:
            what = "other samples" if wrong[0] == "digest" else f"another {wrong[0].replace('_', ' ')}"
            raise FileFormatError(f"it is a checkpoint of a training with {what}; give its own question, or another file")


class _Lines:
    """The lines of a file, one at a time, with a limit on their length, and their digest."""

    def __init__(self, stream: gzip.GzipFile, memory: int, run: Run) -> None:
        self._run = run
        self._asked = 0
        self._stream = stream
        self._left = self._memory = memory
        self._count = 0
        self._digest = hashlib.sha256()

    def tick(self) -> None:
        """Ask whether to stop, now and then."""
        self._asked += 1
        if self._asked % _LINES_BETWEEN == 0:
            self._run.tick()

    def next(self) -> Any:
        """The next line, which is not the last."""
        self.tick()
        most = max(_LINE, self._memory // _SHARE_OF_A_LINE)
        text = self._stream.readline(most + 1)
        self._left -= len(text)
        if self._left < 0:
            raise FileFormatError(f"it expands to more than the {size_text(self._memory)} of memory allow; allow more")
        if len(text) > most:
            share = "" if most == _LINE else f", 1/{_SHARE_OF_A_LINE} of the memory"
            raise FileFormatError(f"line {self._count + 1} expands to more than {size_text(most)}{share}; allow more memory")
        document = json.loads(text)
        if not (isinstance(document, dict) and text.endswith(b"\n")):
            raise ValueError
        if "end" in document:
            self._end(document["end"])
        self._digest.update(text)
        self._count += 1
        return document

    def until_end(self) -> Iterator[Any]:
        """The lines up to the last one, which has to fit them."""
        while "end" not in (document := self.next()):
            yield document
        if self._stream.read(1):
            raise ValueError

    def _end(self, end: Any) -> None:
        if end != {"lines": self._count, "sha256": self._digest.hexdigest()}:
            raise FileFormatError("it is damaged: its lines have not the digest at its end; remove it, or give another file")


def _write(stream: gzip.GzipFile, documents: Iterable[Any]) -> None:
    """Write documents line by line, and the digest of the lines at their end."""
    digest, count = hashlib.sha256(), 0
    for document in documents:
        line = json.dumps(document).encode() + b"\n"
        digest.update(line)
        count += 1
        stream.write(line)
    stream.write(json.dumps({"end": {"lines": count, "sha256": digest.hexdigest()}}).encode() + b"\n")


def _document(part: Part) -> Any:
    if isinstance(part, Split):
        return {"split": [part.place, part.point]}
    return {"closed" if isinstance(part, Closed) else "waiting": list(map(number_of, part.keys))}


def _part(document: Any) -> Part:
    ((kind, numbers),) = document.items()
    if kind == "split":
        return Split(*map(_integer, _list(numbers, 2, "numbers of a split")))
    if kind not in ("closed", "waiting"):
        raise ValueError
    keys: tuple[Key, ...] = tuple(key_of(_integer(number)) for number in _list(numbers))
    return Closed(keys) if kind == "closed" else Waiting(keys)


def _list(entries: Any, length: int | None = None, what: str = "") -> list[Any]:
    if not isinstance(entries, list):
        raise TypeError
    if length is not None and len(entries) != length:
        raise FileFormatError(f"it has {len(entries)} {what} where {length} belong")
    return entries


def _integer(number: Any) -> int:
    # True is an integer to Python, and to nobody else.
    if type(number) is not int:
        raise TypeError
    return number
