"""Ctrl-C as a question: work asks now and then whether it should stop, and reports what it has."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

from .unbegun import Unbegun


class Interrupts:
    """While open, Ctrl-C ends work at once that has not begun; to work that has, it is a question.

    Work begins when it asks for the first time. From then on there is something to lose: the first Ctrl-C only sets a flag, and
    the second one interrupts at once.

    Parameters
    ----------
    file : str, optional
        What the work is about.

    Raises
    ------
    Unbegun
        If Ctrl-C came before the work asked.
    """

    def __init__(self, file: str | None = None) -> None:
        self._file = file
        self._pressed = self._begun = False
        self._before: signal._HANDLER = signal.SIG_DFL

    @property
    def pressed(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._pressed

    def seen(self) -> bool:
        """Whether Ctrl-C was pressed: the question of the work."""
        self._begun = True
        return self._pressed

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._before)
        # What was interrupted may have made another error of it, or dropped it.
        if self._pressed and not self._begun:
            from relupoly.files.streams import display_name

            name = "" if self._file is None else f" on {display_name(self._file)}"
            text = f"Interrupted while the work{name} was prepared; nothing was computed"
            raise Unbegun(text, self._file, "interrupted") from None

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._pressed or not self._begun:
            self._pressed = True
            raise KeyboardInterrupt
        self._pressed = True
