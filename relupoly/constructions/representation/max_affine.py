"""The maximum of affine functions as a net: the binary tree of `relupoly.constructions.maximum_tree` behind an affine map.

Functions that are nowhere the maximum alone are left out first: that is decided by exact linear programs. Equal neurons of
the tree are one neuron.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.representation.envelope import Form, envelope
from relupoly.errors import CheckFailed, FunctionError
from relupoly.exact.rationals import rational_at
from relupoly.networks.composition import compose
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network
from relupoly.networks.simplification import simplify
from relupoly.run import UNLIMITED, Run

# The check is a guard against mistakes in the construction, not a proof (the caller proves equality): a hundred small
# fractions take a moment.
_SEED = 20180430
_CHECKS = 100
_REACH = 50

THEOREM = "Arora, Basu, Mianjy, Mukherjee (2018), Lemma D.3"


@dataclass(frozen=True)
class MaximumNetwork:
    """A net of a maximum of affine functions.

    Attributes
    ----------
    network : Network
    tree : Network
        The same function plainly: the tree behind the functions that are used.
    given : int
        The number of functions.
    needed : int
        The number of functions that it uses.
    """

    network: Network
    tree: Network
    given: int
    needed: int


def affine_forms(rows: Sequence[Sequence[Any]]) -> list[Form]:
    """The affine functions <a, x> + c of rows a_1, ..., a_n, c.

    Raises
    ------
    FunctionError
        If there is no row, rows differ in length, or an entry is no number; it names row and entry.
    """
    if not rows:
        raise FunctionError("there is no affine function; give at least one row a_1,...,a_n,c")
    forms = []
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise FunctionError(
                f"row {number} has {len(row)} entries, but row 1 has {len(rows[0])}; give every row the same length"
            )
        if len(row) < 2:
            raise FunctionError(f"row {number} has {len(row)} entries; give a_1,...,a_n,c with n at least 1")
        forms.append(
            tuple(rational_at(entry, f"row {number}, entry {place}", FunctionError) for place, entry in enumerate(row, 1))
        )
    return forms


def max_affine_network(forms: Sequence[Form], keep_all: bool = False, *, run: Run = UNLIMITED) -> MaximumNetwork:
    """The net of the maximum of q affine functions, with ceil(log2 q) hidden layers.

    Parameters
    ----------
    forms : sequence of Form
        At least one, (a_1, ..., a_n, c) each.
    keep_all : bool
        Whether to keep functions that are nowhere the maximum.
    run : Run, optional

    Examples
    --------
    >>> result = max_affine_network(affine_forms([[1, 0, 0], [0, 1, 0], ["1/2", "1/2", 0], [0, 0, -1]]))
    >>> result.needed, result.network.widths
    (3, (3, 1))
    """
    chosen = list(dict.fromkeys(forms)) if keep_all else envelope(forms, run)
    rows = fmpq_mat(len(chosen), len(chosen[0]) - 1, [entry for form in chosen for entry in form[:-1]])
    inner = Network((Layer(rows, fmpq_mat(len(chosen), 1, [form[-1] for form in chosen])),))
    tree = compose(maximum_network(len(chosen)), inner)
    net = simplify(tree)
    facts = {
        "representation": "max-affine",
        "theorem": THEOREM,
        "functions": len(forms),
        "needed": len(chosen),
        "size": sum(net.widths),
    }
    return MaximumNetwork(Network(net.layers, facts), tree, len(forms), len(chosen))


def check_maximum(result: MaximumNetwork, forms: Sequence[Form]) -> None:
    """Evaluate the net at some points: a check of the linear programs by something else.

    Raises
    ------
    CheckFailed
        If it is not the maximum of the functions there.
    """
    source = random.Random(_SEED)
    for _ in range(_CHECKS):
        point = [fmpq(source.randint(-_REACH, _REACH), source.randint(1, _REACH)) for _ in forms[0][:-1]]
        values = [sum((a * x for a, x in zip(form[:-1], point, strict=True)), form[-1]) for form in forms]
        if evaluate(result.network, point) != [max(values)]:
            raise CheckFailed(f"the network is not the maximum at ({', '.join(map(str, point))}); please report this")
