"""What a zonotope looks like: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .tables import aligned
from .words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.geometry.zonotope import Zonotope

SCHEMA = 1

_FACTS = ("vertices", "facets", "f_vector", "volume", "relative_volume")


def zonotope_report(document: dict[str, Any], expect: int | None) -> Report:
    """What is told of a zonotope: its document, as far as it was filled, and how many vertices it should have."""
    return Report(
        lambda: document, lambda: zonotope_text(document), code_of(document["stopped"]), tuple(_wrong(document, expect))
    )


def zonotope_document(zonotope: Zonotope, name: str) -> dict[str, Any]:
    """The JSON document of a zonotope before anything is computed: that is null; its keys are stable."""
    return {
        "schema": SCHEMA,
        "name": name,
        "ambient_dimension": zonotope.ambient_dimension,
        "generators": len(zonotope.generators),
        "distinct_generators": len(zonotope.segments),
        "dimension": zonotope.dimension,
        **dict.fromkeys(_FACTS),
        "complete": False,
        "stopped": None,
    }


def zonotope_text(document: dict[str, Any]) -> list[str]:
    """A zonotope for people, in lines."""
    unknown = f"not known: {why_partial(document['stopped'])}"
    facts = {name: unknown if document[name] is None else _fact(document, name) for name in _FACTS}
    rows = [
        ["vertices", facts["vertices"]],
        ["facets", facts["facets"]],
        ["f-vector", facts["f_vector"]],
        ["volume", facts["volume"]],
    ]
    if document["dimension"] < document["ambient_dimension"]:
        rows.append(
            ["relative", f"{facts['relative_volume']}: the volume in its span, in unit cells of the integer points there"]
        )
    lines = [f"{document['name']}: {_headline(document)}", *aligned(rows)]
    if "vertex_list" in document:
        lines += ["", *(",".join(map(str, vertex)) for vertex in document["vertex_list"])]
    return lines


def _wrong(document: dict[str, Any], expect: int | None) -> Iterator[str]:
    """What speaks against the number of vertices: the list of them, what was expected."""
    name, found = document["name"], document["vertices"]
    listed = len(document.get("vertex_list", []))
    if document["complete"] and listed not in (0, found):
        yield f"{name}: {found} vertices were counted, but {listed} listed"
    if expect is not None and found is not None and found != expect:
        yield f"{name}: expected {expect} vertices, but there are {found}"


def _headline(document: dict[str, Any]) -> str:
    given, distinct = document["generators"], document["distinct_generators"]
    merged = "" if given == distinct else f" ({distinct} directions)"
    space = f"zonotope of dimension {document['dimension']} in R^{document['ambient_dimension']}"
    return f"{space}, {counted(given, 'generator')}{merged}"


def _fact(document: dict[str, Any], name: str) -> str:
    value = document[name]
    return ", ".join(map(_digits, value)) if isinstance(value, list) else _digits(value)


def _digits(value: int | str) -> str:
    """All digits of a number; Python itself refuses to print integers of thousands of digits, flint does not."""
    from flint import fmpz

    return value if isinstance(value, str) else str(fmpz(value))
