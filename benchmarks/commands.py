"""Whole commands, timed from start to finish as a person at a terminal waits for them."""

from __future__ import annotations

import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cases import ABSENT, Target
from measure import FILES
from nets import NETS, ROOT, random_net

PROGRAM = Path(sysconfig.get_path("scripts")) / "relupoly"


@dataclass(frozen=True)
class Command:
    """A command line, and the time that it may take.

    Attributes
    ----------
    text : str
    arguments : tuple
    target : Target or None
    needs_shared : bool
    fill : callable or None
        Puts the files there that it works on (see `time_command`).
    needs : pair of Path and str, or None
        A folder, and a pattern of what has to be there.
    """

    text: str
    arguments: tuple[object, ...]
    target: Target | None = None
    needs_shared: bool = False
    fill: Callable[[Path], None] | None = None
    needs: tuple[Path, str] | None = None

    def missing(self) -> str | None:
        """Why the command cannot be run here, if it cannot."""
        if self.needs_shared and not NETS.is_dir():
            return ABSENT
        if self.needs and not any(self.needs[0].glob(self.needs[1])):
            return "not installed: from its sources, github.com/stanleybak/nnenum, into .venv-peers"
        return None


PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
# It is not on PyPI; pip installs it from its sources. It has a process for each core, and asks for libraries with one thread.
ONE_THREAD_EACH = ("OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1")
NNENUM = ROOT / ".venv-peers" / "lib", "python3*/site-packages/nnenum/nnenum.py"
PUBLISHED = [
    ("iris_net_4_5_5_3", "1"),
    ("SDnet_10_15_10_3", "0.1"),
    ("SDnet_10_20_15_10_3", "0.1"),
    ("SDnet_10_30_30_30_3", "0.1"),
]
GRIDS = {
    "sawtooth": "width=2..5,depth=1..6",
    "zonotope": "inputs=2..3,generators=2..5,width=2..3,depth=1..3",
}
ARRANGEMENTS = [
    ("--family resonance --n 6", 1_066_044, 2),
    ("--family resonance --n 7", 347_326_352, 60),
    ("--family resonance --n 8", 419_172_756_930, None),
    ("--family threshold --n 6", 15_028_134, 5),
    ("--family generic --n 200 --dimension 3", 1_333_501, 2),
]


def all_commands() -> list[Command]:
    """The commands that are timed."""
    return [
        Command("relupoly --help", (PROGRAM, "--help"), Target("seconds", 0.15)),
        *_counts(),
        *_lists(),
        *_regions(),
        *_analyses(),
        *_properties(),
        _verification(),
        *_pictures(),
    ]


def _pictures() -> Iterator[Command]:
    """Pictures and pages, of small nets and of the plane through three digits, which has 47,456 cells."""
    small = (PROGRAM, "plot", ROOT / "data" / "diabetes_bmi_bp.json", "--box", "10,60", "40,140", "--quiet", "--force")
    mnist = NETS / "mnistfc"
    plane = (mnist / "mnist-net_256x2.onnx", "--through", mnist / "three_points.csv", "--box", "-1", "2", "--quiet", "--force")
    for suffix, short, long in (("png", 1.5, 8), ("html", 1.5, 12)):
        text = f"-o picture.{suffix}"
        yield Command(f"relupoly plot diabetes {text}", (*small, "-o", f"{FILES}/picture.{suffix}"), Target("seconds", short))
        arguments = (PROGRAM, "plot", *plane, "-o", f"{FILES}/picture.{suffix}")
        yield Command(f"relupoly plot mnist plane {text}", arguments, Target("seconds", long), needs_shared=True)


def _counts() -> Iterator[Command]:
    """Pieces of trained nets."""
    for name in ("diabetes_bmi", "diabetes_bmi_bp", "iris"):
        arguments = (PROGRAM, "count-pieces", ROOT / "data" / f"{name}.json")
        yield Command(f"relupoly count-pieces data/{name}.json", arguments, Target("seconds", 0.4))
    for net in ("1_1", "3_3", "5_5"):
        for number in (3, 4):
            files = NETS / "acasxu" / f"ACASXU_run2a_{net}_batch_2000.nnet", NETS / "acasxu" / f"prop_{number}.vnnlib"
            yield Command(
                f"relupoly count-pieces ACAS_{net}.nnet --domain prop_{number}.vnnlib",
                (PROGRAM, "count-pieces", files[0], "--domain", files[1]),
                needs_shared=True,
            )


