"""A config file, `relupoly.toml` or `[tool.relupoly]` in `pyproject.toml`, that sets defaults of options.

Its keys are the names of options: those at the top are for all commands that have them, those in a section such as
[count-pieces] or [hard.sawtooth] for one command. A value is a text as on the command line, a number, true or false for what is
switched on and off, or a list. Names of files are meant from the folder of the config file.

The file is that of --config or RELUPOLY_CONFIG; else it is looked for in the current folder and those above it, up to that of a
repository or the user's home. A folder may come from anybody, so what is found there can change what is computed and how it is
told, but nothing else: options that write files, or reach for the network, are not taken from any config file, and a file of
another user, or one that everybody can write, is passed over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from relupoly.errors import FileFormatError

from .completion.kinds import FileName, FolderName

NAME = "relupoly.toml"
PROJECT = "pyproject.toml"
_TABLE = b"tool.relupoly"
_MOST_BYTES = 1_000_000  # far more than there are options; what is longer is no config file
_SUPERUSER = 0
_NEVER = {"config", "force", "yes", "scheduler", "log", "template"}
"""Options that let something be overwritten, written, run or reached, whatever their type is."""


class ConfigError(click.UsageError):
    """A config file says what there is not, or what is not allowed there."""


@dataclass(frozen=True)
class Config:
    """What a config file says.

    Attributes
    ----------
    file : str or None
        Its name as messages show it; None where there is none.
    folder : str
        The folder from which names of files are meant; empty for the current one.
    table : dict
        Keys and values; numbers with a point are their texts.
    passed_over : tuple of str
        Files that were found, but belong to others.
    """

    file: str | None
    folder: str
    table: dict[str, Any]
    passed_over: tuple[str, ...] = ()

    def check_top(self, commands: Sequence[str]) -> None:
        """Refuse sections of commands that there are not.

        Raises
        ------
        ConfigError
            It names the section.
        """
        for key, value in self.table.items():
            if isinstance(value, dict) and key not in commands:
                raise self.refusal(f"[{key}]: there is no such command{_nearest(key, commands)}")

    def section(self, names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The tables that are about a command, the nearest first, each with what messages call it."""
        for depth in range(len(names), -1, -1):
            table: Any = self.table
            for name in names[:depth]:
                table = table.get(name, {}) if isinstance(table, dict) else {}
            if not isinstance(table, dict):
                raise self.refusal(
                    f"{'.'.join(names[:depth])}: it is a command, so write a section [{'.'.join(names[:depth])}]"
                )
            yield (f"[{'.'.join(names[:depth])}] " if depth else ""), table

    def value(self, option: click.Option, key: str, given: Any, place: str) -> Any:
        """What click takes for the value of an option.

        Raises
        ------
        ConfigError
            If the option is not to be set here, or the value is of the wrong kind.
        """
        if key in _NEVER or isinstance(option.type, FolderName) or (isinstance(option.type, FileName) and option.type.written):
            raise self.refusal(f"{place}{key}: it lets something be written or reached; give --{key} on the command line")
        if option.is_flag:
            if not isinstance(given, bool):
                raise self.refusal(f"{place}{key}: write true or false")
            return given
        entries = given if isinstance(given, list) else [given]
        if not entries or any(isinstance(one, bool) or not isinstance(one, (str, int)) for one in entries):
            raise self.refusal(f"{place}{key}: write a text, a number, or a list of these")
        texts = [self._located(option, str(one)) for one in entries]
        if option.nargs != 1:
            return tuple(texts[0].split() if len(texts) == 1 else texts)
        return tuple(texts) if option.multiple else ",".join(texts)

    def _located(self, option: click.Option, text: str) -> str:
        """The name of a file, from where we are."""
        if not isinstance(option.type, FileName) or not self.folder or text == "-":
            return text
        return os.path.join(self.folder, os.path.expanduser(text))

    def refusal(self, text: str) -> ConfigError:
        """An error that names the file."""
        return ConfigError(f"{self.file}: {text}")


NO_FILE = Config(None, "", {})


def read_config(given: str | None) -> Config:
    """The config file that is given, or found; `NO_FILE` if there is none.

    Raises
    ------
    FileFormatError
        If it cannot be read, or is no TOML; it names the file, and the line where that is known.
    """
    if given is not None:
        return _parsed(Path(given), Path(given).name == PROJECT)
    passed_over = []
    for folder in _folders():
        for name in (NAME, PROJECT):
            file = folder / name
            try:
                status = file.stat()
                if not stat.S_ISREG(status.st_mode) or (name == PROJECT and not _mentions(file)):
                    continue
            except OSError:
                continue
            if status.st_uid not in (os.geteuid(), _SUPERUSER) or status.st_mode & stat.S_IWOTH:
                passed_over.append(str(file))
                continue
            found = _parsed(file, name == PROJECT)
            if name == NAME or found is not NO_FILE:
                return Config(found.file, found.folder, found.table, tuple(passed_over))
    return Config(None, "", {}, tuple(passed_over))


def _folders() -> Iterator[Path]:
    """The current folder and those above it, up to that of a repository or the user's home."""
    yield Path()
    try:
        here = Path.cwd()
    except OSError:  # it has been removed
        return
    home = os.path.expanduser("~")
    for folder in (here, *here.parents):
        if folder != here:
            yield folder
        if str(folder) == home or (folder / ".git").exists():
            return


def _mentions(file: Path) -> bool:
    """Whether a project's file may be about us: the parser need not be loaded for the others."""
    with file.open("rb") as stream:
        return _TABLE in stream.read(_MOST_BYTES)


def _parsed(file: Path, is_project: bool) -> Config:
    import tomllib

    from relupoly.files.streams import display_name, located, read_bytes

    name = display_name(str(file))
    with located(name):
        if str(file) == "-":
            raise FileFormatError("a config file has a name; standard input is for what is read")
        data = read_bytes(str(file))
        if len(data) > _MOST_BYTES:
            raise FileFormatError(f"it is longer than {_MOST_BYTES} bytes; a config file is short")
        try:
            table: Any = tomllib.loads(data.decode("utf-8"), parse_float=str)
        except ValueError as error:  # both what is no TOML and what is no UTF-8
            raise FileFormatError(f"it is no TOML: {error}") from None
    if is_project:
        tool = table.get("tool", {})
        table = tool.get("relupoly") if isinstance(tool, dict) else None
        if not isinstance(table, dict):
            return NO_FILE
        name += ": [tool.relupoly]"
    folder = str(file.parent)
    return Config(name, "" if folder == "." else folder, table)


def _nearest(key: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def unknown_option(key: str, options: Sequence[str]) -> str:
    """What is said of a key that no option has."""
    return f"there is no such option{_nearest(key, options)}"
