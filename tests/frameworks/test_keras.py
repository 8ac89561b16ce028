"""Models of Keras, computed by PyTorch. With weights that are multiples of 1/4 nothing is rounded there: a net equals them."""

import os
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

os.environ.setdefault("KERAS_BACKEND", "torch")
pytest.importorskip("torch", reason="the package torch, which computes for Keras, is not installed")
pytest.importorskip("keras", reason="the package keras is not installed")
import keras
from keras import layers

from relupoly import evaluate, evaluate_floats, from_keras
from relupoly.errors import ModelError

# Keras turns tensors of PyTorch into arrays in a way that numpy deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RNG = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def double():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def short(model):
    """The model with weights that are multiples of 1/4, and variances that are squares."""
    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, layers.BatchNormalization):
            layer.epsilon = 0.0
            size = layer.moving_mean.shape[0]
            root = RNG.integers(1, 4, size)
            gamma = [RNG.integers(-4, 5, size) / 4 * root] if layer.scale else []
            beta = [RNG.integers(-4, 5, size) / 4] if layer.center else []
            layer.set_weights([*gamma, *beta, RNG.integers(-4, 5, size) / 4, root.astype(float) ** 2])
        elif not isinstance(layer, keras.Model):
            layer.set_weights([RNG.integers(-6, 7, size=one.shape) / 4 for one in layer.weights])
    return model


def check_exact(model, net=None):
    net = net or from_keras(model)
    inputs = RNG.integers(-8, 9, size=(6, *model.input_shape[1:])) / 2
    outputs = np.asarray(keras.ops.convert_to_numpy(model(inputs, training=False)))
    for point, output in zip(inputs.reshape(6, -1).tolist(), outputs.reshape(6, -1).tolist(), strict=True):
        found = evaluate(net, [fmpq(*entry.as_integer_ratio()) for entry in point])
        assert [Fraction(int(value.p), int(value.q)) for value in found] == [Fraction(entry) for entry in output]
    return net


ROWS = {
    "relu": lambda: [layers.Dense(4, activation="relu"), layers.Dense(2)],
    "linear": lambda: [layers.Dense(2, activation="linear", use_bias=False)],
    "relu6": lambda: [layers.Dense(3, activation="relu6")],
    "hard tanh": lambda: [layers.Dense(3, activation="hard_tanh")],
    "soft shrink": lambda: [layers.Dense(3, activation="soft_shrink")],
    "layer relu": lambda: [layers.Dense(3), layers.ReLU()],
    "bounded leaky relu": lambda: [layers.Dense(3), layers.ReLU(max_value=2.5, negative_slope=0.25)],
    "leaky relu": lambda: [layers.Dense(3), layers.LeakyReLU(negative_slope=0.25)],
    "prelu": lambda: [layers.Dense(3), layers.PReLU()],
    "activation": lambda: [layers.Dense(3), layers.Activation("relu")],
    "noise": lambda: [layers.Dropout(0.5), layers.GaussianNoise(1.0), layers.Dense(3), layers.GaussianDropout(0.5)],
    "normalised": lambda: [layers.Dense(3), layers.BatchNormalization(), layers.ReLU()],
    "normalised without scale": lambda: [layers.BatchNormalization(scale=False, center=False)],
    "rescaled": lambda: [layers.Rescaling(0.5, offset=-1.25), layers.Dense(2)],
    "moved": lambda: [
        layers.RepeatVector(2),
        layers.Permute((2, 1)),
        layers.Dense(2),
        layers.Reshape((3, 2)),
        layers.Flatten(),
    ],
    "reshaped": lambda: [layers.Reshape((-1, 1)), layers.Flatten()],
}


@pytest.mark.parametrize("name", ROWS)
def test_rows(name):
    check_exact(short(keras.Sequential([keras.Input((3,)), *ROWS[name]()])))


