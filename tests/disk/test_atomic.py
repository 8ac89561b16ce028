"""Files are written whole or not at all, never through a link, and what killed runs leave is removed by the next."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from relupoly.disk import atomic
from relupoly.disk.atomic import check_target, replace_file, replacing
from relupoly.disk.drafts import create_draft, sweep
from relupoly.errors import FileFormatError

HEX = "0123456789abcdef"


def names(folder):
    return sorted(os.listdir(folder))


class TestLinks:
    @pytest.fixture
    def victim(self, tmp_path):
        victim = tmp_path / "elsewhere" / "precious"
        victim.parent.mkdir()
        victim.write_text("precious")
        return victim

    @pytest.mark.parametrize("force", [True, False])
    def test_to_a_file(self, force, victim, tmp_path):
        (tmp_path / "out").symlink_to(victim)
        for write in (lambda: replace_file(tmp_path / "out", b"new", force), lambda: check_target(tmp_path / "out", force)):
            with pytest.raises(FileFormatError, match=r"it is a symbolic link, to '.*precious'; give the name"):
                write()
        assert victim.read_text() == "precious"
        assert names(victim.parent) == ["precious"]

    @pytest.mark.parametrize("force", [True, False])
    def test_to_nothing(self, force, tmp_path):
        (tmp_path / "out").symlink_to(tmp_path / "new")
        with pytest.raises(FileFormatError, match="it is a symbolic link"):
            replace_file(tmp_path / "out", b"new", force)
        assert names(tmp_path) == ["out"]

    def test_that_appears_meanwhile(self, victim, tmp_path):
        """Between the look at the place and the move: with --force it is replaced itself, and never followed."""
        with replacing(tmp_path / "out", force=True) as stream:
            stream.write(b"new")
            (tmp_path / "out").symlink_to(victim)
        assert (victim.read_text(), (tmp_path / "out").read_text()) == ("precious", "new")
        assert not (tmp_path / "out").is_symlink()

    def test_folders_may_be_links(self, victim, tmp_path):
        (tmp_path / "folder").symlink_to(victim.parent)
        replace_file(tmp_path / "folder" / "new", b"new")
        assert names(victim.parent) == ["new", "precious"]


@pytest.mark.parametrize("linked", [True, False])
def test_what_appears_meanwhile_is_not_overwritten(linked, tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EPERM, "no hard links here")

    if not linked:
        monkeypatch.setattr(os, "link", refuse)

    def write():
        with replacing(tmp_path / "out") as stream:
            stream.write(b"new")
            (tmp_path / "out").write_text("precious")

    with pytest.raises(FileFormatError, match="the file exists"):
        write()
    assert (tmp_path / "out").read_text() == "precious"
    assert names(tmp_path) == ["out"]
    replace_file(tmp_path / "other", b"new")
    assert names(tmp_path) == ["other", "out"]


class TestDevices:
    def test_null(self):
        check_target(Path("/dev/null"))
        replace_file(Path("/dev/null"), b"new")
        assert not os.path.isfile("/dev/null")

    def test_full(self):
        check_target(Path("/dev/full"))
        with pytest.raises(FileFormatError, match="No space left on device"):
            replace_file(Path("/dev/full"), b"new")

    @pytest.mark.parametrize("form", ["/dev/fd/{}", "/proc/self/fd/{}"])
    def test_a_descriptor_that_is_a_pipe(self, form):
        reader, writer = os.pipe()
        target = Path(form.format(writer))
        check_target(target)
        replace_file(target, b"new")
        os.close(writer)
        assert os.read(reader, 100) == b"new"
        os.close(reader)

    def test_a_descriptor_that_is_a_file_is_written_where_it_stands(self, tmp_path):
        with open(tmp_path / "log", "wb") as log:
            log.write(b"before ")
            log.flush()
            replace_file(Path(f"/dev/fd/{log.fileno()}"), b"now ")
            log.write(b"after")
        assert (tmp_path / "log").read_text() == "before now after"

    def test_a_descriptor_that_is_closed(self):
        reader, writer = os.pipe()
        os.close(reader)
        os.close(writer)
        for action in (lambda place: check_target(place), lambda place: replace_file(place, b"new")):
            with pytest.raises(FileFormatError, match="Bad file descriptor"):
                action(Path(f"/dev/fd/{writer}"))

    def test_a_pipe_with_a_name(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        found = []
        reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_bytes()))
        reader.start()
        replace_file(tmp_path / "pipe", b"new")
        reader.join()
        assert found == [b"new"]
        assert names(tmp_path) == ["pipe"]

    @pytest.mark.parametrize("redirected", [True, False])
    def test_standard_output_of_a_process(self, redirected, tmp_path):
        program = "from pathlib import Path\nfrom relupoly.disk.atomic import *\nprint('one')\n"
        program += "check_target(Path('/dev/stdout'))\nreplace_file(Path('/dev/stdout'), b'two\\n')\nprint('three')"
        if redirected:
            with open(tmp_path / "out", "wb") as out:
                subprocess.run([sys.executable, "-c", program], stdout=out, check=True)
            assert (tmp_path / "out").read_text() == "one\ntwo\nthree\n"
        else:
            piped = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
            assert piped.stdout == b"one\ntwo\nthree\n"


class TestDrafts:
    def test_a_killed_run_leaves_one_and_the_next_removes_it(self, tmp_path):
        program = "import os, signal, sys\nfrom pathlib import Path\nfrom relupoly.disk.atomic import replacing\n"
        program += "with replacing(Path(sys.argv[1]), force=True) as stream:\n    stream.write(b'half'); stream.flush()\n"
        program += "    os.kill(os.getpid(), signal.SIGKILL)"
        (tmp_path / "out").write_text("old")
        killed = subprocess.run([sys.executable, "-c", program, str(tmp_path / "out")])
        assert killed.returncode == -signal.SIGKILL
        [draft, _] = names(tmp_path)
        assert draft.startswith(".out.")
        assert draft.endswith(".relupoly-tmp")
        assert (tmp_path / "out").read_text() == "old"
        replace_file(tmp_path / "out", b"new", force=True)
        assert names(tmp_path) == ["out"]

    def test_looking_at_a_target_removes_them_too(self, tmp_path):
        leave(tmp_path, "other")
        check_target(tmp_path / "out")
        assert names(tmp_path) == []

    def test_that_of_a_living_writer_stays(self, tmp_path):
        with replacing(tmp_path / "out", force=True) as stream:
            stream.write(b"slow")
            replace_file(tmp_path / "out", b"quick", force=True)
            sweep(tmp_path)
            assert len(names(tmp_path)) == 2
        assert names(tmp_path) == ["out"]
        assert (tmp_path / "out").read_text() == "slow"

    def test_what_only_looks_like_one_stays(self, tmp_path):
        (tmp_path / ".out.0123.relupoly-tmp").touch()
        (tmp_path / f"out.{HEX}.relupoly-tmp").touch()
        (tmp_path / f".out.{HEX}.tmp").touch()
        (tmp_path / f".folder.{HEX}.relupoly-tmp").mkdir()
        (tmp_path / f".link.{HEX}.relupoly-tmp").symlink_to(tmp_path / f".out.{HEX}.tmp")
        os.mkfifo(tmp_path / f".pipe.{HEX}.relupoly-tmp")
        before = names(tmp_path)
        sweep(tmp_path)
        assert names(tmp_path) == before

    def test_that_of_another_user_stays(self, tmp_path, monkeypatch):
        leave(tmp_path, "out")
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        sweep(tmp_path)
        assert len(names(tmp_path)) == 1

    def test_one_that_was_taken_away_before_it_was_locked(self, tmp_path, monkeypatch):
        """A sweep may come between making a draft and locking it."""
        taken = []

        def lock(descriptor, operation):
            if not taken:
                taken.append(names(tmp_path))
                for name in taken[0]:
                    (tmp_path / name).unlink()
            return real(descriptor, operation)

        real = fcntl.flock
        monkeypatch.setattr(fcntl, "flock", lock)
        replace_file(tmp_path / "out", b"new")
        assert len(taken[0]) == 1
        assert (tmp_path / "out").read_text() == "new"

    def test_without_locks(self, tmp_path, monkeypatch):
        """A file system that has none: files are written, and no draft is removed."""

        def refuse(descriptor, operation):
            raise OSError(errno.ENOLCK, "No locks available")

        leave(tmp_path, "out")
        monkeypatch.setattr(fcntl, "flock", refuse)
        replace_file(tmp_path / "out", b"new")
        assert (tmp_path / "out").read_text() == "new"
        assert len(names(tmp_path)) == 2

    @pytest.mark.parametrize("name", ["n" * 255, "\u00e4" * 127, "two\nlines", "a.b.c"])
    def test_for_any_name(self, name, tmp_path):
        leave(tmp_path, name)
        replace_file(tmp_path / name, b"new")
        assert names(tmp_path) == [name]


def leave(folder, name):
    """A draft as a killed run leaves it."""
    os.close(create_draft(folder / name)[1])


def test_an_error_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "out").write_text("old")
    with pytest.raises(FileFormatError, match="No space left on device"):
        replace_file(tmp_path / "out", b"new", force=True)
    assert (tmp_path / "out").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_the_folder_is_written_to_disk_after_the_move(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def record(descriptor):
        synced.append((os.fstat(descriptor).st_ino, names(tmp_path)))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    replace_file(tmp_path / "out", b"new")
    assert [inode for inode, _ in synced] == [(tmp_path / "out").stat().st_ino, tmp_path.stat().st_ino]
    assert (synced[0][1] == ["out"], "out" in synced[1][1]) == (False, True)


def test_a_folder_that_may_not_be_written_is_told_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.os, "access", lambda place, mode: False)
    with pytest.raises(FileFormatError, match="it cannot be written \\(Permission denied\\); give another place"):
        check_target(tmp_path / "out")


@pytest.mark.parametrize("error", [ValueError("of the writer"), FileNotFoundError(2, "No such file", "another"), KeyError(1)])
def test_errors_of_the_writer_are_not_the_files(error, tmp_path):
    def fill(stream):
        stream.write(b"half")
        raise error

    with pytest.raises(type(error)) as raised, replacing(tmp_path / "a.json") as stream:
        fill(stream)
    assert raised.value is error
    assert list(tmp_path.iterdir()) == []
