"""What is kept, and where; never where somebody else can write."""

import os
import stat

import pytest

from relupoly.jit import code_cache


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Two folders, the second one for what the first cannot take."""
    found = [tmp_path / "beside", tmp_path / "home"]
    monkeypatch.setattr(code_cache, "folders", lambda: found)
    return found


def test_what_is_kept_is_found(cache):
    assert code_cache.kept("loop.walk-1-2.o") is None
    assert not code_cache.is_kept("loop.walk-1")
    assert code_cache.keep("loop.walk-1-2.o", b"code")
    assert code_cache.kept("loop.walk-1-2.o") == b"code"
    assert code_cache.is_kept("loop.walk-1")
    assert code_cache.first_bytes("loop.walk-1", 2) == {b"co"}
    assert not code_cache.is_kept("loop.walk-2")


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: b"", lambda content: content + b"!"])
def test_damaged_files_are_none(cache, damage):
    code_cache.keep("a-b.o", b"code")
    (cache / "a-b.o").write_bytes(damage((cache / "a-b.o").read_bytes()))
    assert code_cache.kept("a-b.o") is None


@pytest.mark.parametrize("part", ["file", "folder"])
def test_what_others_can_write_is_neither_loaded_nor_taken_for_kept(cache, part):
    code_cache.keep("a-b.o", b"code")
    (cache / "a-b.o" if part == "file" else cache).chmod(0o777)
    assert code_cache.kept("a-b.o") is None
    assert not code_cache.is_kept("a")
    assert code_cache.first_bytes("a", 2) == set()


def test_nothing_is_kept_where_others_can_write(cache):
    cache.mkdir()
    cache.chmod(0o777)
    assert not code_cache.keep("a-b.o", b"code")
    assert list(cache.iterdir()) == []
    assert code_cache.obstacle() == f"{cache} can be written by others"


def test_files_are_for_us_alone_to_write(cache):
    before = os.umask(0)
    try:
        code_cache.keep("a-b.o", b"code")
    finally:
        os.umask(before)
    assert stat.S_IMODE((cache / "a-b.o").stat().st_mode) == 0o644


def test_the_second_place_is_taken_where_the_first_is_unsafe(places):
    places[0].mkdir()
    places[0].chmod(0o777)
    assert code_cache.obstacle() is None
    assert code_cache.keep("a-b.o", b"code")
    assert [list(path.iterdir()) for path in places] == [[], [places[1] / "a-b.o"]]
    assert code_cache.kept("a-b.o") == b"code"


def test_a_forged_file_in_the_first_place_is_passed_over(places):
    places[0].mkdir()
    code_cache.keep("a-b.o", b"forged")
    (places[0] / "a-b.o").chmod(0o666)
    places[0].rename(places[0].with_name("aside"))
    places[0].write_text("in the way")
    assert code_cache.keep("a-b.o", b"code")
    places[0].unlink()
    places[0].with_name("aside").rename(places[0])
    assert code_cache.kept("a-b.o") == b"code"


def test_drafts_of_a_killed_process_are_taken_away(cache):
    cache.mkdir()
    (cache / ".a-b.o.0123456789abcdef.relupoly-tmp").write_bytes(b"half of i")
    assert code_cache.keep("a-b.o", b"code")
    assert [path.name for path in cache.iterdir()] == ["a-b.o"]


def test_a_link_in_the_draft_s_place_is_not_written_through(cache, tmp_path):
    cache.mkdir()
    (tmp_path / "precious").write_text("text")
    (cache / ".a-b.o.tmp").symlink_to(tmp_path / "precious")
    (cache / "a-b.o").symlink_to(tmp_path / "precious")
    assert code_cache.keep("a-b.o", b"code")
    assert (tmp_path / "precious").read_text() == "text"
    assert code_cache.kept("a-b.o") == b"code"


def test_obstacles_are_named(cache):
    cache.parent.joinpath("cache").write_text("in the way")
    assert code_cache.obstacle() == f"{cache} cannot be used (Not a directory)"


def test_without_a_home_there_is_one_place_less(monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda uid: (_ for _ in ()).throw(KeyError(uid)))
    assert len(code_cache.folders()) == 1
