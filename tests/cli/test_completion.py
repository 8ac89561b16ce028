"""Completion with TAB: in real shells where they are installed, with names of files that hold blanks, quotes and colons."""

import contextlib
import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import run

from relupoly.files import arrangements, domains, generators, graphs, networks, properties, rows, samples
from relupoly.geometry.arrangement_families import family_names
from relupoly_cli.arguments import arrangement_options
from relupoly_cli.commands import completion
from relupoly_cli.completion import kinds
from relupoly_cli.completion.files import matching
from relupoly_cli.completion.line import read_line
from relupoly_cli.completion.shells import SHELLS
from relupoly_cli.main import COMMANDS

FILES = [
    "my net.json",
    "my net.txt",
    "b:c.json",
    "it's.npz",
    "CAPS.NNET",
    "only.weights",
    "prop 3.vnnlib",
    "$x.json",
    ".hid.json",
    "week 3.jsonl",
]

# Completes as relupoly does; else it shows its arguments.
PROGRAM = """\
#!{python}
import os, sys
if "_RELUPOLY_COMPLETE" not in os.environ and sys.argv[1:2] != ["completion"]:
    print("[" + "".join(f"<{{one}}>" for one in sys.argv[1:]) + "]END")
    sys.exit()
from relupoly_cli.entry import main
sys.exit(main())
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with such files, one below it with a blank in its name, and the program as `bin/relupoly`."""
    for name in FILES:
        (tmp_path / name).touch()
    (tmp_path / "sub dir").mkdir()
    (tmp_path / "sub dir" / "deep net.json").touch()
    program = tmp_path / ".bin" / "relupoly"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    return tmp_path


def environment(folder):
    path = f"{folder / '.bin'}:{os.environ['PATH']}"
    return os.environ | {
        "PATH": path,
        "HOME": str(folder),
        "TERM": "dumb",
        "PS1": "$ ",
        "XDG_CONFIG_HOME": str(folder / ".config"),
    }


def answered(shell, line, breaks=""):
    """The kinds and values with which the program answers a shell."""
    env = {"_RELUPOLY_COMPLETE": f"{shell}_complete", "_RELUPOLY_LINE": line, "_RELUPOLY_BREAKS": breaks}
    fields = run(env=env).stdout.rstrip("\n").split("\0")[:-1]
    return list(zip(fields[::3], fields[1::3], strict=True))


class TestLine:
    @pytest.mark.parametrize(
        ("text", "words", "word"),
        [
            ("relupoly", (), "relupoly"),
            ("relupoly ", ("relupoly",), ""),
            ("a b\\ c d\\", ("a", "b c"), "d"),
            ("a 'b c' \"d e", ("a", "b c"), "d e"),
            ("a 'it'\\''s", ("a",), "it's"),
            ('a "b\\"c\\d', ("a",), 'b"c\\d'),
            ("a '' ''", ("a", ""), ""),
            ("a 'b\\", ("a",), "b\\"),
        ],
    )
    def test_words_without_quotes(self, text, words, word):
        line = read_line(text)
        assert (line.words, line.word) == (words, word)

    @pytest.mark.parametrize(
        ("text", "broken"), [("a --x=b:c", 6), ("a '--x=b:c'", 0), ("a --x='b:c", 4), ("a b\\:c", 0), ("a b:c d", 0)]
    )
    def test_where_bash_divides_the_word(self, text, broken):
        assert read_line(text, "=:").broken == broken

    @pytest.mark.parametrize(
        ("text", "expands"), [("a $b", 1), ("a '$b", 0), ('a "$b', 1), ("a \\$b", 0), ("$a b", 0), ("`a", 1)]
    )
    def test_what_the_shell_expands(self, text, expands):
        assert read_line(text).expands == bool(expands)


