"""What is refused before the first layer is made dense."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from relupoly import count_pieces
from relupoly.errors import SizeError
from relupoly.exact.sparse import SparseMatrix, stacked
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Layer, Network
from relupoly.pieces.enumeration.stable import stable_neurons
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.forms.refusal import refuse_too_many_cells

INPUTS = 3000


@pytest.fixture
def sparse_alone(monkeypatch):
    """No large matrix is written down with its zeros."""
    dense = SparseMatrix.dense

    def small(self):
        assert self.nrows() * self.ncols() <= 10 * INPUTS, f"{self.shape} with all zeros"
        return dense(self)

    monkeypatch.setattr(SparseMatrix, "dense", small)


def layer(weight, linear=()):
    return Layer(weight, fmpq_mat(weight.nrows(), 1), linear)


def large_net(linear=()):
    """Relu of each coordinate, added up."""
    ones = SparseMatrix.from_triples((1, INPUTS), [0] * INPUTS, range(INPUTS), [fmpq(1)] * INPUTS)
    return Network((layer(SparseMatrix.identity(INPUTS), linear), layer(ones)))


def box(dimension):
    return Polyhedron.box([0] * dimension, [1] * dimension)


BOX = Domain(box(INPUTS))
HALF = Domain(Polyhedron.from_inequalities([[1] * INPUTS], [1]))


@pytest.mark.parametrize("domain", [Domain(), HALF, BOX], ids=["space", "half-space", "box"])
@pytest.mark.parametrize("linear", [(), tuple(range(0, INPUTS, 2))], ids=["relu", "half of it linear"])
@pytest.mark.parametrize("work", [count_pieces, stable_neurons, homogenize])
def test_thousands_of_inputs_are_refused_from_sparse_rows(work, domain, linear, sparse_alone):
    with pytest.raises(SizeError, match=r"choose a subspace with --through"):
        work(large_net(linear), domain)


def test_a_union_of_large_boxes_is_refused_before_it_is_cut(sparse_alone, monkeypatch):
    monkeypatch.setattr(DomainUnion, "groups", None)
    other = Domain.box(["1/2"] * INPUTS, [2] * INPUTS)
    with pytest.raises(SizeError, match=rf"the box in dimension {INPUTS} has 2\^{INPUTS} vertices"):
        count_pieces(large_net(), DomainUnion((BOX, other)))


def test_a_large_box_beside_the_whole_subspace_is_none():
    """The union is all of the subspace, in which the net sees one direction."""
    first = SparseMatrix.from_triples((1, 31), [0, 0], [0, 29], [fmpq(1), fmpq(1)])
    net = Network((layer(first), layer(fmpq_mat([[1]]))))
    subspace = AffineSubspace.through([[int(i == j) for j in range(31)] for i in range(31)])
    assert count_pieces(net, DomainUnion((Domain(box(30), subspace), Domain(None, subspace)))).pieces == 2


@pytest.mark.parametrize(("dimension", "fits"), [(21, True), (22, False)])
def test_boxes_by_their_vertices(dimension, fits):
    """The last inequality of a box in R^21 makes 2^20 vertices with 22 entries; that is below 2^25, and one more is not."""
    first = layer(SparseMatrix.identity(dimension))
    if fits:
        refuse_too_many_cells(first, box(dimension))
    else:
        with pytest.raises(SizeError, match=r"2\^22 vertices"):
            refuse_too_many_cells(first, box(dimension))


@pytest.mark.parametrize(("inequalities", "fits"), [(3, False), (4, True)])
def test_an_inequality_may_stand_for_a_hyperplane(inequalities, fits):
    rows = [[int(i == j) for j in range(64)] for i in range(inequalities)]
    domain = Polyhedron.from_inequalities(rows, [1] * inequalities)
    if fits:
        refuse_too_many_cells(layer(SparseMatrix.identity(64)), domain)
    else:
        with pytest.raises(SizeError, match=r"2\^61 cells"):
            refuse_too_many_cells(layer(SparseMatrix.identity(64)), domain)


def test_linear_neurons_are_no_hyperplanes():
    refuse_too_many_cells(layer(SparseMatrix.identity(80), tuple(range(60, 80))), None)
    with pytest.raises(SizeError, match=r"2\^61 cells"):
        refuse_too_many_cells(layer(SparseMatrix.identity(80), tuple(range(61, 80))), None)


def test_equal_rows_are_one_hyperplane_and_all_rows_are_looked_at():
    """Of a thousand rows some are looked at first: here they are all the same."""
    alike = SparseMatrix.from_triples((1, 70), [0], [0], [fmpq(1)])
    same = stacked([alike] * 1000)
    refuse_too_many_cells(layer(same), None)
    first = set(np.linspace(0, 999, 256, dtype=np.int64).tolist())
    others = [row for row in range(1000) if row not in first][:70]
    order = np.zeros(1000, dtype=np.int64)
    order[others] = range(1, 71)
    hidden = stacked([alike, SparseMatrix.identity(70)]).take_rows(order)
    with pytest.raises(SizeError, match=r"2\^70 cells"):
        refuse_too_many_cells(layer(hidden), None)


def test_an_affine_map_has_one_piece_in_any_box(sparse_alone, monkeypatch):
    monkeypatch.setattr(type(BOX.polyhedron), "matrix", property(lambda self: pytest.fail("a matrix with all zeros")))
    affine = Network((large_net().layers[1],))
    assert homogenize(affine, BOX).domain.nrows() == 0
    assert count_pieces(affine, BOX, "all").counts == dict.fromkeys(
        ("open", "activation", "affine", "closed", "patterns", "strict"), 1
    )


def test_cuts_through_linear_neurons_are_sought_in_sparse_rows(sparse_alone):
    """60 neurons with ReLU are not too many; the linear ones see 40 directions that they do not."""
    first = layer(SparseMatrix.identity(100), tuple(range(60, 100)))
    ones = SparseMatrix.from_triples((1, 100), [0] * 100, range(100), [fmpq(1)] * 100)
    net = Network((first, layer(ones), layer(fmpq_mat([[1]]))))
    with pytest.raises(SizeError, match=r"2\^40 parts"):
        pointed_parts(net, Domain())


def test_a_large_sparse_layer_is_not_made_dense():
    size = 1100
    first = Layer(SparseMatrix.identity(size), fmpq_mat(size, 1))
    last = Layer(fmpq_mat(1, size, [1] * size), fmpq_mat(1, 1))
    simplex = Domain(
        Polyhedron(
            fmpq_mat(size, size, [-int(i == j) for i in range(size) for j in range(size)]), fmpq_mat(size, 1, [1] * size)
        )
    )
    with pytest.raises(SizeError, match="1100 neurons, most of their weights 0, on 1100 coordinates"):
        homogenize(Network((first, last)), simplex)
