"""Tensors, activations and pools as layers: what they compute, and with how many neurons of which kind."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.fractions import to_fraction
from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.evaluation import evaluate
from relupoly.networks.lowering.activations import absolute, clip, leaky, maximum, minimum
from relupoly.networks.lowering.linear_maps import average, convolution, product_with, transposed_convolution
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.pooling import largest_of
from relupoly.networks.lowering.tensor import ABSENT, Tensor, concatenated
from relupoly.networks.lowering.windows import Windows

SMALL = st.integers(-8, 8).map(lambda number: Fraction(number, 4))
SEEDS = st.integers(0, 1000)


def numbers(random, *shape):
    """Random quarters, as floats."""
    return random.integers(-8, 9, size=shape) / 4


def constants(array):
    return RationalArray.of_floats(np.asarray(array, dtype=np.float64))


def affine(x, matrix, offset):
    """Matrix x + offset."""
    matrix = np.asarray(matrix, dtype=np.float64)
    linear, shape = product_with(x.shape, constants(matrix), on_the_left=True)
    return x.mapped(linear, shape) + Tensor.of_constants(constants(offset))


def value(network, point):
    exact = evaluate(network, [fmpq(entry.numerator, entry.denominator) for entry in map(Fraction, point)])
    return [Fraction(int(entry.p), int(entry.q)) for entry in exact]


def points(random, size, count=5):
    return [list(map(Fraction, point)) for point in numbers(random, count, size).tolist()]


@given(SEEDS, SMALL)
def test_leaky_relu(seed, slope):
    random = np.random.default_rng(seed)
    matrix, offset = numbers(random, 3, 2), numbers(random, 3)
    lowering = Lowering(2)
    network = lowering.network(leaky(lowering, affine(lowering.input((2,)), matrix, offset), constants(float(slope))))
    for point in points(random, 2):
        x = [sum(map(lambda a, b: Fraction(a) * b, row, point)) + Fraction(c) for row, c in zip(matrix, offset, strict=True)]
        assert value(network, point) == [entry if entry > 0 else slope * entry for entry in x]
    if slope == 1:
        assert not network.hidden
    if slope == 0:
        assert all(not layer.linear for layer in network.layers)


def test_slopes_of_single_entries():
    lowering = Lowering(3)
    network = lowering.network(leaky(lowering, lowering.input((3,)), constants([1, 0, -2])))
    assert network.relus == (2,)
    assert value(network, [-1, -1, -1]) == [-1, 0, 2]
    assert value(network, [3, 3, 3]) == [3, 3, 3]


@given(SEEDS)
def test_absolute_values(seed):
    lowering = Lowering(3)
    network = lowering.network(absolute(lowering, lowering.input((3,))))
    for point in points(np.random.default_rng(seed), 3):
        assert value(network, point) == list(map(abs, point))
    assert network.relus == (3,)


@given(SEEDS, st.none() | SMALL, st.none() | SMALL)
def test_clip(seed, low, high):
    lowering = Lowering(2)
    bounds = [None if bound is None else fmpq(bound.numerator, bound.denominator) for bound in (low, high)]
    network = lowering.network(clip(lowering, lowering.input((2,)), *bounds))
    for point in points(np.random.default_rng(seed), 2):
        clipped = [entry if low is None else max(entry, low) for entry in point]
        assert value(network, point) == [entry if high is None else min(entry, high) for entry in clipped]
    needed = 0 if None not in (low, high) and low >= high else 2 * sum(bound is not None for bound in (low, high))
    assert sum(network.relus) == needed


@given(SEEDS)
def test_maximum_and_minimum(seed):
    random = np.random.default_rng(seed)
    matrices, offsets = numbers(random, 2, 3, 2), numbers(random, 2, 3)
    for function, expected in ((maximum, max), (minimum, min)):
        lowering = Lowering(2)
        one, two = (affine(lowering.input((2,)), *pair) for pair in zip(matrices, offsets, strict=True))
        network = lowering.network(function(lowering, one, two))
        for point in points(random, 2):
            sides = [
                [
                    sum(Fraction(a) * b for a, b in zip(row, point, strict=True)) + Fraction(c)
                    for row, c in zip(m, o, strict=True)
                ]
                for m, o in zip(matrices, offsets, strict=True)
            ]
            assert value(network, point) == [expected(pair) for pair in zip(*sides, strict=True)]


def test_the_maximum_with_a_constant_needs_no_linear_neuron():
    lowering = Lowering(2)
    x = affine(lowering.input((2,)), [[1, 2]], [0])
    for one, two in ((x, Tensor.of_constants(constants([3]))), (Tensor.of_constants(constants([3])), x)):
        network = lowering.network(maximum(lowering, one, two))
        assert (network.widths, network.relus) == ((1,), (1,))
        assert value(network, [1, 1]) == [3]
        assert value(network, [4, 1]) == [6]


def test_the_maximum_of_equal_forms_needs_no_neuron():
    lowering = Lowering(2)
    x = affine(lowering.input((2,)), [[1, 2]], [0])
    assert not lowering.network(maximum(lowering, x, x)).hidden


@given(SEEDS, st.integers(1, 6))
def test_the_largest_of_windows(seed, size):
    random = np.random.default_rng(seed)
    windows = np.array([random.permutation(size) for _ in range(3)])
    windows = np.where(random.random(windows.shape) < 0.3, ABSENT, windows)
    windows[:, 0] = np.where(windows[:, 0] == ABSENT, 0, windows[:, 0])
    lowering = Lowering(size)
    network = lowering.network(largest_of(lowering, lowering.input((size,)), windows))
    for point in points(random, size):
        assert value(network, point) == [max(point[place] for place in row if place != ABSENT) for row in windows.tolist()]
    assert len(network.hidden) <= max(0, (size - 1).bit_length())


@pytest.mark.parametrize("size", range(1, 10))
def test_a_pool_is_a_balanced_tree(size):
    lowering = Lowering(size)
    network = lowering.network(largest_of(lowering, lowering.input((size,)), np.arange(size)[None]))
    assert sum(network.relus) == size - 1
    assert len(network.hidden) == (size - 1).bit_length()


def test_overlapping_windows_share_their_pairs():
    lowering = Lowering(5)
    windows = np.array([[0, 1, 2, 3], [2, 3, 4, 0], [0, 1, 2, 3]])
    network = lowering.network(largest_of(lowering, lowering.input((5,)), windows))
    assert network.relus == (3, 2)


def test_neurons_that_are_constant_are_constants():
    lowering = Lowering(1)
    x = lowering.input((1,))
    three, minus = (Tensor.of_constants(constants([entry])) for entry in (3, -3))
    whole = concatenated([lowering.relu(x), lowering.relu(three), lowering.relu(x - x + minus)], 0)
    network = lowering.network(whole)
    assert network.widths == (1,)
    assert value(network, [2]) == [2, 3, 0]


def test_neurons_that_nobody_reads_are_left_out():
    lowering = Lowering(3)
    deep = lowering.relu(lowering.relu(lowering.input((3,))))
    network = lowering.network(deep.taken(np.array([1])))
    assert network.widths == (1, 1)


def test_a_layer_without_relu_does_not_arise():
    lowering = Lowering(2)
    x = affine(lowering.input((2,)), [[1, 2]], [1])
    bent = leaky(lowering, x, constants(-1.0))
    straight = bent - lowering.relu(x).times(constants(2.0))
    gone = bent.times(constants(0.0)) + x
    for tensor in (gone, lowering.network(straight) and gone):
        assert not lowering.network(tensor).hidden
    network = lowering.network(lowering.relu(gone))
    assert (network.widths, network.relus) == ((1,), (1,))
    named = lowering.named(x, np.array([1]))
    assert named.forms.count == 1
    alone = lowering.network(lowering.relu(named))
    assert (alone.widths, alone.relus) == ((1,), (1,))
    assert value(alone, [1, 1]) == [4]


@pytest.mark.parametrize("slope", [0.25, -1.0])
def test_leaky_layers_do_not_pile_up_linear_neurons(slope):
    random, depth, width = np.random.default_rng(0), 6, 5
    lowering = Lowering(3)
    x, size = lowering.input((3,)), 3
    weights = []
    for _ in range(depth):
        weights.append((numbers(random, width, size) + 1 / 8, numbers(random, width)))
        x, size = leaky(lowering, affine(x, *weights[-1]), constants(slope)), width
    network = lowering.network(affine(x, np.ones((2, width)), np.zeros(2)))
    assert network.relus == (width,) * depth
    assert [len(layer.linear) for layer in network.hidden] == [
        3,
        *(width,) * (depth - 2),
        1,
    ]  # the two outputs are the same sum
    for point in points(random, 3):
        state = point
        for matrix, offset in weights:
            pre = [
                sum(Fraction(a) * b for a, b in zip(row, state, strict=True)) + Fraction(c)
                for row, c in zip(matrix, offset, strict=True)
            ]
            state = [entry if entry > 0 else Fraction(slope) * entry for entry in pre]
        assert value(network, point) == [sum(state)] * 2


def test_residual_sums_are_carried_as_sums():
    """x_{k+1} = x_k + relu(A x_k): what is carried is x_k, not all that went into it."""
    random, depth, width = np.random.default_rng(0), 5, 4
    lowering = Lowering(width)
    x = lowering.input((width,))
    matrices = [numbers(random, width, width) + 1 / 8 for _ in range(depth)]
    for matrix in matrices:
        x = lowering.added(x, lowering.relu(affine(x, matrix, np.zeros(width))))
    network = lowering.network(x)
    assert network.relus == (width,) * depth
    assert [len(layer.linear) for layer in network.hidden] == [width] * depth
    for point in points(random, width):
        state = point
        for matrix in matrices:
            inner = [sum(Fraction(a) * b for a, b in zip(row, state, strict=True)) for row in matrix]
            state = [one + max(Fraction(0), two) for one, two in zip(state, inner, strict=True)]
        assert value(network, point) == state


def test_proportional_forms_are_carried_once():
    lowering = Lowering(4)
    x = lowering.input((4,))
    total = affine(x, [[1, 2, 3, 4], [-2, -4, -6, -8]], [0, 1])
    first = lowering.relu(affine(x, [[1, 0, 0, 0]], [0]))
    network = lowering.network(concatenated([total, first], 0))
    assert [(layer.relus, layer.linear) for layer in network.hidden] == [(1, (1,))]
    assert value(network, [1, 1, 1, 1]) == [10, -19, 1]


def test_sparse_weights_are_those_that_are_large_and_mostly_zero():
    lowering = Lowering(100)
    for size, share, kind in ((100, 25, SparseMatrix), (100, 26, None), (40, 1, None), (41, 25, SparseMatrix)):
        matrix = np.zeros((size, 100))
        matrix[:, :share] = 1
        weight = lowering.network(affine(lowering.input((100,)), matrix, np.zeros(size))).layers[0].weight
        assert isinstance(weight, SparseMatrix) == (kind is SparseMatrix), (size, share)
        assert weight.tolist() == [[fmpq(int(entry)) for entry in row] for row in matrix]


def test_constants_go_through_the_same_operations():
    tensor = Tensor.of_constants(constants([[1, 2], [3, 4]]))
    assert tensor.is_constant
    assert (tensor + tensor).times(constants([0.5, 2])).values.entries() == [1, 8, 3, 16]
    assert tensor.moved(np.transpose).values.entries() == [1, 3, 2, 4]
    assert tensor.taken(np.array([ABSENT, 3]), constants(7.0)).values.entries() == [7, 4]


SHAPES = [
    ((2,), (2,)),
    ((2,), (2, 3)),
    ((3, 2), (2,)),
    ((3, 2), (2, 4)),
    ((2, 3, 2), (2, 4)),
    ((3, 2), (5, 2, 1)),
    ((2, 1, 3, 2), (4, 2, 2)),
]


@pytest.mark.parametrize(("one", "two"), SHAPES)
@pytest.mark.parametrize("on_the_left", [False, True])
def test_products_are_those_of_numpy(one, two, on_the_left):
    random = np.random.default_rng(0)
    left, right = numbers(random, *one), numbers(random, *two)
    weight, x = (left, right) if on_the_left else (right, left)
    matrix, shape = product_with(x.shape, constants(weight), on_the_left)
    expected = left @ right
    assert shape == expected.shape
    found = matrix * SparseMatrix.from_dense(constants_column(x))
    assert [float(to_fraction(entry)) for entry in found.dense().entries()] == expected.ravel().tolist()


def constants_column(array):
    from flint import fmpq_mat

    return fmpq_mat(array.size, 1, constants(array.ravel()).entries())


def test_products_that_do_not_fit():
    with pytest.raises(ValueError, match="summed over"):
        product_with((3,), constants(np.ones((2, 2))))


WINDOWS = [
    Windows((4, 5), (2, 3), (1, 2), (2, 1), (1, 0), (0, 2)),
    Windows((3, 3), (3, 1), (2, 2), (1, 1), (1, 1), (1, 0)),
    Windows((4, 4), (2, 2), (1, 1), (1, 1), (0, 0), (0, 0)),
]


def window_sum(windows, image, kernel):
    """The weighted sum of each window, by loops."""
    out = np.zeros(windows.outputs)
    for output in np.ndindex(*windows.outputs):
        for k in np.ndindex(*windows.kernel):
            place = [
                o * s - b + i * d
                for o, s, b, i, d in zip(output, windows.strides, windows.before, k, windows.dilations, strict=True)
            ]
            if all(0 <= p < size for p, size in zip(place, windows.sizes, strict=True)):
                out[output] += kernel[k] * image[tuple(place)]
    return out


@pytest.mark.parametrize("windows", WINDOWS)
@pytest.mark.parametrize("groups", [1, 2])
def test_convolutions_by_loops(windows, groups):
    random = np.random.default_rng(1)
    batch, channels, filters = 2, 4, 6
    weight = numbers(random, filters, channels // groups, *windows.kernel)
    image = numbers(random, batch, channels, *windows.sizes)
    expected = np.zeros((batch, filters, *windows.outputs))
    for n, m, c in itertools.product(range(batch), range(filters), range(channels // groups)):
        channel = m // (filters // groups) * (channels // groups) + c
        expected[n, m] += window_sum(windows, image[n, channel], weight[m, c])
    matrix = convolution(batch, constants(weight), groups, windows)
    assert [float(to_fraction(entry)) for entry in (matrix * constants_column(image)).entries()] == expected.ravel().tolist()
    assert transposed_convolution(batch, constants(weight), groups, windows) == matrix.transpose()


def test_means_count_padding_or_not():
    windows = Windows((3,), (2,), (2,), (1,), (1,), (0,))
    column = constants_column(np.array([1.0, 2.0, 4.0]))
    assert (average(1, windows, True) * column).entries() == [fmpq(1, 2), 3]
    assert (average(1, windows, False) * column).entries() == [1, 3]


def test_a_large_convolution_is_made_of_whole_arrays():
    """160,000 weights: without a loop over them, so that nothing but numpy's arrays grows."""
    windows = Windows((28, 28), (5, 5), (2, 2), (1, 1), (2, 2), (2, 2))
    matrix = convolution(1, constants(np.ones((32, 1, 5, 5))), 1, windows)
    assert matrix.shape == (6272, 784)
    assert matrix.count == 32 * 67**2  # 14 windows of 5, of which 3 positions are outside
    assert matrix.numerator.dtype == np.int64
