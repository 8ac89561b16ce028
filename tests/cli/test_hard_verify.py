"""`relupoly hard verify`: true claims, false ones, files that cannot be read, and runs that were stopped."""

import errno
import json
import os
import signal
import subprocess

import pytest
from command import lines, run, start

from relupoly.constructions.hard import hard
from relupoly.files import write_network
from relupoly.networks.network import Network


@pytest.fixture
def saws(tmp_path):
    folder = tmp_path / "saws"
    assert run("hard", "sawtooth", "--grid", "width=2..3,depth=1..2", "--out-dir", folder).exit_code == 0
    return folder


def falsify(file, **claims):
    """Another net in place of a file: the same, with other claims."""
    document = json.loads(file.read_text())
    document["metadata"]["claims"] |= claims
    file.write_text(json.dumps(document))


def test_a_file(tmp_path):
    write_network(hard("sawtooth", width=3, depth=2).network, tmp_path / "a.json")
    result = run("hard", "verify", tmp_path / "a.json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{tmp_path / 'a.json'}: agrees: pieces 10, activation 10, pieces_paper 9, activation_paper 9\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_folder(saws):
    result = run("hard", "verify", saws)
    assert result.exit_code == 0
    first, *_, last = result.stdout.splitlines()
    assert first.endswith("sawtooth_width-2_depth-1.json: agrees: pieces 3, activation 3, pieces_paper 2, activation_paper 2")
    assert last == "4 networks: 4 agree, 0 differ"


def test_json(saws):
    document = json.loads(run("hard", "verify", saws, "--json").stdout)
    assert {key: document[key] for key in ("schema", "networks", "agree", "differ", "complete")} == {
        "schema": 1,
        "networks": 4,
        "agree": 4,
        "differ": 0,
        "complete": True,
    }
    checks = {check["claim"]: check for check in document["files"][3]["checks"]}
    assert checks["pieces_paper"] == {
        "claim": "pieces_paper",
        "claimed": 9,
        "relation": "equal",
        "found": 9,
        "agrees": True,
        "domain": "box 0 1",
    }
    assert checks["size"]["domain"] is None


def test_a_false_claim(saws):
    file = saws / "sawtooth_width-3_depth-2.json"
    falsify(file, pieces=11)
    (saws / "manifest.jsonl").unlink()
    result = run("hard", "verify", saws)
    assert result.exit_code == 5
    assert f"{file}: DIFFERS: pieces is claimed to be 11, but 10 was found\n" in result.stdout
    assert result.stdout.endswith("4 networks: 3 agree, 1 differ\n")
    assert run("hard", "verify", saws).exit_code == 5, "also where it is remembered"


def test_a_false_lower_bound(tmp_path):
    file = tmp_path / "a.json"
    assert run("hard", "montufar", "--inputs", 2, "--widths", "4,3", "-o", file).exit_code == 0
    falsify(file, pieces_at_least=1000)
    result = run("hard", "verify", file)
    assert result.exit_code == 5
    assert "pieces_at_least is claimed to be at least 1000, but" in result.stdout


def test_a_file_that_is_not_what_the_manifest_lists(saws):
    file = saws / "sawtooth_width-3_depth-2.json"
    file.write_bytes(file.read_bytes() + b"\n")
    result = run("hard", "verify", saws)
    assert result.exit_code == 5
    assert result.stderr == f"Error: {file}: it is not the network that the manifest lists; its content has changed\n"


def test_what_cannot_be_read_does_not_stop_the_others(saws):
    (saws / "sawtooth_width-2_depth-2.json").write_text("{")
    (saws / "sawtooth_width-3_depth-1.json").unlink()
    write_network(Network.from_rows([([[1]], None)]), saws / "other.json")
    (saws / "manifest.jsonl").unlink()
    result = run("hard", "verify", saws, saws / "missing.json", "--jsonl")
    assert result.exit_code == 3
    rows = lines(result.stdout)
    assert [row.get("agrees") for row in rows] == [None, True, None, True, None]
    assert 'other.json: its metadata have no "claims"' in rows[0]["error"]
    assert "sawtooth_width-2_depth-2.json: line 1, column 2: not JSON" in rows[2]["error"]
    assert "missing.json: there is no such file" in rows[4]["error"]
    assert len(result.stderr.splitlines()) == 3


def test_results_are_kept(saws, monkeypatch):
    first = lines(run("hard", "verify", saws, "--jsonl").stdout)
    assert len((saws / "verified.jsonl").read_text().splitlines()) == 4

    def broken(*arguments, **options):
        raise AssertionError("counted again")

    monkeypatch.setattr("relupoly.constructions.verification.count_pieces", broken)
    assert lines(run("hard", "verify", saws, "--jsonl").stdout) == first
    assert isinstance(run("hard", "verify", saws, "--again").exception, AssertionError)


def test_a_deadline(saws):
    result = run("hard", "verify", saws, "--deadline", 0, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["complete"], document["agree"]) == (4, False, 0)
    assert {row["stopped"] for row in document["files"]} == {"deadline"}
    assert not (saws / "verified.jsonl").exists()
    text = run("hard", "verify", saws, "--deadline", 0).stdout
    assert "not verified: stopped by the deadline\n" in text
    assert text.endswith("4 networks: 0 agree, 0 differ, 4 not verified\n")
    assert run("hard", "verify", saws).exit_code == 0


def test_ctrl_c(tmp_path):
    folder = tmp_path / "nets"
    assert run("hard", "sawtooth", "--grid", "width=2,depth=1..2", "--out-dir", folder).exit_code == 0
    write_network(hard("random", inputs=6, widths=[40, 40, 40]).network, folder / "z.json")
    falsify(folder / "z.json", pieces=1)
    (folder / "manifest.jsonl").unlink()
    process = start("hard", "verify", folder, "--jsonl")
    seen = [json.loads(process.stdout.readline()) for _ in range(2)]
    stdout = stop(process)
    assert [row["agrees"] for row in seen] == [True, True]
    assert process.returncode == 130
    # Ctrl-C may come before the third network is begun.
    assert [row["stopped"] for row in lines(stdout)] in ([], ["interrupted"])
    assert len((folder / "verified.jsonl").read_text().splitlines()) == 2


def stop(process):
    """Press Ctrl-C until the process has ended; what it has printed since."""
    for _ in range(60):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=5)[0]
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("Ctrl-C does not end it")


