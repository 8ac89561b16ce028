"""`LipschitzSearch`: the largest gradient on a domain, set by set: by a look at all cells and, on boxes, by branch and bound.

Nobody knows beforehand which is faster: where most of the domain is not steep, or inputs are few, branch and bound leaves most
cells out; where all is about as steep, or with many inputs, it bounds more boxes than there are cells. So after a second, in
which a look sees some 30,000 to 300,000 cells, both go on in turns, each with the largest gradient that either has found, until
one of them is done. Stopped, the search tells the better of the bounds of all boxes that are left, and of all paths.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from math import isfinite
from typing import Any

from flint import fmpq

from relupoly.analysis.branching.answers import OnBox
from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.steepness import steepest
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.by_boxes import SteepestOnBox
from relupoly.analysis.lipschitz.double_norms import DoubleNorms
from relupoly.analysis.lipschitz.largest_gradient import LargestGradient
from relupoly.analysis.lipschitz.norms import GradientNorm
from relupoly.analysis.over_cells import each_block
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run, Stopped

# Seconds in which all cells are looked at before branch and bound begins: it takes a while to be better.
_ALONE = 1.0
# Then it looks so many times as long as boxes are bounded: on random nets of two layers of 64 a look is done first, while
# bounds of boxes are what is known when it takes too long. So the search takes a third longer than the look, or four times as
# long as branch and bound, at most.
_SHARE = 3


class LipschitzSearch:
    """The search on a domain.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion
    norm : number
        As for `relupoly.lipschitz`.

    Attributes
    ----------
    on_all : LargestGradient or None
        Where the domain is one convex set, what a look at all cells may tell of them, instead of `run`.

    Raises
    ------
    NumberError
        If there is no such norm, or none that is computed for so many outputs.
    DomainError
        If a set lies in a space of another dimension.
    """

    def __init__(self, network: Network, domain: Domain | DomainUnion, norm: Any) -> None:
        self._is_union = isinstance(domain, DomainUnion)
        sets = domain.parts if isinstance(domain, DomainUnion) else (domain,)
        self._parts = [_OnSet(network, one, norm) for one in sets]
        self.on_all = None if self._is_union else self._parts[0].gradient

    @property
    def cells(self) -> int:
        """How many cells were seen in looks at all of them."""
        return sum(one.cells for one in self._parts)

    @property
    def boxes(self) -> int:
        """How many boxes were bounded."""
        return sum(one.boxes for one in self._parts)

    @property
    def found(self) -> Lipschitz | None:
        """The constant, or bounds of it where the search was stopped; None where no cell was seen."""
        return self.after_look(False)

    def after_look(self, seen_all: bool) -> Lipschitz | None:
        """The same after a look at all cells for `on_all`, which has seen them or has not."""
        if not self._is_union:
            return self._parts[0].found(seen_all)
        both = [(number, one, one.found(False)) for number, one in enumerate(self._parts, 1)]
        seen = [found.of_part(number, one.domain.name) for number, one, found in both if found is not None]
        unseen = [one.at_most() for _, one, found in both if found is None]
        return Lipschitz.largest(seen, max(unseen, default=None)) if seen else None

    def run(self, run: Run = UNLIMITED) -> None:
        """Look until nothing can be steeper.

        Raises
        ------
        Stopped
            If the run is stopped; each set has its share of the time that is left.
        """
        stop: Stopped | None = None
        for number, one in enumerate(self._parts):
            share = None if run.left is None else run.left / (len(self._parts) - number)
            before = self.cells + self.boxes
            inner = run if share is None else run.within(share)
            try:
                one.run(inner.reporting(partial(_more, run, before)))
            except Stopped as found:
                stop = found
                if found.reason == "interrupted":
                    break
        if stop:
            raise stop


def _more(run: Run, before: int, seen: int) -> None:
    """Tell how many cells and boxes there were, those of earlier sets counted."""
    run.progress(before + seen)


class _OnSet:
    """The search on a convex set."""

    def __init__(self, network: Network, domain: Domain, norm: Any) -> None:
        domain.check_dimension(network.input_dim)
        self._network, self.domain = network, domain
        self.gradient = LargestGradient(GradientNorm(norm, network.output_dim, domain.subspace))
        self.cells = 0
        self._by_boxes: SteepestOnBox | None = None
        self._is_done = False
        # Not with parameters of a subspace, whose Jacobians are those of another net.
        self._may_branch = bool(network.hidden) and domain.subspace is None and DoubleNorms.are_known(self.gradient.norm)

    @property
    def boxes(self) -> int:
        """How many were bounded."""
        return self._by_boxes.boxes if self._by_boxes else 0

    def found(self, seen_all: bool) -> Lipschitz | None:
        """The constant, or bounds of it where not all cells were seen."""
        found = self.gradient.found
        return found if found is None or seen_all or self._is_done else found.below(self.at_most())

    def at_most(self) -> fmpq:
        """What the constant is at most, by bounds of boxes, and by what derivatives by inputs are at most."""
        norm = self.gradient.norm.in_all_directions()
        _, upper = norm.root(norm.measure(steepest(self._network, self.domain)))
        if self._by_boxes and isfinite(most := self._by_boxes.most):
            square = fmpq(*most.as_integer_ratio())
            upper = min(upper, norm.root((square, square))[1])
        return upper

    def run(self, run: Run) -> None:
        """Look until nothing can be steeper."""
        cells = each_block(self._network, self.domain, [self.gradient], run)
        start = time.perf_counter()
        in_look = in_boxes = 0.0
        while not self._is_done:
            began = time.perf_counter()
            if in_look <= max(_ALONE, _SHARE * in_boxes) or not self._can_branch():
                self._look(cells)
                in_look += time.perf_counter() - began
            else:
                assert self._by_boxes is not None
                self._by_boxes.step(run)
                self._is_done = self._by_boxes.is_done
                in_boxes += time.perf_counter() - began
            run.progress(self.cells + self.boxes)
        run.detail(f"largest gradient in {time.perf_counter() - start:.2f} s: {self.cells} cells, {self.boxes} boxes")

    def _look(self, cells: Iterator[int]) -> None:
        """Look at some more cells."""
        for self.cells in cells:
            return
        self._is_done = True

    def _can_branch(self) -> bool:
        """Whether branch and bound goes on beside the look; it begins when it is asked for."""
        if self._by_boxes is None and self._may_branch:
            where = OnBox.of(self._network, self.domain)
            gradients = DoublesGradients.of(self._network) if where else None
            if where and gradients:
                self._by_boxes = SteepestOnBox(where, gradients, self.gradient)
            self._may_branch = self._by_boxes is not None
        return self._by_boxes is not None
