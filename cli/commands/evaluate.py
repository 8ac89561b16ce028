"""`relupoly evaluate`: what a network computes at points."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from relupoly.plain_text import clipped

from ..arguments.at_points import AtPoints
from ..arguments.collisions import check_distinct
from ..arguments.option_values import SHOWN, read_shown
from ..arguments.options import (
    NetworkOptions,
    OutputOptions,
    check_standard_input,
    gathered,
    network_options,
    output_options,
)
from ..arguments.spread_points import is_point
from ..arguments.table_options import column_options
from ..arguments.totals import rough_lines
from ..completion.kinds import NETWORK, POINTS, NameOf
from ..exit_codes import code_of
from ..output.answers import Answers, check_output
from ..output.row_output import ARRAY, Rows, form_of, rows_for
from ..process.long_work import LongWork, long_work
from ..reports.evaluation import Columns, PointAnswer
from ..reports.words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.files.point_rows import PointRow, PointTable
    from relupoly.files.tables.input_columns import TrainedColumns
    from relupoly.networks.network import Network
    from relupoly.run import Run

_READ_FIRST = ("json", "npy", "npz")

EXAMPLES = """\b
Examples:
  relupoly evaluate net.json points.csv
  relupoly evaluate net.json --at 1/3,2 --at 0,0 --show value,gradient
  relupoly evaluate mnist.onnx images.npy --show float --output logits.npy
"""


@dataclasses.dataclass(frozen=True)
class PointOptions:
    """At which points."""

    points: str | None
    at: tuple[str, ...]
    points_format: str | None
    inputs: tuple[str, ...]
    exclude: tuple[str, ...]
    dropna: bool
    header: bool | None

    def check(self) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        click.UsageError
            It says which to leave out or to add.
        """
        if self.points is not None and is_point(self.points) and not self.at:
            raise click.UsageError(f"{self.points} is no file; for a point give --at {self.points}")
        if (self.points is None) == (not self.at):
            raise click.UsageError("give either POINTS or --at")
        about_files = {
            "--points-format": self.points_format is not None,
            "--inputs": bool(self.inputs),
            "--exclude": bool(self.exclude),
            "--dropna": self.dropna,
            "--header": self.header is not None,
        }
        for option, given in about_files.items():
            if self.points is None and given:
                raise click.UsageError(f"{option} is for POINTS; leave it out")

    def rough_size(self) -> int | None:
        """About how many points a table has, whose lines are as many; of other files that is known when they are read."""
        kind = (self.points_format or str(self.points).rpartition(".")[2]).lower()
        return None if self.points is None or kind in _READ_FIRST else rough_lines(self.points)

    def load(self, network: Network, trained: TrainedColumns | None, waiting: Callable[[], None]) -> PointTable:
        """The points; `waiting` is called while a stream has none."""
        from relupoly.files.point_rows import PointTable, point_of, stream_points
        from relupoly.files.tables.point_columns import Layout, PointColumns

        dimension = network.input_dim
        if self.points is not None:
            chosen = PointColumns(trained, self.inputs, self.exclude, self.dropna, self.header)
            return stream_points(self.points, dimension, self.points_format, waiting, chosen)
        points = [text.split(",") for text in self.at]
        layout = Layout.plain(None, dimension)
        if trained is not None and {len(point) for point in points} == {len(trained.columns)} != {dimension}:
            # Texts that are encoded may stand for their inputs.
            layout = Layout(len(trained.columns), tuple(range(len(trained.columns))), trained.columns)
        rows = [point_of(point, f"--at {clipped(text)}", layout) for point, text in zip(points, self.at, strict=True)]
        return PointTable(None, iter(rows), layout, total=len(rows))