@pytest.mark.parametrize(
    ("path", "text"),
    [("no-such-folder", "there is no such file"), ("empty", "there is no network in it"), ("net.txt", "unknown suffix")],
)
def test_nothing_to_verify(tmp_path, path, text):
    (tmp_path / "empty").mkdir()
    (tmp_path / "net.txt").touch()
    result = run("hard", "verify", tmp_path / path)
    assert result.exit_code == 3
    assert text in result.stderr
    assert len(result.stderr.splitlines()) == 1


class TestManifests:
    @pytest.mark.parametrize(
        "line", ["{", "[]", '{"file": "../x.json"}', '{"file": ".."}', '{"file": "a\\u0000b"}', '{"file": 3}', "7"]
    )
    def test_rows_that_make_no_sense_are_set_aside(self, line, saws):
        rows = (saws / "manifest.jsonl").read_text().splitlines()
        (saws / "manifest.jsonl").write_text("\n".join([line, *rows[1:]]) + "\n")
        result = run("hard", "verify", saws)
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "4 networks: 4 agree, 0 differ")
        [warning] = result.stderr.splitlines()
        assert warning.startswith(f"Warning: {saws}/manifest.jsonl: line 1: ")
        assert warning.endswith("; it was set aside")

    def test_a_name_that_is_too_long(self, saws):
        with open(saws / "manifest.jsonl", "a") as stream:
            stream.write(json.dumps({"file": "n" * 300 + ".json"}) + "\n")
        result = run("hard", "verify", saws)
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (3, "5 networks: 4 agree, 0 differ, 1 not verified")
        assert run("hard", "sawtooth", "--grid", "width=2..3,depth=1..2", "--out-dir", saws).exit_code == 0
        assert run("hard", "verify", saws).exit_code == 0


