"""What somebody writes with relupoly: `tests/test_face.py` runs it, and lets mypy and pyright look at its types."""

from fractions import Fraction
from pathlib import Path

import relupoly as rp


def tell(cells: int) -> None:
    print(cells)


net = rp.Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
rp.save(net, "hat.json", force=True)
net = rp.load(Path("hat.json"))
found = rp.count_pieces(net, rp.Domain.box([-2], ["1/2"]), "all", jobs=1, run=rp.Run(deadline=60.0, progress=tell))
pieces: int | None = found.pieces
counts: dict[str, int] = dict(found.counts)
widths: tuple[int, ...] = found.widths
first, *rest = net(["1/2"])
values = [[float(value) for value in row] for row in net.evaluate([[0], [Fraction(1, 3)]])]
same: bool = rp.equal("hat.json", net, deadline=10)
witness = rp.difference(net, rp.compose(net, net))
if witness is not None:
    print(witness.point, witness.values)
problem = rp.Problem.from_rows([[0], [1], [2]], [0, 1, 0], 2)
training = rp.train(problem)
loss: Fraction = training.loss
training.network.save("trained.npz", force=True)
for one in rp.train_widths(problem, 3):
    print(one.width, one.lower_bound, one.proved_optimal)
upper: dict[str, int | None] = rp.upper_bounds(2, [8, 8])
lower: dict[str, int | None] = rp.lower_bounds(2, [8, 8])
saw: rp.HardNet = rp.hard("sawtooth", width=2, depth=2)
print(saw.claims.pieces, saw.network.widths, rp.verify(saw.network).agrees)
shallow: rp.Network = rp.shallow_network(saw.network).network
stable = rp.stable_neurons(net, rp.Domain.box([5], [6]))
pattern = rp.activation_pattern(net, [0])
slope = rp.gradient(net, ["1/4"])
regions = [region.signs for region in rp.list_regions(rp.Arrangement.of([[1, 0, 0], [0, 1, 0]], 2))]
part: rp.Part = rp.count_part(net, shard=(1, 2))
part.merge(rp.count_part(net, shard=(2, 2)))
total: int | None = part.count().pieces
print(
    found,
    pieces,
    counts,
    widths,
    first,
    rest,
    values,
    same,
    loss,
    upper,
    lower,
    shallow,
    stable,
    pattern,
    slope,
    regions,
    total,
)
