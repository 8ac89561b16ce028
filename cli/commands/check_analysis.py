"""`relupoly check CERTIFICATE NET`: is the certificate of an analysis right?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from ..arguments.options import NetworkOptions, OutputOptions
from ..arguments.totals import said_leaves
from ..process.long_work import LongWork
from ..reports.analysis_verdict import analysis_verdict_report
from ..reports.verdict import unfinished_report, wrong_report

if TYPE_CHECKING:
    from fractions import Fraction

    from relupoly.analysis.check.claims import Claim
    from relupoly.networks.network import Network
    from relupoly.networks.property import Property

_OF_SAMPLES = {
    "target": "--target",
    "weights": "--weights",
    "inputs": "--inputs",
    "exclude": "--exclude",
    "one_hot": "--one-hot",
    "categories": "--categories",
    "dropna": "--dropna",
    "header": "--header",
}


def check_analysis_certificate(
    certificate: str,
    net: str,
    property_file: str | None,
    form: NetworkOptions,
    output: OutputOptions,
    work: LongWork,
    lines: Iterable[str],
) -> None:
    """Check the certificate of an analysis, whose lines come one by one, and tell what it proves."""
    from relupoly.analysis.check import check_analysis
    from relupoly.errors import CheckFailed
    from relupoly.files.properties import read_property
    from relupoly.files.streams import display_name, located
    from relupoly.run import Stopped

    _check_options()
    answers = work.answering(output)
    with work.reading(net):
        network = form.read(net)
        layers = layer_rows(network)
    asked = None
    if property_file is not None:
        with work.reading(property_file):
            asked = read_property(property_file)
    with work.reading(certificate):
        leaves = said_leaves(certificate)
    with work.run_on(certificate) as whole, answers.watching(whole, "leaves checked", leaves) as run:
        try:
            with located(display_name(certificate)), work.reading(certificate):
                verdict = check_analysis(lines, network.input_dim, layers, expected=partial(_check_property, asked), run=run)
        except CheckFailed as error:
            report = wrong_report(str(error), certificate, net)
        except Stopped as stop:
            report = unfinished_report(stop.reason, certificate, net)
        else:
            report = analysis_verdict_report(verdict, certificate, net)
    answers.give(report)


def layer_rows(network: Network) -> list[tuple[list[list[Fraction]], list[Fraction], list[bool]]]:
    """The layers of a network as the checker wants them."""
    from relupoly.exact.blocks import densely
    from relupoly.exact.fractions import to_fraction
    from relupoly.exact.matrices import rows_of

    hidden = len(network.hidden)
    return [
        (
            [list(map(to_fraction, row)) for row in rows_of(densely(layer.weight))],
            list(map(to_fraction, layer.bias.entries())),
            list(map(bool, layer.has_relu)) if number < hidden else [False] * layer.outputs,
        )
        for number, layer in enumerate(network.layers)
    ]


def _check_property(asked: Property | None, claims: Sequence[Claim]) -> None:
    """Raise unless a certificate is about the property that is asked about, if one is.

    Raises
    ------
    CheckFailed
        If none of its claims is.
    """
    from relupoly.errors import CheckFailed
    from relupoly.exact.fractions import to_fraction

    if asked is None:
        return
    wanted = [
        [
            (
                {place: to_fraction(slope) for place, slope in one.inputs},
                {place: to_fraction(slope) for place, slope in one.outputs},
                to_fraction(one.bound),
                one.strict,
            )
            for one in some
        ]
        for some in asked.alternatives
    ]
    for claim in claims:
        if claim.kind == "property":
            stated = [[(one.inputs, one.outputs, one.bound, one.strict) for one in some] for some in claim.alternatives]
            if stated == wanted:
                return
    raise CheckFailed("it proves nothing of the property in the file of --property")


def _check_options() -> None:
    """Refuse options that say how samples are read.

    Raises
    ------
    click.UsageError
        It names the first one.
    """
    from click.core import ParameterSource

    context = click.get_current_context()
    given = [
        option for name, option in _OF_SAMPLES.items() if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"{given[0]} is about samples; this certificate is about a network")
