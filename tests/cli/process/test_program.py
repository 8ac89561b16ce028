"""Around the commands: whatever goes wrong inside, and whenever Ctrl-C comes, it ends in a line and an exit code."""

import json
import os
import re
import stat
import subprocess
import sys

import pytest
from command import PROGRAM, start

from relupoly_cli.exit_codes import PARTIAL

INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "relupoly"
from relupoly_cli.entry import main

class Interrupting:
    left = int(sys.argv.pop())

    def find_spec(self, name, path=None, target=None):
        Interrupting.left -= 1
        if Interrupting.left == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
code = main()
Interrupting.left = 0
sys.exit(code)
"""

BROKEN = """
import sys
sys.argv[0] = "relupoly"
import relupoly.pieces.count

def broken(*arguments, **options):
    raise %s

relupoly.pieces.count.count_pieces = broken
from relupoly_cli.entry import main
sys.exit(main())
"""


def finished(*arguments, program=PROGRAM, **options):
    process = start(*arguments, program=program, **options)
    stdout, stderr = process.communicate()
    return process.returncode, stdout, stderr


def shell(command, **options):
    """What the shell gives for a command line, in which $R is the program."""
    environment = os.environ | {"R": f"{sys.executable} -c"}
    done = subprocess.run(
        ["sh", "-c", command, "sh", PROGRAM], env=environment, capture_output=True, text=True, check=False, **options
    )
    return done.returncode, done.stdout, done.stderr


class TestCtrlC:
    # At each of the first imports, since they are the first things that happen, and at some of the hundreds that follow.
    @pytest.mark.parametrize("place", [*range(1, 12), *range(12, 400, 24)])
    def test_at_any_import(self, nets, place):
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", place, program=INTERRUPTED)
        assert "Traceback" not in stderr
        if code == 0:
            assert "4 affine pieces" in stdout
        elif stdout:
            # It came while the count was under way, which then says how far it was.
            assert (code, stderr) == (130, "stopped by Ctrl-C\n")
        else:
            assert (code, stderr) == (130, "Interrupted.\n")

    def test_before_anything_else(self, nets):
        assert finished("count-pieces", nets / "hat.json", 1, program=INTERRUPTED) == (130, "", "Interrupted.\n")

    def test_whoever_has_it_ignored_keeps_that(self, nets):
        program = INTERRUPTED.replace("default_int_handler)", "SIG_IGN)")
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", 5, program=program)
        assert (code, stderr) == (0, "")
        assert "4 affine pieces" in stdout

    @pytest.mark.parametrize("error", ["ImportError('half an import')", "SystemError('in C')", "OSError('in a call')"])
    def test_where_it_becomes_another_error(self, nets, error):
        """Code in C makes such errors of an interruption."""
        body = f"""
    import os, signal
    try:
        os.kill(os.getpid(), signal.SIGINT)
        while True: pass
    except KeyboardInterrupt:
        raise {error}
"""
        program = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n" + BROKEN % "x"
        assert finished(
            "info",
            nets / "hat.json",
            program=program.replace("    raise x\n", body)
            .replace("relupoly.pieces.count.count_pieces", "relupoly.files.read_network")
            .replace("import relupoly.pieces.count", "import relupoly.files"),
        ) == (130, "", "Interrupted.\n")

    def test_when_python_has_nearly_ended(self, nets):
        """The answer is out, and its exit code stays what it was."""
        program = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "relupoly"
from relupoly_cli.entry import main

class Late:
    def __del__(self, kill=os.kill, itself=os.getpid(), interrupt=signal.SIGINT):
        kill(itself, interrupt)

sys.late = Late()
sys.exit(main())
"""
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", program=program)
        assert (code, stderr) == (0, "")
        assert "4 affine pieces" in stdout

    def test_where_it_cannot_be_raised(self, nets):
        """An interruption in a destructor is raised again by whatever comes next."""
        program = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "relupoly"
import relupoly.files
from relupoly_cli.entry import main

class Deaf:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

def deaf(*arguments, **options):
    Deaf()
    while True:
        pass

