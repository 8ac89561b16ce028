"""Nets whose pieces have many cells: they stretch over any division of the work."""

from oracles.hard import sawtooth, zonotope

from relupoly.networks.network import Network

GENERATORS = [["1", "0"], ["0", "1"], ["1/2", "1/2"], ["-1/2", "1"]]


def _net(*layers):
    return Network.from_rows(layers)


def hill():
    """Twenty hyperplanes; the second layer lets them through around the origin, and all the rest of the plane is one piece."""
    first = [[k % 5 - 2, k % 7 - 3] for k in range(20)]
    return _net((first, [k % 3 - 1 for k in range(20)]), ([[-1] * 20, [0] * 20], [20, 1]), ([[1, 1]], None))


def trap():
    """A slice of lower dimension joins two closed pieces of the same function."""
    first = ([[1, 0], [1, 0], [1, 0], [0, 1], [0, -1]], [1, 0, -1, 0, 0])
    second = ([[1, -2, 1, 1, -1], [-1, 2, -1, 1, -1], [1, -2, 1, 0, 0]], None)
    return _net(first, second, ([[1, -1, -1]], None))


def crossed_trap():
    """The same, where the slice crosses the interiors of edges: the second coordinate has its kink elsewhere, at -7."""
    first = ([[1, 0], [1, 0], [1, 0], [0, 1], [0, -1]], [1, 0, -1, 7, -7])
    second = ([[1, -2, 1, 1, -1], [-1, 2, -1, 1, -1], [1, -2, 1, 0, 0]], [-7, -7, 0])
    return _net(first, second, ([[1, -1, -1]], None))


def cancelling():
    """relu(x) - relu(-x) = x, in three coordinates: eight cells, one piece."""
    rows = [[sign * (row == column) for column in range(3)] for row in range(3) for sign in (1, -1)]
    return _net((rows, None), ([[1, -1] * 3], None))


def dead_layer():
    """The second layer never fires: the net is constant."""
    first = [[1, 0], [0, 1], [1, 1], [1, -1], [2, 1], [1, 2]]
    return _net((first, [0, 1, -1, 2, 0, 1]), ([[-1] * 6], [-1]), ([[5]], [7]))


NETS = {
    "hill": hill(),
    "trap": trap(),
    "crossed trap": crossed_trap(),
    "cancelling": cancelling(),
    "dead layer": dead_layer(),
    "sawtooth": sawtooth({"M": "1", "a": [["1/3", "2/3"], ["1/2"], ["1/4", "1/2", "3/4"]]}),
    "zonotope": zonotope({"M": "2", "a": [["1"], ["1/2", "1"]], "b": GENERATORS}),
    "no hidden layer": _net(([[1, 2]], [3])),
    "zeros": _net(([[0, 0]], [0]), ([[1]], None)),
}
