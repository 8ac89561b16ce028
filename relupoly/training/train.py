"""`train`: a net with one hidden layer that no net of its width beats, by one of three methods, with its proof.

"branch" is branch and bound over the rays of the data's dual arrangement, "enumerate" Algorithm 1 as it stands, and "local"
a local search that proves nothing. All lead to the same kind of answer; its loss is always that of the net, evaluated exactly.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from relupoly.files.atomic import replacing
from relupoly.files.lock import held
from relupoly.files.streams import Location, display_name, located
from relupoly.networks.network import Network
from relupoly.pieces.count import cores
from relupoly.pieces.stopping import Stopped, Stopwatch
from relupoly.training.answer import GAP, OPTIMAL, Training
from relupoly.training.certificate import Claim, certificate_lines
from relupoly.training.checkpoint import Saved, TrainingCheckpoint
from relupoly.training.compiled_local import compiled_local_search
from relupoly.training.compiled_search import CompiledSearch, engine, suits
from relupoly.training.dictionary import MEMORY, dictionary
from relupoly.training.enumerate import enumerate_optimum
from relupoly.training.exact_search import ExactSearch
from relupoly.training.floor import floor_loss
from relupoly.training.lifted import Lifted, full_neuron, lift
from relupoly.training.local import local_search
from relupoly.training.methods import BRANCH, ENUMERATE, LOCAL
from relupoly.training.options import Options, State
from relupoly.training.problem import Problem, loss_of, mean_loss
from relupoly.training.proof import Dual, Item
from relupoly.training.relaxation import Candidate, Relaxation
from relupoly.training.standardize import Frame

_BYTES_OF_A_NODE = 10_000
_FEWEST_OPEN = 100
_MANY_LEAVES = 2_000
_ZIPPED = ".gz"
_OUTLASTED = "outlasted"
_PATIENCE = 0.05  # about as long as it takes to load the compiled search
_LONG_PATIENCE = 2.0  # what takes longer mostly takes much longer, and the compiler takes a core, not our time
_SMALL = 2_000


def train(
    problem: Problem,
    *,
    method: str = BRANCH,
    jobs: int | None = None,
    deadline: float | None = None,
    gap: Fraction = Fraction(0),
    seed: int = 0,
    certify: bool = True,
    certificate: Location | None = None,
    checkpoint: Location | None = None,
    force: bool = False,
    memory: int = MEMORY,
    standardize: bool = False,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[State], None] = lambda state: None,
    notice: Callable[[str], None] = lambda text: None,
) -> Training:
    """Train a net with one hidden layer to global optimality.

    Parameters
    ----------
    problem : Problem
    method : str, optional
        "branch" (default), "enumerate" or "local".
    jobs : int, optional
        The number of threads; by default all cores.
    deadline : float, optional
        In seconds; afterwards the best net so far is returned.
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
    memory : int, optional
        In bytes: rays that need more are refused, and the search turns to depth-first before open nodes do.
    standardize : bool, optional
        Whether to centre and scale the inputs; the net is for the inputs as they are.
    interrupted : callable, optional
        Asked at every step whether to stop.
    progress : callable, optional
        Told a `State` now and then.
    notice : callable, optional
        Told once, in words, when the search has to be compiled first.

    Raises
    ------
    SizeError
        If the rays need more memory.
    FileFormatError
        If the checkpoint is another one's, or in use by another run, or a file cannot be written.

    Examples
    --------
    >>> xor = Problem.from_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], width=2)
    >>> trained = train(xor)
    >>> trained.loss, trained.status, trained.certified
    (Fraction(0, 1), 'optimal', True)
    """
    options = Options(
        method,
        jobs,
        deadline,
        gap,
        seed,
        certify,
        certificate,
        checkpoint,
        force,
        memory,
        standardize,
        interrupted,
        progress,
        notice,
    )
    return _train(problem, options, None)[0]


def train_widths(problem: Problem, last: int, **options: Any) -> Iterator[Training]:
    """Train wider and wider nets, from the problem's width on, each starting from the one before.

    Ends with the width `last`; or earlier, with a net that no net of any width beats, or one whose search was stopped. A
    deadline is for all together; the options are those of `train`.
    """
    chosen = Options(**options)
    watch = Stopwatch()
    floor = floor_loss(lift(problem))
    start = None
    for width in range(problem.width, last + 1):
        left = None if chosen.deadline is None else max(0.0, chosen.deadline - watch.elapsed)
        found, start = _train(replace(problem, width=width), replace(chosen, deadline=left), start)
        yield found
        if not found.complete or found.loss_sum == floor:
            return


def _train(problem: Problem, options: Options, start: Candidate | None) -> tuple[Training, Candidate | None]:
    watch = Stopwatch(options.deadline, options.interrupted)
    if options.method == ENUMERATE:
        return _enumerate(problem, options, watch), None
    frame = Frame.of(problem) if options.standardize else Frame.identity(problem.inputs)
    work = _Work(problem, frame, lift(frame.apply(problem)), options, watch)
    with held(options.checkpoint):
        found = work.branch(start) if options.method == BRANCH else work.local(start)
    return found, work.best


class _Work:
    """One search in lifted coordinates, and its way back to the samples."""

    def __init__(self, problem: Problem, frame: Frame, lifted: Lifted, options: Options, watch: Stopwatch) -> None:
        self._problem = problem
        self._frame = frame
        self._lifted = lifted
        self._options = options
        self._watch = watch
        self._before = 0.0
        self._proved = Fraction(0)
        self.best: Candidate | None = None

    def branch(self, start: Candidate | None) -> Training:
        """Branch and bound."""
        options = self._options
        checkpoint = None if options.checkpoint is None else TrainingCheckpoint(options.checkpoint, self._lifted.problem)
        saved = checkpoint.load() if checkpoint else None
        try:
            rays = dictionary(self._lifted, options.memory, self._watch.check)
        except Stopped as stop:
            return self._unstarted(stop.reason, saved)
        left = options.memory - rays.values.nbytes - rays.signs.nbytes
        most_open = max(_FEWEST_OPEN, left // (_BYTES_OF_A_NODE + 8 * len(self._lifted.vectors)))
        record = checkpoint is not None or options.certificate is not None
        relaxation = Relaxation(self._lifted, rays)
        large, compiled = saved or rays.values.size > _SMALL, suits(relaxation)
        try:
            compiled = compiled and (not large or engine(self._problem.loss).wait(self._watch.check, options.notice))
        except Stopped as stop:
            return self._unstarted(stop.reason, saved)
        search: ExactSearch | CompiledSearch = ExactSearch(relaxation, most_open, record)
        if start:
            search.offer(start.neurons, start.signs, start.output_bias)
        patience = None if not compiled else 0.0 if large else _PATIENCE
        stopped = self._search(search, checkpoint, None if compiled else saved, patience) if patience != 0.0 else _OUTLASTED
        if stopped == _OUTLASTED:
            best, search = (
                search.best,
                CompiledSearch(relaxation, most_open, record, options.jobs or cores(), options.gap, options.certify),
            )
            search.offer(best.neurons, best.signs, best.output_bias)
            stopped = self._search(search, checkpoint, saved)
            if stopped:
                search.refine()
        self.best = search.best
        found = self._answer(search.best, search.lower_bound, stopped, search.certified, search.nodes, search.leaves)
        return self._certify(found, found.lower_bound, search.items()) if search.started else self._certify_nothing(found)

    def _certify(self, found: Training, lower_bound: Fraction, items: Iterable[Item]) -> Training:
        """Write the certificate, if one is asked for; Ctrl-C gives the answer without it."""
        options = self._options
        if options.certificate is None:
            return found
        if found.leaves > _MANY_LEAVES:
            options.notice(f"writing the certificate: {found.leaves} leaf proofs")
        claim = Claim(self._problem, found.network, found.loss_sum, lower_bound)
        lines = certificate_lines(claim, self._lifted, self._until(items, options.interrupted()), self._frame.fold)
        try:
            write_certificate(options.certificate, lines, found.leaves, options.force)
        except (Stopped, KeyboardInterrupt):
            options.notice("interrupted: no certificate was written")
            return found
        return replace(found, certificate=str(options.certificate))

    def _until(self, items: Iterable[Item], stopped: bool) -> Iterator[Item]:
        """Pass items on until Ctrl-C is pressed, unless that has already stopped the search."""
        for item in items:
            if not stopped and self._options.interrupted():
                raise Stopped("interrupted")
            yield item

    def _certify_nothing(self, found: Training) -> Training:
        """A certificate of the net's loss, and of the bound 0."""
        zero = Dual((Fraction(0),) * len(self._lifted.targets))
        return self._certify(found, Fraction(0), [zero] * (self._problem.width + 1))

    def local(self, start: Candidate | None) -> Training:
        """Local search."""
        zero = ((Fraction(0),) * self._lifted.rank,) * self._problem.width
        rays = dictionary(self._lifted, self._options.memory)
        relaxation = Relaxation(self._lifted, rays)
        floor = floor_loss(self._lifted)
        self.best = relaxation.evaluated(zero, (1,) * self._problem.width, Fraction(0))
        if start:
            missing = self._problem.width - len(start.neurons)
            self.best = replace(start, neurons=start.neurons + zero[:missing], signs=start.signs + (1,) * missing)
        solved = 0

        def progress(best: Candidate, programs: int) -> None:
            nonlocal solved
            self.best, solved = best, programs
            self._options.progress(State(programs, best.loss, floor))

        stopped: str | None = None
        try:
            fast = suits(relaxation) and engine(self._problem.loss).wait(self._watch.check, self._options.notice)
            search = compiled_local_search if fast else local_search
            search(relaxation, self.best, self._options.seed, tick=self._watch.check, progress=progress)
        except Stopped as stop:
            stopped = stop.reason
        return self._answer(self.best, floor, stopped, False, solved, 0)

    def _has_outlasted(self, seconds: float, patience: float) -> bool:
        """Whether a search has lasted for long enough for the compiled one to take over; it is made meanwhile."""
        return seconds > patience and engine(self._problem.loss).ready(self._options.notice, begin=seconds > _LONG_PATIENCE)

    def _search(
        self,
        search: ExactSearch | CompiledSearch,
        checkpoint: TrainingCheckpoint | None,
        saved: Saved | None,
        patience: float | None = None,
    ) -> str | None:
        """Run the search, and say what stopped it; the checkpoint gets all that is done."""
        began = self._watch.elapsed

        def tick() -> None:
            self._watch.check()
            if patience is not None and self._has_outlasted(self._watch.elapsed - began, patience):
                raise Stopped(_OUTLASTED)
            # The compiled search begins anew; what was proved before it remains so.
            self._proved = max(self._proved, search.lower_bound)
            self._options.progress(State(search.nodes, search.best.loss, self._proved))
            if checkpoint and search.started and checkpoint.due:
                checkpoint.save(self._saved(search))

        try:
            if saved:
                self._before = saved.seconds
                search.offer(saved.neurons, saved.signs, saved.output_bias)
                search.resume(saved.parts, self._watch.check)
                search.nodes = saved.nodes
            search.run(tick, lambda loss, bound: loss - bound <= self._options.gap * loss)
        except Stopped as stop:
            return stop.reason
        finally:
            if checkpoint and search.started:
                checkpoint.save(self._saved(search))
        return None

    def _saved(self, search: ExactSearch | CompiledSearch) -> Saved:
        best = search.best
        seconds = self._before + self._watch.elapsed
        return Saved(best.neurons, best.signs, best.output_bias, search.nodes, seconds, search.parts())

    def _unstarted(self, reason: str, saved: Saved | None) -> Training:
        """The answer where not even the rays are there: the net of the checkpoint, or none that is better than 0."""
        zero = ((Fraction(0),) * self._lifted.rank,) * self._problem.width
        self.best = Candidate(zero, (1,) * self._problem.width, Fraction(0), Fraction(0))
        if saved:
            self.best = Candidate(saved.neurons, saved.signs, saved.output_bias, Fraction(0))
        return self._certify_nothing(self._answer(self.best, floor_loss(self._lifted), reason, True, 0, 0))

    def _answer(
        self, best: Candidate, lower_bound: Fraction, stopped: str | None, certified: bool, nodes: int, leaves: int
    ) -> Training:
        rows = [self._frame.fold(full_neuron(self._lifted, neuron)) for neuron in best.neurons]
        hidden = ([row[:-1] for row in rows], [row[-1] for row in rows])
        network = Network.from_rows([hidden, ([list(best.signs)], [best.output_bias])])
        counts = {"nodes": nodes, "leaves": leaves, "seconds": self._before + self._watch.elapsed}
        return _training(self._problem, network, lower_bound, stopped, certified, self._options.method, **counts)


