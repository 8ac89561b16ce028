"""Networks as models of PyTorch, ONNX and scikit-learn.

A number that the other program does not hold is rounded with leave only, as when files are written.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import MissingPackageError, ModelError
from relupoly.exact.rationals import is_double, nearest_float
from relupoly.exact.sparse import Matrix
from relupoly.files.plain_layers import with_plain_layers
from relupoly.files.rounding import rounded
from relupoly.networks.network import Layer, Network


def to_torch(network: Network, round: bool = False) -> Any:
    """A network as a `torch.nn.Sequential` of linear layers and ReLUs, in double precision.

    Where a layer has linear neurons, a `torch.nn.PReLU` stands in the place of its ReLU, with slope 1 for these and 0 for the
    others; the slopes are not trained (`requires_grad` is False).

    Parameters
    ----------
    network : Network
    round : bool
        Whether numbers that are no doubles may be rounded to the nearest one.

    Raises
    ------
    MissingPackageError
        If PyTorch is not installed.
    RoundingError
        If a weight or bias is no double and `round` is False.
    """
    try:
        import torch
    except ImportError:
        raise MissingPackageError("modules of PyTorch need the package torch: pip install relupoly[torch]") from None
    modules: list[Any] = []
    exact = rounded(network, is_double, "a double", round)
    for number, layer in enumerate(exact.layers, 1):
        linear = torch.nn.Linear(layer.inputs, layer.outputs, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(_floats(layer.weight)))
            linear.bias.copy_(torch.from_numpy(_floats(layer.bias)[:, 0]))
        modules.append(linear)
        if number < len(exact.layers):
            modules.append(_activation(torch, layer))
    return torch.nn.Sequential(*modules)


def _activation(torch: Any, layer: Layer) -> Any:
    if not layer.linear:
        return torch.nn.ReLU()
    slopes = torch.nn.PReLU(layer.outputs, dtype=torch.float64)
    with torch.no_grad():
        slopes.weight.copy_(torch.from_numpy(np.where(layer.has_relu, 0.0, 1.0)))
    slopes.requires_grad_(False)
    return slopes


def to_onnx(network: Network, round: bool = False) -> Any:
    """A network as an `onnx.ModelProto`, in double precision, as `write_network` writes it to an .onnx file.

    Raises
    ------
    MissingPackageError
        If the package onnx is not installed.
    RoundingError
        If a weight or bias is no double and `round` is False.
    """
    from relupoly.files.onnx.writer import encode

    data = encode(network, round)
    import onnx

    return onnx.load_model_from_string(data)


def to_sklearn(network: Network, round: bool = False) -> Any:
    """A network as a fitted `sklearn.neural_network.MLPRegressor`, whose `predict` computes what the network does.

    Parameters
    ----------
    network : Network
        Without linear neurons, which scikit-learn does not know; `expand(network)` has none.
    round : bool
        Whether numbers that are no doubles may be rounded to the nearest one.

    Raises
    ------
    MissingPackageError
        If scikit-learn is not installed.
    RoundingError
        If a weight or bias is no double and `round` is False.
    ModelError
        If there are linear neurons.

    Examples
    --------
    >>> network = Network.from_rows([([[1], [-1]], None), ([[1, 1]], [0.5])])
    >>> to_sklearn(network).predict([[-2], [1]]).tolist()
    [2.5, 1.5]
    """
    try:
        from sklearn.neural_network import MLPRegressor
    except ImportError:
        raise MissingPackageError(
            "models of scikit-learn need the package scikit-learn: pip install relupoly[sklearn]"
        ) from None
    for number, layer in enumerate(network.layers, 1):
        if layer.linear:
            raise ModelError(
                f"layer {number}: neuron {layer.linear[0] + 1} is linear, and scikit-learn knows ReLU alone; give "
                "expand(network), which has relu(z) - relu(-z) in its place"
            )
    exact = rounded(with_plain_layers(network, "sklearn"), is_double, "a double", round)
    model = MLPRegressor(hidden_layer_sizes=exact.widths)
    model.coefs_ = [np.ascontiguousarray(_floats(layer.weight).T) for layer in exact.layers]
    model.intercepts_ = [_floats(layer.bias)[:, 0].copy() for layer in exact.layers]
    model.n_features_in_, model.n_outputs_, model.n_layers_ = exact.input_dim, exact.output_dim, len(exact.layers) + 1
    model.out_activation_ = "identity"
    return model


def _floats(matrix: Matrix) -> NDArray[np.float64]:
    values = [nearest_float(entry) for entry in matrix.entries()]
    return np.array(values, dtype=np.float64).reshape(matrix.nrows(), matrix.ncols())
