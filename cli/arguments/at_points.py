"""`AtPoints` and `RobustPoints`: commands whose options take points."""

from __future__ import annotations

import click

from .spread_points import spread_point


class AtPoints(click.Command):
    """A command with --at; a point whose coordinates are words of their own is refused as what it is."""

    point_option = "--at"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        point = None if ctx.resilient_parsing else spread_point(args, self.point_option)
        if point is not None:
            raise click.UsageError(
                f"a point is one word, with commas between its coordinates: {self.point_option} {point}", ctx
            )
        return super().parse_args(ctx, args)


class RobustPoints(AtPoints):
    """The same with --robust."""

    point_option = "--robust"
