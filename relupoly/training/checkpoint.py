"""The file from which a search that was stopped, or killed, goes on: the tree so far, and the incumbent.

JSON, one object on each line, compressed; numbers that need not be small integers are texts, exact rationals:

* the header {"format": "relupoly-training-checkpoint", "version": 2, "loss", "width", "bias", "output_bias", "digest",
  "neurons", "signs", "output_constant", "nodes", "seconds"}: the question, the incumbent, and what was done;
* the search tree in preorder, as in a certificate (`relupoly.training.certificate`). An inner node is {"split": [class,
  point]}. A finished leaf is {"leaf": proof}, the proof {"dual": [u_1, ...]} or {"terms": [[neuron, coefficient], ...],
  "output_bias"}; or it is {"closed": [ray, ...]}, without a proof, which would take longer than the search: it is made when a
  certificate is written. A leaf to go on from is {"open": {proof, "value"}} or {"waiting": [ray, ...], "value"}, with a lower
  bound. Rays are those that the leaf's relaxation uses: for ray k of the dictionary 2 k + 1, or 2 k + 2 if it is turned round,
  negative for the output weight -1. They are only where the search starts from.

The file is replaced as a whole, so whenever the program dies it holds a tree. Proofs of finished leaves are not repeated: the
program trusts the file as it trusts its own memory, unlike a certificate.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.atomic import replacing
from relupoly.files.streams import Location, display_name, located
from relupoly.training.certificate import data_digest, exact_text
from relupoly.training.problem import Problem
from relupoly.training.proof import Closed, Dual, Key, Open, Part, Residual, Split, Waiting
from relupoly.training.relaxation import Neuron

FORMAT = "relupoly-training-checkpoint"
VERSION = 2

_SECONDS_BETWEEN = 2.0
_SHARE = 10


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
    parts : iterable
        The tree in preorder.
    """

    neurons: tuple[Neuron, ...]
    signs: tuple[int, ...]
    output_bias: Fraction
    nodes: int
    seconds: float
    parts: Iterable[Part]


class TrainingCheckpoint:
    """Keeps a search in a file.

    Parameters
    ----------
    place : path
    problem : Problem
        As it is searched.
    """

    def __init__(self, place: Location, problem: Problem) -> None:
        self._place = Path(place)
        self._question = {
            "loss": problem.loss,
            "width": problem.width,
            "bias": problem.bias,
            "output_bias": problem.output_bias,
            "digest": data_digest(problem),
        }
        self._next = time.monotonic() + _SECONDS_BETWEEN

    def load(self) -> Saved | None:
        """What the file holds; None where there is no file.

        Raises
        ------
        FileFormatError
            If it is no checkpoint, or belongs to another question.
        """
        if not self._place.exists():
            return None
        with located(display_name(self._place)):
            try:
                with gzip.open(self._place, "rt", encoding="utf-8") as stream:
                    return self._decode([json.loads(line) for line in stream])
            except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError):
                raise FileFormatError("it is not a checkpoint of a training; give another file, or remove it") from None

    @property
    def due(self) -> bool:
        """Whether it is time to save again: after two seconds, and ten times as long as saving takes."""
        return time.monotonic() >= self._next

    def save(self, saved: Saved) -> None:
        """Write the file, now."""
        began = time.monotonic()
        with located(display_name(self._place)), replacing(self._place, force=True) as raw, gzip.open(raw, "wt", 1) as stream:
            for line in self._encode(saved):
                stream.write(json.dumps(line) + "\n")
        ended = time.monotonic()
        self._next = ended + max(_SECONDS_BETWEEN, _SHARE * (ended - began))

    def _encode(self, saved: Saved) -> Iterator[Any]:
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

    def _decode(self, lines: list[Any]) -> Saved:
        header = lines[0]
        if (header["format"], header["version"]) != (FORMAT, VERSION):
            raise ValueError
        wrong = [name for name, value in self._question.items() if header[name] != value]
        if wrong:
            what = "other samples" if wrong[0] == "digest" else f"another {wrong[0].replace('_', ' ')}"
            raise FileFormatError(f"it is a checkpoint of a training with {what}; give its own question, or another file")
        neurons = tuple(tuple(map(_exact, neuron)) for neuron in header["neurons"])
        parts = [_part(line) for line in lines[1:]]
        bias = _exact(header["output_constant"])
        return Saved(neurons, tuple(header["signs"]), bias, header["nodes"], header["seconds"], parts)


def _document(part: Part) -> Any:
    if isinstance(part, Split):
        return {"split": [part.place, part.point]}
    if isinstance(part, Open):
        return {"open": {**_proof_document(part.proof), "value": exact_text(part.value)}}
    if isinstance(part, Waiting):
        return {"waiting": _numbers(part.keys), "value": exact_text(part.value)}
    if isinstance(part, Closed):
        return {"closed": _numbers(part.keys)}
    return {"leaf": _proof_document(part)}


def _numbers(keys: Iterable[Key]) -> list[int]:
    """Rays as numbers: odd for orientation 1, even for -1, with the output sign."""
    return [sign * (2 * ray + (1 if orientation > 0 else 2)) for sign, ray, orientation in keys]


def _key(number: int) -> Key:
    ray, opposite = divmod(abs(number) - 1, 2)
    return (1 if number > 0 else -1, ray, -1 if opposite else 1)


def _proof_document(proof: Residual | Dual) -> Any:
    if isinstance(proof, Dual):
        return {"dual": list(map(exact_text, proof.values))}
    terms = [[list(map(exact_text, neuron)), exact_text(coefficient)] for neuron, coefficient in proof.terms]
    return {"terms": terms, "output_bias": exact_text(proof.output_bias)}


def _part(document: Any) -> Part:
    (kind, body), *more = document.items()
    if kind == "split":
        return Split(*map(int, body))
    if kind == "closed":
        return Closed(tuple(map(_key, body)))
    if kind == "waiting":
        return Waiting(tuple(map(_key, body)), _exact(more[0][1]))
    if "dual" in body:
        proof: Residual | Dual = Dual(tuple(map(_exact, body["dual"])))
    else:
        terms = tuple((tuple(int(_exact(entry)) for entry in neuron), _exact(value)) for neuron, value in body["terms"])
        proof = Residual(terms, _exact(body["output_bias"]))
    return Open(proof, _exact(body["value"])) if kind == "open" else proof


def _exact(text: str) -> Fraction:
    from relupoly.exact.rationals import parse_rational

    value = parse_rational(text)
    return Fraction(int(value.p), int(value.q))
