"""Members of the hard families, by name."""

from __future__ import annotations

import importlib
from typing import Any

from relupoly.constructions.catalogue import find_family
from relupoly.constructions.hard_net import HardNet
from relupoly.constructions.values import values_of


def hard(family: str, /, **parameters: Any) -> HardNet:
    """A net of a family of hard functions, with what is proved of it.

    Parameters
    ----------
    family : str
        A key of `relupoly.constructions.catalogue.FAMILIES`.
    parameters
        Those of the family, as numbers, lists, or the texts of the command line.

    Raises
    ------
    ConstructionError
        If there is no such family or parameter, or a value is outside the range of the family's theorem.

    Examples
    --------
    >>> net = hard("sawtooth", width=3, depth=2)
    >>> net.claims.pieces, net.network.widths, net.shallow_bounds[0].sharp
    (10, (3, 3), 9)
    >>> hard("sawtooth", **net.parameters).network == net.network
    True
    """
    entry = find_family(family)
    module = importlib.import_module(f"{__package__}.{entry.module}")
    result: HardNet = module.build(**values_of(entry, parameters))
    return result