@click.command(cls=AtPoints, epilog=EXAMPLES)
@click.argument("net", type=NETWORK, metavar="NET")
@click.argument("points", type=POINTS, metavar="[POINTS]", required=False)
@click.option(
    "--at",
    multiple=True,
    metavar="POINT",
    help="A point with commas between its coordinates, instead of POINTS; again for more.",
)
@click.option(
    "--show",
    "shown",
    default="value",
    show_default=True,
    callback=read_shown,
    type=NameOf(*SHOWN, several=True),
    metavar="LIST",
    help="What is told of each point, with commas between: value, float, pattern, gradient.",
)
@click.option(
    "--points-format",
    type=NameOf("csv", "json", "npy", "npz"),
    metavar="NAME",
    help="Format of POINTS, whatever its suffix: csv, json, npy or npz; csv for standard input.",
)
@column_options
@network_options
@long_work("Stop after so long, with the points that are answered by then; exit 4.")
@output_options
@gathered("where", PointOptions)
def evaluate(
    net: str, where: PointOptions, shown: tuple[str, ...], form: NetworkOptions, output: OutputOptions, work: LongWork
) -> None:
    """What does a network compute at points, exactly?

    NET is {network_file}. POINTS holds a point in each row: a table (.csv, .tsv, .txt or
    .dat, with commas, semicolons, tabs or blanks, and perhaps a header), JSON (a list of rows, or of records with the same
    keys), .npy, or the samples of relupoly train: JSON {"X": rows, "y": entries} and .npz, where X holds the points, and y
    may be left out. Either may be - for standard input; the lines of a table are answered one by one, as they come. Decimals in
    texts are exact, floats are the dyadic rationals that they store.

    POINTS may have more columns than the network has inputs, such as the table on which relupoly train has trained it: the
    inputs are found by the names that the network's metadata have, and texts are encoded as they were there; else --inputs
    names them. All columns stay in the answer.

    The answer is a table (CSV) with the columns of POINTS, then what --show asks for: value, the outputs y1, y2, ... (y if
    there is one; f where POINTS has such a column) as exact rationals; float, the nearest doubles to these; pattern, for each
    ReLU neuron the sign +, - or 0 of its preactivation, with | between layers; gradient, the exact derivatives of each output
    by each input. Where a preactivation is 0 it is decided whether an output is differentiable; where it is not, its
    derivatives are "undefined". --output writes what its suffix says: .csv, .tsv, .json, .jsonl, or .npy for floats.
    """
    where.check()
    check_standard_input(net, where.points)
    check_distinct({"NET": net, "POINTS": where.points}, {"--output": output.output_file})
    written_as = form_of(output, shown)
    answers = work.answering(dataclasses.replace(output, output_file=None) if written_as == ARRAY else output)
    check_output("--output", output.output_file, output.force)
    with work.reading(net):
        network = form.read(net)
        trained = columns_of(network, net)
    rows = rows_for(written_as, output, {"file": net, "points": where.points}, answers)
    with work.run_on(where.points or net) as run:
        answer_all(network, trained, where, shown, rows, run, answers, to_terminal=output.to_terminal)


def columns_of(network: Network, net: str) -> TrainedColumns | None:
    """The columns on which a network was trained, if its metadata say so."""
    from relupoly.files.streams import display_name, located
    from relupoly.files.tables.input_columns import trained_columns

    with located(display_name(net)):
        return trained_columns(network)


def answer_all(
    network: Network,
    trained: TrainedColumns | None,
    where: PointOptions,
    shown: tuple[str, ...],
    rows: Rows,
    run: Run,
    answers: Answers,
    to_terminal: bool,
) -> None:
    """Answer each point as it comes, until there are no more, or something stops the run."""
    from relupoly.run import Stopped

    answered = kinks = 0
    stopped = table = None
    progress = answers.progress("points", to_terminal, where.rough_size(), roughly=True)
    with progress:
        try:
            table = where.load(network, trained, run.tick)
            if table.layout.note:
                answers.say(table.layout.note)
            if table.total is not None:
                progress.begin("points", table.total, roughly=where.dropna)
            rows.begin(Columns.of_table(table.names, table.layout, network.output_dim, shown))
            for row in table.rows:
                run.tick()
                answer = answer_at(network, row, shown, run)
                rows.add(answer)
                answered += 1
                kinks += answer.has_kink
                progress(answered)
        except Stopped as stop:
            stopped = stop.reason
    rows.end(stopped)
    if table is not None and table.left_out.count:
        answers.say(f"{counted(table.left_out.count, 'row')} with missing values left out")
    if kinks:
        answers.warn(f"at {counted(kinks, 'point')} an output has a kink; its derivatives there are undefined")
    if stopped:
        so_far = f"{counted(answered, 'point')} answered so far"
        answers.complain(f"not all points are answered: {so_far}, {why_partial(stopped)}", code_of(stopped))


def answer_at(network: Network, row: PointRow, shown: tuple[str, ...], run: Run) -> PointAnswer:
    """What is told of a point."""
    from relupoly.networks.evaluation import values_and_pattern

    value, signs = values_and_pattern(network, row.point)
    gradient = None
    if "gradient" in shown:
        from relupoly.analysis.gradients import gradient_at

        gradient = gradient_at(network, signs, run)
    return PointAnswer(row.texts, row.point, value, signs, gradient)
