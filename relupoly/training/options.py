"""How to train, and what a search tells on the way."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from relupoly.disk.atomic import check_target
from relupoly.errors import ProblemError
from relupoly.files.streams import Location, display_name, located
from relupoly.run import Run
from relupoly.training.methods import BRANCH, METHODS
from relupoly.training.rays.ray_table import MEMORY


@dataclass(frozen=True)
class State:
    """How far a search is.

    Attributes
    ----------
    nodes : int
    loss, lower_bound : Fraction
        Of all samples: the best so far, and what is proved.
    """

    nodes: int
    loss: Fraction
    lower_bound: Fraction


@dataclass(frozen=True)
class Options:
    """How to train; see `relupoly.training.train.train`.

    Raises
    ------
    ProblemError
        If there is no such method, or it keeps no checkpoint or certificate.
    """

    method: str = BRANCH
    jobs: int | None = None
    gap: Fraction = Fraction(0)
    seed: int = 0
    certify: bool = True
    certificate: Location | None = None
    checkpoint: Location | None = None
    force: bool = False
    standardize: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ProblemError(f'unknown method "{self.method}"; known are {", ".join(METHODS)}')
        if self.gap < 0:
            raise ProblemError(f"the gap is {self.gap}; give 0, or a share such as 1/100")
        for what, place in (("certificate", self.certificate), ("checkpoint", self.checkpoint)):
            if place is not None and self.method != BRANCH:
                raise ProblemError(f'the method "{self.method}" makes no {what}; only "{BRANCH}" does')
        if self.certificate is not None and not self.certify:
            raise ProblemError("a certificate needs the exact proof; ask for both, or for neither")


def memory_of(run: Run) -> int:
    """How many bytes a training may take: 2 GiB where nobody says."""
    return MEMORY if run.memory is None else run.memory


def check_places(options: Options) -> None:
    """Refuse files that cannot be written before the work is done, not after it.

    Raises
    ------
    FileFormatError
        If the certificate exists and is not to be overwritten, or a folder is missing.
    """
    for place, force in ((options.certificate, options.force), (options.checkpoint, True)):
        if place is not None:
            with located(display_name(place)):
                check_target(Path(place), force)
