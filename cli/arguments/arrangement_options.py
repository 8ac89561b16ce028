"""Which arrangement of hyperplanes is asked about: that of a file, or a member of a family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..completion.kinds import NameOf
from ..process.long_work import LongWork

if TYPE_CHECKING:
    from relupoly.geometry.arrangement import Arrangement

Command = TypeVar("Command", bound=Callable[..., Any])

# The keys of ARRANGEMENTS, which is not loaded for completion, and the two in general position; a test compares them.
_NAMED = (
    *("boolean", "braid", "typeB", "typeD", "shi", "catalan", "linial", "semiorder", "resonance", "threshold", "all-pm1"),
    *("generic", "generic-central"),
)


@dataclass(frozen=True)
class ArrangementOptions:
    """Which arrangement is asked about: that of FILE, or a member of a family."""

    file: str | None
    family: str | None
    number: int | None
    dimension: int | None
    seed: int | None
    format_name: str | None

    def check(self) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            It says which to leave out or to add.
        """
        if (self.file is None) == (self.family is None):
            raise click.UsageError("give either FILE or --family NAME --n N")
        if self.family is not None and self.number is None:
            raise click.UsageError("--family needs --n")
        if self.file is not None and self.number is not None:
            raise click.UsageError("--n is for --family; a file says itself how many hyperplanes there are")

    @property
    def name(self) -> str:
        """What the answer calls it."""
        from relupoly.files.streams import display_name

        return f"{self.family} {self.number}" if self.file is None else display_name(self.file)

    def load(self, work: LongWork) -> tuple[Arrangement, int | None]:
        """The arrangement, and the number of regions that a theorem gives."""
        if self.file is None:
            with work.preparing(self.name):
                return self._member()
        with work.reading(self.file):
            from relupoly.files import read_arrangement

            if self.dimension is not None or self.seed is not None:
                raise click.UsageError("--dimension and --seed are for --family generic; leave them out")
            return read_arrangement(self.file, self.format_name), None

    def _member(self) -> tuple[Arrangement, int | None]:
        from relupoly.errors import ArrangementError
        from relupoly.geometry.arrangement_families import family_arrangement, family_regions

        assert self.family is not None
        assert self.number is not None
        try:
            found = family_arrangement(self.family, self.number, self.dimension, self.seed)
        except ArrangementError as error:
            raise click.UsageError(str(error)) from None
        return found, family_regions(self.family, self.number, self.dimension)

    @property
    def short_name(self) -> str:
        """The same without folders."""
        from relupoly.files.streams import short_name

        return self.name if self.file is None else short_name(self.file)

    @property
    def about(self) -> dict[str, Any]:
        """What the metadata of its net say."""
        if self.family is None:
            return {"family": "arrangement"}
        given = (("n", self.number), ("dimension", self.dimension))
        return {"family": f"arrangement {self.family}", "parameters": {key: value for key, value in given if value is not None}}


_OPTIONS = (
    click.option("--family", type=NameOf(*_NAMED), metavar="NAME", help="An arrangement that has a name; see above."),
    click.option(
        "--n", "number", type=int, metavar="N", help="Which one of the family; of a generic one, how many hyperplanes."
    ),
    click.option("--dimension", type=click.IntRange(min=1), metavar="D", help="The dimension of the space of a generic one."),
    click.option("--seed", type=int, metavar="S", help="Which generic one, at random; by default always the same."),
    click.option(
        "--format",
        "format_name",
        type=NameOf("csv", "json", "ine"),
        metavar="NAME",
        help="Format of FILE, whatever its suffix: csv, json or ine.",
    ),
)


def arrangement_options(command: Command) -> Command:
    """Add the options that say how FILE is read, or which member of a family is meant."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
