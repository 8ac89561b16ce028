"""The rows as text: aligned columns for the terminal while the run goes on, Markdown for RESULTS.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commands import Command
from measure import Row
from peers import PeerRow
from rivals import ADAM, GUROBI, LBFGS, SCIP, STARTS, RivalRow
from training import ENUMERATE, Trained

MET, NOT_MET = "met", "NOT MET"
SAME = 1e-9
NAMES = {ENUMERATE: "enumerate", ADAM: "Adam", LBFGS: "L-BFGS", SCIP: "SCIP", GUROBI: "Gurobi"}


@dataclass(frozen=True)
class Column:
    """A title, and the least width on a terminal; numbers stand on the right."""

    title: str
    width: int
    right: bool = True


ENGINE = [
    Column("net", 36, right=False),
    Column("domain", 11, right=False),
    Column("notion", 10, right=False),
    Column("cells", 11),
    Column("pieces", 11),
    Column("seconds", 8),
    Column("CPU s", 8),
    Column("runs", 4),
    Column("cells/s", 11),
    Column("peak MB", 7),
    Column("grown MB", 8),
    Column("exact", 9),
    Column("target", 24, right=False),
]
PEERS = [
    Column("net", 34, right=False),
    Column("peer", 20, right=False),
    Column("its cells", 9),
    Column("our cells", 9),
    Column("", 8, right=False),
    Column("its seconds", 11),
    Column("our seconds", 11),
    Column("its peak MB", 11),
    Column("our peak MB", 11),
    Column("ratio", 8),
]
TRAINING = [
    Column("(n, D, w)", 10, right=False),
    Column("loss", 8, right=False),
    Column("data", 18, right=False),
    Column("loss_sum", 12),
    Column("status", 20, right=False),
    Column("nodes", 9),
    Column("leaves", 9),
    Column("seconds", 8),
    Column("CPU s", 8),
    Column("runs", 4),
    Column("peak MB", 7),
    Column("target", 18, right=False),
]
RIVALS = [
    Column("(n, D, w)", 10, right=False),
    Column("method", 25, right=False),
    Column("seconds", 8),
    Column("our seconds", 11),
    Column("ratio", 7),
    Column("it reports", 17, right=False),
    Column("its net has", 11, right=False),
    Column("starts that miss", 16),
    Column("remark", 30, right=False),
]
COMMANDS = [
    Column("command, start to finish", 72, right=False),
    Column("seconds", 8),
    Column("target", 20, right=False),
]


def engine_cells(row: Row, deadline: float) -> list[str]:
    """The columns of a row of the engine."""
    case = row.case
    domain = f"{case.domain}, {case.jobs} job{'s'[: case.jobs - 1]}" if case.jobs else case.domain
    cells = f"{row.cells:,}" if row.complete else f"{row.cells:,} so far"
    return [
        case.net,
        domain,
        case.notion,
        cells + ("" if row.right else " WRONG"),
        "" if row.pieces is None else f"{row.pieces:,}",
        f"{row.seconds:.3f}" if row.complete else f"> {max(deadline, case.deadline):g}",
        f"{row.cpu_seconds:.3f}",
        str(row.runs),
        f"{row.rate:,.0f}",
        f"{row.megabytes:.0f}",
        f"{row.grown:.0f}",
        f"{row.exact_predicates:,}",
        _target(row),
    ]


def _target(row: Row) -> str:
    target = row.case.target
    if not target:
        return ""
    found = f" ({row.bytes_per_cell:.0f})" if target.quantity == "bytes_per_cell" else ""
    return f"{target.text()}{found}: {MET if row.met else NOT_MET}"


def missing_cells(names: Sequence[str], columns: Sequence[Column], reason: str) -> list[str]:
    """The columns of a row that could not be measured."""
    return [*names, *[""] * (len(columns) - len(names) - 1), f"skipped: {reason}"]


def peer_cells(peer: PeerRow, ours: Row, deadline: float) -> list[str]:
    """The columns of a row of a peer."""
    agree = "" if peer.cells is None else "same" if peer.cells == ours.cells else "differs"
    if peer.seconds is not None:
        ratio = _short(peer.seconds / ours.seconds)
    else:
        ratio = f"> {deadline / ours.seconds:,.0f}" if peer.failure.startswith(">") else ""
    return [
        peer.match.net,
        f"{peer.match.peer} {peer.version}".strip(),
        "" if peer.cells is None else f"{peer.cells:,}",
        f"{ours.cells:,}",
        agree,
        peer.failure or f"{peer.seconds:.3f}",
        f"{ours.seconds:.3f}",
        f"{peer.megabytes:.0f}" if peer.megabytes else "",
        f"{ours.megabytes:.0f}",
        ratio,
    ]


def training_cells(row: Trained) -> list[str]:
    """The columns of a training."""
    case = row.case
    target = f"{case.target.text()}: {MET if row.met else NOT_MET}" if case.target else ""
    return [
        case.size,
        case.loss,
        case.data,
        f"{float(row.loss_sum):.8g}" + ("" if row.right else " WRONG"),
        f"{row.status}, {'certified' if row.certified else 'not certified'}",
        f"{row.nodes:,}",
        f"{row.leaves:,}",
        f"{row.seconds:.3f}" if row.optimal else f"> {row.seconds:.0f}",
        f"{row.cpu_seconds:.3f}",
        str(row.runs),
        f"{row.megabytes:.0f}",
        target,
    ]


def rival_cells(row: RivalRow, ours: Trained, deadline: float) -> list[str]:
    """The columns of another way to train."""
    slow = row.failure.startswith(">")
    seconds = row.failure if slow else "" if row.seconds is None else f"{row.seconds:.3f}"
    remark = f"skipped: {row.failure}" if row.failure and not slow else row.remark
    return [
        row.rival.case.size,
        NAMES[row.rival.method] + (f" ({row.version})" if row.version else ""),
        seconds,
        f"{ours.seconds:.3f}",
        f"> {_short(deadline / ours.seconds)}" if slow else "" if row.seconds is None else _short(row.seconds / ours.seconds),
        _beside_optimum(row.reported, row.proved) + ("" if row.right else " WRONG"),
        _beside_optimum(row.attained, row.proved),
        "" if row.misses is None else f"{'' if row.proved else '>= '}{row.misses} of {STARTS}",
        remark,
    ]


def _short(ratio: float) -> str:
    return f"{ratio:,.2g}" if ratio < 10 else f"{ratio:,.0f}"


def _beside_optimum(share: float | None, proved: bool) -> str:
    """How a loss compares with the optimum, in words."""
    if share is None:
        return ""
    if abs(share) <= SAME:
        return "the optimum" if proved else "the same"
    return f"{share:+.1e}" + (" BELOW" if proved and share < 0 else "")


def command_cells(command: Command, seconds: float) -> list[str]:
    """The columns of a command."""
    target = command.target
    verdict = f"{target.text()}: {MET if target.met(seconds) else NOT_MET}" if target else ""
    return [command.text, f"{seconds:.3f}", verdict]


class Table:
    """A table that is said line by line while it grows."""

    def __init__(self, title: str, columns: Sequence[Column], say: Callable[[str], None]) -> None:
        self.title = title
        self.columns = columns
        self.rows: list[list[str]] = []
        self._say = say

    def add(self, cells: list[str]) -> None:
        """Take a row, and say it."""
        if not self.rows:
            self._say(f"\n{self.title}\n{self._line([column.title for column in self.columns])}")
        self.rows.append(cells)
        self._say(self._line(cells))

    def _line(self, cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(column.width) if column.right else cell.ljust(column.width)
            for cell, column in zip(cells, self.columns, strict=True)
        )
        return "  ".join(padded).rstrip()

    def markdown(self) -> str:
        """The whole table."""
        head = [
            "| " + " | ".join(column.title for column in self.columns) + " |",
            "|" + "|".join("---:" if column.right else "---" for column in self.columns) + "|",
        ]
        return "\n".join([f"## {self.title}", "", *head, *("| " + " | ".join(cells) + " |" for cells in self.rows)])
