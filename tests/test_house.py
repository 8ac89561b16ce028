"""Files and functions stay short: a file holds one noun, a function one thought."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from source_tree import FILES, ROOT, parsed

# Lines of a file; lines of a function without its docstring.
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def is_kernel(path: Path) -> bool:
    """Compiled code runs longer where splitting it would hide the idea, and cost calls."""
    return "kernel" in path.relative_to(ROOT).parts


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to the end, decorators and docstring not counted."""
    assert function.end_lineno is not None
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - docstring


def long_functions(tree: ast.Module) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return [function.name for function in functions if own_lines(function) > LONGEST_FUNCTION]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_too_long() -> None:
    lines = {named(path): path.read_text(encoding="utf-8").count("\n") for path in FILES.values() if not is_kernel(path)}
    assert {name for name, count in lines.items() if count > LONGEST_FILE} == set()


def test_no_function_is_too_long() -> None:
    found = {
        f"{named(path)}: {name}" for path in FILES.values() for name in long_functions(parsed(path)) if not is_kernel(path)
    }
    assert found == set()


@pytest.mark.parametrize(("statements", "found"), [(59, []), (60, ["f"])])
def test_the_ruler_counts_what_a_function_does(statements: int, found: list[str]) -> None:
    source = "@decorator\ndef f():\n" + '    """One.\n\n    Two.\n    """\n' + "    pass\n" * statements
    assert long_functions(ast.parse(source)) == found
