"""`Bound`: a theorem about the number of regions of a net with given widths, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

NOTIONS = ("open", "activation", "affine", "closed", "patterns", "strict")
"""The notions of region, as `relupoly.pieces.notions` names them."""

CELLS = ("activation", "patterns", "strict")
"""Those that tell activation cells apart although the function may be the same on them."""


@dataclass(frozen=True)
class Bound:
    """A bound on the number of regions of nets with given widths.

    Attributes
    ----------
    name : str
    formula : callable
        (input dimension, hidden widths) -> the bound, or None where the precondition fails. That of an upper bound also takes
        how many neurons of each hidden layer are linear.
    reference : str
        The paper and the theorem.
    precondition : str
        What the widths must satisfy, in words; empty for nothing.
    notions : tuple of str
        The notions of region that it bounds.
    """

    name: str
    formula: Callable[..., int | None]
    reference: str
    precondition: str = ""
    notions: tuple[str, ...] = NOTIONS

    def __call__(self, input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int | None:
        """The bound for an architecture, or None where the precondition fails.

        Parameters
        ----------
        input_dim : int
        widths : sequence of int
        linear : sequence of int, optional
            For an upper bound, how many neurons of each hidden layer are linear.
        """
        return self.formula(input_dim, widths) if linear is None else self.formula(input_dim, widths, linear)


def table(*bounds: Bound) -> dict[str, Bound]:
    """Bounds by name, in the order given."""
    return {bound.name: bound for bound in bounds}


def best(
    bounds: Mapping[str, Bound],
    values: Mapping[str, int | None],
    choose: Callable[[Sequence[int]], int],
    notion: str = "activation",
) -> str | None:
    """The name of the best bound on a notion, the first one of equals; None where there is none.

    Parameters
    ----------
    bounds : mapping of str to Bound
    values : mapping of str to int or None
    choose : callable
        `min` for upper bounds, `max` for lower ones.
    notion : str

    Examples
    --------
    >>> known = table(Bound("weak", lambda n, widths: 9, "folklore"), Bound("strong", lambda n, widths: 5, "folklore"))
    >>> best(known, {"weak": 9, "strong": 5}, min)
    'strong'
    """
    usable = {name: value for name, value in values.items() if value is not None and notion in bounds[name].notions}
    if not usable:
        return None
    winner = choose(list(usable.values()))
    return next(name for name, value in usable.items() if value == winner)
