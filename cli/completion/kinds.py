"""What a text on the command line stands for, so that TAB can complete it: files with certain suffixes, folders, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.types import StringParamType

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

FORMATS = "json, npz, nnet, onnx, safetensors, pt or pth"
"""The formats of networks, as help texts name them."""

TABLES = ("csv", "tsv", "txt", "dat")
"""The suffixes of tables."""


class FileName(StringParamType):
    """The name of a file; any text is one.

    Parameters
    ----------
    *suffixes : str
        What its name ends with, without the dot; none for files of any name.
    written : bool
        Whether the file is written.
    """

    def __init__(self, *suffixes: str, written: bool = False) -> None:
        self.suffixes = suffixes
        self.written = written

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """One item, which says which files are meant: the shell lists them."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file", suffixes=self.suffixes)]


class FolderName(StringParamType):
    """The name of a folder that is written to."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """One item, which says that folders are meant."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="dir")]


class NameOf(StringParamType):
    """A text that is mostly one of some names; whoever reads it says what is wrong with another.

    Parameters
    ----------
    *names : str
    several : bool
        Whether there may be more than one, with commas between.
    """

    def __init__(self, *names: str, several: bool = False) -> None:
        self.names = names
        self._several = several

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        """The names that begin as the text does; of several, those that are not there yet."""
        from click.shell_completion import CompletionItem

        before, comma, begun = incomplete.rpartition(",") if self._several else ("", "", incomplete)
        taken = before.split(",")
        return [CompletionItem(before + comma + one) for one in self.names if one.startswith(begun) and one not in taken]


_NETWORKS = FORMATS.replace(" or ", ", ").split(", ")

NETWORK = FileName(*_NETWORKS)
NEW_NETWORK = FileName(*_NETWORKS, written=True)
NETWORK_FORMAT = NameOf(*_NETWORKS)
DOMAIN = FileName("json", "ine", "ext", "vnnlib")
PROPERTY = FileName("vnnlib")
ROWS = FileName(*TABLES, "json", "npy")
TABLE = FileName(*TABLES)
POINTS = FileName(*TABLES, "json", "npy", "npz")
SAMPLES = FileName(*TABLES, "json", "npz")
SAMPLES_OR_NETWORK = FileName(*dict.fromkeys((*TABLES, "json", "npz", *_NETWORKS)))
HYPERPLANES = FileName(*TABLES, "json", "ine")
GENERATORS = FileName(*TABLES, "json", "ext", "npy")
CERTIFICATE = FileName("jsonl", "jsonl.gz", "gz")
NEW_CERTIFICATE = FileName("jsonl", "jsonl.gz", "gz", written=True)
PART = FileName()
CHECKPOINT = FileName(written=True)
ANSWER = FileName(written=True)
JOBS = FileName("jsonl", "csv", "tsv", "toml")
LOSSES = FileName("jsonl", "json")
RESULTS = FileName("jsonl", "csv", written=True)
GRAPH = FileName("graphml", "gexf", "json", "dot", "gv", written=True)
PICTURE = FileName("png", "svg", "pdf", written=True)
PAGE = FileName("html", "htm", written=True)
INE = FileName("ine", written=True)
EXT = FileName("ext", written=True)
FOLDER = FolderName()
