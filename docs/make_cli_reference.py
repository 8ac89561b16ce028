"""Write docs/cli.md, the reference of the command line, from what `--help` says: the two cannot differ.

Run as `make docs`. A test fails when the file is out of date or a command is missing from it.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from relupoly_cli.commands.schema import FOLDER
from relupoly_cli.main import COMMANDS, cli

TARGET = Path(__file__).with_name("cli.md")
WIDTH = 100

OPENING = """\
# Command line

This page is written by `make docs` from what `--help` says. Do not edit it.

Results go to stdout, everything else to stderr. Each option has a variable that sets its default, named after the command
and the option: `RELUPOLY_COUNT_PIECES_NOTION=closed`. `relupoly completion` makes TAB
complete commands, options, choices and files, and `relupoly man` installs what stands here as pages of the manual.

A config file sets defaults, too: `relupoly.toml`, or `[tool.relupoly]` in `pyproject.toml`, in the current folder or above it,
up to that of a repository or the home folder; `--config FILE` or `RELUPOLY_CONFIG` names another one. The command line goes
before variables, these before the file, a section before what stands at the top:

```toml
jobs = 4                            # for all commands that have --jobs

[count-pieces]
notion = "closed"
domain = ["left.json", "right.json"]        # from the folder of this file

[hard.sawtooth]
width = 3
```

