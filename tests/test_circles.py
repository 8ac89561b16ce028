"""No imports form a circle: not between files, and not by way of an import that a function hides."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest
from source_tree import FILES, is_type_checking, names_of, parsed


def executed(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node but those that only type checkers read.

    Bodies of functions count: an import may wait in one for the sake of a heavy package, but what waits lies further down,
    and makes no circle; where it does make one, the two files cannot be understood, tested or moved one by one.
    """
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.orelse if isinstance(node, ast.If) and is_type_checking(node) else ast.iter_child_nodes(node))


def targets(tree: ast.Module, module: str, known: Mapping[str, object], *, is_package: bool) -> set[str]:
    """The modules of our own that this one needs, by their full names: where a name is imported, the module that has it."""
    found = set()
    for node in executed(tree):
        for name in names_of(node, module, is_package=is_package):
            while name and name not in known:
                name = name.rpartition(".")[0]
            found.add(name)
    return found - {"", module}


def circles(graph: Mapping[str, set[str]]) -> set[frozenset[str]]:
    """The sets of modules each of which needs all others of its set."""
    reached = {module: reachable(graph, module) for module in graph}
    return {frozenset(other for other in reached[one] if one in reached[other]) for one in graph if one in reached[one]}


def reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        new = graph[pending.pop()] - found
        found |= new
        pending.extend(new)
    return found


def test_no_imports_form_a_circle() -> None:
    graph = {
        module: targets(parsed(path), module, FILES, is_package=path.name == "__init__.py") for module, path in FILES.items()
    }
    assert circles(graph) == set()


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"a": "import b", "b": "import c", "c": ""}, []),
        ({"a": "import b", "b": "import c", "c": "import b"}, ["bc"]),
        ({"a": "import b", "b": "def f():\n    import a"}, ["ab"]),
        ({"a": "from b import f", "b": "class B:\n    from a import g"}, ["ab"]),
        ({"a": "import b", "b": "if TYPE_CHECKING:\n    import a"}, []),
        ({"a": "import b", "b": "if TYPE_CHECKING:\n    import c\nelse:\n    import a", "c": ""}, ["ab"]),
        ({"a": "import b", "b": "import a", "c": "import d", "d": "import a; import c"}, ["ab", "cd"]),
    ],
)
def test_the_checker_knows_a_circle(sources: dict[str, str], found: list[str]) -> None:
    graph = {name: targets(ast.parse(text), name, sources, is_package=False) for name, text in sources.items()}
    assert circles(graph) == set(map(frozenset, found))


def test_the_checker_follows_names_to_their_modules() -> None:
    known = dict.fromkeys(["p", "p.a", "p.b"])
    assert targets(ast.parse("from . import a"), "p.b", known, is_package=False) == {"p.a"}
    assert targets(ast.parse("from .a import f"), "p", known, is_package=True) == {"p.a"}
    assert targets(ast.parse("from p import f"), "p.b", known, is_package=False) == {"p"}
    assert targets(ast.parse("import numpy"), "p.b", known, is_package=False) == set()
