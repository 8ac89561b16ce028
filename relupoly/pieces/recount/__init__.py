"""The independent recount: an oracle for the engine.

The walk over cones reads everything from the signs of rows on rays. The recount shares no code with it and knows no
rays: it goes depth first through the neurons in layer order, keeps the inequalities of the set that it is in and one
point of it, and asks an exact linear program whether the set reaches the other side of a
neuron's hyperplane. Nearly all the rest is `fractions.Fraction` in plain Python. When two methods that can only
fail in different ways agree on a number, that is good evidence for it.

It is slow: a linear program for most neurons of each cell, all in rationals. On one core it finds 50 to 1,000 cells a
second in random nets with 2 to 4 inputs and 20 to 100 neurons, and 8 to 15 in an ACAS Xu net with 300. Cells with the
same function cost a linear program for each of their walls and for each pair that may share a facet, and `closed` one
for each pair of cells that meet {f = g} where g has several open pieces: quadratic, where the walk is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from relupoly.errors import InputError, SizeError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount.merging import closed_pieces, open_pieces
from relupoly.pieces.recount.search import Map, Search, SignSet
from relupoly.run import UNLIMITED, Run

# The inequalities of a box in R^n are 2 n (n + 1) fractions, of which a linear program changes each n times: at 500, minutes.
MOST_COORDINATES = 500


def check_coordinates(network: Network, domain: Domain) -> None:
    """Refuse a domain with so many coordinates that not even its first linear program would end.

    Raises
    ------
    SizeError
        If there are more than 500.
    """
    coordinates = domain.dimension or network.input_dim
    if coordinates > MOST_COORDINATES:
        raise SizeError(
            f"the recount by exact linear programs has no end in {coordinates} coordinates, {MOST_COORDINATES} are the most; "
            "leave --check out, or count on a subspace with --through"
        )


def recount(
    network: Network,
    domain: Domain | None = None,
    notions: Sequence[str] = ("open",),
    run: Run = UNLIMITED,
) -> dict[str, int]:
    """The numbers of regions of a net, by linear programs over sign patterns.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    notions : sequence of str
        Any of `NOTIONS`.
    run : Run
        Its progress is the number of cells (or patterns, while those are counted).

    Returns
    -------
    dict of str to int
        The count under each of the notions.

    Raises
    ------
    InputError
        If a notion is unknown or the domain does not fit the network.
    SizeError
        If the domain has more than 500 coordinates.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> recount(absolute_value, notions=("open", "patterns"))
    {'open': 2, 'patterns': 3}
    """
    for notion in notions:
        if notion not in NOTIONS:
            raise InputError(f'"{notion}" is no notion of region; choose among {", ".join(NOTIONS)}')
    domain = domain or Domain()
    domain.check_dimension(network.input_dim)
    check_coordinates(network, domain)
    search = Search.of(network, domain, run)
    counts = {}
    if "patterns" in notions:
        counts["patterns"] = sum(1 for _ in _reported(search.sets(interior=False), run))
    if set(notions) - {"patterns"}:
        cells = list(_reported(search.sets(interior=True), run))
        counts |= _counts_of_cells(cells, notions, run)
    return {notion: counts[notion] for notion in notions}


def _reported(sets: Iterable[SignSet], run: Run) -> Iterator[SignSet]:
    for number, found in enumerate(sets, 1):
        run.progress(number)
        yield found


def _counts_of_cells(cells: list[SignSet], notions: Sequence[str], run: Run) -> dict[str, int]:
    """The counts that the full-dimensional cells tell; their forms are the outputs."""
    groups: defaultdict[Map, list[SignSet]] = defaultdict(list)
    for cell in cells:
        groups[cell.forms].append(cell)
    counts = {"activation": len(cells), "affine": len(groups), "strict": sum(not cell.vanishing for cell in cells)}
    if "open" in notions or "closed" in notions:
        pieces = {function: open_pieces(group, run) for function, group in groups.items()}
        counts["open"] = sum(pieces.values())
    if "closed" in notions:
        counts["closed"] = sum(closed_pieces(function, cells, run) if count > 1 else 1 for function, count in pieces.items())
    return counts
