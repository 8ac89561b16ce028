"""The input set of a property in VNN-LIB, the format of the neural network verification competition, versions 1 and 2.0.

A property asserts constraints on inputs and outputs. The domain is what it says about the inputs alone: whatever involves an
output is passed over. A property is meant to be a box, often with inputs held fixed by equal bounds (ACAS Xu property 4);
such inputs are substituted, and the domain is the box of the other ones in a subspace. Linear inequalities among inputs make
it a polyhedron, and equations are substituted. Strict inequalities give the closure, which has the same cells: only what is
lower-dimensional (patterns), or meets in the boundary (closed), can differ.

`or` over inputs gives several sets, which may be disjoint, touch or overlap; the property is about their union. A set that lies
in another one, as their bounds show, is left out.
"""

from __future__ import annotations

from relupoly.errors import DomainError
from relupoly.files.polyhedra.input_set import EmptySetError, InputSet
from relupoly.files.polyhedra.sexpr import Expression, parse_expressions
from relupoly.files.polyhedra.vnnlib_claims import Alternatives, ClaimReader, inequalities_of, nothing
from relupoly.files.polyhedra.vnnlib_variables import Variables
from relupoly.files.streams import decode_text
from relupoly.geometry.domain import Domain
from relupoly.run import UNLIMITED, Run


def decode(data: bytes, name: str, run: Run = UNLIMITED) -> tuple[Domain, ...]:
    """The input sets of a .vnnlib file, whose union it is about; mostly there is one.

    Raises
    ------
    FileFormatError
        If the text is not VNN-LIB; it names the line.
    DomainError
        If the set is empty, has no interior in the subspace of its equations, or is a point.

    Examples
    --------
    >>> text = b"(declare-const X_0 Real) (assert (and (>= X_0 -0.1) (<= X_0 1))) (assert (<= Y_0 0))"
    >>> decode(text, "a.vnnlib")[0].name
    'box of a.vnnlib'
    """
    variables, claims = _READER.read(parse_expressions(decode_text(data)))
    dimension = variables.dimension()
    sets, empty = [], None
    for inequalities in claims:
        try:
            sets.append(InputSet.of(inequalities, variables.label))
        except EmptySetError as error:
            empty = error
    if not sets:
        raise DomainError(str(empty))
    kept = _without_contained(sets)
    return tuple(
        one.domain(dimension, name if len(kept) == 1 else f"{name}, part {number} of {len(kept)}", variables.label, run)
        for number, one in enumerate(kept, 1)
    )


def _about_inputs(claim: Expression, variables: Variables) -> Alternatives:
    """What a comparison says about the inputs alone."""
    if any(map(variables.is_output, claim.atoms())):
        for atom in claim.atoms():
            if atom != "not":
                variables.input_of(atom, claim)
        return nothing()
    return [inequalities_of(claim, variables.input_of, " on inputs")]


# They are compared in pairs: so many in seconds.
_READER = ClaimReader(_about_inputs, 1000, "input sets")


def _without_contained(sets: list[InputSet]) -> list[InputSet]:
    """The sets of which none lies in another one as its bounds show; of equal ones, the first."""
    kept: list[InputSet] = []
    for one in sets:
        if not any(other.contains(one) for other in kept):
            kept = [other for other in kept if not one.contains(other)] + [one]
    return kept
