"""`relupoly demo`: write the example networks and data into a folder, and say what to try with them."""

from __future__ import annotations

import click

from ..arguments.options import OutputOptions, output_options
from ..output.report import Report
from ..reports.demo import demo_document, demo_text

EXAMPLES = """\b
Examples:
  relupoly demo
  relupoly demo data
"""


@click.command(epilog=EXAMPLES)
@click.argument("folder", metavar="[DIR]", default="relupoly-demo")
@output_options
def demo(folder: str, output: OutputOptions) -> None:
    """What can I try this with?

    Writes five small networks that were really trained, points for --through, and samples to train on into DIR, by default
    relupoly-demo, and prints three commands to try. Nothing is overwritten: a file that is there already is kept if it is the
    same, and else refused before anything is written. Where they come from is told by the networks' metadata.
    """
    from ..example_files import write_examples

    answers = output.answers()
    written, kept = write_examples(folder)
    document = demo_document(folder, written, kept)
    answers.give(Report(lambda: document, lambda: demo_text(document)))
    answers.finish()
