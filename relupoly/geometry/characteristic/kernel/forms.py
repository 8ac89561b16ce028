"""Other coordinates for an arrangement, in which its restrictions are small."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import inverse_of, scale_vector, times
from relupoly.geometry.characteristic.kernel.compiler import njit
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY, STARTS
from relupoly.geometry.characteristic.kernel.tables import copy_vectors, find, table_for, top_of


@njit
def large_flats(rows, field):
    """An order of the vectors whose first independent ones span large flats: each next one the largest above the last."""
    m, k, _ = rows.shape
    best, chosen = -1, 0
    images, group, weight = np.empty_like(rows), np.empty(m, np.int64), np.empty(m, np.int64)
    for i in range(0, m, 1 + m // STARTS):
        copy_vectors(images, 0, rows, 0, m, k)
        groups = project(images, m, rows[i], field, group, weight)
        if groups < 0:
            return np.empty(0, np.int64)
        most = 0
        for g in range(groups):
            most = max(most, weight[g])
        if most > best:
            best, chosen = most, i
    order, basis = np.zeros(m, np.int64), np.zeros(m, np.bool_)
    copy_vectors(images, 0, rows, 0, m, k)
    by = np.empty_like(rows[:1])
    for r in range(k):
        order[r] = chosen
        basis[chosen] = True
        copy_vectors(by, 0, images, chosen, 1, k)
        groups = project(images, m, by[0], field, group, weight)
        if groups < 0:
            return np.empty(0, np.int64)
        most = -1
        for i in range(m):
            if group[i] >= 0 and weight[group[i]] > most:
                most, chosen = weight[group[i]], i
    at = k
    for i in range(m):
        if not basis[i]:
            order[at] = i
            at += 1
    return order


@njit
def project(rows, m, by, field, group, weight):
    """Project m vectors along one of them; the groups of those with equal images, -1 for zero, and the groups' sizes."""
    primes, reciprocals, _ = field
    _, k, count = rows.shape
    top = top_of(by, k)
    codes, table = np.empty(m, np.int64), table_for(m)
    groups = 0
    for i in range(m):
        row = rows[i]
        nothing = True
        for q in range(count):
            factor = row[top, q]
            if factor:
                for c in range(top + 1):
                    x = row[c, q] - times(factor, by[c, q], primes[q], reciprocals[q])
                    row[c, q] = x + primes[q] if x < 0 else x
            for c in range(k):
                nothing = nothing and row[c, q] == 0
        group[i] = -1
        if nothing:
            continue
        if scale_vector(row, k, field) < 0:
            return BAD
        place, code = find(table, codes, rows, row, k)
        if table[place] == EMPTY:
            table[place], codes[i] = i, code
            group[i] = groups
            weight[groups] = 0
            groups += 1
        else:
            group[i] = group[table[place]]
        weight[group[i]] += 1
    return groups


@njit
def in_standard_form(rows, order, field, out):
    """Write vectors in the basis of the first independent ones, so that as many entries as can be are 1, and normalised.

    The result depends only on the order and on which vectors there are up to a linear map and multiples: coordinates are
    scaled so that, along the vectors in their order, each that links coordinates not linked before has equal entries there.
    """
    primes, reciprocals, inverses = field
    m, k, count = rows.shape
    for x in range(m):
        copy_vectors(out, x, rows, order[x], 1, k)
    if not _eliminate(out, field):
        return False
    for q in range(count):
        p, reciprocal = primes[q], reciprocals[q]
        scale, part = np.ones(k, np.int64), np.arange(k)
        for x in range(m):
            first = -1
            for c in range(k - 1, -1, -1):
                if out[x, c, q] == 0:
                    continue
                entry = times(out[x, c, q], scale[c], p, reciprocal)
                if first < 0:
                    first, target = c, entry
                elif part[c] != part[first]:
                    factor = times(target, inverse_of(entry, p, inverses), p, reciprocal)
                    for d in range(k):
                        if part[d] == part[c] and d != c:
                            scale[d] = times(scale[d], factor, p, reciprocal)
                            part[d] = part[first]
                    scale[c] = times(scale[c], factor, p, reciprocal)
                    part[c] = part[first]
        for x in range(m):
            for c in range(k):
                out[x, c, q] = times(out[x, c, q], scale[c], p, reciprocal)
    for x in range(m):
        if scale_vector(out[x], k, field) < 0:
            return False
    return True


@njit
def _eliminate(table, field):
    """Change coordinates so that the first independent vectors become unit vectors; False if a prime is bad."""
    primes, reciprocals, inverses = field
    m, k, count = table.shape
    done = 0
    for x in range(m):
        if done == k:
            return True
        pivot = done
        while pivot < k:
            present = 0
            for q in range(count):
                present += table[x, pivot, q] != 0
            if present == count:
                break
            if present:
                return False
            pivot += 1
        if pivot == k:
            continue
        for q in range(count):
            p, reciprocal = primes[q], reciprocals[q]
            factor = inverse_of(table[x, pivot, q], p, inverses)
            for y in range(x, m):
                entry = times(table[y, pivot, q], factor, p, reciprocal)
                table[y, pivot, q] = table[y, done, q]
                table[y, done, q] = entry
            for c in range(k):
                other = table[x, c, q]
                if c != done and other:
                    for y in range(x, m):
                        entry = table[y, c, q] - times(other, table[y, done, q], p, reciprocal)
                        table[y, c, q] = entry + p if entry < 0 else entry
        done += 1
    return done == k
