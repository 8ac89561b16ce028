"""The method "enumerate": Algorithm 1 as it stands, with the answer that all methods give."""

from __future__ import annotations

from relupoly.training.answer import Training, training_answer
from relupoly.training.methods.algorithm_1 import Enumerated, enumerate_optimum
from relupoly.training.options import State
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.trainer import Trainer


def enumeration(trainer: Trainer, start: Candidate | None) -> Training:
    """Train by Algorithm 1, which starts from no net."""
    run = trainer.run

    def progress(state: Enumerated) -> None:
        run.progress(State(state.programs, state.loss, trainer.floor))

    found = enumerate_optimum(trainer.problem, run.reporting(progress))
    bound = found.loss if found.complete else trainer.floor
    method, programs = trainer.options.method, found.programs
    return training_answer(trainer.problem, found.network, bound, found.stopped, True, method, programs, programs, run.elapsed)
