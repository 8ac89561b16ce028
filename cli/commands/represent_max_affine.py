"""`relupoly represent max-affine`: a maximum of affine functions as a network."""

from __future__ import annotations

import click

from ..arguments.collisions import check_distinct
from ..completion.kinds import ROWS
from ..process.long_work import LongWork, long_work
from ..reports.representation import max_affine_report, no_maximum_report
from .represent_result import Result, ResultOptions, Steps, prove, result_options

EXAMPLES = """\b
Examples:
  relupoly represent max-affine planes.csv --output max.json
  relupoly represent max-affine planes.json --keep-all --output max.json --json
"""


@click.command("max-affine", epilog=EXAMPLES)
@click.argument("file", type=ROWS, metavar="FILE")
@click.option("--keep-all", is_flag=True, help="Keep functions that are nowhere the maximum.")
@long_work("Stop after so long; nothing is written, exit 4.")
@result_options
def max_affine(file: str, keep_all: bool, result: ResultOptions, work: LongWork) -> None:
    """Which network is the maximum of some affine functions?

    FILE is a table (.csv, .tsv, .txt, .dat), JSON or .npy with a row a_1,...,a_n,c for each function a_1 x_1 + ... + a_n x_n
    + c. Functions that are nowhere the maximum alone are left out, by exact linear programs. A binary tree of gadgets max(u,
    v) = relu(u - v) + relu(v) - relu(-v) takes the maximum of the others, with ceil(log2 q) hidden layers for q of them.
    """
    from relupoly.constructions.representation.max_affine import affine_forms, check_maximum, max_affine_network
    from relupoly.files.rows import read_rows
    from relupoly.files.streams import display_name, located
    from relupoly.run import Stopped

    check_distinct({"FILE": file}, {"--output": result.output_file})
    made = Result(work, result)
    with work.reading(file):
        rows = read_rows(file)
        with located(display_name(file)):
            forms = affine_forms(rows)
    with work.run_on(file) as run:
        try:
            with made.answers.watching(run, "steps") as part:
                found = max_affine_network(forms, keep_all, run=run.also(Steps(part.progress)))
            check_maximum(found, forms)
            prove(found.network, found.tree, "the maximum", made.answers, run)
        except Stopped as stop:
            made.report(no_maximum_report(len(forms), stop.reason))
            return
    made.write(found.network)
    made.report(max_affine_report(found))
