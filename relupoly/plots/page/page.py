"""`page_of`: a picture of a net as a page."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from relupoly.errors import DomainError
from relupoly.plain_text import plain_text
from relupoly.plots.line.picture import LinePicture
from relupoly.plots.net_picture import NetPicture
from relupoly.plots.page.cell_arrays import line_arrays, plane_arrays
from relupoly.plots.page.packed import Packed, packed, script_json
from relupoly.plots.page.slices import Slices
from relupoly.plots.plane.picture import PlanePicture
from relupoly.plots.plane.plane_cells import Floats
from relupoly.plots.points import ShownPoints
from relupoly.plots.window import coordinate_names

SCRIPTS = (
    "format",
    "data",
    "regions",
    "colors",
    "raster",
    "camera",
    "over",
    "plane",
    "graph",
    "record",
    "svg",
    "legend",
    "app",
)
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


def page_of(picture: NetPicture | Slices, look: Look) -> bytes:
    """A file of HTML that needs no other and no network: the same bytes for the same picture.

    Parameters
    ----------
    picture : NetPicture or Slices
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
    if isinstance(picture, Slices):
        first = picture.pictures[0]
        sheets = [_sheet(one, told) for one, told in zip(picture.pictures, picture.told, strict=True)]
        return _page({**_about(first), "first": len(sheets) // 2}, sheets, look)
    if not isinstance(picture, PlanePicture | LinePicture):
        raise DomainError("a page shows nets over a line, a plane, or slices of a space")
    return _page({**_about(picture), "first": 0}, [_sheet(picture)], look)


def _about(picture: PlanePicture | LinePicture) -> dict[str, Any]:
    """What is known of a picture beside its cells."""
    view = picture.view
    is_line = isinstance(picture, LinePicture)
    names = [plain_text(name) for name in coordinate_names(picture.window.whole, 1 if is_line else 2, picture.points)]
    height = plain_text((picture.points and picture.points.label) or "value")
    return {
        "names": names,
        "axes": [*names, height] if is_line else names,
        "dimension": len(names),
        "color": view.color or ("pattern" if is_line else "gradient"),
        "output": view.output or 0,
        "layers": None if view.layers is None else list(view.layers),
        "level": picture.level if isinstance(picture, LinePicture) else None,
        "points": None if picture.points is None else _points(picture.points, is_line),
    }


def _sheet(picture: PlanePicture | LinePicture, told: str = "") -> tuple[dict[str, Any], Packed]:
    """The cells of a picture, and what is known of them."""
    boundary: Floats | None
    if isinstance(picture, LinePicture):
        arrays, boundary = packed(line_arrays(picture.cells)), picture.crossings
        spans = np.cumsum([0, *map(len, picture.cells.patterns[0])]).tolist()
        outputs = picture.cells.slope.shape[1]
    else:
        arrays, boundary = packed(plane_arrays(picture.cells)), picture.boundary
        spans = [0, *(end for _, end in picture.cells.spans)]
        outputs = picture.cells.constant.shape[1]
    about = {
        "told": plain_text(told),
        "outputs": outputs,
        "spans": list(itertools.pairwise(spans)),
        "boundary": [] if boundary is None else boundary.ravel().tolist(),
        "fields": arrays.fields,
    }
    return about, arrays


def _points(points: ShownPoints, is_line: bool) -> dict[str, Any]:
    """Data that are drawn over a picture: their places, and to which class or number each belongs."""
    heights = points.numbers if is_line else None
    if is_line and heights is None:
        raise DomainError("the points have no column of numbers besides the input; name it as the label")
    classes = () if is_line else points.classes
    places = points.places if heights is None else np.stack([points.places[:, 0], heights], axis=1)
    numbers = None if is_line or classes else points.numbers
    return {
        "places": places.ravel().tolist(),
        "label": plain_text(points.label or "data"),
        "classes": [plain_text(name) for name in classes],
        "kinds": [classes.index(name) for name in points.labels or ()] if classes else None,
        "numbers": None if numbers is None else numbers.tolist(),
        "projected": points.projected,
    }


def _page(about: dict[str, Any], sheets: Sequence[tuple[dict[str, Any], Packed]], look: Look) -> bytes:
    """The file, of what it tells and of the cells of each of its sheets."""
    about = {
        **about,
        "title": plain_text(look.title, keep="\n"),
        "legend": look.legend,
        "sheets": [own for own, _ in sheets],
    }
    folder = files("relupoly.plots.page")

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    script = "'use strict';\n(() => {\n" + "\n".join(text(f"{name}.js") for name in SCRIPTS) + "})();\n"
    style = text("page.css")
    blocks = [_block("about", "application/json", script_json(about))]
    blocks += [_block(f"cells-{number}", "text/plain", arrays.text) for number, (_, arrays) in enumerate(sheets)]
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
