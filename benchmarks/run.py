"""Time the engine, and beside it the independent recount by linear programs, on the same nets in one run.

Each figure is the median of five runs, on all cores. The recount is timed on the nets with few cells only; the last column
is its time divided by the engine's. Run with `make bench`.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable

from nets import random_net, sawtooth, type_b, zonotope

from relupoly import Domain, Network, count_pieces
from relupoly.pieces.recount import recount

RUNS = 5
FEW_CELLS = 600

CASES: list[tuple[str, Network, float | None]] = [
    ("random 2-16-16", random_net(2, [16, 16]), None),
    ("random 2-32-32-32", random_net(2, [32, 32, 32]), 10),
    ("random 3-8-8", random_net(3, [8, 8]), None),
    ("random 3-16-16", random_net(3, [16, 16]), None),
    ("random 2-128-128-128", random_net(2, [128, 128, 128]), 10),
    ("random 3-64-64", random_net(3, [64, 64]), 10),
    ("random 4-16-16", random_net(4, [16, 16]), None),
    ("random 4-32-32", random_net(4, [32, 32]), 10),
    ("random 5-12-12", random_net(5, [12, 12]), 10),
    ("random 6-10-10", random_net(6, [10, 10]), 10),
    ("random 8-14", random_net(8, [14]), 10),
    ("sawtooth 5^4", sawtooth(5, 4), None),
    ("zonotope 2,4 3^3", zonotope(2, 4, 3, 3), None),
    ("zonotope 3,5 2^3", zonotope(3, 5, 2, 3), None),
    ("type B, n=4", type_b(4), None),
    ("type B, n=5", type_b(5), None),
]


def median_seconds(work: Callable[[], object]) -> float:
    """The median time of five runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {RUNS} runs")
    titles = f"{'net':<21} {'domain':<10} {'cells':>7} {'pieces':>7} {'s':>8} {'cells/s':>8} {'exact':>7}"
    print(f"{titles} {'LP cells/s':>11} {'ratio':>7}")
    for name, net, radius in CASES:
        domain = Domain() if radius is None else Domain.box([-radius] * net.input_dim, [radius] * net.input_dim)
        result = count_pieces(net, domain)
        seconds = median_seconds(lambda net=net, domain=domain: count_pieces(net, domain))
        row = (
            f"{name:<21} {domain.name:<10} {result.cells:>7} {result.pieces:>7} {seconds:>8.3f} {result.cells / seconds:>8.0f}"
        )
        row += f" {result.exact_predicates:>7}"
        if result.cells <= FEW_CELLS:
            slow = median_seconds(lambda net=net, domain=domain: recount(net, domain, ("activation",)))
            row += f" {result.cells / slow:>11.0f} {slow / seconds:>7.0f}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