class TestFiles:
    def test_suffixes_in_either_case_and_folders(self, folder):
        assert matching(f"{folder}/", ("json", "nnet")) == [
            f"{folder}/{name}" for name in ("$x.json", "CAPS.NNET", "b:c.json", "my net.json", "sub dir")
        ]

    def test_hidden_ones_where_they_are_asked_for(self, folder):
        assert matching(f"{folder}/.h", ("json",)) == [f"{folder}/.hid.json"]

    def test_all_where_none_has_the_suffix(self, folder):
        assert matching(f"{folder}/on", ("json",)) == [f"{folder}/only.weights"]

    def test_folders_alone(self, folder):
        assert matching(f"{folder}/", (), folders_only=True) == [f"{folder}/sub dir"]
        assert matching(f"{folder}/my", (), folders_only=True) == []

    def test_a_folder_that_cannot_be_read(self, folder):
        assert matching(f"{folder}/nowhere/a", ("json",)) == []

    def test_home(self, folder, monkeypatch):
        monkeypatch.setenv("HOME", str(folder))
        assert matching("~/my", ("json",)) == ["~/my net.json"]


class TestAnswers:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("relupoly co", ["completion", "convert", "count-pieces"]),
            ("relupoly count-pieces --no", ["--normalize", "--notion", "--no-progress"]),
            ("relupoly count-pieces --notion a", ["activation", "affine", "all"]),
            ("relupoly count-pieces net.json --notion cl", ["closed"]),
            ("relupoly convert --r", ["--round"]),
            ("relupoly convert a b --to n", ["npz", "nnet"]),
            ("relupoly help hard sawto", ["sawtooth"]),
            ("relupoly completion ", ["bash", "zsh", "fish"]),
            ("relupoly evaluate a.json --show value,p", ["value,pattern"]),
            ("relupoly evaluate a.json --show value,v", []),
            ("relupoly regions a.json --fields volume,pat", ["volume,pattern", "volume,patterns"]),
            ("relupoly regions a.json --notion cl", ["closed"]),
            ("relupoly regions a.json --formula s", ["sympy"]),
            ("relupoly schema hard v", ["verify"]),
            ("relupoly schema represent ", ["max-affine", "net", "univariate"]),
            ("relupoly schema hard verify ", []),
            ("relupoly batch --workers 2 count-pieces --do", ["--domain"]),
            ("relupoly batch --workers 2 count-pieces --notion cl", ["closed"]),
            ("relupoly --max-size 1GB batch -w2 count-pieces a.json --notion a", ["activation", "affine", "all"]),
            ("relupoly batch -q hard sawto", ["sawtooth"]),
            ("relupoly batch -q hard sawtooth --wi", ["--width"]),
            ("relupoly batch count-pieces --wo", []),
            ("relupoly batch --wo", ["--workers"]),
            ("relupoly batch jobs.jsonl --res", ["--results", "--resume"]),
            ("relupoly batch --format ", ["jsonl", "csv", "toml"]),
            ("relupoly batch a.jsonl b", []),
            ("relupoly count-pieces --limit ", []),
            ("relupoly nonsense --frobni", []),
        ],
    )
    def test_words(self, line, expected):
        for shell in SHELLS:
            assert [value for _, value in answered(shell, line)] == expected

    def test_bash_completes_what_follows_the_last_break(self, folder, monkeypatch):
        monkeypatch.chdir(folder)
        assert answered("bash", "relupoly count-pieces --notion=cl", "=:") == [("plain", "closed")]
        assert answered("bash", "relupoly count-pieces --notion=cl", ":") == [("plain", "--notion=closed")]
        assert answered("bash", "relupoly info b:", "=:") == [("file", "c.json")]
        assert answered("bash", "relupoly info $HOME/", "=:") == [("shell", "")]

    def test_zsh_and_fish_are_told_which_files_are_meant(self):
        assert answered("zsh", "relupoly info --domain my") == [("file", "json ine ext vnnlib")]
        assert answered("fish", "relupoly info --domain=my") == [("file", "json ine ext vnnlib")]
        assert answered("fish", "relupoly hard sawtooth --out-dir ")[0][0] == "dir"

    def test_names_that_are_no_text(self, folder):
        with contextlib.suppress(OSError):
            Path(os.fsdecode(os.fsencode(folder) + b"/z\xff.json")).touch()
            env = os.environ | {"_RELUPOLY_COMPLETE": "bash_complete", "_RELUPOLY_LINE": f"relupoly info {folder}/z"}
            done = subprocess.run([folder / ".bin" / "relupoly"], env=env, capture_output=True, check=True)
            assert done.stdout.split(b"\0")[1].endswith(b"/z\xff.json")

    def test_batch_takes_a_command_or_a_file_of_jobs(self, folder, monkeypatch):
        monkeypatch.chdir(folder)
        for shell in SHELLS:
            every = answered(shell, "relupoly batch ")
            assert [value for kind, value in every if kind == "plain"] == sorted(set(COMMANDS) - {"batch"})
        assert answered("bash", "relupoly batch -q w") == [("file", "week 3.jsonl")]
        assert answered("zsh", "relupoly batch co")[-1] == ("file", "jsonl csv tsv toml")
        assert answered("zsh", "relupoly batch -w 1 info a") == [("file", " ".join(kinds.NETWORK.suffixes))]


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "formats"),
        [
            (kinds.NETWORK, networks.NETWORK_FORMATS),
            (kinds.DOMAIN, domains.DOMAIN_FORMATS),
            (kinds.PROPERTY, properties.PROPERTY_FORMATS),
            (kinds.ROWS, rows.ROW_FORMATS),
            (kinds.SAMPLES, samples.SAMPLE_FORMATS),
            (kinds.HYPERPLANES, arrangements.ARRANGEMENT_FORMATS),
            (kinds.GENERATORS, generators.GENERATOR_FORMATS),
            (kinds.GRAPH, graphs.GRAPH_FORMATS),
        ],
    )
    def test_they_have_the_suffixes_that_are_read(self, kind, formats):
        assert sorted(kind.suffixes) == sorted(formats)

    def test_the_families_of_arrangements(self):
        assert sorted(arrangement_options._NAMED) == sorted(family_names())

    def test_the_shells(self):
        assert tuple(SHELLS) == completion.SHELLS


