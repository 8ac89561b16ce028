"""What the words of a command mean: which command it is, which words are options, and what a batch adds to them.

click knows that of each command, so nothing here is a list of commands or options, but for the few whose JSON is special.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click

from relupoly.errors import InputError
from relupoly.files.json_text import quoted

from ..main import COMMANDS, cli

BATCH = "batch"
_LISTED = ", ".join(sorted(set(COMMANDS) - {BATCH}))
# What decides about the form of an answer by itself, or prints something that is no answer.
_OWN_FORM = ("as_json", "as_jsonl", "as_csv", "as_latex", "as_part", "shard", "cells", "symbolic", "explain", "formula")
# Their --output is the network, and --json a report that is printed beside it.
_WRITES_NETWORKS = ("hard", "represent")


@dataclass(frozen=True)
class Called:
    """The command that words call.

    Attributes
    ----------
    command : click.Command
    names : tuple of str
        Its name, and that of its group before it.
    head : int
        How many words there are up to its name, that included.
    """

    command: click.Command
    names: tuple[str, ...]
    head: int


def called(words: Sequence[str]) -> Called | None:
    """The command that words call; None where there is none, as in a call for help.

    Examples
    --------
    >>> found = called(["--max-size", "1GB", "represent", "net", "a.json"])
    >>> found.names, found.head
    (('represent', 'net'), 4)
    """
    command: click.Command = cli
    names: tuple[str, ...] = ()
    place = 0
    while isinstance(command, click.Group):
        after = _first_argument(command, words, place)
        name = words[after] if after is not None else None
        if name is None or (command is cli and name not in COMMANDS):
            break
        inner = _inner(command, name)
        if inner is None:
            break
        command, names, place = inner, (*names, name), (after or 0) + 1
    return Called(command, names, place) if names else None


@functools.cache
def _inner(group: click.Group, name: str) -> click.Command | None:
    """A command of a group; all of a thousand jobs ask for the same few."""
    return group.get_command(click.Context(group), name)


@functools.cache
def options_of(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by their texts."""
    return {text: one for one in command.params if isinstance(one, click.Option) for text in (*one.opts, *one.secondary_opts)}


def _first_argument(command: click.Command, words: Sequence[str], start: int) -> int | None:
    """The first word of a group that is no option of it."""
    return next((place for place, option in _kinds(command, words, start) if option is None), None)


def check_command(words: Sequence[str]) -> None:
    """Refuse what no job can be.

    Raises
    ------
    InputError
        If there is no such command, or it is a batch itself.
    """
    if not words:
        raise InputError(f"there is no command; give one of {_LISTED}")
    found = called(words)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(words[0], COMMANDS, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"give one of {_LISTED}"
        raise InputError(f"no command {quoted(words[0])}; {hint}")
    if found.names[0] == BATCH:
        raise InputError("a batch is no job of a batch; list its jobs here")


def positions(found: Called, words: Sequence[str]) -> list[int]:
    """The places of the words that are arguments: no options, and no values of them.

    Examples
    --------
    >>> words = ["count-pieces", "a.json", "--box", "-1", "1", "-j2", "b.json"]
    >>> positions(called(words), words)
    [1, 6]
    """
    return [place for place, option in _kinds(found.command, words, found.head) if option is None]


def given(found: Called, words: Sequence[str]) -> dict[str, str | None]:
    """What is given to options, by the names of their values: the text after the option; None for a flag.

    Variables of the environment that set defaults count, too.

    Examples
    --------
    >>> words = ["count-pieces", "a.json", "--box", "-1", "1", "-j2", "--json"]
    >>> given(called(words), words)
    {'box': '-1', 'jobs': '2', 'as_json': None}
    """
    result: dict[str, str | None] = {}
    for place, option in _kinds(found.command, words, found.head):
        if option is not None and option.name:
            result[option.name] = _value(option, words, place)
    for parameter in found.command.params:
        variable = parameter.envvar if isinstance(parameter, click.Option) else None
        if parameter.name and isinstance(variable, str) and os.environ.get(variable):
            result.setdefault(parameter.name, os.environ[variable])
    return result


def _kinds(command: click.Command, words: Sequence[str], start: int) -> Iterator[tuple[int, click.Option | None]]:
    """The words that begin something, from a place on: options as such, arguments as None; unknown options are left out."""
    options = options_of(command)
    place = start
    while place < len(words):
        word = words[place]
        if word == "--":
            yield from ((later, None) for later in range(place + 1, len(words)))
            return
        if not word.startswith("-") or word == "-":
            yield place, None
            place += 1
            continue
        name, equals, _ = word.partition("=")
        attached = bool(equals)
        if name not in options and not name.startswith("--"):
            name, attached = word[:2], len(word) > 2
        option = options.get(name)
        if option is not None:
            yield place, option
        takes = 0 if option is None or option.is_flag or option.count else option.nargs
        place += 1 + max(0, takes - attached)


def _value(option: click.Option, words: Sequence[str], place: int) -> str | None:
    """The first text that an option is given."""
    if option.is_flag or option.count:
        return None
    word = words[place]
    if word.startswith("--"):
        _, equals, value = word.partition("=")
        if equals:
            return value
    elif len(word) > 2:
        return word[2:].removeprefix("=")
    return words[place + 1] if place + 1 < len(words) else None


def completed(words: Sequence[str], timeout: float | None = None) -> list[str]:
    """The words of a job with what a batch adds: its answer as a document, one thread, and the time that it has.

    Nothing is added that the words decide themselves.

    Parameters
    ----------
    words : sequence of str
    timeout : float, optional
        The seconds that it may take.

    Examples
    --------
    >>> completed(["count-pieces", "a.json"], 60)
    ['count-pieces', '--json', '--jobs', '1', '--deadline', '60', 'a.json']
    >>> completed(["count-pieces", "a.json", "b.json", "-j", "4"])
    ['count-pieces', '--jsonl', 'a.json', 'b.json', '-j', '4']
    >>> completed(["convert", "a.json", "b.npz"])
    ['convert', 'a.json', 'b.npz']
    """
    found = called(words)
    if found is None:
        return list(words)
    there = given(found, words)
    names = {parameter.name for parameter in found.command.params}
    added = _form(found, there, names, words)
    if "jobs" in names and not {"jobs", "scheduler"} & set(there):
        added += ["--jobs", "1"]
    # Formulas for given widths take no time, and no deadline.
    instant = found.names == ("bounds",) and "widths" in there
    if timeout is not None and "deadline" in names and "deadline" not in there and not instant:
        added += ["--deadline", f"{timeout:g}"]
    return [*words[: found.head], *added, *words[found.head :]]


def _form(found: Called, there: dict[str, str | None], names: set[Any], words: Sequence[str]) -> list[str]:
    """The option that makes a document of an answer, if there is one and it is free."""
    if "as_json" not in names or any(name in there for name in _OWN_FORM):
        return []
    if isinstance(found.command, click.Group):
        return ["--json"] if "listing" in there else []
    target = there.get("output", there.get("output_file"))
    if found.names[0] in _WRITES_NETWORKS and found.names[1:] != ("verify",):
        return ["--json"] if target not in (None, "-") or "out_dir" in there else []
    if target not in (None, "-") or there.get("net_file") == "-":
        return []
    return ["--jsonl"] if _is_several(found, there, words) else ["--json"]


def _is_several(found: Called, there: dict[str, str | None], words: Sequence[str]) -> bool:
    """Whether there are several answers, for which --json has no document."""
    if found.names == ("count-pieces",):
        return len(positions(found, words)) > 1
    return found.names == ("train",) and ".." in (there.get("width") or there.get("widths") or "")
