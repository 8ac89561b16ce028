"""Training in fixed point: its products are exact, and its gradients are gradients."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "data" / "fixed_point.py"


@pytest.fixture(scope="module")
def fixed_point():
    spec = importlib.util.spec_from_file_location("fixed_point", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rounding_is_to_the_nearest_multiple(fixed_point):
    assert fixed_point.on_grid(np.array([0.3, -0.3, 2.0]), 2).tolist() == [0.25, -0.25, 2.0]


def test_product_is_the_integer_product(fixed_point):
    random = np.random.RandomState(0)
    left, right = random.randint(-(2**20), 2**20, (5, 300)), random.randint(-(2**20), 2**20, (300, 4))
    product = fixed_point._product(left / 2.0**12, right / 2.0**12, 24)
    assert (product * 2.0**24).astype(int).tolist() == (left @ right).tolist()


def test_product_that_would_round_is_refused(fixed_point):
    with pytest.raises(ArithmeticError, match="would be rounded"):
        fixed_point._product(np.full((1, 2), 2.0**15), np.full((2, 1), 2.0**15), 24)


@pytest.mark.parametrize(("gradient", "loss"), [("squared_error", "squared"), ("squared_hinge", "hinge")])
def test_slopes_are_those_of_the_mean_loss(fixed_point, gradient, loss):
    random = np.random.RandomState(3)
    inputs = fixed_point.on_grid(random.random_sample((7, 2)))
    targets = np.sign(random.random_sample((7, 3)) - 0.5)
    # Random biases: with zero ones, a neuron whose inputs are all off would sit on its kink.
    shapes = [(5, 2), (5,), (4, 5), (4,), (3, 4), (3,)]
    parameters = [fixed_point.on_grid(2 * random.random_sample(shape) - 1) for shape in shapes]
    slopes = fixed_point._backward(fixed_point._layers(parameters), inputs, targets, getattr(fixed_point, gradient))
    for entry, slope in zip(parameters, slopes, strict=True):
        for index in np.ndindex(entry.shape):
            assert slope[index] == pytest.approx(difference(parameters, entry, index, inputs, targets, loss), abs=2e-3)


def difference(parameters, entry, index, inputs, targets, loss):
    """The slope in one parameter by a central difference, in plain floats."""
    values = []
    original = entry[index]
    for step in (1e-6, -1e-6):
        entry[index] = original + step
        values.append(mean_loss(parameters, inputs, targets, loss))
    entry[index] = original
    return (values[0] - values[1]) / 2e-6


def mean_loss(parameters, inputs, targets, loss):
    state = inputs
    for number in range(0, len(parameters), 2):
        state = (np.maximum(state, 0) if number else state) @ parameters[number].T + parameters[number + 1]
    excess = state - targets if loss == "squared" else np.maximum(0, 1 - targets * state)
    return np.sum(excess**2) / 2 / len(inputs)
