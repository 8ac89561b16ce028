"""`Family`: what a family of hard functions is called, which theorem it carries, and which parameters it takes.

Nothing heavy is loaded here: help and completion read the table of families, and only building a net loads its module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A parameter of a family.

    Attributes
    ----------
    name : str
    kind : str
        How its value is written: a key of `relupoly.constructions.values.KINDS`.
    description : str
    default : object
        The value, as text, where none is given; None where there is none.
    least : int or None
        The least value of an integer.
    entry : str or None
        What a single number of it is called, where it is a table of rationals: "breakpoint" for breakpoint.1.2.
    """

    name: str
    kind: str
    description: str
    default: Any = None
    least: int | None = None
    entry: str | None = None

    @property
    def varies(self) -> bool:
        """Whether it, or each entry of it, may run through an interval of rationals."""
        return self.entry is not None or self.kind in {"positive", "not-negative"}


@dataclass(frozen=True)
class Family:
    """A family of hard functions.

    Attributes
    ----------
    name : str
    question : str
        Which question its command answers.
    theorem : str
        What is proved of them, and by whom.
    parameters : tuple of Parameter
    module : str
        Where `build` makes a net from values of the parameters.
    example : str
        Options of the command line that make a small member.
    """

    name: str
    question: str
    theorem: str
    parameters: tuple[Parameter, ...]
    module: str
    example: str
