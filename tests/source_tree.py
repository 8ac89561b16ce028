"""The sources as tests read them: every module of the two trees, and what it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _source_files() -> dict[str, Path]:
    """Every module of the two trees, by its installed name."""
    trees = {"relupoly": ROOT / "relupoly", "relupoly_cli": ROOT / "cli"}
    return {_module_name(top, path.relative_to(tree)): path for top, tree in trees.items() for path in tree.rglob("*.py")}


def _module_name(top: str, path: Path) -> str:
    parts = (top, *path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = _source_files()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    """The full names that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        yield from names_of(node, module, is_package=is_package)


def names_of(node: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _origin(node, module, is_package=is_package)
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _origin(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """The absolute name of what stands between `from` and `import`."""
    if not node.level:
        return node.module or ""
    keep = module.split(".")[: len(module.split(".")) - node.level + is_package]
    return ".".join([*keep, *([node.module] if node.module else [])])
