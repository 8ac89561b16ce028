"""`DomainUnion`: the union of several domains, as one place to count in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.frames import Frame, are_apart, frames
from relupoly.geometry.meeting import touch
from relupoly.geometry.subspace import AffineSubspace
from relupoly.run import UNLIMITED, Run

_MOST_NAMED = 3  # in the name, which is to stay on a line

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class DomainUnion:
    """The union of domains of equal dimension.

    Attributes
    ----------
    parts : tuple of Domain
        They may be disjoint, touch, or overlap, and one may lie in another.

    Raises
    ------
    DomainError
        If there is none, or their dimensions differ: cells of a lower dimension than others are none.

    Examples
    --------
    >>> DomainUnion((Domain.box([0], [1]), Domain.box([2], [3]))).name
    '2 separate sets: box 0 1; box 2 3'
    >>> DomainUnion((Domain.box([0], [2]), Domain.box([2], [3]))).name
    'union of 2 sets: box 0 2; box 2 3'
    """

    parts: tuple[Domain, ...]
    _known: dict[str, Groups] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.parts:
            raise DomainError("there is no domain; give at least one")
        dimensions = {part.dimension for part in self.parts}
        if len(dimensions) > 1:
            shown = " and ".join(map(str, sorted(one or 0 for one in dimensions)))
            raise DomainError(
                f"the separate sets have dimensions {shown}, so their cells differ in kind; give one file for each"
            )

    @property
    def name(self) -> str:
        """What the parts are called, the first ones by name."""
        if len(self.parts) == 1:
            return self.parts[0].name
        shown = [part.name for part in self.parts[:_MOST_NAMED]] + ["..."] * (len(self.parts) > _MOST_NAMED)
        separate = len(self.groups()) == len(self.parts)
        return f"{f'{len(self.parts)} separate sets' if separate else f'union of {len(self.parts)} sets'}: {'; '.join(shown)}"

    def frames(self) -> tuple[Frame, ...]:
        """The affine subspaces that parts span, each with its parts in its own coordinates."""
        return self._frames

    @cached_property
    def _frames(self) -> tuple[Frame, ...]:
        return frames(self.parts)

    @property
    def subspaces(self) -> tuple[AffineSubspace | None, ...]:
        """The affine subspaces that parts span, in the order of the first part of each; None for the whole space.

        Examples
        --------
        >>> lines = [AffineSubspace.through([[0, height], [1, height]]) for height in (0, 1, 0)]
        >>> [line.origin.table() for line in DomainUnion(tuple(Domain(None, line) for line in lines)).subspaces]
        [[[0], [0]], [[0], [1]]]
        """
        return tuple(frame.subspace for frame in self._frames)

    def groups(self, run: Run = UNLIMITED) -> Groups:
        """The parts by number, those together that hang together as closed sets; the first parts first.

        Raises
        ------
        DomainError
            If parts in different subspaces touch: their cells meet as no sets of one space do.

        Examples
        --------
        >>> DomainUnion(tuple(Domain.box([low], [low + 1]) for low in (0, 5, 1))).groups()
        ((0, 2), (1,))
        """
        if "groups" not in self._known:
            self._known["groups"] = self._find_groups(run)
        return self._known["groups"]

    def _find_groups(self, run: Run) -> Groups:
        label = list(range(len(self.parts)))
        found = self.frames()
        for frame in found:
            members = list(zip(frame.numbers, frame.polyhedra, strict=True))
            for (one, first), (other, second) in combinations(members, 2):
                run.tick()
                if label[one] != label[other] and (first is None or second is None or touch(first, second, run)):
                    old, new = sorted((label[one], label[other]), reverse=True)
                    label = [new if entry == old else entry for entry in label]
        for frame, beside in combinations(found, 2):
            self._check_apart(frame.numbers, beside.numbers, run)
        return tuple(tuple(one for one, own in enumerate(label) if own == name) for name in sorted(set(label)))

    def _check_apart(self, numbers: Sequence[int], others: Sequence[int], run: Run) -> None:
        for one in numbers:
            for other in others:
                if not are_apart(self.parts[one], self.parts[other], run):
                    raise DomainError(
                        f"sets {one + 1} and {other + 1} touch or cross, but lie in different subspaces, so their union has "
                        "no cells; give one file for each"
                    )
