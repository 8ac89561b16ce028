"""What bounds look like: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .tables import aligned, at_least, at_most
from .words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.bounds.bound import Bound

SCHEMA = 1

_WORDS = {"upper": "regions at most", "lower": "regions at least, for the best weights"}


@dataclass(frozen=True)
class Architecture:
    """What the bounds are about: widths, or a network of these widths on a domain.

    Attributes
    ----------
    dimension : int
        The dimension of the domain.
    rank : int
        How many directions of it the first layer sees; the dimension, where there is no network.
    widths : tuple of int
    stable : pair of lists of int, or None
        How many neurons of each layer are unstable, and how many always active or linear, where that is known.
    network : dict
        What the document says about network and domain.
    linear : tuple of int, or None
        How many neurons of each layer are linear; None for none.
    """

    dimension: int
    rank: int
    widths: tuple[int, ...]
    stable: tuple[list[int], list[int]] | None = None
    network: dict[str, Any] = field(default_factory=dict)
    linear: tuple[int, ...] | None = None

    @property
    def relus(self) -> tuple[int, ...]:
        """How many neurons of each layer have a ReLU."""
        return tuple(width - linear for width, linear in zip(self.widths, self.linear or (0,) * len(self.widths), strict=True))


def bounds_report(of: Architecture, notion: str) -> Report:
    """What is told of bounds, the best for a notion among them."""
    document = bounds_document(of, notion)
    code = code_of(of.network.get("stopped"))
    return Report(lambda: document, lambda: bounds_text(document), code, rows=lambda: bounds_rows(document))


def bounds_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table: one for each bound, in full."""
    return [
        {
            "name": _name(document),
            "inputs": document["input_dim"],
            "widths": document["widths"],
            "side": side,
            "bound": name,
            "value": value,
            "best": bool(document["best"][side]) and document["best"][side]["name"] == name,
            "notions": " ".join(document["notions"][side][name]),
            "precondition": document["preconditions"][side][name],
            "reference": document["references"][side][name],
        }
        for side in ("upper", "lower")
        for name, value in document[side].items()
    ]


def bounds_document(of: Architecture, notion: str) -> dict[str, Any]:
    """The JSON document of all bounds; its keys are stable."""
    from relupoly.bounds.lower import LOWER
    from relupoly.bounds.upper import UPPER, stable_bounds

    upper = UPPER | (stable_bounds(*of.stable) if of.stable else {})
    tables = {"upper": upper, "lower": LOWER}
    values = {
        "upper": {name: bound(of.rank, of.widths, of.linear) for name, bound in upper.items()},
        # Linear neurons may be left unused, so the best network has as many regions as one without them.
        "lower": {name: bound(of.dimension, of.relus) for name, bound in LOWER.items()},
    }
    return {
        "schema": SCHEMA,
        "input_dim": of.dimension,
        "widths": list(of.widths),
        **({"linear": list(of.linear)} if of.linear else {}),
        **of.network,
        **values,
        "best": {
            "notion": notion,
            "upper": _best(upper, values["upper"], min, notion),
            "lower": _best(LOWER, values["lower"], max, notion),
        },
        "notions": {side: {name: list(bound.notions) for name, bound in table.items()} for side, table in tables.items()},
        "preconditions": {
            side: {name: bound.precondition or None for name, bound in table.items()} for side, table in tables.items()
        },
        "references": {side: {name: bound.reference for name, bound in table.items()} for side, table in tables.items()},
    }


def bounds_text(document: dict[str, Any]) -> list[str]:
    """The bounds for people, in lines; the best ones are marked."""
    lines = [f"{_name(document)}: {_shape(document)}", *_network_lines(document)]
    for side, title in _WORDS.items():
        lines += [f"  {title}", *aligned(_rows(document, side), right=[2], indent="  ")]
    return [*lines, f"  * best for {document['best']['notion']}: {_verdict(document)}"]


def _verdict(document: dict[str, Any]) -> str:
    """The best bounds in a sentence; the lower one is not about a given network."""
    upper, lower = (document["best"][side] for side in ("upper", "lower"))
    most = f"at most {at_most(upper['value'])} ({upper['name']})" if upper else "no upper bound"
    least = f"at least {at_least(lower['value'])} ({lower['name']})" if lower else "no lower bound"
    return f"{most}; some network of these widths has {least}" if "file" in document else f"{least}, {most}"


def _best(
    table: Mapping[str, Bound], values: Mapping[str, int | None], choose: Callable[[Sequence[int]], int], notion: str
) -> dict[str, Any] | None:
    from relupoly.bounds.bound import best

    name = best(table, values, choose, notion)
    return None if name is None else {"name": name, "value": values[name]}


def _name(document: dict[str, Any]) -> str:
    from relupoly.files.streams import display_name

    sizes = ",".join(map(str, [document["input_dim"], *document["widths"]]))
    return display_name(document["file"]) if "file" in document else f"widths {sizes}"


def _shape(document: dict[str, Any]) -> str:
    layers = ", ".join(map(str, document["widths"]))
    linear = f", of which linear: {', '.join(map(str, document['linear']))}" if "linear" in document else ""
    shape = f"hidden layers: {layers}{linear}" if layers else "no hidden layer"
    return f"{counted(document['input_dim'], 'input')}, {shape}"


def _network_lines(document: dict[str, Any]) -> list[str]:
    if "file" not in document:
        return []
    rows = [["rank", f"{document['first_layer_rank']}: so many directions the first layer sees; upper bounds use it"]]
    if "domain" in document:
        unknown = f"not known: {why_partial(document['stopped'])}"
        neurons = sum(document["widths"]) - sum(document.get("linear", []))
        kind = " with ReLU" if "linear" in document else ""
        known, left = document["stable_neurons"], document["undecided_neurons"]
        rest = f"; {left} not decided: {why_partial(document['stopped'])}" if left else ""
        stable = unknown if known is None else f"{known} of {neurons} neurons{kind}{rest}"
        rows = [["domain", document["domain"]], *rows, ["stable", stable]]
    return aligned(rows)


def _rows(document: dict[str, Any], side: str) -> list[list[str]]:
    """A row for each bound: a mark at the best one, its name, value, notions, precondition and reference."""
    short = at_most if side == "upper" else at_least
    best = document["best"][side]
    return [
        [
            "*" if best and best["name"] == name else " ",
            name,
            "-" if value is None else short(value),
            _notions(document["notions"][side][name]),
            f"if {condition}" if (condition := document["preconditions"][side][name]) else "",
            document["references"][side][name],
        ]
        for name, value in document[side].items()
    ]


def _notions(names: list[str]) -> str:
    from relupoly.bounds.bound import NOTIONS

    missing = [name for name in NOTIONS if name not in names]
    if not missing:
        return "every notion"
    return f"all but {missing[0]}" if len(missing) == 1 else ", ".join(names)
