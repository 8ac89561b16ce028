"""Seals rest on a secret that nobody else can read or replace; where there is none, nothing is believed."""

import os
import stat

import pytest

from relupoly.disk.seal import is_sealed, seal, secret_file


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return secret_file()


def test_a_seal_belongs_to_one_document_of_one_kind(place):
    mark = seal("kind", {"n": 1, "m": [2]})
    assert mark == seal("kind", {"m": [2], "n": 1})
    assert is_sealed("kind", {"n": 1, "m": [2]}, mark)
    for kind, document in (("other", {"n": 1, "m": [2]}), ("kind", {"n": 2, "m": [2]}), ("kind", {"n": 1})):
        assert not is_sealed(kind, document, mark)
    for wrong in (None, 1, "", "\u00e9", mark.upper(), mark[:-1]):
        assert not is_sealed("kind", {"n": 1, "m": [2]}, wrong)


def test_the_secret_is_made_once_for_its_user_alone(place):
    seal("kind", {})
    before = place.read_bytes()
    assert (len(before), stat.S_IMODE(place.stat().st_mode), stat.S_IMODE(place.parent.stat().st_mode)) == (32, 0o600, 0o700)
    seal("kind", {})
    assert place.read_bytes() == before
    assert os.listdir(place.parent) == [place.name]


def test_another_secret_makes_other_seals(place):
    mark = seal("kind", {})
    place.write_bytes(b"x" * 32)
    assert not is_sealed("kind", {}, mark)


@pytest.mark.parametrize("wrong", ["readable", "folder", "short", "empty", "link", "pipe", "owner", "nowhere"])
def test_a_secret_that_is_none(wrong, place, tmp_path, monkeypatch):
    mark = seal("kind", {})
    if wrong == "readable":
        place.chmod(0o640)
    elif wrong == "folder":
        place.parent.chmod(0o770)
    elif wrong in ("short", "empty"):
        place.write_bytes(b"x" if wrong == "short" else b"")
    elif wrong == "link":
        place.rename(tmp_path / "key")
        place.symlink_to(tmp_path / "key")
    elif wrong == "pipe":
        place.unlink()
        os.mkfifo(place)
    elif wrong == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    else:
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert seal("kind", {}) is None
    assert not is_sealed("kind", {}, mark)
    assert not is_sealed("kind", {}, None)


@pytest.mark.parametrize("given", ["", "relative"])
def test_where_it_is_by_default(given, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", given)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert secret_file() == tmp_path / ".local" / "state" / "relupoly" / "seal.key"
