"""Brute force over all 2^N bit vectors, for nets with at most about eight neurons and three inputs; linear neurons have no bit.

Non-emptiness is decided by Fourier-Motzkin elimination over strict and weak inequalities in `fractions.Fraction`: no
linear program, no search, and nothing shared with the library but the weights of the net and the rows of the domain.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import gcd, lcm

from relupoly.exact.sparse import SparseMatrix
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network

# An affine form <a, x> + c is the tuple (a_1, ..., a_d, c); a constraint is a form and whether it is strict: form > 0 or >= 0.
Form = tuple[Fraction, ...]
Constraint = tuple[Form, bool]


def brute_force(network: Network, domain: Domain | None = None) -> dict[str, int]:
    """The number of regions under each notion.

    Examples
    --------
    >>> brute_force(Network.from_rows([([[1], [-1]], None), ([[1, -1]], None)]))
    {'patterns': 3, 'activation': 2, 'strict': 2, 'open': 1, 'closed': 1, 'affine': 1}
    """
    domain = domain or Domain()
    sides = _sides(domain)
    candidates = list(_candidates(network, domain))
    cells = [cell for cell in candidates if cell.is_full(sides)]
    groups = defaultdict(list)
    for cell in cells:
        groups[cell.outputs].append(cell)
    return {
        "patterns": sum(feasible([*cell.pattern(), *_weakly(sides)]) for cell in candidates),
        "activation": len(cells),
        "strict": sum(all(any(form) for form in cell.forms) for cell in cells),
        "open": sum(_open_components(group, sides) for group in groups.values()),
        "closed": sum(_closed_components(g, len(group), cells, sides) for g, group in groups.items()),
        "affine": len(groups),
    }


def equal(network: Network, other: Network, domain: Domain | None = None) -> bool:
    """Whether two nets have the same outputs on a domain: on every full-dimensional intersection of a cell of each.

    Examples
    --------
    >>> positive, absolute = (Network.from_rows([([[1], [-1]], None), ([row], None)]) for row in ([1, 0], [1, 1]))
    >>> equal(positive, absolute), equal(positive, absolute, Domain.box([0], [1]))
    (False, True)
    """
    domain = domain or Domain()
    sides = _sides(domain)
    first, second = ([cell for cell in _candidates(net, domain) if cell.is_full(sides)] for net in (network, other))
    return all(
        one.outputs == two.outputs or not feasible(_strictly([*one.walls(), *two.walls(), *sides]))
        for one in first
        for two in second
    )


def full_cells(network: Network, domain: Domain | None = None) -> list[tuple[Candidate, list[Form]]]:
    """The full-dimensional cells, each with the forms that are positive inside it.

    Examples
    --------
    >>> [(cell.bits, inside) for cell, inside in full_cells(Network.from_rows([([[2]], [1]), ([[1]], None)]))]
    [((0,), [(Fraction(-2, 1), Fraction(-1, 1))]), ((1,), [(Fraction(2, 1), Fraction(1, 1))])]
    """
    domain = domain or Domain()
    sides = _sides(domain)
    return [(cell, [*cell.walls(), *sides]) for cell in _candidates(network, domain) if cell.is_full(sides)]


@dataclass(frozen=True)
class Candidate:
    """A bit vector, the preactivations that belong to it (of all neurons with ReLU) and the outputs."""

    bits: tuple[int, ...]
    forms: tuple[Form, ...]
    outputs: tuple[Form, ...]

    def pattern(self) -> list[Constraint]:
        """z > 0 where the bit is 1, z <= 0 where it is 0."""
        return [(_signed(form, bit), bool(bit)) for form, bit in zip(self.forms, self.bits, strict=True)]

    def walls(self) -> list[Form]:
        """The forms that are not negative on the cell, apart from zero."""
        return [_signed(form, bit) for form, bit in zip(self.forms, self.bits, strict=True) if any(form)]

    def is_full(self, sides: list[Form]) -> bool:
        """Whether this is the bit vector of a set with interior points: where z is zero its bit is 0."""
        if any(bit and not any(form) for form, bit in zip(self.forms, self.bits, strict=True)):
            return False
        return feasible(_strictly([*self.walls(), *sides]))


def _candidates(network: Network, domain: Domain):
    layers = [_rows(_written_out(layer.weight), layer.bias) for layer in network.layers]
    linear = [set(layer.linear) for layer in network.layers]
    for bits in product((0, 1), repeat=sum(network.widths) - sum(map(len, linear))):
        state, forms = _inputs(network, domain), []
        for layer, passing in zip(layers[:-1], linear, strict=False):
            images = [_image(row, state) for row in layer]
            state = []
            for neuron, form in enumerate(images):
                if neuron in passing:
                    state.append(form)
                else:
                    state.append(tuple(bits[len(forms)] * entry for entry in form))
                    forms.append(form)
        yield Candidate(bits, tuple(forms), tuple(_image(row, state) for row in layers[-1]))


def _written_out(weight):
    """A sparse weight with its zeros."""
    return weight.dense() if isinstance(weight, SparseMatrix) else weight


def _rows(matrix, offset) -> list[Form]:
    """The rows of matrix and offset, side by side."""
    entries = [[matrix[i, j] for j in range(matrix.ncols())] + [offset[i, 0]] for i in range(matrix.nrows())]
    return [tuple(Fraction(int(entry.p), int(entry.q)) for entry in row) for row in entries]


def _inputs(network: Network, domain: Domain) -> list[Form]:
    if domain.subspace is not None:
        return _rows(domain.subspace.basis, domain.subspace.origin)
    n = network.input_dim
    return [tuple(Fraction(int(i == j)) for j in range(n + 1)) for i in range(n)]


def _sides(domain: Domain) -> list[Form]:
    """The forms that are not negative on the domain, apart from constants."""
    if domain.polyhedron is None:
        return []
    rows = _rows(domain.polyhedron.matrix, domain.polyhedron.bound)
    return [(*(-entry for entry in row[:-1]), row[-1]) for row in rows if any(row[:-1])]


def _image(row: Form, state: list[Form]) -> Form:
    image = [sum(weight * form[k] for weight, form in zip(row[:-1], state, strict=True)) for k in range(len(state[0]))]
    return (*image[:-1], image[-1] + row[-1])


def _signed(form: Form, bit: int) -> Form:
    return form if bit else tuple(-entry for entry in form)


def _strictly(forms: list[Form]) -> list[Constraint]:
    return [(form, True) for form in forms]


def _weakly(forms: list[Form]) -> list[Constraint]:
    return [(form, False) for form in forms]


def _open_components(group: list[Candidate], sides: list[Form]) -> int:
    return _components(len(group), lambda i, j: _share_facet(group[i], group[j], sides))


def _share_facet(one: Candidate, two: Candidate, sides: list[Form]) -> bool:
    """Whether the intersection has full dimension in one of the hyperplanes that bound the first cell."""
    walls = [*one.walls(), *two.walls(), *sides]
    return any(
        feasible(_strictly([wall for wall in walls if not _parallel(wall, plane)]), [plane])
        for plane in one.walls()
        if any(plane[:-1])
    )


def _parallel(one: Form, two: Form) -> bool:
    return all(a * d == b * c for (a, b), (c, d) in combinations(list(zip(one, two, strict=True)), 2))


def _closed_components(g: tuple[Form, ...], size: int, cells: list[Candidate], sides: list[Form]) -> int:
    """Components of {f = g} with a cell of g in them: the cells that meet the set, joined where they meet within it."""
    if size == 1:
        return 1

    def meet(*chosen: Candidate) -> bool:
        closed = _weakly([*sides, *(wall for cell in chosen for wall in cell.walls())])
        equations = [tuple(a - b for a, b in zip(f, h, strict=True)) for f, h in zip(chosen[0].outputs, g, strict=True)]
        return feasible(closed, equations)

    nodes = sorted((cell for cell in cells if meet(cell)), key=lambda cell: cell.outputs != g)
    return _components(len(nodes), lambda i, j: meet(nodes[i], nodes[j]), size)


def _components(size: int, joined, wanted: int | None = None) -> int:
    """The number of components of a graph on range(size) that have one of the first `wanted` nodes (all by default)."""
    label = list(range(size))
    for i, j in combinations(range(size), 2):
        if label[i] != label[j] and joined(i, j):
            label = [label[i] if entry == label[j] else entry for entry in label]
    return len(set(label[:wanted]))


def feasible(constraints: list[Constraint], equations: list[Form] = ()) -> bool:
    """Whether some point satisfies all constraints and is a zero of all equations.

    Examples
    --------
    >>> feasible([((1, 0), True), ((-1, 0), False)]), feasible([((1, 0), False), ((-1, 0), False)])
    (False, True)
    >>> feasible([((1, 1, 0), True)], [(1, 0, 2), (0, 1, -2)])
    False
    """
    equations = [tuple(map(Fraction, form)) for form in equations]
    for number, equation in enumerate(equations):
        if not any(equation[:-1]):
            if equation[-1]:
                return False
            continue
        pivot = next(index for index, entry in enumerate(equation) if entry)
        constraints = [(_substituted(form, equation, pivot), strict) for form, strict in constraints]
        equations[number + 1 :] = [_substituted(form, equation, pivot) for form in equations[number + 1 :]]
    return _eliminate(_tidied(constraints))


def _substituted(form: Form, equation: Form, pivot: int) -> Form:
    factor = Fraction(form[pivot]) / equation[pivot]
    return tuple(a - factor * b for a, b in zip(form, equation, strict=True))


def _tidied(constraints) -> dict[tuple[int, ...], tuple[Fraction, bool]] | None:
    """The strongest constraint for each direction: its constant and whether it is strict; None if a constant one fails."""
    strongest: dict[tuple[int, ...], tuple[Fraction, bool]] = {}
    for form, strict in constraints:
        if not any(form[:-1]):
            if form[-1] < 0 or (strict and form[-1] == 0):
                return None
            continue
        scale = lcm(*(Fraction(entry).denominator for entry in form[:-1]))
        integers = [int(entry * scale) for entry in form[:-1]]
        divisor = gcd(*integers)
        direction = tuple(entry // divisor for entry in integers)
        candidate = (Fraction(form[-1]) * scale / divisor, strict)
        previous = strongest.get(direction, candidate)
        strongest[direction] = min(candidate, previous, key=lambda pair: (pair[0], not pair[1]))
    return strongest


def _eliminate(constraints: dict[tuple[int, ...], tuple[Fraction, bool]] | None) -> bool:
    """Fourier-Motzkin elimination, one variable at a time: the one that makes fewest new constraints."""
    while constraints:
        variables = {index for direction in constraints for index, entry in enumerate(direction) if entry}
        variable = min(variables, key=lambda index: _product(constraints, index))
        rows = [((*direction, constant), strict) for direction, (constant, strict) in constraints.items()]
        lower = [row for row in rows if row[0][variable] > 0]
        upper = [row for row in rows if row[0][variable] < 0]
        kept = [row for row in rows if row[0][variable] == 0]
        constraints = _tidied(kept + [_sum(one, two, variable) for one in lower for two in upper])
    return constraints is not None


def _product(constraints, index: int) -> int:
    signs = [direction[index] for direction in constraints]
    return sum(sign > 0 for sign in signs) * sum(sign < 0 for sign in signs)


def _sum(one: Constraint, two: Constraint, variable: int) -> Constraint:
    """The positive combination without the variable."""
    first, second = -two[0][variable], one[0][variable]
    form = tuple(first * a + second * b for a, b in zip(one[0], two[0], strict=True))
    return form, one[1] or two[1]
