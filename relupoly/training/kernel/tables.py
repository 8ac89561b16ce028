"""The tables that the compiled search works on: named tuples of flat arrays, made once, outside.

Sizes, the same everywhere: D points, w neurons, K rays up to sign (so 2K features), r coefficients of a ray, C = K if there is
a chart of the rays, else 0, n active columns (`WorkArrays.active`), R rows of a linear program; `words` words of 64 bits hold
one bit for each of the 2K rays, b = 1 if the output has a bias, else 0.

A ray is meant by its number: k is the ray k of the table, K + k its opposite, and -1 stands for the column of the output bias.
"""

from __future__ import annotations

from typing import Any, NamedTuple

# What the incumbent says, an ndarray of float64, shape (4,): the smallest scaled loss known; a node is closed when its bound is
# at least so many times that; and for linear losses the ratio of a loss that closes it, too, infinite if there is none.
LOSS, GAP, NUMERATOR, DENOMINATOR = range(4)

# What is counted, an ndarray of int64, shape (COUNTERS,): nodes that were looked at, relaxations that were solved, nodes closed
# by proofs and doubtful ones; the identity that the next child is given, from the one that whoever calls has put there; and how
# many doubtful nodes, rows of the log, active rays of the last relaxation and free columns of the last proof there are now.
NODES, SOLVED, PROVED, DOUBTFUL, FOLLOWING, PUT, LOGGED, ACTIVE, SPANNING, COUNTERS = range(10)

# What is known of one node, an ndarray of float64, shape (3,): the value of its relaxation, the bound that a proof is asked for
# by whoever calls, and the one that it proves.
VALUE, WANTED, BOUND = range(3)


class Rays(NamedTuple):
    """The rays of a problem and its points; `relupoly.training.compiled.ray_arrays` writes all, the kernel only reads it.

    All is scaled by the points' roots of weights, sqrt(c_j); for a linear loss these are 1.

    Attributes
    ----------
    values : ndarray of float64, shape (K, D)
        <ray, v_j> sqrt(c_j), each row scaled by a power of two.
    points : ndarray of float64, shape (K, r)
        The rays' coefficients, scaled by the same power.
    scales : ndarray of float64, shape (2K,)
        1 / length of the feature relu(values), or of relu(-values) for the opposite ray.
    errors : ndarray of float64, shape (2K,)
        A bound on the error of each entry of the scaled feature.
    allowed : ndarray of uint64, shape (D, 2, words) or (0, 2, words)
        The rays behind each point or on it (0), and those ahead or on it (1); none if there is a chart: then these are
        intervals.
    useful : ndarray of uint64, shape (words,)
        The rays whose feature is not 0.
    targets : ndarray of float64, shape (D,)
        y_j sqrt(c_j); for a linear loss the largest target of the point, which only measures sizes.
    ones : ndarray of float64, shape (b, D)
        sqrt(c_j): the column of the output bias.
    constant : ndarray of bool, shape (b,)
        Whether a neuron can have these values.
    ray_residues, vector_residues : ndarrays of int64, shapes (K, r), (D, r)
        Rays and vectors v_j as integers, modulo `PRIME`: for ranks.
    order, opposite : ndarrays of int64, shape (C,)
        The order (`relupoly.training.rays.ray_order`): the rays in the order of their places on a line, and their opposites.
    gaps : ndarray of float64, shape (C,)
        The distance from each place to the next one.
    sizes : ndarray of float64, shape (2, C)
        What turns a sum of hinges at a place into the price of its ray (0), and of the opposite one (1).
    slopes : ndarray of float64, shape (D,) or (0,)
        The slope of each point's hinge, times sqrt(c_j).
    at : ndarray of int64, shape (D,) or (0,)
        The place where each point's hinge is 0.
    """

    values: Any
    points: Any
    scales: Any
    errors: Any
    allowed: Any
    useful: Any
    targets: Any
    ones: Any
    constant: Any
    ray_residues: Any
    vector_residues: Any
    order: Any
    opposite: Any
    gaps: Any
    sizes: Any
    slopes: Any
    at: Any


