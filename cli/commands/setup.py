"""`relupoly setup`: compile everything ahead, so that nothing waits for it later."""

from __future__ import annotations

import click

from ..arguments.options import OutputOptions, output_options
from ..output.report import Report
from ..process.long_work import LongWork, long_work
from ..reports.setup import setup_code, setup_text

EXAMPLES = """\b
Examples:
  relupoly setup
  relupoly setup --json --quiet
"""


@click.command(epilog=EXAMPLES)
@long_work("Stop after so long, and keep what is compiled; exit 4.")
@output_options
def setup(output: OutputOptions, work: LongWork) -> None:
    """Is everything compiled that the commands need?

    What is not yet is compiled now, once for each version and processor; this takes some minutes. Else it would be compiled
    when it is needed for the first time, while the command goes on without it. It is kept beside the installed program where
    that can be written, else in ~/.cache/relupoly; the variable NUMBA_CACHE_DIR names another folder. Run again, this returns
    at once; where it was stopped, it goes on.
    """
    from ..compiling import compile_all

    answers = work.answering(output)
    with work.run_on("what is compiled") as run, answers.progress("kinds compiled") as progress:
        document = compile_all(run, answers.say, progress)
    answers.give(Report(lambda: document, lambda: setup_text(document), setup_code(document)))
