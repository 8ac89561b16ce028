"""`relupoly hard verify` in folders whose results somebody forged, or damaged."""

import json
import os
import shutil
from pathlib import Path

import pytest
from command import assert_refused, lines, run

from relupoly.constructions.results import Results
from relupoly.constructions.verification import verify


@pytest.fixture
def saws(tmp_path):
    folder = tmp_path / "saws"
    assert run("hard", "sawtooth", "--grid", "width=2..3,depth=1..2", "--out-dir", folder).exit_code == 0
    return folder


FORGED = Path(__file__).parent / "forged"


def forged(name, folder):
    """A folder with a net and results that somebody forged."""
    shutil.copytree(FORGED / name, folder / name)
    return folder / name


class TestForgedResults:
    @pytest.mark.parametrize("name", ["row0", "row1"])
    def test_rows_that_are_none_are_set_aside_and_false_claims_counted(self, name, tmp_path):
        folder = forged(name, tmp_path)
        result = run("hard", "verify", folder)
        assert result.exit_code == 5
        assert "DIFFERS: pieces is claimed to be 999999, but 28 was found" in result.stdout
        told = f"Warning: {folder}/verified.jsonl: line 1: it is no result; it was set aside\n"
        assert result.stderr == told
        assert run("hard", "verify", folder, "--quiet").stderr == ""
        again = run("hard", "verify", folder)
        assert (again.exit_code, again.stderr, again.stdout) == (5, "", result.stdout)

    def test_a_link_is_neither_followed_nor_written(self, tmp_path):
        folder = forged("link", tmp_path)
        (tmp_path / "precious").write_text("precious\n")
        (folder / "verified.jsonl").symlink_to(tmp_path / "precious")
        result = run("hard", "verify", folder)
        assert (result.exit_code, result.stdout[-61:]) == (
            0,
            "agrees: pieces 28, activation 28, pieces_paper 27, activation_paper 27\n"[-61:],
        )
        [line] = result.stderr.splitlines()
        assert line.startswith(f"Warning: {folder}/verified.jsonl: it is a symbolic link")
        assert (tmp_path / "precious").read_text() == "precious\n"
        (folder / "verified.jsonl").unlink()
        (folder / "verified.jsonl").symlink_to(tmp_path / "new")
        assert run("hard", "verify", folder).exit_code == 0
        assert not (tmp_path / "new").exists()

    @pytest.mark.parametrize("name", ["verified.jsonl", "manifest.jsonl"])
    @pytest.mark.parametrize("kind", ["pipe", "folder", "link"])
    def test_what_is_no_plain_file(self, name, kind, saws, tmp_path):
        (saws / name).unlink(missing_ok=True)
        if kind == "pipe":
            os.mkfifo(saws / name)
        elif kind == "folder":
            (saws / name).mkdir()
        else:
            (saws / name).symlink_to("/dev/zero")
        result = run("hard", "verify", saws)
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "4 networks: 4 agree, 0 differ")
        [line] = result.stderr.splitlines()
        assert f"{name}: it is " in line
        if name == "manifest.jsonl":
            assert_refused(run("hard", "sawtooth", "--grid", "width=2..3,depth=1..3", "--out-dir", saws), name)

    @pytest.mark.parametrize("kind", ["pipe", "link"])
    def test_a_network_that_is_no_plain_file(self, kind, saws):
        file = saws / "sawtooth_width-2_depth-1.json"
        file.rename(saws.parent / "elsewhere.json")
        os.mkfifo(file) if kind == "pipe" else file.symlink_to(saws.parent / "elsewhere.json")
        result = run("hard", "verify", saws)
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (3, "4 networks: 3 agree, 0 differ, 1 not verified")
        assert result.stderr.startswith(f"Error: {file}: it is ")
        if kind == "link":
            assert run("hard", "verify", file).exit_code == 0, "a user's own choice"

    def test_a_row_of_another_secret_is_counted_anew(self, saws, tmp_path, monkeypatch):
        assert run("hard", "verify", saws).exit_code == 0
        before = (saws / "verified.jsonl").read_bytes()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
        assert self.counted(saws, monkeypatch) == 4
        rows = (saws / "verified.jsonl").read_bytes()
        assert len(rows.splitlines()) == 4
        assert rows != before
        assert self.counted(saws, monkeypatch) == 0

    def test_a_changed_row_is_counted_anew(self, saws, monkeypatch):
        assert run("hard", "verify", saws).exit_code == 0
        rows = lines((saws / "verified.jsonl").read_text())
        for changed in (
            {"agrees": False},
            {"version": "0"},
            {"seal": None},
            {"seal": 1},
            {"seal": "\u00e9"},
            {"more": 1},
            {"checks": []},
        ):
            self.write(saws, [rows[0] | changed, *rows[1:]])
            assert self.counted(saws, monkeypatch) == 1

    def test_a_row_of_another_net_is_of_no_use(self, saws, monkeypatch):
        assert run("hard", "verify", saws).exit_code == 0
        rows = lines((saws / "verified.jsonl").read_text())
        hashes = [row["sha256"] for row in rows]
        self.write(saws, [row | {"sha256": other} for row, other in zip(rows, hashes[::-1], strict=True)])
        assert self.counted(saws, monkeypatch) == 4

    def test_without_a_secret_all_is_counted(self, saws, tmp_path, monkeypatch):
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        assert self.counted(saws, monkeypatch) == 4
        assert self.counted(saws, monkeypatch) == 4

    @pytest.mark.parametrize(
        "line", ["{", "[]", "{}", "3", '{"sha256": 3, "seal": ""}', "\u2028", '{"sha256": "1"', "[" * 100_000]
    )
    def test_any_line_that_is_no_row(self, line, saws, monkeypatch):
        assert run("hard", "verify", saws).exit_code == 0
        with open(saws / "verified.jsonl", "a") as stream:
            stream.write(f"{line}\n" * 2)
        result = run("hard", "verify", saws)
        assert result.exit_code == 0
        told = "line 5: it is no result; it was set aside (and 1 line more)"
        assert result.stderr == f"Warning: {saws}/verified.jsonl: {told}\n"

    def test_rows_that_other_runs_write_meanwhile_are_kept(self, saws):
        one, other = Results(saws), Results(saws)
        one.add({"sha256": "1"})
        other.add({"sha256": "2"})
        one.add({"sha256": "3"})
        one.save()
        assert [row["sha256"] for row in lines((saws / "verified.jsonl").read_text())] == ["2", "1", "3"]

    @staticmethod
    def write(saws, rows):
        (saws / "verified.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    @staticmethod
    def counted(saws, monkeypatch):
        """How many networks are counted; all claims must be found true."""
        seen = []
        with monkeypatch.context() as patch:
            patch.setattr(
                "relupoly.constructions.verification.verify", lambda net, **rest: seen.append(net) or verify(net, **rest)
            )
            result = run("hard", "verify", saws)
        assert result.stdout.splitlines()[-1] == "4 networks: 4 agree, 0 differ"
        return len(seen)
