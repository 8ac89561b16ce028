"""What is told of the shape of a net: as part of the document of an analysis, and as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .numbers import shown, shown_point

if TYPE_CHECKING:
    from relupoly.analysis.shape.answers import Monotonicity, OutputShape, Shape, ShapeAnswer

_MOST_NAMED = 12  # inputs of a line

# How the values at the points deny a property.
_DENIALS = {
    "convex": "{2} > {mean} = {rest} f(x) + {factor} f(y) at {z} between x = {x} and y = {y}",
    "concave": "{2} < {mean} = {rest} f(x) + {factor} f(y) at {z} between x = {x} and y = {y}",
    "even": "{0} at {x}, {1} at {y}",
    "odd": "{0} at {x}, {1} at {y}",
    "homogeneous": "{0} at {x}, {1} at {y}, {factor} times as far",
    "injective": "{0} at {x} and at {y}",
}


def shape_document(found: Shape) -> list[dict[str, Any]]:
    """The answers for JSON, for each output; numbers are exact, as texts."""
    return [_output(one) for one in found.outputs]


def _output(found: OutputShape) -> dict[str, Any]:
    return {
        **{name: _answer(answer) for name, answer in found.answers()},
        "monotone": [
            {
                "behaviour": one.text,
                "non_decreasing": _answer(one.non_decreasing),
                "non_increasing": _answer(one.non_increasing),
            }
            for one in found.monotone
        ],
    }


def _answer(found: ShapeAnswer) -> dict[str, Any]:
    return {
        "holds": found.holds,
        "points": [list(map(str, point)) for point in found.points],
        "values": list(map(str, found.values)),
        "factor": None if found.factor is None else str(found.factor),
        "reason": found.reason,
    }


def shape_text(found: Shape) -> Iterator[str]:
    """The answers for people, in lines."""
    for number, output in enumerate(found.outputs, 1):
        of = f" of y{number}" if len(found.outputs) > 1 else ""
        width = len("homogeneous" + of)
        for name, answer in output.answers():
            yield f"  {name + of:<{width}}  {_told(name, answer)}"
        yield f"  {'monotone' + of:<{width}}  {_told_of_inputs(output.monotone)}"


def _told(name: str, answer: ShapeAnswer) -> str:
    if answer.holds is None:
        return f"no answer: {answer.reason}" if answer.reason else answer.text
    if answer.holds:
        return "yes"
    points = {letter: shown_point(point) for letter, point in zip("xyz", answer.points, strict=False)}
    rest, mean = "", ""
    if len(answer.values) == 3 and answer.factor is not None:
        rest = shown(1 - answer.factor)
        mean = shown((1 - answer.factor) * answer.values[0] + answer.factor * answer.values[1])
    factor = shown(answer.factor) if answer.factor is not None else ""
    if name in ("odd", "homogeneous") and not any(answer.points[0]):
        return f"no: {shown(answer.values[0])}, not 0, at {points['x']}"
    return "no: " + _DENIALS[name].format(*map(shown, answer.values), **points, factor=factor, rest=rest, mean=mean)


def _told_of_inputs(monotone: Sequence[Monotonicity]) -> str:
    """Inputs by what the output does with them."""
    reasons = {answer.reason for one in monotone for answer in (one.non_decreasing, one.non_increasing)}
    if len(reasons) == 1 and None not in reasons:
        return f"no answer: {reasons.pop()}"
    denied = "; points that show it with --json" if any(_is_denied(one) for one in monotone) else ""
    groups: dict[str, list[str]] = {}
    for place, one in enumerate(monotone, 1):
        groups.setdefault(one.text, []).append(f"x{place}")
    return "; ".join(f"{text} in {_some(names)}" for text, names in groups.items()) + denied


def _is_denied(found: Monotonicity) -> bool:
    return found.non_decreasing.holds is False and found.non_increasing.holds is False


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
