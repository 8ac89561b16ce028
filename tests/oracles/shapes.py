"""The shape of a net by its definitions, over all pairs of cells of `brute_force`: no facets, no tangents."""

from __future__ import annotations

from oracles.brute_force import feasible, full_cells

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network


def is_convex(network: Network, domain: Domain, side: int = 1) -> bool:
    """Whether the affine map of each cell lies nowhere above the first output, or for side -1 below."""
    cells = _cells(network, domain)
    return not any(
        _meet(inside, [_scaled(side, _minus(one, other))]) for one, _ in cells for other, inside in cells if one != other
    )


def is_monotone(network: Network, domain: Domain, place: int, side: int) -> bool:
    """Whether no cell has a slope of the other sign."""
    return all(side * form[place] >= 0 for form, _ in _cells(network, domain))


def is_injective(network: Network, domain: Domain) -> bool:
    """Whether no two cells, or one, have two points with the same value; of two variables, x in one and y in the other."""
    cells = _cells(network, domain)
    return not any(
        feasible(
            [((a, 0, c), True) for a, c in inside] + [((0, a, c), True) for a, c in beside] + [((-1, 1, 0), True)],
            [(one[0], -other[0], one[1] - other[1])],
        )
        for one, inside in cells
        for other, beside in cells
    )


def scales(network: Network, domain: Domain, factor: int, value: int) -> bool:
    """Whether f(factor x) = value f(x) wherever both points lie in the domain."""
    cells = _cells(network, domain)
    for one, inside in cells:
        for other, beside in cells:
            images = [_at_multiple(form, factor) for form in beside]
            if _scaled(value, one) != _at_multiple(other, factor) and _meet(inside, images):
                return False
    return True


def _cells(network, domain):
    return [(cell.outputs[0], inside) for cell, inside in full_cells(network, domain)]


def _meet(one, other):
    return feasible([(form, True) for form in [*one, *other]])


def _at_multiple(form, factor):
    return (*(factor * entry for entry in form[:-1]), form[-1])


def _scaled(factor, form):
    return tuple(factor * entry for entry in form)


def _minus(one, other):
    return tuple(x - y for x, y in zip(one, other, strict=True))
