"""Whole commands, timed from start to finish as a person at a terminal waits for them."""

from __future__ import annotations

import sysconfig
from dataclasses import dataclass
from pathlib import Path

from cases import ABSENT, Target
from nets import NETS, ROOT

PROGRAM = Path(sysconfig.get_path("scripts")) / "relupoly"


@dataclass(frozen=True)
class Command:
    """A command line, and the time that it may take."""

    text: str
    arguments: tuple[object, ...]
    target: Target | None = None
    needs_shared: bool = False

    def missing(self) -> str | None:
        """Why the command cannot be run here, if it cannot."""
        return ABSENT if self.needs_shared and not NETS.is_dir() else None


def all_commands() -> list[Command]:
    """The commands that are timed."""
    small = Target("seconds", 0.4)
    acas = NETS / "acasxu"
    return [
        Command("relupoly --help", (PROGRAM, "--help"), Target("seconds", 0.15)),
        *(
            Command(f"relupoly count-pieces data/{name}.json", (PROGRAM, "count-pieces", ROOT / "data" / f"{name}.json"), small)
            for name in ("diabetes_bmi", "diabetes_bmi_bp", "iris")
        ),
        *(
            Command(
                f"relupoly count-pieces ACAS_{net}.nnet --domain prop_{number}.vnnlib",
                (
                    PROGRAM,
                    "count-pieces",
                    acas / f"ACASXU_run2a_{net}_batch_2000.nnet",
                    "--domain",
                    acas / f"prop_{number}.vnnlib",
                ),
                needs_shared=True,
            )
            for net in ("1_1", "3_3", "5_5")
            for number in (3, 4)
        ),
    ]
