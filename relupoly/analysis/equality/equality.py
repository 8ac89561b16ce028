"""Are two nets the same function? Decided exactly, with a rational point as proof where they are not.

Nets with the same layers are equal, and a few points often tell others apart. Where neither decides, the difference of the nets
is one net, and the question is whether it vanishes (`relupoly.analysis.equality.vanishing`). Where it does not, any point with
another value proves it, so the point is rounded to the simplest one that still does.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from flint import fmpq

from relupoly.analysis.equality.vanishing import nonzero_point
from relupoly.analysis.samples import contains, sample, simplest, sparsest
from relupoly.errors import NetworkError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict, subtract
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run, Stopped

# So few cost less than to make one net of two, and most nets that differ do so nearly everywhere.
_FIRST_SAMPLES = 4


@dataclass(frozen=True)
class Witness:
    """A point where two nets differ.

    Attributes
    ----------
    point : tuple of fmpq, length n_in
    values : pair of tuples of fmpq, each of length n_out
        The outputs of the two nets there.
    """

    point: tuple[fmpq, ...]
    values: tuple[tuple[fmpq, ...], tuple[fmpq, ...]]


def difference(
    network: Network,
    other: Network,
    domain: Domain | DomainUnion | None = None,
    *,
    run: Run = UNLIMITED,
) -> Witness | None:
    """A point of a domain where two nets differ; None if they are the same function there.

    Parameters
    ----------
    network, other : Network
        With equally many inputs, and equally many outputs.
    domain : Domain or DomainUnion, optional
        All of R^n by default. On a union the nets are the same function if they are on each part.
    run : Run, optional
        Its progress is told the number of cells seen, at every cell.

    Raises
    ------
    NetworkError
        If the nets have different numbers of inputs or outputs.
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them, and the nets do not differ at any point that was tried.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> twice_positive = Network.from_rows([([[1]], None), ([[2]], None)])
    >>> difference(absolute_value, twice_positive)
    Witness(point=(-1,), values=((1,), (0,)))
    >>> difference(absolute_value, absolute_value) is None
    True

    Notes
    -----
    The problem is coNP-complete for nets with two hidden layers, and polynomial for one. A rational point always exists where
    the nets differ: the difference is affine with rational coefficients on each of finitely many rational polyhedra.
    """
    if isinstance(domain, DomainUnion):
        return _difference_on_a_union(network, other, domain, run)
    domain = domain or Domain()
    _check_shapes(network, other)
    domain.check_dimension(network.input_dim)
    if network == other:
        return None
    one, two = (restrict(net, domain.subspace) if domain.subspace else net for net in (network, other))
    inner = Domain(domain.polyhedron)

    def differ(point: list[fmpq]) -> bool:
        run.tick()
        return contains(inner, point) and evaluate(one, point) != evaluate(two, point)

    samples = itertools.islice(sample(inner, one.input_dim, run), _FIRST_SAMPLES)
    found = next(filter(differ, samples), None) or nonzero_point(subtract(one, two), inner, run=run)
    if found is None:
        return None
    point = _shortened(found, differ)
    if domain.subspace:
        point = domain.subspace.at(point)
    return Witness(tuple(point), (tuple(evaluate(network, point)), tuple(evaluate(other, point))))


def _shortened(point: list[fmpq], differ: Callable[[list[fmpq]], bool]) -> list[fmpq]:
    """A point near by that is easier to read; where the time is over, what is found by then proves as much."""
    with contextlib.suppress(Stopped):
        point = simplest(point, differ)
        point = sparsest(point, differ)
    return point


def _difference_on_a_union(network: Network, other: Network, union: DomainUnion, run: Run) -> Witness | None:
    seen = 0
    for part in union.parts:
        before = seen

        def told(cells: int, before: int = before) -> None:
            nonlocal seen
            seen = before + cells
            run.progress(seen)

        witness = difference(network, other, part, run=run.reporting(told))
        if witness:
            return witness
    return None


def _check_shapes(network: Network, other: Network) -> None:
    for noun, first, second in (
        ("input", network.input_dim, other.input_dim),
        ("output", network.output_dim, other.output_dim),
    ):
        if first != second:
            raise NetworkError(
                f"the first network has {first} {noun}{'s' * (first != 1)}, but the second has {second}; "
                "functions on different spaces cannot be compared"
            )
