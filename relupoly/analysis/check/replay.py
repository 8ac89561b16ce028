"""`check_analysis`: goes through the trees of a certificate again, line by line.

A tree starts with a convex set, and each node divides a part of it, or proves something of it:

* {"cut": [coordinate, "value"]}: the part up to the value and the part from there on, one after the other;
* {"neuron": [layer, neuron]}: the part where what enters a neuron is at least 0, and the part where it is at most 0;
* {"sign": [layer, neuron, sign], "sum": SUM}: proves that what enters a neuron has this sign on all of the part, and goes on;
* {"leaf": SUM}: proves that no point of the part satisfies what is asserted, or that there is none;
* {"leaf": "gradient"}: proves that the net is no steeper on the part than claimed.

A SUM is {"asserted": [[i, "m"], ...], "rows": [[i, "m"], ...], "neurons": [[layer, neuron, "m"], ...]}: constraints with
multipliers that are not negative: of those asserted, of the rows of the set, and of the neurons whose signs are given on the
way to the part. Everything is counted from 0. At nodes that are no cuts, bounds of the neurons are computed (`bounds.py`), and
kept for what is below; such a node may have "narrow": [[layer, neuron], ...] beside, neurons that are to be bounded by
constants, there and below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from relupoly.analysis.check.bounds import Bounds, Box
from relupoly.analysis.check.claims import Claim, Task, read_claim
from relupoly.analysis.check.gradients import largest_entries
from relupoly.analysis.check.layers import LayerRows, Layers
from relupoly.analysis.check.reading import fields_of
from relupoly.analysis.check.sums import most_of_sum
from relupoly.certificates.numbers import rational, shown
from relupoly.certificates.source import Source
from relupoly.errors import CheckFailed, FileFormatError
from relupoly.run import UNLIMITED, Run

FORMAT = "relupoly-analysis-certificate"
VERSION = 1

Neuron = tuple[int, int]


@dataclass(frozen=True)
class AnalysisVerdict:
    """What a certificate proves.

    Attributes
    ----------
    claims : tuple of Claim
    cuts, leaves : int
        The size of the proof: nodes that divide a part or give a sign, and those that end it.
    """

    claims: tuple[Claim, ...]
    cuts: int
    leaves: int


def _anything(claims: Sequence[Claim]) -> None:
    """Whatever is claimed is welcome."""


def check_analysis(
    lines: Iterable[str],
    inputs: int,
    layers: Sequence[LayerRows],
    *,
    expected: Callable[[Sequence[Claim]], None] = _anything,
    run: Run = UNLIMITED,
) -> AnalysisVerdict:
    """Check every statement of a certificate about a net.

    Parameters
    ----------
    lines : iterable of str
        The certificate.
    inputs : int
    layers : sequence
        The rows, the biases, and which neurons have a ReLU, of each layer of the net.
    expected : callable, optional
        Told what is claimed, as soon as all of it is read: before the proof of the last claim, which may be long. It may raise.
    run : Run
        Its progress is the number of leaves checked so far.

    Raises
    ------
    FileFormatError
        If it is not a certificate.
    CheckFailed
        If anything is wrong; the message names the line.
    """
    net = Layers.of(inputs, layers)
    source = Source(lines)
    with source:
        count = _read_header(source.next(), net)
    claims: list[Claim] = []
    cuts = leaves = 0
    for _ in range(count):
        with source:
            claim = read_claim(source.next(), net)
        claims.append(claim)
        if len(claims) == count:
            expected(claims)
        for task in claim.tasks:
            tree = _Tree(task, run)
            while tree.pending:
                run.tick()
                with source:
                    tree.take(source.next())
                run.progress(leaves + tree.leaves)
            cuts, leaves = cuts + tree.cuts, leaves + tree.leaves
    with source:
        source.check_end({"cuts": cuts, "leaves": leaves})
    return AnalysisVerdict(tuple(claims), cuts, leaves)


def is_analysis(document: Any) -> bool:
    """Whether a first line is that of such a certificate."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def _read_header(document: Any, net: Layers) -> int:
    """The number of claims.

    Raises
    ------
    FileFormatError
        If it is no header of this version.
    CheckFailed
        If it is about nets of another form.
    """
    if not is_analysis(document):
        raise FileFormatError(f'it is not a certificate of an analysis: the first line has no "format": "{FORMAT}"')
    if document.get("version") != VERSION:
        raise FileFormatError(f"it is a certificate of another version; this program reads version {VERSION}")
    fields_of(document, {"format", "version", "inputs", "outputs", "claims"}, "the header")
    for name, value in (("inputs", net.inputs), ("outputs", net.outputs)):
        if document[name] != value:
            raise CheckFailed(f"it is about a network with other {name}: {document[name]!r}, where this one has {value}")
    if type(document["claims"]) is not int or document["claims"] < 1:
        raise CheckFailed('"claims" is not a number of claims')
    count: int = document["claims"]
    return count


