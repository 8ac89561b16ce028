"""`relupoly train`: which net of a given width fits samples best?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relupoly.run import Run
from relupoly.training.methods import METHODS
from relupoly.training.problem.losses import LOSSES

from ..answers import Answers
from ..collisions import check_distinct
from ..exit_codes import INTERRUPTED
from ..interrupts import Interrupts
from ..options import Seconds, quiet_options, read_share, read_size, read_widths, sample_options
from ..reports.numbers import decimal
from ..reports.training import training_report, width_report
from ..time_limit import TimeLimit, time_limited

if TYPE_CHECKING:
    from relupoly.files.samples import Samples
    from relupoly.training.answer import Training
    from relupoly.training.options import State
    from relupoly.training.problem.problem import Problem

EXAMPLES = """\b
Examples:
  relupoly train data.csv --width 2 --output net.json
  relupoly train data.csv --target dose --loss absolute --width 1..5
  relupoly train data.csv --width 3 --certificate proof.jsonl --deadline 60
  relupoly train data.npz --width 2 --checkpoint search.ckpt --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("data")
@click.option(
    "--width",
    "-w",
    "widths",
    callback=read_widths,
    required=True,
    metavar="W|W1..W2",
    help="The number of neurons; or one line for each width, up to one that fits the samples as well as any net can.",
)
@sample_options
@click.option("--loss", type=click.Choice(LOSSES), default="squared", show_default=True, help="What to minimise.")
@click.option("--bias/--no-bias", default=True, show_default=True, help="Whether neurons have biases.")
@click.option("--output-bias/--no-output-bias", default=False, show_default=True, help="Whether the output has a bias.")
@click.option(
    "--standardize", is_flag=True, help="Centre and scale the inputs by rationals; the net is for the inputs as they are."
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="branch",
    show_default=True,
    help="Branch and bound; Algorithm 1 of Arora et al., which is slow; or local search, which proves nothing.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="The number of threads; by default, and at most, all cores."
)
@click.option("--deadline", type=Seconds(), metavar="SECONDS", help="Stop after so long; exit 4.")
@click.option(
    "--gap", callback=read_share, default="0", metavar="SHARE", help="Stop when no net can be better by more than this share."
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="What the local search starts from.")
@click.option(
    "--certify/--no-certify",
    default=True,
    show_default=True,
    help="Whether to prove in exact arithmetic what rounding leaves in doubt.",
)
@click.option(
    "--certificate", metavar="FILE", help="Write the proof, for relupoly check; compressed if it ends in .gz or is large."
)
@click.option(
    "--checkpoint",
    metavar="FILE",
    help="Keep the search in FILE; where FILE exists, go on from there, even if the last run was killed.",
)
@click.option("--memory", callback=read_size, metavar="SIZE", help="How much memory to use, such as 500MB; by default 2 GiB.")
@click.option("--output", "-o", metavar="NET", help="Write the net to a native file, NET.json; relupoly convert writes others.")
@click.option("--force", is_flag=True, help="Let --output and --certificate overwrite files.")
@click.option("--json", "as_json", is_flag=True, help="Answer in one JSON document.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Answer in JSON, one line for each width.")
@quiet_options
@time_limited
def train(
    data: str,
    widths: tuple[int, int],
    target: tuple[str, ...],
    weights: str | None,
    format_name: str | None,
    output: str | None,
    force: bool,
    certificate: str | None,
    as_json: bool,
    as_jsonl: bool,
    quiet: bool,
    no_progress: bool,
    deadline: TimeLimit,
    **options: Any,
) -> None:
    """Which net of a given width fits samples best?

    DATA is a table of samples (.csv, .tsv, .txt or .dat, with commas, semicolons, tabs or blanks), JSON, .npz, or - for
    standard input; decimals in text are exact. The net has one hidden layer; it is a global optimum, proved in exact
    arithmetic, unless a limit says otherwise. The text and the JSON document show it; --output writes it. The loss is the
    mean over the samples, loss_sum the sum. Ctrl-C gives the best net so far, and how much better another can be.
    """
    first, last = widths
    several = first < last
    check_files(several, options["method"], certificate=certificate, checkpoint=options["checkpoint"])
    answers = Answers(several, as_json, as_jsonl, None, False, quiet, no_progress)
    places = {"output": output, "certificate": certificate, "checkpoint": options["checkpoint"]}
    check_targets(force, **places)
    check_distinct({"DATA": data}, {f"--{what}": place for what, place in places.items()})
    check_exact(output)
    with deadline.reading(data):
        problem, samples = load_problem(data, target, weights, format_name, first, options)
    memory = options.pop("memory")
    choices = {name: value for name, value in options.items() if value is not None}
    with Interrupts() as interrupts, answers.progress("nodes") as progress:

        def tell(state: State) -> None:
            progress(state.nodes, lambda: f", loss_sum {decimal(state.loss)}, at least {decimal(state.lower_bound)}")

        choices |= {"certificate": certificate, "force": force}
        run = Run(deadline=deadline.left, interrupted=interrupts.seen, progress=tell, notice=answers.say, memory=memory)
        for found in trainings(problem, last, choices, run):
            if interrupts.seen():
                progress.leave()
            progress.clear()
            files = {"output": output, "certificate": found.certificate}
            if several:
                answers.give(width_report(found, problem, data, **files))
            else:
                answers.give(training_report(found, problem, data, samples.inputs, **files))
            for what in found.unwritten:
                answers.owe(what)
            if interrupts.seen():
                answers.note(INTERRUPTED)
    if output:
        from relupoly.files import write_network

        with answers.keeping():
            write_network(found.network, output, force=force)
    answers.finish()


