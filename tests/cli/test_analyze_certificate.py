"""`relupoly analyze --certificate` and `--check`, and `relupoly check` of what they write."""

import gzip
import json
import re
from pathlib import Path

import pytest
from command import assert_refused, run, save

from relupoly.analysis.analysis import Analysis

ABSOLUTE = [([[1], [-1]], None), ([[1, 1]], None)]
DEEP = [([[1, 2], [1, -1], [0, 1]], [0, 1, -1]), ([[1, -1, 2], [1, 1, -1]], [0, 1]), ([[1, 1], [1, -2]], None)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "net.json", *ABSOLUTE)
    save(tmp_path / "deep.json", *DEEP)
    (tmp_path / "p.vnnlib").write_text(
        "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= -1 X_0 2)) (assert (>= Y_0 3))\n"
    )
    (tmp_path / "data.csv").write_text("x,y\n0,1\n1,3\n2,1\n")
    return tmp_path


def assert_usage(result, why):
    """Assert that options were refused."""
    assert result.exit_code == 2
    assert f"Error: {why}" in result.stderr


def test_what_is_proved(here):
    written = run("analyze", "net.json", "--box", -1, 2, "--certificate", "proof.jsonl")
    assert (written.exit_code, written.stderr) == (0, "")
    assert "  proof      in proof.jsonl, for relupoly check\n" in written.stdout
    result = run("check", "proof.jsonl", "net.json")
    assert (result.exit_code, result.stderr) == (0, "")
    *lines, last = result.stdout.splitlines()
    assert lines == [
        "proof.jsonl: right, about net.json:",
        "  lipschitz: the square of the constant in the 2-norm on the box -1 2 is 1",
        "  max: y on the box -1 2 is 2 at (2)",
        "  min: y on the box -1 2 is 0 at (0)",
    ]
    assert re.fullmatch(r"  proof: \d+ leaf proofs, \d+ splits?", last)


@pytest.mark.parametrize("norm", ["1", "2", "inf"])
def test_documents(here, norm):
    asked = ["analyze", "deep.json", "--box", -1, 1, "--norm", norm, "--certificate", "proof.jsonl.gz", "--json"]
    document = json.loads(run(*asked).stdout)
    assert document["certificate"] == "proof.jsonl.gz"
    assert Path("proof.jsonl.gz").read_bytes()[:2] == b"\x1f\x8b"
    found = json.loads(run("check", "proof.jsonl.gz", "deep.json", "--json").stdout)
    assert (found["valid"], found["complete"], found["error"]) == (True, True, None)
    assert [claim["kind"] for claim in found["claims"]] == ["lipschitz", "max", "max", "min", "min"]
    assert [claim["value"] for claim in found["claims"][1:3]] == [one["value"] for one in document["max"]]


def test_an_objective_without_bound(here):
    assert run("analyze", "deep.json", "--only", "max", "--objective", "1,1/2", "--certificate", "proof.jsonl").exit_code == 0
    assert "max: (1) y1 + (1/2) y2 on all points has no bound, along" in run("check", "proof.jsonl", "deep.json").stdout


def test_a_property(here):
    assert run("analyze", "net.json", "--property", "p.vnnlib", "--certificate", "proof.jsonl").stdout.startswith("unsat\n")
    result = run("check", "proof.jsonl", "net.json", "--property", "p.vnnlib")
    assert (result.exit_code, result.stdout.splitlines()[1]) == (0, "  property: unsat, all 1 alternative")
    Path("p.vnnlib").write_text(Path("p.vnnlib").read_text().replace("Y_0 3", "Y_0 1"))
    other = run("check", "proof.jsonl", "net.json", "--property", "p.vnnlib")
    assert other.exit_code == 5
    assert other.stderr == "Error: proof.jsonl: it proves nothing of the property in the file of --property\n"
    run("analyze", "net.json", "--property", "p.vnnlib", "--certificate", "proof.jsonl", "--force")
    assert "  property: sat, by the input (" in run("check", "proof.jsonl", "net.json", "--property", "p.vnnlib").stdout


def test_that_it_is_of_another_property_is_told_before_the_proof_is_checked(here):
    run("analyze", "net.json", "--property", "p.vnnlib", "--certificate", "proof.jsonl")
    first, claim, *_ = (here / "proof.jsonl").read_text().splitlines()
    (here / "half.jsonl").write_text(f"{first}\n{claim}\n")
    other = (here / "p.vnnlib").read_text().replace("<=", "<")
    (here / "other.vnnlib").write_text(other)
    assert "it proves nothing of the property" in run("check", "half.jsonl", "net.json", "--property", "other.vnnlib").stderr


