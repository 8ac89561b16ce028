"""`InputColumn`: how a column of a table becomes inputs of a net: the number as it is, or its category as 0 and 1.

A net that was trained on a table keeps them in its metadata, so that whoever evaluates it finds the same columns, and encodes
them in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from relupoly.errors import FileFormatError
from relupoly.exact.rationals import rational_at
from relupoly.files.json_text import quoted
from relupoly.files.tables.columns import nearest
from relupoly.networks.network import Network

KEY = "training"
SCHEMA = 1

# What tables write where a value is missing, in small letters: the texts that pandas reads as such, and the question mark of
# the UCI archive.
_MISSING = frozenset({"", "?", "na", "n/a", "#na", "#n/a", "<na>", "nan", "-nan", "null", "none"})


@dataclass(frozen=True)
class InputColumn:
    """A column of a table that is an input of a net, or several.

    Attributes
    ----------
    name : str or None
        None in a table without a header.
    number : int
        Counted from 1.
    categories : tuple of str or None
        The values of a column that is encoded: each is an input, which is 1 where the column has it, and 0 elsewhere.

    Examples
    --------
    >>> InputColumn("sex", 2, ("f", "m")).inputs, InputColumn("age", 1).inputs
    (('sex=f', 'sex=m'), ('age',))
    >>> InputColumn("sex", 2, ("f", "m")).encoded(" m ", "line 2")
    [0, 1]
    """

    name: str | None
    number: int
    categories: tuple[str, ...] | None = None

    @property
    def title(self) -> str:
        """Its name; x and its number, where it has none."""
        return f"x{self.number}" if self.name is None else self.name

    @property
    def inputs(self) -> tuple[str, ...]:
        """What its inputs are called."""
        return (self.title,) if self.categories is None else tuple(f"{self.title}={one}" for one in self.categories)

    def encoded(self, entry: Any, place: str) -> list[fmpq]:
        """The inputs of an entry.

        Raises
        ------
        FileFormatError
            If it is no number, or none of the categories; it names the place.
        """
        if self.categories is None:
            return [rational_at(entry, place, FileFormatError)]
        found = category_of(entry, place)
        if found not in self.categories:
            raise FileFormatError(
                f"{place}: {quoted(found)} is not among the categories on which the network was trained; "
                f"{nearest(self.categories, found)}"
            )
        return [fmpq(int(found == one)) for one in self.categories]

    @property
    def document(self) -> dict[str, Any]:
        """The column for a net's metadata."""
        return {
            **({} if self.name is None else {"name": self.name}),
            "number": self.number,
            **({} if self.categories is None else {"categories": list(self.categories)}),
        }


def input_names(columns: Sequence[InputColumn]) -> tuple[str, ...] | None:
    """What the inputs of a net are called, if the table has names, or categories are encoded."""
    if all(column.name is None and column.categories is None for column in columns):
        return None
    return tuple(name for column in columns for name in column.inputs)


def is_missing(entry: Any) -> bool:
    """Whether an entry of a table says that there is no value.

    Examples
    --------
    >>> is_missing(" NA "), is_missing("?"), is_missing(None), is_missing(float("nan")), is_missing("0")
    (True, True, True, True, False)
    """
    if isinstance(entry, str):
        return entry.strip().lower() in _MISSING
    return entry is None or (isinstance(entry, float) and entry != entry)


def category_of(entry: Any, place: str) -> str:
    """The category that an entry is.

    Raises
    ------
    FileFormatError
        If it is a list or an object, or infinite.
    """
    if isinstance(entry, (list, Mapping)):
        raise FileFormatError(f"{place}: it is a list or an object; give a number or a text")
    if isinstance(entry, bool):
        return str(entry).lower()
    if isinstance(entry, str):
        return entry.strip()
    return str(rational_at(entry, place, FileFormatError))


@dataclass(frozen=True)
class TrainedColumns:
    """The columns on which a net was trained, by its metadata.

    Attributes
    ----------
    columns : tuple of InputColumn
    width : int or None
        How many columns that table had.
    """

    columns: tuple[InputColumn, ...]
    width: int | None


def trained_columns(network: Network) -> TrainedColumns | None:
    """The columns that the inputs of a net are, by its metadata; None where these say nothing of them.

    Raises
    ------
    FileFormatError
        If they are in our form, and damaged or about another number of inputs.
    """
    training = network.metadata.get(KEY)
    if not isinstance(training, Mapping) or training.get("schema") != SCHEMA or "inputs" not in training:
        return None
    inputs = training["inputs"]
    if not isinstance(inputs, list) or not inputs:
        raise _damaged('"inputs" is not a list of columns')
    columns = tuple(_column(one, number) for number, one in enumerate(inputs, 1))
    count = sum(len(column.inputs) for column in columns)
    if count != network.input_dim:
        raise _damaged(f'"inputs" are {count} inputs, but the network has {network.input_dim}')
    data = training.get("data")
    width = data.get("columns") if isinstance(data, Mapping) else None
    return TrainedColumns(columns, width if type(width) is int else None)


def _column(said: Any, number: int) -> InputColumn:
    if not isinstance(said, Mapping):
        raise _damaged(f"input {number} is not an object")
    name, place, categories = said.get("name"), said.get("number"), said.get("categories")
    if name is not None and not isinstance(name, str):
        raise _damaged(f'input {number}: "name" is no text')
    if type(place) is not int or place < 1:
        raise _damaged(f'input {number}: "number" is no column, counted from 1')
    if categories is None:
        return InputColumn(name, place)
    if not isinstance(categories, list) or not categories or not all(isinstance(one, str) for one in categories):
        raise _damaged(f'input {number}: "categories" is not a list of texts')
    if len(set(categories)) < len(categories):
        raise _damaged(f'input {number}: "categories" has a text twice')
    return InputColumn(name, place, tuple(categories))


def _damaged(what: str) -> FileFormatError:
    return FileFormatError(f'its metadata about the training are damaged: {what}; remove "{KEY}" from them, or train again')
