"""Training a ReLU net in fixed point, so that the same seed gives the same weights on every machine.

Floating-point training is chaotic: two BLAS libraries add the terms of a matrix product in different orders, the last bits
differ, and after a thousand steps so do the weights. Here every factor of a matrix product is a short dyadic number (a
multiple of 2^-12 or 2^-20), and every product is checked to fit into the 53 bits of a double: it is exact in any order.
All else is elementwise +, -, *, / and sqrt, which IEEE 754 rounds correctly; there is no exp, log or pow. The weights that
come out are the short ones that the net was trained with: nothing is rounded afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Gradient = Callable[[Array, Array], Array]

WEIGHT_BITS = 12
_GRADIENT_BITS = 20
_FIRST_DECAY, _SECOND_DECAY, _SMALLEST = 0.9, 0.999, 1e-8


def on_grid(values: Array, bits: int = WEIGHT_BITS) -> Array:
    """The nearest multiples of 2^-bits."""
    return np.rint(values * 2.0**bits) / 2.0**bits


def squared_error(outputs: Array, targets: Array) -> Array:
    """The gradient of |outputs - targets|^2 / 2, row by row."""
    return outputs - targets


def squared_hinge(outputs: Array, targets: Array) -> Array:
    """The gradient of sum_c max(0, 1 - targets_c outputs_c)^2 / 2 for targets +-1: one class against the rest."""
    return -targets * np.maximum(0.0, 1.0 - targets * outputs)


def train(
    inputs: Array,
    targets: Array,
    hidden: Sequence[int],
    gradient: Gradient,
    *,
    seed: int,
    epochs: int,
    batch: int,
    rate: float,
    decay: float,
) -> list[tuple[Array, Array]]:
    """The layers (weight, bias), all multiples of 2^-12, after training with Adam.

    Parameters
    ----------
    inputs : array, shape (m, n_in)
    targets : array, shape (m, n_out)
    hidden : widths of the hidden layers
    gradient : callable
        (outputs, targets) -> the gradient of the loss with respect to the outputs, row by row.
    seed : int
        Of the initial weights and of the order of the rows.
    epochs, batch : int
        How often each row is seen, and how many rows make a step.
    rate : float
        The learning rate at the start; it falls to 0 linearly.
    decay : float
        Weight decay, decoupled from the gradient.
    """
    # Unlike numpy's newer generators, RandomState promises the same numbers in every version.
    random = np.random.RandomState(seed)
    inputs = on_grid(inputs)
    parameters = _start([inputs.shape[1], *hidden, targets.shape[1]], random)
    adam = _Adam(parameters)
    batches = list(_batches(len(inputs), epochs, batch, random))
    for number, rows in enumerate(batches):
        slopes = _backward(_layers(parameters), inputs[rows], targets[rows], gradient)
        adam.step(slopes, rate * (1 - number / len(batches)), decay)
    return _layers(parameters)


def _start(widths: Sequence[int], random: np.random.RandomState) -> list[Array]:
    """He's uniform initial weights and zero biases: [weight 1, bias 1, weight 2, ...]."""
    parameters = []
    for fan_in, fan_out in pairwise(widths):
        uniform = 2.0 * random.random_sample((fan_out, fan_in)) - 1.0
        parameters += [uniform * np.sqrt(6.0 / fan_in), np.zeros(fan_out)]
    return parameters


def _batches(rows: int, epochs: int, batch: int, random: np.random.RandomState) -> Iterator[NDArray[np.intp]]:
    for _ in range(epochs):
        order = random.permutation(rows)
        yield from (order[start : start + batch] for start in range(0, rows, batch))


def _layers(parameters: Sequence[Array]) -> list[tuple[Array, Array]]:
    rounded = [on_grid(entry) for entry in parameters]
    return list(zip(rounded[::2], rounded[1::2], strict=True))


def _backward(layers: Sequence[tuple[Array, Array]], inputs: Array, targets: Array, gradient: Gradient) -> list[Array]:
    """The mean gradient of the loss, in the order of the parameters."""
    states = [inputs]
    for number, (weight, bias) in enumerate(layers, 1):
        value = on_grid(_product(states[-1], weight.T, 2 * WEIGHT_BITS) + bias)
        states.append(value if number == len(layers) else np.maximum(value, 0.0))
    slope = on_grid(gradient(states[-1], targets), _GRADIENT_BITS)
    slopes: list[Array] = []
    for (weight, _), state in zip(reversed(layers), reversed(states[:-1]), strict=True):
        total = _product(slope.T, state, _GRADIENT_BITS + WEIGHT_BITS)
        slopes = [total / len(inputs), slope.sum(axis=0) / len(inputs), *slopes]
        slope = on_grid(_product(slope, weight, _GRADIENT_BITS + WEIGHT_BITS), _GRADIENT_BITS) * (state > 0)
    return slopes


def _product(left: Array, right: Array, bits: int) -> Array:
    """The matrix product of multiples of 2^-a and 2^-b, bits = a + b, which no partial sum can round."""
    largest = (np.abs(left) @ np.abs(right)).max()
    if not largest * 2.0**bits < 2.0**52:
        raise ArithmeticError(f"a matrix product reaches {largest:.3g} and would be rounded; lower the learning rate")
    return left @ right


class _Adam:
    """Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019); it changes the parameters in place."""

    def __init__(self, parameters: list[Array]) -> None:
        self.parameters = parameters
        self.first = [np.zeros_like(entry) for entry in parameters]
        self.second = [np.zeros_like(entry) for entry in parameters]
        self.first_power = self.second_power = 1.0

    def step(self, slopes: Sequence[Array], rate: float, decay: float) -> None:
        self.first_power *= _FIRST_DECAY
        self.second_power *= _SECOND_DECAY
        for entry, first, second, slope in zip(self.parameters, self.first, self.second, slopes, strict=True):
            first[...] = _FIRST_DECAY * first + (1 - _FIRST_DECAY) * slope
            second[...] = _SECOND_DECAY * second + (1 - _SECOND_DECAY) * (slope * slope)
            scale = np.sqrt(second / (1 - self.second_power)) + _SMALLEST
            entry -= rate * (first / (1 - self.first_power) / scale + decay * entry)
