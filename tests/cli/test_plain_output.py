"""What is printed is plain: nothing in files, names or arguments reaches a terminal as a control character or a mark."""

import json
import random
import unicodedata
from pathlib import Path

import pytest
from command import run, start
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relupoly.plain_text import plain_json, plain_text
from relupoly_cli.main import COMMANDS
from relupoly_cli.output.answers import Answers
from relupoly_cli.output.progress import Progress
from relupoly_cli.output.report import Report

HOSTILE = Path(__file__).with_name("hostile")
EVIL = "\x1b]0;OWNED\x07\x1b[2J\x9b31m\u202e\u2066\u2028\u2029\u200b\ufeff\x7f\x85\r\n\tError: forged\x08"


def is_plain(text):
    return all(one.isprintable() or one == "\n" for one in text)


def assert_plain(result, exit_code=None):
    """Nothing but printable characters and our own line feeds: no line is one that the text forged."""
    assert isinstance(result.exception, (SystemExit, type(None))), result.exception
    for text in (result.stdout, result.stderr):
        assert is_plain(text), ascii(text)
        assert not any(line.startswith("Error: forged") or line.lstrip().startswith("forged") for line in text.splitlines())
    if exit_code is not None:
        assert result.exit_code == exit_code


def network(metadata=None):
    document = {
        "format": "relupoly-network",
        "version": 1,
        "layers": [{"weight": [[1], [1]], "bias": [0, -1]}, {"weight": [[1, -2]]}],
    }
    return json.dumps(document | ({"metadata": metadata} if metadata else {}))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which names and contents of files are hostile."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.json").write_text(network())
    claims = {"theorem": EVIL, "pieces": 5, EVIL: EVIL}
    metadata = {"family": EVIL, "parameters": {EVIL: EVIL}, "claims": claims, EVIL: [EVIL]}
    (tmp_path / "evil.json").write_text(network(metadata))
    (tmp_path / "data.csv").write_text(f"x{EVIL.replace(chr(10), '').replace(chr(13), '')},y\n0,0\n1,1\n2,0\n", "utf-8")
    (tmp_path / "prop.vnnlib").write_text("(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= 0 X_0 1))")
    (tmp_path / "other.csv").write_text("x,y\n0,0\n1,1\n2,0\n")
    return tmp_path