Options that let something be written or overwritten (`output`, `force`, `checkpoint`, ...) or that reach for the network
(`scheduler`) are refused there: a folder may come from anybody. So a config file that was found is passed over, with a warning,
where it, or a link that leads to it, belongs to another user, or everybody can write it.
"""


def meanings(command: str, definition: str | None = None, **inner: str) -> dict[str, str]:
    """What the keys of a document mean, by its schema; after a list of objects come the keys of these."""
    schema = json.loads((FOLDER / f"{command}.json").read_text(encoding="utf-8"))
    properties = (schema["$defs"][definition] if definition else schema)["properties"]
    found = {}
    for key, value in properties.items():
        found[key] = value["description"]
        if key in inner:
            found |= meanings(command, inner[key])
    return found


EQUAL_KEYS = meanings("equal")

EVALUATE_KEYS = meanings("evaluate", "document", rows="row")

REPRESENT_KEYS = {
    "schema": "the version of these keys, 1",
    "output": "the file of the network",
    "input_dim": "the number of inputs",
    "hidden_layers": "the number of hidden layers",
    "widths": "their widths, a list",
    "size": "the number of neurons",
    "pieces": "univariate: the number of pieces of the function",
    "output_bias": "univariate: whether the output layer may add a constant",
    "functions": "max-affine: how many affine functions were given",
    "needed": "max-affine: how many of them the network uses",
    "hidden_layers_at_most": "net: ceil(log2(n + 1)), where n is the rank of the first layer; 0 for affine functions",
    "routes": 'net: how each output was found: a route, "univariate" (the least network), "affine", or "given"',
    "refused": "net: an object with the routes that were too long, and why",
    "minimal": "univariate, net: true where no network with one hidden layer is smaller; null where that is not known",
    "proved": "true where equality to what was given is proved; null where that was stopped, and nothing was written",
    "complete": "whether nothing was stopped",
    "stopped": 'what stopped it: "deadline" or "interrupted"; else null',
}

MERGE_KEYS = {
    "file": "null",
    "parts": "the files that were merged, a list",
    "missing": "the shards and tasks that no part holds, in words, a list",
}

COUNT_KEYS = meanings("count-pieces", "count")

INFO_KEYS = meanings("info")

BOUNDS_KEYS = meanings("bounds")

GAP_KEYS = {
    "schema": "the version of these keys, 1",
    "delta": "the error of the L1 version, a text, or null",
    "rows": "a list of objects with the keys below",
    "width": "w",
    "depth": "k, the number of hidden layers of the deep network",
    "size": "its size w k",
    "pieces": "its number of pieces on R",
    "smaller_depth": "k'",
    "paper_lower": "the published lower bound on the size with k' hidden layers, rounded down where it is no double",
    "paper_exact": "the same as a text p/q where it is rational, else null",
    "paper_formula": "the formula of it",
    "sharp_lower": "the least size with which a network can have as many pieces",
    "l1_paper": "with `--delta`: the published size up to which every error is above delta; also `l1_exact`, `l1_formula`",
    "l1_sharp": "with `--delta`: the least size with which the error may be delta or less",
}

ZONOTOPE_KEYS = {
    "schema": "the version of these keys, 1",
    "name": "the file, or the family with its parameters",
    "ambient_dimension": "the dimension n of the space",
    "generators": "the number of generators",
    "distinct_generators": "the number of their directions",
    "dimension": "the dimension of the zonotope",
    "vertices": "the number of vertices; null where it was not reached, as in the next four",
    "facets": "the number of facets",
    "f_vector": "the numbers of faces of dimension 0, 1, ..., up to the facets, a list",
    "volume": "the volume in R^n, a whole number or a text p/q; 0 where the dimension is smaller",
    "relative_volume": "the volume in the span of the generators, where a cell of its integer points has volume 1",
    "complete": "whether everything was reached",
    "stopped": 'why not: "deadline" or "interrupted"; else null',
    "vertex_list": "with `--list`: the vertices, each a list of whole numbers and texts p/q",
}

DEMO_KEYS = {
    "schema": "the version of these keys, 1",
    "folder": "the folder as it was given",
    "written": "the files that were written, a list of names in it",
    "kept": "those that were there already, likewise",
    "commands": "commands to try, a list",
}

SETUP_KEYS = {
    "schema": "the version of these keys, 1",
    "folder": "where compiled code is kept",
    "compiled": "an object: what was compiled now, and the seconds that it took",
    "kept": "what was there already, a list",
    "missing": "what is still to be compiled, a list",
    "complete": "whether nothing is",
    "stopped": 'why not: "deadline" or "interrupted"; else null',
}

ANSWERS = {
    "bounds": BOUNDS_KEYS,
    "demo": DEMO_KEYS,
    "evaluate": EVALUATE_KEYS,
    "gap": GAP_KEYS,
    "setup": SETUP_KEYS,
    "zonotope": ZONOTOPE_KEYS,
}


VERIFY_KEYS = {
    "schema": "the version of these keys, 1",
    "file": "the network file",
    "sha256": "the hash of its content; what was verified before is known by it",
    "family": "from the file's metadata",
    "parameters": "from the file's metadata",
    "agrees": "whether all claims are true; null where some were not checked and no other is false",
    "complete": "whether all claims were checked",
    "stopped": 'why not: "deadline" or "interrupted"; else null',
    "checks": "a list of objects: `claim`, `claimed`, `relation` (`equal` or `at least`), `found`, `agrees`, and the `domain` "
    "of a count",
    "parameters_agree": "whether family and parameters make this network; null where that is not known",
    "parameters_reason": "why they do not, or why that is not known; else null",
    "unknown_claims": "the names of claims that were not checked, since nothing is known about them",
    "seconds": "how long the counts took",
}

CLAIM_KEYS = {
    "theorem": "what is proved, and by whom",
    "pieces": "the number of affine pieces on R^n (`--notion open`); null where there is no closed formula",
    "activation": "the number of full-dimensional activation cells on R^n; null where there is no closed formula",
    "pieces_at_least": "a lower bound on `pieces`, where there is no closed formula; likewise `activation_at_least`",
    "pieces_almost_surely": "the number for almost all weights of a random network; likewise `activation_almost_surely`",
    "pieces_paper": "what the paper counts, on its domain; likewise `activation_paper`",
    "paper_domain": "that domain: inequalities A x <= b, or R^n",
    "paper_relation": "`equal`, or `at least` where the paper's number is a lower bound",
    "depth": "the number of layers, the output layer included",
    "hidden_layers": "the number of hidden layers",
    "width": "the largest number of neurons in a hidden layer",
    "size": "the number of hidden neurons",
}

TRAIN_KEYS = meanings("train")

CHECK_KEYS = {
    "schema": "the version of these keys, 1",
    "file": "the certificate as it was given",
    "data": "the file of samples as it was given",
    "complete": "whether the check came to its end",
    "valid": "whether the certificate is right; null if that is not known. The keys below, but `error`, are there if it is",
    "optimal": "whether it proves the net optimal: the bound is the loss",
    "loss_function": '"squared", "absolute", "hinge" or "max"',
    "loss_sum": "the loss of the net over all samples",
    "loss_sum_exact": 'the same, exactly: "p/q"',
    "lower_bound": "no net of this width has a smaller `loss_sum`",
    "lower_bound_exact": "the same, exactly",
    "width": "the number of neurons",
    "bias": "whether neurons have biases in the nets that the bound is about",
    "output_bias": "whether the output has one",
    "samples": "the number of samples",
    "inputs": "the number of inputs",
    "splits": "how many nodes of the search tree are divided",
    "leaves": "how many are not, and were checked",
    "rays": "how many rays each leaf is about, at most",
    "error": "what is wrong, and on which line; else null",
}


BATCH_KEYS = {
    "schema": "the version of these keys, 1",
    "job": "the number of the job in its list, from 1",
    "argv": "the words of its command line, as they were given; null where they could not be read",
    "exit_code": "that of the command; 128 and the number of a signal that killed it; 4 if it took longer than `--timeout`",
    "result": "its document, or the list of several; null if it printed none",
    "error": "what it said was wrong, or what became of it; else null",
    "seconds": "how long it took",
    "version": "the version of relupoly",
    "digest": "what stands for the words of the job, by which `--resume` knows it",
    "output": "what it printed, if that is text, and no document; else absent",
    "output_base64": "what it printed, if that is no text; else absent",
    "notes": "what else it said on stderr, a list of lines; absent if that is nothing",
}


def reference() -> str:
    """The text of the page."""
    context = cli.make_context("relupoly", [], resilient_parsing=True, terminal_width=WIDTH)
    sections = [OPENING, block("relupoly", cli.get_help(context))]
    for name in sorted(COMMANDS):
        command = cli.get_command(context, name)
        assert isinstance(command, click.Command)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        sections.append(block(f"relupoly {name}", command.get_help(inner)))
        if isinstance(command, click.Group):
            sections.extend(subcommands(command, inner))
        if name == "count-pieces":
            several = (
                'With `--jsonl`, a network that cannot be read gives `{"file": ..., "error": ...}`. With `--each` and `--json` '
                "there is one document with `schema`, `file`, `complete` (whether all counts are), and those of all counts in "
                "`each`."
            )
            sections.append(keys("The JSON of count-pieces", several, COUNT_KEYS))
        if name in ANSWERS:
            remark = "Rationals are texts." if name == "evaluate" else ""
            sections.append(keys(f"The JSON of {name}", remark, ANSWERS[name]))
        if name == "batch":
            remark = "A line for each job. With `--csv`, a column for each value of `result`, such as `result.counts.open`."
            sections.append(keys("The results of batch", remark, BATCH_KEYS))
        if name == "info":
            sections.append(keys("The JSON of info", "", INFO_KEYS))
        if name == "equal":
            sections.append(keys("The JSON of equal", "Rationals are texts.", EQUAL_KEYS))
        if name == "represent":
            sections.append(keys("The JSON of represent", "Each command has the keys that apply to it.", REPRESENT_KEYS))
        if name == "merge":
            sections.append(keys("The JSON of merge", "The keys are those of count-pieces, but for these.", MERGE_KEYS))
        if name == "hard":
            remark = "With `--jsonl`, a line for each network; with `--json`, one document with all of them in `files`."
            sections.append(keys("The JSON of hard verify", remark, VERIFY_KEYS))
            sections.append(keys("What hard claims of a network", "They stand in the file, under `metadata`.", CLAIM_KEYS))
        if name == "train":
            sections.append(
                keys("The JSON of train", "With `--jsonl`, one line for each width; `--csv` has the same names.", TRAIN_KEYS)
            )
        if name == "check":
            sections.append(keys("The JSON of check", "", CHECK_KEYS))
    return "\n".join(sections)


def subcommands(group: click.Group, context: click.Context) -> list[str]:
    """A section for each command of a group."""
    sections = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, click.Command)
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        sections.append("#" + block(f"relupoly {group.name} {name}", command.get_help(inner)))
    return sections


def block(title: str, text: str) -> str:
    """A section that shows a text as it is."""
    return f"## {title}\n\n```\n{text.rstrip()}\n```\n"


def keys(title: str, remark: str, meanings: dict[str, str]) -> str:
    """A section that explains the keys of a document."""
    rows = "\n".join(f"| `{key}` | {meaning} |" for key, meaning in meanings.items())
    return f"### {title}\n\n{f'Integers beyond 2^53 are strings. {remark}'.rstrip()}\n\n| key | meaning |\n|---|---|\n{rows}\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
