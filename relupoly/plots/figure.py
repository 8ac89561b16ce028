"""Figures of matplotlib in our style, light or dark, and files of them whose bytes depend on nothing but the picture."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from relupoly.disk.atomic import replace_file
from relupoly.errors import FileFormatError, InputError, MissingPackageError
from relupoly.files.streams import display_name
from relupoly.plain_text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PICTURE_FORMATS = ("png", "svg", "pdf")

_STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10.5,
    "axes.labelsize": 9.5,
    "figure.dpi": 150,
    "font.family": ["DejaVu Sans"],
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "savefig.dpi": "figure",
    # Names in files of SVG come from this instead of from chance.
    "svg.hashsalt": "relupoly",
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
}
# Characters of a title.
_LEAST_ROOM, _IN_AN_INCH = 12, 11.5
_DARK_INK, _DARK_PAPER = "#dddddd", "#16181d"
_DARK = {
    **dict.fromkeys(("axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"), _DARK_INK),
    **dict.fromkeys(("axes.facecolor", "figure.facecolor", "savefig.facecolor"), _DARK_PAPER),
}
# What tells when, and with which version of what, a file was made.
_NO_DATES: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@contextlib.contextmanager
def style(dark: bool = False) -> Iterator[None]:
    """While open, new figures have our style.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
    except ImportError:
        raise MissingPackageError("pictures need the package matplotlib: pip install relupoly[plot]") from None
    with rc_context({**_STYLE, **(_DARK if dark else {})}):
        yield


def new_figure(size: tuple[float, float] | None = None, dpi: float | None = None) -> Figure:
    """A figure that belongs to no window.

    Parameters
    ----------
    size : (float, float), optional
        Width and height in inches.
    dpi : float, optional
        Points for each inch.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=size or (7.2, 5.4), dpi=dpi, layout="constrained")


def axes_for(ax: Axes | None, needs_space: bool = False) -> Axes:
    """The axes to draw on: those that were given, or new ones of pyplot, which notebooks show.

    Parameters
    ----------
    ax : matplotlib Axes, optional
    needs_space : bool
        Whether they must have three dimensions.

    Raises
    ------
    InputError
        If those that were given have not.
    MissingPackageError
        If matplotlib is not installed.
    """
    if ax is not None:
        if needs_space and ax.name != "3d":
            raise InputError('a surface is drawn in space; give axes with projection="3d", or none')
        return ax
    with style():
        from matplotlib import pyplot

        figure = pyplot.figure(layout="constrained")
        return cast("Axes", figure.add_subplot(projection="3d" if needs_space else None))


def set_title(ax: Axes, text: str) -> None:
    """Give axes a title, in lines that fit; whatever stands in names is shown as it is."""
    place = ax.get_subplotspec()
    width = (ax.figure.bbox.width / ax.figure.dpi - 1) / (place.get_gridspec().ncols if place else 1)
    room = max(_LEAST_ROOM, int(width * _IN_AN_INCH))
    lines = [line for part in plain_text(text, keep="\n").splitlines() for line in textwrap.wrap(part, room) or [""]]
    ax.set_title("\n".join(lines), loc="left", parse_math=False)


def picture_format(file: str, name: str | None = None, others: Sequence[str] = ()) -> str:
    """The format of a picture file: its name if one is given, else by the suffix.

    Parameters
    ----------
    file : str
    name : str, optional
    others : sequence of str
        Suffixes that would be right, too, as far as whoever chose this one knows.

    Raises
    ------
    FileFormatError
        If the suffix says nothing.

    Examples
    --------
    >>> picture_format("net.SVG"), picture_format("-"), picture_format("-", "pdf")
    ('svg', 'png', 'pdf')
    """
    if name is not None:
        return name
    suffix = Path(file).suffix.lower().removeprefix(".")
    if file == "-":
        return "png"
    if suffix not in PICTURE_FORMATS:
        *known, last = (*(f".{one}" for one in PICTURE_FORMATS), *others)
        raise FileFormatError(f"{display_name(file)}: its suffix names no picture; use {', '.join(known)} or {last}")
    return suffix


def picture_bytes(figure: Figure, form: str) -> bytes:
    """A figure as a file of a format: the same bytes for the same figure."""
    stream = io.BytesIO()
    figure.savefig(stream, format=form, metadata=_NO_DATES[form])
    return stream.getvalue()


def save_picture(figure: Figure, file: str, force: bool = False) -> None:
    """Write a figure to a file whose suffix names the format.

    Raises
    ------
    FileFormatError
        If the suffix says nothing, the file exists and is not to be replaced, or it cannot be written.
    """
    replace_file(Path(file), picture_bytes(figure, picture_format(file)), force)
