"""A list of jobs in a file: JSON lines, a table with a template, or TOML.

A job is `{"argv": [words]}`, or `{"command": ..., "arguments": [...], "options": {...}}`, in which an option is named without
its dashes and has a text, a number, true for a flag, or a list: of the values that it takes, or of one value for each time
that it is given. Numbers are taken as they are written. What is wrong with one job does not touch the others.
"""

from __future__ import annotations

import csv
import functools
import io
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from relupoly.errors import FileFormatError, InputError
from relupoly.files.formats import Formats
from relupoly.files.json_text import check_keys, parse_json, quoted
from relupoly.files.streams import Location, decode_text, display_name, is_standard, located, opened, read_bytes

from .job import Job
from .templates import Template
from .words import called, check_command, options_of

FORMATS = "jsonl, csv or toml"
_NAMES = {"jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "csv", "toml": "toml"}

# The place of a job in its file, and what makes its words; that may raise an InputError.
Entry = tuple[str, Callable[[], Sequence[str]]]


def read_jobs(source: Location, format: str | None = None, template: Template | None = None) -> list[Job]:
    """The jobs in a file.

    Parameters
    ----------
    source : path or "-"
        "-" is standard input, JSON lines unless `format` says otherwise.
    format : str, optional
        "jsonl", "csv" or "toml"; by default the suffix decides.
    template : Template, optional
        What a line of a table stands for.

    Raises
    ------
    InputError
        If the file cannot be read, or has no jobs. A job that cannot be read has an error of its own.
    """
    name = display_name(source)
    with located(name):
        if os.path.isdir(source):
            raise FileFormatError("it is a folder; name a command before it, such as relupoly batch count-pieces FOLDER")
        form = _NAMES[Formats(dict.fromkeys(_NAMES, ""), "jsonl").name_of(source, format)]
        if (form == "csv") != (template is not None):
            if not is_standard(source):
                with opened(source):  # that the file is missing is said first
                    pass
            if template is None:
                raise FileFormatError('a table needs --template, such as --template "count-pieces {net} --notion {notion}"')
            raise FileFormatError("--template is for tables (.csv); a job of JSON or TOML has its own words")
        data = read_bytes(source)
        entries = _rows(data, template) if template else _toml(data) if form == "toml" else _lines(data)
        jobs = [_job(number, f"{name}, {place}", make) for number, (place, make) in enumerate(entries, 1)]
        if not jobs:
            raise FileFormatError("it has no jobs; write one on each line")
    return jobs


def _job(number: int, place: str, make: Callable[[], Sequence[str]]) -> Job:
    try:
        words = tuple(make())
        check_command(words)
    except InputError as error:
        # Of a line, JSON knows the column, too.
        between = ", " if str(error).startswith("column ") else ": "
        return Job(number, (), f"{place}{between}{error}")
    return Job(number, words)


def _lines(data: bytes) -> Iterator[Entry]:
    """The jobs of JSON lines; a line that is not UTF-8 touches no other one."""
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield f"line {number}", functools.partial(_of_line, line)


def _of_line(line: bytes) -> list[str]:
    try:
        document = parse_json(line, exact_decimals=True)
    except FileFormatError as error:
        # It speaks of the first line of its text, which is one line of the file.
        raise FileFormatError(str(error).removeprefix("line 1, ").removeprefix("line 1: ")) from None
    except RecursionError:
        raise FileFormatError("it is nested too deeply; a job is a flat object") from None
    return words_of(document)


def _rows(data: bytes, template: Template) -> Iterator[Entry]:
    """The jobs of a table: the template with the entries of each line."""
    text = decode_text(data)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    while True:
        before = reader.line_num
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise FileFormatError(f"line {before + 1}: it is not CSV ({error}); close its quotation marks") from None
        if row is None:
            return
        if not any(entry.strip() for entry in row):
            continue
        if header is None:
            header = [entry.strip() for entry in row]
            template.check(header)
            continue
        yield f"line {before + 1}", functools.partial(template.filled, header, row)


def _toml(data: bytes) -> Iterator[Entry]:
    """The jobs of a TOML document: its tables [[job]]."""
    import tomllib

    try:
        document = tomllib.loads(decode_text(data), parse_float=str)
    except tomllib.TOMLDecodeError as error:
        raise FileFormatError(f"it is not TOML: {error}") from None
    check_keys(document, ["job"])
    tables = document["job"]
    if not isinstance(tables, list):
        raise FileFormatError('"job" is one table; write [[job]] above each job')
    for number, table in enumerate(tables, 1):
        yield f"job {number}", functools.partial(words_of, table)


def words_of(document: Any) -> list[str]:
    """The words of a job as JSON and TOML hold it.

    Raises
    ------
    FileFormatError
        It names what is wrong.

    Examples
    --------
    >>> words_of({"command": "count-pieces", "arguments": ["a.json"], "options": {"box": ["-1", "1"], "check": True}})
    ['count-pieces', '--box', '-1', '1', '--check', 'a.json']
    >>> words_of({"argv": ["info", "a.json"]})
    ['info', 'a.json']
    """
    if isinstance(document, dict) and "argv" in document:
        check_keys(document, ["argv"])
        return _words(document["argv"], "argv")
    check_keys(document, ["command"], ["arguments", "options"])
    command = document["command"]
    if not isinstance(command, str):
        raise FileFormatError('"command" is no text; write such as "count-pieces"')
    words = command.split()
    check_command(words)
    options = document.get("options", {})
    if not isinstance(options, dict):
        raise FileFormatError('"options" is no object; write such as {"notion": "all"}')
    arguments = _words(document.get("arguments", []), "arguments")
    # Whatever an argument begins with, it is none of the options.
    ahead = ["--"] if any(word.startswith("-") and word != "-" for word in arguments) else []
    return [*words, *_options(words, options), *ahead, *arguments]


def _options(words: list[str], options: dict[str, Any]) -> Iterator[str]:
    """The words of options."""
    found = called(words)
    known = options_of(found.command) if found else {}
    for key, value in options.items():
        name = key if key.startswith("-") else f"--{key.replace('_', '-')}"
        option = known.get(name)
        if value is True:
            yield name
        elif value is None or value is False:
            continue
        elif option is not None and option.is_flag:
            raise FileFormatError(f"the option {quoted(key)} is a flag; write true, or leave it out")
        elif isinstance(value, list) and not (option is not None and option.nargs > 1):
            for one in _words(value, key):
                yield from (name, one)
        else:
            yield name
            yield from _words(value if isinstance(value, list) else [value], key)


def _words(value: Any, key: str) -> list[str]:
    """A list of texts and numbers, as texts."""
    if not isinstance(value, list):
        raise FileFormatError(f"{quoted(key)} is no list of words; write such as [{quoted('net.json')}]")
    for one in value:
        if isinstance(one, bool) or not isinstance(one, (str, int)):
            raise FileFormatError(f"{quoted(key)} has an entry that is neither text nor number ({quoted(str(one))})")
    return [str(one) for one in value]