# Inputs and widths of random nets, how many cells they have in the box, and how many records a second are wanted: of all
# fields, and of patterns and gradients alone.
LISTS = [((2, (100, 100)), 16_661), ((3, (60,)), 33_936), ((3, (24, 24)), 17_084)]
_WANTED = {"": 20_000, " --fields pattern,gradient": 100_000}


def _lists() -> Iterator[Command]:
    """Records of cells; the target is what so many records a second make, beside half a second for the start of the program."""
    for (inputs, widths), cells in LISTS:
        name = "-".join(map(str, (inputs, *widths)))
        for fields, rate in _WANTED.items():
            words = [
                "regions",
                f"{FILES}/net.json",
                "--cells",
                "--box",
                "-10",
                "10",
                *fields.split(),
                "--output",
                f"{FILES}/out.jsonl",
            ]
            yield Command(
                f"relupoly regions {name} --cells{fields} ({cells} cells)",
                (PROGRAM, *words),
                Target("seconds", round(0.5 + cells / rate, 2)),
                fill=partial(_write_random, inputs, widths),
            )


def _write_random(inputs: int, widths: Sequence[int], folder: Path) -> None:
    random_net(inputs, widths).save(folder / "net.json")


def _regions() -> Iterator[Command]:
    """Regions of arrangements, without the f-vector; another number than the known one ends the command with exit code 5."""
    for options, regions, bound in ARRANGEMENTS:
        words = (PROGRAM, "arrangement", *options.split(), "--no-f-vector", "--expect", regions)
        yield Command(f"relupoly arrangement {options}", words, Target("seconds", bound) if bound else None)


def _analyses() -> Iterator[Command]:
    """Lipschitz constants beside counts of the same cells, which they may take twice as long as; and published ones."""
    for inputs, widths in [(2, (60,)), (3, (60,)), (2, (100, 100))]:
        name, fill = "-".join(map(str, (inputs, *widths))), partial(_write_random, inputs, widths)
        for words in (
            "count-pieces {} --notion activation",
            "analyze {} --only lipschitz",
            "analyze {} --only lipschitz,max,min",
        ):
            arguments = words.format(f"{FILES}/net.json").split()
            yield Command(f"relupoly {words.format(name)}", (PROGRAM, *arguments), fill=fill)
    for name, high in PUBLISHED:
        for norm in ("2", "1", "inf"):
            file = NETS / "many_inputs" / f"{name}.net.json"
            options = ("--box", "0", high, "--only", "lipschitz", "--norm", norm)
            yield Command(
                f"relupoly analyze {name} {' '.join(options)}",
                (PROGRAM, "analyze", file, *options),
                Target("seconds", 2),
                needs_shared=True,
            )


def _properties() -> Iterator[Command]:
    """Properties of an ACAS Xu net decided, and the same by nnenum, in floats, where it is there."""
    net = NETS / "acasxu" / "ACASXU_run2a_3_3_batch_2000"
    for number in range(1, 5):
        file = NETS / "acasxu" / f"prop_{number}.vnnlib"
        yield Command(
            f"relupoly analyze ACAS_3_3.nnet --property prop_{number}.vnnlib",
            (PROGRAM, "analyze", f"{net}.nnet", "--property", file),
            needs_shared=True,
        )
        yield Command(
            f"nnenum ACAS_3_3.onnx prop_{number}.vnnlib",
            ("env", *ONE_THREAD_EACH, PEERS_PYTHON, "-m", "nnenum.nnenum", f"{net}.onnx", file, "120"),
            needs_shared=True,
            needs=NNENUM,
        )


def _verification() -> Command:
    """Two grids of hard functions, counted and compared with their claims; each run begins anew."""
    folders = [f"{FILES}/{family}" for family in GRIDS]
    text = f"relupoly hard verify {' '.join(GRIDS)}"
    return Command(text, (PROGRAM, "hard", "verify", *folders), Target("seconds", 60), fill=_write_grids)


def _write_grids(folder: Path) -> None:
    for family, grid in GRIDS.items():
        words = [PROGRAM, "hard", family, "--grid", grid, "--out-dir", folder / family]
        subprocess.run([str(word) for word in words], check=True, capture_output=True)
