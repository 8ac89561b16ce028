"""What `relupoly setup` tells."""

from __future__ import annotations

from ..exit_codes import code_of
from ..output.report import Document


def setup_code(document: Document) -> int:
    """The exit code."""
    return code_of(document["stopped"])


def setup_text(document: Document) -> list[str]:
    """The document, for people."""
    rows = [
        *((name, f"compiled, {seconds:.0f} s") for name, seconds in document["compiled"].items()),
        *((name, "was there") for name in document["kept"]),
        *((name, f"not compiled: {document['stopped']}") for name in document["missing"]),
    ]
    width = max(len(name) for name, _ in rows)
    head = "everything is compiled" if document["complete"] else "not everything is compiled; run it again to go on"
    return [f"{document['folder']}: {head}", *(f"  {name.ljust(width)}  {told}" for name, told in rows)]
