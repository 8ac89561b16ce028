"""Losses by width, from what `relupoly train --jsonl` prints: a line for each net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.rationals import rational
from relupoly.files.json_text import parse_json, quoted
from relupoly.files.streams import Location, decode_text, display_name, located, read_bytes

_INSTEAD = "give the lines that relupoly train --jsonl prints"
# What a branch and bound that is not certified tells as its bound may be wrong by rounding; all other bounds are proved.
_TRUSTING = "branch"


@dataclass(frozen=True)
class WidthLoss:
    """What a line tells of the nets of a width.

    Attributes
    ----------
    width : int
        How many neurons there are.
    loss_sum : fmpq
        Of the best net that is known: over all samples.
    lower_bound : fmpq
        No net of this width has a smaller one.
    optimal : bool
        Whether it is proved that the net is optimal.
    is_proved : bool
        Whether the bound is, whatever is rounded.
    loss : str
        What is minimised.
    samples : int
    """

    width: int
    loss_sum: fmpq
    lower_bound: fmpq
    optimal: bool
    is_proved: bool
    loss: str
    samples: int


def read_width_losses(source: Location) -> tuple[WidthLoss, ...]:
    """The losses in a file, by width.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or a line tells of no net, of a width that another line tells of, or of another problem; it
        names the line.
    """
    with located(display_name(source)):
        return decode_width_losses(read_bytes(source))


def decode_width_losses(data: bytes) -> tuple[WidthLoss, ...]:
    r"""The same, of the bytes of a file.

    Examples
    --------
    >>> line = (
    ...     b'{"width": 2, "loss_sum_exact": "3/2", "lower_bound_exact": "1", "optimal": false, "certified": true,'
    ...     b' "method": "branch", "loss_function": "squared", "samples": 5}'
    ... )
    >>> [found] = decode_width_losses(line)
    >>> found.loss_sum, found.lower_bound, found.is_proved
    (3/2, 1, True)
    >>> decode_width_losses(line + b"\n[3]")
    Traceback (most recent call last):
    relupoly.errors.FileFormatError: line 2: it is no object; give the lines that relupoly train --jsonl prints
    """
    found: dict[int, tuple[int, WidthLoss]] = {}
    first: tuple[int, WidthLoss] | None = None
    for number, text in enumerate(decode_text(data).splitlines(), 1):
        if not text.strip():
            continue
        with located(f"line {number}"):
            one = _width_loss(_document(text))
            first = first or (number, one)
            _check_same(one, *first)
            if one.width in found:
                raise FileFormatError(f"width {one.width} stands in line {found[one.width][0]}, too; keep one of them")
            found[one.width] = (number, one)
    if not found:
        raise FileFormatError(f"there is no line in it; {_INSTEAD}")
    return tuple(one for _, (_, one) in sorted(found.items()))


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = parse_json(text.encode())
    except FileFormatError as error:
        # The line that the parser counts is always the first one.
        told = str(error).removeprefix("line 1, ")
        raise FileFormatError(f"{told}; {_INSTEAD}") from None
    if not isinstance(document, Mapping):
        raise FileFormatError(f"it is no object; {_INSTEAD}")
    return document


def _width_loss(document: Mapping[str, Any]) -> WidthLoss:
    """What a document tells.

    Raises
    ------
    FileFormatError
        It names the key that is wrong.
    """
    loss, least = (_not_negative(document, f"{name}_exact") for name in ("loss_sum", "lower_bound"))
    if least > loss:
        raise FileFormatError(f'the "lower_bound_exact" {least} is above the "loss_sum_exact" {loss}; {_INSTEAD}')
    method, certified = _typed(document, "method", str), _typed(document, "certified", bool)
    width, samples = (_whole(document, name) for name in ("width", "samples"))
    return WidthLoss(
        width,
        loss,
        least,
        _typed(document, "optimal", bool),
        certified or method != _TRUSTING,
        _typed(document, "loss_function", str),
        samples,
    )


def _check_same(one: WidthLoss, number: int, first: WidthLoss) -> None:
    """Refuse what is about another problem than the first line.

    Raises
    ------
    FileFormatError
        It says what differs.
    """
    for what in ("loss", "samples"):
        own, there = getattr(one, what), getattr(first, what)
        if own != there:
            name = "loss_function" if what == "loss" else what
            raise FileFormatError(f"{quoted(name)} is {own}, but {there} in line {number}; give each problem a file of its own")


def _typed(document: Mapping[str, Any], key: str, kind: type) -> Any:
    if key not in document:
        raise FileFormatError(f"the key {quoted(key)} is missing; {_INSTEAD}")
    value = document[key]
    if type(value) is not kind:
        names = {str: "text", bool: "true or false", int: "whole number"}
        raise FileFormatError(f"{quoted(key)} is no {names[kind]}; {_INSTEAD}")
    return value


def _whole(document: Mapping[str, Any], key: str) -> int:
    value: int = _typed(document, key, int)
    if value < 1:
        raise FileFormatError(f"{quoted(key)} is {value}; {_INSTEAD}")
    return value


def _not_negative(document: Mapping[str, Any], key: str) -> fmpq:
    try:
        value = rational(_typed(document, key, str))
    except NumberError as error:
        raise FileFormatError(f"{quoted(key)}: {error}") from None
    if value < 0:
        raise FileFormatError(f"{quoted(key)} is negative; {_INSTEAD}")
    return value