CASES = [
    ("relupoly co\tnv\ta b", "<convert><a><b>"),
    ("relupoly info my\t", "<info><my net.json>"),
    ("relupoly info 'my\t", "<info><my net.json>"),
    ('relupoly info "my\t', "<info><my net.json>"),
    ("relupoly info su\tde\t", "<info><sub dir/deep net.json>"),
    ("relupoly info it\t", "<info><it's.npz>"),
    ("relupoly info b:\t", "<info><b:c.json>"),
    ("relupoly info CAP\t", "<info><CAPS.NNET>"),
    ("relupoly info only\t", "<info><only.weights>"),
    ("relupoly info x.json --domain=prop\t", "<info><x.json><--domain=prop 3.vnnlib>"),
    ("relupoly info x.json --domain prop\t", "<info><x.json><--domain><prop 3.vnnlib>"),
    ("relupoly info ~/my\t", "<info><HOME/my net.json>"),
    ("relupoly info $HOME/CAP\t", "<info><HOME/CAPS.NNET>"),
    ("relupoly count-pieces x.json --notion=cl\t", "<count-pieces><x.json><--notion=closed>"),
    ("relupoly hard sawtooth --out-dir s\t", "<hard><sawtooth><--out-dir><sub dir>"),
    ("relupoly batch week\t", "<batch><week 3.jsonl>"),
    ("relupoly batch --workers 2 co\tu\tmy\t", "<batch><--workers><2><count-pieces><my net.json>"),
    ("relupoly batch -w2 info 'my\t --do\tprop\t", "<batch><-w2><info><my net.json><--domain><prop 3.vnnlib>"),
    ("relupoly batch count-pieces b:\t --notion=cl\t", "<batch><count-pieces><b:c.json><--notion=closed>"),
]


