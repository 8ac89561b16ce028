"""Certificates of analyses: a file that proves extrema, Lipschitz constants and verdicts, for a program that shares no code.

JSON, one object on each line; exact numbers are texts "p/q", and everything is counted from 0:

* the header {"format": "relupoly-analysis-certificate", "version": 1, "inputs", "outputs", "claims"};
* for each claim {"claim": {"kind", ...}}, with its domain and its witness, and after it a tree for each part of the domain, or
  for each alternative of a property, in preorder; `relupoly.analysis.check.replay` tells what its nodes are;
* the end {"end": {"cuts", "leaves", "sha256"}}, with the digest of all lines before it.

The claim that <w, f> is at most B is proved by showing that no point satisfies <w, f> > B: it has the form of a property.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from flint import fmpq

from relupoly.analysis.largest import Extremum
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.proof.exact_part import Forms
from relupoly.analysis.proof.prover import prove
from relupoly.analysis.proof.task import Asserted, ProofTask, Steepness, ends_and_rows
from relupoly.analysis.verification.verdict import Verdict
from relupoly.errors import InputError
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.networks.property import LinearConstraint, Property
from relupoly.run import UNLIMITED, Run

FORMAT = "relupoly-analysis-certificate"
VERSION = 1


@dataclass(frozen=True)
class ProvedClaim:
    """A claim, as the certificate states it, and what is to be proved of it."""

    document: dict[str, Any]
    tasks: tuple[ProofTask, ...]


def extremum_claim(
    network: Network, domain: Domain | DomainUnion, weights: Sequence[fmpq], found: Extremum, is_maximum: bool
) -> ProvedClaim:
    """That a combination of outputs has this largest, or least, value.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion
    weights : sequence of fmpq
        Of the outputs.
    found : Extremum
    is_maximum : bool

    Raises
    ------
    InputError
        If nothing is known that could be proved.
    """
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    document: dict[str, Any] = {
        "kind": "max" if is_maximum else "min",
        "objective": _texts(weights),
        "domain": _domain_document(domain, network.input_dim),
        "part": next(number for number, part in enumerate(parts) if _holds(part, found.point)),
        "point": _texts(found.point),
        "value": None,
        "bound": None,
        "ray": None,
    }
    if found.value is None:
        assert found.ray is not None, "what has no largest value grows along a ray"
        return ProvedClaim({**document, "ray": _texts(found.ray)}, ())
    bound = found.value if found.bound is None else found.bound
    sign = 1 if is_maximum else -1
    beyond = Asserted(tuple(sign * weight for weight in weights), -sign * bound, True)
    tasks = tuple(ProofTask.on(network, part, (beyond,)) for part in parts)
    return ProvedClaim({**document, "value": str(found.value), "bound": str(bound)}, tasks)


def lipschitz_claim(network: Network, domain: Domain, found: Lipschitz, *, run: Run = UNLIMITED) -> ProvedClaim:
    """That a net has this Lipschitz constant on a convex domain.

    Raises
    ------
    InputError
        If it is in a norm that certificates do not speak of.
    """
    if found.norm not in (1, 2, inf) or (domain.subspace and found.norm != 2):
        where = " in a subspace" if domain.subspace else ""
        raise InputError(f"there are certificates{where} for the norm{' 2' if where else 's 1, 2 and inf'} only; choose --norm")
    squared = found.norm == 2
    norm = "2" if squared else "inf" if found.norm == inf else "1"
    ends = (found.lower, found.upper)
    least, most = (found.squared if found.squared is not None else end**2 if squared else end for end in ends)
    inner = restrict(network, domain.subspace) if domain.subspace else network
    document = {
        "kind": "lipschitz",
        "norm": norm,
        "domain": _domain_document(domain, network.input_dim),
        "point": _texts(_point_of_cell(inner, domain, found.pattern, run)),
        "least": str(least),
        "most": str(most),
    }
    return ProvedClaim(document, (ProofTask.on(network, domain, (), Steepness(norm, most, domain.subspace is None)),))


def property_claim(network: Network, property: Property, verdict: Verdict) -> ProvedClaim:
    """That an input satisfies a property, or none does.

    Raises
    ------
    InputError
        If that is not known.
    """
    if verdict.satisfiable is None:
        raise InputError("the property is not decided, so that there is nothing to prove")
    document: dict[str, Any] = {
        "kind": "property",
        "alternatives": [[constraint_document(one) for one in some] for some in property.alternatives],
        "point": None if verdict.point is None else _texts(verdict.point),
        "alternative": None if verdict.alternative is None else verdict.alternative - 1,
    }
    if verdict.satisfiable:
        return ProvedClaim(document, ())
    return ProvedClaim(document, tuple(ProofTask.refuting(network, one) for one in property.alternatives))


def constraint_document(one: LinearConstraint) -> dict[str, Any]:
    """A constraint of a property, as certificates state it."""
    slopes = ([[place, str(slope)] for place, slope in some] for some in (one.inputs, one.outputs))
    inputs, outputs = slopes
    return {"inputs": inputs, "outputs": outputs, "bound": str(one.bound), "strict": one.strict}


def analysis_certificate(network: Network, claims: Sequence[ProvedClaim], *, run: Run = UNLIMITED) -> Iterator[str]:
    """The lines of a certificate.

    Parameters
    ----------
    network : Network
    claims : sequence of ProvedClaim
        Which must be true.
    run : Run
        Its progress is the number of nodes of all trees.

    Raises
    ------
    Stopped
        If the run is stopped; then there is no certificate.
    """
    digest = hashlib.sha256()
    cuts = leaves = 0

    def line(document: dict[str, Any]) -> str:
        text = json.dumps(document, separators=(",", ":"))
        digest.update(text.encode() + b"\n")
        return text

    header = {"inputs": network.input_dim, "outputs": network.output_dim, "claims": len(claims)}
    yield line({"format": FORMAT, "version": VERSION, **header})
    for claim in claims:
        yield line({"claim": claim.document})
        for task in claim.tasks:
            before = cuts + leaves
            tree = prove(task, run.reporting(lambda nodes, before=before: run.progress(before + nodes)))  # type: ignore[misc]
            for document in tree.lines():
                leaves, cuts = leaves + ("leaf" in document), cuts + ("leaf" not in document)
                yield line(document)
    yield line({"end": {"cuts": cuts, "leaves": leaves, "sha256": digest.hexdigest()}})


def _domain_document(domain: Domain | DomainUnion, inputs: int) -> list[dict[str, Any]]:
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    return [_part_document(part, inputs) for part in parts]


def _part_document(domain: Domain, inputs: int) -> dict[str, Any]:
    subspace = domain.subspace
    low, high, rows = ends_and_rows(domain, subspace.dimension if subspace else inputs)
    return {
        "low": [None if end is None else str(end) for end in low],
        "high": [None if end is None else str(end) for end in high],
        "rows": [_texts(row) for row, _ in rows],
        "bounds": [str(bound) for _, bound in rows],
        "origin": _texts(subspace.origin.entries()) if subspace else None,
        "basis": [_texts(row) for row in subspace.basis.tolist()] if subspace else None,
    }


def _holds(domain: Domain, point: Sequence[fmpq]) -> bool:
    return domain.polyhedron is None or all(slack >= 0 for slack in domain.polyhedron.slacks(point))


def _point_of_cell(network: Network, domain: Domain, pattern: Sequence[str], run: Run) -> tuple[fmpq, ...]:
    """A point inside a cell: where its neurons have their signs, and the inequalities of the domain hold strictly."""
    forms, strict = Forms(network), []
    passing: list[list[bool]] = []
    for number, layer in enumerate(network.hidden):
        entering = forms.of(passing)
        signs = iter(pattern[number])
        known = [next(signs) if relu else None for relu in layer.has_relu]
        for sign, form in zip(known, entering, strict=True):
            if sign in ("+", "-"):
                strict.append([to_fraction(entry if sign == "+" else -entry) for entry in form])
        passing.append([sign in ("+", None) for sign in known])
    low, high, rows = ends_and_rows(domain, network.input_dim)
    for place, (a, b) in enumerate(zip(low, high, strict=True)):
        unit = [to_fraction(fmpq(int(k == place))) for k in range(network.input_dim)]
        strict += [[to_fraction(-a), *unit]] if a is not None else []
        strict += [[to_fraction(b), *(-entry for entry in unit)]] if b is not None else []
    strict += [[to_fraction(bound), *(to_fraction(-entry) for entry in row)] for row, bound in rows]
    found = find_point(network.input_dim, strict, run=run)
    assert found is not None, "a cell has an interior"
    return tuple(map(from_fraction, found))


def _texts(entries: Sequence[fmpq]) -> list[str]:
    return [str(entry) for entry in entries]
