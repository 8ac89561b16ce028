"""Outputs that are one file, or a file that is read, are refused; all others are let be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from relupoly.errors import FileFormatError
from relupoly_cli.arguments.collisions import check_distinct


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A file that is read."""
    place = tmp_path / "data.csv"
    place.write_text("1,2\n")
    return place


def test_different_files_are_let_be(data: Path) -> None:
    check_distinct({"DATA": str(data)}, {"--output": str(data.with_name("a")), "--certificate": str(data.with_name("b"))})


def test_nothing_standard_streams_and_devices_are_no_files() -> None:
    check_distinct({"DATA": "-"}, {"--output": "-", "--certificate": None})
    check_distinct({"DATA": "/dev/null"}, {"--output": "/dev/null", "--certificate": "/dev/null"})


def test_two_inputs_may_be_one_file(data: Path) -> None:
    check_distinct({"NET 1": str(data), "NET 2": str(data)}, {})


def test_an_output_that_is_an_input_is_refused_by_every_name(data: Path, tmp_path: Path) -> None:
    (tmp_path / "soft").symlink_to(data)
    os.link(data, tmp_path / "hard")
    (tmp_path / "folder").mkdir()
    for name in (data, tmp_path / "soft", tmp_path / "hard", tmp_path / "folder" / ".." / "data.csv"):
        with pytest.raises(FileFormatError, match=r"--output .*: it is the same file as DATA"):
            check_distinct({"DATA": str(data)}, {"--output": str(name)})


def test_outputs_that_are_still_to_be_made_are_compared_through_linked_folders(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    one, two = tmp_path / "folder" / "net.json", tmp_path / "link" / "net.json"
    with pytest.raises(FileFormatError, match=r"--certificate .*link/net.json: it is the same file as --output"):
        check_distinct({}, {"--output": str(one), "--certificate": str(two)})


def test_a_link_that_leads_nowhere_is_the_file_that_it_would_make(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "net.json")
    with pytest.raises(FileFormatError, match="same file"):
        check_distinct({}, {"--output": str(tmp_path / "link"), "--checkpoint": str(tmp_path / "net.json")})


def test_names_in_a_folder_that_is_gone(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    check_distinct({"DATA": str(data)}, {"--output": "net.json", "--certificate": "proof.jsonl"})
    with pytest.raises(FileFormatError, match=r"--certificate net.json: it is the same file as --output"):
        check_distinct({"DATA": str(data)}, {"--output": "net.json", "--certificate": "net.json"})
