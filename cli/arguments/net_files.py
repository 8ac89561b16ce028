"""`NetFiles`: where the nets of one or several widths are written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MARK = "{width}"


@dataclass(frozen=True)
class NetFiles:
    """One file for each width.

    Attributes
    ----------
    output : str
        What the option says: with several widths each name has its width where {width} stands, else before the suffix.
    first, last : int
        The widths.

    Examples
    --------
    >>> NetFiles("net.json", 1, 3).place(2), NetFiles("w{width}.json", 1, 3).place(2), NetFiles("net.json", 2, 2).place(2)
    ('net-2.json', 'w2.json', 'net.json')
    """

    output: str
    first: int
    last: int

    def place(self, width: int) -> str:
        """The file of a width."""
        if MARK in self.output:
            return self.output.replace(MARK, str(width))
        if self.first == self.last:
            return self.output
        stem, suffix = os.path.splitext(self.output)
        return f"{stem}-{width}{suffix}"

    def check(self, inputs: dict[str, str | None], others: dict[str, str | None], force: bool) -> None:
        """Refuse, before the work begins, files that cannot be written, that exist, or that are another one of the command.

        Parameters
        ----------
        inputs, others : dict of str to str or None
            What the command reads, and what else it writes, by what messages call it.
        force : bool
            Whether they may be overwritten.

        Raises
        ------
        FileFormatError
            It names the file.
        """
        from relupoly.disk.atomic import check_target
        from relupoly.files.streams import display_name, located

        from .collisions import check_distinct

        for width in range(self.first, self.last + 1):
            place = self.place(width)
            # There may be many widths: what is not there collides with nothing, and one shows what their folder allows.
            if width == self.first or os.path.lexists(place) or MARK in os.path.dirname(self.output):
                check_distinct(inputs, {"--output": place, **others})
                with located(f"--output {display_name(place)}"):
                    check_target(Path(place), force)
