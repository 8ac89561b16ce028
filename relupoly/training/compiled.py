"""The face of the compiled search: what a problem looks like to `relupoly.training.kernel`, and calls of it.

All is scaled: targets and roots of weights to at most 1. For the squared loss a sample weight c_j enters as a factor sqrt(c_j)
of target and feature, rounded; the kernel's bounds allow for that. For the others it is a cost, and units are such that doubles
hold short decimals exactly. Dependence is decided by exact signs and by integers modulo a prime.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.rationals import scaled_float
from relupoly.training.basic_dual import Basis
from relupoly.training.chart import chart
from relupoly.training.dictionary import Dictionary
from relupoly.training.lifted import Lifted
from relupoly.training.linear_program import linear_program, units
from relupoly.training.losses import MAX, SQUARED

Floats = NDArray[np.float64]

MOST_STEPS = 2048

_MOST_ACTIVE = 300
_STACK = 1024
_ACTIVE_OF_A_LEAF = 16
_DOUBTFUL = 64
_STEP = 2**20
_MOST_EXACT = 2**52
NO_RATIO = (math.inf, 1.0)


@dataclass(frozen=True)
class Open:
    """A node of the search that is to be looked at.

    Attributes
    ----------
    identity : int
    bound : float
        A proved lower bound on the scaled loss.
    outputs, counts : ndarrays of int8, shape (classes,)
    sides : ndarray of int8, shape (classes, D)
    start : ndarray of int32
        Active rays of the parent.
    weights : ndarray of float64
    doubts : int
        How often a proof failed on the way to it.
    """

    identity: int
    bound: float
    outputs: NDArray[np.int8]
    counts: NDArray[np.int8]
    sides: NDArray[np.int8]
    start: NDArray[np.int32]
    weights: Floats
    doubts: int = 0

    @property
    def is_nearly_closed(self) -> bool:
        """Whether its relaxation reached the incumbent's loss, but for rounding, though that is not proved."""
        from relupoly.training import kernel

        return self.doubts > kernel.DOUBTS

    @property
    def codes(self) -> list[int]:
        """The features where the relaxation starts, as the log has them: ray + 1, times the output sign."""
        codes: list[int] = np.where(self.weights > 0.0, self.start + 1, -self.start - 1).tolist()
        return codes


@dataclass(frozen=True)
class Step:
    """What a call of the search did: nodes left, doubtful ones, the incumbent and its net if it is new, counts and the log."""

    left: list[Open]
    doubtful: list[Open]
    incumbent: float
    neurons: Floats | None
    looked_at: int
    closed: int
    log: NDArray[np.int64]
    leaves: NDArray[np.int64]


class Machine:
    """The compiled search on one problem; calls from several threads need a `Room` each.

    Attributes
    ----------
    constant, scale : Fraction
        The loss of all samples is the constant, plus the scale times the scaled loss.
    squared : bool
        Whether the loss is the squared one.
    unit : Fraction
        The predictions are this times the scaled ones.
    roots : ndarray of float64
        The factors of the points, sqrt(c_j), scaled; 1 for a linear loss.
    grain : Fraction
        For a linear loss, the smallest difference between losses of integral multiples of targets; 0 if it is too small.
    dual_unit : Fraction
        The dual vector is this times the scaled one, or for the squared loss the scaled residual times the roots.
    """

    def __init__(self, lifted: Lifted, table: Dictionary, tick: Callable[[], None] = lambda: None) -> None:
        self.lifted, self.table = lifted, table
        self.width = lifted.problem.width
        self.squared = lifted.problem.loss == SQUARED
        if self.squared:
            target_exponent, weight_exponent = _exponent(lifted.targets), _exponent(lifted.weights)
            self.unit, weight_unit = Fraction(2) ** target_exponent, Fraction(2) ** weight_exponent
            self.roots = np.sqrt(np.array([scaled_float(weight, -weight_exponent) for weight in lifted.weights]))
            self.scale = self.unit * self.unit * weight_unit
            self.dual_unit = self.unit * weight_unit
            self.grain = Fraction(0)
            targets = np.array([scaled_float(target, -target_exponent) for target in lifted.targets])
        else:
            self.unit, target_grain, self.dual_unit, grain = units(lifted)
            self.roots = np.ones(len(lifted.vectors))
            self.scale = self.unit * self.dual_unit
            self.grain = self.scale * Fraction(grain * target_grain)
            targets = _largest_at_points(lifted, self.unit)
        self.constant = Fraction(0) if lifted.problem.loss == MAX else lifted.constant
        self.rays = _rays(lifted, table, self.roots, targets, tick)

    def room(self, log: bool = False) -> Room:
        """Room for a thread."""
        return Room(self, log)

    def net(self, best: Floats) -> tuple[list[tuple[Fraction, ...]], list[int], Fraction]:
        """Neurons in lifted coordinates, output signs and output bias: the kernel's doubles, taken as they are."""
        neurons = [tuple(self.unit * Fraction(float(entry)) for entry in row[1:]) for row in best[:-1]]
        return neurons, [1 if row[0] >= 0 else -1 for row in best[:-1]], self.unit * Fraction(float(best[-1, 0]))

    def scaled(self, loss: Fraction) -> float:
        """A loss of all samples as the kernel sees it, rounded up."""
        exact = (loss - self.constant) / self.scale
        near = scaled_float(exact, 0)
        return near if Fraction(near) >= exact else math.nextafter(near, math.inf)

    def ratio(self, loss: Fraction) -> tuple[float, float]:
        """A loss of all samples in units of the grains, for a linear loss: numerator (infinite if it is long), denominator."""
        if not self.grain:
            return math.inf, 1.0
        exact = (loss - self.constant) / self.grain
        if max(exact.numerator, exact.denominator) > _MOST_EXACT:
            return math.inf, 1.0
        return float(exact.numerator), float(exact.denominator)

    def loss(self, scaled: float) -> Fraction:
        """The loss of all samples that a scaled one stands for."""
        return self.lifted.whole(Fraction(scaled) * self.scale)

    def program(self) -> Any:
        """A linear loss, with room for one thread; None for the squared loss."""
        return None if self.squared else linear_program(self.lifted, self.table, _MOST_ACTIVE)