# Every command, with hostile text wherever text goes; E stands for it, and N for a file of such a name.
LINES = [
    ["arrangement", "E"],
    ["arrangement", "--family", "E", "--n", "3"],
    ["arrangement", "--family", "braid", "--n", "3", "--net", "N"],
    ["batch", "E"],
    ["batch", "--dry-run", "info", "E*.json"],
    ["batch", "--dry-run", "info", "N"],
    ["bounds", "N"],
    ["bounds", "evil.json"],
    ["bounds", "--widths", "E"],
    ["bounds", "net.json", "--notion", "E"],
    ["check", "E", "data.csv"],
    ["check", "net.json", "E"],
    ["completion", "E"],
    ["convert", "evil.json", "-"],
    ["convert", "evil.json", "-", "--to", "nnet"],
    ["convert", "E", "-"],
    ["convert", "net.json", "E"],
    ["convert", "net.json", "E.nnet", "--from", "E"],
    ["count-pieces", "N"],
    ["count-pieces", "N", "N", "--jsonl"],
    ["count-pieces", "evil.json", "--json"],
    ["count-pieces", "net.json", "--box", "E", "1"],
    ["count-pieces", "net.json", "--domain", "E"],
    ["count-pieces", "net.json", "--through", "E"],
    ["count-pieces", "net.json", "--notion", "E"],
    ["count-pieces", "net.json", "--deadline", "E"],
    ["count-pieces", "net.json", "--shard", "E"],
    ["count-pieces", "net.json", "--checkpoint", "E/x"],
    ["count-pieces", "net.json", "--output", "E/x"],
    ["count-pieces", "net.json", "--expect", "99"],
    ["count-pieces", "N", "--expect", "99"],
    ["count-pieces", "evil.json", "--shard", "1/2"],
    ["count-pieces", "net.json", "-E"],
    ["count-pieces", "net.json", "--E"],
    ["E"],
    ["--E"],
    ["equal", "N", "net.json"],
    ["equal", "N", "E"],
    ["evaluate", "N", "--at", "1"],
    ["demo", "folderE"],
    ["demo", "net.json/E"],
    ["evaluate", "net.json", "E"],
    ["evaluate", "net.json", "data.csv"],
    ["evaluate", "net.json", "--at", "E"],
    ["evaluate", "net.json", "--at", "1", "--show", "E"],
    ["evaluate", "net.json", "--at", "1", "--output", "E/x"],
    ["evaluate", "net.json", "other.csv", "--points-format", "E"],
    ["gap", "--width", "E", "--depth", "2"],
    ["gap", "--width", "2", "--depth", "2", "--delta", "E"],
    ["hard", "E"],
    ["hard", "sawtooth", "--width", "E"],
    ["hard", "sawtooth", "--grid", "E", "--out-dir", "E"],
    ["hard", "sawtooth", "--grid", "width=2..3,depth=1", "--out-dir", "folderE"],
    ["hard", "sawtooth", "--width", "2", "--depth", "1", "--output", "E/x"],
    ["hard", "verify", "evil.json"],
    ["help", "E"],
    ["help", "hard", "E"],
    ["hard", "verify", "N", "E"],
    ["hard", "verify", "N", "--json"],
    ["info", "N"],
    ["info", "evil.json", "--json"],
    ["info", "net.json", "--format", "E"],
    ["analyze", "N", "--box", "0", "1"],
    ["analyze", "N", "--json"],
    ["analyze", "net.json", "--only", "E"],
    ["analyze", "net.json", "--norm", "E"],
    ["analyze", "net.json", "--only", "shape,stable"],
    ["analyze", "net.json", "--compress", "E"],
    ["analyze", "net.json", "--box", "0", "1", "--compress", "E.json"],
    ["analyze", "net.json", "--objective", "E"],
    ["analyze", "net.json", "--property", "E"],
    ["analyze", "N", "--property", "prop.vnnlib"],
    ["analyze", "N", "--property", "prop.vnnlib", "--json"],
    ["man", "--dir", "E"],
    ["man", "--dir", "net.json/E"],
    ["merge", "E"],
    ["merge", "N"],
    ["plot", "E"],
    ["plot", "arrangement", "E", "-o", "E.svg"],
    ["plot", "bounds", "N", "--width", "1..3", "--depth", "1", "-o", "bounds.svg"],
    ["plot", "bounds", "--inputs", "2", "--width", "3", "--depth", "1", "--only", "E"],
    ["plot", "depth", "--family", "E", "--depth", "1..2"],
    ["plot", "depth", "--family", "zonotope", "--width", "2", "--depth", "1", "--generators", "E"],
    ["plot", "graph", "E"],
    ["plot", "graph", "N", "--cells", "-o", "graph.svg"],
    ["plot", "lipschitz", "N", "--box", "0", "1", "-o", "lipschitz.svg"],
    ["plot", "lipschitz", "net.json", "--norm", "E"],
    ["plot", "loss", "E", "-o", "E.svg"],
    ["plot", "loss", "N", "-o", "loss.svg"],
    ["plot", "net", "N", "--title", "E", "-o", "N.svg"],
    ["plot", "zonotope", "--family", "cube", "--n", "2", "-o", "cube.svg"],
    ["plot", "zonotope", "E", "N"],
    ["plot", "net.json", "--ties", "E"],
    ["regions", "N"],
    ["regions", "N", "--json"],
    ["regions", "evil.json", "--formula", "text"],
    ["regions", "N", "--at", "1/2", "--explain"],
    ["regions", "net.json", "--at", "E"],
    ["regions", "net.json", "--box", "0", "1", "--at", "9"],
    ["regions", "net.json", "--fields", "E"],
    ["regions", "net.json", "--notion", "E"],
    ["regions", "net.json", "--min-volume", "E"],
    ["regions", "net.json", "--crossing", "E"],
    ["regions", "net.json", "--crossing", "E:1"],
    ["regions", "net.json", "--formula", "E"],
    ["regions", "net.json", "--graph", "E"],
    ["regions", "net.json", "--graph", "N", "--limit", "0"],
    ["regions", "net.json", "--ine", "net.json/E"],
    ["regions", "net.json", "--box", "0", "1", "--obj", "E/x"],
    ["regions", "net.json", "--box", "0", "1", "--vtu", "E/x", "--output", "E/y"],
    ["represent", "net", "N"],
    ["represent", "net", "evil.json", "--route", "E"],
    ["represent", "univariate", "--slopes", "E"],
    ["represent", "max-affine", "E"],
    ["schema", "E"],
    ["setup", "E"],
    ["setup", "--deadline", "E"],
    ["train", "data.csv", "--width", "1"],
    ["train", "data.csv", "--width", "1..2"],
    ["train", "data.csv", "--width", "1", "--target", "E"],
    ["train", "other.csv", "--width", "1", "--weights", "E"],
    ["train", "data.csv", "--width", "E"],
    ["train", "data.csv", "--width", "1", "--loss", "E"],
    ["train", "data.csv", "--width", "1", "--output", "E"],
    ["train", "data.csv", "--width", "1", "--memory", "E"],
    ["train", "data.csv", "--width", "1", "--gap", "E"],
    ["train", "E", "--width", "1"],
    ["zonotope", "data.csv"],
    ["zonotope", "E"],
    ["zonotope", "--family", "E", "--n", "2"],
]


def filled(arguments, evil):
    return [one.replace("E", evil) if one != "N" else f"n{evil}.json" for one in arguments]


def test_every_command_is_among_them():
    assert {line[0] for line in LINES} >= set(COMMANDS)


