"""`relupoly analyze NET --robust POINT`: how far is a point from the nearest one of another class?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from relupoly.plain_text import clipped

from ..arguments.options import DomainOptions, NetworkOptions, OutputOptions
from ..arguments.robust_options import RobustOptions
from ..arguments.spread_points import is_point
from ..process.long_work import LongWork
from ..reports.analysis_robust import Asked, robustness_report
from ..reports.words import counted

if TYPE_CHECKING:
    from flint import fmpq

    from relupoly.analysis.robustness.answer import Robustness
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.run import Run

_NORMS = ("inf", "2", "1")


def analyze_robust(
    net: str,
    robust: RobustOptions,
    level: str | None,
    norm: str,
    form: NetworkOptions,
    where: DomainOptions,
    output: OutputOptions,
    work: LongWork,
) -> None:
    """Find robustness radii of points, and tell them."""
    from relupoly.files.streams import display_name, named

    answers = work.answering(output)
    with work.reading(net):
        network = form.read(net)
    with work.reading(where.file or net):
        domain = where.load_all(network)
        points = [point for one in robust.points for point in read_robust_points(one)]
        check_target(robust.target, network)
    asked = Asked(net, network, domain, norms_of(norm), robust.target, read_level(level))
    with work.run_on(net) as whole, named(display_name(net)), answers.watching(whole, "boxes") as run:
        found = _each(asked, points, network, domain, run)
    answers.give(robustness_report(asked, found))


def check_target(target: int | None, network: Network) -> None:
    """Refuse a target that is no output.

    Raises
    ------
    NetworkError
        It says how many there are.
    """
    if target is not None and target > network.output_dim:
        from relupoly.errors import NetworkError

        raise NetworkError(
            f"--target {target}: the network has {counted(network.output_dim, 'output')}; they are numbered from 1"
        )


def _each(
    asked: Asked, points: Sequence[Sequence[Any]], network: Network, domain: Domain | DomainUnion, run: Run
) -> list[list[Robustness]]:
    """The radii of each point, each with its share of the time."""
    from relupoly.analysis.robustness.robustness import radii
    from relupoly.files.streams import located

    target = None if asked.target is None else asked.target - 1
    found: list[list[Robustness]] = []
    for number, point in enumerate(points):
        share = run if run.left is None else run.within(run.left / (len(points) - number))
        with located(f"point {number + 1}") if len(points) > 1 else nullcontext():
            found.append(radii(network, point, asked.norms, domain, target=target, level=asked.level or 0, run=share))
        if any(one.stopped == "interrupted" for one in found[-1]):
            break
    return found


def norms_of(norm: str) -> tuple[str, ...]:
    """The norm that was asked for, or all three."""
    from click.core import ParameterSource

    default = click.get_current_context().get_parameter_source("norm") is ParameterSource.DEFAULT
    return _NORMS if default else (norm,)


def read_robust_points(text: str) -> list[list[fmpq]]:
    """A point, with commas between its coordinates, or those of a file.

    Raises
    ------
    InputError
        If a coordinate is no number, or the file cannot be read.
    """
    if not is_point(text):
        from relupoly.files.points import read_vectors

        return read_vectors(text)
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at

    place = f"--robust {clipped(text)}"
    return [
        [
            rational_at(entry.strip(), f"{place}: coordinate {number}", NumberError)
            for number, entry in enumerate(text.split(","), 1)
        ]
    ]


def read_level(level: str | None) -> fmpq | None:
    """The number of --level.

    Raises
    ------
    NumberError
        If it is none.
    """
    if level is None:
        return None
    from relupoly.errors import NumberError
    from relupoly.exact.rationals import rational_at

    return rational_at(level, "--level", NumberError)
