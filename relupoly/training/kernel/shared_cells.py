"""Cells where neurons of both signs may be: there products have to be 0, exactly, and free columns make them so."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.masks import (
    beside,
    leave_side,
    no_bounds,
    set_between,
    set_extent,
    set_inside,
    set_nothing,
    some_on,
)
from relupoly.training.kernel.nnls import append_column, write_column
from relupoly.training.kernel.prices import priced
from relupoly.training.kernel.tolerances import FAR_FROM_DEPENDENT, JUST_INDEPENDENT, NOTHING, PRIME
from relupoly.training.kernel.vectors import assign, dot, lowest_bit


@njit()
def find_shared_cells(rays, work, nodes, place):
    """The cells in which neurons of both signs may be, up to points that are dropped. Returns how many.

    Where the rays that two classes of opposite signs share are on both sides of a point, u is 0 there: it is dropped.

    Often u is orthogonal to all linear functions: the features of the cell that is ahead of all points. Then the products of
    the features of a ray and of the opposite ray are the same: so cells count, too, in which neurons of one sign may be, and
    neurons of the other sign in the opposite cell. If it is ahead of all points but a few, that is so for rays on these.
    """
    classes, outputs, sides = nodes.classes[place], nodes.outputs[place], nodes.sides[place]
    work.shared_cells[0] = -1
    count = 1
    for p in range(classes):
        for q in range(classes):
            if outputs[q] < 0 < outputs[p]:
                for word in range(work.shared.size):
                    work.shared[word] = work.masks[p, word] & work.masks[q, word]
                count = _add_cell(rays, work, count)
    if rays.constant.size and rays.constant[0]:
        for c in range(classes):
            free = True
            for j in range(sides.shape[1]):
                free &= sides[c, j] >= 0
            if free:
                work.shared_cells[count] = 1
                count += 1
                break
    if _ignores_linear(rays, work, count):
        work.shared_cells[count] = 1
        count += 1
    single = count
    for number in range(1, single):
        assign(work.shared_cells[count], work.shared_cells[number])
        fit = False
        for other in range(number + 1, single):
            fit |= _fit(work, work.shared_cells[count], work.shared_cells[other])
        if fit:
            count += 1
    for number in range(single):
        if _is_nearly_linear(rays, work, number):
            for p in range(classes):
                for q in range(classes):
                    if outputs[q] < 0 < outputs[p]:
                        _set_mirrored(rays, work, p, sides[p], sides[q], number)
                        count = _add_cell(rays, work, count)
    for number in range(count):
        work.dimensions[number] = _dimension(rays, work, work.shared_cells[number])
    return count


@njit()
def _add_cell(rays, work, count):
    """Add the cell of the rays in `WorkArrays.shared`, if some have a feature; points with rays on both sides are dropped."""
    some = False
    for word in range(work.shared.size):
        some |= work.shared[word] & rays.useful[word] != np.uint64(0)
    if not some:
        return count
    set_extent(rays, work, work.shared)
    for j in range(work.keep.size):
        ahead = some_on(rays, work, 1, j)
        behind = some_on(rays, work, -1, j)
        if ahead and behind:
            work.keep[j] = 0.0
        work.shared_cells[count, j] = 1 if ahead else -1 if behind else 0
    return count + 1


@njit()
def _ignores_linear(rays, work, count):
    """Whether the residual is orthogonal to all linear functions, but for rounding, as features of rays tell."""
    work.shared_cells[count] = 1
    set_inside(rays, work, work.shared_cells[count])
    limit = NOTHING * dot(work.residual, work.residual) ** 0.5
    rank = 0
    for word in range(work.shared.size):
        bits = work.shared[word] & rays.useful[word]
        while bits and rank < rays.points.shape[1]:
            ray = 64 * word + lowest_bit(bits)
            bits &= bits - np.uint64(1)
            if abs(priced(rays, work, ray)) <= limit:
                rank = _reduced(work, rank, rays.ray_residues[ray % rays.points.shape[0]])
    return rank == rays.points.shape[1]


@njit()
def _is_nearly_linear(rays, work, number):
    """Whether a cell without a flat of its own is behind so few of the points that are kept that rays lie on all of these."""
    behind = 0
    for j in range(work.keep.size):
        if work.keep[j] and work.shared_cells[number, j] < 0:
            behind += 1
    rank = rays.points.shape[1]
    return behind < rank and _dimension(rays, work, work.shared_cells[number]) == rank


@njit()
def _set_mirrored(rays, work, p, sides, others, number):
    """Put the rays of class p, on the points behind a cell, whose opposites respect other sides into `WorkArrays.shared`."""
    cell = work.shared_cells[number]
    if rays.order.size:
        no_bounds(rays, work)
        for j in range(sides.size):
            if sides[j]:
                leave_side(rays, work, j, sides[j])
            if others[j]:
                leave_side(rays, work, j, -others[j])
            if cell[j] < 0 and work.keep[j]:
                leave_side(rays, work, j, 0)
        set_between(rays, work, work.shared)
        return
    assign(work.shared, work.masks[p])
    for j in range(others.size):
        for word in range(work.shared.size):
            if others[j]:
                work.shared[word] &= rays.allowed[j, 0 if others[j] > 0 else 1, word]
            if cell[j] < 0 and work.keep[j]:
                work.shared[word] &= ~beside(rays, 0, j, word)


@njit()
def mark_mirrored(rays, work, cells):
    """Where the products of a ray and of its opposite are the same, those of opposite cells are 0, too.

    They are on the points behind a cell, if u is orthogonal to the linear functions of the others.
    """
    for linear in range(1, cells):
        if work.dimensions[linear] == rays.points.shape[1] and _is_nearly_linear(rays, work, linear):
            for number in range(1, cells):
                if work.dimensions[number] >= 0 and _is_on(work, number, linear):
                    _set_opposite(rays, work, number)
                    for word in range(work.exact.size):
                        work.exact[word] |= work.shared[word]


@njit()
def _is_on(work, number, linear):
    """Whether a cell is on all kept points that are behind another one."""
    on = True
    for j in range(work.keep.size):
        on &= not (work.keep[j] and work.shared_cells[linear, j] < 0 and work.shared_cells[number, j])
    return on


@njit()
def _set_opposite(rays, work, number):
    """Put the rays opposite to a cell, seen from the points that are kept, into `WorkArrays.shared`."""
    cell = work.shared_cells[number]
    for j in range(cell.size):
        cell[j] = -cell[j]
    set_inside(rays, work, cell)
    for j in range(cell.size):
        cell[j] = -cell[j]


@njit()
def _fit(work, cell, other):
    """Let a cell contain another one, too, unless they are on two sides of a point that is kept."""
    for j in range(cell.size):
        if work.keep[j] and cell[j] * other[j] < 0:
            return False
    for j in range(cell.size):
        if cell[j] == 0:
            cell[j] = other[j]
    return True


@njit()
def _dimension(rays, work, cell):
    """A bound on the dimension of the flat of a cell: on the hyperplanes of its points without a side."""
    rank = rays.vector_residues.shape[1]
    size = 0
    for j in range(cell.size):
        if cell[j] == 0 and size < rank:
            size = _reduced(work, size, rays.vector_residues[j])
    return rank - size


@njit()
def _reduced(work, size, row):
    """Add a vector to those in echelon form modulo the prime; returns how many are surely independent."""
    rank = row.size
    new = work.echelon[size]
    assign(new, row)
    for b in range(size):
        factor = new[work.pivots[b]]
        if factor:
            for i in range(rank):
                new[i] = (new[i] - factor * work.echelon[b, i]) % PRIME
    for i in range(rank):
        if new[i]:
            inverse = _power(new[i], PRIME - 2)
            for k in range(rank):
                new[k] = new[k] * inverse % PRIME
            work.pivots[size] = i
            return size + 1
    return size


@njit()
def _power(number, exponent):
    result = np.int64(1)
    while exponent:
        if exponent & 1:
            result = result * number % PRIME
        number = number * number % PRIME
        exponent >>= 1
    return result


@njit()
def span_cell(rays, work, number, size):
    """Add columns that span the features of a cell's rays, if they are orthogonal to the residual. Returns the size.

    These features are linear in the ray. So the rays that are added, those whose features are known already, and those whose
    features are 0 have to span the flat of the cell.
    """
    cell = work.shared_cells[number]
    need = work.dimensions[number]
    before = size
    limit = NOTHING * dot(work.residual, work.residual) ** 0.5
    some = False
    for j in range(cell.size):
        some |= cell[j] > 0 and work.keep[j] > 0.0
    if not some:
        need = 0
    set_inside(rays, work, cell)
    for word in range(work.shared.size):
        work.known[word] = work.shared[word] & work.exact[word]
    rank = _count_independent(rays, work, work.known, 0, need)
    for least in (FAR_FROM_DEPENDENT, JUST_INDEPENDENT):
        for word in range(work.shared.size):
            bits = work.shared[word] & rays.useful[word]
            while bits and rank < need:
                ray = 64 * word + lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if abs(priced(rays, work, ray)) > limit:
                    continue
                if _reduced(work, rank, rays.ray_residues[ray % rays.points.shape[0]]) == rank:
                    continue
                work.active[size] = ray
                work.outputs[size] = 1.0
                write_column(rays, work, size, size + 1)
                if append_column(work, size, least):
                    work.weights[size] = 0.0
                    size += 1
                    rank += 1
    if rank < need:
        set_nothing(rays, work, cell)
        rank = _count_independent(rays, work, work.known, rank, need)
    if rank < need:
        work.dimensions[number] = -1
        return before
    for word in range(work.exact.size):
        work.exact[word] |= work.shared[word]
    return size


@njit()
def _count_independent(rays, work, some, rank, need):
    """How many rays of a mask are independent, beside those that were counted before; no more than are needed."""
    for word in range(some.size):
        bits = some[word]
        while bits and rank < need:
            ray = 64 * word + lowest_bit(bits)
            bits &= bits - np.uint64(1)
            rank = _reduced(work, rank, rays.ray_residues[ray % rays.points.shape[0]])
    return rank


@njit()
def span_constant(rays, work, cells, size):
    """Add the column of the output bias, unless the cells' features span it. Returns the size, or -1 as above."""
    for b in range(rays.ones.shape[0]):
        for number in range(1, cells):
            spanned = rays.constant[b] and work.dimensions[number] == rays.points.shape[1]
            for j in range(work.keep.size):
                spanned &= work.shared_cells[number, j] > 0 or not work.keep[j]
            if spanned:
                return size
        work.active[size] = -1
        work.outputs[size] = 1.0
        work.weights[size] = 0.0
        write_column(rays, work, size, size + 1)
        if not append_column(work, size, JUST_INDEPENDENT):
            return -1
        size += 1
    return size