def trainings(problem: Problem, last: int, options: dict[str, Any], run: Run) -> Iterator[Training]:
    """One training for each width."""
    from relupoly.training.train import train, train_widths

    if problem.width < last:
        return train_widths(problem, last, run=run, **options)
    return iter([train(problem, run=run, **options)])


def load_problem(
    data: str, target: tuple[str, ...], weights: str | None, format_name: str | None, width: int, options: dict[str, Any]
) -> tuple[Problem, Samples]:
    """The problem that the options describe; what only it needs is taken out of them."""
    from relupoly.files import read_samples
    from relupoly.files.streams import display_name, located
    from relupoly.training.problem.problem import Problem

    samples = read_samples(data, target, weights, format_name)
    what = {name: options.pop(name) for name in ("loss", "bias", "output_bias")}
    with located(display_name(data)):
        return Problem.from_rows(samples.points, samples.targets, width, weights=samples.weights, **what), samples


def check_files(several: bool, method: str, **files: str | None) -> None:
    """Refuse files that are about one search by branch and bound, if there is none, or several.

    Raises
    ------
    click.UsageError
        If one is given.
    """
    for what, place in files.items():
        if several and place is not None:
            raise click.UsageError(f"--{what} is about one width; give --width W")
        if method != "branch" and place is not None:
            raise click.UsageError(f"--method {method} makes no {what}; only branch does")


def check_targets(force: bool, **files: str | None) -> None:
    """Refuse files that cannot be written before the work is done, not after it."""
    from relupoly.disk.atomic import check_target
    from relupoly.files.streams import located

    for what, place in files.items():
        if place == "-":
            raise click.UsageError(f"--{what} wants a file; the answer goes to standard output")
        if place is not None:
            with located(f"--{what} {place}"):
                # A checkpoint is there to be replaced.
                check_target(Path(place), force or what == "checkpoint")


def check_exact(output: str | None) -> None:
    """Refuse a format that cannot hold all rationals: what long work found must not be rounded, or lost.

    Raises
    ------
    click.UsageError
        If it is not the native one.
    """
    if output is not None and not output.lower().endswith(".json"):
        raise click.UsageError(
            f"--output {output}: the weights are exact rationals, which only native .json files hold; "
            "write one, then relupoly convert it"
        )
