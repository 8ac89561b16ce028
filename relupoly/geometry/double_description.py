"""The double description of a polyhedron, by inequalities and by generators: the one door to pycddlib, which converts them.

cddlib's conversion, in rationals, is the double description method (Fukuda, Prodon 1996), as in `relupoly.geometry.cut`: but
it also chooses the order of the rows, keeps the pairs of adjacent rays and takes cones that are not pointed, or not of full
dimension. It is C code, which nothing interrupts: Python runs neither threads nor handlers meanwhile, and the number of
vertices may be exponential, so it may take for ever. It also writes messages of its own to the terminal, past Python, and
does not look whether there is memory. So it works in a process of its own, `cdd_process.py`, whose output is read here and
nowhere else, and which is killed when the run is stopped, for whatever reason. It costs 0.05 s; a fork would cost less, but
is not safe in a program with threads. What a conversion finds is exact: rationals go in, and rationals come out.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from flint import fmpq, fmpz

from relupoly.errors import MissingPackageError, RelupolyError, SizeError
from relupoly.exact.matrices import primitive
from relupoly.run import UNLIMITED, Run

INEQUALITIES = "inequalities"
GENERATORS = "generators"

# cddlib takes some 4 kB for each vertex of a cube in R^14, so this is a million vertices there: it would work for hours.
_MEMORY = 4 * 2**30
_PATIENCE = 0.05  # seconds between two questions whether to stop, as short as nobody notices, and no load
_SCRIPT = Path(__file__).with_name("cdd_process.py")

Rows = Sequence[Sequence[fmpq]]


def convert(kind: str, rows: Rows, linear: Collection[int] = (), run: Run = UNLIMITED) -> tuple[list[list[fmpq]], set[int]]:
    """The generators of a polyhedron that is given by inequalities, or the other way round.

    Parameters
    ----------
    kind : str
        What `rows` are: `INEQUALITIES` (b, a) for b + <a, x> >= 0, or `GENERATORS`, (c, x) with c > 0 for a point x / c, (0, x)
        for a ray.
    rows : sequence of rows of fmpq
        All of the same length.
    linear : collection of int
        The inequalities that are equations, or the rays that are lines.
    run : Run
        Its memory is what cddlib may take.

    Returns
    -------
    rows : list of rows of fmpq
        Of the other kind, none of them redundant; a cone's apex 0 is left out, and so may be an inequality 1 >= 0.
    linear : set of int
        Which of these are equations, or lines.

    Raises
    ------
    MissingPackageError
        If pycddlib is not installed, or cannot be loaded.
    SizeError
        If there is too little memory.
    Stopped
        If the run is.

    Examples
    --------
    >>> convert(INEQUALITIES, [[fmpq(1, 2), fmpq(1)], [fmpq(1), fmpq(-3)]])
    ([[1, 1/3], [1, -1/2]], set())
    """
    question = {
        "kind": kind,
        "rows": [[f"{int(entry):x}" for entry in primitive(row)] for row in rows],
        "linear": sorted(linear),
    }
    memory = _MEMORY if run.memory is None else run.memory
    answer = _ask(json.dumps(question), memory, run)
    if answer is None or answer.get("error", "").startswith("MemoryError"):
        raise SizeError(
            f"cddlib broke off the conversion of {len(rows)} {kind}, most likely for want of memory (it may take "
            f"{memory / 2**30:.3g} GiB); give fewer, or a set of lower dimension"
        )
    if "error" in answer:
        if answer["error"].startswith(("ImportError", "ModuleNotFoundError")):
            raise _missing(f"; the one that is installed cannot be loaded ({answer['error']})")
        raise RelupolyError(f"cddlib does not convert {len(rows)} {kind} ({answer['error']}); please report it")
    return [[_fraction(entry) for entry in row] for row in answer["rows"]], set(answer["linear"])


def _ask(question: str, memory: int, run: Run) -> dict[str, Any] | None:
    """What the process answers; None if it dies."""
    import subprocess

    folder = _folder_of_pycddlib()
    run.tick()
    read, write = os.pipe()
    process = None
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SCRIPT), folder, str(memory), str(read)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(read,),
            start_new_session=True,  # Ctrl-C is for us, who end it
            text=True,
        )
        said: str | None = question
        while True:
            try:
                answer, _ = process.communicate(said, timeout=_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                said = None
            run.tick()
    finally:
        os.close(write)
        os.close(read)
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None and not stream.closed:
                    stream.close()
    return json.loads(answer) if process.returncode == 0 else None


def _folder_of_pycddlib() -> str:
    """Where pycddlib is; it is not imported here."""
    found = importlib.util.find_spec("cdd")
    if found is None or not found.origin:
        raise _missing("")
    return str(Path(found.origin).parents[1])


def _missing(reason: str) -> MissingPackageError:
    return MissingPackageError(
        "conversions between vertices and inequalities need pycddlib, which is compiled on the spot: install a C compiler, "
        f'cddlib and GMP (apt-get install gcc python3-dev libcdd-dev libgmp-dev), then pip install "relupoly[cdd]"{reason}'
    )


def _fraction(text: str) -> fmpq:
    numerator, denominator = text.split("/")
    return fmpq(fmpz(int(numerator, 16)), fmpz(int(denominator, 16)))
