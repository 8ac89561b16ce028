"""What is told of robustness radii: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .numbers import LONGEST, shown
from .words import counted, listed, why_partial

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.analysis.robustness.answer import Robustness
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network

SCHEMA = 1


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes
    ----------
    file : str
        The network, as it was given.
    network : Network
    domain : Domain or DomainUnion
    norms : tuple of str
    target : int or None
        The only other class, from 1.
    level : fmpq or None
        Of one output.
    """

    file: str
    network: Network
    domain: Domain | DomainUnion
    norms: tuple[str, ...]
    target: int | None
    level: fmpq | None


def robustness_report(asked: Asked, found: Sequence[Sequence[Robustness]]) -> Report:
    """What is told of radii.

    Parameters
    ----------
    asked : Asked
    found : sequence of sequences of Robustness
        For each point, in each norm.
    """
    return Report(
        lambda: robustness_document(asked, found), lambda: list(robustness_text(asked, found)), code_of(_stopped(found))
    )


def _stopped(found: Sequence[Sequence[Robustness]]) -> str | None:
    """Why not all is known."""
    reasons = {one.stopped for some in found for one in some if one.stopped}
    return next((reason for reason in ("interrupted", "deadline", "limit") if reason in reasons), None)


def robustness_document(asked: Asked, found: Sequence[Sequence[Robustness]]) -> dict[str, Any]:
    """The answer for JSON; numbers are exact, as texts."""
    return {
        "schema": SCHEMA,
        "file": asked.file,
        "domain": asked.domain.name,
        "inputs": asked.network.input_dim,
        "outputs": asked.network.output_dim,
        "target": asked.target,
        "level": None if asked.level is None else str(asked.level),
        "points": [
            {
                "point": _texts(some[0].point),
                "class": _class(some[0].label, asked),
                "radii": [_radius(one, norm, asked) for norm, one in zip(asked.norms, some, strict=True)],
            }
            for some in found
        ],
        "complete": _stopped(found) is None,
        "stopped": _stopped(found),
        "seconds": round(sum(one.seconds for some in found for one in some), 6),
    }


def _radius(found: Robustness, norm: str, asked: Asked) -> dict[str, Any]:
    return {
        "norm": norm,
        "value": _text(found.value),
        "squared": _text(found.squared),
        "lower": _text(found.lower),
        "upper": _text(found.upper),
        "float": float(found) if isfinite(float(found)) else None,
        "nearest": None if found.nearest is None else _texts(found.nearest),
        "values": None if found.outputs is None else _texts(found.outputs),
        "class": None if found.rival is None else _class(found.rival, asked),
        "pattern": None if found.pattern is None else list(found.pattern),
        "cells": found.cells,
        "boxes": found.boxes,
        "complete": found.complete,
        "stopped": found.stopped,
        "seconds": round(found.seconds, 6),
    }


def _class(label: int, asked: Asked) -> int | str:
    """The number of an output, from 1; of one output the side of the level."""
    if asked.network.output_dim > 1:
        return label + 1
    return "above" if label > 0 else "below"


def _text(value: fmpq | None) -> str | None:
    return None if value is None else str(value)


def _texts(entries: Sequence[fmpq]) -> list[str]:
    return [str(entry) for entry in entries]


def robustness_text(asked: Asked, found: Sequence[Sequence[Robustness]]) -> Iterator[str]:
    """The answer for people, in lines."""
    from relupoly.files.streams import display_name

    every = [one for some in found for one in some]
    numbers = ((sum(one.cells for one in every), "cell"), (sum(one.boxes for one in every), "box"))
    seen = ", ".join(counted(number, noun) for number, noun in numbers if number) or "no cell"
    reason = _stopped(found)
    partial = f" seen, {why_partial(reason)}: what follows are bounds" if reason else ""
    yield f"{display_name(asked.file)} on {asked.domain.name}: {seen}{partial}"
    for some in found:
        yield f"  {'point':<9}  {_point(some[0].point)}, {_described(some[0], asked)}"
        for norm, one in zip(asked.norms, some, strict=True):
            yield f"  {norm + '-norm':<9}  {_told(one)}"
            if one.nearest is not None and one.pattern is not None:
                reached = _reached(one, asked)
                yield f"  {'':<9}  {reached} at {_point(one.nearest)}"
    yield f"  {'time':<9}  {sum(one.seconds for one in every):.2f} s"


def _described(found: Robustness, asked: Asked) -> str:
    if asked.network.output_dim > 1:
        other = "" if asked.target is None else f"; only y{asked.target} counts as another"
        return f"of class y{found.label + 1}{other}"
    return f"{'above' if found.label > 0 else 'below'} level {asked.level or 0}"


def _reached(found: Robustness, asked: Asked) -> str:
    """What is so at the nearest point."""
    assert found.rival is not None
    if asked.network.output_dim > 1:
        return f"y{found.rival + 1} is as large" if found.complete else f"class y{found.rival + 1}"
    return f"level {asked.level or 0} is reached" if found.complete else f"{'above' if found.rival > 0 else 'below'} it"


def _told(found: Robustness) -> str:
    """The radius, or its bounds."""
    if found.lower is None or not found.complete:
        return found.summary
    if found.value is not None:
        about = "" if len(str(found.value)) <= LONGEST else f"about {float(found)!r}, rounded down; exactly with --json"
        return about or shown(found.value)
    root = f", the square root of {found.squared}" if len(str(found.squared)) <= LONGEST else ""
    return f"{float(found)!r}, rounded down{root}"


def _point(entries: Sequence[fmpq]) -> str:
    return f"({listed([shown(entry) for entry in entries])})"