def write_certificate(place: Location, lines: Iterator[str], leaves: int, force: bool) -> None:
    """Write a certificate line by line; compressed if its name ends in .gz, or if it has many leaves."""
    with located(display_name(place)), replacing(Path(place), force) as raw:
        if str(place).endswith(_ZIPPED) or leaves > _MANY_LEAVES:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed, io.TextIOWrapper(packed, "utf-8") as stream:
                stream.writelines(f"{line}\n" for line in lines)
        else:
            raw.writelines(f"{line}\n".encode() for line in lines)


def _enumerate(problem: Problem, options: Options, watch: Stopwatch) -> Training:
    floor = floor_loss(lift(problem))
    found = enumerate_optimum(
        problem, stop=watch.check, progress=lambda done, total, loss: options.progress(State(done, loss, floor))
    )
    bound = found.loss if found.complete else floor
    counts = {"nodes": found.programs, "leaves": found.programs, "seconds": watch.elapsed}
    return _training(problem, found.network, bound, found.stopped, True, ENUMERATE, **counts)


def _training(
    problem: Problem,
    network: Network,
    lower_bound: Fraction,
    stopped: str | None,
    certified: bool,
    method: str,
    **counts: Any,
) -> Training:
    loss = loss_of(problem, network)
    ended = loss == lower_bound and method != LOCAL
    return Training(
        network=network,
        loss_sum=loss,
        loss=mean_loss(problem, loss),
        lower_bound=lower_bound,
        status=OPTIMAL if ended else stopped or GAP,
        certified=certified,
        method=method,
        width=problem.width,
        samples=problem.samples,
        inputs=problem.inputs,
        output_signs=tuple(int(entry) for entry in network.layers[1].weight.entries()),
        **counts,
    )
