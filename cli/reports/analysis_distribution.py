"""What is told of distributions: exactly for scripts, rounded for people where numbers are long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.analysis.distribution.distribution import Distribution


class Points(NamedTuple):
    """Where distributions are told.

    Attributes
    ----------
    values : tuple of fmpq
        For which it is told how probable it is that the output is not larger.
    shares : tuple of fmpq
        Whose quantiles are told.
    """

    values: tuple[fmpq, ...] = ()
    shares: tuple[fmpq, ...] = ()


NOWHERE = Points()


def distribution_documents(found: Sequence[Distribution], points: Points) -> list[dict[str, Any]]:
    """The distributions for JSON; numbers are exact, as texts."""
    return [_document(one, points) for one in found]


def _document(found: Distribution, points: Points) -> dict[str, Any]:
    seen = bool(found.volume)
    return {
        "volume": str(found.volume),
        "mean": str(found.mean) if seen else None,
        "breakpoints": [
            {"value": str(value), "jump": [str(entry) for entry in jump]}
            for value, jump in zip(found.breakpoints, found.jumps, strict=True)
        ],
        "atoms": [{"value": str(value), "probability": str(share)} for value, share in found.atoms.items()],
        "at_values": [_at_value(found, value) for value in points.values] if seen else [],
        "quantiles": [_quantile(found, share) for share in points.shares] if seen else [],
    }


def _at_value(found: Distribution, value: fmpq) -> dict[str, Any]:
    from relupoly.exact.rationals import nearest_float

    probability = found.probability(value)
    return {
        "value": str(value),
        "probability": str(probability),
        "below": str(found.below(value)),
        "float": nearest_float(probability),
    }


def _quantile(found: Distribution, share: fmpq) -> dict[str, Any]:
    from relupoly.exact.rationals import nearest_float

    lower, upper = found.quantile(share)
    return {
        "share": str(share),
        "lower": str(lower),
        "upper": str(upper),
        "float": nearest_float((lower + upper) / 2),
    }


def distribution_lines(found: Sequence[Distribution], points: Points) -> Iterator[str]:
    """The distributions for people: of each one a line, one for each value and one for each quantile."""
    from relupoly.exact.short_texts import short_text

    for number, one in enumerate(found, 1):
        name = f"y{number}" if len(found) > 1 else "y"
        yield f"  distribution of {name}: {one.summary}"
        if one.volume:
            for value in points.values:
                yield f"    P({name} <= {short_text(value)})  {short_text(one.probability(value))}"
            for share in points.shares:
                yield f"    quantile {short_text(share)}  {_enclosed(one.quantile(share))}"


def _enclosed(bounds: tuple[fmpq, fmpq]) -> str:
    """A number between two bounds, which are too close for people to see both.

    Examples
    --------
    >>> from flint import fmpq
    >>> _enclosed((fmpq(1, 2), fmpq(1, 2))), _enclosed((fmpq(1, 3), fmpq(1, 3) + fmpq(1, 2**60)))
    ('1/2', 'about 0.333333')
    """
    from relupoly.exact.rationals import nearest_float
    from relupoly.exact.short_texts import short_text

    lower, upper = bounds
    return short_text(lower) if lower == upper else f"about {nearest_float((lower + upper) / 2):.6g}"