@pytest.mark.parametrize("arguments", LINES, ids=" ".join)
def test_hostile_text(folder, arguments):
    (folder / f"n{EVIL}.json").write_bytes((folder / "evil.json").read_bytes())
    assert_plain(run(*filled(arguments, EVIL)))


@pytest.mark.parametrize("arguments", [line for line in LINES if any(word == "E" for word in line)], ids=" ".join)
def test_text_that_is_no_text(folder, arguments):
    """Bytes of a name that are not UTF-8 are lone surrogates in Python."""
    assert_plain(run(*filled(arguments, "\udcff\udc9b31m")))


# No slash and no NUL, which names of files cannot hold; all others, those that are printable included.
CHARACTERS = st.characters(exclude_characters="/\0")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(CHARACTERS, min_size=1, max_size=20), choice=st.randoms(use_true_random=False))
def test_any_text(folder, text, choice):
    assert isinstance(choice, random.Random)
    # In place of a file to be written it would fill the folder; the others only read or complain.
    reading = [
        line
        for line in LINES
        if "E" in line and not {"--output", "--out-dir", "--checkpoint", "convert", "--ine", "--graph", "--obj"} & set(line)
    ]
    assert_plain(run(*filled(choice.choice(reading), text)))


class TestCases:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["train", "esc.csv", "-w", "1"],
            ["zonotope", "esc.csv"],
            ["count-pieces", "esc2.json", "--domain", "esc.ine"],
            ["arrangement", "esc.ine"],
            ["info", "esc2.json"],
            ["hard", "verify", "esc2.json"],
            ["hard", "verify", "esc2.json", "--json"],
            ["count-pieces", "esc2.json"],
            ["convert", "esc2.json", "-"],
            ["convert", "esc2.json", "-", "--to", "nnet"],
            ["merge", "esc.part"],
            ["merge", "esc.part", "--json"],
            ["merge", "esc.part", "--part"],
        ],
        ids=" ".join,
    )
    def test_file(self, arguments):
        assert_plain(run(*(HOSTILE / word if word.startswith("esc") else word for word in arguments)))

    def test_they_say_what_is_there(self, tmp_path):
        # Without its semicolon, which is a separator.
        points = (HOSTILE / "esc.csv").read_bytes().replace(b";", b":")
        file = tmp_path / "esc.csv"
        file.write_bytes(points)
        assert r"\x1b]0:OWNED" in run("train", file, "-w", "1").stderr.replace("u001b", "x1b")


def test_output_files_are_plain(folder):
    (folder / f"n{EVIL}.json").write_bytes((folder / "net.json").read_bytes())
    for format in ([], ["--json"], ["--jsonl"]):
        assert run("info", f"n{EVIL}.json", "-o", "out.txt", "--force", *format).exit_code == 0
        assert is_plain((folder / "out.txt").read_text())


def test_a_json_document_keeps_the_text(folder):
    (folder / f"n{EVIL}.json").write_bytes((folder / "net.json").read_bytes())
    assert json.loads(run("count-pieces", f"n{EVIL}.json", "--json").stdout)["file"] == f"n{EVIL}.json"


def test_progress_is_plain(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("relupoly_cli.output.progress._SECONDS_BETWEEN", 0)
    with Progress(f"cells of {EVIL}", shown=True) as progress:
        progress(3, lambda: EVIL)
    shown = capsys.readouterr().err
    assert "OWNED" in shown
    assert is_plain(shown.replace("\r", ""))
    assert shown.count("\r") == 3, "one before each of two lines and one after: all our own"


def test_narration_and_complaints_are_single_lines(capsys):
    answers = Answers(False)
    answers.say(EVIL)
    answers.complain(EVIL, 5)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(map(is_plain, lines))


def test_a_line_of_an_answer_is_one_line(capsys):
    Answers(False).give(Report(dict, lambda: ["first", EVIL, "last"]))
    assert [line[:5] for line in capsys.readouterr().out.splitlines()] == ["first", r"\x1b]"[:5], "last"]


@given(st.text())
def test_plain_text(text):
    plain = plain_text(text)
    assert plain.isprintable()
    assert plain == text or not text.isprintable()
    assert plain_text(plain) == plain
    kept = plain_text(text, keep="\n")
    assert kept.count("\n") == text.count("\n")
    assert all(unicodedata.category(one)[0] not in "C" for one in kept if one != "\n")


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_plain_json(value):
    text = plain_json(json.dumps(value))
    assert text.isprintable()
    assert json.loads(text) == value


def test_libraries_say_nothing():
    """On this domain cddlib's first attempt, in doubles, went in circles, and its message reached stderr past Python."""
    process = start("count-pieces", HOSTILE / "relu1.json", "--domain", HOSTILE / "message_dom.json", "--check")
    stdout, stderr = process.communicate()
    assert (process.returncode, stderr) == (0, "checking by exact linear programs; this is slow\n")
    assert "1 affine piece\n" in stdout
    assert "agrees" in stdout
