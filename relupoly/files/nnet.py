"""The .nnet format of Kyle Julian (Stanford, 2016), in which the ACAS Xu networks are published.

Comma-separated text: comments (//), four sizes, the widths, an unused flag, least and greatest inputs, means and ranges of the
inputs and of the outputs, then the weight rows and the biases of each layer. Every decimal is an exact rational.

The weights act on normalised inputs (x - mean) / range; the file's outputs are y range + mean. Reading takes the layers as
they stand and keeps those lines in the metadata, so that writing a .nnet again restores them; `fold_normalization` makes them
part of the network. Marabou's and Reluplex's files may have more entries in them than there are inputs, as what is left of a
larger net: these programs read the first ones, and so does this one. The reference evaluator also clips inputs to the least
and greatest ones: that is not affine and is not folded in; take the box as the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError, NumberError
from relupoly.exact.blocks import densely
from relupoly.exact.limits import MOST_COUNT_DIGITS
from relupoly.exact.matrices import column, from_rows, rows_of
from relupoly.exact.rationals import rational
from relupoly.exact.sparse import SparseMatrix
from relupoly.files.decimals import exact_decimal, has_decimal, parse_decimal
from relupoly.files.json_network import metadata_text
from relupoly.files.json_text import parse_json
from relupoly.files.network_format import NetworkFormat, ReaderOptions
from relupoly.files.plain_layers import with_plain_layers
from relupoly.files.rounding import rounded
from relupoly.files.streams import located
from relupoly.files.text_lines import TextLines
from relupoly.networks.network import Layer, Network
from relupoly.plain_text import plain_text

_HEADER = "Neural Network File Format by Kyle Julian, Stanford 2016"
_KEEP = "relupoly-metadata: "
_TAB = "\t"
_KEY = "nnet"
_BOUNDS = ("minima", "maxima")
_LARGEST_SIZE = 10**MOST_COUNT_DIGITS  # and `TextLines.count` says so


def decode(data: bytes) -> Network:
    """The network of a .nnet file, its weights as they stand; the normalisation goes into `metadata["nnet"]`.

    Raises
    ------
    FileFormatError, NetworkError
        If the text is not what the format promises; it names the line.
    """
    lines = TextLines(data, comment="//")
    inputs, sizes = _sizes(lines)
    _pass_flag(lines, sizes)
    kept: dict[str, Any] = {"comments": lines.comments}
    for key, what, count in _normalization_lines(inputs):
        kept[key] = lines.take(what, count, more=True)
        for index, entry in enumerate(kept[key]):
            if not (key in _BOUNDS and _is_infinite(entry)):
                lines.number(index)
    layers = tuple(_read_layer(lines, k, *pair) for k, pair in enumerate(zip([inputs, *sizes], sizes, strict=False), 1))
    lines.finish()
    return Network(layers, _metadata(kept, inputs))


def encode(network: Network, round: bool = False) -> bytes:
    """The .nnet file of a network: exact decimals, and the normalisation in `metadata["nnet"]`, or a neutral one.

    Raises
    ------
    RoundingError
        If a weight or bias has no finite decimal and `round` is False.
    FileFormatError
        If there are linear neurons, or a sparse weight is too large with its zeros.

    Examples
    --------
    >>> network = Network.from_rows([([[1, 0.5]], ["0.1"])])
    >>> decode(encode(network)) == network
    True
    """
    exact = rounded(with_plain_layers(network, "nnet"), has_decimal, "a finite decimal", round)
    kept = _kept(network)
    others = {key: value for key, value in network.metadata.items() if key != _KEY}
    comments = [*kept["comments"], *([_KEEP + metadata_text(others)] if others else [])]
    sizes = [network.input_dim, *network.widths, network.output_dim]
    rows = [[str(len(network.layers)), str(sizes[0]), str(sizes[-1]), str(max(sizes))], list(map(str, sizes)), ["0"]]
    rows += [kept[key] for key, _, _ in _normalization_lines(network.input_dim)]
    for layer in exact.layers:
        rows += [
            list(map(exact_decimal, row)) for row in [*rows_of(densely(layer.weight)), *([e] for e in layer.bias.entries())]
        ]
    lines = [f"// {plain_text(comment, keep=_TAB)}" for comment in comments] + [",".join(row) + "," for row in rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def fold_normalization(network: Network) -> Network:
    """The network on the file's own inputs and outputs: x -> range_out net((x - mean) / range) + mean_out, exactly.

    Raises
    ------
    FileFormatError
        If the range of an input is 0, or a line has more entries than it needs and does not say which one is the output's.
    """
    kept = _kept(network)
    means, last_mean = _of_inputs_and_output(kept, "means", network.input_dim)
    ranges, last_range = _of_inputs_and_output(kept, "ranges", network.input_dim)
    for number, entry in enumerate(ranges, 1):
        if entry == 0:
            raise FileFormatError(f"the range of input {number} is 0, so it cannot be normalised; give a positive range")
    layers = list(network.layers)
    layers[0] = _after_scaling(layers[0], means, ranges)
    scale, offset = _diagonal([last_range] * network.output_dim), column([last_mean] * network.output_dim)
    layers[-1] = Layer(scale * layers[-1].weight, scale * layers[-1].bias + offset)
    neutral = _neutral(network.input_dim)
    folded = {**kept, "means": neutral["means"], "ranges": neutral["ranges"]}
    return Network(tuple(layers), {**network.metadata, _KEY: folded})


def _of_inputs_and_output(kept: dict[str, list[str]], key: str, inputs: int) -> tuple[list[fmpq], fmpq]:
    """The entries of the inputs and of the output: the one after the inputs' for some programs, the last for others."""
    entries = [rational(text) for text in kept[key]]
    if len(set(entries[inputs:])) > 1:
        raise FileFormatError(
            f"the {key} are {len(entries)} entries for {inputs} inputs and an output, so which one is the output's is not "
            f"certain; keep {inputs + 1}"
        )
    return entries[:inputs], entries[-1]


