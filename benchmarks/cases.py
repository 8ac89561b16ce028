"""What is measured: the rows of the table, with the counts that are known beforehand and the targets that are set.

A net stands for a family: random nets of one shape have alike numbers of cells whatever the seed. The seed is the one, of
the first dozen, for which the [32, 32] net on 4 inputs and the [64, 64] net on 3 have about the numbers of cells for which
targets were set (536,428 and 297,870).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nets import NETS, acas, arrangement, box, cancelling, mnist, random_net, sawtooth, shifted_signs, zonotope

from relupoly import Domain, Network

SEED = 5
ABSENT = "the folder shared/ with the nets is not beside the checkout"


@dataclass(frozen=True)
class Target:
    """A bound on a measured quantity: "seconds", "megabytes" or "bytes_per_cell" from above, "rate" (cells/s) from below."""

    quantity: str
    bound: float

    def text(self) -> str:
        """The target in words."""
        unit = {"seconds": "s", "megabytes": "MB", "bytes_per_cell": "B/cell", "rate": "cells/s"}[self.quantity]
        return f"{'>' if self.quantity == 'rate' else '<'} {self.bound:,g} {unit}"

    def met(self, value: float) -> bool:
        """Whether a measured value meets the target."""
        return value >= self.bound if self.quantity == "rate" else value <= self.bound


@dataclass(frozen=True)
class Case:
    """A row of the table.

    Attributes
    ----------
    section, net, domain, notion : str
        What it is called; together with the jobs they name the row.
    make : callable
        Makes the net and the domain.
    cells : int or None
        The number of activation cells, where it is known from a formula or a published table.
    target : Target or None
    jobs : int or None
        The number of threads; all cores by default.
    radius : int or None
        The box [-radius, radius]^n, which peers are given too.
    extra : bool
        Measured with --all only.
    needs_shared : bool
    deadline : float
        Seconds for one count, where that is more than others get: a target of memory asks for all cells.
    """

    section: str
    net: str
    domain: str
    notion: str
    make: Callable[[], tuple[Network, Domain]]
    cells: int | None = None
    target: Target | None = None
    jobs: int | None = None
    radius: int | None = None
    extra: bool = False
    needs_shared: bool = False
    deadline: float = 0.0

    @property
    def name(self) -> str:
        """What names the row."""
        return " | ".join([self.section, self.net, self.domain, self.notion, *([f"jobs {self.jobs}"] if self.jobs else [])])

    def missing(self) -> str | None:
        """Why the row cannot be measured here, if it cannot."""
        return ABSENT if self.needs_shared and not NETS.is_dir() else None


SHAPES = [
    (2, [16, 16]), (2, [32, 32, 32]), (2, [64, 64]), (2, [128, 128, 128]),
    (3, [16, 16, 16]), (3, [32, 32]), (3, [64, 64]),
    (4, [16, 16]), (4, [32, 32]),
    (5, [12, 12]), (5, [20, 20]),
    (6, [10, 10]), (6, [16, 16]),
    (8, [14]), (8, [10, 10]),
    (10, [16]),
]  # fmt: skip
IN_FULL_SPACE = [(3, [64, 64]), (4, [32, 32]), (5, [12, 12]), (6, [10, 10]), (8, [14]), (8, [10, 10]), (10, [16])]
SECONDS = {
    (2, (128, 128, 128)): 0.15,
    (3, (64, 64)): 0.3,
    (4, (32, 32)): 0.5,
    (8, (14,)): 0.1,
    (10, (16,)): 1.0,
}

TIES: list[tuple[str, Callable[[], Network], int, int | None, float | None]] = [
    ("sawtooth 5^6", lambda: sawtooth(5, 6), 1, 5**6 + 1, None),
    ("zonotope of 16 segments, sawtooth 5^4", lambda: zonotope(2, 16, 5, 4), 2, 32 * 5**4, None),
    ("zonotope of 12 segments, sawtooth 6^3", lambda: zonotope(3, 12, 6, 3), 3, None, None),
    ("zonotope of 9 segments, sawtooth 6^3", lambda: zonotope(4, 9, 6, 3), 4, None, None),
    ("normals {-1,0,1}, shifts -3..3", lambda: shifted_signs(3, 3), 3, None, None),
    ("normals {-1,0,1}, shifts -1..1", lambda: shifted_signs(4, 1), 4, None, None),
    ("normals {-1,0,1}", lambda: arrangement("all_pm1", 4), 4, 5376, None),
    ("normals {-1,0,1}", lambda: arrangement("all_pm1", 5), 5, 1_981_440, 60),
    ("resonance", lambda: arrangement("resonance", 5), 5, 11_292, None),
    ("resonance", lambda: arrangement("resonance", 6), 6, 1_066_044, 30),
    ("threshold", lambda: arrangement("threshold", 5), 6, 94_572, None),
    ("type B", lambda: arrangement("typeB", 6), 6, 46_080, None),
    ("Catalan", lambda: arrangement("catalan", 6), 6, 95_040, None),
    ("semiorder", lambda: arrangement("semiorder", 6), 6, 38_703, None),
    ("Shi", lambda: arrangement("shi", 6), 6, 16_807, None),
]
RATE_DIMENSIONS = (1, 2, 3, 4)


def random_cases() -> Iterator[Case]:
    """Random nets, in a box and in full space."""
    for inputs, widths in SHAPES:
        name = f"{inputs}-{'-'.join(map(str, widths))}"
        bound = SECONDS.get((inputs, tuple(widths)))
        here = Case(
            "random",
            name,
            f"[-10,10]^{inputs}",
            "activation",
            lambda inputs=inputs, widths=widths: (random_net(inputs, widths, SEED), box(inputs)),
            target=Target("seconds", bound) if bound else None,
            radius=10,
        )
        space = replace(
            here,
            domain=f"R^{inputs}",
            make=lambda inputs=inputs, widths=widths: (random_net(inputs, widths, SEED), Domain()),
            target=None,
            radius=None,
            extra=(inputs, widths) not in IN_FULL_SPACE,
        )
        yield from (here, replace(here, notion="open"), space, replace(space, notion="open", extra=True))


def real_cases() -> Iterator[Case]:
    """The ACAS Xu and MNIST nets."""
    known = {("1_1", 3): 71_930, ("3_3", 3): 7935, ("3_3", 4): 1201, ("5_5", 3): 1310, ("5_5", 4): 1549}
    for net in ("1_1", "3_3", "5_5"):
        for number in (3, 4):
            for notion in ("activation", "open"):
                yield Case(
                    "real",
                    f"ACAS Xu {net}",
                    f"property {number}",
                    notion,
                    lambda net=net, number=number: acas(net, number),
                    cells=known.get((net, number)),
                    target=Target("seconds", 2 if (net, number) == ("1_1", 3) else 0.5),
                    needs_shared=True,
                )
    for notion in ("activation", "open"):
        yield Case("real", "MNIST 784-256-256-10", "plane", notion, mnist, 47_456, Target("seconds", 1), needs_shared=True)


def tie_cases() -> Iterator[Case]:
    """Families that meet exact ties all the time."""
    for name, make, dimension, cells, seconds in TIES:
        target = Target("seconds", seconds) if seconds else None
        if not target and dimension in RATE_DIMENSIONS:
            target = Target("rate", 200_000)
        for notion in ("activation", "open"):
            yield Case("ties", name, f"R^{dimension}", notion, lambda make=make: (make(), Domain()), cells, target)


def notion_cases() -> Iterator[Case]:
    """The notions that keep something of cells; in folded nets and those with cells of one function, too."""
    for notion in ("affine", "closed", "patterns"):
        for inputs, widths in [(2, [128, 128, 128]), (3, [64, 64]), (4, [16, 16])]:
            yield Case(
                "notions", f"{inputs}-{'-'.join(map(str, widths))}", f"[-10,10]^{inputs}", notion,
                lambda inputs=inputs, widths=widths: (random_net(inputs, widths, SEED), box(inputs)), radius=10,
            )  # fmt: skip
    for notion in ("affine", "closed"):
        yield Case(
            "notions", "zonotope of 16 segments, sawtooth 5^4", "R^2", notion,
            lambda: (zonotope(2, 16, 5, 4), Domain()), 32 * 5**4,
        )  # fmt: skip
    yield Case("notions", "3-32-32 behind 8 pairs", "[-10,10]^3", "affine", lambda: (cancelling(3, 8, [32, 32]), box(3)))


def memory_cases() -> Iterator[Case]:
    """More than ten million generic cells; and what a cell costs where something of every cell is kept."""
    for notion in ("activation", "open"):
        yield Case(
            "memory", "4-64-64", "[-10,10]^4", notion,
            lambda: (random_net(4, [64, 64], SEED), box(4)), target=Target("megabytes", 500), radius=10, deadline=240,
        )  # fmt: skip
    for inputs, widths in [(4, [64, 64]), (3, [160, 160])]:
        yield Case(
            "memory", f"{inputs}-{'-'.join(map(str, widths))}", f"[-10,10]^{inputs}", "affine",
            lambda inputs=inputs, widths=widths: (random_net(inputs, widths, SEED), box(inputs)),
            target=Target("bytes_per_cell", 24), radius=10, deadline=240,
        )  # fmt: skip


def thread_cases() -> Iterator[Case]:
    """The same count by one thread and by two."""
    for jobs in (1, 2):
        for inputs, widths in [(2, [128, 128, 128]), (4, [32, 32]), (6, [16, 16])]:
            yield Case(
                "threads", f"{inputs}-{'-'.join(map(str, widths))}", f"[-10,10]^{inputs}", "activation",
                lambda inputs=inputs, widths=widths: (random_net(inputs, widths, SEED), box(inputs)), jobs=jobs, radius=10,
            )  # fmt: skip
        yield Case("threads", "ACAS Xu 1_1", "property 3", "activation", lambda: acas("1_1", 3), jobs=jobs, needs_shared=True)


def all_cases() -> list[Case]:
    """All rows, in the order of the table."""
    return [*random_cases(), *real_cases(), *tie_cases(), *notion_cases(), *memory_cases(), *thread_cases()]
