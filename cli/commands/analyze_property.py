"""`relupoly analyze NET --property FILE`: is there an input that satisfies a property?"""

from __future__ import annotations

import click

from ..arguments.options import DomainOptions, NetworkOptions, OutputOptions
from ..process.long_work import LongWork
from ..process.unbegun import Unbegun
from ..reports.analysis_property import property_report
from .analysis_certificate import ProofFile

# Options that say what is found out, or where: with a property, its file does.
_OTHERS = {
    "only": "--only",
    "norm": "--norm",
    "objective": "--objective",
    "level": "--level",
    "ties": "--ties",
    "at_values": "--at-values",
    "quantiles": "--quantiles",
    "compressed": "--compress",
    "check": "--check",
    "points": "--robust",
    "target": "--target",
}


def check_alone(where: DomainOptions) -> None:
    """Refuse options that ask for something else than a property.

    Raises
    ------
    click.UsageError
        It names them.
    """
    from click.core import ParameterSource

    context = click.get_current_context()
    sources = {option: context.get_parameter_source(name) for name, option in _OTHERS.items()}
    given = [option for option, source in sources.items() if source is ParameterSource.COMMANDLINE]
    given += [
        name for name, value in (("--box", where.box), ("--domain", where.domain_files), ("--through", where.through)) if value
    ]
    if given:
        raise click.UsageError(f"--property and {given[0]} exclude each other; the property says what is asked, and where")


def analyze_property(
    net: str, property_file: str, certificate: str | None, form: NetworkOptions, output: OutputOptions, work: LongWork
) -> None:
    """Decide a property, and tell the verdict."""
    from relupoly.analysis.proof.certificate import property_claim
    from relupoly.analysis.verification.decide import decide
    from relupoly.analysis.verification.verdict import word_of
    from relupoly.files.properties import read_property
    from relupoly.files.streams import display_name, named

    answers = work.answering(output)
    both = f"{display_name(property_file)}, {display_name(net)}"
    try:
        with work.reading(net):
            network = form.read(net)
        with work.reading(property_file):
            asked = read_property(property_file)
        with work.run_on(both) as whole, named(both):
            with answers.watching(whole, "cells and boxes") as run:
                found = decide(network, asked, run=run)
            proved = ProofFile(certificate, output.force, answers)
            written = proved.write(network, lambda _: [property_claim(network, asked, found)], found.complete, whole)
    except Unbegun as error:
        if not output.machine:
            answers.pass_on(word_of(error.stopped))
        raise
    answers.give(property_report(net, property_file, found, written))
