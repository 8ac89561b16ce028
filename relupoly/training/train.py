"""`train`: a net with one hidden layer that no net of its width beats, by one of three methods, with its proof.

"branch" is branch and bound over the rays of the data's dual arrangement, "enumerate" Algorithm 1 as it stands, and "local"
a local search that proves nothing. All lead to the same kind of answer; its loss is always that of the net, evaluated exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from relupoly.files.lock import held
from relupoly.files.streams import Location
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.training.answer import Training
from relupoly.training.methods import BRANCH, ENUMERATE, LOCAL
from relupoly.training.methods.branch import branch_and_bound
from relupoly.training.methods.enumeration import enumeration
from relupoly.training.methods.local import local_training
from relupoly.training.options import Options, check_places
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.problem.interpolation_loss import interpolation_loss
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.problem import Problem
from relupoly.training.trainer import Trainer, untrained


def train(
    problem: Problem,
    *,
    method: str = BRANCH,
    jobs: int | None = None,
    gap: Fraction = Fraction(0),
    seed: int = 0,
    certify: bool = True,
    certificate: Location | None = None,
    checkpoint: Location | None = None,
    force: bool = False,
    standardize: bool = False,
    run: Run = UNLIMITED,
) -> Training:
    """Train a net with one hidden layer to global optimality.

    Parameters
    ----------
    problem : Problem
    method : str, optional
        "branch" (default), "enumerate" or "local".
    jobs : int, optional
        The number of threads; by default, and at most, as many as there are cores.
    gap : Fraction, optional
        Stop when the loss is within this share of the lower bound; 0 by default.
    seed : int, optional
        For the local search.
    certify : bool, optional
        Whether to prove in exact arithmetic what floats leave in doubt; True by default. Else relaxations are trusted that
        reach the loss of the best net but for a billionth, and the answer says that it is not certified.
    certificate : path, optional
        Where to write the proof; compressed if the name ends in .gz, or if it is large.
    checkpoint : path, optional
        A file that keeps the search, from which it goes on.
    force : bool, optional
        Whether an existing certificate may be overwritten.
    standardize : bool, optional
        Whether to centre and scale the inputs; the net is for the inputs as they are.
    run : Run, optional
        Where it stops the training, the best net so far is returned. Its progress is a `State`; it is given notice when the
        search has to be compiled first. Its memory is 2 GiB by default: where rays need more the answer is the best net of a
        local search, and the search turns to depth-first before open nodes do; a checkpoint that expands to more is refused.

    Raises
    ------
    SizeError
        If not even a local search has the memory that it needs.
    FileFormatError
        If the checkpoint is another one's, damaged, or in use by another run; or if it is known from the start that a file
        cannot be written. Where that turns out later, the answer says so: `Training.unwritten`.

    Examples
    --------
    >>> xor = Problem.from_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], width=2)
    >>> trained = train(xor)
    >>> trained.loss, trained.status, trained.certified
    (Fraction(0, 1), 'optimal', True)
    """
    options = Options(method, jobs, gap, seed, certify, certificate, checkpoint, force, standardize)
    return _train(problem, options, run, None)[0]


def train_widths(problem: Problem, last: int, *, run: Run = UNLIMITED, **options: Any) -> Iterator[Training]:
    """Train wider and wider nets, from the problem's width on, each starting from the one before.

    Ends with the width `last`; or earlier, with a net that no net of any width beats, or one whose search was stopped. The
    deadline is for all together; the options are those of `train`.
    """
    chosen = Options(**options)
    start = None
    for width in range(problem.width, last + 1):
        found, start = _train(replace(problem, width=width), chosen, run, start)
        yield found
        if not found.complete or found.loss_sum == interpolation_loss(lift(problem)):
            return


def _train(problem: Problem, options: Options, run: Run, start: Candidate | None) -> tuple[Training, Candidate | None]:
    """The answer for one width, and the net to start the next width from."""
    check_places(options)
    # Its clock begins with the training.
    run = run.within(run.left)
    try:
        trainer = Trainer(problem, options, run)
    except Stopped as stop:
        return untrained(problem, options, stop.reason, run.elapsed), None
    train_by = {BRANCH: branch_and_bound, ENUMERATE: enumeration, LOCAL: local_training}[options.method]
    with held(options.checkpoint):
        return train_by(trainer, start), trainer.best
