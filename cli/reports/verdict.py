"""What is told of a certificate that was checked: as a document for scripts, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .numbers import decimal, exact, number
from .words import counted

if TYPE_CHECKING:
    from relupoly.training.check import Verdict
    from relupoly.training.problem.problem import Problem

SCHEMA = 1


def verdict_report(verdict: Verdict, file: str, data: str) -> Report:
    """What is told of a certificate that is right."""
    return Report(lambda: verdict_document(verdict, file, data), lambda: verdict_text(verdict, file))


def wrong_report(error: str, file: str, data: str) -> Report:
    """What is told of a certificate that is wrong."""
    from relupoly.files.streams import display_name

    name = display_name(file)
    document = {"schema": SCHEMA, "file": file, "data": data, "complete": True, "valid": False, "error": error}
    return Report(lambda: document, lambda: f"{name}: WRONG", complaints=(f"{name}: {error}",))


def unfinished_report(stopped: str, file: str, data: str) -> Report:
    """What is told of a certificate whose check was stopped."""
    from relupoly.files.streams import display_name

    document = {"schema": SCHEMA, "file": file, "data": data, "complete": False, "valid": None, "error": None}
    return Report(lambda: document, lambda: f"{display_name(file)}: not finished: stopped by the {stopped}", code_of(stopped))


def verdict_document(verdict: Verdict, file: str, data: str) -> dict[str, Any]:
    """The JSON document of a certificate that is right."""
    return {
        "schema": SCHEMA,
        "file": file,
        "data": data,
        "complete": True,
        "valid": True,
        "optimal": verdict.optimal,
        "loss_function": verdict.loss,
        "loss_sum": number(verdict.loss_sum),
        "loss_sum_exact": exact(verdict.loss_sum),
        "lower_bound": number(verdict.lower_bound),
        "lower_bound_exact": exact(verdict.lower_bound),
        "width": verdict.width,
        "bias": verdict.bias,
        "output_bias": verdict.output_bias,
        "samples": verdict.samples,
        "inputs": verdict.inputs,
        "splits": verdict.splits,
        "leaves": verdict.leaves,
        "rays": verdict.rays,
        "error": None,
    }


def verdict_text(verdict: Verdict, file: str) -> list[str]:
    """A certificate that is right, for people, in lines."""
    from relupoly.files.streams import display_name

    size = f"{counted(verdict.leaves, 'leaf proof')}, {counted(verdict.splits, 'split')}, {counted(verdict.rays, 'ray')}"
    what = "a global optimum" if verdict.optimal else "a net within the bound"
    rows = [
        ("loss_sum", f"{decimal(verdict.loss_sum)} ({verdict.loss}), attained by the net"),
        ("bound", f"{decimal(verdict.lower_bound)}: no net of {form_text(verdict)} has a smaller sum"),
        ("samples", f"{verdict.samples}, {counted(verdict.inputs, 'input')}"),
        ("proof", size),
    ]
    return [f"{display_name(file)}: right: {what}", *(f"  {name:<11} {text}" for name, text in rows)]


def form_text(said: Problem | Verdict) -> str:
    """The nets that a bound is about: their width, and whether they have biases where that is not the usual."""
    forms = [text for text, holds in (("no biases of neurons", not said.bias), ("an output bias", said.output_bias)) if holds]
    return f"width {said.width}{' with ' if forms else ''}{' and '.join(forms)}"
