"""What is told of the certificate of an analysis that is right: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..output.report import Report
from .numbers import shown
from .words import counted

if TYPE_CHECKING:
    from relupoly.analysis.check.replay import AnalysisVerdict

SCHEMA = 1


def analysis_verdict_report(verdict: AnalysisVerdict, file: str, net: str) -> Report:
    """What is told of a certificate that is right."""

    def document() -> dict[str, Any]:
        head = {"schema": SCHEMA, "file": file, "data": net, "complete": True, "valid": True}
        claims = [claim.statement for claim in verdict.claims]
        return {**head, "claims": claims, "cuts": verdict.cuts, "leaves": verdict.leaves, "error": None}

    return Report(document, lambda: list(analysis_verdict_text(verdict, file, net)))


def analysis_verdict_text(verdict: AnalysisVerdict, file: str, net: str) -> Iterator[str]:
    """The same for people, in lines."""
    from relupoly.files.streams import display_name

    yield f"{display_name(file)}: right, about {display_name(net)}:"
    for claim in verdict.claims:
        yield f"  {statement_text(claim.statement)}"
    yield f"  proof: {counted(verdict.leaves, 'leaf proof')}, {counted(verdict.cuts, 'split')}"


def statement_text(statement: dict[str, Any]) -> str:
    """What a claim says, in words.

    Examples
    --------
    >>> statement_text({"kind": "lipschitz", "norm": "2", "domain": "R^n", "least": "5", "most": "5"})
    'lipschitz: the square of the constant in the 2-norm on R^n is 5'
    """
    kind = statement["kind"]
    if kind == "property":
        if statement["answer"] == "sat":
            return f"property: sat, by the input {_entries(statement['point'])}"
        return f"property: unsat, all {counted(statement['alternatives'], 'alternative')}"
    if kind == "lipschitz":
        is_squared = statement["norm"] == "2"
        what = "the square of the constant in the 2-norm" if is_squared else f"the constant in the norm {statement['norm']}"
        least, most = statement["least"], statement["most"]
        low, high = _short(least), _short(most)
        size = f"is {low}" if least == most else f"is {low}, up to rounding" if low == high else f"is between {low} and {high}"
        return f"lipschitz: {what} on {statement['domain']} {size}"
    return _extremum_text(statement)


def _extremum_text(statement: dict[str, Any]) -> str:
    kind, point = statement["kind"], _entries(statement["point"])
    where = f"{kind}: {_combination(statement['objective'])} on {statement['domain']}"
    if statement["value"] is None:
        return f"{where} has no bound, along {_entries(statement['ray'])} from {point}"
    bound = statement["bound"]
    beyond = "" if bound == statement["value"] else f", and {'at most' if kind == 'max' else 'at least'} {bound} elsewhere"
    return f"{where} is {_short(statement['value'])} at {point}{beyond}"


def _entries(entries: list[str]) -> str:
    return f"({', '.join(map(_short, entries))})"


def _short(text: str) -> str:
    """An exact number, or a decimal near it where it is long."""
    from relupoly.exact.rationals import rational

    return shown(rational(text))


def _combination(weights: list[str]) -> str:
    """A combination of outputs, in short where it is one of them."""
    used = [(number, weight) for number, weight in enumerate(weights, 1) if weight != "0"]
    if len(used) == 1 and used[0][1] == "1":
        return f"y{used[0][0]}" if len(weights) > 1 else "y"
    return " + ".join(f"({weight}) y{number}" for number, weight in used) or "0"
