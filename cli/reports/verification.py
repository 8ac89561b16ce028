"""What is told of claims that were verified: of each network, and of all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..exit_codes import CHECK_FAILED, COMPLETE, code_of, worst
from ..output.report import Document, Report
from .words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.constructions.verification import Check, Verification

SCHEMA = 1

_MOST_NAMED = 5  # unknown claims in a line: enough to see what kind they are


def verification_report(row: Document) -> Report:
    """What is told of one network: of its row as `verification_document` makes it, or of one that could not be read."""
    return Report(lambda: row, lambda: [] if "error" in row else verification_text(row), _code(row))


def summary_report(rows: Sequence[Document], total: int) -> Report:
    """What is told of so many networks together; the text is a line, if there are several."""
    agree = sum(row.get("agrees") is True for row in rows)
    differ = sum(row.get("agrees") is False for row in rows)
    left = total - agree - differ
    document = {
        "schema": SCHEMA,
        "networks": total,
        "agree": agree,
        "differ": differ,
        "complete": left == 0,
        "files": rows,
    }
    open_text = f", {left} not verified" if left else ""
    text = f"{counted(total, 'network')}: {agree} agree, {differ} differ{open_text}"
    return Report(lambda: document, lambda: text if total > 1 else [])


def _code(row: Document) -> int:
    return worst(CHECK_FAILED if row.get("agrees") is False else COMPLETE, code_of(row.get("stopped")))


def verification_document(result: Verification, file: str, sha256: str, metadata: Mapping[str, Any]) -> Document:
    """The JSON document of a network whose claims were compared; its keys are stable."""
    return {
        "schema": SCHEMA,
        "file": file,
        "sha256": sha256,
        "family": metadata.get("family"),
        "parameters": metadata.get("parameters"),
        "agrees": result.agrees,
        "complete": result.complete,
        "stopped": result.stopped,
        "checks": [_check_document(check) for check in result.checks],
        "parameters_agree": result.parameters.agrees,
        "parameters_reason": result.parameters.reason,
        "unknown_claims": list(result.unknown),
        "seconds": round(result.seconds, 6),
    }


def _check_document(check: Check) -> Document:
    from relupoly.exact.json_numbers import jsonable

    document = {
        "claim": check.claim,
        "claimed": check.claimed,
        "relation": check.relation,
        "found": check.found,
        "agrees": check.agrees,
        "domain": check.domain.name if check.notion else None,
    }
    return {key: jsonable(value) for key, value in document.items()}


def verification_text(row: Document) -> str:
    """A network whose claims were compared, for people, in a line."""
    from relupoly.files.streams import display_name

    name = display_name(row["file"])
    wrong = [check for check in row["checks"] if check["agrees"] is False]
    told = [f"{check['claim']} is claimed to be {_relation(check)}, but {check['found']} was found" for check in wrong]
    if row["parameters_agree"] is False:
        told.append(row["parameters_reason"])
    if told:
        return f"{name}: DIFFERS: {'; '.join(told)}{_open(row)}"
    if not row["complete"]:
        return f"{name}: not verified: {why_partial(row['stopped'])}"
    counts = [_count(check) for check in row["checks"] if check["domain"] is not None]
    return f"{name}: agrees: {', '.join(counts) if counts else 'nothing but its shape is claimed'}{_open(row)}"


def _open(row: Document) -> str:
    """What is claimed, and was not checked."""
    from relupoly.files.json_text import quoted

    told = [row["parameters_reason"]] if row["parameters_agree"] is None and row["parameters_reason"] else []
    names = row["unknown_claims"]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        told.append(f"not checked, since not known: {', '.join(map(quoted, names[:_MOST_NAMED]))}{more}")
    return "".join(f"; {text}" for text in told)


def _count(check: dict[str, Any]) -> str:
    bound = f" >= {check['claimed']}" if check["relation"] == "at least" else ""
    return f"{check['claim']} {check['found']}{bound}"


def _relation(check: dict[str, Any]) -> str:
    return f"at least {check['claimed']}" if check["relation"] == "at least" else str(check["claimed"])