def test_arguments_in_the_wrong_order(here):
    run("analyze", "net.json", "--box", -1, 1, "--certificate", "proof.jsonl")
    assert_usage(run("check", "net.json", "proof.jsonl"), "the certificate stands first")


def test_of_another_network(here):
    run("analyze", "net.json", "--box", -1, 2, "--only", "max", "--certificate", "proof.jsonl")
    save(here / "other.json", ([[1], [-1]], None), ([[1, 3]], None))
    result = run("check", "proof.jsonl", "other.json")
    assert (result.exit_code, result.stdout) == (5, "proof.jsonl: WRONG\n")
    assert re.fullmatch(r"Error: proof\.jsonl: line \d: .*\n", result.stderr)
    assert "other inputs: 1, where this one has 2" in run("check", "proof.jsonl", "deep.json").stderr


def test_a_damaged_one(here):
    run("analyze", "net.json", "--box", -1, 2, "--only", "max", "--certificate", "proof.jsonl.gz")
    whole = Path("proof.jsonl.gz").read_bytes()
    Path("proof.jsonl.gz").write_bytes(whole[:-9])
    assert run("check", "proof.jsonl.gz", "net.json").exit_code == 5
    Path("proof.jsonl.gz").write_bytes(whole[:12])
    assert run("check", "proof.jsonl.gz", "net.json").exit_code == 5
    lines = gzip.decompress(whole).splitlines(keepends=True)
    Path("proof.jsonl").write_bytes(b"".join(lines[:-1]))
    result = run("check", "proof.jsonl", "net.json")
    assert result.stderr == f"Error: proof.jsonl: line {len(lines) - 1}: the certificate ends here, but something is missing\n"


def test_from_standard_input(here):
    run("analyze", "net.json", "--box", -1, 2, "--only", "max", "--certificate", "proof.jsonl")
    assert run("check", "-", "net.json", stdin=Path("proof.jsonl").read_text()).exit_code == 0
    assert run("check", "proof.jsonl", "-", stdin=Path("net.json").read_text()).exit_code == 0


def test_options_of_the_other_kind(here):
    run("analyze", "net.json", "--box", -1, 2, "--only", "max", "--certificate", "proof.jsonl")
    run("train", "data.csv", "--width", 1, "--certificate", "trained.jsonl")
    assert_usage(run("check", "proof.jsonl", "net.json", "--target", "y"), "--target is about samples")
    assert_usage(run("check", "trained.jsonl", "data.csv", "--property", "p.vnnlib"), "this certificate is about samples")
    assert_usage(run("check", "trained.jsonl", "data.csv", "--normalize"), "this certificate is about samples")
    assert run("check", "trained.jsonl", "data.csv").exit_code == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--only", "shape"], "there are certificates of lipschitz, max, min and of properties only"),
        (["--norm", "3"], "--certificate knows Lipschitz constants in the norms 1, 2 and inf only"),
        (["--through", "line.csv", "--norm", "1"], "--certificate knows Lipschitz constants in the norm 2, in a subspace only"),
    ],
)
def test_what_has_no_certificate(here, options, why):
    Path("line.csv").write_text("0,0\n1,1\n")
    net = "deep.json" if "--through" in options else "net.json"
    result = run("analyze", net, *options, "--certificate", "proof.jsonl")
    assert result.exit_code in (2, 3)
    assert why in result.stderr
    assert not Path("proof.jsonl").exists()


def test_a_domain_is_told_as_it_is(here):
    """Not by a name in the certificate: nobody would have verified that."""
    run("analyze", "net.json", "--box", -1, 2, "--only", "max", "--certificate", "proof.jsonl")
    [claim] = [
        json.loads(line)["claim"] for line in Path("proof.jsonl").read_text().splitlines() if line.startswith('{"claim"')
    ]
    assert [*claim["domain"][0]] == ["low", "high", "rows", "bounds", "origin", "basis"]
    Path("set.json").write_text('{"A": [[1], [-1]], "b": [2, 1]}')
    Path("other.json").write_text('{"lower": [3], "upper": [4]}')
    domains = ["--domain", "set.json", "--domain", "other.json"]
    run("analyze", "net.json", *domains, "--only", "max", "--certificate", "proof.jsonl", "--force")
    text = run("check", "proof.jsonl", "net.json").stdout
    assert "max: y on the union of 2 sets (the set of 2 inequalities; the box 3 4) is 4 at (4)" in text