class Room:
    """Arrays that one thread works in.

    Parameters
    ----------
    machine : Machine
    log : bool
        Whether to keep a log of what is done with each node.
    """

    def __init__(self, machine: Machine, log: bool) -> None:
        from relupoly.training import kernel

        rank, width = machine.lifted.rank, machine.width
        points, words = len(machine.lifted.vectors), len(machine.rays.useful)
        most = _most_start(points, rank, width)
        self._kernel = kernel
        self._program = machine.program()
        self._work = _work(kernel, width, points, rank, words, len(machine.rays.order))
        self._nodes = _nodes(kernel, _STACK, width, points, most)
        self._doubtful = _nodes(kernel, _DOUBTFUL, width, points, most)
        entries = MOST_STEPS if log else 0
        leaves = entries * _ACTIVE_OF_A_LEAF + _MOST_ACTIVE + 8
        self._log = kernel.Log(np.zeros((entries, 5), dtype=np.int64), np.zeros(leaves, dtype=np.int64))
        self._incumbent = np.zeros(4)
        self._best = np.zeros((width + 1, 1 + rank))
        self._counts = np.zeros(kernel.COUNTERS, dtype=np.int64)
        run = kernel.run if machine.squared else kernel.run_linear
        # A test may have put the kernel's text in the kernel's place.
        partial = getattr(run, "partial", functools.partial(functools.partial, run))
        self._run = partial(
            machine.rays,
            self._work,
            self._program,
            self._nodes,
            self._doubtful,
            self._log,
            self._incumbent,
            self._best,
            self._counts,
        )

    def search(
        self,
        nodes: Sequence[Open],
        incumbent: float,
        gap: float = 1.0,
        ratio: tuple[float, float] = NO_RATIO,
        identity: int = 0,
        budget: int = 1,
        descents: int = 0,
        divide: bool = True,
    ) -> Step:
        """Search below nodes, depth first.

        Parameters
        ----------
        nodes : sequence of Open
            Not many; the last comes first.
        incumbent : float
            The smallest scaled loss known.
        gap : float
            A node is closed when its bound is at least so many times that.
        ratio : pair of float
            That of a loss which no net has to go below, for a linear loss; see `Machine.ratio`.
        identity : int
            The first that children may be given.
        budget : int
            How many nodes to look at, at most `MOST_STEPS`.
        descents : int
            How often to start a local search from the net of a node that is divided.
        divide : bool
            Whether to divide nodes; else the node's relaxation is solved to the end, for its bound.
        """
        kernel = self._kernel
        for place, node in enumerate(nodes):
            _put(self._nodes, place, node)
        self._incumbent[:] = incumbent, gap, *ratio
        self._counts[:] = 0
        self._counts[kernel.FOLLOWING] = identity
        top = self._run(kernel.SEARCH if divide else kernel.BOUND, len(nodes), budget, descents)
        found = float(self._incumbent[0])
        return Step(
            [_take(self._nodes, place) for place in range(top)],
            [_take(self._doubtful, place) for place in range(self._counts[kernel.PUT])],
            found,
            self._best.copy() if found < incumbent else None,
            int(self._counts[kernel.NODES]),
            int(self._counts[kernel.PROVED]),
            self._log.rows[: self._counts[kernel.LOGGED]].copy(),
            self._log.leaves.copy() if self._counts[kernel.LOGGED] else self._log.leaves[:0],
        )

    def halt(self, stop: bool) -> None:
        """Ask a search that another thread does in this room to end soon; or let searches go on again."""
        self._work.halt[0] = int(stop)

    def prove(self, node: Open, wanted: float, ratio: tuple[float, float] = NO_RATIO) -> tuple[Floats, list[int]] | None:
        """A vector that proves that the scaled loss in a node is at least what is wanted; None if none is found.

        Beside it, the features whose product with it has to be exactly 0, by their rays, or -1 for the output bias; the
        vector's entries that are 0 have to stay so, too. All others have a negative product, which `confirm` confirms.
        """
        kernel = self._kernel
        _put(self._nodes, 0, node)
        self._incumbent[:] = wanted, 1.0, *ratio
        if not self._run(kernel.PROVE, 1, 0, 0):
            return None
        return self._work.residual.copy(), self._work.spanning[: self._counts[kernel.SPANNING]].tolist()

    def linear_dual(self) -> tuple[Floats, int]:
        """The vector of the last proof term by term, for a linear loss, and by what it has to be divided.

        If that is not 0, all is exact; otherwise there is rounding in it.
        """
        program = self._program
        prices = program.price * program.factor
        return prices[::2] + prices[1::2] if program.largest else prices, int(program.size[1])

    def basis(self, node: Open) -> Basis | None:
        """The basis of a node's optimum, for a linear loss; None if that is not found."""
        _put(self._nodes, 0, node)
        self._incumbent[:] = 0.0, 1.0, *NO_RATIO
        if not self._run(self._kernel.SOLVE, 1, 0, 0):
            return None
        program, size = self._program, int(self._program.size[0])
        features = [int(ray + 1) * int(output) for ray, output in zip(program.ray[:size], program.output[:size], strict=True)]
        state = program.state
        return Basis(
            [code for code, ray in zip(features, program.ray, strict=False) if ray > -2],
            np.flatnonzero(state == 0).tolist(),
            np.flatnonzero(state == 1).tolist(),
        )

    def confirm(self, vector: Floats) -> bool:
        """Whether another vector proves the same node: one with exact products and zeros as said, here rounded to floats."""
        self._work.residual[:] = vector
        return bool(self._run(self._kernel.CONFIRM, 0, 0, 0))


