"""The files into which `relupoly regions` writes whole lists: graphs, blocks of cddlib, meshes; and the formula."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import click

from relupoly.errors import DomainError, MissingPackageError, NetworkError

from ..arguments.region_options import ExportOptions
from ..arguments.region_values import output_of
from ..exit_codes import code_of
from ..output.answers import Answers, check_output
from ..reports.words import why_partial
from .region_filters import cells_of

if TYPE_CHECKING:
    from relupoly.analysis.meshes.mesh import Mesh
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.pieces.listing.records import CellRecord, PieceRecord
    from relupoly.run import Run

Record: TypeAlias = "CellRecord | PieceRecord"
Some = TypeVar("Some")

_NEEDED = {
    "graph": ("facets", "neighbours", "gradient"),
    "ine": ("facets", "gradient"),
    "ext": ("vertices", "rays"),
    "meshes": ("gradient", "constant", "vertices", "rays", "bounded"),
    "formula": ("gradient", "constant", "facets", "convex"),
}
"""What has to be known of records."""

# In how many inputs these are drawn.
_LEVEL, _GRAPH, _CELLS = (2, 3), (1, 2), (1, 2, 3)


def check_files(options: ExportOptions, force: bool) -> None:
    """Refuse files that cannot be written, before anything is read.

    Raises
    ------
    FileFormatError
        It names the option, and the file.
    MissingPackageError
        If a package is missing that writes one.
    """
    if options.graph is not None:
        check_graph(options.graph, force)
    for name, place in options.blocks.items():
        if not place:
            raise click.UsageError(f"--{name} '': it is no name; give one of a file *.{name}, or of a folder")
        if is_one_file(place, name):
            check_output(f"--{name}", place, force)
        else:
            check_folder(name, place, force)
    for name, place in options.meshes.items():
        check_output(f"--{name}", place, force)
    if options.meshes and importlib.util.find_spec("meshio") is None:
        raise MissingPackageError("files of meshes need the package meshio: pip install relupoly[mesh]")


def check_graph(place: str, force: bool) -> None:
    """Refuse the file of a graph that cannot be written, or has no format of graphs."""
    from relupoly.files.graphs import check_graph_target
    from relupoly.files.streams import located

    with located("--graph"):
        check_graph_target(place, force=force)


def check_folder(name: str, place: str, force: bool) -> None:
    """Refuse a folder for blocks that holds some already."""
    from relupoly.files.polyhedra.cdd_writer import check_block_folder
    from relupoly.files.streams import located

    with located(f"--{name}"):
        check_block_folder(place, kind_of(name), force)


def kind_of(name: str) -> str:
    """What rows of .ine and .ext are."""
    from relupoly.geometry.double_description import GENERATORS, INEQUALITIES

    return {"ine": INEQUALITIES, "ext": GENERATORS}[name]


def is_one_file(place: str, suffix: str) -> bool:
    """Whether all blocks go into one file, since it has their suffix; else each goes into a folder."""
    return Path(place).suffix.lower() == f".{suffix}" and not Path(place).is_dir()


def _ticking(records: Iterable[Some], run: Run) -> Iterator[Some]:
    """Records, each after it was asked whether to go on."""
    for record in records:
        run.tick()
        yield record


def _name(cell: CellRecord) -> str:
    """What a block is called."""
    return f"cell {cell.number}" + ("" if cell.subspace is None else f" of subspace {cell.subspace}")


@dataclass(frozen=True)
class Exports:
    """Files that are written when a list is whole, and the formula.

    Attributes
    ----------
    options : ExportOptions
    network : Network
    domain : Domain or DomainUnion
    inputs : int
        The number of coordinates.
    file : str
        The network, as it was given.
    force : bool
        Whether files may be overwritten.
    told : tuple of str
        What the nodes of the graph tell.

    Raises
    ------
    InputError
        If there is no such mesh, in any number of inputs or of outputs; or a mesh or the formula is asked for, and sets lie in
        several subspaces.
    """

    options: ExportOptions
    network: Network
    domain: Domain | DomainUnion
    inputs: int
    file: str
    force: bool
    told: tuple[str, ...]

    def __post_init__(self) -> None:
        self._check_coordinates()
        for name, place in self.options.meshes.items():
            from relupoly.files.meshes import mesh_format

            allowed = self._drawn_in(name)
            if self.inputs not in allowed:
                many = "1 input" if self.inputs == 1 else f"{self.inputs} inputs"
                several = " or ".join(map(str, allowed))
                raise NetworkError(f"--{name} draws in {several} inputs, and there are {many}; choose some with --through")
            mesh_format(place, self.inputs - (allowed == _LEVEL), name)
        if self.options.surfaces:
            self._output()

    def _check_coordinates(self) -> None:
        from relupoly.files.streams import located
        from relupoly.pieces.listing.one_subspace import check_one_subspace

        asked = dict.fromkeys(self.options.meshes, "a mesh")
        if self.options.formula is not None:
            asked["formula"] = "a formula"
        for name, what in asked.items():
            with located(f"--{name}"):
                check_one_subspace(self.domain, what)

    @property
    def fields(self) -> tuple[str, ...]:
        """What has to be known of records."""
        options = self.options
        asked = {name: getattr(options, name) is not None for name in ("graph", "ine", "ext", "formula")}
        asked["meshes"] = bool(options.meshes)
        return tuple(dict.fromkeys(field for name, is_asked in asked.items() if is_asked for field in _NEEDED[name]))

    @property
    def wanted(self) -> bool:
        """Whether there is anything to keep records for."""
        return bool(self.options.files) or self.options.formula is not None

    def check(self, record: Record) -> None:
        """Refuse a record of which there is no mesh, or whose vertices are not known, as soon as it comes.

        Raises
        ------
        DomainError
            It says what would be right.
        """
        if self.options.ext is not None and any(cell.vertices is None for cell in cells_of([record])):
            raise DomainError(
                "vertices of cells of so many inputs are not known; find them with --cells --vertices, or leave --ext out"
            )
        if self.options.meshes:
            from relupoly.analysis.meshes.shapes import Shape

            for cell in cells_of([record]):
                Shape.of(cell, _CELLS)

    def write(self, records: Sequence[Record], run: Run, answers: Answers) -> None:
        """Write all files; one that cannot be written does not stop the others."""
        from relupoly.files.streams import display_name
        from relupoly.run import Stopped

        for place, write in self._writers(records, run):
            shown = display_name(place)
            try:
                with answers.keeping():
                    write()
                    answers.say(f"wrote {shown}")
            except Stopped as stop:
                answers.complain(f"{shown} is not written, {why_partial(stop.reason)}", code_of(stop.reason))

    def formula(self, records: Sequence[Record], is_whole: bool, run: Run) -> str:
        """The formula of the network on the records, which may be all there are.

        Raises
        ------
        Stopped
            If the run ends before.
        """
        from relupoly.analysis.formula.assembly import formula_of
        from relupoly.analysis.formula.forms import formula_text
        from relupoly.files.streams import display_name

        found = formula_of(_ticking(records, run), self.domain, title=display_name(self.file), complete=is_whole)
        return formula_text(found, str(self.options.formula))

    def _writers(self, records: Sequence[Record], run: Run) -> Iterator[tuple[str, Callable[[], None]]]:
        """The files, and what writes each."""
        options, cells = self.options, cells_of(records)
        if options.graph is not None:
            yield options.graph, functools.partial(self._write_graph, records, run)
        for name, place in options.blocks.items():
            yield place, functools.partial(self._write_blocks, _ticking(cells, run), name, place)
        for name, place in options.meshes.items():
            yield place, functools.partial(self._write_mesh, _ticking(cells, run), name, place)

    def _write_graph(self, records: Sequence[Record], run: Run) -> None:
        from relupoly.files.graphs import write_graph
        from relupoly.pieces.listing.graph import graph_of

        assert self.options.graph is not None
        graph = graph_of(records, self.domain, told=self.told, run=run)
        write_graph(graph, self.options.graph, force=self.force)

    def _write_blocks(self, cells: Iterable[CellRecord], name: str, place: str) -> None:
        from relupoly.files.polyhedra.cdd_writer import encode_block, write_block_files, write_blocks
        from relupoly.pieces.listing.cdd_rows import generator_rows, inequality_rows

        kind, rows = kind_of(name), {"ine": inequality_rows, "ext": generator_rows}[name]
        blocks = ((cell.number, encode_block(kind, rows(cell), _name(cell))) for cell in cells)
        if is_one_file(place, name):
            write_blocks((block for _, block in blocks), place, self.force)
        else:
            write_block_files(blocks, place, kind, self.force)

    def _write_mesh(self, cells: Iterable[CellRecord], name: str, place: str) -> None:
        self._mesh(cells, name).save(place, name, self.force)

    def _mesh(self, cells: Iterable[CellRecord], name: str) -> Mesh:
        from relupoly.analysis.meshes.cell_mesh import cell_mesh
        from relupoly.analysis.meshes.graph_surface import graph_surface
        from relupoly.analysis.meshes.level_surface import level_surface

        if name not in self.options.surfaces:
            return cell_mesh(cells)
        if self.options.level is None:
            return graph_surface(cells, self._output())
        return level_surface(cells, self.options.level.value, self._output())

    def _drawn_in(self, name: str) -> tuple[int, ...]:
        if name not in self.options.surfaces:
            return _CELLS
        return _GRAPH if self.options.level is None else _LEVEL

    def _output(self) -> int:
        if self.options.level is not None:
            return self.options.level.output_of(self.network, "--level")
        number = self.options.output_number
        given = "--obj, --ply, --stl" if number is None else f"--output-number {number}"
        return output_of(self.network, number, given, "--output-number 1")
