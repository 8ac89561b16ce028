"""`together`: several options as one decorator; `gathered`: they reach the command as one object."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Decorator = Callable[[Decorated], Decorated]


def together(*options: Decorator[Any]) -> Decorator[Any]:
    """A decorator that adds several options to a command, in the order of its help."""

    def decorate(command: Decorated) -> Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def gathered(name: str, kind: type[Any], *options: Decorator[Any]) -> Decorator[Any]:
    """A decorator that hands a command one object for several options.

    Parameters
    ----------
    name : str
        What the command calls it.
    kind : type
        A dataclass; its fields are named as click names the values of the options.
    *options : decorator
        Options to add to the command, in the order of its help; the others are added elsewhere.
    """
    fields = [field.name for field in dataclasses.fields(kind)]

    def decorate(command: Decorated) -> Decorated:
        @functools.wraps(command)
        def called(*arguments: Any, **given: Any) -> Any:
            one = kind(**{field: given.pop(field) for field in fields})
            return command(*arguments, **given, **{name: one})

        return cast(Decorated, together(*options)(called))

    return decorate