@dataclass(frozen=True)
class _Part:
    """A part of the set: in a box, and where neurons have signs; bounds are those of a part that holds it."""

    box: Box
    signs: dict[Neuron, int]
    narrow: frozenset[Neuron] = frozenset()
    bounds: Bounds | None = None


class _Tree:
    """The parts that are still to come, the next one last."""

    def __init__(self, task: Task, run: Run) -> None:
        self._task, self._run = task, run
        self.cuts = self.leaves = 0
        self.pending = [_Part(task.box, {})]

    def take(self, document: Any) -> None:
        """Check the next line of the tree."""
        part = self.pending.pop()
        if isinstance(document, dict) and "narrow" in document and "cut" not in document:
            document = dict(document)
            part = replace(part, narrow=part.narrow | self._neurons(document.pop("narrow")))
        kinds = {"cut": self._cut, "neuron": self._divide, "leaf": self._end}
        if isinstance(document, dict) and len(document) == 1 and (kind := next(iter(document))) in kinds:
            kinds[kind](part, document[kind])
        elif isinstance(document, dict) and set(document) == {"sign", "sum"}:
            self._give_sign(part, document["sign"], document["sum"])
        else:
            raise CheckFailed('neither "cut", "neuron", "sign" nor "leaf", though the tree is not complete')

    def _cut(self, part: _Part, body: Any) -> None:
        self.cuts += 1
        inputs = self._task.net.inputs
        if not isinstance(body, list) or len(body) != 2 or type(body[0]) is not int or not 0 <= body[0] < inputs:
            raise CheckFailed(f"a cut is not [coordinate, value], with one of {inputs} coordinates, counted from 0")
        children = part.box.cut(body[0], rational(body[1]))
        self.pending += [replace(part, box=box) for box in reversed(children)]

    def _divide(self, part: _Part, body: Any) -> None:
        self.cuts += 1
        neuron = self._neuron(body)
        bounds = self._bounds(part)
        self.pending += [replace(part, signs={**part.signs, neuron: sign}, bounds=bounds) for sign in (-1, 1)]

    def _give_sign(self, part: _Part, body: Any, weights: Any) -> None:
        self.cuts += 1
        if not isinstance(body, list) or len(body) != 3 or body[2] not in (1, -1) or type(body[2]) is not int:
            raise CheckFailed("a sign is not [layer, neuron, 1] or [layer, neuron, -1]")
        neuron, sign = self._neuron(body[:2]), body[2]
        bounds = self._bounds(part)
        constraints, neurons = self._sum(part, weights)
        neurons[neuron] = neurons.get(neuron, Fraction(0)) - sign
        if not part.box.empty:
            most = most_of_sum(self._task.net, part.box, bounds, constraints, neurons)
            if most is None or most > 0:
                raise CheckFailed("the multipliers do not prove the sign of the neuron" + _found(most))
        self.pending.append(replace(part, signs={**part.signs, neuron: sign}, bounds=bounds))

    def _end(self, part: _Part, body: Any) -> None:
        self.leaves += 1
        if part.box.empty:
            return
        if body == "gradient":
            self._check_gradient(self._bounds(part))
        else:
            constraints, neurons = self._sum(part, body)
            most = most_of_sum(self._task.net, part.box, self._bounds(part), constraints, neurons)
            strictly = any(one.strict and factor for factor, one in constraints)
            if most is None or most > 0 or (not most and not strictly):
                raise CheckFailed("the multipliers do not prove that the part is empty" + _found(most))

    def _check_gradient(self, bounds: Bounds) -> None:
        claim = self._task.steepness
        if claim is None:
            raise CheckFailed('a leaf "gradient" proves nothing here')
        jacobian, known = largest_entries(self._task.net, bounds.lines)
        if not known and not claim.norm.takes_bounds:
            raise CheckFailed("the signs of neurons that the gradient depends on are not known")
        if not claim.norm.is_at_most(jacobian, claim.most):
            raise CheckFailed(f"the net may be steeper on this part than claimed, {shown(claim.most)}")

    def _neuron(self, body: Any) -> Neuron:
        if not isinstance(body, list) or len(body) != 2 or any(type(entry) is not int for entry in body):
            raise CheckFailed("a neuron is not [layer, neuron]")
        if not self._task.net.has_neuron(*body):
            raise CheckFailed(f"there is no neuron {body} with a ReLU")
        return body[0], body[1]

    def _neurons(self, body: Any) -> frozenset[Neuron]:
        if not isinstance(body, list):
            raise CheckFailed('"narrow" is not a list of neurons')
        return frozenset(map(self._neuron, body))

    def _bounds(self, part: _Part) -> Bounds:
        if part.box.empty and part.bounds:
            return part.bounds
        box = Box((None,) * len(part.box.low), (None,) * len(part.box.low)) if part.box.empty else part.box
        return Bounds(self._task.net, box, part.signs, part.narrow, part.bounds, self._run)

    def _sum(self, part: _Part, body: Any) -> tuple[list[tuple[Fraction, Any]], dict[Neuron, Fraction]]:
        """The constraints with their multipliers, and the coefficients of neurons."""
        fields_of(body, {"asserted", "rows", "neurons"}, "a sum")
        constraints = self._weighted(body["asserted"], self._task.asserted, "asserted")
        constraints += self._weighted(body["rows"], self._task.rows, "row")
        neurons: dict[Neuron, Fraction] = {}
        for entry in body["neurons"] if isinstance(body["neurons"], list) else [None]:
            if not isinstance(entry, list) or len(entry) != 3:
                raise CheckFailed("a multiplier of a neuron is not [layer, neuron, number]")
            neuron = self._neuron(entry[:2])
            if neuron not in part.signs:
                raise CheckFailed(f"neuron {entry[:2]} has no sign on this part")
            neurons[neuron] = neurons.get(neuron, Fraction(0)) + part.signs[neuron] * _multiplier(entry[2])
        return constraints, neurons

    def _weighted(self, body: Any, known: Sequence[Any], what: str) -> list[tuple[Fraction, Any]]:
        found = []
        for entry in body if isinstance(body, list) else [None]:
            if not isinstance(entry, list) or len(entry) != 2 or type(entry[0]) is not int:
                raise CheckFailed(f"a multiplier is not [{what}, number]")
            if not 0 <= entry[0] < len(known):
                raise CheckFailed(f"there is no {what} constraint {entry[0]}: there are {len(known)}, counted from 0")
            found.append((_multiplier(entry[1]), known[entry[0]]))
        return found


def _multiplier(value: Any) -> Fraction:
    found = rational(value)
    if found < 0:
        raise CheckFailed(f"the multiplier {shown(found)} is negative")
    return found


def _found(most: Fraction | None) -> str:
    return ": nothing bounds their sum" if most is None else f": their sum may be {shown(most)}"
