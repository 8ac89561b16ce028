"""Pages as people ask for them: like `relupoly.plot_face`, with a file for a browser instead of axes."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from relupoly.files.by_name import domain_of, name_of, network_of
from relupoly.plot_face import points_of, view_of
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike
    from relupoly.plot_face import DataLike
    from relupoly.run import Run

_HEIGHT = 640  # pixels, in a notebook


@dataclass(frozen=True)
class Page:
    """A page for a browser that needs no other file and no network; notebooks show it.

    Attributes
    ----------
    title : str
        What it shows.
    text : bytes
        All of it: HTML in UTF-8.
    """

    title: str
    text: bytes = field(repr=False)

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write it to a file.

        Raises
        ------
        FileFormatError
            If the file exists and `force` is not given, or it cannot be written.
        """
        from relupoly.files.streams import write_bytes

        write_bytes(path, self.text, force)

    def _repr_html_(self) -> str:
        """The page in a frame of its own, which can do nothing but run the page's script."""
        source = html.escape(self.text.decode("utf-8"))
        return (
            f'<iframe sandbox="allow-scripts allow-downloads" title="{html.escape(self.title)}" '
            f'style="width: 100%; height: {_HEIGHT}px; border: 0" srcdoc="{source}"></iframe>'
        )


def page(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    notion: str = "open",
    color: str | None = None,
    output: int | None = None,
    level: Any = None,
    ties: tuple[int, int] | None = None,
    boundary: bool = False,
    layers: Sequence[int] | None = None,
    fixed: Mapping[int, Any] | None = None,
    data: DataLike = None,
    dark: bool = False,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Page:
    """A page in which one walks through the pieces of a net with one, two or three inputs, and reads what each is.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path, optional
    notion, color, output, level, ties, boundary, layers, fixed, data, legend, title, deadline, run
        As those of `relupoly.plot`. Of three inputs the page shows slices.
    dark : bool
        Whether on a dark ground at first.

    Returns
    -------
    Page

    Raises
    ------
    InputError
        If a file cannot be read, or there is no page of what is asked for.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> fold = Network.from_rows([([[1, 0]], None), ([[1]], None)])
    >>> print(page(fold, Domain.box([-1, -1], [1, 1])).title)
    network: 2 affine pieces
    open, on box -1 1
    """
    from relupoly.plots.page.page import Look, page_of
    from relupoly.plots.page.slices import shown_on_page

    view = view_of(notion, color, output, level, ties, boundary, layers)
    net, where = network_of(network), domain_of(domain)
    points = points_of(data, net, where, len(fixed or ()))
    found = shown_on_page(net, where, view, points=points, fixed=fixed, run=run_of(deadline, run))
    told = found.title(name_of(network)) if title is None else title
    return Page(told, page_of(found, Look(told, dark, legend)))
