"""What a network does at a point, in words: `relupoly regions --at POINT --explain`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .affine_texts import MOST_TERMS, affine_text, half_space_words, vector_words
from .words import counted

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.networks.network import Network
    from relupoly.pieces.listing.records import CellRecord, Facet, Pattern

_MOST_NEURONS = 12  # of a layer, by number, fill a line of a terminal
_MOST_FACETS = 20  # with what changes there, they fill a screen


@dataclass(frozen=True)
class Place:
    """A point, and what is known of it.

    Attributes
    ----------
    network : Network
        On the coordinates of the point.
    point : list of fmpq
    names : tuple of str
        Of the coordinates.
    where : str
        What text calls the point.
    cells : sequence of CellRecord
        Those that hold it.
    told : sequence of CellRecord
        Those of them that filters leave.
    """

    network: Network
    point: Sequence[fmpq]
    names: tuple[str, ...]
    where: str
    cells: Sequence[CellRecord]
    told: Sequence[CellRecord]


def explanation(place: Place, file: str) -> list[str]:
    """What a network does at a point, in lines. Long numbers are rounded; a last line says so."""
    from relupoly.exact.short_texts import short_text
    from relupoly.files.streams import display_name
    from relupoly.networks.evaluation import evaluate

    value = evaluate(place.network, place.point)
    shown = short_text(value[0]) if len(value) == 1 else vector_words(value)
    lines = [f"{display_name(file)} at {place.where}: {_situation(place)}", _row("value", shown)]
    for cell in place.told:
        if len(place.cells) > 1:
            lines.append(f"cell {cell.number} of {len(place.cells)}")
        lines += _cell_lines(place, cell)
    if any("about " in line for line in lines[1:]):
        lines.append(_row("rounded", 'what follows "about"; the record is exact: --cells instead of --explain prints it'))
    return lines


def _situation(place: Place) -> str:
    """Whether the point lies inside of a cell, or on a border."""
    if len(place.cells) > 1:
        return f"on the border of {counted(len(place.cells), 'cell')}"
    on_boundary = any(not facet.slack(place.point) for cell in place.cells for facet in cell.facets or ())
    return "in a cell, on the boundary of the domain" if on_boundary else "inside of a cell"


def _cell_lines(place: Place, cell: CellRecord) -> Iterator[str]:
    yield _row("pattern", "|".join(cell.pattern) or "none: there is no hidden layer")
    for number, (signs, neurons) in enumerate(zip(cell.pattern, relus(place.network), strict=True), 1):
        yield _row(f"layer {number}", _layer(signs, neurons, len(place.network.hidden[number - 1].has_relu)))
    assert cell.gradient is not None
    assert cell.constant is not None
    outputs = ["y"] if len(cell.gradient) == 1 else [f"y{number}" for number in range(1, len(cell.gradient) + 1)]
    for name, row, constant in zip(outputs, cell.gradient, cell.constant, strict=True):
        yield _row("map" if name == outputs[0] else "", f"{name} = {affine_text(row, constant, place.names)}")
    yield from _gradient_rows("gradient", outputs, cell.gradient)
    yield _row("volume", _volume(cell))
    yield from _facet_lines(place, cell)


def _gradient_rows(title: str, outputs: Sequence[str], gradient: Sequence[Sequence[fmpq]]) -> Iterator[str]:
    for name, row in zip(outputs, gradient, strict=True):
        of = f"of {name}: " if len(outputs) > 1 else ""
        yield _row(title if name == outputs[0] else "", f"{of}{vector_words(row)}")


def relus(network: Network) -> list[list[int]]:
    """The numbers of the neurons with ReLU of each hidden layer, from 1: those that patterns have signs for."""
    return [[place for place, relu in enumerate(layer.has_relu.tolist(), 1) if relu] for layer in network.hidden]


def _layer(signs: str, neurons: Sequence[int], width: int) -> str:
    """Which neurons of a layer are active."""
    active = [neuron for sign, neuron in zip(signs, neurons, strict=True) if sign == "+"]
    zero = [neuron for sign, neuron in zip(signs, neurons, strict=True) if sign == "0"]
    parts = [f"{len(active)} of {counted(len(neurons), 'neuron')} active{f': {_some(active)}' if active else ''}"]
    if zero:
        parts.append(f"vanishing on the whole cell: {_some(zero)}")
    if width > len(neurons):
        parts.append(f"{width - len(neurons)} more linear")
    return "; ".join(parts)


def _some(numbers: Sequence[int]) -> str:
    more = len(numbers) - _MOST_NEURONS
    return ", ".join(map(str, numbers[:_MOST_NEURONS])) + (f", and {more} more" if more > 0 else "")


def _volume(cell: CellRecord) -> str:
    from relupoly.exact.short_texts import short_text

    if cell.bounded:
        return "not known" if cell.volume is None else short_text(cell.volume)
    return "infinite: the cell is unbounded" if cell.bounded is not None else "not known"


def _facet_lines(place: Place, cell: CellRecord) -> Iterator[str]:
    """The facets of a cell, the nearest first, and what changes across each."""
    facets, neighbours = cell.facets or (), cell.neighbours or ()
    if not facets:
        yield _row("facets", "none: the cell is the whole space")
        return
    near = sorted(range(len(facets)), key=lambda number: _squared_distance(facets[number], place.point))
    yield _row("facets", f"{len(facets)}{', the nearest first' if len(facets) > 1 else ''}")
    for number in near[:_MOST_FACETS]:
        facet = facets[number]
        side = half_space_words(facet.normal, facet.offset, place.names)
        yield f"  {_distance(_squared_distance(facet, place.point))}: {side}"
        yield from (f"    {line}" for line in _across(place, cell, facet, neighbours[number]))
    if len(facets) > _MOST_FACETS:
        yield f"  and {len(facets) - _MOST_FACETS} more with --json"


def _squared_distance(facet: Facet, point: Sequence[fmpq]) -> fmpq:
    """Of a point of a cell to the hyperplane of a facet."""
    from flint import fmpq

    slack = facet.slack(point)
    return slack * slack / fmpq(sum(entry * entry for entry in facet.normal))


def _distance(squared: fmpq) -> str:
    from relupoly.exact.rationals import nearest_float
    from relupoly.exact.short_texts import is_long

    if not squared:
        return "the point is on it"
    exactly = "" if is_long(squared) else f" (squared {squared})"
    return f"at distance {math.sqrt(nearest_float(squared)):.4g}{exactly}"


def _across(place: Place, cell: CellRecord, facet: Facet, beyond: Pattern | None) -> Iterator[str]:
    """What is on the other side of a facet."""
    if beyond is None:
        numbers = ", ".join(map(str, facet.sides))
        yield f"the boundary of the domain, inequality {numbers}" if numbers else "the boundary of the domain"
        return
    yield from _switches(cell.pattern, beyond, relus(place.network))
    gradient = _gradient_of(place.network, beyond)
    if gradient == [*(cell.gradient or ())]:
        yield "the gradient stays the same"
        return
    outputs = ["y"] if len(gradient) == 1 else [f"y{number}" for number in range(1, len(gradient) + 1)]
    for name, row, before in zip(outputs, gradient, cell.gradient or (), strict=True):
        if row != before:
            of = f" of {name}" if len(outputs) > 1 else ""
            step = [new - old for new, old in zip(row, before, strict=True)]
            by = f", that is by {vector_words(step)}" if len(row) <= MOST_TERMS else ""
            yield f"the gradient{of} becomes {vector_words(row)}{by}"


def _switches(before: Pattern, after: Pattern, neurons: Sequence[Sequence[int]]) -> Iterator[str]:
    """Which neurons change their state, layer by layer."""
    words = {"+": "active", "-": "inactive", "0": "zero"}
    for layer, (old, new, numbers) in enumerate(zip(before, after, neurons, strict=True), 1):
        for state, word in words.items():
            changed = [number for one, two, number in zip(old, new, numbers, strict=True) if one != two == state]
            if changed:
                who = f"neuron {changed[0]}" if len(changed) == 1 else f"neurons {_some(changed)}"
                yield f"{who} of layer {layer} {'becomes' if len(changed) == 1 else 'become'} {word}"


def _gradient_of(network: Network, pattern: Pattern) -> list[tuple[fmpq, ...]]:
    from relupoly.networks.tangent import jacobian

    return jacobian(network, tuple(tuple("-0+".index(sign) - 1 for sign in signs) for signs in pattern))


def _row(name: str, text: str) -> str:
    return f"  {name:<9} {text}"
