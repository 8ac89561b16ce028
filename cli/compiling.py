"""All that is ever compiled, compiled ahead: each kind by a process of its own, as on first use (`relupoly.jit.engine`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from relupoly.errors import FileFormatError, MissingPackageError

from .output.progress import Progress
from .output.report import Document

if TYPE_CHECKING:
    from relupoly.jit import Engine
    from relupoly.run import Run

_SECONDS_BETWEEN = 0.1  # as often as an engine can be asked, and Ctrl-C is answered
_AT_A_TIME = 2  # each takes 0.8 GB of memory


def engines() -> dict[str, Engine]:
    """Everything that is compiled, by what it is for."""
    from relupoly.geometry.characteristic.counting import ENGINE as ARRANGEMENTS
    from relupoly.pieces.constraints.steps import ENGINE as CONSTRAINTS
    from relupoly.pieces.walk.driver import ENGINE as COUNTS
    from relupoly.training.problem.losses import ABSOLUTE, SQUARED
    from relupoly.training.search.compiled_bounder import engine

    return {
        "counts": COUNTS,
        "training, squared loss": engine(SQUARED),
        "training, other losses": engine(ABSOLUTE),
        "arrangements": ARRANGEMENTS,
        "counts in many inputs": CONSTRAINTS,
    }


def compile_all(run: Run, say: Callable[[str], None], progress: Progress) -> Document:
    """Compile what is not compiled yet, two kinds at a time; the document that tells of it.

    Parameters
    ----------
    run : Run
        Asked whether to stop; what is compiled by then is kept.
    say : callable
        Told in a line what begins.
    progress : Progress
        Told how many kinds there are to compile, and how many of them are done.

    Raises
    ------
    FileFormatError
        If nothing that is compiled can be kept.
    MissingPackageError
        If the compiler does not work.
    """
    from relupoly.jit import code_cache
    from relupoly.run import Stopped

    folder, stopped = code_cache.place(), None
    if folder is None:
        why = code_cache.obstacle()
        raise FileFormatError(f"nothing can be kept: {why}; set NUMBA_CACHE_DIR to a folder that only you can write")
    every = engines()
    waiting = [name for name, engine in every.items() if not engine.is_compiled]
    kept, compiled = [name for name in every if name not in waiting], dict[str, float]()
    progress.begin("kinds compiled", len(waiting))
    try:
        _compile({name: every[name] for name in waiting}, run, say, progress, compiled)
    except Stopped as stop:
        stopped = stop.reason
    missing = [name for name in waiting if name not in compiled]
    return {
        "schema": 1,
        "folder": str(folder),
        "compiled": compiled,
        "kept": kept,
        "missing": missing,
        "complete": not missing,
        "stopped": stopped,
    }


def _compile(
    wanted: dict[str, Engine], run: Run, say: Callable[[str], None], progress: Progress, compiled: dict[str, float]
) -> None:
    """Compile some kinds, and note the seconds that each has taken."""
    from relupoly.run.cores import threads_for

    reasons: list[str] = []
    quiet = run.noticing(reasons.append)
    waiting, begun = list(wanted), dict[str, float]()
    while len(compiled) < len(wanted):
        run.tick()
        while waiting and len(begun) < min(threads_for(None), _AT_A_TIME):
            name = waiting.pop(0)
            say(f"compiling {len(wanted) - len(waiting)} of {len(wanted)}: {name}")
            begun[name] = time.monotonic()
        for name in list(begun):
            if wanted[name].ready(quiet):
                compiled[name] = time.monotonic() - begun.pop(name)
            elif wanted[name].is_impossible:
                raise MissingPackageError(f"{name}: it cannot be compiled ({reasons[-1]}); install numba and llvmlite again")
        progress.wait(len(compiled), "".join(f", {name}" for name in begun))
        time.sleep(_SECONDS_BETWEEN)
