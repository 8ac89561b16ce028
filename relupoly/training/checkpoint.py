"""The file from which a search that was stopped, or killed, goes on: the tree so far, and the incumbent.

JSON, one object on each line, compressed: a header with the question and the incumbent, then the tree in preorder. It is
replaced as a whole, so whenever the program dies the file holds a tree.
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
from relupoly.training.proof import Dual, Item, Open, Residual, Split
from relupoly.training.relaxation import Neuron

FORMAT = "relupoly-training-checkpoint"
VERSION = 1

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
    items : tuple
        The tree in preorder.
    """

    neurons: tuple[Neuron, ...]
    signs: tuple[int, ...]
    output_bias: Fraction
    nodes: int
    seconds: float
    items: Iterable[Item]


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
        for item in saved.items:
            yield _item_document(item)

    def _decode(self, lines: list[Any]) -> Saved:
        header = lines[0]
        if (header["format"], header["version"]) != (FORMAT, VERSION):
            raise ValueError
        wrong = [name for name, value in self._question.items() if header[name] != value]
        if wrong:
            what = "other samples" if wrong[0] == "digest" else f"another {wrong[0].replace('_', ' ')}"
            raise FileFormatError(f"it is a checkpoint of a training with {what}; give its own question, or another file")
        neurons = tuple(tuple(map(_exact, neuron)) for neuron in header["neurons"])
        items = [_item(line) for line in lines[1:]]
        bias = _exact(header["output_constant"])
        return Saved(neurons, tuple(header["signs"]), bias, header["nodes"], header["seconds"], items)


def _item_document(item: Item) -> Any:
    if isinstance(item, Split):
        return {"split": [item.place, item.point]}
    if isinstance(item, Open):
        return {"open": {**_proof_document(item.proof), "value": exact_text(item.value)}}
    return {"leaf": _proof_document(item)}


def _proof_document(proof: Residual | Dual) -> Any:
    if isinstance(proof, Dual):
        return {"dual": list(map(exact_text, proof.values))}
    terms = [[list(map(exact_text, neuron)), exact_text(coefficient)] for neuron, coefficient in proof.terms]
    return {"terms": terms, "output_bias": exact_text(proof.output_bias)}


def _item(document: Any) -> Item:
    [(kind, body)] = document.items()
    if kind == "split":
        return Split(*map(int, body))
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
