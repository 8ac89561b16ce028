"""Which fields may be asked for: a wrong name is an error, for a record that lacks a field without a word misleads."""

from __future__ import annotations

from collections.abc import Collection

from relupoly.errors import InputError


def checked_fields(fields: Collection[str], known: Collection[str], noun: str) -> tuple[str, ...]:
    """The names of fields.

    Parameters
    ----------
    fields : collection of str
        What is asked for.
    known : collection of str
        What may be.
    noun : str
        What has these fields.

    Raises
    ------
    InputError
        If one is not known, or a text is given in the place of a list.

    Examples
    --------
    >>> checked_fields(["volume"], ("number", "volume"), "a cell")
    ('volume',)
    >>> checked_fields(["area"], ("number", "volume"), "a cell")
    Traceback (most recent call last):
    relupoly.errors.InputError: "area" is no field of a cell; choose from number, volume
    """
    if isinstance(fields, str):
        raise InputError(f'fields is the text "{fields}"; give a list of names, such as ["{fields}"]')
    for name in fields:
        if name not in known:
            raise InputError(f'"{name}" is no field of {noun}; choose from {", ".join(known)}')
    return tuple(fields)
