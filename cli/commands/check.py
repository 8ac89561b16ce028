"""`relupoly check`: is a trained net's certificate right?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click

from ..arguments.collisions import check_distinct
from ..arguments.options import OutputOptions, check_standard_input, output_options
from ..arguments.table_options import SampleOptions, sample_options
from ..arguments.totals import said_leaves
from ..completion.kinds import CERTIFICATE, SAMPLES
from ..process.long_work import LongWork, long_work
from ..reports.verdict import unfinished_report, verdict_report, wrong_report

if TYPE_CHECKING:
    from flint import fmpq

EXAMPLES = """\b
Examples:
  relupoly check proof.jsonl data.csv
  relupoly check proof.jsonl.gz data.csv --target dose --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("certificate", type=CERTIFICATE)
@click.argument("data", type=SAMPLES)
@sample_options
@long_work("Stop after so long; exit 4.")
@output_options
def check(certificate: str, data: str, table: SampleOptions, output: OutputOptions, work: LongWork) -> None:
    """Is the certificate of a trained net right?

    CERTIFICATE is what relupoly train wrote with --certificate, DATA the samples, read with the same options; one of them may
    be - for standard input. The program that checks shares no code with the one that searches: it has nothing but integers
    and fractions. It checks that the leaves cover all nets, that each proves its bound, and that the net attains the loss.
    Exit 5 if anything is wrong, with the line where it is.
    """
    from relupoly.disk.sizes import largest_size
    from relupoly.errors import CheckFailed
    from relupoly.files.streams import display_name, located
    from relupoly.run import Stopped
    from relupoly.training.check import check_certificate, drop_weightless, read_lines

    check_standard_input(certificate, data)
    check_distinct({"CERTIFICATE": certificate, "DATA": data}, {"--output": output.output_file})
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
                lines = read_lines(certificate, largest_size())
                verdict = check_certificate(lines, points, targets, masses, run=run)
        except CheckFailed as error:
            report = wrong_report(str(error), certificate, data)
        except Stopped as stop:
            report = unfinished_report(stop.reason, certificate, data)
        else:
            report = verdict_report(verdict, certificate, data)
    answers.give(report)


def fractions(values: tuple[fmpq, ...]) -> list[Fraction]:
    """Exact numbers as the checker wants them."""
    from relupoly.exact.fractions import to_fraction

    return list(map(to_fraction, values))
