"""Numbers with error bounds: values of forms, their signs, the rays where edges cross hyperplanes."""

from __future__ import annotations

import math

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.constants import (
    EXACT,
    SMALLEST,
    SMALLEST_ERROR,
    UNIT,
)


@njit()
def count_bits(word):
    """The number of bits set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit()
def product_at(form, form_error, at, ray, ray_error, d, whole):
    """The value of a form at a ray, and its error bound: 0 for whole numbers whose sums stay below 2^53."""
    value = error = size = 0.0
    for c in range(d):
        f, x = form[at + c], ray[c]
        a, b = abs(f), abs(x)
        value += f * x
        size += a * b
        error += a * ray_error[c] + form_error[at + c] * (b + ray_error[c])
    if whole and error == 0 and size < EXACT:
        return value, 0.0
    return value, (error + 2 * (d + 4) * UNIT * size) * (1 + 4 * (d + 4) * UNIT)


@njit()
def _divisor(value):
    """The greatest common divisor of whole numbers, at least 1."""
    divisor = np.int64(0)
    for c in range(len(value)):
        other = np.int64(abs(value[c]))
        while other:
            divisor, other = other, divisor % other
        if divisor == 1:
            break
    return max(divisor, np.int64(1))


@njit()
def crossing_ray(low, low_error, high, high_error, u, u_error, v, v_error, value, error, whole):
    """The ray low u + high v where an edge crosses a hyperplane; low and high are the sizes of the form at v and at u."""
    d = len(value)
    exact = whole and low_error == 0 and high_error == 0
    for c in range(d):
        a, b = abs(u[c]), abs(v[c])
        value[c] = low * u[c] + high * v[c]
        size = low * a + high * b
        doubt = (low + low_error) * u_error[c] + low_error * a + (high + high_error) * v_error[c] + high_error * b
        exact = exact and doubt == 0 and size < EXACT
        error[c] = doubt + 6 * UNIT * (size + doubt)
    if not exact:
        scale_entries(value, error, 0, d)
        return
    divisor = _divisor(value)
    for c in range(d):
        value[c], error[c] = value[c] / divisor, 0.0


@njit()
def certain_sign(value, error):
    """The sign of a value, 2 where the error bound leaves it open."""
    if abs(value) > error:
        return np.int8(1) if value > 0 else np.int8(-1)
    return np.int8(0) if error == 0 else np.int8(2)


@njit()
def safe(value, error):
    """A number kept away from underflow: what is too small becomes a zero with an error bound."""
    if value != 0 and abs(value) < SMALLEST:
        error += abs(value) + SMALLEST_ERROR
        value = 0.0
    if 0 < error < SMALLEST_ERROR:
        error = SMALLEST_ERROR
    return value, error


@njit()
def scale_entries(value, error, start, end):
    """Bring entries to size about 1 by a power of two, and keep them away from underflow."""
    largest = 0.0
    for i in range(start, end):
        largest = max(largest, abs(value[i]), error[i])
    factor = math.ldexp(1.0, -math.frexp(largest)[1])
    for i in range(start, end):
        value[i], error[i] = safe(value[i] * factor, error[i] * factor)


@njit()
def worst_error(value, error):
    """The largest error bound relative to the largest entry."""
    size = worst = 0.0
    for c in range(len(value)):
        size, worst = max(size, abs(value[c])), max(worst, error[c])
    return worst / size if size > worst else np.inf
