"""Locks of open files, and drafts in folders that are given by their descriptors."""

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from relupoly.disk.drafts import create_draft, drafted, sweep
from relupoly.disk.locks import lock


@pytest.fixture
def folder(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def opened(place):
    return os.open(place, os.O_RDWR | os.O_CREAT)


def test_one_at_a_time(tmp_path):
    one, two = opened(tmp_path / "file"), opened(tmp_path / "file")
    assert lock(one) is True
    assert lock(one) is True
    assert lock(two) is False
    os.close(one)
    assert lock(two) is True
    os.close(two)


def test_a_lock_dies_with_its_process(tmp_path):
    program = "import os, sys\nfrom relupoly.disk.locks import lock\nfile = os.open(sys.argv[1], os.O_RDWR)\n"
    program += "print(lock(file), flush=True)\nsys.stdin.read()"
    file = opened(tmp_path / "file")
    command = [sys.executable, "-c", program, str(tmp_path / "file")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"True\n"
        assert lock(file) is False
        other.kill()
    assert lock(file, wait=True) is True
    os.close(file)


@pytest.mark.parametrize("wait", [True, False])
def test_where_there_are_no_locks(wait, tmp_path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    file = opened(tmp_path / "file")
    assert lock(file, wait) is None
    os.close(file)


def test_a_draft_in_a_folder_of_which_only_the_descriptor_is_known(folder, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    with drafted(Path("code"), folder, 0o644) as (draft, stream):
        stream.write(b"new")
        stream.flush()
        assert draft.parent == Path()
        assert os.listdir(tmp_path) == [draft.name]
        os.replace(draft, "code", src_dir_fd=folder, dst_dir_fd=folder)
    assert (tmp_path / "code").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "code").stat().st_mode) & 0o022 == 0
    assert os.listdir(tmp_path) == ["code"]


def test_a_draft_that_goes_nowhere_is_removed(folder, tmp_path):
    def fail():
        with drafted(Path("code"), folder) as (_, stream):
            stream.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert os.listdir(tmp_path) == []


def test_what_a_killed_process_left_is_swept_through_a_descriptor(folder, tmp_path):
    os.close(create_draft(Path("left"), folder)[1])
    _, held = create_draft(Path("in work"), folder)
    assert len(os.listdir(tmp_path)) == 2
    sweep(folder)
    [name] = os.listdir(tmp_path)
    assert name.startswith(".in work.")
    os.close(held)
