"""`relupoly check`: is a certificate right, of a trained net or of an analysis?"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import NetworkOptions, OutputOptions, check_standard_input, output_options, reading_options
from ..arguments.table_options import SampleOptions, sample_options
from ..arguments.totals import said_leaves
from ..completion.kinds import CERTIFICATE, PROPERTY, SAMPLES_OR_NETWORK
from ..process.long_work import LongWork, long_work
from ..reports.verdict import unfinished_report, verdict_report, wrong_report
from .check_analysis import check_analysis_certificate

if TYPE_CHECKING:
    from flint import fmpq

EXAMPLES = """\b
Examples:
  relupoly check proof.jsonl data.csv
  relupoly check proof.jsonl.gz data.csv --target dose --json
  relupoly check proof.jsonl net.onnx --property prop.vnnlib
"""


@click.command(epilog=EXAMPLES)
@click.argument("certificate", type=CERTIFICATE)
@click.argument("data", type=SAMPLES_OR_NETWORK)
@click.option(
    "--property",
    "property_file",
    type=PROPERTY,
    metavar="FILE",
    help="Of the certificate of an analysis: that it is about this property (.vnnlib), too.",
)
@sample_options
@reading_options
@long_work("Stop after so long; exit 4.")
@output_options
def check(
    certificate: str,
    data: str,
    property_file: str | None,
    table: SampleOptions,
    output: OutputOptions,
    work: LongWork,
    **reading: Any,
) -> None:
    """Is a certificate right, of a trained net or of an analysis?

    CERTIFICATE is what relupoly train or analyze wrote with --certificate; DATA is the samples of the former, or the network of
    the latter, read with the same options; one of them may be - for standard input. The programs that check share no code with
    those that search: they have nothing but integers and fractions. They check that the leaves cover all nets, or all of the
    domain, that each proves its bound, and that the net attains the loss, or the point has the value. Exit 5 if anything is
    wrong, with the line where it is.
    """
    from relupoly.analysis.check.replay import is_analysis
    from relupoly.certificates.lines import read_lines
    from relupoly.disk.sizes import largest_size
    from relupoly.errors import CheckFailed
    from relupoly.files.streams import display_name, located
    from relupoly.run import Stopped
    from relupoly.training.check import check_certificate, drop_weightless
    from relupoly.training.check.header import is_training

    check_standard_input(certificate, data, property_file)
    check_distinct({"CERTIFICATE": certificate, "DATA": data, "--property": property_file}, {"--output": output.output_file})
    form = NetworkOptions(table.format_name, **reading)
    try:
        with located(display_name(certificate)), work.reading(certificate):
            first, lines = first_and_all(read_lines(certificate, largest_size()))
    except CheckFailed as error:
        work.answering(output).give(wrong_report(str(error), certificate, data))
        return
    if is_analysis(first):
        check_analysis_certificate(certificate, data, property_file, form, output, work, lines)
        return
    if not is_training(first) and is_certificate(data):
        raise click.UsageError("the certificate stands first, and then the samples or the network; swap them")
    if property_file is not None or dataclasses.replace(form, format_name=None).given:
        raise click.UsageError("this certificate is about samples; leave out --property, and options that read networks")
    answers = work.answering(output)
    with work.reading(data):
        samples = table.read(data)
    points, targets = [fractions(point) for point in samples.points], fractions(samples.targets)
    masses = None if samples.weights is None else fractions(samples.weights)
    with located(display_name(data)):
        drop_weightless(points, targets, masses)
    with work.reading(certificate):
        leaves = said_leaves(certificate)
    with work.run_on(certificate) as whole, answers.watching(whole, "leaves checked", leaves) as run:
        try:
            # Its lines are read all the time, and there is no answer before the last one.
            with located(display_name(certificate)), work.reading(certificate):
                verdict = check_certificate(lines, points, targets, masses, run=run)
        except CheckFailed as error:
            report = wrong_report(str(error), certificate, data)
        except Stopped as stop:
            report = unfinished_report(stop.reason, certificate, data)
        else:
            report = verdict_report(verdict, certificate, data)
    answers.give(report)


def is_certificate(file: str) -> bool:
    """Whether the first line of a file is that of a certificate."""
    from relupoly.analysis.check.replay import is_analysis
    from relupoly.certificates.lines import read_lines
    from relupoly.disk.sizes import largest_size
    from relupoly.errors import RelupolyError
    from relupoly.training.check.header import is_training

    if not os.path.isfile(file):
        return False
    try:
        first, _ = first_and_all(read_lines(file, largest_size()))
    except RelupolyError:
        return False
    return is_analysis(first) or is_training(first)


def first_and_all(lines: Iterator[str]) -> tuple[Any, Iterable[str]]:
    """The document on the first line, or None, and all lines.

    Raises
    ------
    CheckFailed
        If the file is damaged there.
    """
    from relupoly.errors import CheckFailed

    try:
        begun = list(itertools.islice(lines, 1))
        document = json.loads(begun[0]) if begun else None
    except CheckFailed as error:
        raise CheckFailed(f"line 1: {error}") from None
    except (ValueError, RecursionError):
        document = None
    return document, itertools.chain(begun, lines)


def fractions(values: tuple[fmpq, ...]) -> list[Fraction]:
    """Exact numbers as the checker wants them."""
    from relupoly.exact.fractions import to_fraction

    return list(map(to_fraction, values))
