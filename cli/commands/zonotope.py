"""`relupoly zonotope`: vertices, faces and volume of a sum of segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import OutputOptions, gathered, output_options
from ..completion.kinds import GENERATORS, NEW_NETWORK, NameOf
from ..output.answers import Answers, check_output
from ..process.long_work import LongWork, long_work
from ..reports.zonotope import zonotope_document, zonotope_report

if TYPE_CHECKING:
    from relupoly.geometry.zonotope import Zonotope
    from relupoly.run import Run

RANDOM = "random"

EXAMPLES = """\b
Examples:
  relupoly zonotope generators.csv
  relupoly zonotope --family permutohedron --n 4 --list
  relupoly zonotope --family moment --n 3 --generators 10 --net support.json --small
"""


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


@click.command(epilog=EXAMPLES)
@click.argument("file", type=GENERATORS, metavar="[FILE]", required=False)
@click.option(
    "--format",
    "format_name",
    type=NameOf("csv", "json", "ext", "npy"),
    metavar="NAME",
    help="Format of FILE, whatever its suffix: csv, json, ext or npy.",
)
@click.option(
    "--family",
    type=NameOf("cube", "permutohedron", "typeB", "resonance", "moment", "random"),
    metavar="NAME",
    help="A named zonotope instead of FILE: cube, permutohedron, typeB, resonance (all 0/1 vectors, the White Whale), moment "
    "(on the moment curve) or random (integers).",
)
@click.option("--n", "dimension", type=click.IntRange(min=1), metavar="N", help="The dimension of the space, for --family.")
@click.option(
    "--generators", type=click.IntRange(min=1), metavar="M", help="The number of generators, for --family moment and random."
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="The seed, for --family random; by default 0.")
@click.option("--range", "ends", nargs=2, type=int, metavar="LO HI", help="The entries, for --family random; by default -9 9.")
@click.option("--list", "listing", is_flag=True, help="List the vertices too.")
@click.option(
    "--net",
    "net_file",
    type=NEW_NETWORK,
    metavar="FILE",
    help="Write the support function as a network with two neurons a generator.",
)
@click.option("--small", is_flag=True, help="With --net: one neuron a generator, and two more.")
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Exit 5 on any other number of vertices.")
@long_work("Stop after so long with what is known then; exit 4.")
@output_options
@gathered("asked", ZonotopeOptions)
def zonotope(
    asked: ZonotopeOptions,
    listing: bool,
    net_file: str | None,
    small: bool,
    expect: int | None,
    output: OutputOptions,
    work: LongWork,
) -> None:
    """How many faces has a zonotope, and how large is it?

    The zonotope is the sum of the segments [-b, b] over its generators b, any of which may be zero, parallel to others or
    dependent on them. FILE has one generator on each line (a table; - is standard input), or is JSON {"generators": rows}, a
    V-representation of cddlib (.ext) or an array (.npy). A table (.csv, .tsv, .txt or .dat) has commas, semicolons, tabs or
    blanks between its entries. The f-vector counts the faces of dimension 0, 1, ... up to the facets. All answers are exact;
    the vertices are the regions of the arrangement of hyperplanes that is dual to it.
    """
    if small and net_file is None:
        raise click.UsageError("--small goes with --net")
    if net_file == "-" and output.output_file is None:
        raise click.UsageError(
            "standard output holds the answer; give --net a file, or send the answer elsewhere with --output"
        )
    asked.check()
    check_distinct({"FILE": asked.file}, {"--output": output.output_file, "--net": net_file})
    answers = work.answering(output)
    check_output("--net", net_file, output.force)
    chosen = asked.load(work)
    if net_file is not None:
        with answers.keeping():
            write_support(chosen, net_file, small, output.force)
    document = zonotope_document(chosen, asked.name)
    if listing:
        document["vertex_list"] = []
    with work.run_on(asked.name) as run:
        compute(chosen, document, run, answers)
    answers.give(zonotope_report(document, expect))


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


def write_support(zonotope: Zonotope, target: str, small: bool, force: bool) -> None:
    """Write the net of the support function."""
    from relupoly.constructions.support_function import small_support_function
    from relupoly.constructions.zonotope import support_function
    from relupoly.files import write_network

    make = small_support_function if small else support_function
    write_network(make(zonotope.generators), target, force=force)


def compute(zonotope: Zonotope, document: dict[str, Any], run: Run, answers: Answers) -> None:
    """Fill the document, as far as the run allows."""
    from relupoly.run import Stopped

    try:
        count(zonotope, document, run, answers)
        if "vertex_list" in document:
            with answers.watching(run, "vertices") as listing:
                enumerate_vertices(zonotope, document["vertex_list"], listing)
            document["vertex_list"].sort(key=_coordinates)
    except Stopped as stop:
        document["stopped"] = stop.reason
    else:
        document["complete"] = True


def count(zonotope: Zonotope, document: dict[str, Any], run: Run, answers: Answers) -> None:
    """Everything that is counted or measured, the quickest first."""
    from relupoly.exact.json_numbers import whole_or_text
    from relupoly.geometry.characteristic import Work
    from relupoly.geometry.volume import relative_volume
    from relupoly.geometry.zonotope import faces, vertices
    from relupoly.run.cores import threads_for

    with answers.watching(run, "restrictions") as counting:
        document["vertices"] = vertices(zonotope, Work(jobs=threads_for(None), run=counting))
    document["relative_volume"] = whole_or_text(relative_volume(zonotope, run))
    document["volume"] = document["relative_volume"] if zonotope.dimension == zonotope.ambient_dimension else 0
    document["f_vector"] = list(faces(zonotope, Work(run=run)))
    document["facets"] = document["f_vector"][-1] if zonotope.dimension else 0


def enumerate_vertices(zonotope: Zonotope, vertex_list: list[list[int | str]], run: Run) -> None:
    """Add every vertex to a list."""
    from relupoly.exact.json_numbers import whole_or_text
    from relupoly.pieces.enumeration.vertices import list_vertices

    for vertex in list_vertices(zonotope, run):
        vertex_list.append(list(map(whole_or_text, vertex)))
        run.progress(len(vertex_list))


def _coordinates(vertex: list[int | str]) -> list[Any]:
    from fractions import Fraction

    return [Fraction(entry) for entry in vertex]
