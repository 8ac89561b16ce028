"""One run at a time: the second is refused, and a killed one is in nobody's way."""

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from relupoly.disk.atomic import replace_file
from relupoly.errors import FileFormatError
from relupoly.files.lock import held

HOLD = """
import sys, time
from relupoly.files.lock import held
with held(sys.argv[1]):
    print("held", flush=True)
    time.sleep(1000)
"""


def names(folder):
    return sorted(os.listdir(folder))


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "work")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def try_to_hold(place):
    with held(place):
        return names(place.parent)


def test_it_leaves_nothing(tmp_path):
    assert try_to_hold(tmp_path / "work") == [".work.relupoly-lock"]
    assert names(tmp_path) == []
    with pytest.raises(ZeroDivisionError), held(tmp_path / "work"):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_the_second_is_refused_until_the_first_is_killed(holder, tmp_path):
    with pytest.raises(FileFormatError, match=r"work: another run keeps its work in it; wait until that ends, or give another"):
        try_to_hold(tmp_path / "work")
    try_to_hold(tmp_path / "other")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert names(tmp_path) == [".work.relupoly-lock"]
    try_to_hold(tmp_path / "work")
    assert names(tmp_path) == []


def test_replacing_the_file_does_not_end_it(tmp_path):
    with held(tmp_path / "work"):
        for _ in range(2):
            replace_file(tmp_path / "work", b"new", force=True)
            with pytest.raises(FileFormatError, match="another run"):
                try_to_hold(tmp_path / "work")


def test_a_lock_file_that_lost_its_name_meanwhile(tmp_path, monkeypatch):
    """Who has locked a file that its former holder has just removed holds nothing."""
    removed = []

    def lock(descriptor, operation):
        if not removed:
            removed.append((tmp_path / ".work.relupoly-lock").stat().st_ino)
            (tmp_path / ".work.relupoly-lock").unlink()
        return real(descriptor, operation)

    real = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", lock)
    with held(tmp_path / "work"):
        assert names(tmp_path) == [".work.relupoly-lock"]
        with pytest.raises(FileFormatError, match="another run"):
            try_to_hold(tmp_path / "work")
    assert (len(removed), names(tmp_path)) == (1, [])


def test_a_file_system_without_locks(tmp_path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    try_to_hold(tmp_path / "work")
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_something_else_in_the_place_of_the_lock(kind, tmp_path):
    lock = tmp_path / ".work.relupoly-lock"
    if kind == "link":
        lock.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        lock.mkdir()
    else:
        os.mkfifo(lock)
    with pytest.raises(FileFormatError, match=r"work: (it cannot be locked by|'\.work\.relupoly-lock' beside it is no plain)"):
        try_to_hold(tmp_path / "work")
    assert names(tmp_path) == [".work.relupoly-lock"]


@pytest.mark.parametrize("kind", ["link", "pipe", "device"])
def test_what_is_no_plain_file_holds_no_work(kind, tmp_path):
    place = tmp_path / "work"
    if kind == "link":
        place.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place = "/dev/zero"
    with pytest.raises(FileFormatError, match="it is no plain file; give one"):
        try_to_hold(place)


@pytest.mark.parametrize("name", ["nowhere/work", "file/work", "a\0b"])
def test_where_there_is_no_place(name, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileFormatError):
        try_to_hold(tmp_path / name)


def test_a_long_name(tmp_path):
    try_to_hold(tmp_path / ("n" * 255))
    assert names(tmp_path) == []
