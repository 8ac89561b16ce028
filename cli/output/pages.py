"""Where a page goes, beside a picture or instead of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .answers import check_output
from .pictures import check_picture

if TYPE_CHECKING:
    from relupoly.plots.net_picture import NetPicture
    from relupoly.plots.page.slices import Slices

    from ..arguments.picture_options import PictureOptions

SUFFIXES = (".html", ".htm")


@dataclass(frozen=True)
class Wanted:
    """What is to be made.

    Attributes
    ----------
    options : PictureOptions
        How it looks, and what may be overwritten.
    page : str or None
        The file of the page.
    picture : bool
        Whether a picture is wanted, too.
    option : str
        The one that names the page.
    """

    options: PictureOptions
    page: str | None
    picture: bool
    option: str = "--html"

    @classmethod
    def of(cls, options: PictureOptions, html_file: str | None) -> Wanted:
        """What options ask for: --html makes a page, and so does an --output with such a suffix.

        Raises
        ------
        click.UsageError
            If they ask for two pages, or name the format of no picture.
        """
        place = options.output_file
        is_page = place is not None and options.picture_format is None and Path(place).suffix.lower() in SUFFIXES
        if is_page and html_file is not None:
            raise click.UsageError("--output and --html are two pages; give one of them, or a picture as --output")
        if html_file == "-" and place == "-":
            raise click.UsageError('--output and --html are both "-"; only one goes to stdout')
        if html_file is not None and place is None and options.picture_format is not None:
            raise click.UsageError("--as is the format of a picture; give its file, too, by --output")
        if is_page:
            return cls(options, place, False, "--output")
        return cls(options, html_file, place is not None or html_file is None)

    @property
    def files(self) -> dict[str, str | None]:
        """What is written, by the options that name it."""
        return ({"--output": self.options.output_file} if self.picture else {}) | {self.option: self.page}

    def check(self) -> None:
        """Refuse what cannot be written before the work is done.

        Raises
        ------
        click.UsageError
            If a file is to go to a terminal.
        FileFormatError
            If a file has a suffix that names no picture, or cannot be written.
        """
        if self.picture:
            check_picture(self.options, SUFFIXES[:1])
        if self.page == "-" and sys.stdout is not None and sys.stdout.isatty():
            raise click.UsageError("--html - writes a page to the terminal; send it to a file or a program, as by > net.html")
        if self.page is not None:
            check_output(self.option, self.page, self.options.force)

    def write_page(self, found: NetPicture | Slices, title: str) -> None:
        """Write the page of what was found.

        Raises
        ------
        FileFormatError
            If it cannot be written.
        """
        from relupoly.files.streams import write_bytes
        from relupoly.plots.page.page import Look, page_of

        assert self.page is not None, "a page is wanted"
        write_bytes(self.page, page_of(found, Look(title, self.options.dark, self.options.legend)), self.options.force)
