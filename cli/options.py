"""Options that several commands share, and the network and domain that they describe."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from fractions import Fraction

    from relupoly.geometry.domain import Domain
    from relupoly.geometry.separate import SeparateDomains
    from relupoly.networks.network import Network

MOST_SHARDS = 10_000

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Seconds(click.FloatRange):
    """A time, not negative and not NaN."""

    name = "seconds"

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number that a text stands for."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


def read_size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A number of bytes, perhaps written with kB, MB or GB.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kMG]?)(i?)B?", value, re.IGNORECASE)
    if not found:
        raise click.BadParameter(f"{value!r} is no size; write a number of bytes, or such as 500MB or 2GiB.", ctx, param)
    number, prefix, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** " kmg".index(prefix.lower() or " "))


def read_widths(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int]:
    """The first and the last of the widths W or W1..W2.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    found = re.fullmatch(r"(-?[0-9]{1,6})(?:\.\.(-?[0-9]{1,6}))?", value)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if found and first < 1:
        raise click.BadParameter(f"{value!r}: a net has at least 1 neuron.", ctx, param)
    if first > last:
        raise click.BadParameter(f"{value!r} is no width; write W, or W1..W2 with W1 <= W2.", ctx, param)
    return first, last


def read_share(ctx: click.Context, param: click.Parameter, value: str) -> Fraction:
    """A rational that is not negative.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    from fractions import Fraction

    found = re.fullmatch(r"[0-9]{1,30}(?:\.[0-9]{1,30}|/[0-9]{1,30})?(?:e-?[0-9]{1,3})?", value)
    try:
        return Fraction(value if found else "x")
    except (ValueError, ZeroDivisionError):
        raise click.BadParameter(f"{value!r} is no share; write a number such as 0.01 or 1/100.", ctx, param) from None


def read_shard(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """The numbers i and n of a shard i/n.

    Raises
    ------
    click.BadParameter
        If the text is no such thing.
    """
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", value)
    number, shards = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= shards <= MOST_SHARDS:
        raise click.BadParameter(f"{value!r} is no shard; write I/N with 1 <= I <= N <= {MOST_SHARDS}.", ctx, param)
    return number, shards


def network_options(command: Decorated) -> Decorated:
    """Add --format and --normalize."""
    command = click.option(
        "--normalize", is_flag=True, help="Fold the input and output normalisation of a .nnet file into its layers."
    )(command)
    return click.option(
        "--format", "format_name", metavar="NAME", help="Format of NET, whatever its suffix: json, npz or nnet."
    )(command)


def domain_options(command: Decorated) -> Decorated:
    """Add --box, --domain and --through."""
    command = click.option(
        "--through",
        metavar="FILE",
        help="Restrict to the affine subspace x = p0 + sum t_i (p_i - p0) through the points p0, ..., pk of a table "
        "(.csv, .tsv, .txt, .dat), JSON or .npy file; --box and --domain are then on t.",
    )(command)
    command = click.option(
        "--domain",
        "domain_file",
        metavar="FILE",
        help='Restrict to a polyhedron: .json {"A": rows, "b": entries} (A x <= b; "C" and "d" add C x = d), cddlib .ine '
        "or .ext, or the input set of a .vnnlib file; count-pieces adds up several that do not touch.",
    )(command)
    return click.option(
        "--box",
        nargs=2,
        metavar="LO HI",
        help="Restrict to the box LO <= x <= HI: a number for all coordinates, or comma-separated lists.",
    )(command)


def load_domain(network: Network, box: tuple[str, str] | None, domain_file: str | None, through: str | None) -> Domain:
    """The domain that --box, --domain and --through describe, checked against the network.

    Raises
    ------
    click.UsageError
        If both --box and --domain are given.
    InputError
        If a file or a number cannot be read, the dimensions do not fit, or a file has several domains.
    """
    from relupoly.files import read_domain

    [domain] = _domains(network, box, domain_file, through, lambda file: (read_domain(file),))
    return domain


def load_domains(
    network: Network, box: tuple[str, str] | None, domain_file: str | None, through: str | None
) -> Domain | SeparateDomains:
    """The same, for commands that add up what they find in several domains of one file."""
    from relupoly.files import read_domains
    from relupoly.files.streams import display_name, located
    from relupoly.geometry.separate import SeparateDomains

    domains = _domains(network, box, domain_file, through, read_domains)
    if len(domains) == 1:
        return domains[0]
    with located(display_name(domain_file or "")):
        return SeparateDomains(tuple(domains))


def _domains(
    network: Network,
    box: tuple[str, str] | None,
    domain_file: str | None,
    through: str | None,
    read: Callable[[str], tuple[Domain, ...]],
) -> list[Domain]:
    from relupoly.files import read_points
    from relupoly.files.streams import display_name, located
    from relupoly.geometry.domain import Domain

    if box and domain_file:
        raise click.UsageError("--box and --domain exclude each other; put the box into the file's inequalities")
    if through:
        subspace = read_points(through)
        with located(display_name(through)):
            Domain(subspace=subspace).check_dimension(network.input_dim)
    dimension = subspace.dimension if through else network.input_dim
    what = "parameter" if through else "input"
    inner: tuple[Domain, ...] = (Domain(),)
    if box:
        with located("--box"):
            inner = (_box(box, dimension, what),)
    elif domain_file:
        inner = read(domain_file)
        with located(display_name(domain_file)):
            for one in inner:
                one.check_dimension(dimension, what)
    return [one.inside(subspace) if through else one for one in inner]


def check_standard_input(*files: str | None) -> None:
    """Refuse to read standard input twice.

    Raises
    ------
    click.UsageError
        If "-" stands at two places: the second would find nothing left.
    """
    if files.count("-") > 1:
        raise click.UsageError('standard input can be read once only; give "-" at one place')


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


def output_options(command: Decorated) -> Decorated:
    """Add --json, --jsonl, --output, --force, --quiet and --no-progress."""
    command = quiet_options(command)
    command = click.option("--force", is_flag=True, help="Let --output overwrite a file.")(command)
    command = click.option("--output", "-o", metavar="FILE", help="Write the answer to a file instead of stdout.")(command)
    command = click.option("--jsonl", "as_jsonl", is_flag=True, help="Answer in JSON, each answer on one line.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Answer in one JSON document.")(command)


def quiet_options(command: Decorated) -> Decorated:
    """Add --quiet and --no-progress."""
    command = click.option("--no-progress", is_flag=True, help="No progress on stderr.")(command)
    return click.option("--quiet", "-q", is_flag=True, help="Nothing on stderr but errors.")(command)


def sample_options(command: Decorated) -> Decorated:
    """Add --target, --weights and --format, for a file of samples."""
    command = click.option(
        "--format", "format_name", metavar="NAME", help="Format of DATA, whatever its suffix: csv, json or npz."
    )(command)
    command = click.option(
        "--weights",
        metavar="COLUMN",
        help="The column of the weights, by name or number; by default each sample counts once.",
    )(command)
    # Several are read only to be refused with a reason: there is one output.
    return click.option(
        "--target",
        multiple=True,
        metavar="COLUMN",
        help="The column of the target, by name or number, from 1; by default the last one.",
    )(command)
