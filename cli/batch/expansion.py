"""Jobs made on the spot: one command, and a job for each of the files that its patterns and folders stand for.

Files are sorted. A command that takes files of one kind gets a job for each; one that takes two gets a job for each pair.
`{stem}` and `{name}` in any word stand for the name of the job's first file, without and with its suffix: so that each job can
write a file of its own.
"""

from __future__ import annotations

import glob
import itertools
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from relupoly.errors import InputError
from relupoly.files.streams import display_name

from ..arguments.net_inputs import NetInputs
from ..completion.kinds import NETWORK, FileName
from .job import Job
from .words import Called, called, check_command, given, positions

# They take all their files together, or know themselves what to do with a folder.
_AS_THEY_ARE = (("merge",), ("hard", "verify"))
# Options, by the names of their values, that name a file to write.
_OUTPUTS = (
    *("output", "output_file", "net_file", "certificate", "checkpoint"),
    *("graph", "ine", "ext", "obj", "ply", "stl", "vtu"),
)
_PLACE = re.compile(r"\{(stem|name)\}")


def _ignore(found: NetInputs) -> None:
    pass


def expanded(words: Sequence[str], tell: Callable[[NetInputs], None] = _ignore) -> list[Job]:
    """The jobs that a command stands for.

    Parameters
    ----------
    words : sequence of str
    tell : callable
        Given what is found in each folder of networks, with the files that are passed over.

    Raises
    ------
    InputError
        If there is no such command, or nothing matches a pattern, or a folder holds no file of the kind.
    """
    check_command(words)
    found = called(words)
    assert found is not None
    places = () if found.names in _AS_THEY_ARE else positions(found, words)
    files = {place: _files(words[place], found, number, tell) for number, place in enumerate(places)}
    if len(files) > 1 and _takes_one_kind(found):
        [first, *others] = files
        files = {first: [file for place in files for file in files[place]]}
        words = [word for place, word in enumerate(words) if place not in others]
    jobs = [
        Job(number, tuple(_filled(words, dict(zip(files, chosen, strict=True)))))
        for number, chosen in enumerate(itertools.product(*files.values()), 1)
    ]
    _check_outputs(jobs, found)
    return jobs


def _check_outputs(jobs: Sequence[Job], found: Called) -> None:
    """Refuse jobs that would write to one file.

    Raises
    ------
    InputError
        It names the file.
    """
    seen: set[str] = set()
    for job in jobs:
        values = given(found, job.words)
        written = {str(values[name]) for name in _OUTPUTS if values.get(name) not in (None, "-")}
        if found.names == ("convert",):
            written |= {job.words[place] for place in positions(found, job.words)[1:]} - {"-"}
        for place in written & seen:
            raise InputError(
                f"{display_name(place)}: several jobs would write to it; put {{stem}} into its name, which is the name of the "
                "file that the job is about, or give --results before the command, which takes what all jobs answer"
            )
        seen |= written


def _takes_one_kind(found: Called) -> bool:
    """Whether all that the command takes are files of one kind, one or any number."""
    arguments = [one for one in found.command.params if isinstance(one, click.Argument)]
    return len(arguments) == 1 and arguments[0].nargs in (1, -1)


def _filled(words: Sequence[str], chosen: dict[int, str]) -> list[str]:
    """The words with files in the places of patterns, and names in those of {stem} and {name}."""
    first = Path(next(iter(chosen.values()), ""))
    names = {"stem": first.stem, "name": first.name}
    return [
        chosen[at] if chosen.get(at, word) != word else _PLACE.sub(lambda one: names[one[1]], word)
        for at, word in enumerate(words)
    ]


def _files(word: str, found: Called, number: int, tell: Callable[[NetInputs], None]) -> list[str]:
    """The files that a word stands for, sorted: itself, unless it is a pattern or a folder."""
    if word != "-" and os.path.isdir(word):
        arguments = [one for one in found.command.params if isinstance(one, click.Argument)]
        kind = arguments[min(number, len(arguments) - 1)].type
        if kind is NETWORK:
            networks = NetInputs.of([word])
            tell(networks)
            return list(networks.files)
        if not isinstance(kind, FileName) or kind.written or not kind.suffixes:
            return [word]
        suffixes = tuple(f".{name}" for name in kind.suffixes)
        files = sorted(str(file) for file in Path(word).iterdir() if file.name.lower().endswith(suffixes) and file.is_file())
        if not files:
            raise InputError(f"{display_name(word)}: the folder has no file with one of the suffixes {', '.join(suffixes)}")
        return files
    if not glob.has_magic(word) or os.path.lexists(word):
        return [word]
    files = sorted(file for file in glob.glob(word, recursive=True) if not os.path.isdir(file))
    if not files:
        raise InputError(f"{display_name(word)}: no file matches this pattern; check it, and the folder in which you are")
    return files
