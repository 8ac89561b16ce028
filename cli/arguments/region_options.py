"""Options of `relupoly regions`: what is listed, which of it is told, how, and into which files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..completion.kinds import EXT, GRAPH, INE, FileName, NameOf
from ..reports.region_fields import ALL_FIELDS, chosen_fields
from .gathering import gathered
from .options import TableOptions
from .region_values import Level, read_fields, read_level, read_volume

if TYPE_CHECKING:
    from flint import fmpq

NOTIONS = ("open", "activation", "closed", "affine")
"""The notions under which pieces are sets that can be listed."""

FORMULAS = ("text", "latex", "sympy", "python", "c")


@dataclass(frozen=True)
class ListOptions:
    """What is listed: cells, or pieces under a notion; and what is told of each."""

    of_cells: bool
    notion: str | None
    fields: tuple[str, ...] | None
    vertices: bool
    explain: bool
    jobs: int | None

    def check(self, which: FilterOptions, output: TableOptions) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            It says which to leave out or to add.
        """
        if self.of_cells and self.notion is not None:
            raise click.UsageError("--cells lists activation cells, whatever the notion; leave --notion out")
        if self.vertices and not self.of_cells:
            raise click.UsageError("--vertices finds those of cells; add --cells")
        try:
            chosen_fields(self.fields, self.of_cells)
        except ValueError as error:
            raise click.UsageError(f"--fields: {error}") from None
        if not self.explain:
            return
        if not which.at:
            raise click.UsageError("--explain tells of a point; add --at POINT")
        others = {
            "--fields": self.fields is not None,
            "--notion": self.notion is not None,
            "--vertices": self.vertices,
            "--limit": which.limit is not None,
            "--json, --jsonl or --csv": output.machine,
        }
        for name, is_given in others.items():
            if is_given:
                raise click.UsageError(f"--explain prints a text of its own about cells; leave {name} out")

    @property
    def told(self) -> tuple[str, ...]:
        """The fields that are printed."""
        return chosen_fields(self.fields, self.of_cells)

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields that have to be known for others."""
        return ("facets",) if self.vertices else ()

    @property
    def noun(self) -> str:
        """What one of them is called."""
        return "cell" if self.of_cells else "piece"


list_options = gathered(
    "what",
    ListOptions,
    click.option("--cells", "of_cells", is_flag=True, help="List activation cells instead of pieces."),
    click.option(
        "--notion",
        type=click.Choice(NOTIONS),
        help="Which pieces: maximal open connected sets on which the network is affine (open, the default), closed ones "
        "(closed), all points with one affine function (affine), or activation cells as pieces (activation).",
    ),
    click.option(
        "--fields",
        callback=read_fields,
        type=NameOf(*ALL_FIELDS, several=True),
        metavar="LIST",
        help="What is told of each, with commas between; the number is always. By default all but piece, the numbers of the "
        "pieces in which a cell lies, and coordinates, which tells of a subspace how its parameters become inputs.",
    ),
    click.option(
        "--vertices",
        is_flag=True,
        help="With --cells: find vertices and volumes also where cells have too many inputs to be known by them; by pycddlib.",
    ),
    click.option("--explain", is_flag=True, help="With --at: say in words what the network does there."),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        metavar="N",
        help="At most so many processes make records; by default all cores.",
    ),
)


@dataclass(frozen=True)
class FilterOptions:
    """Which records are told."""

    at: tuple[str, ...]
    bounded: bool
    min_volume: fmpq | None
    crossing: Level | None
    limit: int | None

    @property
    def selects(self) -> bool:
        """Whether some records are left out that are not too many."""
        return self.bounded or self.min_volume is not None or self.crossing is not None


filter_options = gathered(
    "which",
    FilterOptions,
    click.option(
        "--at",
        multiple=True,
        metavar="POINT",
        help="Only what holds this point, with commas between its coordinates; on a border all that meet there. Again for "
        "more.",
    ),
    click.option("--bounded", is_flag=True, help="Only bounded ones."),
    click.option(
        "--min-volume", callback=read_volume, metavar="V", help="Only those with at least this volume, unbounded ones included."
    ),
    click.option(
        "--crossing",
        callback=read_level,
        metavar="LEVEL",
        help="Only those in which the network takes this value, such as 0 at a decision boundary; K:LEVEL for its K-th output.",
    ),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Stop after N of them; exit 4 if there may be more."),
)


@dataclass(frozen=True)
class ExportOptions:
    """Into which files cells and pieces are written, and in which forms."""

    graph: str | None
    ine: str | None
    ext: str | None
    obj: str | None
    ply: str | None
    stl: str | None
    vtu: str | None
    level: Level | None
    output_number: int | None
    formula: str | None

    @property
    def surfaces(self) -> dict[str, str]:
        """The files of surfaces, by their formats."""
        named = {"obj": self.obj, "ply": self.ply, "stl": self.stl}
        return {name: place for name, place in named.items() if place is not None}

    @property
    def meshes(self) -> dict[str, str]:
        """The files of meshes, by their formats."""
        return self.surfaces | ({} if self.vtu is None else {"vtu": self.vtu})

    @property
    def blocks(self) -> dict[str, str]:
        """The places of blocks of cddlib, by their formats."""
        named = {"ine": self.ine, "ext": self.ext}
        return {name: place for name, place in named.items() if place is not None}

    @property
    def files(self) -> dict[str, str]:
        """All files, by the names of their options."""
        graph = {} if self.graph is None else {"graph": self.graph}
        return {f"--{name}": place for name, place in (graph | self.blocks | self.meshes).items()}

    def check(self, at: Sequence[str], output: TableOptions, what: ListOptions) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            It says which to leave out or to add.
        """
        if "-" in self.files.values():
            name = next(name for name, place in self.files.items() if place == "-")
            raise click.UsageError(f"{name} names a file, since the list goes to standard output; give a name")
        if at and (named := [*self.files, *self._formula]):
            raise click.UsageError(f"--at tells of points, and {named[0]} writes a whole list; leave one of them out")
        if self.level is not None and not self.surfaces:
            raise click.UsageError("--level is about a surface; add --obj, --ply or --stl")
        if self.output_number is not None and (self.level is not None or not self.surfaces):
            raise click.UsageError("--output-number is for --obj, --ply or --stl without --level, which takes K:LEVEL")
        if self.formula is not None and (output.machine or what.fields is not None):
            raise click.UsageError("--formula takes the place of records; leave --json, --jsonl, --csv and --fields out")

    @property
    def _formula(self) -> Iterator[str]:
        if self.formula is not None:
            yield "--formula"

    def prints_records(self, output: TableOptions, what: ListOptions) -> bool:
        """Whether records are printed: not where only files are asked for, or the formula."""
        if self.formula is not None:
            return False
        return not self.files or output.machine or output.output_file is not None or what.fields is not None


