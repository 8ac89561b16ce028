"""The distance of a point from the nearest one of another class, by all sign patterns of all neurons, one by one, in doubles.

Each pattern makes a polyhedron, full-dimensional or not; on each scipy solves the linear program, and the nearest point in the
2-norm is found by projection on what all small sets of inequalities make equal to 0.
"""

from __future__ import annotations

import itertools

import numpy as np

TOLERANCE = 1e-7


def patterns(net):
    """The affine forms (constant, slopes) that are >= 0 on each closed pattern, and the outputs there as forms."""
    layers = [(np.array(layer.weight.tolist(), float), np.array(layer.bias.entries(), float)) for layer in net.layers]
    start = np.concatenate([np.zeros((net.input_dim, 1)), np.eye(net.input_dim)], axis=1)
    yield from _below(layers, start, [])


def _below(layers, forms, sides):
    (weight, bias), *rest = layers
    out = weight @ forms
    out[:, 0] += bias
    if not rest:
        yield sides, out
        return
    for signs in itertools.product((0, 1), repeat=len(out)):
        own = [row if sign else -row for sign, row in zip(signs, out, strict=True)]
        yield from _below(rest, np.array(signs)[:, None] * out, sides + own)


def nearest(net, point, power, rows, bounds, sides=(), basis=None):
    """The least length of a step to where one <row, y> <= bound, and all sides are >= 0; inf where there is none."""
    basis = np.eye(len(point)) if basis is None else np.array(basis, float)
    shift = np.array(point, float)
    best = np.inf
    for own, out in patterns(net):
        for row, bound in zip(rows, bounds, strict=True):
            lead = -np.array(row, float) @ out
            lead[0] += float(bound)
            forms = np.array([*own, lead, *sides])
            forms[:, 0] += forms[:, 1:] @ shift
            best = min(best, _least(forms, power, basis))
    return best


def _least(forms, power, basis):
    """The shortest step d with all forms >= 0."""
    forms = forms[np.abs(forms[:, 1:]).max(axis=1) > 0] if _consistent(forms) else None
    if forms is None:
        return np.inf
    return _projected(forms, basis) if power == 2 else _by_program(forms, power, basis)


def _consistent(forms):
    constant = np.abs(forms[:, 1:]).max(axis=1) == 0
    return (forms[constant, 0] >= -TOLERANCE).all()


def _by_program(forms, power, basis):
    from scipy.optimize import linprog

    inputs, size = basis.shape
    more = np.ones((inputs, 1)) if power == np.inf else np.eye(inputs)
    zero = np.zeros((len(forms), more.shape[1]))
    matrix = np.block([[-forms[:, 1:], zero], [basis, -more], [-basis, -more]])
    right = np.concatenate([forms[:, 0], np.zeros(2 * inputs)])
    cost = np.concatenate([np.zeros(size), np.ones(more.shape[1])])
    found = linprog(cost, matrix, right, bounds=[(None, None)] * len(cost), method="highs")
    return found.fun if found.status == 0 else np.inf


def _projected(forms, basis):
    best, metric = np.inf, np.linalg.inv(basis.T @ basis)
    for count in range(min(len(forms), basis.shape[1]) + 1):
        for some in itertools.combinations(range(len(forms)), count):
            normals, starts = forms[list(some), 1:], forms[list(some), 0]
            products = normals @ metric @ normals.T
            if count and np.linalg.matrix_rank(products) < count:
                continue
            step = -metric @ normals.T @ np.linalg.solve(products, starts) if count else np.zeros(basis.shape[1])
            if (forms[:, 0] + forms[:, 1:] @ step >= -TOLERANCE * (1 + np.abs(forms).sum(axis=1))).all():
                best = min(best, float(np.linalg.norm(basis @ step)))
    return best
