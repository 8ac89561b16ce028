"""What a count looks like: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..exit_codes import PARTIAL, code_of
from ..output.report import Report
from .words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.pieces.counting.piece_count import PieceCount

SCHEMA = 1


def count_report(result: PieceCount, file: str, check: dict[str, Any] | None = None, expect: int | None = None) -> Report:
    """What is told of a count.

    Parameters
    ----------
    result : PieceCount
    file : str
        The network, as it was given.
    check : dict, optional
        What the independent recount found, if there was one: `complete`, and `counts` and `agrees` or else `stopped`.
    expect : int, optional
        What the count should be.
    """
    return Report(
        lambda: count_document(result, file) | ({"check": check} if check else {}),
        lambda: count_text(result, file) + ([check_row(check)] if check else []),
        PARTIAL if check and not check["complete"] else code_of(result.stopped),
        (*_unexpected(result, file, expect), *_differences(result, file, check)),
        lambda: count_rows(result, file, check),
    )


def each_report(reports: list[Report], file: str) -> Report:
    """What is told of the counts in several input sets together: their documents in one, and no more text."""

    def document() -> dict[str, Any]:
        documents = [report.document() for report in reports]
        return {
            "schema": SCHEMA,
            "file": file,
            "complete": all(one["complete"] for one in documents),
            "each": documents,
        }

    return Report(document, list)


def merged_report(result: PieceCount, name: str, files: tuple[str, ...], missing: list[str], expect: int | None) -> Report:
    """What is told of a count whose parts were merged."""
    return Report(
        lambda: count_document(result, name) | {"file": None, "parts": files, "missing": missing},
        lambda: count_text(result, name),
        code_of(result.stopped),
        tuple(_unexpected(result, None, expect)),
    )


def count_rows(result: PieceCount, file: str, check: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The rows of a count in a table: one for each notion."""
    return [
        {
            "file": file,
            "domain": result.domain.name,
            "inputs": result.input_dim,
            "widths": list(result.widths),
            "linear_neurons": result.linear,
            "notion": notion,
            "count": result.counts.get(notion),
            "complete": notion in result.final,
            "cells": result.cells,
            "stopped": result.stopped,
            "certified": result.certified,
            "check": None if check is None or not check["complete"] else check["counts"].get(notion),
            "seconds": round(result.seconds, 6),
        }
        for notion in result.asked
    ]


def count_document(result: PieceCount, file: str) -> dict[str, Any]:
    """The JSON document of a count; its keys are stable."""
    return {
        "schema": SCHEMA,
        "file": file,
        "pieces": result.pieces,
        "notion": result.notion,
        "counts": result.counts,
        "domain": result.domain.name,
        "input_dim": result.input_dim,
        "widths": list(result.widths),
        "linear_neurons": result.linear,
        "cells": result.cells,
        "complete": result.complete,
        "complete_notions": list(result.final),
        "stopped": result.stopped,
        "certified": result.certified,
        "seconds": round(result.seconds, 6),
    }


def count_text(result: PieceCount, file: str) -> list[str]:
    """A count for people, in lines."""
    from relupoly.files.streams import display_name

    rows = [
        *(_counts(result) if len(result.asked) > 1 else [("notion", _notion(result))]),
        ("domain", result.domain.name),
        ("network", _network(result)),
        ("cells", f"{counted(result.cells, 'full-dimensional activation cell')}{'' if result.final else ' so far'}"),
        ("certified", _certified(result)),
        ("time", f"{result.seconds:.2f} s"),
    ]
    return [f"{display_name(file)}: {_headline(result)}", *(_row(name, text) for name, text in rows)]


def check_row(check: dict[str, Any]) -> str:
    """What the independent recount says, as one more row of the text."""
    if not check["complete"]:
        return _row("check", f"not finished: {why_partial(check['stopped'])}")
    counts = ", ".join(f"{count} {name}" for name, count in check["counts"].items())
    return _row("check", f"{'agrees' if check['agrees'] else 'DIFFERS'}: exact linear programs count {counts}")


def _unexpected(result: PieceCount, file: str | None, expect: int | None) -> Iterator[str]:
    from relupoly.files.streams import display_name

    if result.complete and expect is not None and result.pieces != expect:
        place = "" if file is None else f"{display_name(file)}: "
        yield f"{place}expected {expect}, but {result.pieces} were counted ({result.notion})"


def _differences(result: PieceCount, file: str, check: dict[str, Any] | None) -> Iterator[str]:
    from relupoly.files.streams import display_name

    for name, count in (check or {}).get("counts", {}).items():
        if count != result.counts[name]:
            yield (
                f"{display_name(file)}: the check differs under {name}: {result.counts[name]} by the walk, "
                f"{count} by linear programs"
            )


def _row(name: str, text: str) -> str:
    return f"  {name:<11} {text}"


def _headline(result: PieceCount) -> str:
    from relupoly.pieces.notions import NOUNS

    if result.pieces is None:
        return f"no count yet: {why_partial(result.stopped)}, and {result.notion} needs all cells"
    number = counted(result.pieces, NOUNS[result.notion])
    if result.notion not in result.final:
        return f"{number} so far: {why_partial(result.stopped)}, the count is not complete"
    left = [name for name in result.asked if name not in result.final]
    return f"{number}; {why_partial(result.stopped)}, not complete: {', '.join(left)}" if left else number


def _notion(result: PieceCount) -> str:
    from relupoly.pieces.notions import WORDS

    return f"{result.notion}: {WORDS[result.notion]}"


def _counts(result: PieceCount) -> list[tuple[str, str]]:
    """A table of the notions that were asked for: their counts, and what they mean."""
    from relupoly.pieces.notions import WORDS

    counts = {name: str(result.counts.get(name, "?")) for name in result.asked}
    width = max(map(len, counts.values()))
    open_ended = {name: " so far" for name in result.asked if name in result.counts and name not in result.final}
    beside = max(map(len, open_ended.values()), default=0)
    return [(name, f"{count:>{width}}{open_ended.get(name, ''):<{beside}}  {WORDS[name]}") for name, count in counts.items()]


def _network(result: PieceCount) -> str:
    widths = ", ".join(map(str, result.widths))
    linear = f"; {result.linear} of their neurons linear: cells and patterns are those of this net" if result.linear else ""
    return f"{counted(result.input_dim, 'input')}, {f'hidden layers: {widths}' if widths else 'no hidden layer'}{linear}"


def _certified(result: PieceCount) -> str:
    exact = f", {result.exact_predicates} of them beyond machine arithmetic" if result.exact_predicates else ""
    return f"yes: every sign was proved{exact}" if result.certified else "no"
