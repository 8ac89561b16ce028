"""What a picture of a net over a plane tells by colour: for each way a number for each cell, or a kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from relupoly.plots.plane.plane_cells import Floats, Ints, PlaneCells


def piece_areas(cells: PlaneCells) -> Floats:
    """The area of each piece."""
    found: Floats = np.bincount(cells.piece, cells.area, cells.pieces).astype(np.float64)
    return found


def last_layers(cells: PlaneCells) -> Ints:
    """For each piece the last layer a neuron of which bounds it, from 1; 0 if only the domain's boundary does."""
    found = np.zeros(cells.pieces, dtype=np.intp)
    edges = cells.edges
    border = edges.is_border
    np.maximum.at(found, cells.piece[edges.one[border]], edges.layer[border])
    inner = border & edges.inner
    np.maximum.at(found, cells.piece[edges.other[inner]], edges.layer[inner])
    return found


def depths(cells: PlaneCells) -> Ints:
    """For each piece how many borders one crosses at least on the way out of the picture."""
    graph = cells.piece_graph
    outer = set(cells.piece[cells.edges.one[~cells.edges.inner]].tolist())
    found = np.zeros(cells.pieces, dtype=np.intp)
    level, seen, front = 1, set(outer), outer
    while front:
        found[list(front)] = level
        front = {other for one in front for other in graph.adj[one]} - seen
        seen |= front
        level += 1
    return found


def apart(cells: PlaneCells) -> Ints:
    """A kind for each piece, from 0, so that no two neighbours have the same.

    Two kinds where these are enough: cells of which neighbours differ in one neuron have an even or an odd number of active
    ones. Else networkx finds them greedily, in an order that makes six enough for pieces without holes in each other's way
    (D. Matula, L. Beck, "Smallest-last ordering", 1983); four would be enough.
    """
    import networkx

    graph = cells.piece_graph
    graph.remove_edges_from(list(networkx.selfloop_edges(graph)))
    found = np.zeros(cells.pieces, dtype=np.intp)
    if networkx.is_bipartite(graph):
        colors: dict[int, Any] = {}
        for component in networkx.connected_components(graph):
            colors |= networkx.bipartite.color(graph.subgraph(component))
    else:
        colors = min(
            (networkx.greedy_color(graph, strategy) for strategy in ("smallest_last", "connected_sequential_bfs")),
            key=lambda one: max(one.values()),
        )
    found[list(colors)] = list(colors.values())
    return found
