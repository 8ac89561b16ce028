"""Hard nets as bytes of a file: where a format has to round, what is proved of the exact net is no longer claimed."""

from __future__ import annotations

from relupoly.constructions.hard_net import Claims, HardNet
from relupoly.errors import RoundingError
from relupoly.files import encode_network
from relupoly.files.streams import Location

ROUNDED = "None: the weights of the exact net were rounded to doubles."


def encode_hard(net: HardNet, target: Location, format: str | None = None, round: bool = False) -> tuple[HardNet, bytes]:
    """The net as it can be written to a file, and the bytes.

    Parameters
    ----------
    net : HardNet
    target, format, round
        As in `relupoly.files.write_network`.

    Returns
    -------
    HardNet
        The same, or, where weights had to be rounded, one without claims about its pieces.
    bytes

    Raises
    ------
    RoundingError
        If the format would have to round, without leave to do so.
    """
    try:
        return net, encode_network(net.network, target, format)
    except RoundingError:
        if not round:
            raise
    humble = HardNet.of(net.family, net.network, net.parameters, Claims(ROUNDED))
    return humble, encode_network(humble.network, target, format, round=True)
