"""The maximum of q numbers as a net: a binary tree of gadgets.

A gadget computes max(u, v) = relu(u - v) + relu(v) - relu(-v) with 3 neurons; the proof of Lemma D.3 in the paper writes
(u + v)/2 + |u - v|/2 and takes 4. A number without partner passes a layer as relu(u) - relu(-u), with 2 neurons. Layer by
layer the numbers are halved, so there are ceil(log2 q) hidden layers.
"""

from __future__ import annotations

from flint import fmpq, fmpq_mat

from relupoly.networks.network import Layer, Network

_DIFFERENCE, _LARGER, _SMALLER = ((1, -1), (0, 1), (0, -1))


def maximum_network(numbers: int) -> Network:
    """The net of (x_1, ..., x_q) -> max(x_1, ..., x_q).

    Parameters
    ----------
    numbers : int
        q >= 1; for q = 1 the net has no hidden layer.

    Raises
    ------
    ValueError
        If q < 1.

    Examples
    --------
    >>> [sum(maximum_network(q).widths) for q in (2, 3, 4, 5, 6, 7, 8, 9, 16, 17)]
    [3, 8, 9, 16, 17, 20, 21, 30, 45, 56]
    >>> maximum_network(5).widths
    (8, 5, 3)

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.1 and Lemma D.3. The depth is not optimal: the maximum of 5 numbers has
    a net with 2 hidden layers (Bakaev, Brunck, Hertrich, Stade, Yehudayoff 2025).
    """
    if numbers < 1:
        raise ValueError(f"the maximum of {numbers} numbers is not defined; give at least one")
    layers, left = [], numbers
    incoming = _identity(numbers)
    while left > 1:
        layers.append(_without_bias(_gadgets(left) * incoming))
        incoming = _results(left)
        left = (left + 1) // 2
    return Network((*layers, _without_bias(incoming)))


def _gadgets(numbers: int) -> fmpq_mat:
    """The neurons of one layer, as forms in the numbers that enter it."""
    pairs, single = divmod(numbers, 2)
    matrix = fmpq_mat(3 * pairs + 2 * single, numbers)
    for pair in range(pairs):
        for row, entries in enumerate((_DIFFERENCE, _LARGER, _SMALLER)):
            matrix[3 * pair + row, 2 * pair], matrix[3 * pair + row, 2 * pair + 1] = map(fmpq, entries)
    if single:
        matrix[3 * pairs, numbers - 1], matrix[3 * pairs + 1, numbers - 1] = fmpq(1), fmpq(-1)
    return matrix


def _results(numbers: int) -> fmpq_mat:
    """The numbers that leave a layer, as forms in its neurons."""
    pairs, single = divmod(numbers, 2)
    matrix = fmpq_mat(pairs + single, 3 * pairs + 2 * single)
    for pair in range(pairs):
        for neuron, weight in enumerate((1, 1, -1)):
            matrix[pair, 3 * pair + neuron] = fmpq(weight)
    if single:
        matrix[pairs, 3 * pairs], matrix[pairs, 3 * pairs + 1] = fmpq(1), fmpq(-1)
    return matrix


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [int(row == column) for row in range(size) for column in range(size)])


def _without_bias(weight: fmpq_mat) -> Layer:
    return Layer(weight, fmpq_mat(weight.nrows(), 1))
