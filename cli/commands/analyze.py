"""`relupoly analyze`: how large, how steep, how robust is a network?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..arguments.at_points import RobustPoints
from ..arguments.collisions import check_distinct
from ..arguments.option_values import read_entries
from ..arguments.options import (
    DomainOptions,
    NetworkOptions,
    OutputOptions,
    check_standard_input,
    domain_options,
    network_options,
    output_options,
)
from ..arguments.robust_options import RobustOptions, robust_options
from ..completion.kinds import NETWORK, NEW_CERTIFICATE, NEW_NETWORK, PROPERTY, NameOf
from ..exit_codes import code_of
from ..process.long_work import LongWork, long_work
from ..reports.analysis import analysis_report
from ..reports.words import counted
from .analysis_certificate import (
    PROVED,
    ProofFile,
    check_certificate_file,
    check_norm,
    check_recomputed,
    claims_of,
)
from .analyze_property import analyze_property, check_alone
from .analyze_robust import analyze_robust
from .compressed_net import check_compressed, write_compressed
from .distribution_points import read_distribution_points
from .level_options import level_options, read_level_options

if TYPE_CHECKING:
    from relupoly.analysis.analysis import Analysis
    from relupoly.analysis.compression import Compression
    from relupoly.analysis.recomputation import Recomputed
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.run import Run

    from ..output.answers import Answers

EXAMPLES = """\b
Examples:
  relupoly analyze net.json --box -1 1
  relupoly analyze net.json --only lipschitz --norm inf --json
  relupoly analyze net.json --only shape
  relupoly analyze net.json --box 0 1 --only stable --compress small.json
  relupoly analyze net.onnx --domain prop.vnnlib --only max,min --objective 1,-1,0
  relupoly analyze net.json --box 0 1 --only distribution --at-values 0,1/2 --quantiles 1/2,0.9
  relupoly analyze net.json --box -1 1 --only boundary,topology,volumes --level 1/2
  relupoly analyze net.json --box 0 1 --only boundary --ties 1,2
  relupoly analyze net.onnx --property prop.vnnlib
  relupoly analyze net.json --box -1 1 --only max --certificate proof.jsonl
  relupoly analyze net.json --robust 0.5,1/3 --norm inf
