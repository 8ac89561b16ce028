"""Measure one training, in a process of its own: `training.py` starts it, and reads the JSON that it prints.

All is loaded, and has trained a small net with the same loss, before the clock starts; so neither imports nor compiling are
timed. The clock runs over all of `train`: the rays, the search, the proof.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from fractions import Fraction

from child import peak_megabytes, repeats


def main() -> None:
    """Measure the row that is named and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--method", required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--deadline", type=float, required=True)
    options = parser.parse_args()

    from problems import all_training_cases

    from relupoly.pieces.walk.driver import compile_ahead as compile_walk
    from relupoly.run import Run
    from relupoly.training.problem.problem import Problem
    from relupoly.training.search.compiled_bounder import compile_ahead as compile_search
    from relupoly.training.train import train

    case = next(case for case in all_training_cases() if case.name == options.name)
    problem = case.problem()
    compile_walk()
    compile_search()
    train(Problem.from_rows([[0.5], [1], [3], [4]], [1, -1, 1, -1], 1, loss=case.loss), method=options.method)
    before = peak_megabytes()
    seconds: list[float] = []
    processor: list[float] = []
    while not seconds or len(seconds) < repeats(seconds[0], options.runs):
        start, cpu_start = time.perf_counter(), time.process_time()
        found = train(problem, method=options.method, run=Run(deadline=options.deadline))
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - cpu_start)
        if not found.complete:
            break
    hidden = found.network.layers[0]
    rows = [[*row, bias] for row, bias in zip(hidden.weight.tolist(), hidden.bias.entries(), strict=True)]
    figures = {
        "loss_sum": str(found.loss_sum),
        "lower_bound": str(found.lower_bound),
        "status": found.status,
        "certified": found.certified,
        "nodes": found.nodes,
        "leaves": found.leaves,
        "box": [max(_above(row[place]) for row in rows) for place in range(len(rows[0]))],
        "seconds": seconds,
        "cpu_seconds": processor,
        "megabytes": peak_megabytes(),
        "megabytes_before": before,
    }
    print(json.dumps(figures))


def _above(number: object) -> float:
    """A float that the absolute value of a rational does not exceed."""
    return math.nextafter(abs(float(Fraction(str(number)))), math.inf)


if __name__ == "__main__":
    main()
