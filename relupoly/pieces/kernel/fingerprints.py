"""Fingerprints of cells: the residues of their maps, kept up to date like the maps."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    HALF,
    LOW,
    PLAIN,
    PRINT_BITS,
)
from relupoly.pieces.kernel.facet_changes import can_be_idle


@njit()
def _reduced(total, modulus, inverse):
    """Montgomery's reduction: total / 2^32 modulo p, below 2 p; total is below 2^32 p."""
    return (total + ((total & LOW) * inverse & LOW) * modulus) >> HALF


@njit()
def _follow(program, stack, residues):
    """Bring the residues of all layers up to date with the current cell; whether those of the last hidden layer have changed.

    The values at a point are sums over the active neurons of the layer before. While that layer has the same values, only what
    its neurons that have changed sides contribute is added or taken away.
    """
    last = program.depth - 1
    if residues.serial[last] == stack.serial[last]:
        return False
    for layer in range(1, last + 1):
        if residues.serial[layer] == stack.serial[layer]:
            continue
        size, before, sparse = program.rows[layer], program.rows[layer - 1], program.sparse[layer]
        source, target = program.row_at[layer - 1], program.row_at[layer]
        wanted, summed = stack.active[source : source + before], residues.summed[source : source + before]
        active = changed = 0
        for j in range(before):
            active += wanted[j]
            changed += wanted[j] != summed[j]
        if residues.source[layer] != residues.version[layer - 1] or changed > active:
            residues.source[layer] = residues.version[layer - 1]
            for j in range(before):
                summed[j] = False
            for point in range(len(residues.modulus)):
                for row in range(target, target + size):
                    residues.value[point, row] = np.uint64(0)
        for point in range(len(residues.modulus)):
            modulus, inverse, square = residues.modulus[point], residues.inverse[point], residues.square[point]
            inputs, column = residues.value[point, source : source + before], residues.weight[residues.number[point]]
            values = residues.value[point, target : target + size]
            for j in range(before):
                if wanted[j] == summed[j]:
                    continue
                x = inputs[j] if wanted[j] else modulus - inputs[j]
                start, end = program.column_at[source + j], program.column_at[source + j + 1]
                weight = column[start:end]
                if sparse:
                    place = program.place[start:end]
                    for i in range(end - start):
                        values[place[i]] += _reduced(np.uint64(weight[i]) * x, modulus, inverse)
                    continue
                for row in range(size):
                    values[row] += _reduced(np.uint64(weight[row]) * x, modulus, inverse)
            for row in range(size):
                total = _reduced(_reduced(values[row], modulus, inverse) * square, modulus, inverse)
                values[row] = total - modulus if total >= modulus else total
        for j in range(before):
            summed[j] = wanted[j]
        residues.version[layer] += 1
        residues.serial[layer] = stack.serial[layer]
    residues.serial[last] = stack.serial[last]
    return True


@njit()
def prepare(program, stack, prints):
    """Make ready for the fingerprints of the cells that the last layer cuts the current cone into."""
    if not _follow(program, stack, prints.quick):
        return
    last = program.depth - 1
    n, at, source = program.widths[last], program.neuron_at[last], program.row_at[last]
    for point in range(2):
        modulus, inverse = prints.quick.modulus[point], prints.quick.inverse[point]
        values, output, rise = prints.quick.value[point], prints.output[point], prints.rise[point]
        base = np.uint64(0)
        for row in range(n, program.rows[last]):
            base += _reduced(np.uint64(output[row]) * values[source + row], modulus, inverse)
        for plane in range(program.planes[last]):
            rise[plane] = np.uint64(0)
        for neuron in range(n):
            term = _reduced(np.uint64(output[neuron]) * values[source + neuron], modulus, inverse)
            if program.side[at + neuron] < 0:
                base += term
                term = modulus + modulus - term
            rise[program.of[at + neuron]] += term
        for plane in range(program.planes[last]):
            rise[plane] %= modulus
        prints.base[point] = base


@njit()
def collect_print(program, stack, record, prints):
    """Collect the fingerprint of the top node, a finished cell or one on the side that `chosen` says."""
    stack.register[PLAIN] += 1
    last, chosen0 = program.depth - 1, record[CHOSEN0]
    planes = program.planes[last]
    chosen, first, second = stack.chosen[chosen0 : chosen0 + planes], prints.rise[0], prints.rise[1]
    one, two = prints.base[0], prints.base[1]
    for plane in range(planes):
        one += first[plane] if chosen[plane] > 0 else np.uint64(0)
        two += second[plane] if chosen[plane] > 0 else np.uint64(0)
    one, two = one % prints.quick.modulus[0], two % prints.quick.modulus[1]
    fingerprint = (one << PRINT_BITS) | two
    count = prints.count[0]
    if len(prints.watch):
        if not _is_watched(prints, fingerprint):
            return
        _write_map(program, stack, record, prints, prints.words[count])
    else:
        for layer in range(program.depth):
            if fingerprint == prints.idle[layer]:
                idle = _last_idle(program, stack, record)
                if idle >= 0:
                    prints.idles[idle] += 1
                    return
                break
    prints.found[count] = fingerprint
    prints.count[0] = count + 1


@njit()
def _last_idle(program, stack, record):
    """The last layer without active neurons on a cell whose signs are all decided, -1 if there is none."""
    layer = program.depth - 1
    if can_be_idle(program, stack, record):
        return layer
    for layer in range(program.depth - 2, -1, -1):
        at, idle = program.row_at[layer], program.rows[layer] == program.widths[layer] + 1
        for neuron in range(program.widths[layer]):
            idle = idle and not stack.active[at + neuron]
        if idle:
            return layer
    return -1


@njit()
def _is_watched(prints, fingerprint):
    """Whether a fingerprint is among the watched ones."""
    watch, bits = prints.watch, len(prints.bucket) - 1
    place = np.int64(fingerprint >> (PRINT_BITS + PRINT_BITS - np.uint64(count_bits(np.uint64(bits - 1)))))
    low, high = prints.bucket[place], prints.bucket[place + 1]
    while low < high:
        middle = (low + high) // 2
        if watch[middle] < fingerprint:
            low = middle + 1
        else:
            high = middle
    return low < len(watch) and watch[low] == fingerprint


@njit()
def _write_map(program, stack, record, prints, words):
    """The map of the top node, a finished cell: its coefficients modulo all primes, output by output."""
    _follow(program, stack, prints.full)
    last, full = program.depth - 1, prints.full
    n, source, at = program.widths[last], program.row_at[last], program.neuron_at[last]
    points, outputs = len(full.modulus), prints.outputs.shape[1]
    for point in range(points):
        modulus, inverse, values = full.modulus[point], full.inverse[point], full.value[point]
        for row in range(outputs):
            output = prints.outputs[full.number[point], row]
            total = np.uint64(0)
            for passing in range(n, program.rows[last]):
                total += _reduced(np.uint64(output[passing]) * values[source + passing], modulus, inverse)
            for neuron in range(n):
                if stack.chosen[record[CHOSEN0] + program.of[at + neuron]] * program.side[at + neuron] > 0:
                    total += _reduced(np.uint64(output[neuron]) * values[source + neuron], modulus, inverse)
            words[row * points + point] = total % modulus
