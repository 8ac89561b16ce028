"""`Node`: a part of the search space: on which side of which points the neurons of a net are.

Neurons that nothing has told apart are interchangeable: they form a class with a count, and a split of a class of c neurons
at a point has c + 1 children, by how many of them are ahead of it. Sides are closed: a neuron that is zero at a point is on
both, and no net is lost. The order of classes and children is fixed, since certificates and the compiled search rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sides = NDArray[np.int8]

AHEAD, FREE, BEHIND = 1, 0, -1


@dataclass(frozen=True, eq=False)
class NeuronClass:
    """Interchangeable neurons.

    Attributes
    ----------
    sign : int
        Their output weight, 1 or -1.
    count : int
        How many they are.
    sides : ndarray of int8, length D
        For each lifted point v: `AHEAD` if <a, v> >= 0 for each neuron a, `BEHIND` if <= 0, `FREE` if it may be either.
    """

    sign: int
    count: int
    sides: Sides

    def placed(self, count: int, point: int, side: int) -> NeuronClass:
        """Some of these neurons, now on one side of a point."""
        sides = self.sides.copy()
        sides[point] = side
        return NeuronClass(self.sign, count, sides)


@dataclass(frozen=True, eq=False)
class Node:
    """All nets whose neurons obey the sides of their classes.

    Attributes
    ----------
    classes : tuple of NeuronClass
    """

    classes: tuple[NeuronClass, ...]


def roots(width: int, points: int) -> list[Node]:
    """The nodes that cover all nets: one for each number of neurons with output weight 1.

    Examples
    --------
    >>> [[(one.sign, one.count) for one in node.classes] for node in roots(2, 3)]
    [[(-1, 2)], [(1, 1), (-1, 1)], [(1, 2)]]
    """
    free = np.zeros(points, dtype=np.int8)
    return [
        Node(tuple(NeuronClass(sign, count, free) for sign, count in ((1, up), (-1, width - up)) if count))
        for up in range(width + 1)
    ]


def children(node: Node, place: int, point: int) -> Iterator[Node]:
    """The parts of a node by how many neurons of one class are ahead of a point: none, one, and so on.

    Each child has the other classes in their order, then the neurons behind the point, then those ahead.

    Examples
    --------
    >>> for child in children(roots(2, 1)[2], 0, 0):
    ...     print([(one.count, one.sides.tolist()) for one in child.classes])
    [(2, [-1])]
    [(1, [-1]), (1, [1])]
    [(2, [1])]
    """
    divided = node.classes[place]
    others = node.classes[:place] + node.classes[place + 1 :]
    for ahead in range(divided.count + 1):
        parts = [(divided.count - ahead, BEHIND), (ahead, AHEAD)]
        yield Node(others + tuple(divided.placed(count, point, side) for count, side in parts if count))
