"""`relupoly represent`: piecewise linear functions as networks."""

from __future__ import annotations

import click

from ..lazy_group import LazyGroup, name_variables
from .represent_max_affine import max_affine
from .represent_net import net
from .represent_univariate import univariate

EXAMPLES = """\b
Examples:
  relupoly represent univariate --breakpoints 0,1 --slopes 1,3,-2 --output f.json
  relupoly represent max-affine planes.csv --output max.json
  relupoly represent net deep.json --output shallow.json
"""


@click.group(cls=LazyGroup, epilog=EXAMPLES)
def represent() -> None:
    """Which small network is a given piecewise linear function?

    The function is given by breakpoints and slopes, as a maximum of affine functions, or by another network. What is written
    is proved equal to it first.
    """


for command in (univariate, max_affine, net):
    assert command.name is not None
    name_variables(command, f"represent_{command.name}")
    # What click makes of the first line it cuts to fit; what it is given it wraps.
    command.short_help = (command.help or "").partition("\n")[0]
    represent.add_command(command)