_MESH_OPTIONS = [
    click.option(
        f"--{name}",
        type=FileName(name, written=True),
        metavar="FILE",
        help=f"Write a surface to a .{name} file: f = LEVEL with --level, of 3 inputs; else the graph of f over 2 inputs.",
    )
    for name in ("obj", "ply", "stl")
]

export_options = gathered(
    "exports",
    ExportOptions,
    click.option(
        "--graph",
        type=GRAPH,
        metavar="FILE",
        help="Write the graph, an edge for each two that have a facet in common: .graphml, .gexf, .json or .dot.",
    ),
    click.option(
        "--ine",
        type=INE,
        metavar="PLACE",
        help="Write the inequalities of all cells for cddlib and lrs: one after another into a file *.ine, or each into a file "
        "of its own in a folder.",
    ),
    click.option("--ext", type=EXT, metavar="PLACE", help="Write their vertices and rays in the same way; a file is *.ext."),
    *_MESH_OPTIONS,
    click.option(
        "--vtu",
        type=FileName("vtu", written=True),
        metavar="FILE",
        help="Write the cells with values and gradients, of 1, 2 or 3 inputs.",
    ),
    click.option(
        "--level", callback=read_level, metavar="LEVEL", help="Which surface: f = LEVEL; K:LEVEL for the K-th output of many."
    ),
    click.option(
        "--output-number",
        type=click.IntRange(min=1),
        metavar="K",
        help="Whose graph --obj, --ply and --stl show, if there are several outputs.",
    ),
    click.option(
        "--formula",
        type=click.Choice(FORMULAS),
        help="Print one formula of the network instead of records: as text, LaTeX, sympy, Python or C.",
    ),
)
