"""`relupoly check`: is a trained net's certificate right?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from ..answers import Answers
from ..collisions import check_distinct
from ..interrupts import Interrupts
from ..options import Seconds, check_standard_input, output_options, sample_options
from ..reports.verdict import unfinished_report, verdict_report, wrong_report
from ..time_limit import TimeLimit, time_limited

if TYPE_CHECKING:
    from flint import fmpq

EXAMPLES = """\b
Examples:
  relupoly check proof.jsonl data.csv
  relupoly check proof.jsonl.gz data.csv --target dose --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("certificate")
@click.argument("data")
@sample_options
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop after so long; exit 4.")
@output_options
@time_limited
def check(
    certificate: str,
    data: str,
    target: tuple[str, ...],
    weights: str | None,
    format_name: str | None,
    deadline: TimeLimit,
    **output: Any,
) -> None:
    """Is the certificate of a trained net right?

    CERTIFICATE is what relupoly train wrote with --certificate, DATA the samples, read with the same options; one of them may
    be - for standard input. The program that checks shares no code with the one that searches: it has nothing but integers
    and fractions. It checks that the leaves cover all nets, that each proves its bound, and that the net attains the loss.
    Exit 5 if anything is wrong, with the line where it is.
    """
    from relupoly.disk.sizes import largest_size
    from relupoly.errors import CheckFailed
    from relupoly.files import read_samples
    from relupoly.files.streams import display_name, located
    from relupoly.run import Run, Stopped
    from relupoly.training.check import check_certificate, drop_weightless, read_lines

    check_standard_input(certificate, data)
    check_distinct({"CERTIFICATE": certificate, "DATA": data}, {"--output": output["output"]})
    answers = Answers(False, **output)
    with deadline.reading(data):
        samples = read_samples(data, target, weights, format_name)
    points, targets = [fractions(point) for point in samples.points], fractions(samples.targets)
    masses = None if samples.weights is None else fractions(samples.weights)
    with located(display_name(data)):
        drop_weightless(points, targets, masses)
    name = display_name(certificate)
    with Interrupts() as interrupts, answers.progress("leaves checked") as progress:
        run = Run(deadline=deadline.left, interrupted=interrupts.seen, progress=progress)
        try:
            # Its lines are read all the time, and there is no answer before the last one.
            with located(name), deadline.reading(certificate):
                verdict = check_certificate(
                    read_lines(certificate, largest_size()),
                    points,
                    targets,
                    masses,
                    run=run,
                )
            answers.give(verdict_report(verdict, certificate, data))
        except CheckFailed as error:
            answers.give(wrong_report(str(error), certificate, data))
        except Stopped as stop:
            answers.give(unfinished_report(stop.reason, certificate, data))
    answers.finish()


def fractions(values: tuple[fmpq, ...]) -> list[Fraction]:
    """Exact numbers as the checker wants them."""
    from relupoly.exact.fractions import to_fraction

    return list(map(to_fraction, values))
