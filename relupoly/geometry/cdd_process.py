"""The process in which cddlib converts, a script of its own: `relupoly.geometry.double_description` starts it and says why.

Standard input is one JSON document, {"kind": "inequalities" or "generators", "rows": ..., "linear": ...}, with integers in
hexadecimal; standard output is {"rows": ..., "linear": ...} of the other kind, with fractions, or {"error": ...}. This script
knows nothing of relupoly, so that it starts in the time that Python needs.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import select
import sys
from contextlib import suppress
from typing import Any


def end_with(lifeline: int) -> None:
    """End when the other end of a pipe is closed, so also when the process that holds it is killed.

    cddlib never returns to Python in the midst of its work, so no thread and no handler would notice: SIGIO, which ends a
    process that does nothing about it, is the signal that the system sends by itself (on Linux).
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit(1)


def limit_memory(size: int) -> None:
    """Take no more than so many bytes, where the system can see to that."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def convert(question: dict[str, Any]) -> dict[str, Any]:
    """The rows of the other form of a polyhedron."""
    import cdd.gmp

    kind = question["kind"]
    matrix = cdd.gmp.matrix_from_array(
        [[int(entry, 16) for entry in row] for row in question["rows"]],
        lin_set=question["linear"],
        rep_type=cdd.RepType.INEQUALITY if kind == "inequalities" else cdd.RepType.GENERATOR,
    )
    polyhedron = cdd.gmp.polyhedron_from_matrix(matrix)
    found = cdd.gmp.copy_generators(polyhedron) if kind == "inequalities" else cdd.gmp.copy_inequalities(polyhedron)
    rows = [[f"{entry.numerator:x}/{entry.denominator:x}" for entry in row] for row in found.array]
    return {"rows": rows, "linear": sorted(found.lin_set)}


def main(folder: str, memory: str, lifeline: str) -> None:
    """Answer one question, with the packages of a folder."""
    # What cddlib itself prints is for nobody.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    end_with(int(lifeline))
    sys.path.append(folder)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # pycddlib writes numbers as decimals on their way to GMP
    try:
        import cdd.gmp  # noqa: F401  (before memory is short, so that it is not taken for one that cannot be loaded)

        limit_memory(int(memory))
        answer = convert(json.load(sys.stdin))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    with answers:
        json.dump(answer, answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
