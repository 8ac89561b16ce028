"""Options of `relupoly analyze` that ask for robustness radii."""

from __future__ import annotations

from dataclasses import dataclass

import click

from .gathering import gathered
from .spread_points import is_point

# Options that ask for something else.
_OTHERS = {
    "only": "--only",
    "objective": "--objective",
    "ties": "--ties",
    "at_values": "--at-values",
    "quantiles": "--quantiles",
    "compressed": "--compress",
    "certificate": "--certificate",
    "check": "--check",
}
_INSTEAD = {
    "--certificate": "there is one of a --property, such as that all points of a box around the point have its class",
    "--check": "a --property that all points of a box around the point have its class has a certificate",
}


@dataclass(frozen=True)
class RobustOptions:
    """Of which points, and what counts as another class; the level of one output is an option that others have, too."""

    points: tuple[str, ...]
    target: int | None

    @property
    def files(self) -> dict[str, str]:
        """The files among points, by what messages call them."""
        return {f"--robust {one}": one for one in self.points if not is_point(one)}

    def check(self, level: str | None) -> bool:
        """Refuse options that do not go together; whether a radius is asked for.

        Parameters
        ----------
        level : str or None
            What --level says.

        Raises
        ------
        click.UsageError
            It names them.
        """
        from click.core import ParameterSource

        if self.target is not None and not self.points:
            raise click.UsageError("--target is of a robustness radius; add --robust POINT")
        if self.target is not None and level is not None:
            raise click.UsageError("--target is one of several outputs, and --level is of a single one; give one of them")
        context = click.get_current_context()
        for name, option in _OTHERS.items():
            if self.points and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                instead = _INSTEAD.get(option, "ask for one after the other")
                raise click.UsageError(f"--robust and {option} exclude each other; {instead}")
        return bool(self.points)


robust_options = gathered(
    "robust",
    RobustOptions,
    click.option(
        "--robust",
        "points",
        multiple=True,
        metavar="POINT",
        help="Instead, tell the robustness radius of a point, with commas between its coordinates, or of each point of a file: "
        "how far the nearest point is that has another class. Again for more.",
    ),
    click.option(
        "--target", type=click.IntRange(min=1), metavar="K", help="For --robust: only output K counts as another class."
    ),
)
