"""Where a picture goes: to a file, to stdout, into a window, or where there is no display to plot.png, plot-2.png and so on."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from .answers import Answers, check_output

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..arguments.picture_options import PictureOptions

DEFAULT_FILE = "plot.png"
_MOST_FILES = 10_000


def check_picture(picture: PictureOptions, others: Sequence[str] = ()) -> None:
    """Refuse what cannot be written before the work is done.

    Parameters
    ----------
    picture : PictureOptions
    others : sequence of str
        Suffixes of what the command writes beside pictures.

    Raises
    ------
    click.UsageError
        If a picture is to go to a terminal.
    FileFormatError
        If the suffix of the file names no picture, or the file cannot be written.
    """
    from relupoly.plots.figure import picture_format, style

    with style():
        pass  # tells at once if matplotlib is missing
    place = picture.output_file
    if place == "-" and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError("--output - writes a picture to the terminal; send it to a file or a program, as by > net.png")
    if place is not None:
        picture_format(place, picture.picture_format, others)
        check_output("--output", place, picture.force)
    elif not _has_display():
        check_output("--output", _default_file(picture), picture.force)


@contextlib.contextmanager
def drawing(picture: PictureOptions, answers: Answers) -> Iterator[Figure]:
    """While open, a picture is drawn; then it goes where it is wanted."""
    from relupoly.plots.figure import new_figure, style

    with style(picture.dark):
        shown = _figure_in_window(picture) if picture.output_file is None else None
        figure = shown or new_figure(picture.size, picture.dpi)
        yield figure
        if shown:
            from matplotlib import pyplot

            pyplot.show()
        else:
            _write(figure, picture, answers)


def base_name(file: str) -> str:
    """What a title calls a file."""
    from relupoly.files.streams import display_name

    return os.path.basename(display_name(file))


def title_of(picture: PictureOptions, told: str) -> str:
    """The title that was asked for, else one that tells what is shown."""
    return told if picture.title is None else picture.title


def _write(figure: Figure, picture: PictureOptions, answers: Answers) -> None:
    from relupoly.files.streams import display_name, write_bytes
    from relupoly.plots.figure import picture_bytes, picture_format

    place = picture.output_file or _default_file(picture)
    write_bytes(place, picture_bytes(figure, picture_format(place, picture.picture_format)), picture.force)
    if picture.output_file is None:
        answers.say(f"there is no display: the picture is in {display_name(place)}")


def _default_file(picture: PictureOptions) -> str:
    """The first of plot.png, plot-2.png, ... that is free: nothing is overwritten, and the command can be repeated."""
    if picture.force:
        return DEFAULT_FILE
    stem, suffix = os.path.splitext(DEFAULT_FILE)
    names = (DEFAULT_FILE, *(f"{stem}-{number}{suffix}" for number in range(2, _MOST_FILES)))
    return next((name for name in names if not os.path.lexists(name)), DEFAULT_FILE)


def _has_display() -> bool:
    """Whether somebody may look at a window: a job of a batch, say, would wait for it to be closed."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not any(stream is not None and stream.isatty() for stream in streams):
        return False
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _figure_in_window(picture: PictureOptions) -> Figure | None:
    """A figure with a window; None where there is no display, or nothing that makes windows."""
    if not _has_display():
        return None
    from matplotlib import pyplot

    figure: Figure = pyplot.figure("relupoly", figsize=picture.size, dpi=picture.dpi, layout="constrained")
    if figure.canvas.required_interactive_framework is None:
        pyplot.close(figure)
        return None
    return figure
