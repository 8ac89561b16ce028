"""What is told of an arrangement: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.geometry.arrangement import Arrangement

SCHEMA = 1


def arrangement_report(document: dict[str, Any], expect: int | None) -> Report:
    """What is told of an arrangement: its document, which may have a check in it, and how many regions it should have."""
    check = document.get("check", {"stopped": None})
    stopped = document["stopped"] or check["stopped"]
    return Report(lambda: document, lambda: arrangement_text(document), code_of(stopped), tuple(_wrong(document, expect)))


def arrangement_document(
    hyperplanes: Arrangement,
    name: str,
    formula: int | None,
    chi: tuple[int, ...] | None,
    f_vector: tuple[int, ...] | None,
    stopped: str | None,
    seconds: float,
) -> dict[str, Any]:
    """The JSON document about an arrangement; its keys are stable."""
    from relupoly.geometry.characteristic import bounded_regions, regions

    return {
        "schema": SCHEMA,
        "name": name,
        "regions": None if chi is None else regions(chi),
        "bounded_regions": None if chi is None else bounded_regions(chi),
        "rank": hyperplanes.rank,
        "dimension": hyperplanes.dimension,
        "hyperplanes": len(hyperplanes.rows),
        "central": hyperplanes.is_central,
        "characteristic_polynomial": chi,
        "whitney_numbers": None if chi is None else whitney_numbers(chi, hyperplanes.rank),
        "factored": None if chi is None else factored(chi),
        "f_vector": f_vector,
        "formula": formula,
        "complete": stopped is None,
        "stopped": stopped,
        "seconds": round(seconds, 6),
    }


def arrangement_text(document: dict[str, Any]) -> list[str]:
    """What is told of an arrangement to people, in lines."""
    rows = [
        ("hyperplanes", f"{document['hyperplanes']} in R^{document['dimension']}, rank {document['rank']}{_kind(document)}"),
        *(_counts(document) if document["regions"] is not None else []),
        *(_check(document["check"], document["regions"]) if "check" in document else []),
        ("time", f"{document['seconds']:.2f} s"),
    ]
    return [f"{document['name']}: {_headline(document)}", *(f"  {name:<11} {text}" for name, text in rows)]


def whitney_numbers(chi: tuple[int, ...], rank: int) -> list[int]:
    """The absolute values of the coefficients, from the leading one on.

    Examples
    --------
    >>> whitney_numbers((0, 2, -3, 1), 2)
    [1, 3, 2]
    """
    return [abs(entry) for entry in reversed(chi)][: rank + 1]


def factored(chi: tuple[int, ...]) -> str:
    """The characteristic polynomial as a product, where it is one; in the notation of sympy, which can read it.

    Examples
    --------
    >>> factored((0, 16, -8, 1)), factored((3, -3, 1)), factored((0, 2, -3, 1))
    ('t*(t - 4)**2', 't**2 - 3*t + 3', 't*(t - 1)*(t - 2)')
    """
    from flint import fmpz_poly

    factors = [([int(entry) for entry in part.coeffs()], power) for part, power in fmpz_poly(list(chi)).factor()[1]]
    factors.sort(key=lambda factor: (len(factor[0]), [abs(entry) for entry in factor[0]]))
    if factors == [(list(chi), 1)]:
        return _sum(chi)
    powers = [(_sum(part) if part == [0, 1] else f"({_sum(part)})", power) for part, power in factors]
    return "*".join(text if power == 1 else f"{text}**{power}" for text, power in powers)


def _sum(coefficients: Sequence[int]) -> str:
    """A monic polynomial in t, from the coefficient of t^0 on."""
    terms = []
    for power, entry in reversed(list(enumerate(coefficients))):
        symbol = {0: "", 1: "t"}.get(power, f"t**{power}")
        size = "*".join(part for part in ("" if abs(entry) == 1 and power else str(abs(entry)), symbol) if part)
        if entry:
            terms.append(f"{'- ' if entry < 0 else '+ '}{size}")
    return " ".join(terms).removeprefix("+ ")


def _wrong(document: dict[str, Any], expect: int | None) -> Iterator[str]:
    """What speaks against the number of regions: what was expected, the check, the theorem."""
    name, regions = document["name"], document["regions"]
    if regions is None:
        return
    if expect is not None and regions != expect:
        yield f"{name}: expected {expect}, but there are {regions} regions"
    check = document.get("check")
    if check and check["complete"] and check["regions"] != regions:
        yield f"{name}: the check differs: {regions} regions, but {check['regions']} cells"
    if document["formula"] not in (None, regions):
        yield f"{name}: the formula differs: {regions} regions, but it says {document['formula']}"


def _headline(document: dict[str, Any]) -> str:
    if document["regions"] is None:
        return f"no count yet: {why_partial(document['stopped'])}"
    return f"{counted(document['regions'], 'region')}, {document['bounded_regions']} of them bounded"


def _kind(document: dict[str, Any]) -> str:
    return ", with a common point" if document["central"] else ""


def _counts(document: dict[str, Any]) -> list[tuple[str, str]]:
    vector = document["f_vector"]
    missing = f"not counted: {why_partial(document['stopped'])}" if document["stopped"] else "not counted; add --f-vector"
    rows = [
        ("polynomial", document["factored"]),
        ("Whitney", _listed(document["whitney_numbers"])),
        ("f-vector", _listed(vector) if vector else missing),
    ]
    if document["formula"] is not None:
        agrees = "agrees" if document["formula"] == document["regions"] else "DIFFERS"
        rows.append(("theorem", f"{agrees}: the family's formula says {document['formula']}"))
    return rows


def _check(check: dict[str, Any], regions: int) -> list[tuple[str, str]]:
    if not check["complete"]:
        return [("check", f"not finished: {why_partial(check['stopped'])}")]
    return [("check", f"{'agrees' if check['regions'] == regions else 'DIFFERS'}: {check['regions']} cells of the network")]


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
