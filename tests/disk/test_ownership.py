"""What is loaded: only from folders and files that nobody else can write."""

import os
import stat

import pytest

from relupoly.disk import ownership
from relupoly.disk.ownership import Untrusted, is_ours, opened_folder, trusted_bytes

STRANGER = 12345


def status(mode, user=None, group=None):
    """What a file system says of a file."""
    return os.stat_result((mode, 0, 0, 1, os.geteuid() if user is None else user, group or 0, 0, 0, 0, 0))


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o444])
def test_what_is_ours_or_the_superuser_s(mode):
    assert is_ours(status(mode))
    assert is_ours(status(mode, user=0))


@pytest.mark.parametrize("mode", [0o602, 0o666, 0o777, 0o1777])
def test_what_all_can_write_is_not(mode):
    assert not is_ours(status(mode))


def test_what_belongs_to_others_is_not(monkeypatch):
    assert not is_ours(status(0o600, user=STRANGER))
    # The superuser is on nobody's side but its own.
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert not is_ours(status(0o600, user=STRANGER))


class Entry:
    def __init__(self, **fields):
        self.__dict__.update(fields)


@pytest.mark.parametrize("mode", [0o664, 0o2775, 0o620])
def test_a_group_is_never_ours_alone(monkeypatch, mode):
    """The group has our name and lists no other member: others may have it as primary group, or be named in an ACL."""
    monkeypatch.setattr("pwd.getpwuid", lambda uid: Entry(pw_name="me", pw_gid=7))
    monkeypatch.setattr("grp.getgrgid", lambda gid: Entry(gr_name="me", gr_mem=[]))
    assert not is_ours(status(mode, group=7))
    assert is_ours(status(mode & ~0o020, group=7))


def test_a_file_of_ours_is_read(folder):
    (folder / "code").write_bytes(b"machine code")
    with opened_folder(folder) as found:
        assert trusted_bytes(found, "code") == b"machine code"


@pytest.mark.parametrize("mode", [0o646, 0o666])
def test_a_file_that_all_can_write_is_refused(folder, mode):
    (folder / "code").write_bytes(b"machine code")
    (folder / "code").chmod(mode)
    with opened_folder(folder) as found, pytest.raises(Untrusted):
        trusted_bytes(found, "code")


def test_a_link_is_refused(folder):
    (folder / "elsewhere").write_bytes(b"machine code")
    (folder / "code").symlink_to(folder / "elsewhere")
    with opened_folder(folder) as found, pytest.raises(OSError, match="symbolic links"):
        trusted_bytes(found, "code")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_plain_file_is_refused(folder, make):
    make(folder / "code")
    with opened_folder(folder) as found, pytest.raises(OSError, match=r"plain file|directory"):
        trusted_bytes(found, "code")


@pytest.mark.parametrize("mode", [0o757, 0o777, 0o1777])
def test_a_folder_that_all_can_write_is_refused(folder, mode):
    (folder / "cache").mkdir()
    (folder / "cache").chmod(mode)
    with pytest.raises(Untrusted, match="can be written by others"), opened_folder(folder / "cache"):
        pass


def test_a_folder_below_one_that_all_can_write_is_refused(folder):
    (folder / "common" / "cache").mkdir(parents=True)
    (folder / "common").chmod(0o777)
    with pytest.raises(Untrusted, match="above"), opened_folder(folder / "common" / "cache"):
        pass


def test_a_sticky_one_on_the_way_is_as_good_as_tmp(folder):
    (folder / "common" / "cache").mkdir(parents=True)
    (folder / "common").chmod(0o1777)
    with opened_folder(folder / "common" / "cache"):
        pass


def test_links_on_the_way_lead_to_what_is_checked(folder):
    (folder / "safe").mkdir()
    (folder / "unsafe").mkdir()
    (folder / "unsafe").chmod(0o777)
    (folder / "link").symlink_to(folder / "safe")
    with opened_folder(folder / "link"):
        pass
    (folder / "link").unlink()
    (folder / "link").symlink_to(folder / "unsafe")
    with pytest.raises(Untrusted), opened_folder(folder / "link"):
        pass


def test_a_link_that_is_put_in_meanwhile_is_not_followed(folder, monkeypatch):
    (folder / "safe").mkdir()
    (folder / "link").symlink_to(folder / "safe")
    monkeypatch.setattr(ownership.os.path, "realpath", os.fspath)
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"), opened_folder(folder / "link"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give things away")
@pytest.mark.parametrize("part", ["folder", "above", "file"])
def test_what_belongs_to_a_stranger_is_refused(folder, part):
    place = folder / "above" / "cache"
    place.mkdir(parents=True)
    (place / "code").write_bytes(b"machine code")
    os.chown({"folder": place, "above": place.parent, "file": place / "code"}[part], STRANGER, STRANGER)
    with pytest.raises(Untrusted), opened_folder(place) as found:
        trusted_bytes(found, "code")


def test_folders_are_made_for_us_alone_to_write(folder):
    before = os.umask(0)
    try:
        with opened_folder(folder / "a" / "b", create=True):
            pass
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder / "a", folder / "a" / "b")] == [0o755, 0o755]


def test_no_descriptor_is_left(folder):
    before = len(os.listdir("/dev/fd"))
    (folder / "cache").mkdir()
    for mode in (0o755, 0o777):
        (folder / "cache").chmod(mode)
        for _ in range(3):
            try:
                with opened_folder(folder / "cache"):
                    pass
            except Untrusted:
                pass
    assert len(os.listdir("/dev/fd")) == before
