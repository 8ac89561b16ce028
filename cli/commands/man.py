"""`relupoly man`: pages of the manual, where man finds them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..command_tree import every
from ..completion.kinds import FOLDER
from ..output.printing import show

EXAMPLES = """\b
Examples:
  relupoly man && man relupoly-count-pieces
  relupoly man --dir /usr/local/share/man/man1
"""


@click.command(epilog=EXAMPLES)
@click.option("--dir", "folder", type=FOLDER, metavar="DIR", help="Where to write; by default ~/.local/share/man/man1.")
@click.option("--force", is_flag=True, help="Overwrite files that relupoly man has not written.")
@click.pass_context
def man(ctx: click.Context, folder: str | None, force: bool) -> None:
    """How are the pages of the manual installed?

    Writes a page for each command, so that man relupoly shows what relupoly --help says, and man relupoly-count-pieces what
    count-pieces can do. Pages of an earlier version are replaced.
    """
    from importlib.metadata import version

    from relupoly.files.streams import display_name, located, write_bytes

    from ..manual import page, page_name

    if folder == "":
        raise click.UsageError("--dir wants a folder")
    place = Path(folder) if folder is not None else default_folder()
    with located(display_name(str(place))):
        make_folder(place)
    contexts = list(every(ctx.find_root()))
    for context in contexts:
        target = place / f"{page_name(context)}.1"
        write_bytes(str(target), page(context, version("relupoly")).encode(), force or is_ours(target))
    show(f"{len(contexts)} pages are in {display_name(str(place))}; {how_to_read(place)}")


def default_folder() -> Path:
    """The folder of a user's own pages."""
    data = os.environ.get("XDG_DATA_HOME", "")
    base = Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share"
    return base / "man" / "man1"


def make_folder(place: Path) -> None:
    """Make a folder, with those above it.

    Raises
    ------
    FileFormatError
        If it cannot be made.
    """
    from relupoly.errors import FileFormatError

    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileFormatError(f"the folder cannot be made ({error.strerror}); give another one with --dir") from None


def is_ours(target: Path) -> bool:
    """Whether a file is a page that this command has written."""
    from ..manual import MARK

    try:
        with target.open("rb") as file:
            return target.is_file() and file.read(len(MARK)) == MARK.encode()
    except OSError:
        return False


def how_to_read(place: Path) -> str:
    """How man finds the pages: it looks beside the folders of programs."""
    from relupoly.files.streams import display_name

    if place.name != "man1":
        return f"read one with: man {display_name(str(place / 'relupoly.1'))}"
    base = place.parent
    programs = {os.path.normpath(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry}
    above = base.parent.parent if base.parent.name == "share" else base.parent
    if base.name == "man" and os.path.normpath(above / "bin") in programs:
        return "read them with: man relupoly"
    return f"read them with: man -M {display_name(str(base))} relupoly"
