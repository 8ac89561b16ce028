"""A smaller net beside the answer of `analyze`: equal on the domain, proved to be so, then written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..output.answers import Answers, check_output

if TYPE_CHECKING:
    from relupoly.analysis.compression import Compression
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.run import Run


def check_compressed(file: str | None, force: bool) -> None:
    """Refuse a file of --compress that cannot be written, before the work is done.

    Raises
    ------
    click.UsageError
        If it is standard output, where the answer goes.
    FileFormatError
        If it cannot be written, or its suffix names no format.
    """
    if file is None:
        return
    from relupoly.files.networks import NETWORK_FORMATS
    from relupoly.files.streams import display_name, located

    if file == "-":
        raise click.UsageError("--compress - would write to standard output, where the answer goes; give a file")
    check_output("--compress", file, force)
    with located(f"--compress {display_name(file)}"):
        NETWORK_FORMATS.name_of(file, None)


def write_compressed(
    network: Network, domain: Domain | DomainUnion, file: str, force: bool, answers: Answers, run: Run
) -> tuple[Compression, str | None]:
    """Make the smaller net and write it; where that fails, the answer is given all the same, without a file.

    Raises
    ------
    Stopped
        If there was no time; then nothing is written.
    """
    from relupoly.analysis.compression import compress
    from relupoly.files import write_network

    with answers.watching(run, "cells") as part:
        found = compress(network, domain, run=part)
    written = None
    with answers.keeping():
        write_network(found.network, file, force=force)
        written = file
    return found, written
