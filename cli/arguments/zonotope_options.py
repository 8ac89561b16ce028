"""Which zonotopes are asked about: those of files, or members of families."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..completion.kinds import NameOf
from ..process.long_work import LongWork

if TYPE_CHECKING:
    from relupoly.geometry.zonotope import Zonotope

RANDOM = "random"
_NUMBER = "The number of generators, for --family moment and random"
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class ZonotopeOptions:
    """Which zonotope is asked about: that of FILE, or a member of a family."""

    file: str | None
    format_name: str | None
    family: str | None
    dimension: int | None
    generators: int | None
    seed: int | None
    ends: tuple[int, int] | None

    def check(self) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            If they do not.
        """
        if (self.file is None) == (self.family is None):
            raise click.UsageError("give either FILE or --family")
        if self.family is None:
            if any(option is not None for option in (self.dimension, self.generators, self.seed, self.ends)):
                raise click.UsageError("--n, --generators, --seed and --range go with --family")
            return
        if self.format_name is not None:
            raise click.UsageError("--format goes with FILE")
        if self.dimension is None:
            raise click.UsageError("--family needs --n, the dimension of the space")
        if resolve(self.family) != RANDOM and (self.seed is not None or self.ends):
            raise click.UsageError(f"--seed and --range go with --family {RANDOM}")
        if self.ends and self.ends[0] > self.ends[1]:
            raise click.UsageError(f"--range {self.ends[0]} {self.ends[1]} is empty; give the smaller number first")

    def load(self, work: LongWork) -> Zonotope:
        """The zonotope."""
        if self.family is None:
            from relupoly.files import read_generators

            assert self.file is not None
            with work.reading(self.file):
                return read_generators(self.file, self.format_name)
        return family_member(self.family, self.dimension or 0, self.generators, self.seed or 0, self.ends or (-9, 9))

    @property
    def name(self) -> str:
        """What the answer calls it."""
        from relupoly.files.streams import display_name

        if self.family is None:
            assert self.file is not None
            return display_name(self.file)
        number = "" if self.generators is None else f", {self.generators} generators"
        return f"{resolve(self.family)}, n = {self.dimension}{number}"

    @property
    def short_name(self) -> str:
        """The family alone, or the file without folders."""
        from relupoly.files.streams import short_name

        return resolve(self.family) if self.family is not None else short_name(self.file or "-")


def _read_numbers(ctx: click.Context, param: click.Parameter, text: str | None) -> range | None:
    """The numbers M, or M1..M2.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})(?:\.\.([0-9]{1,6}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        raise click.BadParameter(f"{text!r} is no number of generators; write M, or M1..M2 with M1 <= M2.", ctx, param)
    return range(first, last + 1)


def zonotope_options(several: bool = False) -> Callable[[Command], Command]:
    """Add the options that say how FILE is read, or which member of a family is meant; perhaps of several ones."""
    number: dict[str, Any] = (
        {"callback": _read_numbers, "metavar": "M|M1..M2", "help": f"{_NUMBER}; or one picture for each number."}
        if several
        else {"type": click.IntRange(min=1), "metavar": "M", "help": f"{_NUMBER}."}
    )
    options = (
        click.option(
            "--format",
            "format_name",
            type=NameOf("csv", "json", "ext", "npy"),
            metavar="NAME",
            help="Format of FILE, whatever its suffix: csv, json, ext or npy.",
        ),
        click.option(
            "--family",
            type=NameOf("cube", "permutohedron", "typeB", "resonance", "moment", RANDOM),
            metavar="NAME",
            help="A named zonotope instead of FILE: cube, permutohedron, typeB, resonance (all 0/1 vectors, the White Whale), "
            "moment (on the moment curve) or random (integers).",
        ),
        click.option(
            "--n", "dimension", type=click.IntRange(min=1), metavar="N", help="The dimension of the space, for --family."
        ),
        click.option("--generators", **number),
        click.option("--seed", type=click.IntRange(min=0), metavar="S", help="The seed, for --family random; by default 0."),
        click.option(
            "--range", "ends", nargs=2, type=int, metavar="LO HI", help="The entries, for --family random; by default -9 9."
        ),
    )

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def resolve(family: str) -> str:
    """The name of a family, which may have been given by another one.

    Raises
    ------
    click.BadParameter
        If there is no such family; it suggests the nearest one.
    """
    import difflib

    from relupoly.geometry.zonotope_families import ALIASES, FAMILIES

    known = {name.lower(): name for name in [*FAMILIES, RANDOM]} | ALIASES
    wanted = family.lower().replace("_", "-")
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        hint = f'did you mean "{known[near[0]]}"? Known are' if near else "known are"
        raise click.BadParameter(f'no family "{family}"; {hint} {", ".join([*FAMILIES, RANDOM])}', param_hint="--family")
    return known[wanted]


def family_member(family: str, dimension: int, generators: int | None, seed: int, ends: tuple[int, int]) -> Zonotope:
    """The zonotope that the options describe."""
    from relupoly.geometry.zonotope_families import MOST_ENTRIES, named_zonotope

    name = resolve(family)
    if name != RANDOM:
        return named_zonotope(name, dimension, generators)
    if generators is None:
        raise click.UsageError(f"--family {RANDOM} needs --generators")
    if dimension * generators > MOST_ENTRIES or max(map(abs, ends)) >= 2**31:
        raise click.UsageError(f"--family {RANDOM} makes at most {MOST_ENTRIES} entries, each below 2^31")
    from relupoly.constructions.seeds import generator
    from relupoly.geometry.zonotope import Zonotope

    return Zonotope.of(generator(seed).randint(ends[0], ends[1] + 1, size=(generators, dimension)).tolist(), dimension)