class Nodes(NamedTuple):
    """Nodes of the search, one in each of N rows; `relupoly.training.search.node` says what they are.

    `relupoly.training.search.open_node` writes those that come from outside; `nodes.move_node`, `nodes.write_child`, `search`
    and `nodes.remember_active` the others. M is the number of active rays that a node can remember.

    Attributes
    ----------
    identity : ndarray of int64, shape (N,)
        The node's number in the tree.
    classes : ndarray of int64, shape (N,)
        How many classes of equal neurons it has: of the next arrays, as many entries count.
    outputs, counts : ndarrays of int8, shape (N, w)
        The output sign of each class, and how many neurons are in it.
    sides : ndarray of int8, shape (N, w, D)
        The side of each point that the class is on: 1, -1, or 0 if the node leaves that open.
    bounds : ndarray of float64, shape (N,)
        Proved lower bounds on the scaled loss.
    sizes : ndarray of int64, shape (N,)
        How many of the next two arrays' entries count.
    start : ndarray of int32, shape (N, M)
        Active rays of the relaxation of the parent, where the relaxation starts.
    weights : ndarray of float64, shape (N, M)
        Their coefficients, times the output sign.
    doubts : ndarray of int64, shape (N,)
        How often a proof failed on the way to the node where its relaxation was large enough; more than `DOUBTS` if it is to
        be settled exactly.
    """

    identity: Any
    classes: Any
    outputs: Any
    counts: Any
    sides: Any
    bounds: Any
    sizes: Any
    start: Any
    weights: Any
    doubts: Any


class Log(NamedTuple):
    """What was done with each node, for the certificate; no rows if none is wanted. `search` and `nodes.log_leaf` write it.

    Attributes
    ----------
    rows : ndarray of int64, shape (N, 5)
        Identity; class and point of a split, the identity of the first child, and how many there are; or for a leaf -1, and
        where its active rays end.
    leaves : ndarray of int64, shape (L,)
        Active rays of the leaves, one after the other: ray + 1, times the output sign.
    """

    rows: Any
    leaves: Any


