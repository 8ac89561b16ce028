"""`AtPoints`: a command with --at."""

from __future__ import annotations

import click

from .spread_points import spread_point


class AtPoints(click.Command):
    """A command with --at; a point whose coordinates are words of their own is refused as what it is."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        point = None if ctx.resilient_parsing else spread_point(args)
        if point is not None:
            raise click.UsageError(f"a point is one word, with commas between its coordinates: --at {point}", ctx)
        return super().parse_args(ctx, args)
