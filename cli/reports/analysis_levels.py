"""What is told of decision boundaries, of the topology of level sets and of volumes of cells: for scripts and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .numbers import shown
from .words import counted, listed

if TYPE_CHECKING:
    from relupoly.analysis.analysis import Analysis
    from relupoly.analysis.levels.answers import DecisionBoundary
    from relupoly.analysis.levels.topology import SetTopology, Topology
    from relupoly.analysis.levels.volumes import CellVolumes


def levels_document(found: Analysis) -> dict[str, Any]:
    """The answers for JSON; numbers are exact, as texts."""
    return {
        "boundary": _boundary(found.boundary) if found.boundary else None,
        "topology": [_topology(one) for one in found.topology] if found.topology is not None else None,
        "volumes": _volumes(found.volumes) if found.volumes else None,
    }


def _boundary(found: DecisionBoundary) -> dict[str, Any]:
    from relupoly.exact.rationals import nearest_float

    lower, upper = found.lower, found.upper
    return {
        "components": found.components,
        "pieces": found.pieces,
        "unbounded": found.unbounded,
        "measure": found.noun,
        "size": None
        if lower is None
        else {
            "lower": str(lower),
            "upper": None if upper is None else str(upper),
            "float": nearest_float(lower),
            "exact": found.size.text if upper is not None else None,
        },
        "plateaus": found.plateaus,
        "plateau_volume": None if found.plateau_volume is None else str(found.plateau_volume),
    }


def _topology(found: Topology) -> dict[str, Any]:
    return {
        "level": str(found.level),
        "faces": list(found.faces),
        "euler": found.euler,
        "below": _set(found.below),
        "at": _set(found.at),
        "above": _set(found.above),
    }


def _set(found: SetTopology | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"betti": list(found.betti), "euler": found.euler, "faces": list(found.faces)}


def _volumes(found: CellVolumes) -> dict[str, Any]:
    some = found.volumes
    return {
        "bounded": len(some),
        "unbounded": found.unbounded,
        "least": str(some[0]) if some else None,
        "median": str(found.median) if some else None,
        "largest": str(some[-1]) if some else None,
        "decades": [{"exponent": exponent, "cells": cells} for exponent, cells in found.decades.items()],
    }


def levels_text(found: Analysis) -> Iterator[str]:
    """The answers for people, in lines."""
    if found.boundary:
        yield from _boundary_text(found.boundary)
    for number, one in enumerate(found.topology or (), 1):
        yield from _topology_text(one, f"y{number}" if len(found.topology or ()) > 1 else "y", whole=number == 1)
    if found.volumes:
        yield from _volumes_text(found.volumes)


def _boundary_text(found: DecisionBoundary) -> Iterator[str]:
    parts = "" if found.components is None else f"{counted(found.components, 'component')}, "
    without_end = f", {found.unbounded} of them unbounded" if found.unbounded else ""
    yield f"  {'boundary':<9}  {parts}{counted(found.pieces, 'piece')}{without_end}"
    if found.inputs > 1 and found.pieces:
        yield f"  {found.noun:<9}  {found.size_text}"
    if found.plateaus:
        volume = "infinite" if found.plateau_volume is None else shown(found.plateau_volume)
        yield f"  {'plateaus':<9}  {counted(found.plateaus, 'cell')} of volume {volume}"


def _topology_text(found: Topology, name: str, whole: bool) -> Iterator[str]:
    """The sets of one output; before those of the first one the complex, which all have in common."""
    if whole:
        rest = " so far" if found.euler is None else f", Euler characteristic {found.euler}"
        yield f"  {'faces':<9}  {_numbers(found.faces)}{rest}"
    level = shown(found.level)
    for sign, one in (("<=", found.below), ("=", found.at), (">=", found.above)):
        told = f"Betti numbers {_numbers(one.betti)}, Euler characteristic {one.euler}" if one else "not known"
        yield f"  {f'{name} {sign} {level}':<9}  {told}"


def _numbers(entries: Sequence[int]) -> str:
    return ", ".join(map(str, entries)) or "none"


def _volumes_text(found: CellVolumes) -> Iterator[str]:
    without_end = f"; {counted(found.unbounded, 'cell')} unbounded" if found.unbounded else ""
    if not found.volumes:
        yield f"  {'volumes':<9}  of {counted(0, 'bounded cell')}{without_end}"
        return
    ends = f"from {shown(found.volumes[0])} to {shown(found.volumes[-1])}, median {shown(found.median)}"
    yield f"  {'volumes':<9}  {ends}{without_end}"
    decades = [f"1e{exponent} in {counted(cells, 'cell')}" for exponent, cells in found.decades.items()]
    yield f"  {'decades':<9}  {listed(decades)}"
