"""Long work of a command: one decorator, `long_work`, and the object that it gives, `LongWork`.

`LongWork` knows the time that is left, listens to Ctrl-C, and has the answers of the command, through which progress and
notices go. What the library gets of it is a `Run`. Behind it stand `time_limit`, `interrupts` and `progress`, each of which
knows nothing of the others.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, cast

import click

from relupoly.run import Run

from ..arguments.option_values import Seconds
from ..arguments.options import Decorated
from ..output.answers import Answers
from .interrupts import Interrupts
from .time_limit import TimeLimit
from .unbegun import Unbegun


def long_work(told: str) -> Callable[[Decorated], Decorated]:
    """A decorator for commands that may take long: adds --deadline, and gives them a `LongWork` in its place.

    When the command returns, its answers are finished.

    Parameters
    ----------
    told : str
        The help of --deadline: what happens when it strikes.
    """

    def decorate(command: Decorated) -> Decorated:
        @functools.wraps(command)
        def working(*arguments: Any, deadline: float | None, **options: Any) -> None:
            work = LongWork(deadline)
            try:
                command(*arguments, work=work, **options)
            except Unbegun as error:
                if not work.answered:
                    raise
                work.answers.give_partial(error)
            work.answers.finish()

        return cast(Decorated, click.option("--deadline", type=Seconds(), metavar="SECONDS", help=told)(working))

    return decorate


class Answering(Protocol):
    """Options that tell where an answer goes."""

    def answers(self, several: bool = False) -> Answers:
        """The answers of a command, about several inputs or one."""


class LongWork:
    """The work of one command.

    Parameters
    ----------
    deadline : float, optional
        The seconds that it may take, for each input; they began with the command.
    """

    def __init__(self, deadline: float | None = None) -> None:
        self._limit = TimeLimit(deadline)
        self._answers: Answers | None = None
        self._interrupts = Interrupts()
        self._ask: Callable[[], bool] = lambda: False
        self._which = ""

    @property
    def answered(self) -> bool:
        """Whether the command has opened its answers."""
        return self._answers is not None

    @property
    def limited(self) -> bool:
        """Whether there is a deadline."""
        return self._limit.given

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed during the last run."""
        return self._interrupts.pressed

    def answering(self, output: Answering, several: bool = False) -> Answers:
        """Open the answers of the command; from now on, what strikes is answered by them."""
        self._answers = output.answers(several)
        return self._answers

    @property
    def answers(self) -> Answers:
        """The answers of the command, which it has opened."""
        assert self._answers is not None
        return self._answers

    def reading(self, file: str | None) -> AbstractContextManager[None]:
        """While open, a file is read: there the deadline ends the command, and so does Ctrl-C."""
        return self._limit.reading(file)

    def drawing(self, what: str) -> AbstractContextManager[None]:
        """While open, a picture is drawn, which asks nobody whether to go on: the deadline and Ctrl-C end the command."""
        return self._limit.drawing(what)

    @contextlib.contextmanager
    def preparing(self, what: str) -> Iterator[None]:
        """While open, something is made ready that takes long at times: the deadline and Ctrl-C end it."""
        with self._limit.preparing(what):
            yield

    @contextlib.contextmanager
    def run_on(self, what: str, memory: int | None = None) -> Iterator[Run]:
        """While open, the work is done: gives it what it is to carry.

        Until it ticks for the first time, the deadline and Ctrl-C end it at once, and nothing was computed. From then on they
        stop it, with what it has.

        Parameters
        ----------
        what : str
            The file that the work is about, or another name of it.
        memory : int, optional
            How many bytes it may take.
        """
        with self._limit.preparing(what) as until_asked, Interrupts(what) as interrupts:
            self._interrupts, self._ask = interrupts, until_asked(interrupts.seen)
            yield Run(
                deadline=self._limit.left,
                interrupted=self._ask,
                notice=self.answers.say,
                detail=self.answers.detail,
                memory=memory,
            )

    def begun(self) -> None:
        """Say within a run that there is something to lose, whether it has ticked yet or not."""
        self._ask()

    def counted(self, noun: str) -> str:
        """What progress calls things that are counted; of several inputs, with the one that they are counted in."""
        return f"{noun}{self._which}"

    def each(self, files: Sequence[str]) -> Iterator[str]:
        """Go through several inputs, each with the whole time; Ctrl-C ends with the one at which it came."""
        for number, file in enumerate(files, 1):
            if number > 1:
                self._limit.restart()
            if len(files) > 1:
                self._which = f" of {Path(file).name}, {number} of {len(files)}"
            yield file
            if self.answers.interrupted:
                place = f" at network {number} of {len(files)}" if len(files) > 1 else ""
                self.answers.say(f"stopped by Ctrl-C{place}")
                return
