"""`Engine`: compiled code that another process makes, while this one goes on without it.

A first compilation takes up to minutes, most of them in LLVM, where Python hears of nothing. In a process of its own it hinders
nobody: whoever needs the code does what can be done without, or waits, and can be stopped at any moment.

The other process ends with this one, however that ends: it hears so through a pipe. It is not ended before that, when the work
that it was begun for is over: the next work finds it, and so a session of much short work gets its code at last. It has no
terminal, prints nothing, and is in a session of its own, so that Ctrl-C means this process alone. Where there can be no other
process, or nothing can be kept, a thread compiles here. Where that fails, too, the work goes on without compiled code.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from relupoly.jit import code_cache
from relupoly.jit.kernel import is_compiled, needs_llvm, turn
from relupoly.jit.lock import alone, is_taken
from relupoly.run import UNLIMITED, Run

# Short for whoever waits; and to ask takes a thousandth of it.
_SECONDS_BETWEEN = 0.05

# The path first, so that nothing is imported from the current folder that the parent would not import from there. Who reads
# from the pipe holds no lock that Python would want at the end.
_PROGRAM = """
import sys
sys.path[:] = {path!r}
import importlib, os, threading
threading.Thread(target=lambda: os._exit(os.read(0, 1) == b""), daemon=True).start()
importlib.import_module({module!r}).compile_ahead(*{arguments!r})
"""


class Engine:
    """Compiled code of one kind.

    Parameters
    ----------
    module : str
        Its function `compile_ahead` compiles the code, if it is not kept yet, and keeps it.
    functions : list of (Path, str)
        Compiled functions by source and name; the code is there if all of them are. Processes take turns at the first.
    arguments : tuple of str, optional
        Of `compile_ahead`.
    noun : str, optional
        What to call it in notices.
    """

    def __init__(
        self, module: str, functions: list[tuple[Path, str]], arguments: tuple[str, ...] = (), noun: str = "engine"
    ) -> None:
        self._module = module
        self._functions = functions
        self._arguments = arguments
        self._noun = noun
        self._forget()
        # A process that was forked has no part in what its parent has begun.
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._guard = threading.Lock()
        self._process: _Process | None = None
        self._thread: _Thread | None = None
        self._asked = -_SECONDS_BETWEEN
        self.is_impossible = False

    @property
    def is_compiled(self) -> bool:
        """Whether the code is in memory, or seems to be on disk."""
        return all(is_compiled(source, name) for source, name in self._functions)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process makes this code."""
        with alone(turn(*self._functions[0])):
            yield

    def ready(self, run: Run = UNLIMITED, begin: bool = True) -> bool:
        """Whether the code can be used; if not, it is being made, unless that `is_impossible`. Returns at once.

        Parameters
        ----------
        run : Run
            Told in a sentence what is begun, or why nothing can be.
        begin : bool
            Whether to begin to make it.
        """
        with self._guard:
            if self.is_impossible or time.monotonic() - self._asked < _SECONDS_BETWEEN:
                return False
            found = self._look(run.notice, begin)
            self._asked = -_SECONDS_BETWEEN if found else time.monotonic()
            return found

    def wait(self, run: Run = UNLIMITED) -> bool:
        """Wait for the code; False if there can be none.

        Parameters
        ----------
        run : Run
            Asked now and then whether to stop, and told what `ready` tells.
        """
        while not self.ready(run):
            if self.is_impossible:
                return False
            run.tick()
            time.sleep(_SECONDS_BETWEEN)
        return True

    def _look(self, notice: Callable[[str], None], begin: bool) -> bool:
        if self._thread:
            return self._thread.is_over() and self._is_usable(notice, self._thread.error)
        if self.is_compiled:
            return self._is_usable(notice, None)
        if not begin:
            return False
        if self._process is None:
            self._process = self._begun(notice)
        if self._process is None or self._process.is_over():
            # It may have kept the code in its last moment.
            if self.is_compiled:
                return self._is_usable(notice, None)
            self._thread = _Thread(self._module, self._arguments)
        return False

    def _begun(self, notice: Callable[[str], None]) -> _Process | None:
        """A process that compiles; None if there can be none."""
        taken = is_taken(turn(*self._functions[0]))
        doing = "waiting for another process that compiles" if taken else "compiling"
        notice(f"{doing} the {self._noun}{'' if taken else '; this takes some seconds, once'}")
        if obstacle := code_cache.obstacle():
            notice(f"what is compiled is not kept: {obstacle}; set NUMBA_CACHE_DIR to a folder that only you can write")
            return None
        with contextlib.suppress(OSError, ValueError):
            return _Process(self._module, self._arguments)
        return None

    def _is_usable(self, notice: Callable[[str], None], error: BaseException | None) -> bool:
        """Whether code can be loaded, or made; if not, that is said, once."""
        try:
            if error is not None:
                raise error
            if any(needs_llvm(source, name) for source, name in self._functions):
                importlib.import_module("llvmlite.binding")
        except Exception as reason:
            self.is_impossible = True
            notice(f"going on without the compiled {self._noun}, which is slow: {type(reason).__name__}: {_line(reason)}")
        return not self.is_impossible


class _Process:
    """Another process that compiles."""

    def __init__(self, module: str, arguments: tuple[str, ...]) -> None:
        if not sys.executable:
            raise ValueError("nobody knows where Python is")
        import subprocess

        program = _PROGRAM.format(path=sys.path, module=module, arguments=arguments)
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self._end)

    def is_over(self) -> bool:
        """Whether it is over."""
        return self._process.poll() is not None

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()


class _Thread:
    """A thread that compiles here; Python does not wait for it at its end."""

    def __init__(self, module: str, arguments: tuple[str, ...]) -> None:
        self.error: BaseException | None = None
        self._module = module
        self._arguments = arguments
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def is_over(self) -> bool:
        """Whether it is over."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            importlib.import_module(self._module).compile_ahead(*self._arguments)
        except BaseException as error:
            self.error = error


def _line(error: BaseException) -> str:
    """An error's message as one line."""
    return " ".join(str(error).split())