class Typed:
    """A shell at a terminal, into which one types; when a line is complete, the program shows its arguments."""

    def __init__(self, command, folder, setup):
        pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
        self._ours, theirs = pty.openpty()
        self._folder = folder
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment(folder), start_new_session=True
        )
        os.close(theirs)
        os.write(self._ours, f"{setup}; echo re''ady\n".encode())
        assert "ready\r\n" in self._read("ready\r\n", 60)

    def arguments(self, keys):
        """The arguments that the program gets in the end."""
        parts = keys.split("\t")
        for number, part in enumerate(parts):
            os.write(self._ours, part.encode())
            if number < len(parts) - 1:
                # What is typed while the program runs waits until TAB has had its effect.
                os.write(self._ours, b"\t")
                self._read(None, 0.3)
        os.write(self._ours, b"\r")
        found = re.search(r"\[(.*)\]END", self._read("]END", 60))
        # zsh takes the slash after a folder away again where the line ends there.
        return found and found[1].replace(str(self._folder), "HOME").replace("/>", ">")

    def _read(self, expected, seconds):
        """What the shell shows, until it holds what is expected or the time is over."""
        shown, end = "", time.monotonic() + seconds
        while time.monotonic() < end and not (expected and expected in shown):
            if select.select([self._ours], [], [], 0.05)[0]:
                shown += os.read(self._ours, 65536).decode(errors="replace")
        return shown

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


SETUP = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "bind 'set enable-bracketed-paste off'; source <(relupoly completion bash)",
    ),
    "zsh": (["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -u -D; source <(relupoly completion zsh)"),
}


@pytest.mark.slow
@pytest.mark.parametrize("shell", SETUP)
def test_a_person_types_and_presses_tab(shell, folder):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    command, setup = SETUP[shell]
    typed = Typed(command, folder, setup)
    try:
        assert {keys: typed.arguments(keys) for keys, _ in CASES} == dict(CASES)
    finally:
        typed.close()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("relupoly conv", ["convert"]),
        ("relupoly info my", ["my net.json"]),
        ("relupoly info 'my", ["my net.json"]),
        ("relupoly info my\\ ", ["my net.json"]),
        ("relupoly info su", ["sub dir/"]),
        ("relupoly info sub\\ dir/de", ["sub dir/deep net.json"]),
        ("relupoly info it", ["it's.npz"]),
        ("relupoly info only", ["only.weights"]),
        ("relupoly info x.json --domain=prop", ["--domain=prop 3.vnnlib"]),
        ("relupoly info x.json --domain prop", ["prop 3.vnnlib"]),
        ("relupoly info ~/my", ["~/my net.json"]),
        ("relupoly info $HOME/my", ["$HOME/my net.json"]),
        ("relupoly count-pieces x.json --notion=cl", ["--notion=closed"]),
        ("relupoly hard sawtooth --out-dir s", ["sub dir/"]),
        ("relupoly batch week", ["week 3.jsonl"]),
        ("relupoly batch --workers 2 conv", ["convert"]),
        ("relupoly batch --workers 2 count-pieces my", ["my net.json"]),
        ("relupoly batch -w2 info x.json --domain=prop", ["--domain=prop 3.vnnlib"]),
    ],
)
def test_fish(line, expected, folder):
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    program = "source (relupoly completion fish | psub); complete -C $argv[1]"
    done = subprocess.run(
        ["fish", "--no-config", "-c", program, line],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [one.partition("\t")[0] for one in done.stdout.splitlines()] == expected
    assert done.stderr == ""


@pytest.mark.parametrize("line", ["relupoly info my", "relupoly info $HOME/my", "relupoly info x --domain=prop"])
def test_bash_in_a_function_call(line, folder):
    """What bash itself would do with TAB, without a terminal; `compopt` needs one, so that it stands for nothing here."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    program = (
        'source <(relupoly completion bash); compopt() { echo "option $*"; }; COMP_LINE=$1 COMP_POINT=${#1}; '
        "_relupoly_completion relupoly; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        ["bash", "-c", program, "bash", line], cwd=folder, env=environment(folder), capture_output=True, text=True, check=True
    )
    found = {"my": "option -o filenames\nmy net.json\n", "prop": "option -o filenames\nprop 3.vnnlib\n"}
    wanted = "option -o bashdefault -o default\n\n" if "$" in line else found[line.rpartition("=")[2].rpartition(" ")[2]]
    assert done.stdout == wanted


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_printed(shell):
    result = run("completion", shell)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == SHELLS[shell].source_template
    assert run(env={"_RELUPOLY_COMPLETE": f"{shell}_source"}).stdout.rstrip() == result.stdout.rstrip()


def test_another_shell_is_refused():
    result = run("completion", "tcsh")
    assert result.exit_code == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in result.stderr
