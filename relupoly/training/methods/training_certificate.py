"""Writing the certificate of a training, as far as time and the disk allow: the answer says what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from relupoly.errors import FileFormatError
from relupoly.files.certificates import write_certificate
from relupoly.files.streams import display_name
from relupoly.run import Run, Stopped
from relupoly.training.answer import Training
from relupoly.training.problem.interpolation_loss import interpolation_proof
from relupoly.training.proof.certificate import Claim, certificate_lines
from relupoly.training.proof.proof import Item
from relupoly.training.trainer import Trainer

# More leaf proofs than these take some seconds to write, and some megabytes: then there is a notice, and they are compressed.
_MANY_LEAVES = 2_000
# Beyond the deadline, for the certificate: enough for some thousand leaves, and in proportion to what was allowed.
_SECONDS_TO_CERTIFY, _SHARE_TO_CERTIFY = 5.0, 0.1


def certified(trainer: Trainer, found: Training, lower_bound: Fraction, items: Iterable[Item]) -> Training:
    """Write the certificate, if one is asked for; Ctrl-C, a full disk or the deadline gives the answer without it.

    Parameters
    ----------
    trainer : Trainer
    found : Training
    lower_bound : Fraction
        What is proved.
    items : iterable
        The search tree in preorder.
    """
    options = trainer.options
    if options.certificate is None:
        return found
    if found.leaves > _MANY_LEAVES:
        trainer.run.notice(f"writing the certificate: {found.leaves} leaf proofs")
    claim = Claim(trainer.problem, found.network, found.loss_sum, lower_bound)
    lines = certificate_lines(
        claim, trainer.lifted, _until_stopped(items, trainer.run, trainer.run.interrupted), trainer.frame.fold
    )
    try:
        write_certificate(options.certificate, lines, found.leaves > _MANY_LEAVES, options.force)
    except (Stopped, KeyboardInterrupt) as stop:
        if isinstance(stop, Stopped) and stop.reason == "deadline":
            what = f"{display_name(options.certificate)}: the deadline struck while it was written; allow more time"
            return replace(found, unwritten=(*found.unwritten, what))
        trainer.run.notice("interrupted: no certificate was written")
        return found
    except FileFormatError as error:
        return replace(found, unwritten=(*found.unwritten, str(error)))
    return replace(found, certificate=str(options.certificate))


def certified_floor(trainer: Trainer, found: Training) -> Training:
    """Certify the net's loss, and that no net of any width goes below the floor."""
    return certified(trainer, found, trainer.floor, [interpolation_proof(trainer.lifted)] * (trainer.problem.width + 1))


def _until_stopped(items: Iterable[Item], run: Run, stopped: bool) -> Iterator[Item]:
    """Pass items on until Ctrl-C is pressed, unless that has already stopped the search; or until it takes too long.

    A search that the deadline stops has proved something: to write that down there is some time more.
    """
    deadline = run.deadline
    end = None if deadline is None else deadline + max(_SECONDS_TO_CERTIFY, _SHARE_TO_CERTIFY * deadline)
    for item in items:
        if end is not None and run.elapsed > end:
            raise Stopped("deadline")
        if not stopped and run.interrupted:
            raise Stopped("interrupted")
        yield item
