"""Signs of neurons, layers that are off, and facets of cells, by `brute_force` and elimination alone."""

from __future__ import annotations

from collections import Counter

from oracles.brute_force import feasible, full_cells


def signs_in_cells(network, domain):
    """For each cell the sign of each neuron with ReLU, in one text for each hidden layer."""
    found = []
    for cell, _ in full_cells(network, domain):
        signs = ["+" if bit else "-" if any(form) else "0" for form, bit in zip(cell.forms, cell.bits, strict=True)]
        layers = []
        for relus in network.relus:
            layers.append("".join(signs[:relus]))
            signs = signs[relus:]
        found.append(layers)
    return found


def facet_counts(network, domain):
    """How many cells have so many facets."""
    counts: Counter[int] = Counter()
    for _, inside in full_cells(network, domain):
        walls = list({_primitive(form): form for form in inside if any(form[:-1])}.values())
        counts[sum(_is_facet(place, walls) for place in range(len(walls)))] += 1
    return dict(counts)


def _is_facet(place, walls):
    others = [(form, True) for number, form in enumerate(walls) if number != place]
    return feasible(others, [walls[place]])


def _primitive(form):
    lead = next(abs(entry) for entry in form if entry)
    return tuple(entry / lead for entry in form)
