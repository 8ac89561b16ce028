"""Formats found by suffix or name, and everything that can be wrong with a path."""

import io
import os
import stat
import sys

import pytest

from relupoly.disk.atomic import replace_file
from relupoly.errors import FileFormatError
from relupoly.files import read_domain, read_network, read_points, write_network
from relupoly.networks.network import Network

NETWORK = Network.from_rows([([[1, 0.5]], [0.25])], {"name": "small"})


class Standard(io.TextIOWrapper):
    def __init__(self, data=b""):
        super().__init__(io.BytesIO(data))


@pytest.mark.parametrize("suffix", ["json", "JSON", "npz", "nnet", "NNet"])
def test_the_suffix_decides(suffix, tmp_path):
    path = tmp_path / f"net.{suffix}"
    write_network(NETWORK, path)
    assert read_network(path) == read_network(str(path)) == NETWORK


def test_a_named_format_overrides_the_suffix(tmp_path):
    path = tmp_path / "net.json"
    write_network(NETWORK, path, "npz")
    assert path.read_bytes().startswith(b"PK")
    assert read_network(path, ".NPZ") == NETWORK
    with pytest.raises(FileFormatError, match=r"not UTF-8|not JSON"):
        read_network(path)


@pytest.mark.parametrize("name", [None, "npz", "nnet"])
def test_standard_streams(name, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Standard())
    write_network(NETWORK, "-", name)
    data = sys.stdout.buffer.getvalue()
    assert data.startswith({None: b'{"format"', "npz": b"PK", "nnet": b"//"}[name])
    monkeypatch.setattr(sys, "stdin", Standard(data))
    assert read_network("-", name) == NETWORK


def test_every_reader_takes_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Standard(b'{"A": [[1, 2]], "b": [3]}'))
    assert read_domain("-").name == "polyhedron of standard input"
    monkeypatch.setattr(sys, "stdin", Standard(b"0,0\n1,1\n"))
    assert read_points("-").dimension == 1
    monkeypatch.setattr(sys, "stdin", Standard(b"oops"))
    with pytest.raises(FileFormatError, match=r"^standard input: line 1, column 1: not JSON"):
        read_network("-")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("net.jsn", None, 'unknown suffix ".jsn"; did you mean ".json"? Known are .json, .npz, .nnet'),
        ("net.xyz", None, 'unknown suffix ".xyz"; known are .json, .npz, .nnet'),
        ("net.json.gz", None, 'unknown suffix ".gz"; known are'),
        ("net", None, "it has no suffix that says what it is"),
        (".json", None, "it has no suffix that says what it is"),
        ("net.json", "np", 'unknown format "np"; did you mean "npz"? Known are json, npz, nnet'),
        ("net.json", "", "it has no format that says what it is"),
    ],
)
def test_unknown_formats(name, given, message, tmp_path):
    (tmp_path / name).touch()
    for action in (lambda path: read_network(path, given), lambda path: write_network(NETWORK, path, given)):
        with pytest.raises(FileFormatError) as caught:
            action(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name}: {message}")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b""]


@pytest.mark.parametrize("name", ["net", "net.jsn", "net.json"])
def test_a_file_that_is_not_there(name, tmp_path):
    with pytest.raises(FileFormatError, match=r"net[a-z.]*: there is no such file"):
        read_network(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("reader", [read_network, read_domain, read_points])
def test_paths_that_cannot_be_read(reader, tmp_path):
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file.json").touch()
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    for name, message in {
        "none.json": "there is no such file",
        "nowhere/none.json": "there is no such file",
        "folder.json": "it is a directory",
        "file.json/net.json": "it cannot be read (Not a directory)",
        "loop.json": "it cannot be read (",
        "n" * 300 + ".json": "it cannot be read (File name too long)",
    }.items():
        with pytest.raises(FileFormatError) as caught:
            reader(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name}: {message}")
    with pytest.raises(FileFormatError, match=r"cannot be read \(embedded null byte"):
        reader("a\0b.json")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_files_without_permission(tmp_path):
    (tmp_path / "net.json").touch(mode=0)
    with pytest.raises(FileFormatError, match=r"cannot be read \(Permission denied\)"):
        read_network(tmp_path / "net.json")
    tmp_path.chmod(0o500)
    with pytest.raises(FileFormatError, match=r"cannot be written \(Permission denied\)"):
        write_network(NETWORK, tmp_path / "new.json")
    tmp_path.chmod(0o700)


def test_a_name_with_a_line_break_stays_on_one_line(tmp_path):
    with pytest.raises(FileFormatError) as caught:
        read_network(tmp_path / "a\nb.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["json", "npz"])
def test_only_nnet_has_a_normalisation(suffix, tmp_path):
    path = tmp_path / f"net.{suffix}"
    write_network(NETWORK, path)
    with pytest.raises(FileFormatError, match=f"{suffix} files have no normalisation to fold in; only .nnet files do"):
        read_network(path, normalize=True)


def test_an_existing_file_is_not_overwritten_without_force(tmp_path):
    path = tmp_path / "net.json"
    path.write_text("precious")
    with pytest.raises(FileFormatError, match=r"net.json: the file exists; give --force \(force=True\)"):
        write_network(NETWORK, path)
    assert path.read_text() == "precious"
    path.chmod(0o640)
    write_network(NETWORK, path, force=True)
    assert read_network(path) == NETWORK
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["net.json"]


def test_a_new_file_has_ordinary_permissions(tmp_path):
    (tmp_path / "plain").touch()
    write_network(NETWORK, tmp_path / "net.json")
    assert (tmp_path / "net.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_is_refused_and_what_it_leads_to_is_kept(tmp_path):
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(FileFormatError, match=r"link\.json: it is a symbolic link, to .*real\.json'; give the name"):
        write_network(NETWORK, tmp_path / "link.json", force=True)
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["link.json", "real.json"]


def test_paths_that_cannot_be_written(tmp_path):
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").touch()
    for name, message in {
        "nowhere/net.json": "there is no folder ",
        "folder.json": "it is a directory",
        "file/net.json": "it cannot be written (Not a directory)",
        "n" * 300 + ".json": "it cannot be written (File name too long)",
    }.items():
        with pytest.raises(FileFormatError) as caught:
            write_network(NETWORK, tmp_path / name, force=True)
        assert str(caught.value).startswith(f"{tmp_path / name}: {message}")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder.json"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(failing, error, tmp_path, monkeypatch):
    def fail(*_):
        raise error

    path = tmp_path / "net.json"
    path.write_text("precious")
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises((FileFormatError, KeyboardInterrupt), match=r"No space left|^$"):
        write_network(NETWORK, path, force=True)
    assert path.read_text() == "precious"
    assert os.listdir(tmp_path) == ["net.json"]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_file(pipe, b"data")
        assert os.read(reader, 10) == b"data"
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(reader)
