"""What is told of hard functions: their families, one network, its formulas, a folder of networks."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..output.report import Document, Report
from .words import counted

if TYPE_CHECKING:
    from relupoly.constructions.collection import Collection
    from relupoly.constructions.family import Family, Parameter
    from relupoly.constructions.hard_net import HardNet
    from relupoly.constructions.symbolic import Formulas

SCHEMA = 1

_WIDTH = 110  # that of click's help pages, see `main`
# Longer numbers and lists are no longer compared at a glance.
_SHOWN_DIGITS = 20
_SHOWN_LAYERS = 12
_MOST_SUMMARIZED = 20  # networks in a summary, which a screen holds
_CLAIMS = ("pieces", "activation", "pieces_at_least", "activation_at_least", "hidden_layers", "size")


def families_report(families: Iterable[Family]) -> Report:
    """What is told of all families: theorem and parameters."""
    return Report(
        lambda: {"schema": SCHEMA, "families": [_family_document(family) for family in families]},
        lambda: [line for place, family in enumerate(families) for line in ([""] if place else []) + _family_text(family)],
    )


def option_of(name: str) -> str:
    """What a parameter is called on the command line.

    Examples
    --------
    >>> option_of("bias_scale")
    '--bias-scale'
    """
    return f"--{name.replace('_', '-')}"


def explained(parameter: Parameter) -> str:
    """What a parameter is, and its default."""
    if parameter.default is None:
        return parameter.description
    return f"{parameter.description[:-1]}; by default {parameter.default}."


def formulas_report(net: HardNet, formulas: Formulas) -> Report:
    """What is told of a network as formulas."""
    document = {
        "schema": SCHEMA,
        "family": net.family,
        "parameters": net.parameters,
        "inputs": list(map(str, formulas.inputs)),
        "definitions": {str(symbol): str(formula) for symbol, formula in formulas.definitions},
        "outputs": list(map(str, formulas.outputs)),
        "values": {str(symbol): str(value) for symbol, value in formulas.values.items()},
        "conditions": list(formulas.conditions),
    }
    return Report(lambda: document, formulas.lines)


def collection_report(done: Collection, folder: str, family: str, size: int) -> Report:
    """What is told of a folder of so many networks."""
    document = {
        "schema": SCHEMA,
        "folder": folder,
        "family": family,
        "files": len(done.rows),
        "written": done.written,
        "kept": done.kept,
        "complete": done.complete,
    }
    text = f"{folder}: {counted(len(done.rows), 'network')} of {size}, {done.written} written and {done.kept} kept"
    return Report(lambda: document, lambda: [text, *_summary_lines(done)], rows=lambda: list(map(_collection_row, done.rows)))


def _collection_row(row: Mapping[str, Any]) -> Document:
    """The row of a network in a table: what varies, and what is claimed."""
    claims = row["claims"]
    varied = {key: _json_text(value) for key, value in row["varied"].items()}
    told = {key: claims.get(key) for key in _CLAIMS}
    return {"file": row["file"], **varied, **{key: value for key, value in told.items() if key not in varied}}


def _summary_lines(done: Collection) -> list[str]:
    """The first networks of a folder, a line for each; the columns that say nothing are left out."""
    from .tables import aligned

    rows = [_collection_row(row) for row in done.rows[:_MOST_SUMMARIZED]]
    columns = [key for key in rows[0] if any(row.get(key) is not None for row in rows)] if rows else []
    table = [columns, *([_cell(row.get(key)) for key in columns] for row in rows)]
    left = len(done.rows) - len(rows)
    more = [f"  ... and {left} more, which --csv lists"] if left else []
    return [*(aligned(table, right=range(1, len(columns))) if rows else []), *more]


def _json_text(value: Any) -> Any:
    return value if isinstance(value, (int, str)) else json.dumps(value)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return _short(value) if isinstance(value, int) else str(value)


def network_document(net: HardNet, file: str) -> Document:
    """The JSON document of a network in a file; its keys are stable."""
    return {"schema": SCHEMA, "file": file, **net.network.metadata}


def summary(net: HardNet) -> str:
    """What is claimed of a net, in a line."""
    claims = net.claims
    exact = (("pieces", claims.pieces), ("activation cells", claims.activation))
    least = (("pieces", claims.pieces_at_least), ("activation cells", claims.activation_at_least))
    surely = (("pieces", claims.pieces_almost_surely), ("activation cells", claims.activation_almost_surely))
    told = [
        f"{word}{_short(number)} {noun}"
        for word, pairs in (("", exact), ("at least ", least), ("almost surely ", surely))
        for noun, number in pairs
        if number is not None
    ]
    return f"{net.family}: {', '.join(told) if told else 'no count is claimed'}; {_layers(net.network.widths)}"


def _family_document(family: Family) -> Document:
    return {
        "name": family.name,
        "question": family.question,
        "theorem": family.theorem,
        "parameters": [
            {"name": one.name, "kind": one.kind, "description": one.description, "default": one.default, "least": one.least}
            for one in family.parameters
        ],
        "example": f"relupoly hard {family.name} {family.example}",
    }


def _family_text(family: Family) -> list[str]:
    lines = textwrap.wrap(family.theorem, _WIDTH - 2)
    for parameter in family.parameters:
        told = f"{option_of(parameter.name):<14} {explained(parameter)}"
        lines += textwrap.wrap(told, _WIDTH - 2, subsequent_indent=" " * 15)
    lines.append(f"relupoly hard {family.name} {family.example}")
    return [f"{family.name}: {family.question}", *(f"  {line}" for line in lines)]


def _short(number: int) -> str:
    """A number in full, or in a few digits where it is long."""
    from flint import arb

    return str(number) if number < 10**_SHOWN_DIGITS else f"about {arb(number).str(4, radius=False)}"


def _layers(widths: tuple[int, ...]) -> str:
    if len(widths) <= _SHOWN_LAYERS:
        return f"hidden layers: {', '.join(map(str, widths))}"
    return f"{len(widths)} hidden layers of up to {max(widths)} neurons"
