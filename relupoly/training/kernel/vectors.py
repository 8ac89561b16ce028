"""Loops over vectors, and bits: no slice, no allocation."""

from __future__ import annotations

import numpy as np

from relupoly.jit import loose, njit


@loose
def dot(a, b):
    """The scalar product."""
    total = 0.0
    for j in range(a.size):
        total += a[j] * b[j]
    return total


@loose
def dot_positive(row, u):
    """The scalar product with the positive part of a row."""
    total = 0.0
    for j in range(u.size):
        total += max(row[j], 0.0) * u[j]
    return total


@loose
def dot_negative(row, u):
    """The scalar product with the negative part of a row."""
    total = 0.0
    for j in range(u.size):
        total -= min(row[j], 0.0) * u[j]
    return total


@njit()
def assign(target, source):
    """Copy a vector."""
    for i in range(target.size):
        target[i] = source[i]


@njit()
def lowest_bit(bits):
    """The number of the lowest bit that is set."""
    low = bits & (~bits + np.uint64(1))
    n = 0
    if not low & np.uint64(0xFFFFFFFF):
        n += 32
        low >>= np.uint64(32)
    if not low & np.uint64(0xFFFF):
        n += 16
        low >>= np.uint64(16)
    if not low & np.uint64(0xFF):
        n += 8
        low >>= np.uint64(8)
    if not low & np.uint64(0xF):
        n += 4
        low >>= np.uint64(4)
    if not low & np.uint64(0x3):
        n += 2
        low >>= np.uint64(2)
    if not low & np.uint64(0x1):
        n += 1
    return n


@njit()
def place_of_least(numbers):
    """The place of the least number."""
    best = 0
    for i in range(1, numbers.size):
        if numbers[i] < numbers[best]:
            best = i
    return best


@njit()
def largest_of(numbers):
    """The largest absolute value."""
    most = 0.0
    for number in numbers:
        most = max(most, abs(number))
    return most
