"""Options that several commands share: each group reaches a command as one object, which knows what to do with them.

`network_options` and the others are decorators: they add their options to a command, and hand it a dataclass in their place.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import click

from ..completion.kinds import ANSWER, DOMAIN, FORMATS, NETWORK_FORMAT, ROWS
from ..output import narration
from ..output.answers import Answers
from .gathering import Decorated as Decorated
from .gathering import Decorator as Decorator
from .gathering import gathered as gathered
from .gathering import together as together
from .reading_values import convolutions, input_shape, known_activation

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network


@dataclass(frozen=True)
class NetworkOptions:
    """How network files are read."""

    format_name: str | None = None
    normalize: bool = False
    drop_last: bool = False
    output_node: str | None = None
    activation: str | None = None
    input_shape: tuple[int, ...] | None = None
    convolutions: tuple[tuple[int, int], ...] = ()

    @property
    def given(self) -> bool:
        """Whether any of these options was given."""
        return any(getattr(self, field.name) not in (None, False, ()) for field in dataclasses.fields(self))

    def among(self, files: Sequence[str]) -> list[NetworkOptions]:
        """These options for each of several files: without those that only the formats of the others take."""
        from relupoly.errors import FileFormatError
        from relupoly.files.network_format import WANTED
        from relupoly.files.networks import NETWORK_FORMATS

        try:
            takes = [NETWORK_FORMATS[NETWORK_FORMATS.name_of(file, self.format_name)].takes for file in files]
        except FileFormatError:  # whoever reads that file says so
            return [self for _ in files]
        some = {option for option in WANTED if any(option in one for one in takes)}
        default = NetworkOptions()
        return [
            dataclasses.replace(self, **{option: getattr(default, option) for option in some.difference(one)}) for one in takes
        ]

    def read(self, file: str) -> Network:
        """The network in a file."""
        from relupoly.files import read_network

        return read_network(
            file,
            self.format_name,
            self.normalize,
            self.drop_last,
            self.output_node,
            self.activation,
            self.input_shape,
            self.convolutions,
        )


NETWORK_FILE = f"a network file (native .{FORMATS.replace(', ', ', .').replace(' or ', ' or .')})"
"""What stands in help texts for {network_file}."""

reading_options = together(
    click.option("--normalize", is_flag=True, help="Fold the input and output normalisation of a .nnet file into its layers."),
    click.option(
        "--drop-last", is_flag=True, help="Leave off the last activation of an .onnx file: softmax, sigmoid, tanh, ..."
    ),
    click.option("--output-node", metavar="NAME", help="Take a tensor or node inside an .onnx file as the output."),
    click.option(
        "--activation",
        metavar="NAME",
        callback=known_activation,
        help="What stands between the layers of a file of weights alone (.npz, .safetensors, .pt): relu by default, or "
        "identity, leaky_relu:0.01, relu6, hardtanh:-1:1, hardsigmoid, abs. A decimal is rounded to the type of the weights, "
        "as programs do that compute with them; a fraction is exact.",
    ),
    click.option(
        "--input-shape",
        metavar="C,H,W",
        callback=input_shape,
        help="Channels and lengths of the input of a .safetensors or .pt file with convolutions.",
    ),
    click.option(
        "--convolutions",
        metavar="STRIDE:PADDING,...",
        callback=convolutions,
        help="Stride and padding of each of these convolutions, or once for all of them.",
    ),
)
"""The options of readers but --format, for a command that calls that one by another name."""

_with_network_options = gathered(
    "form",
    NetworkOptions,
    click.option(
        "--format", "format_name", type=NETWORK_FORMAT, metavar="NAME", help=f"Format of NET, whatever its suffix: {FORMATS}."
    ),
    reading_options,
)


def network_options(command: Decorated) -> Decorated:
    """Hand a command `NetworkOptions`, and say in its help what a {network_file} is."""
    command.__doc__ = (command.__doc__ or "").replace("{network_file}", NETWORK_FILE)
    return cast(Decorated, _with_network_options(command))


@dataclass(frozen=True)
class DomainOptions:
    """On which inputs a question is asked: all of them unless one of these is given."""

    box: tuple[str, str] | None
    domain_files: tuple[str, ...]
    through: str | None

    @property
    def given(self) -> bool:
        """Whether any of these options was given."""
        return any((self.box, self.domain_files, self.through))

    @property
    def files(self) -> dict[str, str | None]:
        """The files that are read, by the names of their options."""
        several = len(self.domain_files) > 1
        domains = {f"--domain {file}" if several else "--domain": file for file in self.domain_files}
        return {**domains, "--through": self.through}

    @property
    def file(self) -> str | None:
        """One of them, if there is one: what a message names."""
        return next(iter(self.domain_files), None) or self.through

    def load(self, network: Network) -> Domain:
        """The domain, checked against the network.

        Raises
        ------
        click.UsageError
            If both --box and --domain are given, or --domain several times.
        InputError
            If a file or a number cannot be read, the dimensions do not fit, or a file has several domains.
        """
        from relupoly.files import read_domain

        if len(self.domain_files) > 1:
            raise click.UsageError(
                "--domain is given several times, and this takes one; count-pieces, equal and regions take their union"
            )
        [domain] = _domains(network, self, lambda file: (read_domain(file),))
        return domain

    def load_all(self, network: Network) -> Domain | DomainUnion:
        """The same, for commands that take the union of several domains, of one file or of several."""
        from relupoly.files import read_domains
        from relupoly.files.streams import display_name, located

        domains = _domains(network, self, read_domains)
        if len(domains) == 1:
            return domains[0]
        from relupoly.geometry.union import DomainUnion

        with located(", ".join(map(display_name, self.domain_files))):
            return DomainUnion(tuple(domains))


domain_options = gathered(
    "where",
    DomainOptions,
    click.option(
        "--box",
        nargs=2,
        metavar="LO HI",
        help="Restrict to the box LO <= x <= HI: a number for all coordinates, or comma-separated lists.",
    ),
    click.option(
        "--domain",
        "domain_files",
        type=DOMAIN,
        metavar="FILE",
        multiple=True,
        help='Restrict to a polyhedron: .json {"A": rows, "b": entries} (A x <= b; "C" and "d" add C x = d), cddlib .ine '
        "or .ext, or the input set of a .vnnlib file. Of several, in one file or by several of these options, count-pieces, "
        "equal and regions take the union.",
    ),
    click.option(
        "--through",
        type=ROWS,
        metavar="FILE",
        help="Restrict to the affine subspace x = p0 + sum t_i (p_i - p0) through the points p0, ..., pk of a table "
        "(.csv, .tsv, .txt, .dat), JSON or .npy file; --box and --domain are then on t, or a --domain on x, if it has as "
        "many coordinates.",
    ),
)


@dataclass(frozen=True)
class OutputOptions:
    """Where an answer goes, and in which form."""

    as_json: bool = False
    as_jsonl: bool = False
    output_file: str | None = None
    force: bool = False
    quiet: bool = False
    no_progress: bool = False

    @property
    def machine(self) -> bool:
        """Whether a program reads the answer."""
        return self.as_json or self.as_jsonl

    @property
    def to_terminal(self) -> bool:
        """Whether the answer appears on a terminal, where a line of progress would come between its rows."""
        return self.output_file in (None, "-") and sys.stdout is not None and sys.stdout.isatty()

    def answers(self, several: bool = False) -> Answers:
        """The answers of a command, about several inputs or one."""
        return Answers(several, self.as_json, self.as_jsonl, self.output_file, self.force, self.quiet, self.no_progress)


quiet_options = together(*(click.option(*names, **settings) for names, settings in narration.OPTIONS))
"""--quiet and what goes with it, for commands whose other options about output are their own."""

_OUTPUT = (
    click.option("--json", "as_json", is_flag=True, help="Answer in one JSON document."),
    click.option("--jsonl", "as_jsonl", is_flag=True, help="Answer in JSON, each answer on one line."),
    click.option(
        "--output", "-o", "output_file", type=ANSWER, metavar="FILE", help="Write the answer to a file instead of stdout."
    ),
    click.option("--force", is_flag=True, help="Let --output overwrite a file."),
)
output_options = gathered("output", OutputOptions, *_OUTPUT, quiet_options)


@dataclass(frozen=True)
class TableOptions(OutputOptions):
    """The same, for answers that may be rows of a table."""

    as_csv: bool = False

    @property
    def machine(self) -> bool:
        """Whether a program reads the answer."""
        return self.as_csv or super().machine

    def answers(self, several: bool = False) -> Answers:
        """The answers of a command, about several inputs or one."""
        narrated = (self.output_file, self.force, self.quiet, self.no_progress)
        return Answers(several, self.as_json, self.as_jsonl, *narrated, as_csv=self.as_csv)


_csv_option = click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV, a header and rows.")
table_options = gathered("output", TableOptions, *_OUTPUT[:2], _csv_option, *_OUTPUT[2:], quiet_options)

jobs_option = click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="At most so many threads; by default all cores."
)


def check_standard_input(*files: str | None) -> None:
    """Refuse to read standard input twice.

    Raises
    ------
    click.UsageError
        If "-" stands at two places: the second would find nothing left.
    """
    if files.count("-") > 1:
        raise click.UsageError('standard input can be read once only; give "-" at one place')


def _domains(network: Network, where: DomainOptions, read: Callable[[str], tuple[Domain, ...]]) -> list[Domain]:
    from relupoly.files.streams import display_name, located
    from relupoly.geometry.domain import Domain

    box, through = where.box, where.through
    if box and where.domain_files:
        raise click.UsageError("--box and --domain exclude each other; put the box into the file's inequalities")
    if through:
        from relupoly.files import read_points

        subspace = read_points(through)
        with located(display_name(through)):
            Domain(subspace=subspace).check_dimension(network.input_dim)
    dimension = subspace.dimension if through else network.input_dim
    what = "parameter" if through else "input"
    inner: tuple[Domain, ...] = (Domain(),)
    if box:
        with located("--box"):
            inner = (_box(box, dimension, what),)
    elif where.domain_files:
        inner = ()
        for file in where.domain_files:
            found = read(file)
            with located(display_name(file)):
                if through and dimension != network.input_dim:
                    found = tuple(_in_parameters(one, network, subspace) for one in found)
                for one in found:
                    one.check_dimension(dimension, what)
            inner += found
    return [one.inside(subspace) if through else one for one in inner]


def _in_parameters(domain: Domain, network: Network, subspace: AffineSubspace) -> Domain:
    """A polyhedron on the inputs, restricted to a subspace: one on the parameters; any other domain as it is."""
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.equations import section

    if domain.polyhedron is None or domain.subspace or domain.dimension != network.input_dim:
        return domain
    return Domain(section(domain.polyhedron, subspace, domain.name).polyhedron, None, domain.name)


def _box(bounds: tuple[str, str], dimension: int, what: str) -> Domain:
    from relupoly.errors import DomainError
    from relupoly.geometry.domain import Domain

    sides = []
    for name, text in zip(("LO", "HI"), bounds, strict=True):
        entries = [entry.strip() for entry in text.split(",")]
        if len(entries) == 1:
            entries *= dimension
        if len(entries) != dimension:
            right = "1 number" if dimension == 1 else f"1 number, or {dimension}"
            there = f"there is 1 {what}" if dimension == 1 else f"there are {dimension} {what}s"
            raise DomainError(f"{name} has {len(entries)} numbers, but {there}; give {right}")
        sides.append(entries)
    return Domain.box(*sides)
