"""Networks as ONNX models: Gemm and Relu for each layer; linear neurons go around the Relu by Gather and Concat.

Weights are doubles. The model has one input and one output, each a row for each of any number of samples; so runs it wherever
ONNX runs. Where a layer has linear neurons, its ReLU neurons come first, and what reads them is ordered likewise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.disk.sizes import check_size
from relupoly.errors import MissingPackageError
from relupoly.exact.rationals import is_double, nearest_float
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.files.json_network import metadata_text
from relupoly.files.rounding import rounded
from relupoly.networks.network import Layer, Network

METADATA = "relupoly-metadata"
_OPSET, _IR = 13, 7  # of 2020: every runtime in use knows them
_PRODUCER = "relupoly"
_DOUBLE = 8  # bytes


def encode(network: Network, round: bool = False) -> bytes:
    """The ONNX model of a network, in double precision.

    Raises
    ------
    RoundingError
        If a weight or bias is no double and `round` is False.
    MissingPackageError
        If the package onnx is not installed.
    """
    try:
        import onnx
        from onnx import helper, numpy_helper
    except ImportError:
        raise MissingPackageError("ONNX files need the package onnx: pip install relupoly[onnx]") from None
    exact = rounded(network, is_double, "a double", round)
    nodes: list[Any] = []
    stored: dict[str, NDArray[Any]] = {}
    name = "input"
    for number, layer in enumerate(exact.layers, 1):
        last = number == len(exact.layers)
        check_size(_DOUBLE * layer.inputs * layer.outputs, f"with its zeros, the weight of layer {number} takes")
        name = _layer(nodes, stored, layer, number, name, last)
    floats = onnx.TensorProto.DOUBLE
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("input", floats, ["samples", network.input_dim])],
        [helper.make_tensor_value_info("output", floats, ["samples", network.output_dim])],
        [numpy_helper.from_array(array, key) for key, array in stored.items()],
    )
    model = helper.make_model(graph, producer_name=_PRODUCER, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
    kept = {key: value for key, value in network.metadata.items() if key != "onnx"}
    if kept:
        helper.set_model_props(model, {METADATA: metadata_text(kept)})
    return bytes(model.SerializeToString(deterministic=True))


def _layer(nodes: list[Any], stored: dict[str, NDArray[Any]], layer: Layer, number: int, before: str, last: bool) -> str:
    """Add the nodes of a layer, and say what the last of them gives."""
    from onnx import helper

    weight, bias = f"W{number}", f"b{number}"
    stored[weight], stored[bias] = _floats(layer.weight), _floats(layer.bias)[:, 0]
    sums = "output" if last else f"sums{number}"
    nodes.append(helper.make_node("Gemm", [before, weight, bias], [sums], f"Gemm_{number}", transB=1))
    if last:
        return sums
    after = f"hidden{number}"
    if not layer.linear:
        nodes.append(helper.make_node("Relu", [sums], [after], f"Relu_{number}"))
        return after
    order = np.array([*np.flatnonzero(layer.has_relu), *layer.linear], dtype=np.int64)
    stored[f"relu{number}"], stored[f"linear{number}"] = order[: layer.relus], order[layer.relus :]
    stored[f"order{number}"] = np.argsort(order)
    for kind in ("relu", "linear"):
        nodes.append(
            helper.make_node("Gather", [sums, f"{kind}{number}"], [f"{kind}_sums{number}"], f"Gather_{kind}_{number}", axis=1)
        )
    nodes.append(helper.make_node("Relu", [f"relu_sums{number}"], [f"positive{number}"], f"Relu_{number}"))
    both = f"both{number}"
    nodes.append(helper.make_node("Concat", [f"positive{number}", f"linear_sums{number}"], [both], f"Concat_{number}", axis=1))
    nodes.append(helper.make_node("Gather", [both, f"order{number}"], [after], f"Gather_order_{number}", axis=1))
    return after


def _floats(matrix: Matrix) -> NDArray[np.float64]:
    shape = (matrix.nrows(), matrix.ncols())
    if not isinstance(matrix, SparseMatrix):
        return np.array([nearest_float(entry) for entry in matrix.entries()], dtype=np.float64).reshape(shape)
    array = np.zeros(shape)
    array[matrix.row, matrix.column] = [nearest_float(entry) for entry in matrix.nonzeros()]
    return array
