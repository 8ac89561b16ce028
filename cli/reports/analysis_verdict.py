"""What is told of the certificate of an analysis that is right: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from relupoly.plain_text import clipped

from ..output.report import Report
from .numbers import about, shown
from .words import counted

if TYPE_CHECKING:
    from relupoly.analysis.check.replay import AnalysisVerdict

SCHEMA = 1
_MOST_SETS = 3  # of a union, that are described
_LONGEST = 300  # characters of a point


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
    >>> box = {"low": ["-1", "0"], "high": ["1", "1"], "rows": [], "origin": None}
    >>> statement_text({"kind": "lipschitz", "norm": "2", "domain": [box], "least": "5", "most": "5"})
    'lipschitz: the square of the constant in the 2-norm on the box -1,0 1 is 5'
    """
    kind = statement["kind"]
    if kind == "property":
        if statement["answer"] == "sat":
            return f"property: sat, by the input {_entries(statement['point'])}"
        return f"property: unsat, all {counted(len(statement['alternatives']), 'alternative')}"
    if kind == "lipschitz":
        is_squared = statement["norm"] == "2"
        what = "the square of the constant in the 2-norm" if is_squared else f"the constant in the norm {statement['norm']}"
        least, most = statement["least"], statement["most"]
        low, high = _about(least), _about(most)
        size = f"is {low}" if least == most else f"is {low}, up to rounding" if low == high else f"is between {low} and {high}"
        return f"lipschitz: {what} on {_domain(statement['domain'])} {size}"
    return _extremum_text(statement)


def _extremum_text(statement: dict[str, Any]) -> str:
    kind, point = statement["kind"], _entries(statement["point"])
    where = f"{kind}: {_combination(statement['objective'])} on {_domain(statement['domain'])}"
    if statement["value"] is None:
        return f"{where} has no bound, along {_entries(statement['ray'])} from {point}"
    bound = statement["bound"]
    beyond = "" if bound == statement["value"] else f", and {'at most' if kind == 'max' else 'at least'} {bound} elsewhere"
    return f"{where} is {_about(statement['value'])} at {point}{beyond}"


def _domain(parts: list[dict[str, Any]]) -> str:
    """What a domain is: what is proved, not what somebody called it.

    Examples
    --------
    >>> corner = {"low": ["0", "0"], "high": [None, None], "rows": [["1", "1"]], "origin": None}
    >>> _domain([corner, {"low": [None], "high": [None], "rows": [], "origin": ["0"]}])
    'the union of 2 sets (the box 0 inf in the set of 1 inequality; all points, in the coordinates of a subspace)'
    """
    sets = [_set(part) for part in parts[:_MOST_SETS]]
    if len(parts) == 1:
        return sets[0]
    return f"the union of {len(parts)} sets ({'; '.join(sets)}{'; ...' if len(parts) > _MOST_SETS else ''})"


def _set(part: dict[str, Any]) -> str:
    low, high, rows = part["low"], part["high"], len(part["rows"])
    bounded = any(end is not None for end in (*low, *high))
    texts = [f"the box {_ends(low, '-inf')} {_ends(high, 'inf')}"] if bounded else []
    texts += [f"the set of {rows} {'inequality' if rows == 1 else 'inequalities'}"] if rows else []
    found = " in ".join(texts) or "all points"
    return found if part["origin"] is None else f"{found}, in the coordinates of a subspace"


def _ends(entries: list[str | None], none: str) -> str:
    texts = [none if entry is None else _short(entry) for entry in entries]
    return clipped(texts[0] if len(set(texts)) == 1 else ",".join(texts))


def _entries(entries: list[str]) -> str:
    return clipped(f"({', '.join(map(_short, entries))})", _LONGEST)


def _short(text: str) -> str:
    """An exact number, or a decimal near it where it is long."""
    from relupoly.exact.rationals import rational

    return shown(rational(text))


def _about(text: str) -> str:
    """The same, marked where it is rounded."""
    from relupoly.exact.rationals import rational

    return about(rational(text))


def _combination(weights: list[str]) -> str:
    """A combination of outputs, in short where it is one of them."""
    used = [(number, weight) for number, weight in enumerate(weights, 1) if weight != "0"]
    if len(used) == 1 and used[0][1] == "1":
        return f"y{used[0][0]}" if len(weights) > 1 else "y"
    return " + ".join(f"({weight}) y{number}" for number, weight in used) or "0"
