"""relupoly as users get it: the wheel and the source distribution, in empty environments, without a C compiler."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from sessions import ROOT, Block, alike, blocks, commands

BUILD = "import sys; from setuptools import build_meta; getattr(build_meta, f'build_{sys.argv[1]}')(sys.argv[2])"
# Whatever pip would have to compile is refused; but for relupoly itself, where that is installed from its sources.
WHEELS_ONLY = ("--only-binary", ":all:", "--no-binary", "relupoly")

pytestmark = pytest.mark.slow


def environment() -> dict[str, str]:
    """Nothing of the environment that the tests run in, and no C compiler."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "NUMBA_CACHE_DIR")}
    return kept | {"CC": "false"}


def done(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)


def built(kind: str, source: Path, target: Path) -> Path:
    """A distribution, made of sources."""
    found = done(sys.executable, "-c", BUILD, kind, target, folder=source)
    assert found.returncode == 0, found.stderr
    [path] = target.iterdir()
    return path


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of what a checkout holds."""
    listed = done("git", "ls-files", "-z", folder=ROOT)
    if listed.returncode:
        pytest.skip("this is no checkout")
    source = tmp_path_factory.mktemp("checkout")
    for name in filter(None, listed.stdout.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name, follow_symlinks=False)
    return built("sdist", source, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the source distribution."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        assert all(member.isfile() or member.isdir() for member in archive)
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    [inner] = folder.iterdir()
    return inner


@pytest.fixture(scope="module")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made of the source distribution."""
    return built("wheel", unpacked, tmp_path_factory.mktemp("wheel"))


def installed(distribution: Path, folder: Path) -> Path:
    """The folder of programs of an empty environment in which it was installed."""
    done(sys.executable, "-m", "venv", folder / "venv", folder=folder)
    programs = folder / "venv" / "bin"
    pip = [programs / "python", "-m", "pip", "install", "-q", "--no-input", "--disable-pip-version-check"]
    if done(*pip, "setuptools>=77.0.1", folder=folder).returncode:
        pytest.skip("there is no package index to install from")
    found = done(*pip, *WHEELS_ONLY, distribution, folder=folder)
    assert found.returncode == 0, found.stderr
    return programs


def readme_session(heading: str = "") -> Block:
    """The first session of README below a heading."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    line = text.count("\n", 0, text.index(heading))
    return next(block for block in blocks(readme) if block.line > line)


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_the_first_session_runs_in_an_empty_environment(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    programs = installed(request.getfixturevalue(kind), tmp_path)
    (tmp_path / "work").mkdir()

    def relupoly(*words: str) -> subprocess.CompletedProcess[str]:
        return done(programs / "relupoly", *words, folder=tmp_path / "work")

    assert done(programs / "python", "-c", "import cdd", folder=tmp_path).returncode == 1
    assert relupoly("demo", "data").returncode == 0
    for command, shown in [*commands(readme_session().text), *commands(readme_session("## Train\n").text)]:
        found = relupoly(*shlex.split(command)[1:])
        assert found.returncode == 0, found.stderr
        assert alike(found.stderr + found.stdout, shown), found.stderr + found.stdout
    assert relupoly("count-pieces", "data/diabetes_bmi.json", "--check").returncode == 0
    (tmp_path / "work" / "points.ext").write_text("V-representation\nbegin\n2 2 integer\n1 18\n1 43\nend\n")
    refused = relupoly("count-pieces", "data/diabetes_bmi.json", "--domain", "points.ext")
    assert refused.returncode == 3
    assert 'pip install "relupoly[cdd]"' in refused.stderr


def test_the_source_distribution_holds_the_checkout(unpacked: Path) -> None:
    listed = [name for name in done("git", "ls-files", "-z", folder=ROOT).stdout.split("\0") if name]
    assert [name for name in listed if not (unpacked / name).is_file()] == []
    assert [name for name in listed if (unpacked / name).read_bytes() != (ROOT / name).read_bytes()] == []


def test_the_wheel_holds_the_examples(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("relupoly_cli/examples/")]
        assert len(names) == 9
        for name in names:
            assert archive.read(name) == (ROOT / "data" / name.removeprefix("relupoly_cli/examples/")).read_bytes()
