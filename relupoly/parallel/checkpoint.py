"""`Checkpoint`: a file that always holds a part, from which a run that was killed goes on."""

from __future__ import annotations

import time
from pathlib import Path

from relupoly.errors import PartError
from relupoly.files.streams import Location, display_name
from relupoly.parallel.part import Part
from relupoly.parallel.part_file import read_part, write_part
from relupoly.parallel.plan import Plan

_SECONDS_BETWEEN = 1.0
_SHARE = 10


class Checkpoint:
    """Keeps a part in a file, which is replaced as a whole: whenever the program dies, the file holds a part.

    Parameters
    ----------
    place : path
    """

    def __init__(self, place: Location) -> None:
        self._place = Path(place)
        self._next = 0.0

    def resume(self, plan: Plan) -> Part:
        """The part in the file, or an empty one where there is no file.

        Raises
        ------
        FileFormatError
            If the file is not a part.
        PartError
            If it belongs to another plan.
        """
        if not self._place.exists():
            return Part(plan)
        part = read_part(self._place)
        difference = plan.difference(part.plan)
        if difference:
            raise PartError(f"{self.name}: it is a checkpoint of a count {difference}; give its own question, or another file")
        return part

    @property
    def name(self) -> str:
        """How messages name the file."""
        return display_name(self._place)

    def save(self, part: Part) -> None:
        """Write the part, now.

        Raises
        ------
        FileFormatError
            If the file cannot be written.
        """
        began = time.monotonic()
        write_part(part, self._place, force=True)
        ended = time.monotonic()
        self._next = ended + max(_SECONDS_BETWEEN, _SHARE * (ended - began))

    def save_sometimes(self, part: Part) -> None:
        """Write the part if that was not done for a second, and for ten times as long as it takes."""
        if time.monotonic() >= self._next:
            self.save(part)
