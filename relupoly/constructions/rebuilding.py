"""Whether a net is the one that its metadata name: it is built anew from family and parameters, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.encoding import ROUNDED
from relupoly.constructions.family import Family
from relupoly.constructions.hard import hard
from relupoly.constructions.hard_net import at_most
from relupoly.constructions.values import whole_number
from relupoly.errors import ConstructionError, InputError
from relupoly.exact.rationals import nearest_double
from relupoly.exact.sparse import Matrix
from relupoly.files.json_text import quoted
from relupoly.networks.network import Network

# Families weigh a net before it is built, some by other layers than it has in the end: this is above all of their differences.
_SLACK = 10
_FEWEST_WEIGHTS = 10_000


@dataclass(frozen=True)
class Rebuilding:
    """What came of it.

    Attributes
    ----------
    agrees : bool or None
        Whether family and parameters make this net; None where they say nothing.
    reason : str or None
        Why not, or why that is not known, in words.
    """

    agrees: bool | None
    reason: str | None = None


NOTHING_SAID = Rebuilding(None)


def rebuild(network: Network) -> Rebuilding:
    """Build a net anew from the family and parameters in its metadata, and compare.

    Weights that were rounded, as the theorem in the metadata says then, are compared with the nearest doubles.

    Examples
    --------
    >>> net = hard("sawtooth", width=3, depth=2).network
    >>> rebuild(net).agrees
    True
    >>> rebuild(Network(net.layers, {"family": "sawtooth", "parameters": {"width": 2, "depth": 2}})).reason
    'the parameters make another network'
    """
    name, parameters, claims = (network.metadata.get(key) for key in ("family", "parameters", "claims"))
    if name is None and parameters is None:
        return NOTHING_SAID
    family = FAMILIES.get(name) if isinstance(name, str) else None
    if family is None:
        return Rebuilding(None, f"the family {quoted(str(name))} is not known, so the parameters are not checked")
    weights = sum(layer.inputs * layer.outputs for layer in network.layers)
    try:
        with at_most(max(_SLACK * weights, _FEWEST_WEIGHTS)):
            again = hard(family.name, **_without_files(family, parameters)).network
    except InputError as error:
        return Rebuilding(False, f"the parameters make no such network: {error}")
    rounded = isinstance(claims, Mapping) and claims.get("theorem") == ROUNDED
    if again == network or (rounded and _is_rounded(again, network)):
        return Rebuilding(True)
    return Rebuilding(False, "the parameters make another network")


def _without_files(family: Family, parameters: Any) -> dict[str, Any]:
    """Parameters that hold their values themselves: metadata must not choose a file that is read."""
    if not isinstance(parameters, Mapping):
        raise ConstructionError('"parameters" is not an object')
    for one in family.parameters:
        value = parameters.get(one.name)
        if one.kind == "generators" and isinstance(value, str) and whole_number(value) is None:
            raise ConstructionError(f"{one.name}: it names a file, where the numbers should be")
    return dict(parameters)


def _is_rounded(exact: Network, other: Network) -> bool:
    pairs = list(zip(exact.layers, other.layers, strict=False))
    same = [layer.linear for layer in exact.layers] == [layer.linear for layer in other.layers]
    return same and all(_nearest(a.weight, b.weight) and _nearest(a.bias, b.bias) for a, b in pairs)


def _nearest(exact: Matrix, other: Matrix) -> bool:
    shapes = (exact.nrows(), exact.ncols()) == (other.nrows(), other.ncols())
    return shapes and all(a == b or nearest_double(a) == b for a, b in zip(exact.entries(), other.entries(), strict=True))
