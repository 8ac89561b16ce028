"""Whatever the tests see of JSON that a command prints is held to the schema of that command."""

import functools
import json

from relupoly_cli.schema_files import COMMANDS, schema_of

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None


def hold(arguments, printed):
    """Assert that what a command line with --json or --jsonl has printed fits the schema of its command."""
    command = schema_name(arguments)
    if command is None or Draft202012Validator is None or not ({"--json", "--jsonl"} & {*arguments} or prints_lines(arguments)):
        return
    if {"--output", "-o"} & {*arguments} and arguments[0] not in ("hard", "represent"):
        return  # the answer is in the file, and a network may be here
    texts = [printed] if "--json" in arguments else printed.splitlines()
    for text in filter(str.strip, texts):
        assert errors(command, json.loads(text)) == []


def prints_lines(arguments):
    """Whether a command prints lines of JSON without being asked for them."""
    other_forms = {"--csv", "--explain", "--formula", "-h", "--help"}
    return arguments[0] == "regions" and not other_forms & {*arguments}


def errors(command, document):
    """What a document has against the schema of a command."""
    return [f"{error.json_path}: {error.message}" for error in validator(command).iter_errors(document)]


@functools.cache
def validator(command):
    return Draft202012Validator(schema_of(command))


def schema_name(arguments):
    """The command with a schema that a command line begins with."""
    for length in (2, 1):
        if " ".join(arguments[:length]) in COMMANDS:
            return " ".join(arguments[:length])
    return None