class WorkArrays(NamedTuple):
    """Where one thread works: one relaxation, one proof or one descent at a time, n = min(D, 300) + 3 columns.

    Another thread may write into `halt`, and nothing else: then the search ends as soon as the rays are next priced, and the
    node in hand is left as it was.

    Attributes
    ----------
    halt : ndarray of int64, shape (1,)
        1 asks whoever works here to end. Written from outside.

    active : ndarray of int64, shape (n,)
        *The relaxation.* Its columns: the rays with a coefficient, free columns first. Written by `nodes` where it starts, by
        `nnls` and `simplex` as it goes on, by `shared_cells` for a proof.
    outputs : ndarray of float64, shape (n,)
        The output sign of each column, 1.0 or -1.0.
    weights : ndarray of float64, shape (n,)
        The coefficient of each column: not negative, but for free ones.
    trial : ndarray of float64, shape (n,)
        The coefficients of least squares without signs (`nnls`).
    basis : ndarray of float64, shape (n, D)
        Rows that are orthogonal and of length 1, and span the columns up to theirs (`nnls.append_column`).
    triangle : ndarray of float64, shape (n, n)
        Column a is the sum of triangle[b, a] times row b of the basis (`nnls.append_column`).
    column : ndarray of float64, shape (D,)
        One column, as it is written (`nnls.write_column`, `simplex`); a copy of u in `linear_proof`.
    rest : ndarray of float64, shape (D,)
        What is left of a feature beside the free columns (`nnls`).
    residual : ndarray of float64, shape (D,)
        The vector u that prices features: the residual of least squares (`nnls`), the prices of a linear program added up
        (`basis.set_dual`), or a vector from outside that is to be confirmed.
    prediction, preactivation : ndarrays of float64, shape (D,)
        The values of a net, and of one of its neurons before the ReLU (`nets`, `descent`).

    prices : ndarray of float64, shape (2C,)
        *Pricing.* The product of each ray's feature with u (`prices.price_all`); empty if there is no chart: then each ray is
        priced when it is asked for.
    up, down : ndarrays of float64, shape (C,)
        At each place of the chart, the sum of u_j times the slope of the points' hinges that go up or down there.
    up_after, up_before, down_after, down_before : ndarrays of float64, shape (C,)
        For each place, these weights times the distances of the places before it, or after it.
    places : ndarray of int64, shape (4,)
        The first and last place of an interval of the chart, and those of the opposite rays (`masks`).
    pool : ndarray of int64, shape (POOL,)
        Rays that may become active next (`nnls.gather`, `simplex`).
    pool_outputs : ndarray of float64, shape (POOL,)
        Their output signs.
    gains : ndarray of float64, shape (POOL,)
        Their products with u when all rays were priced; 0 once they have become active.
    grains : ndarray of float64, shape (POOL,)
        The length of what is left of their features beside the free columns.

    masks : ndarray of uint64, shape (w, words)
        *A node.* The rays that each class may use (`masks.set_masks`).
    unions : ndarray of uint64, shape (2, words)
        The rays with a feature that some class of negative (0) or positive (1) output may use (`masks.set_masks`); proofs take
        out those whose product is known to be 0.
    owner : ndarray of int64, shape (n,)
        The class that each active ray is given to (`nets.spread`).
    ahead, behind : ndarrays of float64, shape (w, D)
        What the active rays of each class add up to ahead of each point, and behind it (`nets.spread`).

    keep : ndarray of float64, shape (D,)
        *A proof.* 1.0 at points that count, 0.0 at those that are dropped as u is 0 there; all 1.0 in relaxations.
    margin : ndarray of float64, shape (D,)
        What is added to each feature of length 1 that is not free, so that its product with u gets negative; 0 in relaxations.
    saved_active, saved_outputs, saved_weights : ndarrays, shape (n,)
        The columns as they were before a proof, or before a descent's last move (`nodes.save_active`).
    shared_cells : ndarray of int8, shape (B, D)
        The cells where products have to be 0 (`shared_cells.find_shared_cells`): the side of each point that their rays are
        on, 0 if all are on the point. Cell 0 is that of the rays without a feature.
    dimensions : ndarray of int64, shape (B,)
        The dimension of the flat that each of these cells spans; -1 if it was not spanned by rays with a product of 0.
    shared, known : ndarrays of uint64, shape (words,)
        Two sets of rays that are in hand: those in a cell, and those in it whose products are known to be 0.
    exact : ndarray of uint64, shape (words,)
        All rays whose products are 0 by now, exactly.
    echelon : ndarray of int64, shape (r + 1, r)
        Vectors in echelon form, modulo `PRIME`, for ranks (`shared_cells`).
    pivots : ndarray of int64, shape (r + 1,)
        The pivot of each of these rows.
    inverse : ndarray of float64, shape (n, n)
        The inverse of `triangle`, for the free columns (`enclosure`).
    span : ndarray of float64, shape (n, D)
        Free columns times this inverse: like `basis`, but with bounds on what is wrong with it (`enclosure`).
    spanning : ndarray of int64, shape (n,)
        The free columns of the last proof, for whoever asked for it: features that u has to be orthogonal to.

    descent_outputs : ndarray of int8, shape (w,)
        *A descent.* The output signs of its neurons.
    descent_sides : ndarray of int8, shape (w, D)
        The cell that each of them is in: the side of each point.
    on_plane : ndarray of bool, shape (w, D)
        Whether a neuron of the best net so far is 0 at a point, but not everywhere: there a move may help.
    """

    halt: Any
    active: Any
    outputs: Any
    weights: Any
    trial: Any
    basis: Any
    triangle: Any
    column: Any
    rest: Any
    residual: Any
    prediction: Any
    preactivation: Any
    prices: Any
    up: Any
    down: Any
    up_after: Any
    up_before: Any
    down_after: Any
    down_before: Any
    places: Any
    pool: Any
    pool_outputs: Any
    gains: Any
    grains: Any
    masks: Any
    unions: Any
    owner: Any
    ahead: Any
    behind: Any
    keep: Any
    margin: Any
    saved_active: Any
    saved_outputs: Any
    saved_weights: Any
    shared_cells: Any
    dimensions: Any
    shared: Any
    known: Any
    exact: Any
    echelon: Any
    pivots: Any
    inverse: Any
    span: Any
    spanning: Any
    descent_outputs: Any
    descent_sides: Any
    on_plane: Any


