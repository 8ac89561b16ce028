"""What a terminal is spared: formats that are no text, and more numbers than anybody reads; a pipe takes everything."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from relupoly.networks.network import Network

_TEXTS = ("json", "nnet")
_MOST_WEIGHTS = 20_000  # about half a megabyte of text, some ten thousand lines


def check_terminal(target: str, format_name: str | None, network: Network | None = None) -> None:
    """Refuse to write a network to a terminal that shows nothing of use to anybody.

    Parameters
    ----------
    target : str
        Where it is to be written.
    format_name : str or None
        Its format; native JSON by default.
    network : Network, optional
        None where it is still to be computed: then it is shown, however large it is, rather than lost.

    Raises
    ------
    click.UsageError
        It says what to do instead.
    """
    if target != "-" or sys.stdout is None or not sys.stdout.isatty():
        return
    if format_name not in (None, *_TEXTS):
        raise click.UsageError(f"{format_name} is no text, and standard output is a terminal; give a file, or a pipe")
    if network is not None and network.parameters > _MOST_WEIGHTS:
        raise click.UsageError(f"{network.parameters} weights are too many for a terminal; give a file, or a pipe")
