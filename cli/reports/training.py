"""What is told of a training: as a document for scripts, as text for people, as a row of a table of widths."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .numbers import decimal, exact, number
from .verdict import form_text
from .words import counted

if TYPE_CHECKING:
    from relupoly.networks.network import Network
    from relupoly.training.answer import Training
    from relupoly.training.problem.problem import Problem

SCHEMA = 1

# A net of this size still fits a screen as a sum, a line for each neuron and a term for each input.
_MOST_NEURONS = 12
_MOST_INPUTS = 8

_HEADLINES = {
    "optimal": "a global optimum",
    "gap": "within the gap, not proved optimal",
    "deadline": "stopped by the deadline, not proved optimal",
    "interrupted": "stopped by Ctrl-C, not proved optimal",
    "memory": "more memory is needed to prove anything; the best of a local search",
}


def training_report(found: Training, problem: Problem, file: str, names: tuple[str, ...] | None, **files: str | None) -> Report:
    """What is told of a training.

    Parameters
    ----------
    found : Training
    problem : Problem
    file : str
        The samples, as they were given.
    names : tuple of str, optional
        What the inputs are called there.
    **files : str or None
        What was written, and where.
    """
    return Report(
        lambda: training_document(found, problem, file, **files),
        lambda: training_text(found, problem, file, names, **files),
        _code(found),
    )


def width_report(found: Training, problem: Problem, file: str, **files: str | None) -> Report:
    """What is told of a training for one of several widths: a row of a table, under its heading if it is the first."""

    def lines() -> list[str]:
        heading = width_heading(file, problem.loss) if found.width == problem.width else []
        return [*heading, width_row(found, files.get("output"))]

    return Report(lambda: training_document(found, problem, file, **files), lines, _code(found))


CSV = (
    "width",
    "loss",
    "loss_exact",
    "loss_sum",
    "loss_sum_exact",
    "lower_bound",
    "lower_bound_exact",
    "gap",
    "status",
    "optimal",
    "nodes",
    "seconds",
    "output",
)


def csv_report(found: Training, problem: Problem, **files: str | None) -> Report:
    """What is told of a training in CSV: a line with keys of the document, after the header if it is the first."""

    def lines() -> list[str]:
        document = training_document(found, problem, "", **files)
        return [*([",".join(CSV)] if found.width == problem.width else []), _csv_line([document[key] for key in CSV])]

    return Report(dict, lines, _code(found))


def _csv_line(entries: list[Any]) -> str:
    texts = [str(one).lower() if isinstance(one, bool) else one for one in entries]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(texts)
    return stream.getvalue()


def _code(found: Training) -> int:
    return code_of(None if found.complete else found.status)


def training_document(found: Training, problem: Problem, file: str, **files: str | None) -> dict[str, Any]:
    """The JSON document of a training; its keys are stable."""
    from relupoly.files.json_network import encode

    return {
        "schema": SCHEMA,
        "file": file,
        "status": found.status,
        "complete": found.complete,
        "loss_function": problem.loss,
        "loss": number(found.loss),
        "loss_sum": number(found.loss_sum),
        "loss_exact": exact(found.loss),
        "loss_sum_exact": exact(found.loss_sum),
        "lower_bound": number(found.lower_bound),
        "lower_bound_exact": exact(found.lower_bound),
        "gap": number(found.gap),
        "certified": found.certified,
        "optimal": found.proved_optimal,
        "method": found.method,
        "nodes": found.nodes,
        "leaves": found.leaves,
        "seconds": round(found.seconds, 6),
        "width": found.width,
        "samples": found.samples,
        "inputs": found.inputs,
        "output_signs": list(found.output_signs),
        "network": json.loads(encode(found.network)),
        **files,
    }


def training_text(
    found: Training, problem: Problem, file: str, names: tuple[str, ...] | None, **files: str | None
) -> list[str]:
    """A training for people, in lines."""
    from relupoly.files.streams import display_name

    headline = "the best of a local search, nothing proved" if found.method == "local" and found.complete else None
    rows = [
        *_losses(found, problem),
        ("gap", f"{decimal(100 * found.gap)} %"),
        ("network", f"{counted(found.width, 'neuron')}, {counted(found.inputs, 'input')}, signs {_signs(found.output_signs)}"),
        *_formula(found.network, names),
        ("samples", str(found.samples)),
        ("search", f"{found.method}: {counted(found.nodes, 'convex program')}, {counted(found.leaves, 'leaf proof')}"),
        ("certified", _certified(found)),
        *((what, place) for what, place in files.items() if place),
        ("time", f"{found.seconds:.2f} s"),
    ]
    trusting = found.status == "optimal" and not found.certified
    title = f"{display_name(file)}: {headline or _HEADLINES[found.status]}{', but for rounding' if trusting else ''}"
    return [title, *(f"  {name:<11} {text}" for name, text in rows)]


def _losses(found: Training, problem: Problem) -> list[tuple[str, str]]:
    """The loss, and what is proved of it: a number where it is that of an optimum, else what it lies between."""
    from relupoly.training.problem.problem import mean_loss

    kind = f"{'at most' if problem.loss == 'max' else 'on average'} ({problem.loss})"
    bound = f"no net of {form_text(problem)} has a smaller sum"
    if found.status == "optimal":
        return [
            ("loss", f"{decimal(found.loss)} {kind}"),
            ("loss_sum", decimal(found.loss_sum)),
            ("bound", f"{decimal(found.lower_bound)}: {bound}"),
        ]
    least = mean_loss(problem, found.lower_bound)
    return [
        ("loss", f"at best {decimal(found.loss)}, at least {decimal(least)} {kind}"),
        ("loss_sum", f"at best {decimal(found.loss_sum)}, at least {decimal(found.lower_bound)}: {bound}"),
    ]


def _certified(found: Training) -> str:
    """Whether it is proved that the net is optimal; if not, what is proved instead."""
    if found.proved_optimal:
        return "yes: bound and loss are exact"
    if found.method == "branch" and not found.certified:
        return "no: what rounding leaves in doubt was trusted"
    return "no: proved is the bound alone" if found.lower_bound else "no: nothing is proved"


def width_heading(file: str, loss: str) -> list[str]:
    """The first lines of a table of widths."""
    from relupoly.files.streams import display_name

    columns = f"  {'width':>5}  {'loss':<12} {'loss_sum':<12} {'lower bound':<12} {'status':<11} {'nodes':>8} {'time':>10}"
    return [f"{display_name(file)}: the {loss} loss against the width", columns]


def width_row(found: Training, output: str | None = None) -> str:
    """A line of that table; with the file of the net, if it is written."""
    losses = " ".join(f"{decimal(value):<12}" for value in (found.loss, found.loss_sum, found.lower_bound))
    row = f"  {found.width:>5}  {losses} {found.status:<11} {found.nodes:>8} {found.seconds:>8.2f} s"
    return row if output is None else f"{row}  {output}"


def _signs(signs: tuple[int, ...]) -> str:
    return " ".join("+" if sign > 0 else "-" for sign in signs)


def _formula(network: Network, names: tuple[str, ...] | None) -> list[tuple[str, str]]:
    """The net as a sum, a line for each neuron; nothing where it would be too long to read."""
    from relupoly.exact.blocks import densely

    hidden, output = network.layers
    width, inputs = hidden.weight.nrows(), hidden.weight.ncols()
    if width > _MOST_NEURONS or inputs > _MOST_INPUTS:
        return []
    names = names or tuple(f"x{place}" for place in range(1, inputs + 1))
    weight, signs = densely(hidden.weight), densely(output.weight)
    rows = []
    for neuron in range(width):
        parts = [(weight[neuron, place], f" {name}") for place, name in enumerate(names)]
        parts.append((hidden.bias[neuron, 0], ""))
        terms = [f"{'-' if value < 0 else '+'} {decimal(abs(value))}{name}" for value, name in parts if value]
        rows.append(f"{'+' if signs[0, neuron] > 0 else '-'} relu({_joined(terms)})")
    if output.bias[0, 0]:
        rows.append(f"{'-' if output.bias[0, 0] < 0 else '+'} {decimal(abs(output.bias[0, 0]))}")
    return [("f =" if not place else "", row) for place, row in enumerate(rows)]


def _joined(terms: list[str]) -> str:
    """Terms with signs as a sum, whose first sign stands close."""
    text = " ".join(terms) or "0"
    return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1) if text.startswith("- ") else text
