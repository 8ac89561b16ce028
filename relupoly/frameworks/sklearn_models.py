"""Models of scikit-learn: multilayer perceptrons, linear models, and pipelines with scalers in front of them.

A double that a model stores is the dyadic rational that it is, and what is computed of it is exact: a scaler divides by its
`scale_` without rounding, so that quotients of two doubles, which are no doubles, come to stand in the first layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relupoly.errors import ModelError
from relupoly.exact.rational_arrays import RationalArray
from relupoly.files.json_text import quoted
from relupoly.frameworks.parts import affine, at, check_own, constants, exact, is_of, number
from relupoly.networks.lowering.activations import clip
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor
from relupoly.networks.network import Network
from relupoly.plain_text import counted

KEY = "sklearn"


@dataclass
class _Reading:
    """A net that is being made.

    Attributes
    ----------
    lowering : Lowering
    kinds : list of str
        The classes of the steps so far.
    dropped : list of str
        Non-linearities that were left off.
    """

    lowering: Lowering
    kinds: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def from_sklearn(model: Any) -> Network:
    """The function of a fitted model of scikit-learn as a network.

    Parameters
    ----------
    model : estimator
        `MLPRegressor` or `MLPClassifier` (activation "relu" or "identity"), a linear model (`LinearRegression`, `Ridge`,
        `Lasso`, `ElasticNet`, `LogisticRegression`, `RidgeClassifier`, `LinearSVC`, `LinearSVR`, `SGDClassifier`,
        `SGDRegressor`, `Perceptron`, ... and those with cross-validation), a scaler (`StandardScaler`, `MinMaxScaler`,
        `MaxAbsScaler`, `RobustScaler`), a `Pipeline` of these, a `TransformedTargetRegressor`, or a search for
        parameters over them.

    Returns
    -------
    Network
        Its outputs are what `predict` gives for a regressor, and the entries of `decision_function` for a linear classifier. An
        `MLPClassifier` is taken without its last non-linearity, softmax or the logistic function: one output for each class, or
        a single one for two classes, positive where the second one is predicted.

    Raises
    ------
    ModelError
        If the model is not fitted, or of another kind; it names the step of a pipeline.

    Notes
    -----
    Weights are the exact values of the doubles, and scalers divide exactly: nothing is rounded. scikit-learn rounds at every
    step, so its own numbers differ in the last digits.

    Examples
    --------
    >>> from sklearn.preprocessing import MaxAbsScaler
    >>> from_sklearn(MaxAbsScaler().fit([[3.0, 1.0], [-1.5, 4.0]])).layers[0].weight
    [1/3,   0]
    [  0, 1/4]
    """
    reader = _reader(model)
    with at(_kind(model)):
        reading = _Reading(Lowering(_inputs(model)))
    x = reading.lowering.input((reading.lowering.inputs,))
    output = _read(reader, model, x, reading, _kind(model))
    notes: dict[str, Any] = {"model": _kind(model), "steps": reading.kinds}
    if reading.dropped:
        notes["dropped"] = reading.dropped[-1]
    return reading.lowering.network(output, {KEY: notes})


_Reader = Callable[[Any, Tensor, _Reading], Tensor]


def _read(reader: _Reader, model: Any, x: Tensor, reading: _Reading, place: str) -> Tensor:
    with at(place):
        check_own(model, "sklearn", ("predict", "decision_function", "transform"))
        result = reader(model, x, reading)
    if reader not in (_pipeline, _searched, _with_target):
        reading.kinds.append(_kind(model))
    return result


def _perceptron(model: Any, x: Tensor, reading: _Reading) -> Tensor:
    """A multilayer perceptron."""
    weights, biases = _fitted(model, "coefs_"), _fitted(model, "intercepts_")
    last = str(_fitted(model, "out_activation_"))
    if model.activation not in ("relu", "identity"):
        raise ModelError(
            f"its activation is {quoted(str(model.activation))}, which is not piecewise linear; train with "
            'activation="relu" or "identity"'
        )
    if last != "identity":
        if _known(model) != "MLPClassifier":
            raise ModelError(f"its last activation is {quoted(last)}, which is not piecewise linear; train with another loss")
        reading.dropped.append(last)
    for place, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = affine(x, exact(weight, f"coefs_[{place}]"), exact(bias, f"intercepts_[{place}]"))
        if place < len(weights) - 1 and model.activation == "relu":
            x = reading.lowering.relu(x)
    return x


def _linear(model: Any, x: Tensor, reading: _Reading) -> Tensor:
    """A linear model; a classifier gives what its `decision_function` gives."""
    weight = exact(_fitted(model, "coef_"), "coef_")
    rows = weight.moved(lambda table: table.reshape(-1, table.shape[-1]).T)
    bias = exact(np.asarray(_fitted(model, "intercept_")).reshape(-1), "intercept_")
    if bias.size not in (1, rows.shape[1]):
        outputs = counted(rows.shape[1], "output")
        raise ModelError(f"intercept_ has {bias.size} entries, but coef_ is for {outputs}; train the model anew")
    return affine(x, rows, bias.moved(lambda table: np.broadcast_to(table, rows.shape[1])))


def _scaler(model: Any, x: Tensor, reading: _Reading) -> Tensor:
    """A scaler: each input times a factor, plus an offset, perhaps clipped."""
    factor, offset = _scaling(model, x.size)
    result = x.times(factor) + constants(offset)
    if not getattr(model, "clip", False):
        return result
    low, high = getattr(model, "feature_range", (-1, 1))
    return clip(reading.lowering, result, number(low, "feature_range"), number(high, "feature_range"))


def _scaling(model: Any, size: int) -> tuple[RationalArray, RationalArray]:
    """The factor and the offset of each input."""
    _fitted(model, "n_features_in_")
    one, zero = RationalArray.of_integers(np.ones(size, dtype=np.int64)), RationalArray.zeros(size)
    scale = _array(model, "scale_", one)
    if _known(model) == "MinMaxScaler":
        return scale, _array(model, "min_", zero)
    if not all(scale.numerator.tolist()):
        raise ModelError("an entry of scale_ is 0; fit the scaler anew")
    factor = scale.reciprocal()
    center = {"StandardScaler": "mean_", "RobustScaler": "center_"}.get(_known(model))
    if center == "mean_" and not model.with_mean:
        center = None
    return factor, zero if center is None else -(_array(model, center, zero) * factor)


def _array(model: Any, name: str, default: RationalArray) -> RationalArray:
    """An array with one number for each input; what a scaler does not use is None."""
    given = getattr(model, name, None)
    if given is None:
        return default
    array = exact(given, name)
    if array.shape != default.shape:
        raise ModelError(f"{name} has the shape {list(array.shape)}, not [{default.size}], one entry for each; fit it anew")
    return array


def _pipeline(model: Any, x: Tensor, reading: _Reading) -> Tensor:
    """Steps one after another."""
    for name, step in model.steps:
        if step is None or step == "passthrough":
            continue
        x = _read(_reader(step, f"step {quoted(name)}: "), step, x, reading, f"step {quoted(name)} ({_kind(step)})")
    return x


def _searched(model: Any, x: Tensor, reading: _Reading) -> Tensor:
    """A search for parameters: the best model that it found."""
    best = _fitted(model, "best_estimator_")
    return _read(_reader(best), best, x, reading, _kind(best))


def _with_target(model: Any, x: Tensor, reading: _Reading) -> Tensor:
    """A regressor of a transformed target, transformed back."""
    inner, scaler = _fitted(model, "regressor_"), _fitted(model, "transformer_")
    y = _read(_reader(inner), inner, x, reading, _kind(inner))
    if _known(scaler) == "FunctionTransformer" and scaler.func is None and scaler.inverse_func is None:
        return y
    if READERS.get(_known(scaler)) is not _scaler:
        raise ModelError(f"the transformer of its target is {_kind(scaler)}; only scalers are supported")
    with at(f"the transformer of its target ({_kind(scaler)})"):
        factor, offset = _scaling(scaler, y.size)
        if not all(factor.numerator.tolist()):
            raise ModelError("an entry of scale_ is 0; fit the scaler anew")
        reading.kinds.append(_kind(scaler))
        return (y - constants(offset)).times(factor.reciprocal())


READERS: dict[str, _Reader] = {
    "MLPRegressor": _perceptron,
    "MLPClassifier": _perceptron,
    "StandardScaler": _scaler,
    "MinMaxScaler": _scaler,
    "MaxAbsScaler": _scaler,
    "RobustScaler": _scaler,
    "Pipeline": _pipeline,
    "TransformedTargetRegressor": _with_target,
    "GridSearchCV": _searched,
    "RandomizedSearchCV": _searched,
}
"""What reads a model, by the name of its class or of one that it inherits from."""

_LINEAR = (
    "ARDRegression BayesianRidge ElasticNet ElasticNetCV HuberRegressor Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV "
    "LassoLarsIC LinearRegression LinearSVC LinearSVR LogisticRegression LogisticRegressionCV MultiTaskElasticNet "
    "MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV "
    "PassiveAggressiveClassifier PassiveAggressiveRegressor Perceptron QuantileRegressor Ridge RidgeCV RidgeClassifier "
    "RidgeClassifierCV SGDClassifier SGDRegressor TheilSenRegressor"
)
READERS |= dict.fromkeys(_LINEAR.split(), _linear)


def _reader(model: Any, place: str = "") -> _Reader:
    known = _known(model)
    if known not in READERS:
        raise ModelError(
            f"{place}models of the class {_kind(model)} are not supported; give an MLPRegressor, an MLPClassifier, a linear "
            "model, a scaler, or a Pipeline of these"
        )
    return READERS[known]


def _known(model: Any) -> str:
    """The class of scikit-learn that a model is of, or inherits from."""
    names = [one.__name__ for one in type(model).__mro__ if is_of(one, "sklearn")]
    return next((name for name in names if name in READERS), names[0] if names else "")


def _kind(model: Any) -> str:
    return quoted(type(model).__name__)[1:-1]


def _fitted(model: Any, name: str) -> Any:
    """What fitting has left in a model."""
    try:
        return getattr(model, name)
    except AttributeError:
        raise ModelError(f"it is not fitted: {name} is missing; call its method fit first") from None


def _inputs(model: Any) -> int:
    """The number of inputs."""
    if _known(model) == "Pipeline":
        steps = [step for _, step in model.steps if step is not None and step != "passthrough"]
        if not steps:
            raise ModelError("it has no step that does anything; give one")
        with at(_kind(steps[0])):
            return _inputs(steps[0])
    return int(_fitted(model, "n_features_in_"))
