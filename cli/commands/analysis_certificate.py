"""`relupoly analyze --certificate FILE`: the proof of what was found, for `relupoly check`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..exit_codes import code_of
from ..output.answers import Answers, check_output

if TYPE_CHECKING:
    from relupoly.analysis.analysis import Analysis
    from relupoly.analysis.proof.certificate import ProvedClaim
    from relupoly.geometry.domain import Domain
    from relupoly.geometry.union import DomainUnion
    from relupoly.networks.network import Network
    from relupoly.run import Run

PROVED = ("lipschitz", "max", "min")


def check_certificate_file(file: str | None, only: Sequence[str], force: bool) -> None:
    """Refuse a file of --certificate that cannot be written, or that would have nothing to prove, before the work is done.

    Raises
    ------
    click.UsageError
        If it is standard output, where the answer goes, or nothing that is asked for has a certificate.
    FileFormatError
        If it cannot be written.
    """
    if file is None:
        return
    if file == "-":
        raise click.UsageError("--certificate - would write to standard output, where the answer goes; give a file")
    if not set(only) & set(PROVED):
        raise click.UsageError(f"there are certificates of {', '.join(PROVED)} and of properties only; choose one with --only")
    check_output("--certificate", file, force)


def check_recomputed(check: bool, only: Sequence[str]) -> None:
    """Refuse --check where nothing that is asked for is computed again.

    Raises
    ------
    click.UsageError
        It says what would be.
    """
    if check and not set(only) & set(PROVED):
        raise click.UsageError(f"--check computes {', '.join(PROVED)} again; choose one with --only")


def check_norm(option: str, norm: str, domain: Domain | DomainUnion) -> None:
    """Refuse a norm that is neither proved nor computed again, before the work is done.

    Raises
    ------
    InputError
        It says which are.
    """
    from relupoly.errors import InputError
    from relupoly.geometry.union import DomainUnion

    sets = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    in_subspace = any(one.subspace is not None for one in sets)
    if norm not in (("2",) if in_subspace else ("1", "2", "inf")):
        known = "the norm 2, in a subspace" if in_subspace else "the norms 1, 2 and inf"
        raise InputError(f"{option} knows Lipschitz constants in {known} only; choose --norm, or --only max,min")


def claims_of(network: Network, found: Analysis, objective: Sequence[Any] | None, run: Run) -> list[ProvedClaim]:
    """What an analysis claims that certificates can prove.

    Raises
    ------
    InputError
        If one of them cannot be proved by a certificate.
    """
    from flint import fmpq

    from relupoly.analysis.proof.certificate import extremum_claim, lipschitz_claim
    from relupoly.geometry.union import DomainUnion

    size = network.output_dim
    rows = [list(objective)] if objective else [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    claims = []
    if found.lipschitz:
        is_union = isinstance(found.domain, DomainUnion)
        sets = found.domain.parts if isinstance(found.domain, DomainUnion) else (found.domain,)
        constants = found.lipschitz.parts if is_union else (found.lipschitz,)
        claims += [lipschitz_claim(network, *both, run=run) for both in zip(sets, constants, strict=True)]
    for extrema, is_maximum in ((found.maximum, True), (found.minimum, False)):
        for row, extremum in zip(rows, extrema or (), strict=False):
            claims.append(extremum_claim(network, found.domain, row, extremum, is_maximum))
    return claims


@dataclass(frozen=True)
class ProofFile:
    """Where a certificate is to be written, if there is to be one."""

    place: str | None
    force: bool
    answers: Answers

    def write(self, network: Network, claims: Callable[[Run], Sequence[ProvedClaim]], complete: bool, run: Run) -> str | None:
        """Prove what was found, and write it; where that does not come to an end, or fails, the answer is given all the same.

        Returns the file, or None if none was written.
        """
        from relupoly.analysis.proof.certificate import analysis_certificate
        from relupoly.files.certificates import write_certificate
        from relupoly.run import Stopped

        if self.place is None:
            return None
        if not complete:
            self.answers.warn("no certificate is written: the search was stopped before there was anything to prove")
            return None
        written = None
        try:
            with self.answers.watching(run, "nodes of the proof") as part, self.answers.keeping():
                lines = analysis_certificate(network, claims(part), run=part)
                write_certificate(self.place, lines, packed=False, force=self.force)
                written = self.place
        except Stopped as stop:
            self.answers.warn("no certificate is written: the proof was stopped before it was complete; give it more time")
            self.answers.note(code_of(stop.reason))
        return written