def _after_scaling(layer: Layer, means: Sequence[fmpq], ranges: Sequence[fmpq]) -> Layer:
    """The map x -> layer((x - mean) / range)."""
    weight = layer.weight * _diagonal([1 / scale for scale in ranges])
    return Layer(weight, layer.bias - weight * column(means), layer.linear)


def _diagonal(entries: Sequence[fmpq]) -> SparseMatrix:
    places = range(len(entries))
    return SparseMatrix.from_triples((len(entries), len(entries)), places, places, entries)


def _sizes(lines: TextLines) -> tuple[int, list[int]]:
    """The number of inputs, and of outputs of each layer."""
    lines.take("four sizes (layers, inputs, outputs, greatest width)", 4)
    depth, inputs, outputs = (lines.count(index, _LARGEST_SIZE) for index in range(3))
    lines.take("the widths of all layers", depth + 1)
    first, *sizes = (lines.count(index, _LARGEST_SIZE) for index in range(depth + 1))
    if (first, sizes[-1]) != (inputs, outputs):
        raise lines.error(f"the widths go from {first} to {sizes[-1]}, but there are {inputs} inputs and {outputs} outputs")
    return inputs, sizes


def _pass_flag(lines: TextLines, sizes: Sequence[int]) -> None:
    """Pass over the flag, which nobody uses; its line may be empty.

    It is if what follows the empty line is no single entry, or if the lines that are left are those without a flag.
    """
    empty, entries = lines.peek()
    without = len(_normalization_lines(1)) + 2 * sum(sizes)
    if not (empty and (len(entries) > 1 or lines.left == without)):
        lines.take("the unused flag")


def _is_infinite(text: str) -> bool:
    """Whether a bound of an input says that there is none."""
    return text.lower().lstrip("+-") in ("inf", "infinity")


def _normalization_lines(inputs: int) -> list[tuple[str, str, int]]:
    """The keys, descriptions and lengths of the normalisation's four lines."""
    return [
        ("minima", "the least inputs", inputs),
        ("maxima", "the greatest inputs", inputs),
        ("means", "the means of the inputs and the output", inputs + 1),
        ("ranges", "the ranges of the inputs and the output", inputs + 1),
    ]


def _read_layer(lines: TextLines, number: int, inputs: int, outputs: int) -> Layer:
    rows = []
    for row in range(1, outputs + 1):
        lines.take(f"row {row} of the weight of layer {number}", inputs)
        rows.append([lines.number(index) for index in range(inputs)])
    biases = []
    for row in range(1, outputs + 1):
        lines.take(f"bias {row} of layer {number}", 1)
        biases.append(lines.number(0))
    return Layer(from_rows(rows, inputs), column(biases))


def _metadata(kept: dict[str, Any], inputs: int) -> dict[str, Any]:
    """The metadata of a file: what an earlier writer kept in a comment, and the normalisation unless it says nothing."""
    metadata: dict[str, Any] = {}
    for comment in kept["comments"]:
        if comment.startswith(_KEEP):
            with located("the comment relupoly-metadata"):
                metadata = parse_json(comment.removeprefix(_KEEP).encode())
                metadata_text(metadata)
    kept["comments"] = [comment for comment in kept["comments"] if not comment.startswith(_KEEP)]
    return metadata if kept == _neutral(inputs) else {**metadata, _KEY: kept}


def _kept(network: Network) -> dict[str, list[str]]:
    """The comments and the normalisation that a network's metadata keep, checked; neutral ones where they keep none."""
    kept = network.metadata.get(_KEY, {})
    if not isinstance(kept, dict) or not all(isinstance(value, list) for value in kept.values()):
        raise FileFormatError(f'metadata "{_KEY}" is not an object of lists; correct or remove it')
    result = _neutral(network.input_dim)
    if "comments" in kept:
        result["comments"] = [" ".join(str(comment).splitlines()) for comment in kept["comments"]]
    for key, what, count in _normalization_lines(network.input_dim):
        if key in kept:
            result[key] = [_decimal_entry(entry, key, index) for index, entry in enumerate(kept[key], 1)]
            if len(result[key]) < count:
                raise FileFormatError(f'metadata "{_KEY}": {what} are {len(result[key])}, not {count}; correct or remove them')
    return result


def _decimal_entry(entry: Any, key: str, index: int) -> str:
    try:
        if isinstance(entry, str):
            if not (key in _BOUNDS and _is_infinite(entry.strip())):
                parse_decimal(entry)
            return entry.strip()
        return exact_decimal(rational(entry))
    except NumberError as error:
        raise FileFormatError(f'metadata "{_KEY}": {key}[{index}]: {error}') from None


def _neutral(inputs: int) -> dict[str, list[str]]:
    return {
        "comments": [_HEADER],
        "minima": ["-1e30"] * inputs,
        "maxima": ["1e30"] * inputs,
        "means": ["0.0"] * (inputs + 1),
        "ranges": ["1.0"] * (inputs + 1),
    }


def _configured(data: bytes, options: ReaderOptions) -> Network:
    network = decode(data)
    return fold_normalization(network) if options.normalize else network


FILE_FORMAT = NetworkFormat(decode, encode, _configured, takes=("normalize",))
