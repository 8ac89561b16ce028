"""Counting the pieces of a net under every notion: the face of the engine.

A count is a plan whose tasks are done one after the other (`relupoly.pieces.counting`). Here there is one task, and no file.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.counting.driver import drive, take_all
from relupoly.pieces.counting.part import Part
from relupoly.pieces.counting.piece_count import PieceCount
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.notions import OPEN
from relupoly.run import UNLIMITED, Run
from relupoly.run.cores import threads_for

if TYPE_CHECKING:
    from relupoly.geometry.union import DomainUnion


def count_pieces(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    notion: str = OPEN,
    *,
    limit: int | None = None,
    jobs: int | None = None,
    run: Run = UNLIMITED,
) -> PieceCount:
    """Count the affine pieces of a net exactly.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default. A union is one set (`relupoly.pieces.unions`).
    notion : str
        One of `relupoly.pieces.notions.NOTIONS`, or "all".
    limit : int, optional
        Stop when there are more cells than this.
    jobs : int, optional
        The number of threads; by default one for each core, at most two. The count is the same for every number.
    run : Run, optional
        With a deadline, a question whether to stop, and somebody who is told the number of cells seen, now and then.

    Returns
    -------
    PieceCount
        Partial, with `complete` False, where the count was stopped.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension than the net's input.
    InputError
        If there is no such notion.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> count_pieces(absolute_value).pieces
    2

    Notes
    -----
    The notions are those of Stargalla, Hertrich and Reichman (2025); "open" is what Arora, Basu, Mianjy and Mukherjee
    (2018) count as pieces. A net without hidden layer has one piece under each of them.
    """
    if domain is not None and not isinstance(domain, Domain):
        from relupoly.pieces.unions.count import count_union

        return count_union(network, domain, notion, limit=limit, jobs=jobs, run=run)
    start = time.perf_counter()
    domain = domain or Domain()
    parts = pointed_parts(network, domain)
    if len(parts) > 1:
        from relupoly.geometry.union import DomainUnion
        from relupoly.pieces.unions.count import count_union

        found = count_union(network, DomainUnion(parts), notion, limit=limit, jobs=jobs, run=run)
        return replace(found, domain=domain, seconds=time.perf_counter() - start)
    part = Part(Plan(network, domain, notion))
    drive(part, lambda: take_all(part, limit, threads_for(jobs), run), jobs, run, start)
    return part.count()