class LinearProgram(NamedTuple):
    """A linear loss for the kernel, and where one thread solves one linear program at a time: R rows, m of n columns in use.

    `relupoly.training.compiled.linear_program` writes what comes first, up to `whole`; `simplex` and `linear_proof` the others.
    A basis is m columns and the m rows that they fit, the tight ones.

    Attributes
    ----------
    largest : int
        1 for the largest error, 0 for a sum of losses.
    point : ndarray of int64, shape (R,)
        The point of each row, in order.
    factor, bound : ndarrays of float64, shape (R,)
        A row says: factor times the prediction at its point is the bound, but for what it is above or below.
    up, down : ndarrays of float64, shape (R,)
        The costs of being below and above the bound, rounded down.
    moved : ndarray of float64, shape (R,)
        The bounds, moved a little.
    floor : ndarray of float64, shape (D,)
        The smallest loss that any prediction has at each point, rounded down.
    grain, target_grain : float
        Powers of two, of which costs and targets are multiples; 0 if they have too many digits.
    whole : float
        All entries of features are integers up to this one, divided by a power of two; infinite if they are not exact.

    state : ndarray of int64, shape (R,)
        Whether the prediction is `BELOW` the bound, `TIGHT` or `ABOVE` it; `OFF` if the row's point is dropped.
    price : ndarray of float64, shape (R,)
        The dual variable: the cost up if below, minus the cost down if above; for tight rows what the basis asks for.
    rest : ndarray of float64, shape (R,)
        The moved bound, minus the value of the basis.
    change : ndarray of float64, shape (R,)
        How `rest` changes along a step; in a proof, 1.0 at the rows whose price a projection changed.

    table : ndarray of float64, shape (n, R)
        The columns, one in each row: factor times the feature's value at the point.
    cost : ndarray of float64, shape (n,)
        The cost of each column: 0; minus the reward, in a proof; 1 for the variable above all errors.
    value, move : ndarrays of float64, shape (n,)
        The coefficient of each column of the basis, and how it changes along a step.
    ray : ndarray of int64, shape (n,)
        The ray of each column; -1 for the output bias, `ENVELOPE` for the variable above all errors.
    output : ndarray of float64, shape (n,)
        Its output sign.
    unsigned : ndarray of bool, shape (n,)
        Whether its coefficient may be negative.

    tight : ndarray of int64, shape (n,)
        The rows of the basis.
    matrix : ndarray of float64, shape (n, n)
        The basis in its LU factors, lower and upper in one.
    order : ndarray of int64, shape (n,)
        How these permute the tight rows.
    right : ndarray of float64, shape (n,)
        The right side of a system that is solved by them.
    size : ndarray of int64, shape (2,)
        How many columns the basis of the last relaxation has; and by what its prices have to be divided if they are exact
        (0 if they are not).
    """

    largest: Any
    point: Any
    factor: Any
    bound: Any
    up: Any
    down: Any
    moved: Any
    floor: Any
    grain: Any
    target_grain: Any
    whole: Any
    state: Any
    price: Any
    rest: Any
    change: Any
    table: Any
    cost: Any
    value: Any
    move: Any
    ray: Any
    output: Any
    unsigned: Any
    tight: Any
    matrix: Any
    order: Any
    right: Any
    size: Any