def room_bytes(lifted: Lifted, rays: int) -> int:
    """About how many bytes the room of a thread takes, for a problem with so many rays."""
    points, rank, width = len(lifted.vectors), lifted.rank, lifted.problem.width
    columns, bases, words = min(points, _MOST_ACTIVE) + 3, _bases(width), rays // 32 + 1
    nodes = (_STACK + _DOUBTFUL) * (width * (points + 2) + 12 * _most_start(points, rank, width) + 40)
    work = 16 * columns * (columns + points) + (points + 8) * bases + 8 * words * (width + 5)
    return nodes + work + 8 * MOST_STEPS * (5 + _ACTIVE_OF_A_LEAF)


def _rays(lifted: Lifted, table: Dictionary, roots: Floats, targets: Floats, tick: Callable[[], None]) -> Any:
    from relupoly.training import kernel

    # A copy of a large table is as large.
    values = table.values if (roots == 1.0).all() else table.values * roots
    norms, largest, useful = _measured(values, table.signs, tick)
    scales = 1.0 / np.where(norms > 0.0, norms, 1.0)
    errors = scales * (np.tile(table.errors, 2) + 4 * kernel.EPSILON * largest) * (1.0 + 2.0**-20)
    words = (len(scales) + 63) // 64
    line = chart(lifted.vectors, table.rays.tolist() if lifted.rank == 2 else [], table.exponents.tolist())
    opposite = (line.order + len(table)) % (2 * len(table))
    sided = range(0 if len(line.order) else len(roots))
    allowed = [[_bits(_sides(table, j, orientation, tick) >= 0, words) for orientation in (-1, 1)] for j in sided]
    return kernel.Rays(
        values,
        _coordinates(table, tick),
        scales,
        errors,
        np.array(allowed, dtype=np.uint64).reshape(len(allowed), 2, words),
        _bits(useful, words),
        targets * roots,
        roots[None, :] if lifted.problem.output_bias else roots[None, :][:0],
        np.array([_has_constant(lifted)] if lifted.problem.output_bias else [], dtype=np.bool_),
        _residues(table.rays, lifted.rank, kernel.PRIME),
        _residues(lifted.vectors, lifted.rank, kernel.PRIME),
        line.order,
        opposite,
        line.gaps,
        np.stack([line.sizes * scales[line.order], line.sizes * scales[opposite]]),
        line.slopes * roots if len(line.order) else line.slopes,
        line.at,
    )


