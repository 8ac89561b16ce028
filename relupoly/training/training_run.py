"""`TrainingRun`: one search in lifted coordinates, from its first net to its answer, with the files that it keeps.

A local search on the samples comes first: it needs no rays and takes a moment, and whatever stops the run afterwards, the
deadline, Ctrl-C or the memory, there is a net worth having. Files that cannot be written stop nothing: the answer names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from relupoly.disk.atomic import check_target
from relupoly.errors import FileFormatError, SizeError
from relupoly.files.streams import display_name, located
from relupoly.networks.network import Network
from relupoly.pieces.stopping import Stopwatch
from relupoly.run import Stopped
from relupoly.run.cores import cores
from relupoly.training.answer import MEMORY, Training, training_answer
from relupoly.training.certificate import Claim, certificate_lines, write_certificate
from relupoly.training.checkpoint import Saved, TrainingCheckpoint
from relupoly.training.compiled_local import compiled_local_search
from relupoly.training.compiled_search import CompiledSearch, engine, suits
from relupoly.training.dictionary import dictionary, dictionary_bytes
from relupoly.training.evaluation import Candidate, Evaluation
from relupoly.training.exact_search import ExactSearch
from relupoly.training.floor import floor_loss, floor_proof
from relupoly.training.lifted import Lifted, full_neuron
from relupoly.training.local import local_search
from relupoly.training.options import Options, State
from relupoly.training.problem import Problem
from relupoly.training.proof import Item, Proof
from relupoly.training.relaxation import Relaxation
from relupoly.training.sample_search import sample_search, search_memory, step_cost
from relupoly.training.standardize import Frame
from relupoly.training.wide import wide_optimum
from relupoly.training.workspace import workspace_bytes

_BYTES_OF_A_NODE = 10_000
_FEWEST_OPEN = 100
_MANY_LEAVES = 2_000
_OUTLASTED = "outlasted"
# Beyond the deadline, for the certificate: enough for some thousand leaves, and in proportion to what was allowed.
_SECONDS_TO_CERTIFY, _SHARE_TO_CERTIFY = 5.0, 0.1
_PATIENCE = 0.05  # about as long as it takes to load the compiled search
_LONG_PATIENCE = 2.0  # what takes longer mostly takes much longer, and the compiler takes a core, not our time
_SMALL = 2_000
# Descents on the samples before there are rays, and where there are none: few where a step takes long, so that the first take
# some tenths of a second at most, and the others some seconds.
_FIRST_STARTS, _FIRST_WORK = 8, 1e7
_MANY_STARTS, _MUCH_WORK = 200, 2e8
# Up to as many values of rays, the search over cells is better than the one on samples alone in the same time.
_RAYS_FOR_LOCAL = 2**24


class TrainingRun:
    """One search in lifted coordinates, and its way back to the samples.

    Parameters
    ----------
    problem : Problem
    frame : Frame
        From the coordinates of the search to those of the problem.
    lifted : Lifted
    options : Options
    watch : Stopwatch

    Attributes
    ----------
    best : Candidate
        The best net so far.
    """

    def __init__(self, problem: Problem, frame: Frame, lifted: Lifted, options: Options, watch: Stopwatch) -> None:
        self._problem = problem
        self._frame = frame
        self._lifted = lifted
        self._options = options
        self._watch = watch
        self._before = 0.0
        self._floor = floor_loss(lifted)
        self._proved = self._floor
        self._evaluation = Evaluation(lifted)
        self._descents = 0
        self._unsaved: str | None = None
        self.best = self._evaluation.zero()

    def branch(self, start: Candidate | None) -> Training:
        """Branch and bound."""
        options = self._options
        checkpoint = saved = None
        try:
            if options.checkpoint is not None:
                checkpoint = TrainingCheckpoint(options.checkpoint, self._lifted, options.memory)
                saved = checkpoint.load(self._watch.check)
            self._begin(start, saved)
            relaxation = Relaxation(
                self._lifted, dictionary(self._lifted, options.memory, self._watch.check), self._watch.check
            )
            if found := self._wide(relaxation):
                return found
            return self._searched(relaxation, checkpoint, saved)
        except Stopped as stop:
            # Not even the tables of the search were there.
            return self._unstarted(stop.reason)
        except SizeError as error:
            if not self._descents:
                raise
            options.notice(f"{error}; this is the best net of a local search")
            stopped = self._descend(_MANY_STARTS, _MUCH_WORK)
            return self._unstarted(stopped or MEMORY)

    def local(self, start: Candidate | None) -> Training:
        """Local search: on the samples, then from cell to cell, where there is room for the rays."""
        if search_memory(self._lifted) > self._options.memory:
            raise SizeError(f"the local search needs {search_memory(self._lifted)} bytes of memory; allow as many")
        self._offer(start)
        stopped = self._descend(_FIRST_STARTS, _FIRST_WORK)
        values = dictionary_bytes(self._lifted)
        try:
            if stopped is None and values.needed <= self._options.memory and values.entries <= _RAYS_FOR_LOCAL:
                self._from_cell_to_cell()
            elif stopped is None:
                stopped = self._descend(_MANY_STARTS, _MUCH_WORK)
        except Stopped as stop:
            stopped = stop.reason
        return self._answer(self._floor, stopped, False, self._descents, 0)

    def _begin(self, start: Candidate | None, saved: Saved | None) -> None:
        """Take the best of the nets that are there, and of a short local search on the samples."""
        self._offer(start)
        if saved:
            self._before = saved.seconds
            self._improve(self._evaluation.candidate(saved.neurons, saved.signs, saved.output_bias))
        if search_memory(self._lifted) <= self._options.memory:
            stopped = self._descend(_FIRST_STARTS, _FIRST_WORK)
            if stopped:
                raise Stopped(stopped)

    def _offer(self, start: Candidate | None) -> None:
        if start:
            width = self._problem.width
            self._improve(self._evaluation.padded(start.neurons, start.signs, start.output_bias, width))

    def _descend(self, starts: int, work: float) -> str | None:
        """Search on the samples alone, and say what stopped it."""

        def progress(best: Candidate, descents: int) -> None:
            self._descents += 1
            self._improve(best)
            self._options.progress(State(0, self.best.loss, self._floor))

        most = max(1, min(starts, int(work / step_cost(self._lifted))))
        try:
            sample_search(self._lifted, self._options.seed, most, self._watch.check, progress)
        except Stopped as stop:
            return stop.reason
        return None

    def _relaxation(self) -> Relaxation:
        tick = self._watch.check
        return Relaxation(self._lifted, dictionary(self._lifted, self._options.memory, tick), tick)

    def _from_cell_to_cell(self) -> None:
        """Local search over the rays."""
        tick, relaxation = self._watch.check, self._relaxation()
        fast = suits(relaxation) and engine(self._problem.loss).wait(tick, self._options.notice)
        search = compiled_local_search if fast else local_search
        before = self._descents

        def progress(best: Candidate, programs: int) -> None:
            self._improve(best)
            self._descents = before + programs
            self._options.progress(State(self._descents, self.best.loss, self._floor))

        with relaxation.watched(tick):
            search(relaxation, self.best, self._options.seed, tick=tick, progress=progress)

    def _wide(self, relaxation: Relaxation) -> Training | None:
        """The answer for as many neurons as there is any use for, where no search is needed."""
        if self._problem.width < len(self._lifted.vectors):
            return None
        with relaxation.watched(self._watch.check):
            found = wide_optimum(relaxation)
        if found is None:
            return None
        self._improve(found.candidate)
        leaves = self._problem.width + 1
        return self._certify(self._answer(found.value, None, True, 1, leaves), found.value, [found.proof] * leaves)

    def _searched(self, relaxation: Relaxation, checkpoint: TrainingCheckpoint | None, saved: Saved | None) -> Training:
        options, rays = self._options, relaxation.rays
        if saved and saved.most_ray >= len(rays):
            with located(display_name(options.checkpoint or "")):
                raise FileFormatError(f"it names ray {saved.most_ray}, but there are {len(rays)}, counted from 0")
        left = options.memory - rays.values.nbytes - rays.signs.nbytes
        most_open = max(_FEWEST_OPEN, left // (_BYTES_OF_A_NODE + 8 * len(self._lifted.vectors)))
        record = checkpoint is not None or options.certificate is not None
        large = saved or rays.values.size > _SMALL
        compiled = suits(relaxation) and workspace_bytes(self._lifted, len(rays)) <= left
        compiled = compiled and (not large or engine(self._problem.loss).wait(self._watch.check, options.notice))
        search: ExactSearch | CompiledSearch = ExactSearch(relaxation, most_open, record)
        patience = None if not compiled else 0.0 if large else _PATIENCE
        stopped = self._search(search, checkpoint, None if compiled else saved, patience) if patience != 0.0 else _OUTLASTED
        if stopped == _OUTLASTED:
            jobs = min(options.jobs or cores(), cores())
            search = CompiledSearch(
                relaxation, most_open, record, jobs, options.gap, options.certify, memory=left, tick=self._watch.check
            )
            stopped = self._search(search, checkpoint, saved)
            if stopped:
                search.refine()
        found = self._answer(search.lower_bound, stopped, search.certified, search.nodes, search.leaves)
        return self._certify(found, found.lower_bound, search.items()) if search.started else self._certify_floor(found)

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
                self._save(checkpoint, search)

        try:
            with search.relaxation.watched(self._enough(patience, began)):
                search.offer(self.best.neurons, self.best.signs, self.best.output_bias)
                if saved:
                    search.resume(saved.parts, self._watch.check)
                    search.nodes = saved.nodes
                search.run(tick, lambda loss, bound: loss - bound <= self._options.gap * loss)
        except Stopped as stop:
            return stop.reason
        finally:
            self._improve(search.best)
            if checkpoint and search.started:
                self._save(checkpoint, search)
        return None

    def _enough(self, patience: float | None, began: float) -> Callable[[], None]:
        """What raises when the time is up, within a node too."""

        def check() -> None:
            self._watch.check()
            if patience is not None and self._has_outlasted(self._watch.elapsed - began, patience):
                raise Stopped(_OUTLASTED)

        return check

    def _has_outlasted(self, seconds: float, patience: float) -> bool:
        """Whether a search has lasted for long enough for the compiled one to take over; it is made meanwhile."""
        return seconds > patience and engine(self._problem.loss).ready(self._options.notice, begin=seconds > _LONG_PATIENCE)

    def _save(self, checkpoint: TrainingCheckpoint, search: ExactSearch | CompiledSearch) -> None:
        """Write the checkpoint; if that fails the search goes on, and the next time may be better."""
        best = search.best
        seconds = self._before + self._watch.elapsed
        saved = Saved(best.neurons, best.signs, best.output_bias, search.nodes, seconds, search.parts())
        try:
            checkpoint.save(saved)
            self._unsaved = None
        except FileFormatError as error:
            if self._unsaved is None:
                self._options.notice(f"{error}; the search goes on")
            self._unsaved = str(error)

    def _improve(self, candidate: Candidate) -> None:
        if candidate.loss < self.best.loss:
            self.best = candidate

    def _unstarted(self, reason: str) -> Training:
        """The answer where there is no search: the best net so far, and what needs none to be proved."""
        return self._certify_floor(self._answer(self._floor, reason, True, 0, 0))

    def _answer(self, lower_bound: Fraction, stopped: str | None, certified: bool, nodes: int, leaves: int) -> Training:
        best = self.best
        rows = [self._frame.fold(full_neuron(self._lifted, neuron)) for neuron in best.neurons]
        hidden = ([row[:-1] for row in rows], [row[-1] for row in rows])
        network = Network.from_rows([hidden, ([list(best.signs)], [best.output_bias])])
        seconds = self._before + self._watch.elapsed
        found = training_answer(
            self._problem, network, lower_bound, stopped, certified, self._options.method, nodes, leaves, seconds
        )
        return replace(found, unwritten=(self._unsaved,)) if self._unsaved else found

    def _certify(self, found: Training, lower_bound: Fraction, items: Iterable[Item]) -> Training:
        """Write the certificate, if one is asked for; Ctrl-C, a full disk or the deadline gives the answer without it."""
        options = self._options
        if options.certificate is None:
            return found
        if found.leaves > _MANY_LEAVES:
            options.notice(f"writing the certificate: {found.leaves} leaf proofs")
        claim = Claim(self._problem, found.network, found.loss_sum, lower_bound)
        lines = certificate_lines(claim, self._lifted, self._until(items, options.interrupted()), self._frame.fold)
        try:
            write_certificate(options.certificate, lines, found.leaves > _MANY_LEAVES, options.force)
        except (Stopped, KeyboardInterrupt) as stop:
            if isinstance(stop, Stopped) and stop.reason == "deadline":
                what = f"{display_name(options.certificate)}: the deadline struck while it was written; allow more time"
                return replace(found, unwritten=(*found.unwritten, what))
            options.notice("interrupted: no certificate was written")
            return found
        except FileFormatError as error:
            return replace(found, unwritten=(*found.unwritten, str(error)))
        return replace(found, certificate=str(options.certificate))

    def _certify_floor(self, found: Training) -> Training:
        """A certificate of the net's loss, and of the bound that no net of any width goes below."""
        proof: Proof = floor_proof(self._lifted)
        return self._certify(found, self._floor, [proof] * (self._problem.width + 1))

    def _until(self, items: Iterable[Item], stopped: bool) -> Iterator[Item]:
        """Pass items on until Ctrl-C is pressed, unless that has already stopped the search; or until it takes too long.

        A search that the deadline stops has proved something: to write that down there is some time more.
        """
        deadline = self._options.deadline
        end = None if deadline is None else deadline + max(_SECONDS_TO_CERTIFY, _SHARE_TO_CERTIFY * deadline)
        for item in items:
            if end is not None and self._watch.elapsed > end:
                raise Stopped("deadline")
            if not stopped and self._options.interrupted():
                raise Stopped("interrupted")
            yield item


def check_places(options: Options) -> None:
    """Refuse files that cannot be written before the work is done, not after it.

    Raises
    ------
    FileFormatError
        If the certificate exists and is not to be overwritten, or a folder is missing.
    """
    for place, force in ((options.certificate, options.force), (options.checkpoint, True)):
        if place is not None:
            with located(display_name(place)):
                check_target(Path(place), force)
