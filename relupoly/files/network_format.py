"""`NetworkFormat`: how a format of network files is read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from relupoly.networks.network import Network


class Encoder(Protocol):
    """Network -> bytes; it raises a `RoundingError` where it would have to round without leave."""

    def __call__(self, network: Network, round: bool = False) -> bytes:
        """The bytes of a file."""
        ...


@dataclass(frozen=True)
class NetworkFormat:
    """How a format is read and written.

    Attributes
    ----------
    decode : callable
        Bytes -> Network; its errors name the place in the file, not the file.
    encode : Encoder
    normalize : callable or None
        Network -> Network: fold the normalisation that the file carries into the layers; None where there is none.
    """

    decode: Callable[[bytes], Network]
    encode: Encoder
    normalize: Callable[[Network], Network] | None = None
