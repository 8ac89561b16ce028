"""Features of rays, and their products with a residual: nearly all time goes here."""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.tolerances import EPSILON
from relupoly.training.kernel.vectors import assign, dot_negative, dot_positive, largest_of


@njit()
def price_of(rays, ray, u):
    """The product of the feature of a ray, of length 1, with a vector."""
    half = rays.values.shape[0]
    if ray < half:
        return dot_positive(rays.values[ray], u) * rays.scales[ray]
    return dot_negative(rays.values[ray - half], u) * rays.scales[ray]


@njit()
def price_all(rays, work):
    """Price all rays for the residual, if they have a chart: as prefix sums of prefix sums, from either end.

    A product has at most 2 D + 9 roundings on the way of each of its terms: D each in the sums of weights and in the sums over
    gaps; one each for a slope, its root, their product, that with the residual, a gap, its product with the weights, the sum of
    both directions, the ray's size, and the product with that. So it is as good as the direct product.
    """
    for i in range(work.up.size):
        work.up[i] = 0.0
        work.down[i] = 0.0
    for j in range(rays.at.size):
        # Slopes of one sign are ahead of the points after theirs, the others of those before.
        work.up[rays.at[j]] += max(rays.slopes[j], 0.0) * work.residual[j]
        work.down[rays.at[j]] -= min(rays.slopes[j], 0.0) * work.residual[j]
    _hinges(rays.gaps, work.up, work.up_after, work.up_before)
    _hinges(rays.gaps, work.down, work.down_after, work.down_before)
    for i in range(rays.order.size):
        work.prices[rays.order[i]] = (work.up_after[i] + work.down_before[i]) * rays.sizes[0, i]
        work.prices[rays.opposite[i]] = (work.up_before[i] + work.down_after[i]) * rays.sizes[1, i]


@njit()
def _hinges(gaps, weights, after, before):
    """For each place, the sum of weights times distances over the places before it (`after` them), and over those after it."""
    total, product = 0.0, 0.0
    for i in range(weights.size):
        after[i] = product
        total += weights[i]
        product += gaps[i] * total
    total, product = 0.0, 0.0
    for k in range(weights.size):
        i = weights.size - 1 - k
        product += gaps[i] * total
        before[i] = product
        total += weights[i]


@njit()
def priced(rays, work, ray):
    """The price of a ray for the residual, after `price_all`."""
    return work.prices[ray] if work.prices.size else price_of(rays, ray, work.residual)


@njit()
def write_feature(rays, ray, scale, out):
    """Write a multiple of the feature of a ray; -1 stands for the column of the output bias."""
    half = rays.values.shape[0]
    if ray < 0:
        assign(out, rays.ones[0])
        return
    scale = scale * rays.scales[ray]
    if ray < half:
        row = rays.values[ray]
        for j in range(out.size):
            out[j] = max(row[j], 0.0) * scale
    else:
        row = rays.values[ray - half]
        for j in range(out.size):
            out[j] = max(-row[j], 0.0) * scale


@njit()
def error_of(rays, ray):
    """A bound on the error of each entry of a column."""
    return EPSILON * largest_of(rays.ones[0]) if ray < 0 else rays.errors[ray]
