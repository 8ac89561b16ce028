"""`relupoly train`: which net of a given width fits samples best?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relupoly.training.methods import METHODS
from relupoly.training.problem.losses import LOSSES

from ..arguments.collisions import check_distinct
from ..arguments.net_files import NetFiles
from ..arguments.option_values import read_share, read_size, read_widths
from ..arguments.options import OutputOptions, gathered, quiet_options
from ..arguments.table_options import SampleOptions, sample_options
from ..completion.kinds import CHECKPOINT, NEW_CERTIFICATE, NEW_NETWORK, SAMPLES
from ..exit_codes import INTERRUPTED
from ..output.answers import Answers
from ..process.long_work import LongWork, long_work
from ..reports.numbers import decimal
from ..reports.training import csv_report, training_report, width_report
from ..reports.words import counted

if TYPE_CHECKING:
    from fractions import Fraction

    from relupoly.files.tables.sample_columns import Samples
    from relupoly.run import Run
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


@dataclass(frozen=True)
class ProblemOptions:
    """What is minimised, over which nets."""

    loss: str
    bias: bool
    output_bias: bool


@dataclass(frozen=True)
class SearchOptions:
    """How the best net is sought."""

    method: str
    jobs: int | None
    gap: Fraction
    seed: int
    certify: bool
    standardize: bool


@dataclass(frozen=True)
class FileOptions:
    """What is kept in files."""

    output: str | None
    certificate: str | None
    checkpoint: str | None
    force: bool

    @property
    def proofs(self) -> dict[str, str | None]:
        """The files that are written beside nets, by what they hold."""
        return {"certificate": self.certificate, "checkpoint": self.checkpoint}

    def check(self, method: str, several: bool) -> None:
        """Refuse files that are about one search by branch and bound, if there is none, or several.

        Raises
        ------
        click.UsageError
            If one is given.
        """
        for what, place in self.proofs.items():
            if several and place is not None:
                raise click.UsageError(f"--{what} is about one width; give --width W")
            if method != "branch" and place is not None:
                raise click.UsageError(f"--method {method} makes no {what}; only branch does")

    def check_targets(self, data: str, widths: tuple[int, int]) -> NetFiles | None:
        """Refuse files that cannot be written before the work is done, not after it; returns where nets are written.

        Raises
        ------
        click.UsageError
            If one is standard output.
        FileFormatError
            If one cannot be written, exists, or is another one of the command.
        """
        from relupoly.disk.atomic import check_target
        from relupoly.files.streams import located

        for what, place in {"output": self.output, **self.proofs}.items():
            if place == "-":
                raise click.UsageError(f"--{what} wants a file; the answer goes to standard output")
        nets = None if self.output is None else NetFiles(self.output, *widths)
        others = {f"--{what}": place for what, place in self.proofs.items()}
        if nets is not None:
            nets.check({"DATA": data}, others, self.force)
        for what, place in self.proofs.items():
            if place is not None:
                with located(f"--{what} {place}"):
                    # A checkpoint is there to be replaced.
                    check_target(Path(place), self.force or what == "checkpoint")
        check_distinct({"DATA": data}, others)
        return nets

    def check_exact(self) -> None:
        """Refuse a format that cannot hold all rationals: what long work found must not be rounded, or lost.

        Raises
        ------
        click.UsageError
            If it is not the native one.
        """
        if self.output is not None and not self.output.lower().endswith(".json"):
            raise click.UsageError(
                f"--output {self.output}: the weights are exact rationals, which only native .json files hold; "
                "write one, then relupoly convert it"
            )


@dataclass(frozen=True)
class AnswerOptions:
    """In which form the answer is printed; unlike other commands, --output and --force are about the net."""

    as_json: bool
    as_jsonl: bool
    as_csv: bool
    quiet: bool
    no_progress: bool

    def check(self) -> None:
        """Refuse two forms.

        Raises
        ------
        click.UsageError
            If --csv is given with one of the others.
        """
        if self.as_csv and (self.as_json or self.as_jsonl):
            raise click.UsageError("--csv and --json or --jsonl exclude each other")


@click.command(epilog=EXAMPLES)
@click.argument("data", type=SAMPLES)
@click.option(
    "--width",
    "-w",
    "widths",
    callback=read_widths,
    required=True,
    metavar="W|W1..W2",
    help="The number of neurons; or one line for each width, up to one that fits the samples as well as any net can. "
    "W1-W2 is the same.",
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
@long_work("Stop after so long; exit 4.")
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
    "--certificate",
    type=NEW_CERTIFICATE,
    metavar="FILE",
    help="Write the proof, for relupoly check; compressed if it ends in .gz or is large.",
)
@click.option(
    "--checkpoint",
    type=CHECKPOINT,
    metavar="FILE",
    help="Keep the search in FILE; where FILE exists, go on from there, even if the last run was killed.",
)
@click.option("--memory", callback=read_size, metavar="SIZE", help="How much memory to use, such as 500MB; by default 2 GiB.")
@click.option(
    "--output",
    "-o",
    type=NEW_NETWORK,
    metavar="NET",
    help="Write the net to a native file, NET.json; relupoly convert writes others. Of several widths each has a file: "
    "NET-1.json, NET-2.json, ...; or {width} in the name says where the width stands.",
)
@click.option("--force", is_flag=True, help="Let --output and --certificate overwrite files.")
@click.option("--json", "as_json", is_flag=True, help="Answer in one JSON document.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Answer in JSON, one line for each width.")
@click.option("--csv", "as_csv", is_flag=True, help="Answer in CSV, with a header and a line for each width.")
@quiet_options
@gathered("asked", ProblemOptions)
@gathered("how", SearchOptions)
@gathered("files", FileOptions)
@gathered("form", AnswerOptions)
def train(
    data: str,
    widths: tuple[int, int],
    table: SampleOptions,
    asked: ProblemOptions,
    how: SearchOptions,
    memory: int | None,
    files: FileOptions,
    form: AnswerOptions,
    work: LongWork,
) -> None:
    """Which net of a given width fits samples best?

    DATA is a table of samples (.csv, .tsv, .txt or .dat, with commas, semicolons, tabs or blanks), JSON, .npz, or - for
    standard input; decimals in text are exact. The net has one hidden layer; it is a global optimum, proved in exact
    arithmetic, unless a limit says otherwise. The text and the JSON document show it; --output writes it, with the names of
    the columns, the loss and what is proved in its metadata, so that relupoly evaluate NET DATA finds the inputs again. The
    loss is the mean over the samples, loss_sum the sum. Ctrl-C gives the best net so far, and how much better another can be.
    """
    first, last = widths
    several = first < last
    files.check(how.method, several)
    form.check()
    answers = work.answering(OutputOptions(form.as_json, form.as_jsonl, None, False, form.quiet, form.no_progress), several)
    nets = files.check_targets(data, widths)
    files.check_exact()
    with work.reading(data):
        problem, samples = load_problem(data, table, asked, first)
    tell_rows(answers, samples)
    with work.run_on(data, memory) as whole, answers.progress("nodes") as progress:

        def tell(state: State) -> None:
            progress(state.nodes, lambda: f", loss_sum {decimal(state.loss)}, at least {decimal(state.lower_bound)}")

        if several:
            progress.begin(f"nodes of width {first} ({first} to {last})")
        for found in trainings(problem, samples, data, last, how, files, whole.reporting(tell)):
            work.begun()
            if work.interrupted:
                progress.leave()
            progress.clear()
            place = None if nets is None else nets.place(found.width)
            written = {"output": place, "certificate": found.certificate}
            if form.as_csv:
                answers.give(csv_report(found, problem, **written))
            elif several:
                answers.give(width_report(found, problem, data, **written))
            else:
                answers.give(training_report(found, problem, data, samples.inputs, **written))
            for what in found.unwritten:
                answers.owe(what)
            if work.interrupted:
                answers.note(INTERRUPTED)
            write_net(answers, found, place, files.force)
            progress.begin(f"nodes of width {found.width + 1} ({first} to {last})")
    if found.width < last and nets is not None:
        why = "none fits the samples better" if found.complete else "the search was stopped"
        answers.say(f"nets wider than {found.width} are not written: {why}")


def tell_rows(answers: Answers, samples: Samples) -> None:
    """Say how many rows were left out."""
    left_out = 0 if samples.origin is None else samples.origin.left_out
    if left_out:
        answers.say(f"{counted(left_out, 'row')} with missing values left out, {counted(len(samples.points), 'row')} kept")


def write_net(answers: Answers, found: Training, place: str | None, force: bool) -> None:
    """Write a net, if it is to be written; where that fails, the others are written all the same."""
    if place is not None:
        from relupoly.files import write_network

        with answers.keeping():
            write_network(found.network, place, force=force)


def trainings(
    problem: Problem, samples: Samples, data: str, last: int, how: SearchOptions, files: FileOptions, run: Run
) -> Iterator[Training]:
    """One training for each width, whose nets say where they come from."""
    from relupoly.training.metadata import described
    from relupoly.training.train import train, train_widths

    options = vars(how) | {"certificate": files.certificate, "checkpoint": files.checkpoint, "force": files.force}
    several = problem.width < last
    found = train_widths(problem, last, run=run, **options) if several else iter([train(problem, run=run, **options)])
    return (described(one, problem, samples, data) for one in found)


def load_problem(data: str, table: SampleOptions, asked: ProblemOptions, width: int) -> tuple[Problem, Samples]:
    """The problem that the options describe."""
    from relupoly.files.streams import display_name, located
    from relupoly.training.problem.problem import Problem

    samples = table.read(data)
    with located(display_name(data)):
        problem = Problem.from_rows(
            samples.points,
            samples.targets,
            width,
            weights=samples.weights,
            loss=asked.loss,
            bias=asked.bias,
            output_bias=asked.output_bias,
        )
        return problem, samples