def _coordinates(table: Dictionary, tick: Callable[[], None]) -> Floats:
    """The rays in floats, scaled as their values are; each entry is rounded once."""
    if table.rays.dtype != object:
        return np.ldexp(table.rays.astype(np.float64), -table.exponents[:, None].astype(np.int32))
    found = np.zeros(table.rays.shape)
    for place, (ray, exponent) in enumerate(zip(table.rays, table.exponents.tolist(), strict=True)):
        tick()
        found[place] = [scaled_float(Fraction(entry), -exponent) for entry in ray]
    return found


def _measured(values: Floats, signs: NDArray[np.int8], tick: Callable[[], None]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Of the features of both orientations: lengths, largest entries, and whether they are not 0; some megabytes at a time."""
    norms, largest = np.zeros((2, len(values))), np.zeros((2, len(values)))
    useful = np.zeros((2, len(values)), dtype=np.bool_)
    step = max(1, _STEP // max(1, values.shape[1]))
    for start in range(0, len(values), step):
        tick()
        rows = slice(start, start + step)
        for place, orientation in enumerate((1, -1)):
            part = np.maximum(orientation * values[rows], 0.0)
            norms[place, rows] = np.sqrt((part * part).sum(axis=1))
            largest[place, rows] = part.max(axis=1, initial=0.0)
            useful[place, rows] = (orientation * signs[rows] > 0).any(axis=1)
    return norms.ravel(), largest.ravel(), useful.ravel()


def _sides(table: Dictionary, point: int, orientation: int, tick: Callable[[], None]) -> NDArray[np.int8]:
    """On which side of a point each ray is, and then the opposite of each."""
    tick()
    signs: NDArray[np.int8] = np.int8(orientation) * table.signs[:, point]
    return np.concatenate([signs, -signs])


def _largest_at_points(lifted: Lifted, unit: Fraction) -> Floats:
    """The largest target of each point's terms: that of a linear loss is only a measure of size."""
    targets = np.zeros(len(lifted.vectors))
    for place, target in zip(lifted.point, lifted.targets, strict=True):
        targets[place] = max(targets[place], abs(float(target / unit)))
    return targets


def _bits(flags: NDArray[np.bool_], words: int) -> NDArray[np.uint64]:
    padded = np.concatenate([flags, np.zeros(64 * words - len(flags), dtype=np.bool_)])
    return np.packbits(padded, bitorder="little").view(np.uint64)


def _residues(rows: Any, rank: int, prime: int) -> NDArray[np.int64]:
    whole = rows if isinstance(rows, np.ndarray) else np.array(rows, dtype=object).reshape(len(rows), rank)
    return (whole % prime).astype(np.int64)


def _has_constant(lifted: Lifted) -> bool:
    """Whether some neuron is 1 at all points."""
    from flint import fmpq_mat

    from relupoly.exact.rank import pivot_columns

    rows = [entry for vector in lifted.vectors for entry in (*vector, 1)]
    return len(pivot_columns(fmpq_mat(len(lifted.vectors), lifted.rank + 1, rows))) == lifted.rank


def _work(kernel: Any, width: int, points: int, rank: int, words: int, charted: int) -> Any:
    n = min(points, _MOST_ACTIVE) + 3
    bases = _bases(width)
    return kernel.Work(
        halt=np.zeros(1, dtype=np.int64),
        active=np.zeros(n, dtype=np.int64),
        outputs=np.zeros(n),
        weights=np.zeros(n),
        trial=np.zeros(n),
        basis=np.zeros((n, points)),
        triangle=np.zeros((n, n)),
        inverse=np.zeros((n, n)),
        span=np.zeros((n, points)),
        column=np.zeros(points),
        keep=np.ones(points),
        margin=np.zeros(points),
        rest=np.zeros(points),
        residual=np.zeros(points),
        prices=np.zeros(2 * charted),
        up=np.zeros(charted),
        down=np.zeros(charted),
        up_after=np.zeros(charted),
        up_before=np.zeros(charted),
        down_after=np.zeros(charted),
        down_before=np.zeros(charted),
        places=np.zeros(4, dtype=np.int64),
        masks=np.zeros((width, words), dtype=np.uint64),
        unions=np.zeros((2, words), dtype=np.uint64),
        owner=np.zeros(n, dtype=np.int64),
        ahead=np.zeros((width, points)),
        behind=np.zeros((width, points)),
        preactivation=np.zeros(points),
        prediction=np.zeros(points),
        pool=np.zeros(kernel.POOL, dtype=np.int64),
        pool_outputs=np.zeros(kernel.POOL),
        gains=np.zeros(kernel.POOL),
        grains=np.zeros(kernel.POOL),
        saved_active=np.zeros(n, dtype=np.int64),
        saved_outputs=np.zeros(n),
        saved_weights=np.zeros(n),
        spanning=np.zeros(n, dtype=np.int64),
        bases=np.zeros((bases, points), dtype=np.int8),
        sizes=np.zeros(bases, dtype=np.int64),
        shared=np.zeros(words, dtype=np.uint64),
        known=np.zeros(words, dtype=np.uint64),
        exact=np.zeros(words, dtype=np.uint64),
        echelon=np.zeros((rank + 1, rank), dtype=np.int64),
        pivots=np.zeros(rank + 1, dtype=np.int64),
        tight=np.zeros((width, points), dtype=np.bool_),
        cell_outputs=np.zeros(width, dtype=np.int8),
        cells=np.zeros((width, points), dtype=np.int8),
    )


def _bases(width: int) -> int:
    """How many cells a proof may have to look at: those that two neurons of opposite signs share, and their mirror images."""
    pairs = (width // 2) * (width - width // 2)
    return 2 * (pairs + 3) + (pairs + 3) * pairs


def _most_start(points: int, rank: int, width: int) -> int:
    """How many features a node may start from: no more than the kernel's columns, since a file may name any number."""
    return min(points, 4 * rank * width + 16, _MOST_ACTIVE)


def _nodes(kernel: Any, count: int, width: int, points: int, most: int) -> Any:
    return kernel.Nodes(
        identity=np.zeros(count, dtype=np.int64),
        classes=np.zeros(count, dtype=np.int64),
        outputs=np.zeros((count, width), dtype=np.int8),
        counts=np.zeros((count, width), dtype=np.int8),
        sides=np.zeros((count, width, points), dtype=np.int8),
        bounds=np.zeros(count),
        sizes=np.zeros(count, dtype=np.int64),
        start=np.zeros((count, most), dtype=np.int32),
        weights=np.zeros((count, most)),
        doubts=np.zeros(count, dtype=np.int64),
    )


def _put(nodes: Any, place: int, node: Open) -> None:
    classes, size = len(node.outputs), min(len(node.start), nodes.start.shape[1])
    nodes.identity[place] = node.identity
    nodes.classes[place] = classes
    nodes.outputs[place, :classes] = node.outputs
    nodes.counts[place, :classes] = node.counts
    nodes.sides[place, :classes] = node.sides
    nodes.bounds[place] = node.bound
    nodes.sizes[place] = size
    nodes.start[place, :size] = node.start[:size]
    nodes.weights[place, :size] = node.weights[:size]
    nodes.doubts[place] = node.doubts


def _take(nodes: Any, place: int) -> Open:
    classes, size = nodes.classes[place], nodes.sizes[place]
    return Open(
        int(nodes.identity[place]),
        float(nodes.bounds[place]),
        nodes.outputs[place, :classes].copy(),
        nodes.counts[place, :classes].copy(),
        nodes.sides[place, :classes].copy(),
        nodes.start[place, :size].copy(),
        nodes.weights[place, :size].copy(),
        int(nodes.doubts[place]),
    )


def _exponent(numbers: Sequence[Fraction]) -> int:
    """The least exponent of a power of two that no number exceeds."""
    largest = max((abs(number) for number in numbers), default=Fraction(0))
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length()
    return exponent + (largest > Fraction(2) ** exponent) if largest else 0
