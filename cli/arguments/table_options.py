"""Options about tables: which columns are inputs, target and weights; what is encoded, and which rows are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..completion.kinds import NameOf
from .gathering import gathered, together

if TYPE_CHECKING:
    from relupoly.files.tables.sample_columns import Samples

_COLUMNS = (
    click.option(
        "--inputs",
        multiple=True,
        metavar="COLUMNS",
        help="The columns of the inputs, with commas between names, numbers from 1, and ranges: age,4-6,first:last; quotation "
        "marks are put round names that hold commas.",
    ),
    click.option("--exclude", multiple=True, metavar="COLUMNS", help="Columns that are no inputs, likewise."),
    click.option("--dropna", is_flag=True, help="Leave rows out in which a value is missing: empty, NA, NaN, null, None or ?."),
    click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first line of the table has names; by default it has if none of its entries is a number.",
    ),
)

column_options = together(*_COLUMNS)
"""Which columns of a table are inputs, as `train`, `check` and `evaluate` have it; the command gathers them with others."""


@dataclass(frozen=True)
class SampleOptions:
    """How a file of samples is read."""

    target: tuple[str, ...]
    weights: str | None
    inputs: tuple[str, ...]
    exclude: tuple[str, ...]
    one_hot: bool
    categories: tuple[str, ...]
    dropna: bool
    header: bool | None
    format_name: str | None

    def read(self, file: str) -> Samples:
        """The samples in a file."""
        from relupoly.files import read_samples

        return read_samples(
            file,
            self.target,
            self.weights,
            self.format_name,
            inputs=self.inputs,
            exclude=self.exclude,
            one_hot=self.one_hot,
            categories=self.categories,
            dropna=self.dropna,
            header=self.header,
        )


sample_options = gathered(
    "table",
    SampleOptions,
    # Several are read only to be refused with a reason: there is one output.
    click.option(
        "--target",
        multiple=True,
        metavar="COLUMN",
        help="The column of the target, by name or number, from 1; by default the last one that is not excluded.",
    ),
    click.option(
        "--weights",
        metavar="COLUMN",
        help="The column of the weights, by name or number; by default each sample counts once.",
    ),
    *_COLUMNS[:2],
    click.option("--one-hot", is_flag=True, help="Make each value of a column of texts an input that is 0 or 1."),
    click.option("--categories", multiple=True, metavar="COLUMNS", help="Do so with these columns, whatever they hold."),
    *_COLUMNS[2:],
    click.option(
        "--format",
        "format_name",
        type=NameOf("csv", "json", "npz"),
        metavar="NAME",
        help="Format of DATA, whatever its suffix: csv, json or npz.",
    ),
)