IMAGES = {
    "plain": ((5, 4, 2), lambda: [layers.Conv2D(3, 2, activation="relu"), layers.Flatten(), layers.Dense(2)]),
    "strides": ((5, 4, 2), lambda: [layers.Conv2D(4, (3, 2), strides=2, padding="same", groups=2)]),
    "same": ((5, 6, 1), lambda: [layers.Conv2D(2, (2, 3), padding="same", use_bias=False)]),
    "dilated": ((5, 5, 1), lambda: [layers.Conv2D(2, 2, dilation_rate=2)]),
    "depthwise": ((4, 3, 2), lambda: [layers.DepthwiseConv2D(2, depth_multiplier=3, activation="relu")]),
    "one dimension": ((6, 2), lambda: [layers.Conv1D(2, 3), layers.MaxPooling1D(2), layers.Cropping1D((1, 0))]),
    "three dimensions": ((3, 3, 2, 1), lambda: [layers.Conv3D(2, 2), layers.ZeroPadding3D((1, 0, 2))]),
    "pools": ((5, 4, 2), lambda: [layers.MaxPooling2D(2, padding="same"), layers.AveragePooling2D((1, 2), strides=1)]),
    "averages": ((4, 4, 2), lambda: [layers.AveragePooling2D(2), layers.GlobalAveragePooling2D()]),
    "maxima": ((3, 2, 2), lambda: [layers.GlobalMaxPooling2D(keepdims=True)]),
    "padded": ((3, 2, 2), lambda: [layers.ZeroPadding2D(((1, 0), (2, 3))), layers.Cropping2D(((0, 1), (1, 2)))]),
    "normalised": ((3, 2, 2), lambda: [layers.BatchNormalization(), layers.BatchNormalization(axis=1)]),
    "prelu": ((3, 2, 2), lambda: [layers.PReLU(shared_axes=[1, 2]), layers.SpatialDropout2D(0.5)]),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images(name):
    shape, made = IMAGES[name]
    check_exact(short(keras.Sequential([keras.Input(shape), *made()])))


def functional():
    inputs = keras.Input((4,))
    shared = layers.Dense(4, activation="relu")
    one = shared(inputs)
    two = shared(one)
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.ReLU()])
    three = layers.Add()([one, two, inputs])
    four = layers.Subtract()([inner(three), inner(inputs)])
    five = layers.Maximum()([three, four])
    six = layers.Minimum()([layers.Average()([five, inputs]), one])
    seven = -keras.ops.abs(six) + 2.0 * keras.ops.relu(four) - 0.25
    return keras.Model(inputs, layers.Concatenate()([seven, two]))


def test_a_functional_model():
    check_exact(short(functional()))


def test_a_model_in_a_model_in_single_precision():
    keras.config.set_floatx("float32")
    model = keras.Sequential([keras.Input((4,)), functional(), layers.Dense(2, activation="leaky_relu")])
    inputs = RNG.normal(size=(9, 4)).astype("float32")
    outputs = keras.ops.convert_to_numpy(model(inputs))
    assert np.allclose(evaluate_floats(from_keras(model), inputs), outputs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "last", [lambda: layers.Dense(3, activation="softmax"), lambda: layers.Softmax(), lambda: layers.Activation("sigmoid")]
)
def test_a_last_activation_is_left_off_with_leave(last):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="relu"), last()])
    net = from_keras(model, drop_last=True)
    assert net.widths == (3,)
    assert net.metadata["keras"]["dropped"] in ("softmax", "sigmoid")
    with pytest.raises(ModelError, match=r"is not piecewise linear; drop_last=True leaves off that of the last layer$"):
        from_keras(model)


class Own(layers.Dense):
    def call(self, inputs):
        return super().call(inputs) ** 2


def sequential(*made, shape=(4,)):
    return keras.Sequential([keras.Input(shape), *made], name="net")


def dense(activation):
    return layers.Dense(1, activation=activation, name="d")


def causal():
    return layers.Conv1D(1, 2, padding="causal", name="c")


def pair():
    inputs = keras.Input((3,))
    return keras.Model(inputs, [layers.Dense(1)(inputs), layers.Dense(1)(inputs)])


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            lambda: sequential(layers.Dense(1, activation="tanh", name="d"), layers.Dense(1)),
            'layer "d" (Dense): its activation "tanh" is',
        ),
        (
            lambda: sequential(layers.Dense(1, activation="hard_shrink", name="d")),
            'layer "d" (Dense): its activation "hard_shrink" is',
        ),
        (lambda: sequential(layers.Dense(1, activation=lambda x: x * x, name="d")), 'layer "d" (Dense): its activation '),
        (lambda: sequential(layers.LayerNormalization(name="n")), 'layer "n" (LayerNormalization): it is not supported'),
        (lambda: sequential(layers.ReLU(threshold=1.0, name="r")), 'layer "r" (ReLU): it jumps at its threshold'),
        (
            lambda: sequential(layers.Conv1D(1, 2, padding="causal", name="c"), shape=(4, 1)),
            'layer "c" (Conv1D): its padding "causal"',
        ),
        (lambda: sequential(Own(1, name="o")), 'layer "o" (Dense): its method call is not that of keras'),
        (
            lambda: sequential(layers.Dense(2), shape=(None, 3)),
            "the shape of its input is [None, 3]; give a model",
        ),
        (
            lambda: keras.Sequential([layers.Dense(2)]),
            "an object of the class Sequential is no Sequential and no",
        ),
        (pair, "the model has 2 outputs, and a network has one of each; give a part of it"),
        (lambda: 3, "an object of the class int is no Sequential and no functional model of Keras 3; give one that is built"),
    ],
)
def test_what_is_refused(made, message):
    with pytest.raises(ModelError) as caught:
        from_keras(made())
    assert str(caught.value).startswith(message)
    assert len(str(caught.value).splitlines()) == 1


def test_nothing_to_leave_off():
    with pytest.raises(ModelError, match="its last layer is piecewise linear, so nothing is left off; leave out drop_last"):
        from_keras(sequential(layers.Dense(1)), drop_last=True)