"""

QUANTITIES = ("lipschitz", "max", "min", "moments", "shape", "stable", "distribution", "boundary", "topology", "volumes")
COMBINED = ("max", "min", "distribution", "boundary", "topology")
"""The quantities that a combination of outputs can have."""

MEANT = {
    **dict.fromkeys(("maximum", "supremum"), "max"),
    **dict.fromkeys(("minimum", "infimum"), "min"),
    **dict.fromkeys(("range", "extrema"), "max,min"),
    **dict.fromkeys(("integral", "integrals", "mean", "variance"), "moments"),
    **dict.fromkeys(("convex", "concave", "monotone", "even", "odd", "homogeneous", "injective"), "shape"),
    **dict.fromkeys(("neurons", "dead", "redundant", "facets"), "stable"),
    **dict.fromkeys(("quantiles", "cdf", "atoms", "probability"), "distribution"),
    **dict.fromkeys(("length", "area", "components", "ties"), "boundary"),
    **dict.fromkeys(("betti", "euler", "faces", "f-vector"), "topology"),
    "volume": "volumes",
    "gradient": "lipschitz",
}
"""What people ask for by other words, and the quantity that tells it."""


def read_only(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """The quantities that are asked for."""
    return read_entries(ctx, param, value, QUANTITIES, "no quantity", MEANT)


def read_norm(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """The norm, if it is one.

    Raises
    ------
    click.BadParameter
        If it is no number from 1 on.
    """
    if value in ("1", "2", "inf"):
        return value
    from relupoly.analysis.lipschitz.norms import power_of
    from relupoly.errors import NumberError

    try:
        power_of(value)
    except NumberError as error:
        raise click.BadParameter(str(error), ctx, param) from None
    return value


@click.command(cls=RobustPoints, epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@click.option(
    "--only",
    default="lipschitz,max,min",
    show_default=True,
    callback=read_only,
    type=NameOf(*QUANTITIES, several=True),
    metavar="LIST",
    help="What is found out, with commas between: lipschitz, max, min, and on a bounded domain moments, which are the "
    "integral, the mean and the variance, and distribution, for an input that is uniform there; shape: whether each output "
    "is convex, concave, monotone, even, odd, positively homogeneous, injective; stable: the neurons that never change sign, "
    "and in how many cells whole layers are off; boundary: where the output is --level, or the largest of several outputs is "
    "attained twice: its components, its pieces and its length or area; topology: the Betti numbers of what is below, on and "
    "above --level, and the faces of the complex of cells; volumes: how large the cells are.",
)
@click.option(
    "--norm",
    default="2",
    show_default=True,
    callback=read_norm,
    metavar="P",
    help="In which inputs and outputs are measured, of the Lipschitz constant: 1, 2, inf, or with one output any number from "
    "1 on. Of --robust: 1, 2 or inf; else all three.",
)
@click.option(
    "--objective",
    metavar="WEIGHTS",
    help="For max, min, distribution, boundary and topology: a weight for each output, with commas between, instead of each "
    "output by itself. A Lipschitz constant is that of all outputs all the same.",
)
@level_options
@click.option(
    "--at-values",
    metavar="C,...",
    help="For distribution: tell P(y <= C), the share of the domain on which an output is at most C, for each of these values.",
)
@click.option(
    "--quantiles",
    metavar="P,...",
    help="For distribution: tell the least value C with P(y <= C) >= P, for each of these shares from 0 to 1.",
)
@click.option(
    "--compress",
    "compressed",
    type=NEW_NETWORK,
    metavar="FILE",
    help="Write a smaller network that is equal on the domain, and proved to be so, to a file; --force overwrites one.",
)
@click.option(
    "--certificate",
    type=NEW_CERTIFICATE,
    metavar="FILE",
    help="Write the proof of what is told of lipschitz, max, min or a property, for relupoly check; compressed if it ends in "
    ".gz; --force overwrites a file.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Compute lipschitz, max and min again from cells that other code lists, by exact linear programs; slow. Exit 5 if "
    "they differ.",
)
@click.option(
    "--property",
    "property_file",
    type=PROPERTY,
    metavar="FILE",
    help="Instead, decide a property (.vnnlib): whether some input satisfies all its assertions on inputs and outputs.",
)
@robust_options
@network_options
@domain_options
@long_work("Stop after so long, with what is known by then; exit 4.")
@output_options
def analyze(
    net: str,
    only: tuple[str, ...],
    norm: str,
    objective: str | None,
    level: str | None,
    ties: str | None,
    at_values: str | None,
    quantiles: str | None,
    compressed: str | None,
    certificate: str | None,
    check: bool,
    property_file: str | None,
    robust: RobustOptions,
    form: NetworkOptions,
    where: DomainOptions,
    output: OutputOptions,
    work: LongWork,
) -> None:
    """How large, how steep, how robust is a network, exactly?

    NET is {network_file}. All its cells are looked at, on all of R^n unless --box, --domain
    or --through says otherwise; for max and min on a box, only those where proved bounds leave something open. A maximum or a
    minimum comes with a rational point that has it, or with a ray along which there is no bound. The Lipschitz constant is the
    largest norm of a gradient on a convex domain, of a union on each set by itself, with the cell that has it: rational in the
    norms 1 and inf; in the 2-norm of one output the square is; else it is enclosed, and told rounded up. What shape says no to
    is shown by rational points. In a subspace (--through) points are parameters t, and lengths those of inputs.

    With --robust the class of a point is its largest output, or the side of --level of one output. The radius is the distance
    of the nearest point of the domain at which another output is as large, or the level is reached: rational in the norms 1
    and inf, the root of a rational in the 2-norm.

    With --property the answer is a result of the verification competition: sat, with an exact input and its outputs, or unsat,
    which is proved; timeout if the deadline strikes before that (exit 4).
    """
    from relupoly.analysis import analysis
    from relupoly.files.streams import display_name, named

    check_standard_input(net, property_file, *robust.files.values(), *where.files.values())
    inputs = {"NET": net, "--property": property_file, **robust.files, **where.files}
    check_distinct(inputs, {"--output": output.output_file, "--compress": compressed, "--certificate": certificate})
    if property_file is not None:
        check_alone(where)
        check_certificate_file(certificate, PROVED, output.force)
        analyze_property(net, property_file, certificate, form, output, work)
        return
    if robust.check(level):
        analyze_robust(net, robust, level, norm, form, where, output, work)
        return
    check_compressed(compressed, output.force)
    check_certificate_file(certificate, only, output.force)
    check_recomputed(check, only)
    check_concerned(only, objective)
    points = read_distribution_points(only, at_values, quantiles)
    sets = read_level_options(only, level, ties)
    answers = work.answering(output)
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)
    weights = read_weights(objective, network)
    if (certificate is not None or check) and "lipschitz" in only:
        check_norm("--certificate" if certificate is not None else "--check", norm, domain)
    more = Beside(compressed, ProofFile(certificate, output.force, answers), check, output.force)
    with work.run_on(net) as whole, named(display_name(net)):
        with answers.watching(whole, "cells and boxes") as run:
            found = analysis.analyze(
                network, domain, only, norm=norm, objective=weights, level=sets.level, ties=sets.ties, run=run
            )
        found, smaller, checked, written = more.made(network, domain, found, weights, answers, whole)
    answers.give(analysis_report(net, network, found, only, norm, weights, smaller, points, written, checked))


def check_concerned(only: Sequence[str], objective: str | None) -> None:
    """Refuse --norm and --objective where nothing that is asked for depends on them.

    Raises
    ------
    click.UsageError
        It says what would.
    """
    given = click.get_current_context().get_parameter_source("norm") is not ParameterSource.DEFAULT
    if given and "lipschitz" not in only:
        raise click.UsageError("--norm is of a Lipschitz constant or a radius; add --only lipschitz, for one")
    if objective is not None and not set(only) & set(COMBINED):
        raise click.UsageError(f"--objective is of {', '.join(COMBINED[:-1])} and {COMBINED[-1]}; choose one with --only")


@dataclass(frozen=True)
class Beside:
    """What is made beside the answer: a smaller net, a recomputation, a proof."""

    compressed: str | None
    proof: ProofFile
    check: bool
    force: bool

    def made(
        self,
        network: Network,
        domain: Domain | DomainUnion,
        found: Analysis,
        weights: list[Any] | None,
        answers: Answers,
        run: Run,
    ) -> tuple[Analysis, tuple[Compression, str | None] | None, Recomputed | None, str | None]:
        """The analysis, stopped if a smaller net could not be made in time; and what was made."""
        from relupoly.run import Stopped

        smaller = None
        if self.compressed is not None and found.complete:
            try:
                smaller = write_compressed(network, domain, self.compressed, self.force, answers, run)
            except Stopped as stop:
                found = replace(found, stopped=stop.reason)
        checked = recheck(network, domain, found, weights, answers, run) if self.check and found.complete else None
        claims = partial(claims_of, network, found, weights)
        return found, smaller, checked, self.proof.write(network, claims, found.complete, run)


def recheck(
    network: Network, domain: Domain | DomainUnion, found: Analysis, weights: list[Any] | None, answers: Answers, run: Run
) -> Recomputed | None:
    """What a recomputation says; None, with a word about it, where it was stopped."""
    from relupoly.analysis.recomputation import recompute
    from relupoly.run import Stopped

    try:
        with answers.watching(run, "cells looked at again") as part:
            return recompute(network, domain, found, weights, run=part)
    except Stopped as stop:
        answers.warn("the recomputation was stopped before it was complete")
        answers.note(code_of(stop.reason))
        return None


def read_weights(objective: str | None, network: Network) -> list[Any] | None:
    """The weights of --objective.

    Raises
    ------
    InputError
        If one is no number, or there are not as many as outputs.
    """
    if objective is None:
        return None
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at

    entries = objective.split(",")
    if len(entries) != network.output_dim:
        raise NumberError(
            f"--objective has {counted(len(entries), 'weight')}, but the network has {counted(network.output_dim, 'output')}; "
            "give a weight for each"
        )
    return [rational_at(entry.strip(), f"--objective, weight {place}", NumberError) for place, entry in enumerate(entries, 1)]
