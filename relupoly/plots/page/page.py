"""`page_of`: a picture of a net as a page."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from relupoly.errors import DomainError
from relupoly.plain_text import plain_text
from relupoly.plots.net_picture import NetPicture
from relupoly.plots.page.cell_arrays import plane_arrays
from relupoly.plots.page.packed import Packed, packed, script_json
from relupoly.plots.plane.picture import PlanePicture
from relupoly.plots.window import coordinate_names

SCRIPTS = ("format", "data", "regions", "colors", "raster", "camera", "plane", "record", "svg", "legend", "app")
"""The modules of JavaScript, in the order in which they stand in the page."""


@dataclass(frozen=True)
class Look:
    """How a page looks at first.

    Attributes
    ----------
    title : str
        What it shows; its first line is the name of the page.
    dark : bool
        Whether on a dark ground, whatever the reader's system prefers.
    legend : bool
        Whether to tell what colours mean.
    """

    title: str
    dark: bool = False
    legend: bool = True


def page_of(picture: NetPicture, look: Look) -> bytes:
    """A file of HTML that needs no other and no network: the same bytes for the same picture.

    Parameters
    ----------
    picture : NetPicture
    look : Look

    Raises
    ------
    DomainError
        If there is no page of such a picture.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> from relupoly.plots.net_picture import picture_of
    >>> fold = Network.from_rows([([[1, 0]], None), ([[1]], None)])
    >>> page = page_of(picture_of(fold, Domain.box([-1, -1], [1, 1])), Look("A fold"))
    >>> page.startswith(b"<!doctype html>"), b"<title>A fold</title>" in page
    (True, True)
    """
    if not isinstance(picture, PlanePicture):
        raise DomainError("a page shows nets with two inputs, or on a plane")
    view, cells = picture.view, picture.cells
    boundary = picture.boundary
    about = {
        "title": plain_text(look.title, keep="\n"),
        "names": [plain_text(name) for name in coordinate_names(picture.window.whole, 2, picture.points)],
        "dimension": 2,
        "notion": view.notion,
        "outputs": cells.constant.shape[1],
        "spans": [list(span) for span in cells.spans],
        "color": view.color or "gradient",
        "output": view.output or 0,
        "legend": look.legend,
        "boundary": None if boundary is None else boundary.ravel().tolist(),
    }
    return _page(about, [packed(plane_arrays(cells))], look)


def _page(about: dict[str, Any], sheets: Sequence[Packed], look: Look) -> bytes:
    """The file, of what it tells and of the cells of each of its sheets."""
    folder = files("relupoly.plots.page")

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    script = "'use strict';\n(() => {\n" + "\n".join(text(f"{name}.js") for name in SCRIPTS) + "})();\n"
    style = text("page.css")
    blocks = [_block("about", "application/json", script_json({**about, "fields": [sheet.fields for sheet in sheets]}))]
    blocks += [_block(f"cells-{number}", "text/plain", sheet.text) for number, sheet in enumerate(sheets)]
    filled = {
        "theme": ' data-theme="dark"' if look.dark else "",
        "policy": f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'",
        "title": html.escape(plain_text(look.title.split("\n")[0])),
        "style": style,
        "data": "\n".join(blocks),
        "script": script,
    }
    page = re.sub(r"\{\{(\w+)\}\}", lambda place: filled[place[1]], text("page.html"))
    return page.encode("utf-8")


def _block(name: str, kind: str, text: str) -> str:
    return f'<script id="{name}" type="{kind}">{text}</script>'


def _hash(text: str) -> str:
    """What a Content Security Policy calls an element of the page whose text is trusted."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
