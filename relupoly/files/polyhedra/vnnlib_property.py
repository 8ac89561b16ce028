"""The whole property of a VNN-LIB file, versions 1 and 2.0: what it asserts of inputs and outputs, in alternatives.

A comparison may have inputs and outputs in it, in any linear terms. "and" and "or" are multiplied out, so that each alternative
is a set of linear constraints. Strict inequalities stay strict.
"""

from __future__ import annotations

from relupoly.files.polyhedra.input_set import Inequality
from relupoly.files.polyhedra.sexpr import Expression, parse_expressions
from relupoly.files.polyhedra.vnnlib_claims import Alternatives, ClaimReader, inequalities_of
from relupoly.files.polyhedra.vnnlib_variables import Variables
from relupoly.files.streams import decode_text
from relupoly.networks.property import LinearConstraint, Property


def decode(data: bytes, name: str) -> Property:
    """The property of a .vnnlib file.

    Parameters
    ----------
    data : bytes
    name : str
        What to call it in reports.

    Raises
    ------
    FileFormatError
        If the text is not VNN-LIB, or an input or output is not declared; it names the line.

    Examples
    --------
    >>> declared = b"(declare-const X_0 Real) (declare-const Y_0 Real)"
    >>> found = decode(declared + b"(assert (<= 0 X_0 1)) (assert (or (< Y_0 X_0) (>= Y_0 2)))", "a.vnnlib")
    >>> [len(alternative) for alternative in found.alternatives]
    [3, 3]
    >>> found.alternatives[0][-1]
    LinearConstraint(inputs=((0, -1),), outputs=((0, 1),), bound=0, strict=True)
    """
    variables, allowed = _READER.read(parse_expressions(decode_text(data)))
    inputs, outputs = variables.dimension(), variables.output_dimension()
    alternatives = (tuple(_constraint(one) for one in inequalities if one.slopes) for inequalities in _possible(allowed))
    return Property(inputs, outputs, tuple(alternatives), name)


def _about_all(claim: Expression, variables: Variables) -> Alternatives:
    """What a comparison says about inputs and outputs, of which those are numbered -1, -2, ... for once."""

    def index_of(name: str, place: Expression) -> int | None:
        output = variables.output_of(name, place)
        return variables.input_of(name, place) if output is None else ~output

    return [inequalities_of(claim, index_of)]


# Each is decided by itself: so many take long enough, and are more than any benchmark has.
_READER = ClaimReader(_about_all, 10_000, "alternatives")


def _possible(allowed: Alternatives) -> Alternatives:
    """The sets of inequalities without those in which one between numbers alone does not hold."""
    return [
        inequalities
        for inequalities in allowed
        if not any(not one.slopes and (one.bound < 0 or (one.strict and one.bound == 0)) for one in inequalities)
    ]


def _constraint(inequality: Inequality) -> LinearConstraint:
    inputs = tuple(one for one in inequality.slopes if one[0] >= 0)
    outputs = tuple(sorted((~number, slope) for number, slope in inequality.slopes if number < 0))
    return LinearConstraint(inputs, outputs, inequality.bound, inequality.strict)
