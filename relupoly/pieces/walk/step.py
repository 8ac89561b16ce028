"""One step of the walk: which cell comes next, and what is decided about it.

On a cell of the earlier layers the preactivations of the next one are linear forms; their signs at the rays of the cell's cone
tell which of them cut it. A form that does not cut costs one matrix product; the others cut in turn, each cone into two
(`relupoly.geometry.cut`). What a parent's form does not cut, no child's does: so the forms still open become fewer down the
tree.

Every sign is proved: by an error bound, or in integers where the bound leaves it open (`relupoly.pieces.walk.certify`). The
text is the same for floats and for integers. Steps know nothing of time, threads or compiled code: those are chosen by
`relupoly.pieces.walk.driver`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.vectors import Signs, Vectors
from relupoly.geometry.cone import Cone
from relupoly.geometry.cut import Crossing, cross, half, touch
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap, passing
from relupoly.pieces.walk.cell import Cell, neuron_signs
from relupoly.pieces.walk.certify import decide, refresh
from relupoly.pieces.walk.initial_cones import InitialCones, initial_cones
from relupoly.pieces.walk.node import Node, Stage
from relupoly.run import UNLIMITED, Run


class Steps:
    """The steps of a walk.

    Parameters
    ----------
    net : HomogeneousNet
        With hidden layers.
    kind : type of Vectors
        The arithmetic.
    every_wall : bool
        Whether a cell's walls are all hyperplanes that it touches, in a vertex even; else its facets are enough.
    run : Run, optional
        Asked at every step whether to go on.

    Attributes
    ----------
    decided : int
        How many signs the arithmetic could not decide, so far. Threads may take steps at the same time.
    """

    def __init__(self, net: HomogeneousNet, kind: type[Vectors], every_wall: bool = False, run: Run = UNLIMITED) -> None:
        self.net = net
        self.run = run
        self.decided = 0
        self._lock = threading.Lock()
        self._fewest = 1 if every_wall else max(1, net.dimension - 1)
        self._kind = kind
        self._weights = net.vectors(kind)
        self._entry = kind.from_integers(net.entry)
        self._domain = kind.from_directions(net.domain)

    @property
    def starts(self) -> int:
        """The number of starting cones."""
        return self.initial.count

    @property
    def beginning(self) -> str:
        """As `TakesSteps.beginning`."""
        return f"{list(map(int, self.initial.labels))}, {self.initial.inequalities}"

    @cached_property
    def initial(self) -> InitialCones:
        """The cones from which the walk starts, before the domain cuts them."""
        return initial_cones(self.net)

    def roots(self, first: int = 0, step: int = 1) -> Iterator[Node]:
        """The starting cones in the domain, in the first layer; or every `step`-th from the one with number `first` on."""
        root = Stage(LayerMap(self.net, 0), self._entry)
        for simplicial in self.initial.cones(self._kind, first, step):
            self.run.tick()
            cone = self._inside(simplicial, root)
            if cone:
                yield self._enter(root, cone)

    def children(self, node: Node) -> list[Node]:
        """The two halves of a node, or the node that enters the next layer; none where the node is a cell."""
        self.run.tick()
        self._settle(node)
        if len(node.open):
            return self._split(node)
        if node.stage.layer_map.layer + 1 < self.net.depth:
            return [self._next_layer(node)]
        return []

    def take(self, waiting: list[Node]) -> Iterator[Cell]:
        """Take the last node off a list; put its children there, or give it out as a cell."""
        node = waiting.pop()
        children = self.children(node)
        waiting += children
        if not children:
            yield self._cell(node)

    def _inside(self, cone: Cone, stage: Stage) -> Cone | None:
        """The part of a starting cone in the domain; None if it has no interior."""
        for row in range(self.net.domain.nrows()):
            label = 1 + row
            if label in cone.walls:
                continue
            form = self._domain.take(np.array([row]))
            signs, cone = self._signs(form, cone, [label], stage.layer_map)
            if not (signs > 0).any():
                return None
            if (signs < 0).any():
                cone = half(cone, self._cross(cone, form, signs[0], label, stage), 1, self._fewest)
            elif np.count_nonzero(signs == 0) >= self._fewest:
                cone = touch(cone, signs, np.array([label]), np.ones(1, dtype=np.int8))
        return cone

    def _enter(self, stage: Stage, cone: Cone) -> Node:
        """A cone that meets a new layer: the signs of all its forms at all rays."""
        layer = stage.layer_map.layer
        planes = self.net.hyperplanes[layer]
        chosen = np.zeros(len(planes.first), dtype=np.int8)
        first = self.net.first_label[layer]
        own = cone.walls >= first
        chosen[cone.walls[own] - first] = cone.sides[own]
        unknown = np.flatnonzero(chosen == 0)
        forms = stage.forms.take(planes.first[unknown])
        signs, cone = self._signs(forms, cone, (unknown + first).tolist(), stage.layer_map)
        return Node(stage, chosen, unknown, signs, cone)

    def _settle(self, node: Node) -> None:
        """Decide the forms that do not cut the cone; those that touch it become walls."""
        above: NDArray[np.bool_] = np.any(node.signs > 0, axis=1)
        below: NDArray[np.bool_] = np.any(node.signs < 0, axis=1)
        cuts = above & below
        if cuts.all():
            return
        still = ~cuts
        decided = above[still].astype(np.int8) - below[still].astype(np.int8)
        node.chosen[node.open[still]] = decided
        zeros = np.count_nonzero(node.signs[still] == 0, axis=1)
        touching = (zeros >= self._fewest) & (decided != 0)
        if touching.any():
            labels = node.open[still][touching] + self.net.first_label[node.stage.layer_map.layer]
            node.cone = touch(node.cone, node.signs[still][touching], labels, decided[touching])
        node.open, node.signs = node.open[cuts], node.signs[cuts]

    def _split(self, node: Node) -> list[Node]:
        """The two halves of a cone on the sides of its first open hyperplane."""
        stage, cone = node.stage, node.cone
        planes = self.net.hyperplanes[stage.layer_map.layer]
        first = self.net.first_label[stage.layer_map.layer]
        plane, rest = int(node.open[0]), node.open[1:]
        form = stage.forms.take(planes.first[node.open[:1]])
        crossing = self._cross(cone, form, node.signs[0], first + plane, stage)
        forms = stage.forms.take(planes.first[rest])
        fresh, section = self._signs(forms, crossing.section, (rest + first).tolist(), stage.layer_map)
        crossing = replace(crossing, section=section)
        children = []
        for side in (1, -1):
            chosen = node.chosen.copy()
            chosen[plane] = side
            old = node.signs[1:, crossing.signs * side >= 0]
            part = half(cone, crossing, side, self._fewest)
            children.append(Node(stage, chosen, rest, np.concatenate([old, fresh], axis=1), part))
        return children

    def _next_layer(self, node: Node) -> Node:
        """The cone of a finished layer, entering the next one."""
        stage = node.stage
        layer = stage.layer_map.layer
        active = self._active(layer, node.chosen)
        layer_map = LayerMap(self.net, layer + 1, active, stage.layer_map)
        forms = self._weights[layer + 1].image(stage.forms, active)
        return self._enter(Stage(layer_map, forms, stage, node.chosen), node.cone)

    def _cell(self, node: Node) -> Cell:
        stage = node.stage
        layer = stage.layer_map.layer
        output = LayerMap(self.net, layer + 1, self._active(layer, node.chosen), stage.layer_map)
        return Cell(self.net, (*stage.earlier, node.chosen), output, node.cone)

    def _active(self, layer: int, chosen: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Which rows of a layer pass on what they compute."""
        return passing(self.net, layer, neuron_signs(self.net, layer, chosen) > 0)

    def _cross(self, cone: Cone, form: Vectors, signs: Signs, label: int, stage: Stage) -> Crossing:
        """Where a hyperplane crosses a cone, at rays that are accurate."""
        crossing = cross(cone, form, signs, label, self.run)
        return replace(crossing, section=refresh(crossing.section, stage.layer_map, self.run))

    def _signs(self, forms: Vectors, cone: Cone, labels: Sequence[int], layer_map: LayerMap) -> tuple[Signs, Cone]:
        """The proved signs of forms at the rays of a cone; and the cone, with what had to be exact written anew."""
        values = forms.products(cone.rays)
        signs = values.signs()
        cone, decided = decide(signs, cone, labels, layer_map, self.run)
        with self._lock:
            self.decided += decided + values.beyond_machine()
        return signs, cone
