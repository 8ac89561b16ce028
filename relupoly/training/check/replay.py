"""`check_certificate`: goes through the tree of a certificate again, line by line.

A node is a list of classes of neurons, each with its output weight, its count, and the rays that it may use, as the bits of an
integer. Splitting a class of c neurons at a sample into those behind it and those ahead of it, in all c + 1 ways, leaves no net
out, since sides are closed. Rays are restricted by one operation on integers; a leaf's inequality is checked for each ray left,
in two steps: a coarse one for all at once (`relupoly.training.check.packed_products`), then an exact one for those in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from relupoly.certificates.source import Source
from relupoly.errors import CheckFailed
from relupoly.run import UNLIMITED, Run
from relupoly.training.check.arrangement import Arrangement
from relupoly.training.check.dual_bounds import DualBounds
from relupoly.training.check.header import Claims, check_network, drop_weightless, read_claims
from relupoly.training.check.packed_products import PackedProducts

Classes = tuple[tuple[int, int, int], ...]

# A pack is narrowed where no more than half of its rays are left: so each ray is copied a few times in all, on the way down.
_SHARE = 2


@dataclass(frozen=True)
class Verdict:
    """What a certificate proves.

    Attributes
    ----------
    loss : str
    width : int
    bias, output_bias : bool
        Whether neurons, and the output, may have biases: the bound is about nets of that form.
    samples, inputs : int
    loss_sum : Fraction
        The loss of the net in the certificate.
    lower_bound : Fraction
        No net of this width and form has a smaller loss.
    splits, leaves, rays : int
        The size of the proof.
    """

    loss: str
    width: int
    bias: bool
    output_bias: bool
    samples: int
    inputs: int
    loss_sum: Fraction
    lower_bound: Fraction
    splits: int
    leaves: int
    rays: int

    @property
    def optimal(self) -> bool:
        """Whether the net is proved optimal."""
        return self.lower_bound == self.loss_sum


def check_certificate(
    lines: Iterable[str],
    points: Sequence[Sequence[Fraction]],
    targets: Sequence[Fraction],
    weights: Sequence[Fraction] | None = None,
    *,
    run: Run = UNLIMITED,
) -> Verdict:
    """Check every statement of a certificate.

    Parameters
    ----------
    lines : iterable of str
        The certificate.
    points, targets, weights : sequences of Fraction
        The samples; weights are 1 by default.
    run : Run
        Its progress is the number of leaves checked so far.

    Raises
    ------
    ProblemError
        If no sample counts, or a weight is negative.
    FileFormatError
        If it is not a certificate.
    CheckFailed
        If anything is wrong; the message names the line.
    """
    data = drop_weightless(points, targets, weights)
    source = Source(lines)
    with source:
        claims = read_claims(source.next(), data)
        check_network(claims, data)
    # Columns of the samples are those of a neuron's weights; the last is for its bias.
    rows = [(*point, Fraction(1)) if claims.bias else tuple(point) for point in data.points]
    arrangement = Arrangement(rows, run)
    leaves = DualBounds(claims.loss, data)
    replay = _Replay(claims, arrangement, leaves)
    while replay.pending:
        run.tick()
        with source:
            replay.take(source.next())
        run.progress(replay.leaves)
    with source:
        source.check_end({"splits": replay.splits, "leaves": replay.leaves})
    return Verdict(
        claims.loss,
        claims.width,
        claims.bias,
        claims.output_bias,
        claims.samples,
        claims.inputs,
        claims.loss_sum,
        claims.lower_bound,
        replay.splits,
        replay.leaves,
        len(arrangement.features),
    )


class _Replay:
    """The nodes that are still to come, the next one last, each with a pack that holds its rays, and few others."""

    def __init__(self, claims: Claims, arrangement: Arrangement, leaves: DualBounds) -> None:
        self._claims = claims
        self._rays = arrangement
        self._leaves = leaves
        self._samples = claims.samples
        self.splits = 0
        self.leaves = 0
        every, width = arrangement.every, claims.width
        pack = PackedProducts.of(arrangement.features)
        starts = [((1, up, every), (-1, width - up, every)) for up in range(width + 1)]
        self.pending: list[tuple[Classes, PackedProducts]] = [
            (tuple(one for one in start if one[1]), pack) for start in starts[::-1]
        ]

    def take(self, document: Any) -> None:
        """Check the next line of the tree."""
        classes, pack = self.pending.pop()
        if isinstance(document, dict) and set(document) == {"split"}:
            self.splits += 1
            pack = _narrowed(classes, pack)
            self.pending.extend([(child, pack) for child in self._children(classes, document["split"])][::-1])
        elif isinstance(document, dict) and set(document) == {"leaf"}:
            self.leaves += 1
            self._check_leaf(classes, pack, document["leaf"])
        else:
            raise CheckFailed('neither {"split": ...} nor {"leaf": ...}, though the tree is not complete')

    def _children(self, classes: Classes, split: Any) -> Iterator[Classes]:
        if not (isinstance(split, list) and len(split) == 2 and all(type(entry) is int for entry in split)):
            raise CheckFailed("a split is not [class, sample]")
        place, sample = split
        if not 0 <= place < len(classes):
            raise CheckFailed(f"there is no class {place}: the node has {len(classes)}")
        if not 0 <= sample < self._samples:
            raise CheckFailed(f"there is no sample {sample}: they are counted from 0 to {self._samples - 1}")
        sign, count, mask = classes[place]
        others = classes[:place] + classes[place + 1 :]
        for ahead in range(count + 1):
            behind_it = (sign, count - ahead, mask & self._rays.behind[sample])
            ahead_of_it = (sign, ahead, mask & self._rays.ahead[sample])
            yield others + tuple(one for one in (behind_it, ahead_of_it) if one[1])

    def _check_leaf(self, classes: Classes, pack: PackedProducts, leaf: Any) -> None:
        dual = self._leaves.dual(leaf)
        self._leaves.check_size(dual)
        self._leaves.check_bound(dual, self._claims.lower_bound)
        if self._claims.output_bias and sum(dual.entries) != 0:
            raise CheckFailed("the dual vector's entries do not add up to 0, as the output bias needs")
        if not any(dual.entries):
            return
        masks = {1: 0, -1: 0}
        for sign, _, mask in classes:
            masks[sign] |= mask
        for sign, doubtful in zip((1, -1), pack.doubtful(dual.entries, masks[1], masks[-1]), strict=True):
            for ray in doubtful:
                if sign * dual.product(self._rays.features[ray]) > 0:
                    raise CheckFailed("the dual vector proves nothing: a net of this leaf has a positive product with it")


def _narrowed(classes: Classes, pack: PackedProducts) -> PackedProducts:
    """The pack without rays that no class may use, if they are most of those in it."""
    union = 0
    for _, _, mask in classes:
        union |= mask
    return pack if _SHARE * union.bit_count() > len(pack.numbers) else pack.select(union)
