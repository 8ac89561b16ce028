"""`NetworkFormat`: how a format of network files is read and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from relupoly.networks.network import Network


class Encoder(Protocol):
    """Network -> bytes; it raises a `RoundingError` where it would have to round without leave."""

    def __call__(self, network: Network, round: bool = False) -> bytes:
        """The bytes of a file."""
        ...


@dataclass(frozen=True)
class ReaderOptions:
    """What a reader may be asked beside the network as it stands; each format takes some of it.

    Attributes
    ----------
    normalize : bool
        Whether to fold the input and output normalisation of a .nnet file into its first and last layers.
    drop_last : bool
        Whether to leave off a last activation of an .onnx file that is not piecewise linear.
    output_node : str or None
        A tensor or node of an .onnx file that is the output in the place of the model's.
    folder : Path or None
        Where the file is, for formats that refer to others beside it; None for standard input.
    """

    normalize: bool = False
    drop_last: bool = False
    output_node: str | None = None
    folder: Path | None = None


# What each option needs, as a message says when a format has none.
WANTED = {
    "normalize": "normalisation to fold in",
    "drop_last": "last activation to leave off",
    "output_node": "inner nodes to choose an output from",
}


@dataclass(frozen=True)
class NetworkFormat:
    """How a format is read and written.

    Attributes
    ----------
    decode : callable
        Bytes -> Network; its errors name the place in the file, not the file.
    encode : Encoder
    configured : callable or None
        The same with options; None where there are none.
    takes : tuple of str
        The options that it heeds, by their names in `ReaderOptions`.
    """

    decode: Callable[[bytes], Network]
    encode: Encoder
    configured: Callable[[bytes, ReaderOptions], Network] | None = None
    takes: tuple[str, ...] = ()

    def read(self, data: bytes, options: ReaderOptions) -> Network:
        """The network in a file, read as the options say."""
        return self.configured(data, options) if self.configured else self.decode(data)
