"""The notions of linear region, by name.

The literature says "linear region" for different things (Stargalla, Hertrich, Reichman, "The Computational Complexity of
Counting Linear Regions in ReLU Neural Networks", 2025). These are the ones that are counted here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from relupoly.errors import InputError

OPEN = "open"
ACTIVATION = "activation"
AFFINE = "affine"
CLOSED = "closed"
PATTERNS = "patterns"
STRICT = "strict"
ALL = "all"

WORDS = {
    OPEN: "maximal open connected sets on which the function is affine",
    ACTIVATION: "full-dimensional activation cells",
    AFFINE: "distinct affine functions",
    CLOSED: "maximal closed connected sets on which the function is affine",
    PATTERNS: "activation patterns that occur, on sets of any dimension",
    STRICT: "cells with a strict sign for every neuron",
}

NOUNS = {
    OPEN: "affine piece",
    ACTIVATION: "activation cell",
    AFFINE: "affine function",
    CLOSED: "closed affine piece",
    PATTERNS: "activation pattern",
    STRICT: "strict activation cell",
}

NOTIONS = tuple(WORDS)

# A cell or a piece lies in one of several sets that do not touch, so these counts add up over the sets; an affine function or a
# pattern may occur in two of them.
ADDITIVE = (OPEN, ACTIVATION, CLOSED, STRICT)


def check_affine(asked: Collection[str], subspaces: int, among: Sequence[str] = NOTIONS) -> None:
    """Refuse `affine` where sets lie in several subspaces.

    Whatever the affine functions on two skew lines are, they are parts of one affine function of the space: so whether they are
    the same is no question there.

    Parameters
    ----------
    asked : collection of str
        The notions.
    subspaces : int
        How many there are.
    among : sequence of str
        What else may be asked for.

    Raises
    ------
    InputError
        It says which notions are left.
    """
    if AFFINE in asked and subspaces > 1:
        raise InputError(
            "the sets lie in different subspaces, where the same affine function cannot be told from others; choose among "
            f"{', '.join(name for name in among if name != AFFINE)}, or give one file for each"
        )


def counted_notions(notion: str) -> tuple[str, ...]:
    """The notions to count where one is asked for: itself, or all, `open` first.

    Examples
    --------
    >>> counted_notions("closed")
    ('closed',)

    Raises
    ------
    InputError
        If there is no such notion.
    """
    if notion != ALL and notion not in NOTIONS:
        raise InputError(f'"{notion}" is no notion of region; choose among {", ".join(NOTIONS)}, or "{ALL}"')
    return NOTIONS if notion == ALL else (notion,)
