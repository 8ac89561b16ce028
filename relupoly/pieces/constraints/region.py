"""The whole domain as a polytope, with which a walk over constraints starts: a box, and the domain's further inequalities."""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpz_mat

from relupoly.exact.floats import FloatVectors
from relupoly.pieces.constraints.polytope import Polytope, Question
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.run import UNLIMITED, Run


def whole_region(net: HomogeneousNet, run: Run = UNLIMITED) -> Polytope:
    """The domain of a net whose cells are held by constraints.

    Inequalities are taken one after the other, each with a witness beyond it, as the halves of cells are.

    Parameters
    ----------
    net : HomogeneousNet
    run : Run, optional
    """
    assert net.bounds is not None
    found, layer_map = Polytope.of_box(net.bounds), LayerMap(net, 0)
    # Label 0 is t >= 0, which bounded sets have anyway.
    labels = range(int(net.chart is None), 1 + net.domain.nrows())
    for label in labels:
        exact = Question(found, layer_map, run).exact(label, 1)
        if net.bounds.least_exactly(list(map(fmpq, exact))) >= 0:
            continue  # it follows from the box
        form = FloatVectors.from_directions(fmpz_mat(1, len(exact), exact))
        question = Question(found, layer_map, run)
        sign = int(question.signs(form, [label], [1], found.witness)[0])
        if sign > 0:
            witness = found.witness
        elif sign == 0:
            around = question.around(label)
            assert around is not None, "an inequality says something"
            witness = around[1]
        else:
            beyond = question.beyond(label, -1, form.flip(np.array([-1], dtype=np.int8)))
            assert beyond is not None, "the domain has interior points"
            witness = beyond
        found = found.half(label, 1, form, witness)
    return found
