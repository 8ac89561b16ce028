"""`Checkpoint`: a file that always holds a part, from which a run that was killed goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relupoly.disk.atomic import check_target
from relupoly.errors import FileFormatError, PartError
from relupoly.files.lock import held
from relupoly.files.streams import Location, display_name, located
from relupoly.parallel.part_file import read_part, write_part
from relupoly.pieces.counting.part import Part
from relupoly.pieces.counting.plan import Plan

_SECONDS_BETWEEN = 1.0  # of work, that is lost at most when the program dies
_SHARE = 10  # writing takes a tenth of the time at most


class Checkpoint:
    """Keeps a part in a file, which is replaced as a whole: whenever the program dies, the file holds a part.

    Parameters
    ----------
    place : path

    Attributes
    ----------
    failure : str or None
        Why the part could not be written when that was last tried. A count does not stop for that: what it finds is worth more.
    """

    def __init__(self, place: Location) -> None:
        self._place = Path(place)
        self._next = 0.0
        self.failure: str | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs from the file.

        Raises
        ------
        FileFormatError
            If another run has it, or it can be seen now that nothing can be written there.
        """
        with located(self.name):
            check_target(self._place, force=True)
        with held(self._place):
            yield

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
        """Write the part, now; where that fails, `failure` says why."""
        began = time.monotonic()
        try:
            write_part(part, self._place, force=True)
            self.failure = None
        except FileFormatError as error:
            self.failure = str(error)
        ended = time.monotonic()
        self._next = ended + max(_SECONDS_BETWEEN, _SHARE * (ended - began))

    def save_sometimes(self, part: Part) -> None:
        """Write the part if that was not done for a second, and for ten times as long as it takes."""
        if time.monotonic() >= self._next:
            self.save(part)
