"""Options of all pictures: where they go, and how they look."""

from __future__ import annotations

from dataclasses import dataclass

import click

from ..completion.kinds import PICTURE
from ..output.answers import Answers
from .gathering import gathered
from .options import quiet_options

FORMATS = ("png", "svg", "pdf")
_SMALLEST, _LARGEST = 0.5, 100.0
_MOST_PIXELS = 20_000


@dataclass(frozen=True)
class PictureOptions:
    """Where a picture goes, and how it looks.

    Attributes
    ----------
    output_file : str or None
    force : bool
        Whether it may overwrite a file.
    picture_format : str or None
        Whatever the suffix of the file.
    size : (float, float) or None
        In inches.
    dpi : float or None
    dark : bool
    title : str or None
        Instead of what the picture says of itself.
    no_legend : bool
    quiet, no_progress : bool
        What is said on stderr.
    """

    output_file: str | None = None
    force: bool = False
    picture_format: str | None = None
    size: tuple[float, float] | None = None
    dpi: float | None = None
    dark: bool = False
    title: str | None = None
    no_legend: bool = False
    quiet: bool = False
    no_progress: bool = False

    @property
    def legend(self) -> bool:
        """Whether to tell what colours mean."""
        return not self.no_legend

    def answers(self, several: bool = False) -> Answers:
        """What is said beside the picture, on stderr."""
        return Answers(several, quiet=self.quiet, no_progress=self.no_progress)


def _read_size(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[float, float] | None:
    """Width and height in inches.

    Raises
    ------
    click.BadParameter
        If the text is no two such numbers.
    """
    if text is None:
        return None
    words = text.lower().replace("x", ",").split(",")
    try:
        found = tuple(float(word) for word in words)
    except ValueError:
        found = ()
    if len(found) != 2 or not all(_SMALLEST <= side <= _LARGEST for side in found):
        raise click.BadParameter(
            f"{text!r} is no size; write width and height in inches, each from {_SMALLEST} to {_LARGEST:.0f}, such as 7,5.",
            ctx,
            param,
        )
    return found[0], found[1]


def check_pixels(picture: PictureOptions) -> None:
    """Refuse a picture that is too large for memory.

    Raises
    ------
    click.UsageError
        If one side has too many pixels.
    """
    sides = picture.size or (7.2, 5.4)
    if max(sides) * (picture.dpi or 150) > _MOST_PIXELS:
        raise click.UsageError(f"--size times --dpi is more than {_MOST_PIXELS} pixels a side; give less, or use svg or pdf")


picture_options = gathered(
    "picture",
    PictureOptions,
    click.option(
        "--output",
        "-o",
        "output_file",
        type=PICTURE,
        metavar="FILE",
        help='The picture: .png, .svg or .pdf; "-" is stdout. By default a window; where there is no display plot.png, or '
        "plot-2.png and so on.",
    ),
    click.option(
        "--as", "picture_format", type=click.Choice(FORMATS), help="Its format, whatever the suffix; png by default for -o -."
    ),
    click.option("--force", is_flag=True, help="Let the picture overwrite a file."),
    click.option("--size", callback=_read_size, metavar="W,H", help="Its width and height in inches; by default 7.2,5.4."),
    click.option("--dpi", type=click.FloatRange(10, 2400), metavar="N", help="How many pixels an inch has; by default 150."),
    click.option("--dark", is_flag=True, help="Light lines on a dark ground."),
    click.option("--title", metavar="TEXT", help="Its title, instead of one that says what is shown."),
    click.option("--no-legend", is_flag=True, help="Leave out what tells the meaning of colours."),
    quiet_options,
)
