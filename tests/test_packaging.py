"""The package as it is built and installed: the list in pyproject.toml is explicit, so it is compared with the folders."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import relupoly

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE_DIR: dict[str, str] = PROJECT["tool"]["setuptools"]["package-dir"]

BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def packages_on_disk() -> dict[str, Path]:
    """Each folder that holds Python files, by the name under which it is installed."""
    return {
        ".".join([top, *folder.relative_to(ROOT / tree).parts]): folder
        for top, tree in PACKAGE_DIR.items()
        for folder in {path.parent for path in (ROOT / tree).rglob("*.py")}
    }


def outside(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program where the checkout is not on Python's path, so that only what is installed can be imported."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy of the sources."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for tree in PACKAGE_DIR.values():
        # Links are followed: the examples lie elsewhere.
        shutil.copytree(ROOT / tree, source / tree, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    done = subprocess.run([sys.executable, "-c", BUILD, str(target)], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(target.glob("*.whl")))


def installed_name(path: Path) -> str:
    """Where a source file goes in the wheel."""
    top = {tree: name for name, tree in PACKAGE_DIR.items()}[path.relative_to(ROOT).parts[0]]
    return "/".join([top, *path.relative_to(ROOT).parts[1:]])


def test_the_list_of_packages_is_complete() -> None:
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(packages_on_disk())


def test_every_package_has_an_init_file() -> None:
    assert [name for name, folder in packages_on_disk().items() if not (folder / "__init__.py").is_file()] == []


def test_the_wheel_holds_every_module_under_its_installed_name(wheel: zipfile.ZipFile) -> None:
    sources = [path for tree in PACKAGE_DIR.values() for path in (ROOT / tree).rglob("*.py")]
    data = [path for tree in ("examples", "schemas") for path in (ROOT / "cli" / tree).rglob("*.*")]
    page = [path for path in (ROOT / "relupoly" / "plots" / "page").iterdir() if path.suffix in (".css", ".html", ".js")]
    expected = {installed_name(path) for path in [*sources, *data, *page]} | {"relupoly/py.typed"}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected
    assert "relupoly_cli/main.py" in expected


def test_the_wheel_carries_its_license_and_its_command(wheel: zipfile.ZipFile) -> None:
    info = f"relupoly-{PROJECT['project']['version']}.dist-info"
    assert wheel.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert "relupoly = relupoly_cli.entry:main" in wheel.read(f"{info}/entry_points.txt").decode()


def test_one_version_everywhere() -> None:
    stated = {importlib.metadata.version("relupoly"), getattr(relupoly, "__version__", PROJECT["project"]["version"])}
    assert stated == {PROJECT["project"]["version"]}


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    assert released[0][0] == PROJECT["project"]["version"]
    assert [date for _, date in released] == sorted((date for _, date in released), reverse=True)
    headings = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_command_line_is_installed_as_relupoly_cli_only(tmp_path: Path) -> None:
    assert outside("import relupoly_cli.main", tmp_path).returncode == 0
    done = outside("import cli", tmp_path)
    assert done.returncode == 1
    assert "ModuleNotFoundError: No module named 'cli'" in done.stderr


def test_the_installed_command_starts(tmp_path: Path) -> None:
    done = outside(
        "import sys; from importlib.metadata import entry_points as e; sys.argv[:] = ['relupoly', '--version']; "
        "sys.exit(e(group='console_scripts')['relupoly'].load()())",
        tmp_path,
    )
    assert done.stdout.split() == ["relupoly", PROJECT["project"]["version"]]


def test_a_bare_install_compiles_nothing_and_make_setup_brings_pycddlib_and_matplotlib() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert not any(text.startswith("pycddlib") for text in PROJECT["project"]["dependencies"])
    assert set(extras["cdd"]) | set(extras["plot"]) < set(extras["dev"])
    assert "${extra:-cdd,plot}" in (ROOT / "tools" / "setup").read_text(encoding="utf-8")


def test_all_holds_every_extra_that_users_want_but_the_largest() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    others = [set(texts) for name, texts in extras.items() if name not in ("all", "dev", "docs", "keras", "torch")]
    assert sorted(extras["all"]) == sorted(set().union(*others))


def test_the_dev_extra_holds_what_the_makefile_runs() -> None:
    extra = " ".join(PROJECT["project"]["optional-dependencies"]["dev"])
    assert [tool for tool in ("pytest", "pytest-xdist", "ruff", "mypy", "hypothesis", "setuptools") if tool not in extra] == []