def test_in_a_subspace(here):
    Path("line.csv").write_text("0,0\n1,1\n")
    asked = ["analyze", "deep.json", "--through", "line.csv", "--box", -1, 1, "--certificate", "proof.jsonl"]
    assert run(*asked).exit_code == 0
    assert run("check", "proof.jsonl", "deep.json").exit_code == 0


def test_files_that_cannot_be_written(here):
    assert_usage(run("analyze", "net.json", "--certificate", "-"), "--certificate - would write to standard output")
    Path("proof.jsonl").write_text("mine")
    assert "proof.jsonl" in run("analyze", "net.json", "--certificate", "proof.jsonl").stderr
    assert Path("proof.jsonl").read_text() == "mine"
    assert run("analyze", "net.json", "--certificate", "proof.jsonl", "--force").exit_code == 0
    assert_refused(run("analyze", "net.json", "--certificate", "no/proof.jsonl"), "no/proof.jsonl")


@pytest.mark.parametrize("asked", [["--box", -1, 1], ["--property", "p.vnnlib"]])
def test_a_search_that_is_stopped_writes_none(here, asked):
    result = run("analyze", "net.json", *asked, "--certificate", "proof.jsonl", "--deadline", 0)
    assert result.exit_code == 4
    assert "no certificate is written: the search was stopped" in result.stderr
    assert not Path("proof.jsonl").exists()


def test_a_proof_that_is_stopped_keeps_the_answer(here, monkeypatch):
    from relupoly.analysis.proof import certificate
    from relupoly.run import Stopped

    def stopped(task, run):
        raise Stopped("deadline")

    monkeypatch.setattr(certificate, "prove", stopped)
    result = run("analyze", "net.json", "--box", -1, 2, "--certificate", "proof.jsonl", "--json")
    assert result.exit_code == 4
    assert "no certificate is written: the proof was stopped" in result.stderr
    document = json.loads(result.stdout)
    assert (document["certificate"], document["complete"], document["max"][0]["value"]) == (None, True, "2")
    assert not Path("proof.jsonl").exists()


class TestCheck:
    def test_the_same(self, here):
        result = run("analyze", "deep.json", "--box", -1, 1, "--check", "--json")
        checked = json.loads(result.stdout)["checked"]
        assert (result.exit_code, checked["agrees"]) == (0, True)
        assert [*checked["quantities"]] == ["lipschitz", "max of y1", "max of y2", "min of y1", "min of y2"]
        assert "looked at again by exact linear programs: the same" in run("analyze", "net.json", "--check").stdout

    def test_an_objective_on_a_union(self, here):
        Path("left.json").write_text('{"lower": [-2], "upper": [-1]}')
        Path("right.json").write_text('{"lower": [1], "upper": [3]}')
        domains = ["--domain", "left.json", "--domain", "right.json"]
        result = run("analyze", "net.json", *domains, "--only", "max,min", "--objective", "-2", "--check", "--json")
        quantities = json.loads(result.stdout)["checked"]["quantities"]
        assert quantities == {"max of the objective": True, "min of the objective": True}

    @pytest.mark.parametrize("quantity", ["maximum", "minimum", "lipschitz"])
    def test_a_wrong_answer_is_found(self, here, monkeypatch, quantity):
        from dataclasses import replace

        from flint import fmpq

        from relupoly.analysis import analysis

        right = analysis.analyze

        def wrong(*arguments, **options) -> Analysis:
            found = right(*arguments, **options)
            if quantity == "lipschitz":
                return replace(found, lipschitz=replace(found.lipschitz, squared=fmpq(2)))
            [one] = getattr(found, quantity)
            return replace(found, **{quantity: (replace(one, value=one.value + 1),)})

        monkeypatch.setattr(analysis, "analyze", wrong)
        result = run("analyze", "net.json", "--box", -1, 2, "--check")
        name = {"maximum": "max of y1", "minimum": "min of y1", "lipschitz": "lipschitz"}[quantity]
        assert result.exit_code == 5
        assert re.search(rf"WRONG: {name}\n", result.stdout)

    def test_what_is_not_computed_again(self, here):
        assert_usage(run("analyze", "net.json", "--only", "shape", "--check"), "--check computes lipschitz")
        assert_refused(run("analyze", "net.json", "--norm", "3", "--check"), "--check knows Lipschitz constants")
        assert_usage(run("analyze", "net.json", "--property", "p.vnnlib", "--check"), "--property and --check exclude")
