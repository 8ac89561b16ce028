"""Gradient training, as people do it: many random starts of Adam and of L-BFGS on the squared loss, in doubles.

The net is f(x) = sum_i c_i relu(<a_i, x> + b_i), with output weights c_i that are trained, too: the same functions as those of
output weights +-1. Both methods begin at the same starts: He's initialisation, weights N(0, 2 / fan_in) in both layers and
biases 0. The loss is the mean of squares.

* Adam: all starts at once, in batches of numpy, full gradients; 20,000 steps, whose size decays from 0.03 to 0.0000001
  geometrically, so that the last ones go round no kink; moments 0.9 and 0.999.
* L-BFGS: scipy's, start by start, with the exact gradient, until it finds no descent or for 15,000 iterations, with no
  tolerance that stops it before; 20 corrections are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

SEED = 0
STEPS, FIRST_STEP, LAST_STEP = 20_000, 0.03, 1e-7
DECAY, SQUARE_DECAY, LEAST = 0.9, 0.999, 1e-12
ITERATIONS, CORRECTIONS = 15_000, 20


def starts(count: int, inputs: int, width: int, seed: int = SEED) -> tuple[Floats, Floats]:
    """Random nets: neurons (count, width, inputs + 1), the bias last, and output weights (count, width)."""
    source = np.random.default_rng(seed)
    neurons = np.zeros((count, width, inputs + 1))
    neurons[..., :-1] = source.normal(0, np.sqrt(2 / inputs), (count, width, inputs))
    return neurons, source.normal(0, np.sqrt(2 / width), (count, width))


def lifted(points: Floats) -> Floats:
    """The points with a 1 appended, for the bias."""
    return np.column_stack([points, np.ones(len(points))])


def gradient(neurons: Floats, outputs: Floats, vectors: Floats, targets: Floats) -> tuple[Floats, Floats, Floats]:
    """The mean squared error of each net, and its gradient in the neurons and in the output weights."""
    flat = (-1, neurons.shape[-1])
    values = (neurons.reshape(flat) @ vectors.T).reshape(*outputs.shape, -1)
    hidden = np.maximum(values, 0.0)
    errors = (outputs[:, None, :] @ hidden)[:, 0, :] - targets
    scaled = errors * (2.0 / len(targets))
    by_outputs = (hidden @ scaled[:, :, None])[:, :, 0]
    active = (values > 0.0) * scaled[:, None, :]
    by_neurons = (active.reshape(-1, len(targets)) @ vectors).reshape(neurons.shape) * outputs[:, :, None]
    return (errors**2).mean(axis=1), by_neurons, by_outputs


def adam(neurons: Floats, outputs: Floats, points: Floats, targets: Floats, steps: int = STEPS) -> Floats:
    """The sums of squares that Adam ends with, one for each start."""
    vectors = lifted(points)
    weights = [neurons.copy(), outputs.copy()]
    first = [np.zeros_like(part) for part in weights]
    second = [np.zeros_like(part) for part in weights]
    for step, size in enumerate(np.geomspace(FIRST_STEP, LAST_STEP, steps), 1):
        _, *slopes = gradient(*weights, vectors, targets)
        for part, slope, mean, square in zip(weights, slopes, first, second, strict=True):
            mean += (1 - DECAY) * (slope - mean)
            square += (1 - SQUARE_DECAY) * (slope * slope - square)
            part -= size * (mean / (1 - DECAY**step)) / (np.sqrt(square / (1 - SQUARE_DECAY**step)) + LEAST)
    return gradient(*weights, vectors, targets)[0] * len(targets)


def lbfgs(neurons: Floats, outputs: Floats, points: Floats, targets: Floats) -> Floats:
    """The sums of squares that L-BFGS ends with, one for each start."""
    vectors = lifted(points)
    shape = neurons.shape[1:]
    size = neurons[0].size

    def loss(flat: Floats) -> tuple[float, Floats]:
        value, by_neurons, by_outputs = gradient(flat[None, :size].reshape(1, *shape), flat[None, size:], vectors, targets)
        return float(value[0]), np.concatenate([by_neurons.ravel(), by_outputs.ravel()])

    options = {"maxiter": ITERATIONS, "maxfun": 2 * ITERATIONS, "maxcor": CORRECTIONS, "ftol": 0.0, "gtol": 0.0}
    found = [
        minimize(loss, np.concatenate([one.ravel(), other]), jac=True, method="L-BFGS-B", options=options).fun
        for one, other in zip(neurons, outputs, strict=True)
    ]
    return np.array(found) * len(targets)
