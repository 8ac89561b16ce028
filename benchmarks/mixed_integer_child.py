"""Train by a mixed-integer solver, in a process and an environment of its own; prints JSON for `rivals.py`.

    python benchmarks/mixed_integer_child.py SOLVER PROBLEM.npz DEADLINE

Nothing of relupoly is imported. One program for each number of positive output signs: least squares, with a binary for each
neuron and sample that says on which side of the neuron the sample is, and big-M constraints. The file holds a box for the
weights, in which an optimum is known to lie; the big Ms are the largest values in that box. Neurons of equal sign are
ordered by their biases, and the best loss so far is a cutoff for the programs that follow. The solvers keep their own
tolerances (1e-6 for constraints), but for the gap, which is 0.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Program:
    """Least squares for fixed output signs.

    Attributes
    ----------
    vectors : ndarray, shape (D, n + 1)
        The points, each with a 1 appended.
    targets : ndarray, length D
    box : ndarray, length n + 1
        The largest absolute values of a neuron's weights and bias.
    signs : list of int
    """

    vectors: Any
    targets: Any
    box: Any
    signs: list[int]

    @property
    def largest(self) -> Any:
        """The largest value of a neuron at each sample."""
        return np.abs(self.vectors) @ self.box


@dataclass(frozen=True)
class Answer:
    """What a solver says of a program: its loss and neurons, if it found any below the cutoff, and a lower bound."""

    loss: float | None
    neurons: list[list[float]]
    bound: float
    complete: bool


def scip(program: Program, cutoff: float, deadline: float) -> Answer:
    """SCIP; its objectives are linear, so the sum of squares is a constraint."""
    from pyscipopt import Model, quicksum

    model = Model()
    model.hideOutput()
    model.setParam("limits/time", max(deadline, 0.1))
    terms, neurons = _state(
        program,
        lambda low, high: model.addVar(lb=low, ub=high),
        lambda: model.addVar(vtype="BINARY"),
        model.addCons,
    )
    total = model.addVar(lb=0, ub=None)
    model.addCons(quicksum(term * term for term in terms) <= total)
    model.setObjective(total)
    if cutoff < np.inf:
        model.setObjlimit(cutoff)
    model.optimize()
    complete = model.getStatus() in ("optimal", "infeasible")
    if not model.getNSols():
        return Answer(None, [], cutoff if complete else model.getDualbound(), complete)
    found = [[model.getVal(entry) for entry in row] for row in neurons]
    return Answer(model.getObjVal(), found, model.getDualbound(), complete)


def gurobi(program: Program, cutoff: float, deadline: float) -> Answer:
    """Gurobi, under the licence of its package, which is for small problems."""
    import gurobipy as package

    quiet = package.Env(params={"OutputFlag": 0})
    model = package.Model(env=quiet)
    model.Params.TimeLimit, model.Params.MIPGap, model.Params.MIPGapAbs = max(deadline, 0.1), 0.0, 0.0
    terms, neurons = _state(
        program,
        lambda low, high: model.addVar(lb=low, ub=high),
        lambda: model.addVar(vtype="B"),
        model.addConstr,
    )
    model.setObjective(package.quicksum(term * term for term in terms))
    if cutoff < np.inf:
        model.Params.Cutoff = cutoff
    try:
        model.optimize()
    except package.GurobiError as error:
        if error.errno == package.GRB.Error.SIZE_LIMIT_EXCEEDED:
            raise SystemExit("its licence is for smaller problems") from None
        raise
    complete = model.Status in (package.GRB.OPTIMAL, package.GRB.INFEASIBLE, package.GRB.CUTOFF)
    if not model.SolCount:
        return Answer(None, [], cutoff if complete else model.ObjBound, complete)
    return Answer(model.ObjVal, [[entry.X for entry in row] for row in neurons], model.ObjBound, complete)


SOLVERS: dict[str, tuple[str, Callable[[Program, float, float], Answer]]] = {
    "scip": ("pyscipopt", scip),
    "gurobi": ("gurobipy", gurobi),
}


def _state(
    program: Program,
    real: Callable[[float, float], Any],
    binary: Callable[[], Any],
    require: Callable[[Any], Any],
) -> tuple[list[Any], list[list[Any]]]:
    """State the constraints; returns the errors of the predictions, and the neurons."""
    neurons = [[real(-bound, bound) for bound in program.box] for _ in program.signs]
    errors = []
    for vector, target, largest in zip(program.vectors, program.targets, program.largest, strict=True):
        prediction: Any = 0.0
        for neuron, sign in zip(neurons, program.signs, strict=True):
            value = sum(float(x) * entry for x, entry in zip(vector, neuron, strict=True))
            active, hidden = binary(), real(0.0, float(largest))
            require(hidden >= value)
            require(hidden <= value + float(largest) * (1 - active))
            require(hidden <= float(largest) * active)
            prediction = prediction + sign * hidden
        error = real(-np.inf, np.inf)
        require(error == prediction - float(target))
        errors.append(error)
    for place in range(1, len(neurons)):
        if program.signs[place - 1] == program.signs[place]:
            require(neurons[place - 1][-1] >= neurons[place][-1])
    return errors, neurons


def train(solve: Callable[[Program, float, float], Answer], file: Any, deadline: float) -> dict[str, Any]:
    """Solve the programs of a problem, one for each number of positive output signs."""
    vectors = np.column_stack([file["points"], np.ones(len(file["points"]))])
    width, end = int(file["width"]), time.perf_counter() + deadline
    best: tuple[float, list[list[float]], list[int]] = (np.inf, [], [])
    bound, complete = np.inf, True
    for up in range(width + 1):
        signs = [1] * up + [-1] * (width - up)
        answer = solve(Program(vectors, file["targets"], file["box"], signs), best[0], end - time.perf_counter())
        bound, complete = min(bound, answer.bound), complete and answer.complete
        if answer.loss is not None and answer.loss < best[0]:
            best = (answer.loss, answer.neurons, signs)
    found = best[0] if best[1] else None
    return {"loss": found, "neurons": best[1], "signs": best[2], "bound": bound if bound > 0 else 0.0, "complete": complete}


def main() -> None:
    """Solve the problem and print the figures."""
    name, place, deadline = sys.argv[1], sys.argv[2], float(sys.argv[3])
    package, solve = SOLVERS[name]
    try:
        version = f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit("not installed: make peers") from None
    __import__(package)
    with np.load(place) as file:
        start = time.perf_counter()
        figures = train(solve, dict(file), deadline)
    print(json.dumps({"version": version, "seconds": time.perf_counter() - start, **figures}))


if __name__ == "__main__":
    main()
