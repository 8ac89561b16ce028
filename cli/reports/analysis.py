"""What is told of an analysis: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..exit_codes import CHECK_FAILED, code_of
from ..output.report import Report
from .analysis_distribution import NOWHERE, Points, distribution_documents, distribution_lines
from .analysis_levels import levels_document, levels_text
from .analysis_lipschitz import lipschitz_document, lipschitz_lines
from .analysis_shape import shape_document, shape_text
from .analysis_stable import compressed_document, compressed_text, stable_document, stable_text
from .numbers import about, shown_point
from .words import counted, why_partial

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.analysis.analysis import Analysis
    from relupoly.analysis.compression import Compression
    from relupoly.analysis.largest import Extremum
    from relupoly.analysis.moments import Moments
    from relupoly.analysis.recomputation import Recomputed
    from relupoly.networks.network import Network

SCHEMA = 1


def analysis_report(
    file: str,
    network: Network,
    found: Analysis,
    only: Sequence[str],
    norm: str,
    objective: Sequence[Any] | None,
    smaller: tuple[Compression, str | None] | None = None,
    points: Points = NOWHERE,
    certificate: str | None = None,
    checked: Recomputed | None = None,
) -> Report:
    """What is told of an analysis.

    Parameters
    ----------
    file : str
        The network, as it was given.
    network : Network
    found : Analysis
    only : sequence of str
        What was asked for.
    norm : str
    objective : sequence of fmpq, optional
    smaller : pair of Compression and (str or None), optional
        A smaller net, and the file that it is in.
    points : Points, optional
        Where distributions are told.
    certificate : str, optional
        The file that proves it.
    checked : Recomputed, optional
        What a recomputation says.
    """
    from relupoly.files.streams import display_name

    def document() -> dict[str, Any]:
        told = analysis_document(file, network, found, only, norm, objective)
        if found.distribution is not None:
            told["distribution"] = distribution_documents(found.distribution, points)
        told["compressed"] = compressed_document(*smaller) if smaller else None
        told["certificate"] = certificate
        told["checked"] = _checked(checked) if checked else None
        return told

    def text() -> list[str]:
        *lines, time = analysis_text(file, found, only, norm, objective)
        lines += distribution_lines(found.distribution or (), points)
        lines += [compressed_text(*smaller)] if smaller else []
        if certificate is not None:
            lines.append(f"  proof      in {display_name(certificate)}, for relupoly check")
        lines += [f"  check      {_checked_text(checked)}"] if checked else []
        return [*lines, time]

    wrong = checked is not None and not checked.agrees
    return Report(document, text, CHECK_FAILED if wrong else code_of(found.stopped))


def analysis_document(
    file: str, network: Network, found: Analysis, only: Sequence[str], norm: str, objective: Sequence[Any] | None
) -> dict[str, Any]:
    """The answer for JSON; numbers are exact, as texts."""
    return {
        "schema": SCHEMA,
        "file": file,
        "domain": found.domain.name,
        "inputs": network.input_dim,
        "outputs": network.output_dim,
        "asked": list(only),
        "lipschitz": lipschitz_document(found.lipschitz, norm) if found.lipschitz else None,
        "objective": None if objective is None else [str(entry) for entry in objective],
        "max": [_extremum(one) for one in found.maximum] if found.maximum is not None else None,
        "min": [_extremum(one) for one in found.minimum] if found.minimum is not None else None,
        "moments": _moments(found.moments) if found.moments else None,
        "shape": shape_document(found.shape) if found.shape else None,
        "stable": stable_document(found.stable) if found.stable else None,
        "distribution": None,
        **levels_document(found),
        "cells": found.cells,
        "boxes": found.boxes,
        "complete": found.complete,
        "stopped": found.stopped,
        "seconds": round(found.seconds, 6),
    }


def _checked(found: Recomputed) -> dict[str, Any]:
    return {"cells": found.cells, "agrees": found.agrees, "quantities": found.quantities}


def _checked_text(found: Recomputed) -> str:
    seen = f"{counted(found.cells, 'cell')} looked at again by exact linear programs"
    wrong = [name for name, agrees in found.quantities.items() if not agrees]
    return f"{seen}: WRONG: {', '.join(wrong)}" if wrong else f"{seen}: the same"


def _extremum(found: Extremum) -> dict[str, Any]:
    return {
        "value": None if found.value is None else str(found.value),
        "point": _texts(found.point),
        "ray": None if found.ray is None else _texts(found.ray),
        "pattern": list(found.pattern),
        "bound": None if found.bound is None else str(found.bound),
        "complete": found.complete,
    }


def _moments(found: Moments) -> dict[str, Any]:
    known = bool(found.volume)
    return {
        "volume": str(found.volume),
        "integral": _texts(found.integral),
        "mean": _texts(found.mean) if known else None,
        "variance": _texts(found.variance) if known else None,
    }


def _texts(entries: Sequence[fmpq]) -> list[str]:
    return [str(entry) for entry in entries]


def analysis_text(file: str, found: Analysis, only: Sequence[str], norm: str, objective: Sequence[Any] | None) -> Iterator[str]:
    """The answer for people, in lines."""
    from relupoly.files.streams import display_name

    numbers = ((found.cells, "cell"), (found.boxes, "box"))
    seen = ", ".join(counted(number, noun) for number, noun in numbers if number) or "no cell"
    known = "is known from these alone" if found.cells or found.boxes else "is all that is known"
    partial = "" if found.complete else f" seen, {why_partial(found.stopped)}: what follows {known}"
    yield f"{display_name(file)} on {found.domain.name}: {seen}{partial}"
    if found.lipschitz:
        yield from lipschitz_lines(found.lipschitz, norm, objective is not None)
    elif "lipschitz" in only:
        yield "  lipschitz  not known"
    for name, extrema in (("max", found.maximum), ("min", found.minimum)):
        for number, one in enumerate(extrema or (), 1):
            of = f" of y{number}" if objective is None and len(extrema or ()) > 1 else ""
            yield f"  {name + of:<9}  {_shown_extremum(one, name)}"
        if name in only and not extrema:
            yield f"  {name:<9}  not known"
    if found.moments and found.moments.volume:
        for name, entries in (
            ("volume", (found.moments.volume,)),
            ("integral", found.moments.integral),
            ("mean", found.moments.mean),
            ("variance", found.moments.variance),
        ):
            yield f"  {name:<9}  {', '.join(map(about, entries))}"
    if found.shape:
        yield from shape_text(found.shape)
    if found.stable:
        yield from stable_text(found.stable)
    yield from levels_text(found)
    yield f"  time       {found.seconds:.2f} s"


def _shown_extremum(found: Extremum, name: str) -> str:
    point = shown_point(found.point)
    if found.value is None and found.ray is not None:
        return f"no bound, along {shown_point(found.ray)} from {point}"
    value = about(found.value)
    if found.complete:
        return f"{value} at {point}"
    attained, beyond = ("least", "most") if name == "max" else ("most", "least")
    # A bound is a double: it is told without rounding.
    rest = f"at {beyond} {float(found.bound)!r}" if found.bound is not None else "no bound is known yet"
    return f"at {attained} {value}, which it has at {point}; {rest}"
