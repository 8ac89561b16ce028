"""The claims of a certificate: what each says, whether its witness is right, and what its trees have to prove.

A claim is an extremum, a Lipschitz constant, or the verdict of a property. Its witness shows one half of it at once: the point
where the value is attained, the ray along which there is no bound, the cell that is so steep, the input that satisfies the
property. The other half, that there is nothing beyond, is a task for each part of the domain, and for each alternative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from relupoly.analysis.check.bounds import Box
from relupoly.analysis.check.gradients import Norm, is_positive, jacobian_at
from relupoly.analysis.check.layers import Layers
from relupoly.analysis.check.reading import entries_of, fields_of, item_of, rational_or_none, rows_of
from relupoly.analysis.check.sums import Constraint
from relupoly.certificates.numbers import rational, shown
from relupoly.errors import CheckFailed


@dataclass(frozen=True)
class Steepness:
    """That the norm of the Jacobian is at most a bound wherever the net is affine."""

    norm: Norm
    most: Fraction


@dataclass(frozen=True)
class Task:
    """What a tree has to prove of a convex set: that no point satisfies what is asserted; or how steep the net is at most.

    Attributes
    ----------
    net : Layers
        On the coordinates of the set.
    box : Box
    rows : tuple of Constraint
        Further inequalities of the set.
    asserted : tuple of Constraint
    steepness : Steepness or None
    """

    net: Layers
    box: Box
    rows: tuple[Constraint, ...]
    asserted: tuple[Constraint, ...] = ()
    steepness: Steepness | None = None


@dataclass(frozen=True)
class Claim:
    """What is claimed.

    Attributes
    ----------
    kind : str
        "max", "min", "lipschitz" or "property".
    statement : dict
        What is proved once its tasks are done: texts, for reports.
    tasks : tuple of Task
    alternatives : tuple of tuple of Constraint
        Of a property.
    """

    kind: str
    statement: dict[str, Any]
    tasks: tuple[Task, ...]
    alternatives: tuple[tuple[Constraint, ...], ...] = ()


@dataclass(frozen=True)
class _Set:
    """A convex set: inequalities on inputs, or on the parameters of a subspace."""

    net: Layers
    box: Box
    rows: tuple[Constraint, ...]
    gram: list[list[Fraction]] | None

    def holds(self, point: Sequence[Fraction], strictly: bool = False) -> bool:
        """Whether a point lies in it; strictly: in its interior."""
        slacks = [one.bound - sum((s * point[k] for k, s in one.inputs.items()), Fraction(0)) for one in self.rows]
        slacks += [value - low for value, low in zip(point, self.box.low, strict=True) if low is not None]
        slacks += [high - value for value, high in zip(point, self.box.high, strict=True) if high is not None]
        return all(slack > 0 or (not slack and not strictly) for slack in slacks)

    def recedes_along(self, ray: Sequence[Fraction]) -> bool:
        """Whether one may go along a ray without end."""
        return (
            all(sum((slope * ray[place] for place, slope in one.inputs.items()), Fraction(0)) <= 0 for one in self.rows)
            and all(low is None or entry >= 0 for entry, low in zip(ray, self.box.low, strict=True))
            and all(high is None or entry <= 0 for entry, high in zip(ray, self.box.high, strict=True))
        )


def read_claim(document: Any, net: Layers) -> Claim:
    """A claim, if its witness is right.

    Raises
    ------
    CheckFailed
        If it is of no known form, or its witness is wrong.
    """
    body = item_of(document, "claim", "a claim")
    kind = body.get("kind") if isinstance(body, dict) else None
    if kind in ("max", "min"):
        return _extremum(body, net)
    if kind == "lipschitz":
        return _lipschitz(body, net)
    if kind == "property":
        return _property(body, net)
    raise CheckFailed('the "kind" of a claim is "max", "min", "lipschitz" or "property"')


def _extremum(body: dict[str, Any], net: Layers) -> Claim:
    fields_of(body, {"kind", "objective", "domain", "part", "point", "value", "bound", "ray"}, "this claim")
    weights = entries_of(body["objective"], net.outputs, "the objective")
    parts = _domain(body["domain"], net)
    where = _part(body["part"], parts)
    point = entries_of(body["point"], where.net.inputs, "the point")
    if not where.holds(point):
        raise CheckFailed("the point does not lie in the domain")
    sign = 1 if body["kind"] == "max" else -1
    statement = {"kind": body["kind"], "objective": body["objective"], "domain": body["domain"], "point": body["point"]}
    signed = [sign * weight for weight in weights]
    if body["ray"] is not None:
        _check_ray(where, point, entries_of(body["ray"], where.net.inputs, "the ray"), signed)
        return Claim(body["kind"], {**statement, "value": None, "bound": None, "ray": body["ray"]}, ())
    value, bound = rational(body["value"]), rational(body["bound"])
    attained = sum((weight * output for weight, output in zip(weights, where.net.at(point)[0], strict=True)), Fraction(0))
    if attained != value:
        raise CheckFailed(f"at the point the value is {shown(attained)}, not {shown(value)} as claimed")
    beyond = Constraint({}, {k: -weight for k, weight in enumerate(signed) if weight}, -sign * bound, True)
    tasks = tuple(Task(one.net, one.box, one.rows, (beyond,)) for one in parts)
    return Claim(body["kind"], {**statement, "value": body["value"], "bound": body["bound"], "ray": None}, tasks)


def _check_ray(where: _Set, point: Sequence[Fraction], ray: Sequence[Fraction], weights: Sequence[Fraction]) -> None:
    """Raise unless the net grows without bound from the point along the ray, on which no neuron changes sign."""
    if not where.recedes_along(ray):
        raise CheckFailed("the ray leaves the domain")
    state, slopes = list(point), list(ray)
    for layer in where.net.layers:
        entered = [
            (sum((w * x for w, x in zip(row, state, strict=True)), Fraction(bias)) / layer.scale)
            for row, bias in zip(layer.weight, layer.bias, strict=True)
        ]
        along = [sum((w * x for w, x in zip(row, slopes, strict=True)), Fraction(0)) / layer.scale for row in layer.weight]
        for value, slope, relu in zip(entered, along, layer.relu, strict=True):
            if relu and value * slope < 0:
                raise CheckFailed("a neuron changes sign along the ray")
        passes = [not relu or v > 0 or s > 0 for v, s, relu in zip(entered, along, layer.relu, strict=True)]
        state = [value if ok else Fraction(0) for value, ok in zip(entered, passes, strict=True)]
        slopes = [slope if ok else Fraction(0) for slope, ok in zip(along, passes, strict=True)]
    if sum((weight * slope for weight, slope in zip(weights, slopes, strict=True)), Fraction(0)) <= 0:
        raise CheckFailed("the net does not grow along the ray")


def _lipschitz(body: dict[str, Any], net: Layers) -> Claim:
    fields_of(body, {"kind", "norm", "domain", "point", "least", "most"}, "this claim")
    if body["norm"] not in ("1", "2", "inf"):
        raise CheckFailed('the "norm" is "1", "2" or "inf"')
    parts = _domain(body["domain"], net)
    if len(parts) != 1:
        raise CheckFailed("a Lipschitz constant is that of one convex set")
    where = parts[0]
    if where.gram and body["norm"] != "2":
        raise CheckFailed("in a subspace the norm is 2")
    norm = Norm(body["norm"], where.gram)
    point = entries_of(body["point"], where.net.inputs, "the point")
    if not where.holds(point, strictly=True):
        raise CheckFailed("the point does not lie in the interior of the domain")
    jacobian = jacobian_at(where.net, point)
    if jacobian is None:
        raise CheckFailed("a neuron is 0 at the point that does not vanish all around")
    least, most = rational(body["least"]), rational(body["most"])
    if not norm.is_at_least(jacobian, least):
        raise CheckFailed(f"at the point the net is not as steep as claimed, {shown(least)}")
    statement = {
        "kind": "lipschitz",
        "norm": body["norm"],
        "domain": body["domain"],
        "least": body["least"],
        "most": body["most"],
    }
    return Claim("lipschitz", statement, (Task(where.net, where.box, where.rows, (), Steepness(norm, most)),))


def _property(body: dict[str, Any], net: Layers) -> Claim:
    fields_of(body, {"kind", "alternatives", "point", "alternative"}, "this claim")
    if not isinstance(body["alternatives"], list):
        raise CheckFailed('"alternatives" is no list')
    alternatives = tuple(tuple(_constraint(one, net) for one in _list(some)) for some in body["alternatives"])
    statement = {"kind": "property", "answer": "unsat", "alternatives": body["alternatives"], "point": body["point"]}
    if body["point"] is None:
        tasks = tuple(_alternative(one, net) for one in alternatives)
        return Claim("property", statement, tasks, alternatives)
    point = entries_of(body["point"], net.inputs, "the point")
    number = body["alternative"]
    if type(number) is not int or not 0 <= number < len(alternatives):
        raise CheckFailed(f"there is no such alternative: there are {len(alternatives)}, counted from 0")
    outputs = net.at(point)[0]
    for place, one in enumerate(alternatives[number], 1):
        if not one.holds(point, outputs):
            raise CheckFailed(f"the point does not satisfy constraint {place} of the alternative")
    return Claim("property", {**statement, "answer": "sat"}, (), alternatives)


def _alternative(constraints: Sequence[Constraint], net: Layers) -> Task:
    """What is to be refuted: constraints between inputs make the set, those of one input the box."""
    low: list[Fraction | None] = [None] * net.inputs
    high: list[Fraction | None] = [None] * net.inputs
    rows = []
    for one in constraints:
        if one.outputs:
            continue
        slopes = [(place, slope) for place, slope in one.inputs.items() if slope]
        if len(slopes) != 1:
            rows.append(Constraint(one.inputs, {}, one.bound))
            continue
        [(place, slope)] = slopes
        end, old = one.bound / slope, high[place] if slope > 0 else low[place]
        if slope > 0:
            high[place] = end if old is None else min(old, end)
        else:
            low[place] = end if old is None else max(old, end)
    asserted = tuple(one for one in constraints if one.outputs or one.strict)
    return Task(net, Box(tuple(low), tuple(high)), tuple(rows), asserted)


def _constraint(document: Any, net: Layers) -> Constraint:
    fields_of(document, {"inputs", "outputs", "bound", "strict"}, "a constraint")
    if type(document["strict"]) is not bool:
        raise CheckFailed('"strict" is neither true nor false')
    inputs = _slopes(document["inputs"], net.inputs, "input")
    return Constraint(
        inputs, _slopes(document["outputs"], net.outputs, "output"), rational(document["bound"]), document["strict"]
    )


def _slopes(document: Any, count: int, what: str) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for pair in _list(document):
        if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) is not int or not 0 <= pair[0] < count:
            raise CheckFailed(f"a slope is not [{what}, number], with one of {count} {what}s, counted from 0")
        if pair[0] in found:
            raise CheckFailed(f"{what} {pair[0]} stands twice in a constraint")
        found[pair[0]] = rational(pair[1])
    return found


def _list(document: Any) -> list[Any]:
    if not isinstance(document, list):
        raise CheckFailed("there is no list where one should be")
    return document


def _domain(document: Any, net: Layers) -> list[_Set]:
    """The convex sets that a domain is the union of."""
    if not _list(document):
        raise CheckFailed("a domain has at least one part")
    return [_set(one, net) for one in document]


def _set(document: Any, net: Layers) -> _Set:
    fields_of(document, {"low", "high", "rows", "bounds", "origin", "basis"}, "a part of a domain")
    gram = None
    if document["origin"] is not None:
        origin = entries_of(document["origin"], net.inputs, "the origin")
        basis = rows_of(document["basis"], net.inputs, None, "the basis")
        net = net.restricted(origin, basis)
        gram = [[sum((row[i] * row[j] for row in basis), Fraction(0)) for j in range(net.inputs)] for i in range(net.inputs)]
        if not is_positive(gram):
            raise CheckFailed("the columns of the basis are not independent")
    elif document["basis"] is not None:
        raise CheckFailed("there is a basis without an origin")
    rows = rows_of(document["rows"], None, net.inputs, "the rows")
    bounds = entries_of(document["bounds"], len(rows), "the bounds")
    constraints = tuple(
        Constraint({k: entry for k, entry in enumerate(row) if entry}, {}, bound)
        for row, bound in zip(rows, bounds, strict=True)
    )
    ends = [rational_or_none(document[side], net.inputs) for side in ("low", "high")]
    return _Set(net, Box(*ends), constraints, gram)


def _part(document: Any, parts: Sequence[_Set]) -> _Set:
    if type(document) is not int or not 0 <= document < len(parts):
        raise CheckFailed(f"there is no part {document!r} of the domain: there are {len(parts)}, counted from 0")
    return parts[document]
