"""Support functions of zonotopes with few neurons."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from relupoly.networks.network import Network


def small_support_function(generators: Sequence[Sequence[fmpq]]) -> Network:
    """The net of gamma_Z(x) = sum_i |<b_i, x>| with m + 2 neurons instead of the 2m of `support_function`.

    Parameters
    ----------
    generators : sequence of m sequences of fmpq

    Notes
    -----
    |t| = 2 relu(t) - t, so gamma_Z(x) = sum_i 2 relu(<b_i, x>) - <B, x> with B the sum of all generators, and two neurons make
    the linear part: -t = relu(-t) - relu(t). Arora, Basu, Mianjy, Mukherjee (ICLR 2018) use 2m neurons.

    Examples
    --------
    >>> from relupoly.networks.evaluation import evaluate
    >>> net = small_support_function([[fmpq(1), fmpq(0)], [fmpq(1), fmpq(1)], [fmpq(0), fmpq(-2)]])
    >>> net.widths, evaluate(net, [1, -3])
    ((5,), [9])
    """
    total = [sum(entries, fmpq(0)) for entries in zip(*generators, strict=True)]
    rows = [*map(list, generators), total, [-entry for entry in total]]
    return Network.from_rows([(rows, None), ([[2] * len(generators) + [-1, 1]], None)])
