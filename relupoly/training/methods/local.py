"""The method "local": local search alone, which proves nothing: on the samples first, then from cell to cell.

The second search needs the rays. It is compiled (`relupoly.training.methods.compiled_local`) where the kernel takes the
problem, and in rationals (`relupoly.training.methods.exact_local`) where it does not: weights that floats cannot tell from 0,
classes of more than 127 neurons, nothing to train, or no compiler.
"""

from __future__ import annotations

from relupoly.errors import SizeError
from relupoly.run import Stopped
from relupoly.training.answer import Training
from relupoly.training.methods.branch import FIRST_STARTS, FIRST_WORK, MANY_STARTS, MUCH_WORK
from relupoly.training.methods.compiled_local import compiled_local_search
from relupoly.training.methods.exact_local import local_search
from relupoly.training.methods.sample_search import search_memory
from relupoly.training.problem.evaluation import Candidate, LocalState
from relupoly.training.rays.ray_table import ray_table_bytes
from relupoly.training.search.compiled_bounder import engine, suits
from relupoly.training.trainer import Trainer

# Up to as many values of rays, the search over cells is better than the one on samples alone in the same time.
_RAYS_FOR_LOCAL = 2**24


def local_training(trainer: Trainer, start: Candidate | None) -> Training:
    """Train by local search, from a net that is there already, if there is one.

    Raises
    ------
    SizeError
        If it has not the memory that it needs.
    """
    if search_memory(trainer.lifted) > trainer.memory:
        raise SizeError(
            f"the local search needs {search_memory(trainer.lifted)} bytes of memory; "
            "allow as many by --memory SIZE (Run(memory=...))"
        )
    trainer.offer(start)
    stopped = None
    try:
        trainer.descend(FIRST_STARTS, FIRST_WORK)
        values = ray_table_bytes(trainer.lifted)
        if values.needed <= trainer.memory and values.entries <= _RAYS_FOR_LOCAL:
            _from_cell_to_cell(trainer)
        else:
            trainer.descend(MANY_STARTS, MUCH_WORK)
    except Stopped as stop:
        stopped = stop.reason
    return trainer.answer(trainer.floor, stopped, False, trainer.descents, 0)


def _from_cell_to_cell(trainer: Trainer) -> None:
    """Local search over the rays."""
    run, relaxation = trainer.run, trainer.relaxation()
    fast = suits(relaxation) and engine(trainer.problem.loss).wait(run)
    search = compiled_local_search if fast else local_search
    before = trainer.descents

    def progress(state: LocalState) -> None:
        trainer.improve(state.best)
        trainer.descents = before + state.descents
        trainer.tell(trainer.descents)

    with relaxation.watched(run):
        search(relaxation, trainer.best, trainer.options.seed, run=run.reporting(progress))
