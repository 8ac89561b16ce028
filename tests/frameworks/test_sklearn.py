"""Models of scikit-learn: what they predict is what the net computes, exactly where fractions say what that is."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

pytest.importorskip("sklearn", reason="the package scikit-learn is not installed")
from sklearn import linear_model, svm
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, PolynomialFeatures, RobustScaler, StandardScaler

from relupoly import evaluate, evaluate_floats, from_sklearn
from relupoly.errors import ModelError

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 3)) * [1, 10, 0.1] + [0, 5, -3]
Y = np.abs(X[:, 0]) + X[:, 2]
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 5)
POINTS = RNG.normal(size=(20, 3)) * [2, 20, 0.2] + [0, 5, -3]


def fitted(model, y=Y, x=X):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y)


def perceptron(kind=MLPRegressor, y=Y, x=X, **options):
    return fitted(kind(hidden_layer_sizes=(6, 5), max_iter=30, random_state=1, **options), y, x)


def small():
    """A perceptron that is trained in no time."""
    return MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, random_state=0)


def fractions(array):
    return [Fraction(entry) for entry in np.asarray(array, dtype=float).ravel().tolist()]


def forward(model, point):
    """A perceptron over fractions."""
    values = list(point)
    for place, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        rows = [fractions(row) for row in weight]
        sums = [sum((v * r[j] for v, r in zip(values, rows, strict=True)), b) for j, b in enumerate(fractions(bias))]
        last = place == len(model.coefs_) - 1
        values = sums if last or model.activation == "identity" else [max(value, Fraction(0)) for value in sums]
    return values


def exactly(net, point):
    values = evaluate(net, [fmpq(entry.numerator, entry.denominator) for entry in point])
    return [Fraction(int(value.p), int(value.q)) for value in values]


def check_close(net, outputs, points=POINTS):
    found = np.array(evaluate_floats(net, points)).reshape(len(points), -1)
    assert np.allclose(found, np.asarray(outputs).reshape(len(points), -1), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize("y", [Y, np.stack([Y, -Y], axis=1)], ids=["one output", "two outputs"])
def test_a_regressor(activation, y):
    model = perceptron(y=y, activation=activation)
    net = from_sklearn(model)
    assert net.widths == ((6, 5) if activation == "relu" else ())
    check_close(net, model.predict(POINTS))
    for point in map(fractions, POINTS[:5]):
        assert exactly(net, point) == forward(model, point)


def test_weights_of_single_precision():
    model = perceptron(x=X.astype(np.float32))
    assert model.coefs_[0].dtype == np.float32
    assert exactly(from_sklearn(model), fractions(POINTS[0])) == forward(model, fractions(POINTS[0]))


def test_a_classifier_of_three_classes_gives_what_softmax_gets():
    model = perceptron(MLPClassifier, LABELS)
    net = from_sklearn(model)
    assert net.metadata["sklearn"]["dropped"] == "softmax"
    logits = np.array([exactly(net, fractions(point)) for point in POINTS], dtype=float)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert np.allclose(chances / chances.sum(axis=1, keepdims=True), model.predict_proba(POINTS))
    assert [forward(model, fractions(point)) for point in POINTS] == [exactly(net, fractions(point)) for point in POINTS]


def test_a_classifier_of_two_classes_has_one_output():
    model = perceptron(MLPClassifier, (LABELS > 0).astype(int))
    net = from_sklearn(model)
    assert net.output_dim == 1
    logits = np.array(evaluate_floats(net, POINTS)).ravel()
    assert np.allclose(1 / (1 + np.exp(-logits)), model.predict_proba(POINTS)[:, 1])
    assert ((logits > 0) == model.predict(POINTS)).all()


SCALERS = [
    StandardScaler(),
    StandardScaler(with_mean=False),
    StandardScaler(with_std=False),
    StandardScaler(with_mean=False, with_std=False),
    MinMaxScaler(),
    MinMaxScaler((-0.3, 0.9), clip=True),
    MaxAbsScaler(),
    RobustScaler(),
    RobustScaler(with_centering=False, with_scaling=False),
]


@pytest.mark.parametrize("scaler", SCALERS, ids=repr)
def test_scalers(scaler):
    scaler = fitted(scaler)
    net = from_sklearn(scaler)
    check_close(net, scaler.transform(POINTS))
    assert (net.relus == (6,)) == bool(getattr(scaler, "clip", False))


def test_a_scaler_divides_exactly():
    scaler = fitted(StandardScaler())
    for point in map(fractions, POINTS[:5]):
        pairs = zip(point, fractions(scaler.mean_), fractions(scaler.scale_), strict=True)
        assert exactly(from_sklearn(scaler), point) == [(x - mean) / scale for x, mean, scale in pairs]


def test_a_pipeline():
    model = fitted(make_pipeline(StandardScaler(), "passthrough", perceptron()))
    net = from_sklearn(model)
    assert net.widths == (6, 5)
    assert net.metadata["sklearn"] == {"model": "Pipeline", "steps": ["StandardScaler", "MLPRegressor"]}
    check_close(net, model.predict(POINTS))
    scaler, _, inner = (step for _, step in model.steps)
    for point in map(fractions, POINTS[:5]):
        pairs = zip(point, fractions(scaler.mean_), fractions(scaler.scale_), strict=True)
        assert exactly(net, point) == forward(inner, [(x - mean) / scale for x, mean, scale in pairs])


def test_clipping_before_a_perceptron():
    model = fitted(make_pipeline(MinMaxScaler(clip=True), make_pipeline(small())))
    net = from_sklearn(model)
    assert net.widths == (6, 4)
    check_close(net, model.predict(POINTS * 3), POINTS * 3)


REGRESSORS = [
    linear_model.LinearRegression(),
    linear_model.LinearRegression(fit_intercept=False),
    linear_model.Ridge(),
    linear_model.Lasso(0.1),
    linear_model.ElasticNet(0.1),
    linear_model.SGDRegressor(max_iter=5, tol=None, random_state=0, eta0=1e-5),
    linear_model.HuberRegressor(),
    svm.LinearSVR(random_state=0, max_iter=50, dual=True),
]


@pytest.mark.parametrize("model", REGRESSORS, ids=repr)
def test_linear_regressors(model):
    model = fitted(model)
    check_close(from_sklearn(model), model.predict(POINTS))


def test_a_linear_regressor_of_several_targets():
    model = fitted(linear_model.LinearRegression(), np.stack([Y, 2 * Y + 1], axis=1))
    check_close(from_sklearn(model), model.predict(POINTS))


CLASSIFIERS = [
    linear_model.LogisticRegression(),
    linear_model.RidgeClassifier(),
    linear_model.SGDClassifier(max_iter=5, tol=None, random_state=0),
    svm.LinearSVC(random_state=0, max_iter=50, dual=True),
]


@pytest.mark.parametrize("labels", [LABELS, LABELS > 0], ids=["three classes", "two classes"])
@pytest.mark.parametrize("model", CLASSIFIERS, ids=repr)
def test_linear_classifiers(model, labels):
    model = fitted(model, labels)
    check_close(from_sklearn(model), model.decision_function(POINTS))


def test_sparse_coefficients():
    model = fitted(linear_model.SGDRegressor(max_iter=5, tol=None, random_state=0, eta0=1e-5)).sparsify()
    check_close(from_sklearn(model), model.predict(POINTS))


@pytest.mark.parametrize("scaler", [StandardScaler(), MinMaxScaler(), MaxAbsScaler(), None], ids=repr)
def test_a_transformed_target(scaler):
    model = fitted(TransformedTargetRegressor(small(), transformer=scaler))
    check_close(from_sklearn(model), model.predict(POINTS))


def test_the_best_model_of_a_search():
    model = fitted(GridSearchCV(linear_model.Ridge(), {"alpha": [0.1, 1]}, cv=2))
    check_close(from_sklearn(model), model.predict(POINTS))


def test_a_class_that_inherits():
    class Own(MLPRegressor):
        pass

    model = perceptron(Own)
    check_close(from_sklearn(model), model.predict(POINTS))


def test_a_class_with_a_method_of_its_own_is_refused():
    class Own(MLPRegressor):
        def predict(self, X):
            return super().predict(X) ** 2

    with pytest.raises(ModelError) as caught:
        from_sklearn(perceptron(Own))
    assert str(caught.value).startswith("Own: its method predict is not that of sklearn, so its function is not known")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLPRegressor(), "MLPRegressor: it is not fitted: n_features_in_ is missing; call its method fit first"),
        (
            make_pipeline(StandardScaler(), MLPRegressor()),
            "Pipeline: StandardScaler: it is not fitted: n_features_in_ is missing; call its method fit first",
        ),
        (
            make_pipeline(fitted(StandardScaler()), MLPRegressor()),
            'Pipeline: step "mlpregressor" (MLPRegressor): it is not fitted: coefs_ is missing; call its method fit first',
        ),
        (
            make_pipeline(fitted(StandardScaler()), PolynomialFeatures()),
            'Pipeline: step "polynomialfeatures": models of the class PolynomialFeatures are not supported; give an '
            "MLPRegressor, an MLPClassifier, a linear model, a scaler, or a Pipeline of these",
        ),
        (make_pipeline("passthrough"), "Pipeline: it has no step that does anything; give one"),
        (
            RandomForestRegressor(),
            "models of the class RandomForestRegressor are not supported; give an MLPRegressor, an MLPClassifier, a linear "
            "model, a scaler, or a Pipeline of these",
        ),
        (
            linear_model.PoissonRegressor(),
            "models of the class PoissonRegressor are not supported; give an MLPRegressor, an MLPClassifier, a linear "
            "model, a scaler, or a Pipeline of these",
        ),
        (
            perceptron(activation="tanh"),
            'MLPRegressor: its activation is "tanh", which is not piecewise linear; train with activation="relu" or "identity"',
        ),
    ],
)
def test_what_is_refused(model, message):
    with pytest.raises(ModelError) as caught:
        from_sklearn(model)
    assert str(caught.value) == message


def test_a_weight_that_is_not_finite():
    model = perceptron()
    model.coefs_[1][0, 0] = np.nan
    with pytest.raises(ModelError, match=r"^MLPRegressor: coefs_\[1\] has an entry that is not finite; train the model anew$"):
        from_sklearn(model)


def changed(model, inner, **values):
    """A model in which something was changed after it was fitted."""
    for name, value in values.items():
        setattr(inner(model), name, value(getattr(inner(model), name)))
    return model


def scaled():
    return fitted(make_pipeline(StandardScaler(), linear_model.Ridge()))


def transformed():
    return fitted(TransformedTargetRegressor(linear_model.Ridge(), transformer=MinMaxScaler()))


STEP = 'Pipeline: step "standardscaler" (StandardScaler): '


@pytest.mark.parametrize(
    ("model", "inner", "values", "message"),
    [
        (
            lambda: fitted(linear_model.Ridge()),
            lambda model: model,
            {"intercept_": lambda _: np.ones(3)},
            "Ridge: intercept_ has 3 entries, but coef_ is for 1 output; train the model anew",
        ),
        (
            scaled,
            lambda model: model[0],
            {"scale_": lambda scale: scale * 0},
            f"{STEP}an entry of scale_ is 0; fit the scaler anew",
        ),
        (
            scaled,
            lambda model: model[0],
            {"mean_": lambda mean: mean[:1]},
            f"{STEP}mean_ has the shape [1], not [3], one entry",
        ),
        (
            transformed,
            lambda model: model.transformer_,
            {"scale_": lambda scale: scale * 0},
            "TransformedTargetRegressor: the transformer of its target (MinMaxScaler): an entry of scale_ is 0; fit the scaler",
        ),
        (
            perceptron,
            lambda model: model,
            {"out_activation_": lambda _: "exp"},
            'MLPRegressor: its last activation is "exp", which is not piecewise linear; train with another loss',
        ),
        (
            perceptron,
            lambda model: model,
            {"coefs_": lambda weights: [weights[0] * 1j, *weights[1:]]},
            "MLPRegressor: coefs_[0] has entries of type complex128; give real numbers of up to 64 bits",
        ),
        (
            perceptron,
            lambda model: model,
            {"coefs_": lambda weights: [weights[0][:2], *weights[1:]]},
            "MLPRegressor: a weight of shape [2, ",
        ),
    ],
)
def test_a_model_that_was_changed(model, inner, values, message):
    with pytest.raises(ModelError) as caught:
        from_sklearn(changed(model(), inner, **values))
    assert str(caught.value).startswith(message)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize <= 8, reason="no floats of more than 64 bits here")
def test_numbers_that_would_have_to_be_rounded():
    model = changed(perceptron(), lambda model: model, coefs_=lambda weights: [weights[0].astype(np.longdouble), *weights[1:]])
    with pytest.raises(ModelError, match=r"coefs_\[0\] has entries of type .*; give real numbers of up to 64 bits"):
        from_sklearn(model)


def test_a_transformer_of_the_target_that_is_no_scaler():
    model = fitted(TransformedTargetRegressor(linear_model.Ridge(), func=np.cbrt, inverse_func=lambda y: y**3))
    with pytest.raises(ModelError, match="the transformer of its target is FunctionTransformer; only scalers are supported"):
        from_sklearn(model)


@pytest.mark.parametrize("other", [3, "model", None])
def test_no_model_at_all(other):
    with pytest.raises(ModelError, match=f"^models of the class {type(other).__name__} are not supported"):
        from_sklearn(other)