relupoly.files.read_network = deaf
sys.exit(main())
"""
        assert finished("info", nets / "hat.json", program=program) == (130, "", "Interrupted.\n")


class TestBugs:
    @pytest.mark.parametrize(
        ("command", "place"),
        [
            ("equal", "relupoly.analysis.equality.equality.difference"),
            ("represent net", "relupoly.constructions.representation.shallow.shallow_network"),
            ("hard verify", "relupoly.constructions.verification.verify"),
        ],
    )
    def test_work_without_end_is_no_fault_of_the_file(self, nets, tmp_path, command, place):
        program = (BROKEN % "RecursionError").replace("relupoly.pieces.count.count_pieces", place)
        program = program.replace("import relupoly.pieces.count\n", f"import {place.rpartition('.')[0]}\n")
        files = [nets / "hat.json"] * (2 if command == "equal" else 1)
        code, stdout, stderr = finished(*command.split(), *files, program=program, env=os.environ | {"TMPDIR": str(tmp_path)})
        assert (code, stdout) == (1, "")
        assert stderr.startswith("Error: this is a bug of relupoly (RecursionError")

    def test_one_line_and_a_file(self, nets, tmp_path):
        name = "a\x1b[2J\n.json"
        (tmp_path / name).write_bytes((nets / "hat.json").read_bytes())
        env = os.environ | {"TMPDIR": str(tmp_path)}
        program = BROKEN % "ZeroDivisionError('\\x1b[31mby\\nzero')"
        code, stdout, stderr = finished("count-pieces", tmp_path / name, program=program, env=env)
        assert (code, stdout) == (1, "")
        [line] = stderr.splitlines()
        place = re.fullmatch(r"Error: this is a bug of relupoly \(.*by.*zero\); please report it, with the file (.*)", line)[1]
        assert line.isprintable()
        with open(place) as stream:
            told = stream.read()
            assert stat.S_IMODE(os.fstat(stream.fileno()).st_mode) == 0o600
        for part in (
            "relupoly: 0.",
            f"Python: {sys.version.split()[0]}",
            "platform: ",
            "count-pieces ",
            "Traceback",
            "in broken",
        ):
            assert part in told
        assert r"a\x1b[2J\n.json" in told

    def test_no_room_for_a_file(self, nets, tmp_path):
        """Where there is no folder for it, the line says what is known."""
        program = "import tempfile\ntempfile.tempdir = '/nowhere'\n" + BROKEN % "ZeroDivisionError('by zero')"
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", program=program)
        assert (code, stdout) == (1, "")
        assert stderr == (
            "Error: this is a bug of relupoly (ZeroDivisionError: by zero); please report it: no file can be written "
            "(No such file or directory)\n"
        )

    def test_no_memory_for_a_file(self, nets):
        """Where there is no memory for the report, either."""
        full = "import tempfile\ndef none(**names): raise MemoryError\ntempfile.mkstemp = none\n"
        program = full + BROKEN % "ZeroDivisionError()"
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", program=program)
        assert (code, stdout) == (1, "")
        assert stderr == (
            "Error: this is a bug of relupoly (ZeroDivisionError); please report it: no file can be written "
            "(there is no memory)\n"
        )

    @pytest.mark.parametrize("error", ["RecursionError", "AssertionError('')", "SystemExit('no')", "GeneratorExit"])
    def test_others(self, nets, tmp_path, error):
        env = os.environ | {"TMPDIR": str(tmp_path)}
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", program=BROKEN % error, env=env)
        assert (code, stdout, len(stderr.splitlines())) == (1, "", 1)
        assert str(next(tmp_path.iterdir())) in stderr

    def test_memory(self, nets):
        code, stdout, stderr = finished("count-pieces", nets / "hat.json", program=BROKEN % "MemoryError")
        assert (code, stdout, stderr) == (
            PARTIAL,
            "",
            "Error: there is not enough memory for this; ask for less, or free some\n",
        )

    @pytest.mark.parametrize("code", [0, 3, 77])
    def test_exit_codes_pass(self, nets, code):
        assert finished("count-pieces", nets / "hat.json", program=BROKEN % f"SystemExit({code})") == (code, "", "")

    def test_a_program_that_cannot_be_loaded(self):
        program = "import sys\nsys.modules['click'] = None\n" + PROGRAM
        code, stdout, stderr = finished("--version", program=program)
        assert (code, stdout, len(stderr.splitlines())) == (1, "", 1)
        assert "click" in stderr
        assert "Traceback" not in stderr


CLOSED = "Error: standard output cannot be written (Bad file descriptor); send it elsewhere\n"
COMMANDS = [
    "--help",
    "--version",
    "count-pieces hat.json",
    "count-pieces hat.json hat.json --jsonl",
    "count-pieces hat.json --shard 1/2",
    "count-pieces --help",
    "info hat.json",
    "convert hat.json -",
    "convert hat.json - --to npz",
    "hard sawtooth --width 2 --depth 1 -q",
    "hard sawtooth --width 2 --depth 1 --symbolic",
    "hard --list",
    "hard",
    "represent net hat.json -q",
    "equal hat.json hat.json",
    "bounds --widths 2,3",
    "gap --width 2 --depth 3",
    "gap --width 2 --depth 3 --csv",
    "zonotope --family resonance --n 2",
    "arrangement --family braid --n 3",
    "arrangement --family braid --n 3 --cells",
    "train samples.csv --width 1",
]


@pytest.fixture
def folder(nets, tmp_path):
    (tmp_path / "hat.json").write_bytes((nets / "hat.json").read_bytes())
    (tmp_path / "samples.csv").write_text("x,y\n0,0\n1,1\n2,0\n")
    return tmp_path


class TestStreams:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_no_standard_output(self, folder, command):
        assert shell(f'$R "$1" {command} >&-', cwd=folder) == (3, "", CLOSED)

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
    @pytest.mark.parametrize("command", COMMANDS)
    def test_a_full_disk(self, folder, command):
        full = CLOSED.replace("Bad file descriptor", "No space left on device")
        assert shell(f'$R "$1" {command} >/dev/full', cwd=folder) == (3, "", full)

    def test_an_output_file_needs_no_standard_output(self, folder):
        assert shell('$R "$1" count-pieces hat.json --json -o out.json >&-', cwd=folder) == (0, "", "")
        assert json.loads((folder / "out.json").read_text())["pieces"] == 4

    @pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
    def test_others(self, folder, closed):
        code, stdout, stderr = shell(f'$R "$1" count-pieces hat.json {closed}', cwd=folder)
        assert (code, stderr) == (0, "")
        assert "4 affine pieces" in stdout

    def test_errors_without_a_place_for_them(self, folder):
        assert shell('$R "$1" count-pieces nothing.json 2>&-', cwd=folder) == (3, "", "")
        assert shell('$R "$1" count-pieces hat.json --notion no 2>&-', cwd=folder) == (2, "", "")
        assert shell('$R "$1" count-pieces hat.json >&- 2>&- <&-', cwd=folder) == (3, "", "")

    def test_no_standard_input(self, folder):
        code, stdout, stderr = shell('$R "$1" count-pieces - <&-', cwd=folder)
        assert (code, stdout) == (3, "")
        assert stderr.startswith("Error: standard input: it ")

    def test_messages_stay_out_of_files(self, folder):
        """What is opened while stderr is closed does not get its number, and so nothing that is meant for it."""
        assert shell('$R "$1" count-pieces hat.json nothing.json -o out.txt 2>&-', cwd=folder)[0] == 3
        assert "Error" not in (folder / "out.txt").read_text()

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
    def test_any_encoding(self, folder, encoding):
        environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        os.rename(folder / "hat.json", os.fsencode(folder) + b"/\xff\xe2\x82\xac.json")
        process = start(
            "count-pieces", b"\xff\xe2\x82\xac.json".decode("utf-8", "surrogateescape"), cwd=folder, env=environment
        )
        stdout, stderr = process.communicate()
        assert (process.returncode, stderr) == (0, "")
        assert "4 affine pieces" in stdout
