"""Measure one row of the table, in a process of its own: `run.py` starts it, and reads the JSON that it prints.

The engine is loaded, and has counted a small net, before the clock starts; so neither imports nor compiling are timed. The
peak memory is that of this process alone (`VmHWM`; a child's `ru_maxrss` would start at its parent's), and what it was
before the first run is noted too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import sys
import time
from pathlib import Path

SHORT, LONG = 3.0, 10.0


def peak_megabytes() -> float:
    """The largest resident set of this process so far."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def repeats(first: float, wanted: int) -> int:
    """How many runs, the first included: fewer of those that take long."""
    if first > LONG:
        return 1
    return min(wanted, 3) if first > SHORT else wanted


def main() -> None:
    """Measure the row that is named and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--deadline", type=float, required=True)
    options = parser.parse_args()

    from cases import all_cases
    from many_inputs import SECTION, many_inputs_cases
    from peers import all_matches

    from relupoly import Network, count_pieces
    from relupoly.pieces.constraints.compiled import compile_ahead as compile_constraints
    from relupoly.pieces.walk.driver import compile_ahead
    from relupoly.run import Run

    ours = (match.ours for match in all_matches())
    case = next(case for case in itertools.chain(all_cases(), many_inputs_cases(), ours) if case.name == options.name)
    net, domain = case.make()
    compile_ahead()
    if case.section == SECTION:
        compile_constraints()
    for weight in (1 / 3, 1):
        count_pieces(Network.from_rows([([[weight, 2], [1, -1]], [1, 2]), ([[1, 1]], None)]), notion=case.notion)
    before = peak_megabytes()
    seconds: list[float] = []
    processor: list[float] = []
    while not seconds or len(seconds) < repeats(seconds[0], options.runs):
        start, cpu_start = time.perf_counter(), time.process_time()
        result = count_pieces(net, domain, case.notion, jobs=case.jobs, run=Run(deadline=options.deadline))
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - cpu_start)
        if not result.complete:
            break
    figures = {
        "cells": result.cells,
        "pieces": result.pieces,
        "complete": result.complete,
        "certified": result.certified,
        "exact_predicates": result.exact_predicates,
        "seconds": seconds,
        "cpu_seconds": processor,
        "megabytes": peak_megabytes(),
        "megabytes_before": before,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