class TestMetadata:
    @pytest.fixture
    def file(self, tmp_path):
        write_network(hard("zonotope", inputs=2, generators=3, width=2, depth=2).network, tmp_path / "a.json")
        return tmp_path / "a.json"

    @staticmethod
    def change(file, **metadata):
        document = json.loads(file.read_text())
        document["metadata"] |= metadata
        file.write_text(json.dumps(document))

    def test_unknown_claims_are_named(self, file):
        falsify(file, peices=7, theorm="x", **{"\u202eodd": 1})
        result = run("hard", "verify", file)
        assert result.exit_code == 0
        assert result.stdout.endswith('; not checked, since not known: "peices", "theorm", "\\u202eodd"\n')
        assert lines(run("hard", "verify", file, "--jsonl").stdout)[0]["unknown_claims"] == ["peices", "theorm", "\u202eodd"]

    @pytest.mark.parametrize(
        ("metadata", "told"),
        [
            ({"parameters": {"inputs": 2, "generators": 4, "width": 2, "depth": 2}}, "the parameters make another network"),
            ({"parameters": {"generators": [["1", "2"]], "width": 2, "depth": 2}}, "the parameters make another network"),
            ({"parameters": {"generators": "/dev/zero"}}, "generators: it names a file"),
            ({"parameters": {"inputs": 40, "generators": 4000, "width": 2, "depth": 2}}, "give parameters for at most 10,000"),
            ({"parameters": {"genrators": 3}}, 'no parameter "genrators"'),
            ({"parameters": [1]}, '"parameters" is not an object'),
            ({"parameters": {}}, "missing"),
            ({"family": "sawtooth", "parameters": {"width": 2, "depth": 2}}, "the parameters make another network"),
        ],
    )
    def test_parameters_that_make_another_net(self, metadata, told, file):
        assert lines(run("hard", "verify", file, "--jsonl").stdout)[0]["parameters_agree"] is True
        self.change(file, **metadata)
        result = run("hard", "verify", file)
        assert result.exit_code == 5
        assert "DIFFERS: the parameters make" in result.stdout
        assert told in result.stdout

    @pytest.mark.parametrize("family", ["my \u202eown", 7, ["sawtooth"], None])
    def test_a_family_that_is_not_known(self, family, file):
        self.change(file, family=family)
        result = run("hard", "verify", file)
        assert result.exit_code == 0
        assert result.stdout.endswith("is not known, so the parameters are not checked\n")

    @pytest.mark.parametrize("suffix", ["npz", "nnet"])
    def test_rounded_weights(self, suffix, tmp_path):
        file = tmp_path / f"a.{suffix}"
        assert run("hard", "sawtooth", "--width", 3, "--depth", 2, "--round", "-o", file).exit_code == 0
        found = run("hard", "verify", file, "--jsonl")
        [row] = lines(found.stdout)
        assert (found.exit_code, row["parameters_agree"]) == (0, True)
        assert run("convert", file, tmp_path / "b.json").exit_code == 0
        document = json.loads((tmp_path / "b.json").read_text())
        document["layers"][0]["bias"][1] = -0.25
        (tmp_path / "b.json").write_text(json.dumps(document))
        assert run("hard", "verify", tmp_path / "b.json").exit_code == 5


def test_room_for_no_results(saws, monkeypatch):
    def fsync(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    result = run("hard", "verify", saws)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (3, "4 networks: 4 agree, 0 differ")
    assert result.stderr.endswith("it cannot be written (No space left on device); give another place\n")
    assert len(result.stderr.splitlines()) == 1
