"""The sawtooth H_{a^1..a^k} of Arora et al.: every layer folds [0, M] onto itself, so that pieces multiply.

h_a, for 0 < a_1 < ... < a_p < M, is 0 for x <= 0, linear between its breakpoints, with the value M at the odd ones and 0 at
the even ones, M - h_a(a_p) at M, and goes on linearly beyond M. H = h_{a^k} o ... o h_{a^1}: the first list acts first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

from flint import fmpq

from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard_net import Claims, HardNet, PaperClaim, check_size, shallow_bounds
from relupoly.constructions.seeds import generator
from relupoly.errors import ConstructionError
from relupoly.geometry.domain import Domain
from relupoly.networks.composition import compose
from relupoly.networks.network import Network

_GRID = 1_000  # random breakpoints are multiples of M / (_GRID w)

Breakpoints = Sequence[Sequence[fmpq]]


def tooth(breakpoints: Sequence[fmpq], height: fmpq) -> Network:
    """The net of h_a: one hidden layer of p + 1 neurons relu(x - a_j), a_0 = 0, no output bias.

    Notes
    -----
    Arora, Basu, Mianjy, Mukherjee (2018), Definition 4. Slopes +-M/(a_{j+1} - a_j) alternate; output weights are their jumps.

    Examples
    --------
    >>> from relupoly.networks.evaluation import evaluate
    >>> hat = tooth([fmpq(1, 3)], fmpq(1))
    >>> [evaluate(hat, [x]) for x in ("-1", "1/3", "1")]
    [[0], [1], [0]]
    """
    starts = [fmpq(0), *breakpoints]
    ends = [*breakpoints, height]
    slopes = [(-1) ** j * height / (end - start) for j, (start, end) in enumerate(zip(starts, ends, strict=True))]
    jumps = [slope - before for slope, before in zip(slopes, [fmpq(0), *slopes], strict=False)]
    return Network.from_rows([([[1]] * len(starts), [-start for start in starts]), ([jumps], None)])


def sawtooth(breakpoints: Breakpoints, height: fmpq) -> Network:
    """The net of H_{a^1..a^k}.

    Parameters
    ----------
    breakpoints : sequence of k sequences of fmpq
        a^1, ..., a^k, each ascending in the open interval (0, height), none empty. A layer has one neuron more than
        breakpoints: w_1, ..., w_k neurons.
    height : fmpq
        M.

    Notes
    -----
    On (0, M) it has w_1 ... w_k pieces, each mapped onto (0, M): Arora, Basu, Mianjy, Mukherjee (2018), Lemma B.1 and
    Theorem 3.2, where all w_i are w. On R there are two more: the flat one on the left and, where a layer before the last has
    an even width, the flat one on the right, since its continuation beyond M is negative and the next layer cuts it off.
    Otherwise the last piece goes on. So there are w^k + 1 pieces if w is odd or k = 1, else w^k + 2; the theorem's "w^k
    pieces" is the count on (0, M). The activation cells are as many, everywhere.

    Examples
    --------
    >>> half = [fmpq(1, 2)]
    >>> sawtooth([half, half, half], fmpq(1)).widths
    (2, 2, 2)
    """
    return reduce(lambda inner, outer: compose(outer, inner), [tooth(layer, height) for layer in breakpoints])


def build(
    width: int | None, depth: int | None, breakpoints: list[list[fmpq]] | None, seed: int | None, height: fmpq
) -> HardNet:
    """The member of the family with these parameters."""
    layers = resolve_breakpoints(width, depth, breakpoints, height, seed)
    check_size([1, *(len(layer) + 1 for layer in layers), 1])
    network = sawtooth(layers, height)
    inside = math.prod(network.widths)
    on_line = inside + 1 + flat_ends(network.widths)
    paper = PaperClaim(inside, inside, Domain.box([0], [height]))
    claims = Claims(FAMILIES["sawtooth"].theorem, pieces=on_line, activation=on_line, paper=paper)
    return HardNet.of(
        "sawtooth", network, shape_parameters(layers, height), claims, shallow_bounds(network, on_line, published=inside)
    )


def flat_ends(widths: Sequence[int]) -> int:
    """1 if H is constant beyond M, since a layer before the last has an even width; else 0."""
    return int(any(width % 2 == 0 for width in widths[:-1]))


def shape_parameters(layers: Breakpoints, height: fmpq) -> dict[str, object]:
    """The parameters that make the same sawtooth again; width and depth where all layers are equally wide."""
    widths = {len(layer) + 1 for layer in layers}
    return {
        "width": widths.pop() if len(widths) == 1 else None,
        "depth": len(layers),
        "breakpoints": [list(layer) for layer in layers],
        "height": height,
    }


def resolve_breakpoints(
    width: int | None, depth: int | None, breakpoints: list[list[fmpq]] | None, height: fmpq, seed: int | None = None
) -> list[list[fmpq]]:
    """The breakpoints of all layers: those given, else random ones for a seed, else uniform ones.

    Raises
    ------
    ConstructionError
        If they do not ascend within (0, M), a layer has none, or width, depth and they contradict each other.
    """
    if breakpoints is not None:
        _check_given(breakpoints, width, depth, height, seed)
        return breakpoints
    if width is None or depth is None:
        missing = "width" if width is None else "depth"
        raise ConstructionError(f"{missing} is missing; give width and depth, or breakpoints")
    check_size([1, *[width] * min(depth, 10_000), 1])
    if seed is None:
        return [[height * i / width for i in range(1, width)]] * depth
    chance = generator(seed)
    steps = _GRID * width
    return [[height * int(i) / steps for i in sorted(chance.permutation(steps - 1)[: width - 1] + 1)] for _ in range(depth)]


def _check_given(breakpoints: list[list[fmpq]], width: int | None, depth: int | None, height: fmpq, seed: int | None) -> None:
    if seed is not None:
        raise ConstructionError("breakpoints and seed exclude each other; leave one out")
    if depth is not None and depth != len(breakpoints):
        raise ConstructionError(f"breakpoints has {len(breakpoints)} lists, but depth is {depth}; give one list for each layer")
    if not breakpoints:
        raise ConstructionError("breakpoints has no list; give one for each layer")
    for number, layer in enumerate(breakpoints, 1):
        if not layer or (width is not None and len(layer) != width - 1):
            right = f"{width - 1} for width {width}" if width is not None else "at least 1"
            raise ConstructionError(f"layer {number} has {len(layer)} breakpoints; give {right}")
        _check_ascending(number, layer, height)


def _check_ascending(number: int, layer: list[fmpq], height: fmpq) -> None:
    """Raise unless 0 < a_1 < ... < a_p < M."""
    for index, (before, after) in enumerate(zip([fmpq(0), *layer], [*layer, height], strict=True), 1):
        if before >= after:
            what = f"breakpoint.{number}.{index} = {after}" if index <= len(layer) else f"the height {after}"
            least = f"breakpoint.{number}.{index - 1} = {before}" if index > 1 else "0"
            raise ConstructionError(f"{what} is not above {least}; give 0 < a_1 < a_2 < ... < M")
