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
from relupoly.files.streams import Location, display_name
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.training.answer import Training, training_answer
from relupoly.training.enumerate import enumerate_optimum
from relupoly.training.evaluation import Candidate
from relupoly.training.floor import floor_loss
from relupoly.training.lifted import lift
from relupoly.training.methods import BRANCH, ENUMERATE, LOCAL
from relupoly.training.options import Options, State
from relupoly.training.problem import Problem
from relupoly.training.standardize import Frame
from relupoly.training.training_run import TrainingRun, check_places

# Samples with so few entries are made ready in milliseconds: not worth asking meanwhile whether to stop.
_QUICK = 10_000


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
        if not found.complete or found.loss_sum == floor_loss(lift(problem)):
            return


def _train(problem: Problem, options: Options, run: Run, start: Candidate | None) -> tuple[Training, Candidate | None]:
    # Its clock begins with the training.
    run = run.within(run.left)
    check_places(options)
    preparing = run if problem.samples * problem.inputs > _QUICK else UNLIMITED
    try:
        if options.method == ENUMERATE:
            return _enumerate(problem, run, preparing), None
        frame = Frame.of(problem, preparing) if options.standardize else Frame.identity(problem.inputs)
        lifted = lift(frame.apply(problem, preparing), preparing)
        search = TrainingRun(problem, frame, lifted, options, run)
    except Stopped as stop:
        return _nothing(problem, stop.reason, options, run), None
    with held(options.checkpoint):
        found = search.branch(start) if options.method == BRANCH else search.local(start)
    return found, search.best


def _nothing(problem: Problem, reason: str, options: Options, run: Run) -> Training:
    """The answer where the samples were not even made ready: the net that is 0."""
    hidden = [[0] * problem.inputs for _ in range(problem.width)], [0] * problem.width
    network = Network.from_rows([hidden, ([[1] * problem.width], [0])])
    certified, method = options.method != LOCAL, options.method
    found = training_answer(problem, network, Fraction(0), reason, certified, method, 0, 0, run.elapsed)
    if options.certificate is None:
        return found
    what = f"{display_name(options.certificate)}: there is nothing to prove: the training was stopped before it began"
    return replace(found, unwritten=(what,))


def _enumerate(problem: Problem, run: Run, preparing: Run) -> Training:
    floor = floor_loss(lift(problem, preparing))
    found = enumerate_optimum(problem, run.reporting(lambda state: run.progress(State(state.programs, state.loss, floor))))
    bound = found.loss if found.complete else floor
    programs, seconds = found.programs, run.elapsed
    return training_answer(problem, found.network, bound, found.stopped, True, ENUMERATE, programs, programs, seconds)
