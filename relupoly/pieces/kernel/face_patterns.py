"""The activation patterns of a finished cell's faces that are not simple: see `relupoly.geometry.faces`.

They are found from the vertices upwards, each face as a word: the walls that contain it. What was met is kept in tables that
are never emptied; entries of earlier searches have another stamp.
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits
from relupoly.pieces.kernel.cones import walls_under
from relupoly.pieces.kernel.constants import CELL, DONE, PRINTED, RAY0, RAYS, WALLS


@njit()
def collect_patterns(program, stack, node, faces):
    """Collect the patterns of a finished cell and of its faces that are neither simple nor at infinity.

    PRINTED if there is no room; CELL if there never will be. Some may have been collected even then, which does no harm.
    """
    record, d = stack.nodes[node], program.dimension
    m, ray0, before = record[RAYS], record[RAY0], faces.count[0]
    infinity, kept, strict = _special_walls(program, stack, node)
    _base_pattern(program, stack, faces)
    if not _note(program, stack, node, faces, np.uint64(0)):
        return PRINTED if before else CELL
    level, size = faces.level[0], np.int64(0)
    for i in range(m):
        walls = stack.tight[ray0 + i]
        if not walls & infinity and (not strict or walls & kept or count_bits(walls) > d - 1):
            if size == len(level):
                return CELL
            level[size] = walls
            size += 1
    row = np.int64(0)
    for fewest in range(d - 2, -2, -1):
        for i in range(size):
            if not _note(program, stack, node, faces, faces.level[row, i]):
                return PRINTED if before else CELL
        if not size or fewest < 0:
            break
        size = _next_level(stack, ray0, m, faces, row, size, fewest, kept, strict)
        if size < 0:
            return CELL
        row = 1 - row
    faces.cells[0] += 1
    return DONE


@njit()
def _special_walls(program, stack, node):
    """The wall at infinity, the walls with neurons that are active on both sides, and whether all signs are strict."""
    infinity = kept = np.uint64(0)
    used, first = walls_under(stack, stack.nodes[node]), program.label[0]
    for slot in range(WALLS):
        bit, label = np.uint64(1) << np.uint64(slot), stack.slots[node, slot]
        if used & bit and label == 0:
            infinity |= bit
        elif used & bit and label >= first and program.two_sided[label - first]:
            kept |= bit
    strict = True
    for layer in range(program.depth):
        strict = strict and stack.flat[layer] == 0
    return infinity, kept, strict


@njit()
def _next_level(stack, ray0, m, faces, row, size, fewest, kept, strict):
    """The faces one dimension above those of a level that are to be found, too; how many, -1 if there is no room."""
    faces.stamp[0] += 1
    above, target = faces.stamp[0], faces.level[1 - row]
    count = 0
    for i in range(size):
        face = faces.level[row, i]
        faces.stamp[0] += 1
        wide = 0
        for r in range(m):
            walls = face & stack.tight[ray0 + r]
            bits = count_bits(walls)
            if walls == face or bits < fewest or not (bits > fewest or not strict or walls & kept):
                continue
            place = _place(faces.spanned, faces.spanned_stamp, faces.stamp[0], walls)
            if faces.spanned_stamp[place] != faces.stamp[0]:
                if wide == len(faces.wide):
                    return -1
                faces.spanned[place], faces.spanned_stamp[place], faces.wide[wide] = walls, faces.stamp[0], walls
                wide += 1
        for one in range(wide):
            walls, largest = faces.wide[one], True
            if count_bits(walls) > fewest:
                for other in range(wide):
                    if other != one and faces.wide[other] & walls == walls:
                        largest = False
                        break
            if not largest:
                continue
            place = _place(faces.met, faces.met_stamp, above, walls)
            if faces.met_stamp[place] != above:
                if count == len(target):
                    return -1
                faces.met[place], faces.met_stamp[place], target[count] = walls, above, walls
                count += 1
    return count


@njit()
def _place(keys, stamps, stamp, word):
    """Where a word is in a table, or would be; no more than half of the table is ever in use."""
    size = len(keys)
    scrambled = word * np.uint64(0x9E3779B97F4A7C15)
    place = np.int64((scrambled ^ (scrambled >> np.uint64(32))) & np.uint64(size - 1))
    while stamps[place] == stamp and keys[place] != word:
        place = (place + 1) & (size - 1)
    return place


@njit()
def _base_pattern(program, stack, faces):
    """Which neurons are active on a finished cell, in bits."""
    base, bit = faces.base, 0
    for word in range(len(base)):
        base[word] = np.uint64(0)
    for layer in range(program.depth):
        for neuron in range(program.widths[layer]):
            if stack.active[program.row_at[layer] + neuron]:
                base[bit // 64] |= np.uint64(1) << np.uint64(bit % 64)
            bit += 1


@njit()
def _note(program, stack, node, faces, walls):
    """Note the pattern on some walls, if it is not there; False if there is no room."""
    count, words = faces.count[0], len(faces.base)
    if count == len(faces.pattern):
        return False
    pattern, first = faces.pattern[count], program.label[0]
    for word in range(words):
        pattern[word] = faces.base[word]
    for slot in range(WALLS):
        label = stack.slots[node, slot]
        if not (walls >> np.uint64(slot)) & np.uint64(1) or label < first:
            continue
        layer = program.depth - 1
        while label < program.label[layer]:
            layer -= 1
        index, at = label - first, program.neuron_at[layer]
        for neuron in range(program.first[index], program.final[index] + 1):
            if program.of[at + neuron] == label - program.label[layer]:
                bit = at + neuron
                pattern[bit // 64] &= ~(np.uint64(1) << np.uint64(bit % 64))
    scrambled = np.uint64(0)
    for word in range(words):
        scrambled = (scrambled ^ pattern[word]) * np.uint64(0x9E3779B97F4A7C15)
        scrambled ^= scrambled >> np.uint64(29)
    size = len(faces.owner)
    place = np.int64(scrambled & np.uint64(size - 1))
    while faces.owner[place] >= faces.batch[0]:
        known, same = faces.pattern[faces.owner[place] - faces.batch[0]], True
        for word in range(words):
            same = same and known[word] == pattern[word]
        if same:
            return True
        place = (place + 1) & (size - 1)
    faces.owner[place] = faces.batch[0] + count
    faces.count[0] = count + 1
    return True
