"""Whether the claims in a net's metadata are true: its shape is looked at, its pieces are counted by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from relupoly.constructions.hard_net import AT_LEAST, EQUAL, shape_of
from relupoly.constructions.rebuilding import NOTHING_SAID, Rebuilding, rebuild
from relupoly.constructions.values import whole_number
from relupoly.errors import ConstructionError
from relupoly.files.polyhedra.json_domain import domain_of
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.notions import ACTIVATION, OPEN
from relupoly.run import UNLIMITED, Run

_NOTIONS = {"pieces": OPEN, "activation": ACTIVATION}
_SHAPE = ("depth", "hidden_layers", "width", "size")
_RANGES = ("", "at_least", "almost_surely", "paper")
_SAID = ("theorem", "paper_domain", "paper_relation")


@dataclass(frozen=True)
class Check:
    """A claim, and what was found.

    Attributes
    ----------
    claim : str
        Its key in the metadata.
    claimed : int
    relation : str
        EQUAL or AT_LEAST: how what is found must compare with what is claimed.
    found : int or None
        None where the count was stopped.
    notion : str or None
        What is counted; None for the shape.
    domain : Domain
    """

    claim: str
    claimed: int
    relation: str = EQUAL
    found: int | None = None
    notion: str | None = None
    domain: Domain = field(default_factory=Domain)

    @property
    def agrees(self) -> bool | None:
        """Whether the claim is true; None where that is not known."""
        if self.found is None:
            return None
        return self.found >= self.claimed if self.relation == AT_LEAST else self.found == self.claimed


@dataclass(frozen=True)
class Verification:
    """All claims about a net, checked.

    Attributes
    ----------
    checks : tuple of Check
    stopped : str or None
        "deadline" or "interrupted" where not all were.
    seconds : float
    unknown : tuple of str
        Claims that nothing is known about, and that were not checked.
    parameters : Rebuilding
        Whether the family and the parameters of the metadata make the net.
    """

    checks: tuple[Check, ...]
    stopped: str | None
    seconds: float
    unknown: tuple[str, ...] = ()
    parameters: Rebuilding = NOTHING_SAID

    @property
    def complete(self) -> bool:
        """Whether every claim was checked."""
        return self.stopped is None

    @property
    def agrees(self) -> bool | None:
        """Whether every claim is true; False as soon as one is not, None where that is not known."""
        verdicts = [check.agrees for check in self.checks]
        if self.parameters.agrees is False:
            return False
        return False if False in verdicts else None if None in verdicts else True


def verify(
    network: Network,
    *,
    jobs: int | None = None,
    run: Run = UNLIMITED,
) -> Verification:
    """Count the pieces of a net with the engine, and compare them with the claims in its metadata.

    The net is also built anew from its family and parameters.

    Parameters
    ----------
    network : Network
        With metadata as `hard` writes them.
    jobs, run
        As in `count_pieces`.

    Raises
    ------
    ConstructionError
        If the metadata have no claims, or claims that are no numbers.

    Examples
    --------
    >>> from relupoly.constructions.hard import hard
    >>> verify(hard("telgarsky", iterations=3).network).agrees
    True
    """
    begun = run.elapsed
    shape = shape_of(network)
    checks = list(claimed_checks(network.metadata))
    stopped: str | None = None
    for domain in _domains(checks):
        counts: Mapping[str, int] = {}
        if stopped is None:
            notions = {check.notion for check in checks if check.notion and check.domain == domain}
            result = count_pieces(
                network,
                domain,
                OPEN if OPEN in notions else ACTIVATION,
                jobs=jobs,
                run=run,
            )
            stopped = result.stopped
            counts = result.counts if result.complete else {}
        checks = [_found(check, counts) if check.domain == domain else check for check in checks]
    checks = [check if check.notion else replace(check, found=shape[check.claim]) for check in checks]
    parameters = rebuild(network) if stopped is None else NOTHING_SAID
    return Verification(tuple(checks), stopped, run.elapsed - begun, unknown_claims(network.metadata), parameters)


def claimed_checks(metadata: Mapping[str, Any]) -> list[Check]:
    """The claims of a net's metadata, to be checked.

    Raises
    ------
    ConstructionError
        If there are none, or they are no numbers.

    Examples
    --------
    >>> claimed_checks({"claims": {"pieces": 5, "size": 4, "theorem": "..."}})[0].claimed
    5
    """
    claims = metadata.get("claims")
    if not isinstance(claims, Mapping):
        raise ConstructionError('its metadata have no "claims"; give a net that relupoly hard has written')
    checks = []
    paper = _paper_domain(claims)
    for key, value in claims.items():
        base, _, rest = key.partition("_")
        if _is_number(key):
            if value is None:
                continue
            relation = claims.get("paper_relation", EQUAL) if rest == "paper" else AT_LEAST if rest == "at_least" else EQUAL
            notion = None if key in _SHAPE else _NOTIONS[base]
            checks.append(Check(key, _claimed(key, value), relation, None, notion, paper if rest == "paper" else Domain()))
    return checks


def unknown_claims(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The claims of a net's metadata that cannot be checked, since nothing is known about them.

    Examples
    --------
    >>> unknown_claims({"claims": {"peices": 5, "size": 4, "theorem": "..."}})
    ('peices',)
    """
    claims = metadata.get("claims")
    return tuple(key for key in claims if not _is_number(key) and key not in _SAID) if isinstance(claims, Mapping) else ()


def _is_number(key: str) -> bool:
    """Whether a claim is a number that can be found."""
    base, _, rest = key.partition("_")
    return key in _SHAPE or (base in _NOTIONS and rest in _RANGES)


def _paper_domain(claims: Mapping[str, Any]) -> Domain:
    if claims.get("paper_relation", EQUAL) not in (EQUAL, AT_LEAST):
        raise ConstructionError(f'the claim "paper_relation" is neither "{EQUAL}" nor "{AT_LEAST}"; correct it')
    return domain_of(claims["paper_domain"]) if "paper_domain" in claims else Domain()


def _claimed(key: str, value: Any) -> int:
    number = whole_number(value)
    if number is None:
        raise ConstructionError(f'the claim "{key}" is {value!s:.40}, which is not an integer; correct it')
    return number


def _domains(checks: Sequence[Check]) -> list[Domain]:
    """The domains on which something is to be counted, each once."""
    domains: list[Domain] = []
    for check in checks:
        if check.notion and check.domain not in domains:
            domains.append(check.domain)
    return domains


def _found(check: Check, counts: Mapping[str, int]) -> Check:
    return replace(check, found=counts.get(check.notion)) if check.notion else check
