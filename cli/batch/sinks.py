"""Where results go that are not kept in a file of their own: to standard output, a pipe or a device, or into a table."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from .table import table


class Sink(Protocol):
    """What takes the results of jobs."""

    def add(self, job: int, exit_code: int, line: bytes) -> None:
        """Take the line of a job that has ended."""


class Lines:
    """Lines to a stream, as soon as may be: as jobs end, or in the order of the jobs, for which early ones wait.

    Parameters
    ----------
    stream : binary stream
    order : sequence of int or None
        The numbers of the jobs, in their order; None for that in which they end.
    """

    def __init__(self, stream: BinaryIO, order: list[int] | None) -> None:
        self._stream = stream
        self._order = None if order is None else iter(order)
        self._next = None if self._order is None else next(self._order, None)
        self._early: dict[int, bytes] = {}

    def add(self, job: int, exit_code: int, line: bytes) -> None:
        """Write a line, or keep it until those before it are there."""
        if self._order is None:
            self._write(line)
            return
        self._early[job] = line
        while self._next in self._early:
            assert self._next is not None
            self._write(self._early.pop(self._next))
            self._next = next(self._order, None)

    def finish(self) -> None:
        """Write what is left, when no more comes."""
        for job in sorted(self._early):
            self._write(self._early.pop(job))

    def _write(self, line: bytes) -> None:
        self._stream.write(line + b"\n")
        self._stream.flush()


class Table:
    """Lines that are held until all are there, for a table to a stream.

    Parameters
    ----------
    stream : binary stream
    ordered : bool
        Whether the rows are in the order of the jobs; else as these end.
    """

    def __init__(self, stream: BinaryIO, ordered: bool) -> None:
        self._stream, self._ordered = stream, ordered
        self._lines: list[tuple[int, bytes]] = []

    def add(self, job: int, exit_code: int, line: bytes) -> None:
        """Keep a line."""
        self._lines.append((job, line))

    def finish(self) -> None:
        """Write the table."""
        lines = sorted(self._lines) if self._ordered else self._lines
        for piece in table(lambda: (line for _, line in lines)):
            self._stream.write(piece)
        self._stream.flush()
