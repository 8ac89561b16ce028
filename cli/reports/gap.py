"""What depth separation looks like: as a document for scripts, as a table for people, for LaTeX and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..output.report import Report
from .tables import aligned, at_least

if TYPE_CHECKING:
    from relupoly.bounds.gap import Gap
    from relupoly.bounds.size import RootBound

SCHEMA = 1

_COLUMNS = ["width", "depth", "size", "pieces", "smaller_depth", "paper_lower", "sharp_lower"]
_L1_COLUMNS = ["l1_paper", "l1_sharp"]
_TITLES = {
    "width": ("w", "$w$"),
    "depth": ("k", "$k$"),
    "size": ("size", "size $wk$"),
    "pieces": ("pieces", "pieces"),
    "smaller_depth": ("k'", "$k'$"),
    "paper_lower": ("paper", r"$\frac{1}{2} k' w^{k/k'} - 1$"),
    "sharp_lower": ("sharp", "sharp"),
    "l1_paper": ("L1 paper", r"$L^1$ paper"),
    "l1_sharp": ("L1 sharp", r"$L^1$ sharp"),
}
_DIGITS = 15  # as many as every double holds


def gap_report(gaps: Sequence[Gap]) -> Report:
    """What is told of depth separation."""
    return Report(lambda: gap_document(gaps), lambda: gap_text(gaps))


def gap_document(gaps: Sequence[Gap]) -> dict[str, Any]:
    """The JSON document of the table; its keys are stable."""
    delta = gaps[0].delta
    return {"schema": SCHEMA, "delta": None if delta is None else str(delta), "rows": [_document_row(gap) for gap in gaps]}


def gap_text(gaps: Sequence[Gap]) -> list[str]:
    """The table for people, in lines."""
    columns = _columns(gaps)
    header = [_TITLES[name][0] for name in columns]
    rows = [[_short(value) for value in _values(gap, columns)] for gap in gaps]
    lines = [
        "Depth separation: the sawtooth of width w with k hidden layers has size w k; with k' hidden layers it needs size",
        "  paper     (k'/2) w^(k/k') - 1 or more (Arora et al. 2018, Theorem 3.1), decimals rounded down",
        "  sharp     least size with which a net can have as many pieces on R",
    ]
    if gaps[0].delta is not None:
        lines += [
            f"  L1 paper  more than this for an L1 error of at most {gaps[0].delta} on [0, 1] (Theorem 3.5)",
            "  L1 sharp  least size with which a net may have such an error",
        ]
    return [*lines, "", *aligned([header, *rows], right=range(len(columns)))]


def gap_csv(gaps: Sequence[Gap]) -> str:
    """The table for spreadsheets: exact fractions where a bound is rational, else decimals rounded down."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_columns(gaps))
    writer.writerows([_full(value) for value in _values(gap, _columns(gaps))] for gap in gaps)
    return stream.getvalue().rstrip("\n")


def gap_latex(gaps: Sequence[Gap]) -> str:
    """The table for LaTeX, without packages."""
    columns = _columns(gaps)
    rows = [" & ".join(_latex(_short(value)) for value in _values(gap, columns)) + r" \\" for gap in gaps]
    header = " & ".join(_TITLES[name][1] for name in columns) + r" \\"
    begin = rf"\begin{{tabular}}{{{'r' * len(columns)}}}"
    return "\n".join([begin, r"\hline", header, r"\hline", *rows, r"\hline", r"\end{tabular}"])


def _columns(gaps: Sequence[Gap]) -> list[str]:
    return _COLUMNS if gaps[0].delta is None else _COLUMNS + _L1_COLUMNS


def _values(gap: Gap, columns: Sequence[str]) -> list[int | RootBound]:
    values: dict[str, Any] = {
        "width": gap.width,
        "depth": gap.depth,
        "size": gap.size,
        "pieces": gap.pieces,
        "smaller_depth": gap.smaller_depth,
        "paper_lower": gap.paper,
        "sharp_lower": gap.sharp,
        "l1_paper": gap.l1_paper,
        "l1_sharp": gap.l1_sharp,
    }
    return [values[name] for name in columns]


def _document_row(gap: Gap) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(gap, name) for name in ("width", "depth", "size", "pieces", "smaller_depth")}
    k, small, w = gap.depth, gap.smaller_depth, gap.width
    row |= {
        "paper_lower": _number(gap.paper),
        "paper_exact": _exact(gap.paper),
        "paper_formula": f"{small}/2 * {w}^({k}/{small}) - 1",
        "sharp_lower": gap.sharp,
    }
    if gap.l1_paper is not None:
        inner = f"({w}^{k} * (1 - 4*{gap.delta}) / 2)"
        row |= {
            "l1_paper": _number(gap.l1_paper),
            "l1_exact": _exact(gap.l1_paper),
            "l1_formula": f"{small}/2 * {inner}^(1/{small})",
            "l1_sharp": gap.l1_sharp,
        }
    return row


def _number(bound: RootBound) -> float | int | str:
    """A bound as a JSON number, rounded down; as a text where doubles are too coarse."""
    from relupoly.exact.doubles import LARGEST_WHOLE
    from relupoly.exact.rationals import decimal_below

    if bound.exact is not None and bound.exact.q == 1:
        return int(bound.exact.p)
    return bound.rounded_down if bound.lower < LARGEST_WHOLE else decimal_below(bound.lower, _DIGITS)


def _exact(bound: RootBound) -> str | None:
    return None if bound.exact is None else str(bound.exact)


def _short(value: int | RootBound) -> str:
    from relupoly.exact.rationals import decimal_below

    if isinstance(value, int):
        return at_least(value)
    exact = value.exact
    return at_least(int(exact.p)) if exact is not None and exact.q == 1 else decimal_below(value.lower)


def _full(value: int | RootBound) -> str:
    from flint import fmpz

    from relupoly.exact.rationals import decimal_below

    if isinstance(value, int):
        return str(fmpz(value))
    return _exact(value) or decimal_below(value.lower, _DIGITS)


def _latex(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return rf"${mantissa} \cdot 10^{{{exponent}}}$" if exponent else text
