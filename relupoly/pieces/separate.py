"""Counting in several domains that do not touch: the counts of notions that are sums over connected sets add up.

A cell or a piece lies in one of the domains, so it is counted once: a pattern that occurs in two of them has a cell in each. An
affine function or a pattern, taken by itself, may occur in two of them and would be counted twice; these notions are refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relupoly.errors import InputError
from relupoly.geometry.separate import SeparateDomains
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.counting.piece_count import PieceCount
from relupoly.pieces.notions import ACTIVATION, CLOSED, OPEN, STRICT
from relupoly.run import UNLIMITED, Run

ADDITIVE = (OPEN, ACTIVATION, CLOSED, STRICT)


def check_additive(notion: str) -> None:
    """Raise unless counts under a notion add up over domains that do not touch.

    Raises
    ------
    InputError
        If they do not.
    """
    if notion not in ADDITIVE:
        raise InputError(
            f"the counts of several separate sets do not add up under {notion}: the same affine function or pattern may occur "
            f"in two of them; choose among {', '.join(ADDITIVE)}, or give one file for each"
        )


def count_separately(
    network: Network,
    domains: SeparateDomains,
    notion: str = OPEN,
    *,
    limit: int | None = None,
    run: Run = UNLIMITED,
    **options: Any,
) -> PieceCount:
    """Count the affine pieces of a net in domains that do not touch, one after the other.

    Parameters are those of `count_pieces`; `limit` and `run` are for all domains together.

    Raises
    ------
    InputError
        If the notion is one whose counts do not add up.

    Examples
    --------
    >>> from relupoly.geometry.domain import Domain
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> count_separately(absolute_value, SeparateDomains((Domain.box([-2], [1]), Domain.box([2], [3])))).pieces
    3
    """
    check_additive(notion)
    total: PieceCount | None = None
    for domain in domains.parts:
        cells = total.cells if total else 0
        found = count_pieces(
            network,
            domain,
            notion,
            limit=None if limit is None else limit - cells,
            run=run.reporting(lambda seen, before=cells: run.progress(before + seen)),  # type: ignore[misc]
            **options,
        )
        total = _sum(total, found) if total else found
        if not total.complete:
            break
    assert total is not None, "there is a domain"
    return replace(total, domain=domains)


def _sum(one: PieceCount, other: PieceCount) -> PieceCount:
    """The counts of two domains as one; under the notions that both have and that add up."""
    both = [name for name in ADDITIVE if name in one.counts and name in other.counts]
    return replace(
        other,
        counts={name: one.counts[name] + other.counts[name] for name in both},
        cells=one.cells + other.cells,
        certified=one.certified and other.certified,
        exact_predicates=one.exact_predicates + other.exact_predicates,
        seconds=one.seconds + other.seconds,
    )
