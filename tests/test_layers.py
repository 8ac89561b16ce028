"""Imports point one way, down the ladder of the design: proved by parsing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from source_tree import FILES, imports, is_type_checking, names_of, parsed

# The public names of `relupoly` itself form a face over everything they name: only the command line stands on it.
RUNGS = {
    "relupoly.errors": 0,
    "relupoly.plain_text": 0,
    "relupoly.certificates": 1,
    "relupoly.disk": 1,
    "relupoly.exact": 1,
    "relupoly.run": 1,
    "relupoly.jit": 1,
    "relupoly.geometry": 2,
    "relupoly.networks": 3,
    "relupoly.files": 4,
    "relupoly.pieces": 4,
    "relupoly.bounds": 4,
    "relupoly.constructions": 5,
    "relupoly.training": 5,
    "relupoly.analysis": 5,
    "relupoly.frameworks": 5,
    "relupoly.parallel": 5,
    "relupoly.plots": 6,
    "relupoly.face": 6.4,
    "relupoly.region_face": 6.45,
    "relupoly.plot_face": 6.45,
    "relupoly.page_face": 6.46,
    "relupoly": 6.5,
    "relupoly_cli": 7,
}
# The parts of these rungs do not know each other: what two of them share belongs further down.
STRICT_RUNGS = {4}

HEAVY = {
    "cdd",
    "dask",
    "distributed",
    "keras",
    "matplotlib",
    "meshio",
    "networkx",
    "numba",
    "onnx",
    "scipy",
    "sklearn",
    "sympy",
    "torch",
}


def part_of(module: str) -> str:
    """The part that a module belongs to: a key of RUNGS, or the module's own name if it belongs to none."""
    top, *rest = module.split(".")
    return top if top == "relupoly_cli" or not rest else f"{top}.{rest[0]}"


def runs_on_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: no function bodies, nothing for type checkers only."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        yield node
        if is_type_checking(node):
            continue
        pending.extend(
            child for child in ast.iter_child_nodes(node) if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        )


def target_part(name: str) -> str | None:
    """The part of our own that an imported name belongs to; None for everybody else's."""
    top, *rest = name.split(".")
    if top == "cli":
        return "relupoly_cli"
    if top not in {"relupoly", "relupoly_cli"}:
        return None
    return f"relupoly.{rest[0]}" if top == "relupoly" and rest and f"relupoly.{rest[0]}" in RUNGS else top


def fault(module: str, name: str) -> str | None:
    """What is wrong with `module` importing `name`, if anything is."""
    source, target = part_of(module), target_part(name)
    if target is None or target == source:
        return None
    here, there = RUNGS[source], RUNGS[target]
    if there < here or (there == here and here not in STRICT_RUNGS):
        return None
    return f"{module} (rung {here}) imports {name} (rung {there})"


def heavy_imports(tree: ast.Module, module: str) -> list[str]:
    """The heavy modules that importing this one would load."""
    found = (name for node in runs_on_import(tree) for name in names_of(node, module, is_package=False))
    return [name for name in found if name.split(".")[0] in HEAVY]


def test_every_part_has_a_rung() -> None:
    assert {part_of(module) for module in FILES} <= set(RUNGS)


@pytest.mark.parametrize("module", sorted(FILES))
def test_imports_point_down_the_ladder(module: str) -> None:
    path = FILES[module]
    names = imports(parsed(path), module, is_package=path.name == "__init__.py")
    assert [wrong for name in names if (wrong := fault(module, name))] == []


@pytest.mark.parametrize("module", sorted(FILES))
def test_nothing_heavy_is_imported_at_module_level(module: str) -> None:
    assert heavy_imports(parsed(FILES[module]), module) == []


@pytest.mark.parametrize(
    ("module", "source", "allowed"),
    [
        ("relupoly.pieces.walk", "from relupoly.geometry.cone import Cone", True),
        ("relupoly.pieces.walk", "from relupoly.pieces import merge", True),
        ("relupoly.pieces.walk", "from . import merge", True),
        ("relupoly.pieces.walk", "from ..errors import InputError", True),
        ("relupoly.pieces.walk", "import numpy", True),
        ("relupoly.pieces.walk", "from relupoly.bounds import zaslavsky", False),
        ("relupoly.pieces.walk", "def f():\n    from ..files import nnet", False),
        ("relupoly.pieces.walk", "from relupoly import Network", False),
        ("relupoly.pieces.walk", "import relupoly", False),
        ("relupoly.exact.rationals", "import relupoly.geometry.cone", False),
        ("relupoly.errors", "from relupoly.exact import rationals", False),
        ("relupoly.training.search.search", "from relupoly.parallel import executors", True),
        ("relupoly.plots.picture", "from relupoly_cli.main import cli", False),
        ("relupoly.plots.picture", "import cli.main", False),
        ("relupoly", "from relupoly.pieces.count import count_pieces", True),
        ("relupoly", "from relupoly_cli.main import cli", False),
        ("relupoly_cli.info", "from relupoly import Network", True),
        ("relupoly_cli.info", "from .main import cli", True),
    ],
)
def test_the_checker_knows_up_from_down(module: str, source: str, allowed: bool) -> None:
    names = imports(ast.parse(source), module, is_package=module == "relupoly")
    assert all(fault(module, name) is None for name in names) is allowed


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import cdd.gmp", ["cdd.gmp"]),
        ("if True:\n    from scipy import optimize", ["scipy.optimize"]),
        ("class A:\n    import sympy", ["sympy"]),
        ("def f():\n    import sympy", []),
        ("if TYPE_CHECKING:\n    import networkx", []),
        ("import numpy", []),
    ],
)
def test_the_checker_knows_what_runs_on_import(source: str, found: list[str]) -> None:
    assert heavy_imports(ast.parse(source), "relupoly.x") == found
