"""Values of the options of readers, checked at once, before any file is read: callbacks of click."""

from __future__ import annotations

import click


def known_activation(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    """A known activation, or a complaint at once."""
    if text is not None:
        from relupoly.errors import InputError
        from relupoly.files.activation_names import Activation

        try:
            Activation.parse(text)
        except InputError as error:
            raise click.BadParameter(str(error)) from None
    return text


def input_shape(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """The channels, and the lengths of the other axes."""
    return (
        None if text is None else _counts(text, ",", 1, "give whole numbers from 1: the channels, then the length of each axis")
    )


def convolutions(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[tuple[int, int], ...]:
    """Stride and padding of each convolution."""
    if text is None:
        return ()
    wanted = "give STRIDE:PADDING of each convolution, such as 2:1,1:0, or once for all of them; a stride is 1 or more"
    pairs = [_counts(one, ":", 0, wanted) for one in text.split(",")]
    if any(len(pair) != 2 or not pair[0] for pair in pairs):
        raise click.BadParameter(wanted)
    return tuple((stride, padding) for stride, padding in pairs)


def _counts(text: str, separator: str, least: int, wanted: str) -> tuple[int, ...]:
    """Whole numbers between separators."""
    from relupoly.exact.rationals import parse_count

    counts = [parse_count(one.strip()) for one in text.split(separator)]
    if not all(one is not None and one >= least for one in counts):
        raise click.BadParameter(wanted)
    return tuple(one for one in counts if one is not None)
