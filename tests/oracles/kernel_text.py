"""The text of a compiled kernel, run as plain Python: so that a test can look into it, or exchange its functions."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

import pytest


def parts(kernel: ModuleType) -> list[ModuleType]:
    """The folder of a kernel, and all files in it."""
    return [
        kernel,
        *(importlib.import_module(f"{kernel.__name__}.{one.name}") for one in pkgutil.iter_modules(kernel.__path__)),
    ]


def interpret(patch: pytest.MonkeyPatch, kernel: ModuleType) -> None:
    """Put the functions that would be compiled in the place of compiled ones."""
    for part in parts(kernel):
        for name, function in list(vars(part).items()):
            if hasattr(function, "py_func"):
                patch.setattr(part, name, function.py_func)


def exchange(patch: pytest.MonkeyPatch, kernel: ModuleType, name: str, function: Any) -> None:
    """Put another function in the place of one of the kernel, wherever it is called."""
    for part in parts(kernel):
        if hasattr(part, name):
            patch.setattr(part, name, function)
