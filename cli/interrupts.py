"""Ctrl-C as a question: work asks now and then whether it should stop, and reports what it has."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class Interrupts:
    """While open, the first Ctrl-C only sets a flag; the second one interrupts at once."""

    def __init__(self) -> None:
        self._seen = False
        self._before: signal._HANDLER = signal.SIG_DFL

    def seen(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._seen

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._seen:
            raise KeyboardInterrupt
        self._seen = True
