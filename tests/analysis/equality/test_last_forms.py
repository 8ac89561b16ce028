"""The forms of the last layer, updated from cell to cell, are those computed from nothing."""

import itertools
import random

import numpy as np
import pytest
from flint import fmpz_mat

from relupoly.analysis.equality.last_forms import LastForms, working_vectors
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.driver import Walk


def random_net(sizes, seed):
    source = random.Random(seed)
    return Network.from_rows(
        [
            ([[source.randint(-9, 9) for _ in range(m)] for _ in range(n)], [source.randint(-9, 9) for _ in range(n)])
            for m, n in itertools.pairwise(sizes)
        ]
    )


@pytest.mark.parametrize(("sizes", "patience"), [((2, 5, 4), None), ((2, 4, 4, 5), 0), ((3, 5, 3), 0)])
def test_on_every_cell_of_a_walk(sizes, patience):
    last = LastForms()
    count = 0
    for cell in Walk(homogenize(random_net(sizes, 1), Domain()), patience=patience):
        found, expected = last.of(cell.output), cell.output.forms
        factor = found[found.nrows() - 1, found.ncols() - 1]
        other = expected[expected.nrows() - 1, expected.ncols() - 1]
        assert factor > 0
        assert found * other == expected * factor
        count += 1
    assert count > 10


@pytest.mark.parametrize("size", [10, 2**60 + 1, 3**400, 7**700])
def test_working_vectors_enclose_the_integers(size):
    matrix = fmpz_mat(2, 2, [size, -size, 1, 0])
    vectors = working_vectors(matrix, FloatVectors)
    ratios = [entry / size for entry in (size, -size, 1, 0)] if size < 2**900 else [1, -1, 0, 0]
    scale = vectors.value[0, 0]
    assert np.allclose(vectors.value.ravel() / scale, ratios, rtol=0, atol=1e-15)
    assert (vectors.error <= 1e-15 * np.abs(scale)).all()
    assert isinstance(working_vectors(matrix, IntegerVectors), IntegerVectors)
