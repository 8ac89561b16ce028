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
    activation : str or None
        What stands between the layers of a file that holds weights alone; ReLU where it is None.
    input_shape : tuple of int or None
        The channels, and the length of each further axis, that the first of its convolutions gets.
    convolutions : tuple of (int, int)
        Stride and padding of each of its convolutions, or one pair for all of them.
    folder : Path or None
        Where the file is, for formats that refer to others beside it; None for standard input.
    """

    normalize: bool = False
    drop_last: bool = False
    output_node: str | None = None
    activation: str | None = None
    input_shape: tuple[int, ...] | None = None
    convolutions: tuple[tuple[int, int], ...] = ()
    folder: Path | None = None


# What each option needs, as a message says when a format has none.
WANTED = {
    "normalize": "normalisation to fold in",
    "drop_last": "last activation to leave off",
    "output_node": "inner nodes to choose an output from",
    "activation": "free choice of what stands between their layers",
    "input_shape": "convolutions whose input shape is to be given",
    "convolutions": "convolutions whose strides and paddings are to be given",
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
