"""The method "branch": branch and bound, from its first net to its answer, with the files that it keeps.

A local search on the samples comes first: it needs no rays and takes a moment. Small problems are then searched in rationals,
which end before a compiled kernel is loaded; where that takes longer, the kernel goes on with the same tree. Files that cannot
be written stop nothing: the answer names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from relupoly.errors import FileFormatError, SizeError
from relupoly.files.streams import display_name, located
from relupoly.run import Run, Stopped
from relupoly.run.cores import cores
from relupoly.training.answer import MEMORY, Training
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.compiled.workspace import workspace_bytes
from relupoly.training.methods.sample_search import search_memory
from relupoly.training.methods.training_certificate import certified, certified_floor
from relupoly.training.methods.wide import wide_optimum
from relupoly.training.problem.evaluation import Candidate
from relupoly.training.search.checkpoint import Saved, TrainingCheckpoint
from relupoly.training.search.compiled_bounder import CompiledBounder, engine, suits
from relupoly.training.search.exact_bounder import exact_search
from relupoly.training.search.search import Search
from relupoly.training.trainer import Trainer

# Descents on the samples before there are rays, and where there are none: few where a step takes long, so that the first take
# some tenths of a second at most, and the others some seconds.
FIRST_STARTS, FIRST_WORK = 8, 1e7
MANY_STARTS, MUCH_WORK = 200, 2e8
# What an open node takes, beside the sides of its neurons at the points.
_BYTES_OF_A_NODE = 10_000
# So many nodes may wait however little memory there is: they take a megabyte.
_FEWEST_OPEN = 100
# Up to so many values of rays at points a search mostly ends in rationals, before the kernel is loaded.
_SMALL = 2_000
_PATIENCE = 0.05  # about as long as it takes to load the kernel
_LONG_PATIENCE = 2.0  # what takes longer mostly takes much longer, and the compiler takes a core, not our time
_OUTLASTED = "outlasted"


def branch_and_bound(trainer: Trainer, start: Candidate | None) -> Training:
    """Train by branch and bound, from a net that is there already, if there is one.

    Raises
    ------
    SizeError
        If not even a local search has the memory that it needs.
    FileFormatError
        If the checkpoint is another one's, or damaged.
    """
    try:
        checkpoint = saved = None
        if trainer.options.checkpoint is not None:
            checkpoint = TrainingCheckpoint(trainer.options.checkpoint, trainer.lifted, trainer.memory)
            saved = checkpoint.load(trainer.run)
        _take_nets(trainer, start, saved)
        relaxation = trainer.relaxation()
        return _by_one_program(trainer, relaxation) or _Course(trainer, relaxation, checkpoint).searched(saved)
    except Stopped as stop:
        # Not even the tables of the search were there.
        return _unsearched(trainer, stop.reason)
    except SizeError as error:
        if not trainer.descents:
            raise
        trainer.run.notice(f"{error}; this is the best net of a local search")
        return _unsearched(trainer, _descended(trainer) or MEMORY)


def _take_nets(trainer: Trainer, start: Candidate | None, saved: Saved | None) -> None:
    """Take the best of the nets that are there, and of a short local search on the samples."""
    trainer.offer(start)
    if saved:
        trainer.seconds_before = saved.seconds
        trainer.improve(trainer.evaluation.candidate(saved.neurons, saved.signs, saved.output_bias))
    if search_memory(trainer.lifted) <= trainer.memory:
        trainer.descend(FIRST_STARTS, FIRST_WORK)


def _descended(trainer: Trainer) -> str | None:
    """Search on the samples for longer, where there are no rays; returns what stopped it."""
    try:
        trainer.descend(MANY_STARTS, MUCH_WORK)
    except Stopped as stop:
        return stop.reason
    return None


def _unsearched(trainer: Trainer, reason: str) -> Training:
    """The answer where there is no search: the best net so far, and what needs none to be proved."""
    return certified_floor(trainer, trainer.answer(trainer.floor, reason, True, 0, 0))


def _by_one_program(trainer: Trainer, relaxation: Relaxation) -> Training | None:
    """The answer for as many neurons as there is any use for, where no search is needed."""
    width = trainer.problem.width
    if width < len(trainer.lifted.vectors):
        return None
    with relaxation.watched(trainer.run):
        found = wide_optimum(relaxation)
    if found is None:
        return None
    trainer.improve(found.candidate)
    leaves = width + 1
    return certified(trainer, trainer.answer(found.value, None, True, 1, leaves), found.value, [found.proof] * leaves)


class _Course:
    """The course of one search: which bounder is at work, what is told on the way, what is kept."""

    def __init__(self, trainer: Trainer, relaxation: Relaxation, checkpoint: TrainingCheckpoint | None) -> None:
        rays, options = relaxation.rays, trainer.options
        self._trainer = trainer
        self._relaxation = relaxation
        self._checkpoint = checkpoint
        self._engine = engine(trainer.problem.loss)
        self._proved = trainer.floor
        self._unsaved: str | None = None
        self._memory = trainer.memory - rays.values.nbytes - rays.signs.nbytes
        most_open = max(_FEWEST_OPEN, self._memory // (_BYTES_OF_A_NODE + 8 * len(trainer.lifted.vectors)))
        record = checkpoint is not None or options.certificate is not None
        self._search: Search = exact_search(relaxation, most_open, record, options.gap)

    def searched(self, saved: Saved | None) -> Training:
        """The answer of the whole search."""
        stopped = self._stopped(saved)
        if stopped:
            self._search.refine()
        search, trainer = self._search, self._trainer
        found = trainer.answer(search.lower_bound, stopped, search.certified, search.nodes, search.leaves)
        if self._unsaved:
            found = replace(found, unwritten=(self._unsaved,))
        if not search.started:
            return certified_floor(trainer, found)
        return certified(trainer, found, found.lower_bound, search.items())

    def _stopped(self, saved: Saved | None) -> str | None:
        """Search to the end, in rationals, by the kernel, or first one and then the other; or say what stopped that."""
        self._check_rays(saved)
        run, rays = self._trainer.run, self._relaxation.rays
        compiled = suits(self._relaxation) and workspace_bytes(self._trainer.lifted, len(rays)) <= self._memory
        if not compiled:
            run.detail("the search is in rationals: its relaxations do not suit the compiled one, or would not fit the memory")
            return self._run(run, saved)
        if saved or rays.values.size > _SMALL:
            if not self._engine.wait(run):
                return self._run(run, saved)
        elif (stopped := self._run(run.also(self._impatience()), None)) != _OUTLASTED:
            run.detail("the search was in rationals to its end: that took no longer than to load the compiled one")
            return stopped
        run.detail(f"the search is compiled, in {self._threads} threads ({cores()} cores can be used)")
        self._search.take_over(self._compiled_bounder())
        return self._run(run, saved)

    def _check_rays(self, saved: Saved | None) -> None:
        rays = len(self._relaxation.rays)
        if saved and saved.most_ray >= rays:
            with located(display_name(self._trainer.options.checkpoint or "")):
                raise FileFormatError(f"it names ray {saved.most_ray}, but there are {rays}, counted from 0")

    @property
    def _threads(self) -> int:
        """The number of threads of the compiled search."""
        return min(self._trainer.options.jobs or cores(), cores())

    def _compiled_bounder(self) -> CompiledBounder:
        options = self._trainer.options
        return CompiledBounder(
            self._relaxation,
            self._search.tree,
            self._threads,
            options.gap,
            options.certify,
            memory=self._memory,
            run=self._trainer.run,
        )

    def _run(self, run: Run, saved: Saved | None) -> str | None:
        """Let the search go on, and say what stopped it; the checkpoint gets all that is done."""
        search, best = self._search, self._trainer.best
        try:
            with self._relaxation.watched(run):
                search.offer(best.neurons, best.signs, best.output_bias)
                if saved:
                    search.resume(saved.parts, self._trainer.run)
                    search.nodes = saved.nodes
                search.run(run.also(self._report))
        except Stopped as stop:
            return stop.reason
        finally:
            self._trainer.improve(search.best)
            if search.started:
                self._save()
        return None

    def _impatience(self) -> Callable[[], None]:
        """What stops a search that has lasted for long enough for the kernel to take over, which is loaded meanwhile."""
        run = self._trainer.run
        began = run.elapsed

        def check() -> None:
            seconds = run.elapsed - began
            if seconds > _PATIENCE and self._engine.ready(run, begin=seconds > _LONG_PATIENCE):
                raise Stopped(_OUTLASTED)

        return check

    def _report(self) -> None:
        """Tell how far the search is, and keep it, now and then."""
        search = self._search
        # The kernel's bounds are rounded down: what was proved before it remains so.
        self._proved = max(self._proved, search.lower_bound)
        self._trainer.improve(search.best)
        self._trainer.tell(search.nodes, self._proved)
        if self._checkpoint and search.started and self._checkpoint.due:
            self._save()

    def _save(self) -> None:
        """Write the checkpoint, if there is one; if that fails the search goes on, and the next time may be better."""
        if self._checkpoint is None:
            return
        search, trainer = self._search, self._trainer
        best = search.best
        seconds = trainer.seconds_before + trainer.run.elapsed
        saved = Saved(best.neurons, best.signs, best.output_bias, search.nodes, seconds, search.parts())
        try:
            self._checkpoint.save(saved)
            self._unsaved = None
        except FileFormatError as error:
            if self._unsaved is None:
                trainer.run.notice(f"{error}; the search goes on")
            self._unsaved = str(error)
