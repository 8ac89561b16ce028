"""Other coordinates for an arrangement, in which its restrictions are small."""

from __future__ import annotations

from relupoly.geometry.characteristic.kernel.arithmetic import inverse_of, scale_vector, times
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY, STARTS
from relupoly.geometry.characteristic.kernel.room import BASIS, CODES, GROUP, IMAGES, OTHER, PART, SCALE, WEIGHT
from relupoly.geometry.characteristic.kernel.tables import copy_vectors, empty, find, table_size, top_of
from relupoly.jit import njit


@njit()
def large_flats(rows, field, order, room):
    """Write an order of the vectors whose first independent ones span large flats: each next one the largest above the last.

    The status is 0 or BAD.
    """
    m, k, _ = rows.shape
    best, chosen = -1, 0
    images, by = room.vectors[IMAGES], room.vectors[OTHER]
    group, weight, basis = room.words[GROUP], room.words[WEIGHT], room.words[BASIS]
    for i in range(0, m, 1 + m // STARTS):
        copy_vectors(images, 0, rows, 0, m, k)
        groups = project(images, m, k, rows[i], field, room)
        if groups < 0:
            return BAD
        most = 0
        for g in range(groups):
            most = max(most, weight[g])
        if most > best:
            best, chosen = most, i
    for i in range(m):
        basis[i] = 0
    copy_vectors(images, 0, rows, 0, m, k)
    for r in range(k):
        order[r] = chosen
        basis[chosen] = 1
        copy_vectors(by, 0, images, chosen, 1, k)
        if project(images, m, k, by[0], field, room) < 0:
            return BAD
        most = -1
        for i in range(m):
            if group[i] >= 0 and weight[group[i]] > most:
                most, chosen = weight[group[i]], i
    at = k
    for i in range(m):
        if not basis[i]:
            order[at] = i
            at += 1
    return 0


@njit()
def project(rows, m, k, by, field, room):
    """Project m vectors with k coordinates along one of them; how many different images there are, or BAD.

    In the room are the groups of those with equal images, -1 for zero, and the groups' sizes.
    """
    primes, reciprocals, _ = field
    count = len(primes)
    top = top_of(by, k)
    codes, group, weight = room.words[CODES], room.words[GROUP], room.words[WEIGHT]
    table = room.tables[0][: table_size(m)]
    empty(table)
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


@njit()
def in_standard_form(rows, order, field, out, room):
    """Write vectors in the basis of the first independent ones, so that as many entries as can be are 1, and normalised.

    The result depends only on the order and on which vectors there are up to a linear map and multiples: coordinates are
    scaled so that, along the vectors in their order, each that links coordinates not linked before has equal entries there.
    The status is 0 or BAD.
    """
    primes, reciprocals, inverses = field
    m, k, count = rows.shape
    scale, part = room.words[SCALE], room.words[PART]
    for x in range(m):
        copy_vectors(out, x, rows, order[x], 1, k)
    if not _eliminate(out, field):
        return BAD
    for q in range(count):
        p, reciprocal = primes[q], reciprocals[q]
        for c in range(k):
            scale[c], part[c] = 1, c
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
            return BAD
    return 0


@njit()
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
