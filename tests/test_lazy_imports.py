"""What an import loads: seen in a fresh interpreter by what is in its `sys.modules`, never by a clock."""

from __future__ import annotations

import inspect
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import click
import pytest

from relupoly_cli.main import COMMANDS, cli
from relupoly_cli.summaries import SUMMARIES

HEAVY = {
    *("cdd", "dask", "distributed", "flint", "keras", "matplotlib", "networkx", "numba", "numpy", "onnx", "scipy", "sklearn"),
    *("sympy", "torch"),
}

RUN_COMMAND = """
import json, sys
from relupoly_cli.main import cli
try:
    cli(sys.argv[1:], prog_name="relupoly")
finally:
    print(json.dumps(list(sys.modules)), file=sys.stderr)
"""

IMPORT_LIBRARY = """
import json, sys
import relupoly
print(json.dumps(list(sys.modules)), file=sys.stderr)
"""


def in_fresh_interpreter(program: str, *arguments: str, folder: Path, **environment: str) -> tuple[str, set[str]]:
    """What the program writes on stdout, and the modules that were loaded in the end."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, set(json.loads(done.stderr))


def top_level(modules: set[str]) -> set[str]:
    return {name.split(".")[0] for name in modules}


def test_importing_the_library_loads_nothing_heavy(tmp_path: Path) -> None:
    _, modules = in_fresh_interpreter(IMPORT_LIBRARY, folder=tmp_path)
    assert "relupoly" in modules
    assert top_level(modules) & (HEAVY | {"click"}) == set()


def test_counting_a_small_net_needs_no_compiler(tmp_path: Path) -> None:
    program = IMPORT_LIBRARY.replace(
        "import relupoly\n",
        "import relupoly\n"
        "net = relupoly.Network.from_rows([([[0.1], [0.7]], [0.3, 0.2]), ([[1, 1]], None)])\n"
        "print(relupoly.count_pieces(net).pieces)\n",
    )
    output, modules = in_fresh_interpreter(program, folder=tmp_path)
    assert output == "3\n"
    assert top_level(modules) & (HEAVY - {"flint", "numpy"}) == set()


def test_reading_a_network_loads_no_other_format(tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text('{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[1]]}]}')
    program = IMPORT_LIBRARY.replace("import relupoly\n", "import relupoly\nrelupoly.read_network('net.json')\n")
    _, modules = in_fresh_interpreter(program, folder=tmp_path)
    files = {name.removeprefix("relupoly.files.") for name in modules if name.startswith("relupoly.files.")}
    assert {"networks", "json_network"} <= files
    assert files.isdisjoint({"arrangements", "domains", "generators", "nnet", "npz", "rows", "samples"})
    assert files.isdisjoint({"onnx", "polyhedra", "tables", "tensors"})
    assert "numpy" not in top_level(modules)
    assert not any(name.startswith(("relupoly.geometry", "relupoly.jit")) for name in modules)


def test_a_count_on_few_inputs_loads_no_linear_programs(tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(
        '{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[1]]}, {"weight": [[1]]}]}'
    )
    _, modules = in_fresh_interpreter(RUN_COMMAND, "count-pieces", "net.json", "--box", "-1", "1", folder=tmp_path)
    assert "relupoly.pieces.walk.driver" in modules
    assert not any(name.startswith(("relupoly.pieces.constraints", "relupoly.geometry.box_")) for name in modules)


def test_a_count_everywhere_loads_no_format_of_points(tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text('{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[1]]}]}')
    _, modules = in_fresh_interpreter(RUN_COMMAND, "count-pieces", "net.json", folder=tmp_path)
    assert "relupoly.files.json_network" in modules
    assert modules.isdisjoint({"relupoly.files.points", "relupoly.files.rows", "relupoly.files.tables"})


def test_a_value_needs_no_walk_through_cells(tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text('{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[1]]}]}')
    output, modules = in_fresh_interpreter(RUN_COMMAND, "evaluate", "net.json", "--at", "2", folder=tmp_path)
    assert output == "x,y\n2,2\n"
    assert not any(name.startswith(("relupoly.pieces", "relupoly.jit")) for name in modules)


HELP = [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)]
HELP += [
    ["hard", "--list"],
    ["hard", "sawtooth", "--help"],
    ["hard", "verify", "--help"],
    ["help", "hard", "sawtooth"],
    ["completion", "zsh"],
]


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_help_loads_click_and_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    output, modules = in_fresh_interpreter(RUN_COMMAND, *arguments, folder=tmp_path)
    assert "relupoly" in output
    assert top_level(modules) & (HEAVY | {"click"}) == {"click"}


def test_a_list_of_all_commands_imports_none(tmp_path: Path) -> None:
    _, modules = in_fresh_interpreter(RUN_COMMAND, "--help", folder=tmp_path)
    unasked = ("relupoly_cli.commands", "relupoly_cli.arguments.options", "relupoly.geometry")
    assert not any(name.startswith(unasked) for name in modules)


def test_summaries_are_the_first_lines_of_help_texts() -> None:
    context = click.Context(cli)
    texts = {name: inspect.cleandoc(str(cli.get_command(context, name).help)) for name in COMMANDS}
    assert {name: " ".join(text.partition("\n\n")[0].split()) for name, text in texts.items()} == SUMMARIES


def test_a_count_whose_engine_is_kept_needs_neither_numba_nor_llvm(tmp_path: Path) -> None:
    program = (
        "from relupoly.pieces.walk.driver import Walk, compile_ahead\n"
        "from relupoly import Domain, Network\n"
        "from relupoly.pieces.forms.homogeneous import homogenize\n"
        "net = Network.from_rows([([[0.1, 0.3], [0.7, 0.2]], [0.3, 0.2]), ([[1, 1]], None)])\n"
        "print(sum(1 for _ in Walk(homogenize(net, Domain()), patience=0)))\n"
    )
    subprocess.run([sys.executable, "-c", program.replace("print", "compile_ahead(); print")], check=True, capture_output=True)
    output, modules = in_fresh_interpreter(IMPORT_LIBRARY.replace("import relupoly\n", program), folder=tmp_path)
    assert output == "4\n"
    assert "relupoly.pieces.kernel.loop" in modules
    assert "numba" not in modules
    assert "llvmlite.binding" not in modules or platform.machine() != "x86_64"


LISTS_OPENED = """
opened = []
sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
"""


def test_an_arrangement_whose_kernel_is_kept_needs_no_numba_and_opens_one_file_of_machine_code(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", "from relupoly.geometry.characteristic import counting as c; c.compile_ahead()"], check=True
    )
    program = RUN_COMMAND.replace("import json, sys\n", f"import json, sys\n{LISTS_OPENED}").replace(
        "list(sys.modules)", "[*sys.modules, *opened]"
    )
    output, modules = in_fresh_interpreter(
        program, "arrangement", "--family", "resonance", "--n", "6", "--json", folder=tmp_path
    )
    assert json.loads(output)["regions"] == 1_066_044
    assert "relupoly.geometry.characteristic.kernel.jobs" in modules
    assert "numba" not in modules
    assert "llvmlite.binding" not in modules or platform.machine() != "x86_64"
    assert [name[:8] for name in sorted(modules) if name.endswith((".o", ".nb"))] == ["jobs.do-"]


@pytest.mark.parametrize(
    ("words", "completion"),
    [
        ("relupoly coun", "count-pieces"),
        ("relupoly count-pieces --noti", "--notion"),
        ("relupoly hard sawtooth --wi", "--width"),
        ("relupoly help hard sawt", "sawtooth"),
        ("relupoly info ../", "../"),
    ],
)
def test_completion_loads_nothing_heavy(words: str, completion: str, tmp_path: Path) -> None:
    output, modules = in_fresh_interpreter(
        RUN_COMMAND, folder=tmp_path, _RELUPOLY_COMPLETE="bash_complete", _RELUPOLY_LINE=words
    )
    assert completion in output
    assert top_level(modules) & HEAVY == set()
