"""What `relupoly demo` tells."""

from __future__ import annotations

import os
import shlex

from ..output.report import Document
from .words import counted

_TO_TRY = (
    ("count-pieces", "iris.json"),
    ("count-pieces", "digits.json", "--through", "digits_plane.csv", "--box", "0", "1", "--notion", "all"),
    ("train", "samples/linnerud.csv", "--width", "2"),
)


def demo_document(folder: str, written: list[str], kept: list[str]) -> Document:
    """The document of what was written; files are named relative to the folder."""
    there = {*written, *kept}
    commands = [["relupoly", *(os.path.join(folder, word) if word in there else word for word in words)] for words in _TO_TRY]
    return {"schema": 1, "folder": folder, "written": written, "kept": kept, "commands": [*map(shlex.join, commands)]}


def demo_text(document: Document) -> list[str]:
    """The same for people."""
    written, kept = len(document["written"]), len(document["kept"])
    same = f", {kept} kept, which were there" if kept else ""
    return [
        f"{document['folder']}: {counted(written, 'file')} written{same}",
        *(f"  {name}" for name in document["written"]),
        "Try:",
        *(f"  {command}" for command in document["commands"]),
    ]
