"""What tools/setup says and does where it cannot go on: run in a copy of it, on a machine made of a few links and scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

TOOLS = ["awk", "cat", "cksum", "dirname", "env", "grep", "mktemp", "readlink", "rm", "sed", "sh", "tail", "tr", "uname"]

# A Python without ensurepip, as on a Debian without python3-venv: all set-up ends before anything is installed.
NO_ENSUREPIP = f'case "$*" in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"'
PYTHON_3_9 = 'case "$*" in *print*) echo 3.9 ;; *) exit 1 ;; esac'
ONLY_CDDLIB_MISSING = "if grep -q cddlib; then exit 1; fi"
FAILING_APT = 'echo "$@" >>"$APT_LOG"; echo "E: Unable to locate package" >&2; exit 100'
# A Python that makes an environment, and has all that is imported.
COMPLETE_PYTHON = """case "$*" in
*"-m venv"*)
    /bin/mkdir -p .venv/bin && /bin/cp "$0" .venv/bin/python && echo "$PWD/.venv" >.venv/bin/activate
    echo '#!/bin/sh' >.venv/bin/relupoly && /bin/chmod +x .venv/bin/relupoly ;;
*print*) echo 3.12 ;;
esac"""
RECORDING_SUDO = 'echo "sudo $*" >>"$APT_LOG"; exit "$SUDO_CODE"'


class Machine:
    """A folder of programs that stands for PATH, and a checkout to set up."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.checkout, self.log = folder / "bin", folder / "checkout", folder / "log"
        self.bin.mkdir()
        (self.checkout / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "setup", self.checkout / "tools")
        shutil.copy(ROOT / "pyproject.toml", self.checkout)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.program("id", "echo 1000")
        self.program("python3", NO_ENSUREPIP)
        self.program("cc", "exit 1")

    def program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def setup(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        plain = {"PATH": str(self.bin), "CC": "cc", "APT_LOG": str(self.log), "TMPDIR": str(self.bin.parent)}
        return subprocess.run(
            [str(self.checkout / "tools" / "setup"), *arguments],
            env=plain | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def commands(message: str) -> dict[str, str]:
    """The command that a message gives for each system; the versioned names of Debian's Python packages become plain."""
    plain = re.sub(r"python3\.\d+-", "python3-", message)
    return dict(re.findall(r"^  (Debian, Ubuntu|Fedora|macOS)\s+(.*)$", plain, re.MULTILINE))


def test_without_apt_get_the_missing_packages_are_named(machine: Machine) -> None:
    done = machine.setup()
    assert done.returncode == 1
    assert "there is no apt-get here" in done.stderr
    assert commands(done.stderr) == {
        "Debian, Ubuntu": "sudo apt-get install python3-venv gcc libc6-dev python3-dev libgmp-dev libcdd-dev",
        "Fedora": "sudo dnf install python3 gcc python3-devel gmp-devel cddlib-devel",
        "macOS": "xcode-select --install; brew install python gmp cddlib",
    }


def test_only_what_is_missing_is_named(machine: Machine) -> None:
    machine.program("cc", ONLY_CDDLIB_MISSING)
    assert commands(machine.setup().stderr) == {
        "Debian, Ubuntu": "sudo apt-get install python3-venv libcdd-dev",
        "Fedora": "sudo dnf install python3 cddlib-devel",
        "macOS": "brew install python cddlib",
    }


def test_a_machine_without_python_is_told_so(machine: Machine) -> None:
    (machine.bin / "python3").unlink()
    done = machine.setup()
    assert done.returncode == 1
    assert "Python 3.11 or later" in done.stderr
    assert commands(done.stderr)["Debian, Ubuntu"].startswith("sudo apt-get install python3 python3-venv gcc ")


def test_sudo_that_asks_for_a_password_is_not_used(machine: Machine) -> None:
    machine.program("apt-get", FAILING_APT)
    machine.program("sudo", RECORDING_SUDO)
    done = machine.setup(SUDO_CODE="1")
    assert done.returncode == 1
    assert "sudo is not there or asks for a password" in done.stderr
    assert machine.log.read_text() == "sudo -n true\n"


def test_sudo_that_does_not_ask_installs(machine: Machine) -> None:
    machine.program("cc", ONLY_CDDLIB_MISSING)
    machine.program("apt-get", FAILING_APT)
    machine.program("sudo", RECORDING_SUDO)
    machine.setup(SUDO_CODE="0")
    installs = [line for line in machine.log.read_text().splitlines() if "install" in line]
    assert len(installs) == 1
    assert re.fullmatch(
        r"sudo -n env DEBIAN_FRONTEND=noninteractive apt-get .* install --yes .* python3\S*-venv libcdd-dev", installs[0]
    )


def test_root_updates_the_lists_when_a_package_is_not_found_and_shows_what_apt_said(machine: Machine) -> None:
    machine.program("apt-get", FAILING_APT)
    machine.program("id", "echo 0")
    done = machine.setup()
    assert done.returncode == 1
    assert [line.split()[3] for line in machine.log.read_text().splitlines()] == ["install", "update"]
    assert "E: Unable to locate package" in done.stderr
    assert "apt-get failed" in done.stderr


def test_an_old_python_is_refused_with_the_way_out(machine: Machine) -> None:
    machine.program("python3.9", PYTHON_3_9)
    done = machine.setup(PYTHON="python3.9")
    assert done.returncode == 1
    assert "python3.9 is Python 3.9; relupoly needs 3.11 or later" in done.stderr
    assert "PYTHON=" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        ([], {"PYTHON": "nopython"}, "PYTHON=nopython is no program"),
        (["everything"], {}, "no such set of packages: everything"),
    ],
)
def test_a_wrong_call_gets_one_line(machine: Machine, arguments: list[str], environment: dict[str, str], message: str) -> None:
    done = machine.setup(*arguments, **environment)
    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_browser_is_brought_for_development_only(machine: Machine) -> None:
    machine.program("python3", COMPLETE_PYTHON)
    machine.program("id", "echo 0")
    machine.program("apt-get", 'echo "$@" >>"$APT_LOG"')
    assert machine.setup().returncode == 0
    assert not machine.log.exists()
    done = machine.setup("dev")
    assert done.returncode == 0, done.stderr
    assert machine.log.read_text().endswith("install --yes --no-install-recommends chromium chromium-driver\n")
    assert "skipped" not in done.stderr


def test_without_a_browser_development_goes_on(machine: Machine) -> None:
    machine.program("python3", COMPLETE_PYTHON)
    machine.program("id", "echo 0")
    machine.program("apt-get", FAILING_APT)
    done = machine.setup("dev")
    assert done.returncode == 0, done.stderr
    assert "tests that open pages are skipped (Debian: apt-get install chromium chromium-driver)" in done.stderr


def test_a_browser_that_is_there_is_used(machine: Machine) -> None:
    machine.program("python3", COMPLETE_PYTHON)
    machine.program("apt-get", FAILING_APT)
    machine.program("chromium", "")
    machine.program("chromedriver", "")
    assert machine.setup("dev").returncode == 0
    assert not machine.log.exists()


def test_nothing_is_left_behind(machine: Machine) -> None:
    before = sorted(os.listdir(machine.bin.parent))
    machine.setup()
    assert sorted(os.listdir(machine.bin.parent)) == before
    assert not (machine.checkout / ".venv").exists()
