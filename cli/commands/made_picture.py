"""A picture from the question to the file: what is shown is found, then drawn, both within the deadline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ..arguments.picture_options import PictureOptions
from ..exit_codes import code_of
from ..output.pictures import drawing
from ..process.long_work import LongWork
from ..reports.words import why_partial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from relupoly.run import Run

Found = TypeVar("Found")


def make_picture(
    file: str,
    noun: str,
    find: Callable[[Run], Found],
    draw: Callable[[Found, Figure], None],
    picture: PictureOptions | None,
    work: LongWork,
    write: Callable[[Found], None] | None = None,
) -> None:
    """Find what a picture shows, and draw it; where the work is stopped there is none.

    Parameters
    ----------
    file : str
        What the picture is of.
    noun : str
        What progress counts.
    find : callable
        Finds what is shown; it may be stopped by its run.
    draw : callable
        Draws that on a figure.
    picture : PictureOptions or None
        None where no picture is wanted.
    work : LongWork
        With its answers open.
    write : callable, optional
        Writes what else is made of what was found.
    """
    from relupoly.run import Stopped

    answers = work.answers
    try:
        with work.run_on(file) as run, answers.watching(run, noun) as watched:
            found = find(watched)
    except Stopped as stop:
        answers.complain(f"there is no picture, {why_partial(stop.reason)}", code_of(stop.reason))
        return
    if write is not None:
        with work.drawing(file):
            write(found)
    if picture is not None:
        with work.drawing(file), drawing(picture, answers) as figure:
            draw(found, figure)
